//! The appraiser: its opinion on a packet, as the same integers on every machine.
//!
//! It does not decide: bands and what follows from them are the ledger's. It keeps no state, so one value serves all
//! threads.

mod coherence;
mod embedded;

use crate::attacks;
use crate::attacks::patchwork::{self, Closeness, Patchwork};
use crate::constants::Constants;
use crate::dtw::Measures;
use crate::evidence::{Condition, evidence};
use crate::features::Series;
use crate::graph::{Embedding, Graph, Kernel, Network};
use crate::inspection::{
    FLAG_FEW_REFERENCES, FLAG_OUTSIDE_VALIDATED, FLAG_REPLAY, FLAG_SYNTHETIC, FLAG_TOO_LIKE_A_REFERENCE, Inspection,
    inspect, unvalidated,
};
use crate::llr::{Thresholds, limited, log_odds, milliban};
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::template::{REFERENCES_MAX, REFERENCES_MIN, Template, Writing};
use crate::trace::Trace;
use crate::variability::variability;
use crate::yardstick;
use proto::encode::tagged;
use proto::{Digest, Grade};
use std::sync::Arc;

pub use coherence::Coherence;

/// Worst grade that is compared with references.
const GRADE_COMPARED: Grade = Grade::C;
/// References from which the error rates hold that the model card states for few references.
const REFERENCES_FEW: usize = 3;

/// Names the code that uses the constants: features, distances, evidence. Changing any of them needs a new name.
const FIRST: &str = "dtw-first-1";
const FIRST_CONSTANTS: &str = include_str!("constants/first.txt");
/// As [`FIRST`], of the model with a network.
const GRAPH: &str = "stgcn-1";
const GRAPH_CONSTANTS: &str = include_str!("constants/stgcn.txt");
const GRAPH_WEIGHTS: &[u8] = include_bytes!("constants/stgcn.weights");

/// A model. Cloning shares what is large.
#[derive(Debug, Clone)]
pub struct Appraiser {
    name: &'static str,
    constants: Arc<Constants>,
    network: Option<Arc<Network>>,
    kernel: Kernel,
    digest: Digest,
}

/// What the model says of one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opinion {
    /// Calibrated log10 likelihood ratio in milliban against a skilled imitation; `None` without references, and where the
    /// recording lies outside what the model was validated for (then a flag says so).
    pub llr: Option<i32>,
    /// The same against a random person's own writing; `None` too where the model was not fitted for that question.
    pub llr_random: Option<i32>,
    /// Forensic grade.
    pub grade: Grade,
    /// `FLAG_*` bits.
    pub flags: u32,
}

impl Appraiser {
    /// The first model: time warping, global features and logistic fusion, without a network.
    pub fn first() -> Self {
        let constants = Constants::parse(FIRST_CONSTANTS).expect("the committed constants parse: tested");
        let constants = Arc::new(constants);
        Self { name: FIRST, constants, network: None, kernel: Kernel::best(), digest: Digest::sm3(&first_bytes()) }
    }
    /// The model with a graph network beside the first one's evidence, a second hypothesis and the attack checks.
    pub fn graph() -> Self {
        let constants = Constants::parse(GRAPH_CONSTANTS).expect("the committed constants parse: tested");
        let network = Network::parse(GRAPH_WEIGHTS).expect("the committed weights parse: tested");
        let digest = Digest::sm3(&graph_bytes());
        let (constants, network) = (Arc::new(constants), Some(Arc::new(network)));
        Self { name: GRAPH, constants, network, kernel: Kernel::best(), digest }
    }
    /// The newest model of this build: what a new network begins with unless it is told otherwise.
    pub fn current() -> Self {
        Self::graph()
    }
    /// Every model of this build, newest first: an old event is appraised again by the model that it names.
    pub fn all() -> Vec<Self> {
        vec![Self::graph(), Self::first()]
    }
    /// The model with that digest, if this build has it.
    pub fn by_digest(digest: &Digest) -> Option<Self> {
        Self::all().into_iter().find(|model| model.digest == *digest)
    }
    /// The model of that name, if this build has it.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|model| model.name == name)
    }
    /// The same model on certain loops of this processor: the same bits at another speed.
    #[must_use]
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        self.network = self.network.map(|n| Arc::new(Network::clone(&n).with_kernel(kernel)));
        self.kernel = kernel;
        self
    }
    /// The same comparison with another network in its place: for measuring on writers that the shipped one has seen. Nothing may
    /// name such a model, so its digest is zero.
    #[must_use]
    pub fn with_network(self, network: Network) -> Self {
        Self { network: Some(Arc::new(network)), digest: Digest::ZERO, ..self }
    }
    /// Its name, for people; the ledger knows it by its digest.
    pub fn name(&self) -> &'static str {
        self.name
    }
    /// Names the model and its constants.
    pub fn digest(&self) -> Digest {
        self.digest
    }
    /// The bytes that the digest is of: the name, the constants, the weights, the limits. With them an examiner has every
    /// fitted number; the name says which code uses them.
    pub fn bytes(&self) -> Vec<u8> {
        if self.name == FIRST { first_bytes() } else { graph_bytes() }
    }
    /// The fitted constants.
    pub fn constants(&self) -> &Constants {
        &self.constants
    }
    /// Recommended bands; a chain pins its own in genesis.
    pub fn thresholds(&self) -> Thresholds {
        self.constants.thresholds
    }

    /// Refuses what cannot be handwriting or cannot be read, grades the rest.
    pub fn inspect(&self, packet: &StrokePacket) -> Result<Inspection, Refusal> {
        self.inspect_trace(packet, &Trace::new(packet)?)
    }

    /// Makes the template of 1 to 10 reference packets. Refuses packets that could not be appraised, the same writing given
    /// twice, and references too far from one another.
    pub fn enrol(&self, references: &[StrokePacket]) -> Result<Template, Refusal> {
        let (template, graphs) = self.template(references)?;
        let Some(network) = &self.network else { return Ok(template) };
        let embed = |graphs: &Vec<Graph>| graphs.iter().map(|graph| network.embed(graph)).collect();
        Ok(template.with_embeddings(graphs.iter().map(embed).collect()).with_stretches())
    }

    /// The opinion on a packet; without a template only what [`Self::inspect`] says.
    pub fn appraise(&self, packet: &StrokePacket, template: Option<&Template>) -> Result<Opinion, Refusal> {
        self.opinion(packet, template, |trace, writing, pressure| self.embed(trace, writing, pressure))
    }

    /// What the LLR against a skilled imitation is rounded and limited from: its natural logarithm. For measuring how
    /// well writers are told apart, never for a verdict.
    pub fn score(&self, packet: &StrokePacket, template: &Template) -> Result<f64, Refusal> {
        let trace = Trace::new(packet)?;
        comparable(self.inspect_trace(packet, &trace)?.grade)?;
        let writing = Writing::of(&trace);
        let compared = self.compare(&writing, template, |pressure| self.embed(&trace, &writing, pressure));
        Ok(compared.log_odds[0])
    }

    /// The template without embeddings, and what a network has to read of each reference.
    fn template(&self, references: &[StrokePacket]) -> Result<(Template, Vec<Vec<Graph>>), Refusal> {
        let found = references.len();
        if !(REFERENCES_MIN..=REFERENCES_MAX).contains(&found) {
            return Err(Refusal::ReferenceCount { found, min: REFERENCES_MIN, max: REFERENCES_MAX });
        }
        let digest = self.template_digest(references)?;
        let read = references.iter().enumerate().map(|(i, r)| self.reference(i, r));
        let read = read.collect::<Result<Vec<Read>, _>>()?;
        let any_outside = read.iter().any(|reference| is_outside(reference.flags));
        let (writings, graphs) = read.into_iter().map(|r| (r.writing, r.graphs)).unzip();
        let mut template = Template::new(writings, &self.constants.within, digest);
        template.is_outside = any_outside;
        self.check_spread(&template)?;
        Ok((template, graphs))
    }

    fn reference(&self, index: usize, packet: &StrokePacket) -> Result<Read, Refusal> {
        let read = || {
            let trace = Trace::new(packet)?;
            let Inspection { grade, flags } = self.inspect_trace(packet, &trace)?;
            comparable(grade)?;
            let writing = Writing::of(&trace);
            let graphs = self.graphs_of(&trace, &writing);
            Ok(Read { flags, writing, graphs })
        };
        read().map_err(|reason| Refusal::Reference { index, reason: Box::new(reason) })
    }

    /// The first model was fitted before there were attack checks: its flags stay what they were.
    fn inspect_trace(&self, packet: &StrokePacket, trace: &Trace) -> Result<Inspection, Refusal> {
        let mut found = inspect(packet, trace)?;
        if self.network.is_some() {
            found.flags |= attacks::flags(packet, trace) | unvalidated(packet);
        }
        Ok(found)
    }

    fn embed(&self, trace: &Trace, writing: &Writing, pressure: bool) -> Option<Embedding> {
        self.network.as_ref().map(|network| network.embed(&Graph::of(trace, &writing.series, pressure)))
    }

    fn opinion(
        &self,
        packet: &StrokePacket,
        template: Option<&Template>,
        embed: impl FnOnce(&Trace, &Writing, bool) -> Option<Embedding>,
    ) -> Result<Opinion, Refusal> {
        let trace = Trace::new(packet)?;
        let Inspection { grade, flags } = self.inspect_trace(packet, &trace)?;
        let uncompared = Opinion { llr: None, llr_random: None, grade, flags };
        let Some(template) = template else { return Ok(uncompared) };
        comparable(grade)?;
        if self.network.is_some() && (is_outside(flags) || template.is_outside) {
            return Ok(Opinion { flags: flags | FLAG_OUTSIDE_VALIDATED, ..uncompared });
        }
        let writing = Writing::of(&trace);
        let whole = if self.network.is_some() { attacks::against(&writing, template, self.kernel) } else { 0 };
        let compared = self.compare(&writing, template, |pressure| embed(&trace, &writing, pressure));
        let made_up = self.made_of_references(&writing.series, template, compared.closeness);
        let (llr, llr_random) = self.state(compared.condition, &compared.log_odds);
        Ok(Opinion { llr: Some(llr), llr_random, grade, flags: flags | whole | made_up | compared.flags })
    }

    /// [`FLAG_REPLAY`] for pieces of references, each changed on its own. Copies of one writing as a whole, also of those that are
    /// no reference, are found by whoever has their profiles.
    fn made_of_references(&self, series: &Series, template: &Template, closeness: Option<Closeness>) -> u32 {
        let (Some(among), Some(closeness)) = (&template.among, closeness) else { return 0 };
        let beside = patchwork::Beside { series, closeness, references: &template.references, among };
        if Patchwork::shipped().is_made_of(&beside, self.kernel) { FLAG_REPLAY } else { 0 }
    }

    /// Integers, limited to what the condition's calibration supports.
    fn state(&self, condition: Condition, log_odds: &[f64]) -> (i32, Option<i32>) {
        match self.constants.stated.get(condition.index()) {
            None => (milliban(log_odds[0]), None),
            Some(s) => (limited(log_odds[0], s.limit), Some(limited(log_odds[1], s.limit_random))),
        }
    }

    fn compare(
        &self,
        writing: &Writing,
        template: &Template,
        embed: impl FnOnce(bool) -> Option<Embedding>,
    ) -> Compared {
        let pressure = writing.has_pressure && template.has_pressure;
        let condition = Condition::new(template.references(), pressure);
        let compared = template.compare(&writing.series, pressure, self.kernel);
        let measures: Vec<Measures> = compared.iter().map(|c| c.measures).collect();
        let unusual = template.habit.unusual(&writing.globals);
        let mut evidence = evidence(condition, &measures, template.spread(pressure), &unusual);
        if let (Some(gallery), Some(embedding)) = (template.gallery(pressure), embed(pressure)) {
            let (seen, measured) = gallery.evidence(&embedding, self.kernel);
            evidence.extend(seen);
            evidence.extend(yardstick::evidence(&template.measured(&compared, pressure)));
            evidence.extend(yardstick::evidence(&measured));
            evidence.extend(variability(template.spread(pressure), gallery.spread()));
        }
        let random = self.constants.stated.get(condition.index()).map(|s| &s.random);
        let fusions = [&self.constants.fusions[condition.index()]].into_iter().chain(random);
        let mut flags = if template.references() < REFERENCES_FEW { FLAG_FEW_REFERENCES } else { 0 };
        if measures.iter().any(|d| d[0] < self.constants.too_like) {
            flags |= FLAG_TOO_LIKE_A_REFERENCE;
        }
        let closeness = template.spread(pressure).map(|spread| patchwork::closeness(&measures, spread));
        Compared { condition, closeness, log_odds: fusions.map(|f| log_odds(f, &evidence)).collect(), flags }
    }

    fn template_digest(&self, references: &[StrokePacket]) -> Result<Digest, Refusal> {
        let digests: Vec<Digest> = references.iter().map(StrokePacket::samples_digest).collect();
        for (second, digest) in digests.iter().enumerate() {
            if let Some(first) = digests[..second].iter().position(|d| d == digest) {
                return Err(Refusal::ReferenceRepeated { first, second });
            }
        }
        let mut e = tagged("chirograph/template");
        e.digest(&self.digest).list(&digests, |e, d| {
            e.digest(d);
        });
        Ok(Digest::sm3(&e.finish()))
    }

    fn check_spread(&self, template: &Template) -> Result<(), Refusal> {
        let Some(spread) = template.spread(template.has_pressure) else { return Ok(()) };
        let is_even = spread.mean[0] <= self.constants.too_variable;
        is_even.then_some(()).ok_or(Refusal::ReferencesTooVariable)
    }
}

fn first_bytes() -> Vec<u8> {
    let mut e = tagged("chirograph/model");
    e.text(FIRST).bytes(FIRST_CONSTANTS.as_bytes());
    e.finish()
}

fn graph_bytes() -> Vec<u8> {
    let mut e = tagged("chirograph/model");
    e.text(GRAPH).bytes(GRAPH_CONSTANTS.as_bytes()).bytes(GRAPH_WEIGHTS).bytes(attacks::CONSTANTS.as_bytes());
    e.bytes(attacks::REPLAY_CONSTANTS.as_bytes()).bytes(attacks::PATCHWORK_CONSTANTS.as_bytes());
    e.list(&[attacks::limits(), coherence::LIMITS.to_vec()].concat(), |e, limit| {
        e.u64(limit.to_bits());
    });
    e.finish()
}

/// Outside what the error rates were measured on there is no number, rather than a guess. A packet that says that it is
/// synthetic is compared all the same: only networks for demonstration take it.
fn is_outside(flags: u32) -> bool {
    flags & FLAG_OUTSIDE_VALIDATED != 0 && flags & FLAG_SYNTHETIC == 0
}

/// A reference that could be appraised.
struct Read {
    flags: u32,
    writing: Writing,
    graphs: Vec<Graph>,
}

/// What a comparison gives before anything is rounded.
struct Compared {
    condition: Condition,
    /// Of two references or more.
    closeness: Option<Closeness>,
    /// Against a skilled imitation and, where the model states it, against a random person.
    log_odds: Vec<f64>,
    flags: u32,
}

fn comparable(grade: Grade) -> Result<(), Refusal> {
    if grade <= GRADE_COMPARED { Ok(()) } else { Err(Refusal::GradeTooLow { found: grade, min: GRADE_COMPARED }) }
}

#[cfg(test)]
mod tests;

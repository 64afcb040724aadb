//! The appraiser: its opinion on a packet, as the same integers on every machine.
//!
//! It does not decide: bands and what follows from them are the ledger's. It keeps no state, so one value serves all
//! threads.

use crate::constants::Constants;
use crate::evidence::{Condition, evidence};
use crate::inspection::{FLAG_FEW_REFERENCES, FLAG_TOO_LIKE_A_REFERENCE, Inspection, inspect};
use crate::llr::{Thresholds, log_odds, milliban};
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::template::{REFERENCES_MAX, REFERENCES_MIN, Template, Writing};
use crate::trace::Trace;
use proto::encode::tagged;
use proto::{Digest, Grade};

/// Worst grade that is compared with references.
const GRADE_COMPARED: Grade = Grade::C;
/// References from which the error rates hold that the model card states for few references.
const REFERENCES_FEW: usize = 3;

/// Names the code that uses the constants: features, distances, evidence. Changing any of them needs a new name.
const FIRST: &str = "dtw-first-1";
const FIRST_CONSTANTS: &str = include_str!("constants/first.txt");

/// A model.
#[derive(Debug, Clone)]
pub struct Appraiser {
    constants: Constants,
    digest: Digest,
}

/// What the model says of one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opinion {
    /// Calibrated log10 likelihood ratio in milliban against a skilled imitation; `None` without references.
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
        let mut e = tagged("chirograph/model");
        e.text(FIRST).bytes(FIRST_CONSTANTS.as_bytes());
        Self { constants, digest: Digest::sm3(&e.finish()) }
    }
    /// The newest model of this build: what a new network begins with unless it is told otherwise.
    pub fn current() -> Self {
        Self::first()
    }
    /// Every model of this build, newest first: an old event is appraised again by the model that it names.
    pub fn all() -> Vec<Self> {
        vec![Self::first()]
    }
    /// The model with that digest, if this build has it.
    pub fn by_digest(digest: &Digest) -> Option<Self> {
        Self::all().into_iter().find(|model| model.digest == *digest)
    }
    /// The model of that name, if this build has it.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|model| model.name() == name)
    }
    /// Its name, for people; the ledger knows it by its digest.
    pub fn name(&self) -> &'static str {
        FIRST
    }
    /// Names the model and its constants.
    pub fn digest(&self) -> Digest {
        self.digest
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
        inspect(packet, &Trace::new(packet)?)
    }

    /// Makes a template of 1 to 10 reference packets. Refuses packets that could not be appraised, the same writing given
    /// twice, and references too far from one another.
    pub fn enrol(&self, references: &[StrokePacket]) -> Result<Template, Refusal> {
        let found = references.len();
        if !(REFERENCES_MIN..=REFERENCES_MAX).contains(&found) {
            return Err(Refusal::ReferenceCount { found, min: REFERENCES_MIN, max: REFERENCES_MAX });
        }
        let digest = self.template_digest(references)?;
        let writings = references.iter().enumerate().map(|(i, r)| reference(i, r)).collect::<Result<Vec<_>, _>>()?;
        let template = Template::new(writings, &self.constants.within, digest);
        self.check_spread(&template)?;
        Ok(template)
    }

    /// The opinion on a packet; without a template only what [`Self::inspect`] says.
    pub fn appraise(&self, packet: &StrokePacket, template: Option<&Template>) -> Result<Opinion, Refusal> {
        let trace = Trace::new(packet)?;
        let Inspection { grade, flags } = inspect(packet, &trace)?;
        let Some(template) = template else { return Ok(Opinion { llr: None, llr_random: None, grade, flags }) };
        comparable(grade)?;
        let (llr, compared) = self.compare(&Writing::of(&trace), template);
        Ok(Opinion { llr: Some(llr), llr_random: None, grade, flags: flags | compared })
    }

    fn compare(&self, writing: &Writing, template: &Template) -> (i32, u32) {
        let pressure = writing.has_pressure && template.has_pressure;
        let condition = Condition::new(template.references(), pressure);
        let measures = template.measures(&writing.series, pressure);
        let unusual = template.habit.unusual(&writing.globals);
        let evidence = evidence(condition, &measures, template.spread(pressure), &unusual);
        let llr = milliban(log_odds(&self.constants.fusions[condition.index()], &evidence));
        let mut flags = if template.references() < REFERENCES_FEW { FLAG_FEW_REFERENCES } else { 0 };
        if measures.iter().any(|d| d[0] < self.constants.too_like) {
            flags |= FLAG_TOO_LIKE_A_REFERENCE;
        }
        (llr, flags)
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
        let (found, max) = (spread.mean[0], self.constants.too_variable);
        if found <= max {
            return Ok(());
        }
        let permille = |v: f64| (v * 1000.0) as u32;
        Err(Refusal::ReferencesTooVariable { found_permille: permille(found), max_permille: permille(max) })
    }
}

fn reference(index: usize, packet: &StrokePacket) -> Result<Writing, Refusal> {
    let writing = || {
        let trace = Trace::new(packet)?;
        comparable(inspect(packet, &trace)?.grade)?;
        Ok(Writing::of(&trace))
    };
    writing().map_err(|reason| Refusal::Reference { index, reason: Box::new(reason) })
}

fn comparable(grade: Grade) -> Result<(), Refusal> {
    if grade <= GRADE_COMPARED { Ok(()) } else { Err(Refusal::GradeTooLow { found: grade, min: GRADE_COMPARED }) }
}

#[cfg(test)]
mod tests;

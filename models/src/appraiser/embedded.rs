//! The appraiser with embeddings that were made elsewhere, by another backend of the same network. Everything else of a
//! model is computed here as always. The first model has no network: it asks for nothing and takes nothing.

use super::{Appraiser, Opinion, comparable};
use crate::graph::{Embedding, Graph, Network};
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::template::{Template, Writing};
use crate::trace::Trace;

impl Appraiser {
    /// The network that embeddings come from, if the model has one.
    pub fn network(&self) -> Option<&Network> {
        self.network.as_deref()
    }
    /// What the network has to read of a packet, without pressure and, where there is some, with; its embeddings are
    /// wanted in the same order.
    pub fn graphs(&self, packet: &StrokePacket) -> Result<Vec<Graph>, Refusal> {
        let trace = Trace::new(packet)?;
        Ok(self.graphs_of(&trace, &Writing::of(&trace)))
    }
    /// As [`Self::enrol`], with the embeddings of each reference's [`Self::graphs`].
    pub fn enrol_with(
        &self,
        references: &[StrokePacket],
        embeddings: Vec<Vec<Embedding>>,
    ) -> Result<Template, Refusal> {
        let (template, _) = self.template(references)?;
        Ok(if self.network.is_some() { template.with_embeddings(embeddings).with_stretches() } else { template })
    }
    /// As [`Self::appraise`], with the embeddings of the packet's [`Self::graphs`].
    pub fn appraise_with(
        &self,
        packet: &StrokePacket,
        template: Option<&Template>,
        embeddings: Vec<Embedding>,
    ) -> Result<Opinion, Refusal> {
        self.opinion(packet, template, |_, _, pressure| embeddings.get(usize::from(pressure)).cloned())
    }

    /// As [`Self::score`], with the embeddings of the packet's [`Self::graphs`].
    pub fn score_with(
        &self,
        packet: &StrokePacket,
        template: &Template,
        embeddings: Vec<Embedding>,
    ) -> Result<f64, Refusal> {
        let trace = Trace::new(packet)?;
        comparable(self.inspect_trace(packet, &trace)?.grade)?;
        let made = |pressure: bool| embeddings.get(usize::from(pressure)).cloned();
        Ok(self.compare(&Writing::of(&trace), template, made).log_odds[0])
    }

    pub(super) fn graphs_of(&self, trace: &Trace, writing: &Writing) -> Vec<Graph> {
        if self.network.is_none() {
            return Vec::new();
        }
        let pressure: &[bool] = if writing.has_pressure { &[false, true] } else { &[false] };
        pressure.iter().map(|pressure| Graph::of(trace, &writing.series, *pressure)).collect()
    }
}

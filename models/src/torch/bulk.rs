//! A whole model in bulk: the embeddings of many packets at once by LibTorch, the rest of the model as always, on
//! several threads. It reads no ledger and keeps no templates.

use super::{Backend, Device, Precision, TorchFault};
use crate::appraiser::{Appraiser, Opinion};
use crate::graph::{Embedding, Graph};
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::template::Template;
use std::sync::Arc;

/// A packet to appraise, and what to compare it with.
pub type Question<'a> = (&'a StrokePacket, Option<Arc<Template>>);
/// The embeddings of one packet, or why it has none.
type Embedded = Result<Vec<Embedding>, Refusal>;

/// A model whose network runs by LibTorch. A model without a network is computed as always.
#[derive(Debug)]
pub struct Bulk {
    model: Appraiser,
    backend: Option<Backend>,
    threads: usize,
}

impl Bulk {
    /// Puts the network of `model` on a device; `threads`, at least one, compute the rest.
    pub fn new(model: Appraiser, place: (Device, Precision), threads: usize) -> Result<Self, TorchFault> {
        let backend = model.network().map(|n| Backend::new(n, place.0, place.1)).transpose()?;
        Ok(Self { model, backend, threads: threads.max(1) })
    }

    /// As [`Appraiser::enrol`] for each set of references.
    pub fn enrol_all(&self, sets: &[&[StrokePacket]]) -> Result<Vec<Result<Template, Refusal>>, TorchFault> {
        let packets: Vec<&StrokePacket> = sets.iter().copied().flatten().collect();
        let (model, mut embedded) = (&self.model, self.embed_all(&packets)?.into_iter());
        let sets: Vec<(&[StrokePacket], Vec<Embedded>)> =
            sets.iter().map(|set| (*set, embedded.by_ref().take(set.len()).collect())).collect();
        Ok(self.on_threads(sets, |(set, embedded)| {
            // a reference that cannot be read is named by the usual way
            let Ok(embeddings) = embedded.into_iter().collect() else { return model.enrol(set) };
            model.enrol_with(set, embeddings)
        }))
    }

    /// As [`Appraiser::appraise`] for each question.
    pub fn appraise_all(&self, questions: Vec<Question>) -> Result<Vec<Result<Opinion, Refusal>>, TorchFault> {
        let packets: Vec<&StrokePacket> = questions.iter().map(|(packet, _)| *packet).collect();
        let (model, embedded) = (&self.model, self.embed_all(&packets)?);
        Ok(self.on_threads(questions.into_iter().zip(embedded).collect(), |((packet, template), embedded)| {
            model.appraise_with(packet, template.as_deref(), embedded?)
        }))
    }

    fn embed_all(&self, packets: &[&StrokePacket]) -> Result<Vec<Embedded>, TorchFault> {
        let model = &self.model;
        let graphs = self.on_threads(packets.to_vec(), |packet| model.graphs(packet));
        let all: Vec<Graph> = graphs.iter().flatten().flatten().cloned().collect();
        let embeddings = self.backend.as_ref().map_or(Ok(Vec::new()), |b| b.embed(&all))?;
        let mut embeddings = embeddings.into_iter();
        let of = |graphs: Result<Vec<Graph>, Refusal>| graphs.map(|g| embeddings.by_ref().take(g.len()).collect());
        Ok(graphs.into_iter().map(of).collect())
    }

    /// `work` on each item, in their order.
    fn on_threads<I: Send, O: Send>(&self, items: Vec<I>, work: impl Fn(I) -> O + Sync) -> Vec<O> {
        let share = items.len().div_ceil(self.threads).max(1);
        let (work, mut items) = (&work, items.into_iter());
        let parts: Vec<Vec<I>> = std::iter::repeat_with(|| items.by_ref().take(share).collect())
            .take_while(|p: &Vec<I>| !p.is_empty())
            .collect();
        std::thread::scope(|scope| {
            let run = |part: Vec<I>| scope.spawn(move || part.into_iter().map(work).collect::<Vec<O>>());
            let running: Vec<_> = parts.into_iter().map(run).collect();
            running.into_iter().flat_map(|t| t.join().expect("an appraisal does not panic")).collect()
        })
    }
}

//! The network: from the graph of a signature to its embedding, one row of small integers per node. It measures
//! nothing between signatures (`elastic` does) and cannot learn: weights come from a file.

use super::bad_weights::BadWeights;
use super::embedding::Embedding;
use super::kernel::Kernel;
use super::layer::{Ready, Site, rounded_means};
use super::level::{Level, NEIGHBOURS};
use super::rows::Rows;
use super::weights::{Layer, Weights, edge};
use super::{Graph, INPUTS};

/// A network, ready to run. It keeps no state: one value serves all threads.
#[derive(Debug, Clone)]
pub struct Network {
    weights: Weights,
    ready: Vec<Ready>,
    kernel: Kernel,
}

impl Network {
    /// Reads a file of [`weights`](super::weights) and checks that no sum can overflow.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadWeights> {
        let weights = Weights::parse(bytes)?;
        let ready = weights.layers.iter().map(Ready::new).collect();
        Ok(Self { weights, ready, kernel: Kernel::best() })
    }
    /// The same network on other loops: the same bits at another speed.
    #[must_use]
    pub fn with_kernel(self, kernel: Kernel) -> Self {
        Self { kernel, ..self }
    }
    /// The loops that it runs on.
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }
    /// The layers, from input to output.
    pub fn layers(&self) -> &[Layer] {
        &self.weights.layers
    }
    /// Rows of the last layer that are averaged to one of the embedding.
    pub fn out_pool(&self) -> usize {
        self.weights.out_pool
    }
    /// Channels of an embedding.
    pub fn width(&self) -> usize {
        self.weights.layers.last().map_or(0, |layer| layer.outputs)
    }
    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        let of = |l: &Layer| l.bias.len() + l.temporal.len() + l.edges.iter().flatten().map(Vec::len).sum::<usize>();
        self.weights.layers.iter().map(of).sum()
    }

    /// The embedding of a signature.
    pub fn embed(&self, graph: &Graph) -> Embedding {
        let mut h = Rows::zero(graph.len(), INPUTS);
        h.data.copy_from_slice(graph.inputs());
        let mut halvings = 0;
        let mut place = self.place(graph, halvings, 0);
        for (i, (layer, ready)) in self.weights.layers.iter().zip(&self.ready).enumerate() {
            if layer.pool_before {
                halvings += 1;
                h = h.halved();
                place = self.place(graph, halvings, i);
            }
            h = ready.forward(self.kernel, &h, &place.site());
        }
        let means = averaged(&h, self.out_pool());
        Embedding::from_rows(self.width(), &means.data)
    }

    /// The level after some halvings, with neighbours if a layer from `layer` on asks for them before the next halving.
    fn place(&self, graph: &Graph, halvings: u32, layer: usize) -> Place {
        let level = graph.level(halvings);
        let mut here = self.weights.layers[layer..].iter().enumerate();
        let here = here.by_ref().take_while(|(i, layer)| *i == 0 || !layer.pool_before);
        let asked = here.into_iter().any(|(_, layer)| layer.edges[edge::NEIGHBOURS].is_some());
        Place { neighbours: if asked { level.neighbours() } else { vec![] }, level }
    }
}

struct Place {
    level: Level,
    neighbours: Vec<[u16; NEIGHBOURS]>,
}

impl Place {
    fn site(&self) -> Site<'_> {
        Site { strokes: self.level.strokes(), stroke_count: self.level.stroke_count(), neighbours: &self.neighbours }
    }
}

/// Means of `n` rows each; a last group may have fewer.
fn averaged(h: &Rows, n: usize) -> Rows {
    let mut out = Rows::zero(h.len.div_ceil(n), h.stride);
    let mut sums = vec![0; h.stride];
    for (rows, to) in h.data.chunks(n * h.stride).zip(out.data.chunks_exact_mut(h.stride)) {
        sums.fill(0);
        for row in rows.chunks_exact(h.stride) {
            sums.iter_mut().zip(row).for_each(|(sum, v): (&mut i32, _)| *sum = sum.wrapping_add(i32::from(*v)));
        }
        rounded_means(&sums, (rows.len() / h.stride) as i32, to);
    }
    out
}

#[cfg(test)]
mod tests;

//! The network by LibTorch: the same integer weights, many signatures at a time, on a CPU or a GPU.
//!
//! For looking again at whole ledgers and for evaluation; validators vote by [`crate::graph`]. All activations and
//! weights are integers and no sum reaches 2^31, so sums are exact in an `f64` in any order, on any device and with any
//! number of threads: [`Precision::Exact`] gives the native integers. [`Precision::Fast`] computes in `f32`, where sums
//! beyond 2^24 are rounded, and need not. How embeddings are compared is not computed here.

mod batch;
mod bulk;
mod fault;
mod layer;
mod place;

pub use bulk::{Bulk, Question};
pub use fault::TorchFault;
pub use place::{Device, Precision, set_threads};

use crate::graph::{Embedding, Graph, INPUTS, Network};
use batch::Batch;
use layer::Layer;
use place::Place;
use tch::Tensor;

/// Nodes that are computed at once, which bounds the memory to about 100 MB. A signature has 20 to 1000.
const NODES_MAX: usize = 16_384;

/// A network on a device. One thread at a time may use it; LibTorch has its own threads inside.
#[derive(Debug)]
pub struct Backend {
    place: Place,
    layers: Vec<Layer>,
    width: usize,
    out_pool: usize,
}

impl Backend {
    /// Brings the weights of `network` to the device. Fails if the device is not there.
    pub fn new(network: &Network, device: Device, precision: Precision) -> Result<Self, TorchFault> {
        let place = Place::new(device, precision)?;
        let layers = network.layers().iter().map(|l| Layer::new(l, place)).collect::<Result<_, _>>()?;
        Ok(Self { place, layers, width: network.width(), out_pool: network.out_pool() })
    }

    /// The embeddings of any number of graphs, in their order; with [`Precision::Exact`] those of [`Network::embed`].
    pub fn embed(&self, graphs: &[Graph]) -> Result<Vec<Embedding>, TorchFault> {
        if let Some(index) = graphs.iter().position(Graph::is_empty) {
            return Err(TorchFault::EmptyGraph { index });
        }
        let mut embeddings = Vec::with_capacity(graphs.len());
        for group in groups(graphs) {
            embeddings.extend(self.embed_group(group)?);
        }
        Ok(embeddings)
    }

    fn embed_group(&self, graphs: &[Graph]) -> Result<Vec<Embedding>, TorchFault> {
        let mut halvings = 0;
        let mut batch = Batch::of(graphs, halvings, self.place);
        let mut rows = self.inputs(graphs, &batch)?;
        for layer in &self.layers {
            if layer.pool_before() {
                rows = batch.halved(&rows)?;
                halvings += 1;
                batch = Batch::of(graphs, halvings, self.place);
            }
            rows = layer.run(&rows, &mut batch)?;
        }
        Ok(self.embeddings(&self.place.integers(&rows)?, &batch))
    }

    fn inputs(&self, graphs: &[Graph], batch: &Batch) -> Result<Tensor, TorchFault> {
        let inputs: Vec<i16> = graphs.iter().flat_map(Graph::inputs).copied().collect();
        self.place.matrix(&inputs, [batch.nodes(), INPUTS])
    }

    fn embeddings(&self, rows: &[i16], batch: &Batch) -> Vec<Embedding> {
        let mut rest = rows;
        let next = |len: usize| {
            let (own, others) = rest.split_at(len * self.width);
            rest = others;
            Embedding::from_rows(self.width, &pooled(own, self.width, self.out_pool))
        };
        batch.lens().map(next).collect()
    }
}

/// Neighbouring graphs, together at most [`NODES_MAX`] nodes, or one.
fn groups(graphs: &[Graph]) -> Vec<&[Graph]> {
    let (mut groups, mut start, mut nodes) = (Vec::new(), 0, 0);
    for (i, graph) in graphs.iter().enumerate() {
        if i > start && nodes + graph.len() > NODES_MAX {
            groups.push(&graphs[start..i]);
            (start, nodes) = (i, 0);
        }
        nodes += graph.len();
    }
    groups.push(&graphs[start..]);
    groups.retain(|g| !g.is_empty());
    groups
}

/// Means of `many` rows each, rounded, halves up; the last ones may be of fewer.
fn pooled(rows: &[i16], width: usize, many: usize) -> Vec<i16> {
    let mean = |group: &[i16], channel: usize| {
        let sum: i32 = group.iter().skip(channel).step_by(width).map(|v| i32::from(*v)).sum();
        let count = (group.len() / width) as i32;
        (2 * sum + count).div_euclid(2 * count) as i16
    };
    rows.chunks(width * many).flat_map(|group| (0..width).map(move |c| mean(group, c))).collect()
}

#[cfg(test)]
mod tests;

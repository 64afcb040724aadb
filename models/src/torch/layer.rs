//! One layer as matrix products. What it computes is said in `crate::graph`; here only how, for many graphs at once.
//!
//! Every division is exact in an `f64` before its floor is taken: by a power of two, or of integers below 2^24, whose
//! quotient is an integer or further from one than its rounding.

use super::TorchFault;
use super::batch::{Batch, Strokes};
use super::place::Place;
use crate::graph::level::NEIGHBOURS;
use crate::graph::weights::{self, edge};
use tch::Tensor;

/// A layer's weights on the device.
#[derive(Debug)]
pub(super) struct Layer {
    shape: weights::Layer,
    place: Place,
    /// `[tap and input][output]`.
    temporal: Tensor,
    bias: Tensor,
    /// `[input][output]`, in the order of [`edge`].
    edges: Vec<Option<Tensor>>,
}

impl Layer {
    pub(super) fn new(layer: &weights::Layer, place: Place) -> Result<Self, TorchFault> {
        let (inputs, outputs) = (layer.inputs, layer.outputs);
        let matrix = |w: &Option<Vec<i16>>| w.as_ref().map(|w| place.matrix(w, [inputs, outputs])).transpose();
        Ok(Self {
            shape: layer.clone(),
            place,
            temporal: place.matrix(&layer.temporal, [layer.taps * inputs, outputs])?,
            bias: place.matrix(&layer.bias, [1, outputs])?,
            edges: layer.edges.iter().map(matrix).collect::<Result<_, _>>()?,
        })
    }
    pub(super) fn pool_before(&self) -> bool {
        self.shape.pool_before
    }

    /// From `[node][input]` to `[node][output]`.
    pub(super) fn run(&self, rows: &Tensor, batch: &mut Batch) -> Result<Tensor, TorchFault> {
        let mut sums = self.in_time(rows, batch)?;
        if let Some(weights) = &self.edges[edge::NEIGHBOURS] {
            let around = self.around(rows, batch.neighbours()?)?;
            sums = sums.f_add(&around.f_matmul(weights)?)?;
        }
        if self.edges[edge::OWN..].iter().any(Option::is_some) {
            let strokes = batch.strokes()?;
            let parts = self.of_strokes(rows, strokes)?;
            sums = sums.f_add(&parts.f_index_select(0, &strokes.of_nodes)?)?;
        }
        self.finished(&sums, rows)
    }

    /// Bias and the products over the taps.
    fn in_time(&self, rows: &Tensor, batch: &Batch) -> Result<Tensor, TorchFault> {
        let taps = batch.taps(self.shape.taps, self.shape.dilation)?;
        let read = self.with_zeros(rows)?.f_index_select(0, &taps)?;
        let read = read.f_reshape([batch.nodes() as i64, (self.shape.taps * self.shape.inputs) as i64])?;
        Ok(self.bias.f_addmm(&read, &self.temporal)?)
    }

    /// Means over the spatial neighbours, rounded, halves up.
    fn around(&self, rows: &Tensor, neighbours: &Tensor) -> Result<Tensor, TorchFault> {
        let near = rows.f_index_select(0, neighbours)?;
        let near = near.f_reshape([-1, NEIGHBOURS as i64, self.shape.inputs as i64])?;
        let sum = near.f_sum_dim_intlist(1, false, None::<tch::Kind>)?;
        floor_shifted(&sum, NEIGHBOURS.trailing_zeros())
    }

    /// `[stroke][output]`: what the means of a stroke and of those beside it add to each of its nodes.
    fn of_strokes(&self, rows: &Tensor, strokes: &Strokes) -> Result<Tensor, TorchFault> {
        let sums = self.place.zeros([strokes.len, self.shape.inputs])?.f_index_add(0, &strokes.of_nodes, rows)?;
        let doubled = sums.f_mul_scalar(2.0)?.f_add(&strokes.counts)?;
        let means = doubled.f_div(&strokes.counts.f_mul_scalar(2.0)?)?.f_floor()?;
        let padded = self.with_zeros(&means)?;
        let mut parts = self.place.zeros([strokes.len, self.shape.outputs])?;
        let beside = [(edge::PREVIOUS, &strokes.previous), (edge::NEXT, &strokes.next)];
        if let Some(weights) = &self.edges[edge::OWN] {
            parts = parts.f_addmm(&means, weights)?;
        }
        for (edge, index) in beside {
            if let Some(weights) = &self.edges[edge] {
                parts = parts.f_addmm(&padded.f_index_select(0, index)?, weights)?;
            }
        }
        Ok(parts)
    }

    /// From sums to activations.
    fn finished(&self, sums: &Tensor, rows: &Tensor) -> Result<Tensor, TorchFault> {
        let mut out = floor_shifted(sums, self.shape.shift)?;
        let max = f64::from(self.shape.output_max());
        let min = if self.shape.relu { 0.0 } else { -max };
        if self.shape.relu {
            out = out.f_clamp_min_(0.0)?;
        }
        if self.shape.residual {
            out = out.f_add_(rows)?;
        }
        Ok(out.f_clamp_(min, max)?)
    }

    fn with_zeros(&self, rows: &Tensor) -> Result<Tensor, TorchFault> {
        Ok(Tensor::f_cat(&[rows, &self.place.zeros([1, self.shape.inputs])?], 0)?)
    }
}

/// Divided by 2^`shift` and rounded, halves up.
fn floor_shifted(sums: &Tensor, shift: u32) -> Result<Tensor, TorchFault> {
    let unit = f64::from(1_u32 << shift);
    Ok(sums.f_add_scalar(unit / 2.0)?.f_mul_scalar_(1.0 / unit)?.f_floor_()?)
}

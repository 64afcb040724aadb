//! The weights of a convolution in the order in which the inner loops read them.

use super::super::rows::ALIGN;

/// One matrix of a convolution.
pub(in crate::graph) struct Tap<'a> {
    /// Row of the padded input that it multiplies, counted from the output's row.
    pub(in crate::graph) offset: usize,
    /// `[input][output]`.
    pub(in crate::graph) weights: &'a [i16],
}

/// Matrices side by side: for each tap, for each pair of inputs, for each output the weights of both inputs. So one
/// instruction multiplies a pair of inputs for eight outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Taps {
    pub(super) offsets: Vec<usize>,
    /// Inputs and outputs, rounded up to whole vectors.
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) weights: Vec<i16>,
}

impl Taps {
    pub(in crate::graph) fn new(taps: &[Tap], inputs: usize, outputs: usize) -> Self {
        let (wide_in, wide_out) = (inputs.next_multiple_of(ALIGN), outputs.next_multiple_of(ALIGN));
        let mut weights = vec![0; taps.len() * wide_in * wide_out];
        for (tap, packed) in taps.iter().zip(weights.chunks_exact_mut(wide_in * wide_out)) {
            for (input, row) in tap.weights.chunks_exact(outputs).enumerate() {
                let start = (input / 2) * 2 * wide_out + input % 2;
                let places = packed[start..].iter_mut().step_by(2);
                places.zip(row).for_each(|(place, w)| *place = *w);
            }
        }
        Self { offsets: taps.iter().map(|t| t.offset).collect(), inputs: wide_in, outputs: wide_out, weights }
    }
    /// Offset and weights of each tap.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, &[i16])> {
        self.offsets.iter().copied().zip(self.weights.chunks_exact(self.inputs * self.outputs))
    }
    /// Outputs per row, rounded up.
    pub(in crate::graph) fn stride(&self) -> usize {
        self.outputs
    }
}

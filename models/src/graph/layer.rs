//! One layer of the network, ready to run. What it computes, for node i and output o:
//!
//! ```text
//! sum = bias[o] + Σ temporal[tap][c][o] · h[i + (tap − taps/2) · dilation][c]       (0 outside the signature)
//!     + Σ neighbours[c][o] · (h[a][c] + h[b][c] + h[d][c] + h[e][c] + 2 >> 2)       (the four nearest in space)
//!     + Σ own[c][o] · S[s][c] + previous[c][o] · S[s − 1][c] + next[c][o] · S[s + 1][c]   (s the stroke of i)
//! S[s][c] = ⌊mean of h[·][c] over the nodes of stroke s, plus a half⌋
//! out = sum + 2^(shift − 1) >> shift;  relu: max(out, 0);  residual: out + h[i][o];  then clamped
//! ```
//!
//! Shifts round down. What a stroke adds is the same for all its nodes and is computed once per stroke.

use super::kernel::{Finish, Kernel, Tap, Taps};
use super::level::NEIGHBOURS;
use super::rows::{GROUP, Rows};
use super::weights::{EDGES, Layer, edge};

/// Nodes of one level, as layers see them.
pub(super) struct Site<'a> {
    pub(super) strokes: &'a [u16],
    pub(super) stroke_count: usize,
    /// Empty where no layer asks for them.
    pub(super) neighbours: &'a [[u16; NEIGHBOURS]],
}

/// A layer whose weights lie as the inner loops read them.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    bias: Vec<i32>,
    temporal: Taps,
    lead: usize,
    neighbours: Option<Taps>,
    strokes: Option<Taps>,
    shift: u32,
    relu: bool,
    residual: bool,
    range: [i32; 2],
}

impl Ready {
    pub(super) fn new(layer: &Layer) -> Self {
        let (inputs, outputs) = (layer.inputs, layer.outputs);
        let matrices = layer.temporal.chunks_exact(inputs * outputs).enumerate();
        let temporal: Vec<Tap> = matrices.map(|(i, weights)| Tap { offset: i * layer.dilation, weights }).collect();
        let high = i32::from(layer.output_max());
        let mut bias = layer.bias.clone();
        bias.resize(outputs.next_multiple_of(super::rows::ALIGN), 0);
        Self {
            bias,
            temporal: Taps::new(&temporal, inputs, outputs),
            lead: layer.reach(),
            neighbours: edges(layer, [(edge::NEIGHBOURS, 0)]),
            // Strokes are padded by one, so the row of a stroke itself is the second.
            strokes: edges(layer, [(edge::PREVIOUS, 0), (edge::OWN, 1), (edge::NEXT, 2)]),
            shift: layer.shift,
            relu: layer.relu,
            residual: layer.residual,
            range: [if layer.relu { 0 } else { -high }, high],
        }
    }

    pub(super) fn forward(&self, kernel: Kernel, h: &Rows, site: &Site) -> Rows {
        let mut sums = self.sums_of_strokes(kernel, h, site);
        kernel.convolve(&mut sums, &h.padded(self.lead), &self.temporal);
        if let Some(taps) = &self.neighbours {
            kernel.convolve(&mut sums, &neighbour_means(h, site.neighbours).padded(0), taps);
        }
        let mut out = Rows::zero(h.len, self.temporal.stride());
        let finish = Finish {
            sums: &sums,
            residual: self.residual.then_some(&h.data),
            shift: self.shift,
            relu: self.relu,
            range: self.range,
        };
        kernel.finish(&finish, &mut out.data);
        out
    }

    /// The bias and what its stroke gives to each node, in whole groups of rows.
    fn sums_of_strokes(&self, kernel: Kernel, h: &Rows, site: &Site) -> Vec<i32> {
        let rows = h.len.next_multiple_of(GROUP);
        let Some(taps) = &self.strokes else { return self.bias.repeat(rows) };
        let mut of_strokes = self.bias.repeat(site.stroke_count.next_multiple_of(GROUP));
        kernel.convolve(&mut of_strokes, &stroke_means(h, site).padded(1), taps);
        let stride = self.bias.len();
        let mut sums = Vec::with_capacity(rows * stride);
        for stroke in site.strokes {
            sums.extend_from_slice(&of_strokes[usize::from(*stroke) * stride..][..stride]);
        }
        sums.resize(rows * stride, 0);
        sums
    }
}

/// The matrices of those edges that the layer has.
fn edges<const N: usize>(layer: &Layer, wanted: [(usize, usize); N]) -> Option<Taps> {
    const { assert!(N < EDGES) };
    let tap = |(e, offset): (usize, usize)| Some(Tap { offset, weights: layer.edges[e].as_ref()? });
    let taps: Vec<Tap> = wanted.into_iter().filter_map(tap).collect();
    (!taps.is_empty()).then(|| Taps::new(&taps, layer.inputs, layer.outputs))
}

/// Four activations and the rounding stay below 2^15.
fn neighbour_means(h: &Rows, neighbours: &[[u16; NEIGHBOURS]]) -> Rows {
    let mut means = Rows::zero(h.len, h.stride);
    for (i, nodes) in neighbours.iter().enumerate() {
        let [a, b, c, d] = nodes.map(|node| h.row(usize::from(node)));
        for (k, mean) in means.row_mut(i).iter_mut().enumerate() {
            *mean = a[k].wrapping_add(b[k]).wrapping_add(c[k]).wrapping_add(d[k]).wrapping_add(2) >> 2;
        }
    }
    means
}

/// A signature has at most some thousand nodes: sums stay far below 2^31.
fn stroke_means(h: &Rows, site: &Site) -> Rows {
    let mut sums = vec![0_i32; site.stroke_count * h.stride];
    let mut nodes = vec![0_i32; site.stroke_count];
    for (i, stroke) in site.strokes.iter().enumerate() {
        let stroke = usize::from(*stroke);
        nodes[stroke] += 1;
        let sums = &mut sums[stroke * h.stride..][..h.stride];
        sums.iter_mut().zip(h.row(i)).for_each(|(sum, v)| *sum = sum.wrapping_add(i32::from(*v)));
    }
    let mut means = Rows::zero(site.stroke_count, h.stride);
    for (stroke, n) in nodes.iter().enumerate() {
        rounded_means(&sums[stroke * h.stride..][..h.stride], *n, means.row_mut(stroke));
    }
    means
}

/// ⌊sum / n + 1/2⌋ of each sum of `n` activations. It lies between the least and the greatest of what was summed.
///
/// Without a division of integers, which takes as long as twenty multiplications: (4 · sum + 1) / 4n lies at least 1 / 4n from
/// where rounding turns, far more than a product of floats is off, and adding what leaves no room for fractions rounds it.
pub(super) fn rounded_means(sums: &[i32], n: i32, means: &mut [i16]) {
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    let part = 1.0 / f64::from(4 * n);
    for (mean, sum) in means.iter_mut().zip(sums) {
        *mean = (f64::from(sum.wrapping_mul(4).wrapping_add(1)) * part + WHOLE).to_bits() as i16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_rounded_as_integers_are() {
        for n in (1..200).chain([1_000, 2_047, 2_048, 4_001]) {
            let sums: Vec<i32> = (-70..70).chain([-32_768 * n, 32_767 * n, 16_384 * n - 1, -16_383 * n + 1]).collect();
            let mut means = vec![0; sums.len()];
            rounded_means(&sums, n, &mut means);
            let expected: Vec<i16> = sums.iter().map(|sum| (2 * sum + n).div_euclid(2 * n) as i16).collect();
            assert_eq!(means, expected, "{n}");
        }
    }
}

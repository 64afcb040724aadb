//! From the floating-point network to integers that no sum can overflow. Learns nothing and measures nothing; how much
//! is lost is told by `agreement`.
//!
//! An input of 1 is 256, a hidden activation of 1 is 512 (8.0, the largest, is 4096, clamped to 4095), an output of 1 is
//! 256. Weights of a layer are multiplied by the largest power of two that fits them into 12 bits and keeps every
//! possible sum below 2^31.

use super::network::{self, Network, floats};
use models::graph::weights::{Layer, RELU_MAX, WEIGHT_MAX, Weights};
use models::graph::{BadWeights, INPUT_MAX};

/// Binary digits of inputs and outputs behind the point.
const OUTER_DIGITS: u32 = 8;
/// Of hidden activations.
const HIDDEN_DIGITS: u32 = 9;
/// Most binary digits of weights behind the point.
const WEIGHT_DIGITS_MAX: u32 = 14;
/// Fewest: the first layer, which gives more digits than it gets, needs them to have something to drop.
const WEIGHT_DIGITS_MIN: u32 = 2;

/// The file's content. Fails if weights are so large that no scaling fits, which a decaying learning does not do.
pub fn quantise(network: &Network) -> Result<Weights, BadWeights> {
    let last = network.layers.len() - 1;
    let layers = network.layers.iter().enumerate().map(|(i, layer)| {
        let input = if i == 0 { (OUTER_DIGITS, INPUT_MAX) } else { (HIDDEN_DIGITS, RELU_MAX) };
        let output = if i == last { OUTER_DIGITS } else { HIDDEN_DIGITS };
        Floats::of(layer).fitted(input, output)
    });
    let weights = Weights { out_pool: network.out_pool(), layers: layers.collect() };
    Weights::parse(&weights.to_bytes())
}

/// A layer's numbers, out of LibTorch.
struct Floats {
    shape: network::Shape,
    temporal: Vec<f32>,
    bias: Vec<f32>,
    edges: Vec<Vec<f32>>,
}

impl Floats {
    fn of(layer: &network::Layer) -> Self {
        Self {
            shape: layer.shape,
            temporal: floats(&layer.temporal),
            bias: floats(&layer.bias),
            edges: layer.edges.iter().map(floats).collect(),
        }
    }
    /// With as many digits as fit; with the fewest if none do, which the check of the file then tells.
    fn fitted(&self, (input_digits, input_max): (u32, i16), output_digits: u32) -> Layer {
        let tries = (WEIGHT_DIGITS_MIN + 1..=WEIGHT_DIGITS_MAX).rev();
        let rounded = |digits| self.rounded(digits, (input_digits, output_digits));
        tries
            .filter(|d| self.largest() * scale(*d) <= f64::from(WEIGHT_MAX))
            .map(rounded)
            .find(|layer| sums_fit(layer, input_max))
            .unwrap_or_else(|| rounded(WEIGHT_DIGITS_MIN))
    }
    fn largest(&self) -> f64 {
        let all = self.temporal.iter().chain(self.edges.iter().flatten());
        all.fold(0.0, |largest, w| f64::from(w.abs()).max(largest))
    }
    fn rounded(&self, digits: u32, (input_digits, output_digits): (u32, u32)) -> Layer {
        let weights = |w: &Vec<f32>| w.iter().map(|v| (f64::from(*v) * scale(digits)).round() as i16).collect();
        let bias = |v: &f32| (f64::from(*v) * scale(digits + input_digits)).round() as i32;
        let network::Shape { taps, dilation, pool_before, residual, relu, inputs, outputs, .. } = self.shape;
        let shift = digits + input_digits - output_digits;
        let (bias, temporal) = (self.bias.iter().map(bias).collect(), weights(&self.temporal));
        let edges = std::array::from_fn(|e| self.edges.get(e).map(weights));
        Layer { taps, dilation, pool_before, residual, relu, inputs, outputs, shift, bias, temporal, edges }
    }
}

fn scale(digits: u32) -> f64 {
    f64::from(1_u32 << digits)
}

/// The check that `Weights::parse` makes.
fn sums_fit(layer: &Layer, input_max: i16) -> bool {
    let all = || [&layer.temporal].into_iter().chain(layer.edges.iter().flatten());
    let of = |output: usize| all().flat_map(move |w| w.iter().skip(output).step_by(layer.outputs));
    let sum = |output: usize| of(output).map(|w| i64::from(*w).abs()).sum::<i64>() * i64::from(input_max);
    let rest = |output: usize| i64::from(layer.bias[output]).abs() + (1 << (layer.shift - 1));
    (0..layer.outputs).all(|output| sum(output) + rest(output) < 1 << 31)
}

//! A network as data: the file that holds its shape and its weights, checked so that no sum can overflow. What a layer
//! computes is in `network`; training and rounding are done elsewhere.
//!
//! All numbers are little-endian.
//!
//! ```text
//! magic            8 bytes "CGRAPH1\0"
//! input_channels   u16     16
//! layers           u16     1 to 8
//! out_pool         u16     1, 2 or 4: rows averaged at the end
//! for each layer
//!   taps           u16     odd, 1 to 9
//!   dilation       u16     1 to 16
//!   pool_before    u16     0 or 1: the input is halved by maxima first
//!   residual       u16     0 or 1
//!   relu           u16     0 or 1; 0 in the last layer
//!   inputs         u16     1 to 128, outputs of the layer before
//!   outputs        u16     1 to 128; of the last layer a multiple of 8, 8 to 64
//!   shift          u16     1 to 24
//!   edges          u16     1 neighbours + 2 own stroke + 4 previous stroke + 8 next stroke
//!   bias           i32 [outputs]
//!   temporal       i16 [taps][inputs][outputs], each −2047 to 2047
//!   for each bit of edges, from the lowest
//!     weights      i16 [inputs][outputs], each −2047 to 2047
//! ```
//!
//! Written in Python, with one dict of integers and NumPy arrays in these shapes per layer:
//!
//! ```text
//! out = b"CGRAPH1\0" + struct.pack("<3H", 16, len(layers), out_pool)
//! for l in layers:
//!     out += struct.pack("<9H", l["taps"], l["dilation"], l["pool_before"], l["residual"], l["relu"],
//!                        l["inputs"], l["outputs"], l["shift"], l["edges"])
//!     out += l["bias"].astype("<i4").tobytes() + l["temporal"].astype("<i2").tobytes()
//!     for weights in l["edge_weights"]: out += weights.astype("<i2").tobytes()
//! ```

use super::bad_weights::{BadWeights, Field};
use super::{INPUT_MAX, INPUTS};

/// First bytes of the file.
pub const MAGIC: &[u8; 8] = b"CGRAPH1\0";
/// Most layers.
pub const LAYERS_MAX: usize = 8;
/// Most channels of a layer.
pub const CHANNELS_MAX: usize = 128;
/// Most channels of an embedding: a squared distance stays below 2^31.
pub const WIDTH_MAX: usize = 64;
/// Most taps in time.
pub const TAPS_MAX: usize = 9;
/// Largest step between taps.
pub const DILATION_MAX: usize = 16;
/// Largest absolute weight.
pub const WEIGHT_MAX: i16 = 2047;
/// Largest shift.
pub const SHIFT_MAX: usize = 24;
/// Largest output of a layer with `relu`; the smallest is 0.
pub const RELU_MAX: i16 = 4095;
/// Largest absolute output of a layer without.
pub const LINEAR_MAX: i16 = 2047;
/// Kinds of edges beside those in time.
pub const EDGES: usize = 4;

const SUM_LIMIT: i64 = 1 << 31;

/// One layer, as in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Nodes in time that are looked at, odd.
    pub taps: usize,
    /// Steps between them.
    pub dilation: usize,
    /// Whether the input is halved by maxima first.
    pub pool_before: bool,
    /// Whether the input is added to the output.
    pub residual: bool,
    /// Whether negative sums become 0.
    pub relu: bool,
    /// Channels in.
    pub inputs: usize,
    /// Channels out.
    pub outputs: usize,
    /// Binary digits that are dropped, rounded.
    pub shift: u32,
    /// Per output.
    pub bias: Vec<i32>,
    /// `[tap][input][output]`.
    pub temporal: Vec<i16>,
    /// `[input][output]` for neighbours, own, previous and next stroke, in the order of [`edge`].
    pub edges: [Option<Vec<i16>>; EDGES],
}

/// Indices of [`Layer::edges`], and bit numbers in the file.
pub mod edge {
    /// Mean of the nearest nodes in space.
    pub const NEIGHBOURS: usize = 0;
    /// Mean of the node's stroke.
    pub const OWN: usize = 1;
    /// Mean of the stroke before it.
    pub const PREVIOUS: usize = 2;
    /// Mean of the stroke after it.
    pub const NEXT: usize = 3;
}

/// A whole network, as in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// Rows averaged at the end.
    pub out_pool: usize,
    /// From input to output.
    pub layers: Vec<Layer>,
}

impl Weights {
    /// Reads and checks a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadWeights> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(BadWeights::Magic)?;
        let mut reader = Reader { rest, layer: None };
        reader.number("input_channels", |v| v == INPUTS, "16")?;
        let count = reader.number("layers", |v| (1..=LAYERS_MAX).contains(&v), "1 to 8")?;
        let out_pool = reader.number("out_pool", |v| [1, 2, 4].contains(&v), "1, 2 or 4")?;
        let layers = (0..count).map(|i| reader.layer(i)).collect::<Result<Vec<_>, _>>()?;
        if !reader.rest.is_empty() {
            return Err(BadWeights::Trailing { found: reader.rest.len() });
        }
        check(&layers)?;
        Ok(Self { out_pool, layers })
    }
    /// The file. The inverse of [`Self::parse`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let header = [INPUTS, self.layers.len(), self.out_pool];
        out.extend(header.iter().flat_map(|v| (*v as u16).to_le_bytes()));
        self.layers.iter().for_each(|layer| layer.write(&mut out));
        out
    }
}

impl Layer {
    /// Largest absolute value of an output.
    pub fn output_max(&self) -> i16 {
        if self.relu { RELU_MAX } else { LINEAR_MAX }
    }
    /// Rows before and after a node that its outputs depend on in time.
    pub fn reach(&self) -> usize {
        self.taps / 2 * self.dilation
    }
    fn write(&self, out: &mut Vec<u8>) {
        let flags = [self.pool_before, self.residual, self.relu].map(usize::from);
        let bits = (0..EDGES).filter(|e| self.edges[*e].is_some()).map(|e| 1 << e).sum();
        let header = [self.taps, self.dilation].into_iter().chain(flags);
        let header = header.chain([self.inputs, self.outputs, self.shift as usize, bits]);
        out.extend(header.flat_map(|v| (v as u16).to_le_bytes()));
        out.extend(self.bias.iter().flat_map(|v| v.to_le_bytes()));
        let weights = self.temporal.iter().chain(self.edges.iter().flatten().flatten());
        out.extend(weights.flat_map(|v| v.to_le_bytes()));
    }
    /// Largest absolute sum of an output, for inputs of at most `input_max`. Means never exceed what they are made of.
    fn sum_bound(&self, output: usize, input_max: i16) -> i64 {
        let all = [&self.temporal].into_iter().chain(self.edges.iter().flatten());
        let weights = all.flat_map(|w| w.iter().skip(output).step_by(self.outputs));
        let sum: i64 = weights.map(|w| i64::from(*w).abs()).sum();
        sum * i64::from(input_max) + i64::from(self.bias[output]).abs() + (1 << (self.shift - 1))
    }
}

/// What no layer can tell alone: that neighbours fit, that the end is an embedding, that no sum overflows.
fn check(layers: &[Layer]) -> Result<(), BadWeights> {
    let (mut width, mut input_max) = (INPUTS, INPUT_MAX);
    for (i, layer) in layers.iter().enumerate() {
        let meet = |name, found: usize, expected: usize| {
            let field = Field { layer: Some(i), name };
            if found == expected { Ok(()) } else { Err(BadWeights::Channels { field, found, expected }) }
        };
        meet("inputs", layer.inputs, width)?;
        if layer.residual {
            meet("residual", layer.outputs, layer.inputs)?;
        }
        let bounds = (0..layer.outputs).map(|output| (output, layer.sum_bound(output, input_max)));
        if let Some((output, bound)) = bounds.into_iter().find(|(_, bound)| *bound >= SUM_LIMIT) {
            return Err(BadWeights::MayOverflow { layer: i, output, bound });
        }
        (width, input_max) = (layer.outputs, layer.output_max());
    }
    let last = layers.len() - 1;
    if input_max != LINEAR_MAX {
        let field = Field { layer: Some(last), name: "relu" };
        return Err(BadWeights::OutOfRange { field, found: 1, allowed: "0 in the last layer" });
    }
    if width.is_multiple_of(8) && width <= WIDTH_MAX {
        return Ok(());
    }
    let field = Field { layer: Some(last), name: "outputs" };
    Err(BadWeights::OutOfRange { field, found: width as i64, allowed: "a multiple of 8 up to 64 in the last layer" })
}

struct Reader<'a> {
    rest: &'a [u8],
    layer: Option<usize>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, name: &'static str, bytes: usize) -> Result<&'a [u8], BadWeights> {
        let field = Field { layer: self.layer, name };
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(BadWeights::Truncated { field })?;
        self.rest = rest;
        Ok(taken)
    }
    fn number(
        &mut self,
        name: &'static str,
        is_allowed: impl Fn(usize) -> bool,
        allowed: &'static str,
    ) -> Result<usize, BadWeights> {
        let found = self.take(name, 2)?.iter().rev().fold(0, |v, b| v << 8 | usize::from(*b));
        if is_allowed(found) {
            return Ok(found);
        }
        Err(BadWeights::OutOfRange { field: Field { layer: self.layer, name }, found: found as i64, allowed })
    }
    fn flag(&mut self, name: &'static str) -> Result<bool, BadWeights> {
        Ok(self.number(name, |v| v <= 1, "0 or 1")? == 1)
    }
    fn channels(&mut self, name: &'static str) -> Result<usize, BadWeights> {
        self.number(name, |v| (1..=CHANNELS_MAX).contains(&v), "1 to 128")
    }
    fn layer(&mut self, index: usize) -> Result<Layer, BadWeights> {
        self.layer = Some(index);
        let taps = self.number("taps", |v| v % 2 == 1 && v <= TAPS_MAX, "odd numbers up to 9")?;
        let dilation = self.number("dilation", |v| (1..=DILATION_MAX).contains(&v), "1 to 16")?;
        let (pool_before, residual, relu) = (self.flag("pool_before")?, self.flag("residual")?, self.flag("relu")?);
        let (inputs, outputs) = (self.channels("inputs")?, self.channels("outputs")?);
        let shift = self.number("shift", |v| (1..=SHIFT_MAX).contains(&v), "1 to 24")? as u32;
        let bits = self.number("edges", |v| v < 1 << EDGES, "0 to 15")?;
        let bias = self.take("bias", outputs * 4)?.as_chunks().0.iter().map(|b| i32::from_le_bytes(*b)).collect();
        let temporal = self.weights("temporal", taps * inputs * outputs)?;
        let mut edges = [const { None }; EDGES];
        for (e, name) in ["neighbours", "own stroke", "previous stroke", "next stroke"].into_iter().enumerate() {
            if bits >> e & 1 == 1 {
                edges[e] = Some(self.weights(name, inputs * outputs)?);
            }
        }
        Ok(Layer { taps, dilation, pool_before, residual, relu, inputs, outputs, shift, bias, temporal, edges })
    }
    fn weights(&mut self, name: &'static str, count: usize) -> Result<Vec<i16>, BadWeights> {
        let bytes = self.take(name, count * 2)?;
        let weights: Vec<i16> = bytes.as_chunks().0.iter().map(|b| i16::from_le_bytes(*b)).collect();
        match weights.iter().find(|w| w.unsigned_abs() > WEIGHT_MAX.unsigned_abs()) {
            Some(w) => Err(BadWeights::OutOfRange {
                field: Field { layer: self.layer, name },
                found: i64::from(*w),
                allowed: "-2047 to 2047",
            }),
            None => Ok(weights),
        }
    }
}

#[cfg(test)]
mod tests;

//! A signature as a graph of moments, for the network: one node each 20 ms, what the pen did there as small integers,
//! where it was, and to which stroke it belongs.
//!
//! From here on everything is an integer, so no machine can differ from another. The only floating-point steps are the
//! roundings in [`Graph::of`], which IEEE-754 defines exactly. What a network does with a graph is [`network`]'s; how
//! two results are compared is [`elastic`]'s. Nothing here looks at who wrote.

pub mod bad_weights;
pub mod columns;
pub mod elastic;
pub mod embedding;
pub mod gallery;
pub mod kernel;
mod layer;
pub mod level;
pub mod network;
mod rows;
pub mod weights;

pub use bad_weights::BadWeights;
pub use embedding::Embedding;
pub use gallery::Gallery;
pub use kernel::Kernel;
pub use level::Level;
pub use network::Network;

use crate::features::{CHANNELS, Series, channel};
use crate::trace::Trace;

/// Inputs of a node: the channels of a [`Series`] in their order, then whether the pen was down.
pub const INPUTS: usize = CHANNELS + 1;
/// Largest absolute input.
pub const INPUT_MAX: i16 = 2047;
/// Input of one standard deviation, and of a pen that is down (up: as much below zero).
const UNIT: f32 = 256.0;
/// Positions are in sixteenths of 0.01 mm …
const POSITION_UNIT: f64 = 16.0;
/// … and end here (0.65 m), so that a squared distance is exact in an `f64` too.
const POSITION_MAX: f64 = (1 << 20) as f64;

/// The nodes of a signature at 50 Hz.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    inputs: Vec<i16>,
    positions: Vec<[i32; 2]>,
    strokes: Vec<u16>,
}

impl Graph {
    /// The graph of a trace and its time functions. Without `pressure` the inputs that need it are 0.
    pub fn of(trace: &Trace, series: &Series, pressure: bool) -> Self {
        let down = trace.down();
        let position = |i: usize| [trace.smooth_x[2 * i], trace.smooth_y[2 * i]].map(grid);
        let strokes = numbered(&down);
        Self {
            inputs: inputs(series, &down, pressure),
            positions: (0..series.len).map(position).collect(),
            strokes: strokes.into_iter().step_by(2).take(series.len).collect(),
        }
    }
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.positions.len()
    }
    /// Whether there is no node; a [`Trace`] has at least 20.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }
    /// Node after node, [`INPUTS`] each, in 1/256 of a standard deviation, −[`INPUT_MAX`] to [`INPUT_MAX`].
    pub fn inputs(&self) -> &[i16] {
        &self.inputs
    }
    /// Nodes, positions and strokes after `halvings` poolings by two.
    pub fn level(&self, halvings: u32) -> Level {
        let step = 1 << halvings;
        let positions = self.positions.iter().step_by(step).copied().collect();
        let strokes: Vec<u16> = self.strokes.iter().step_by(step).copied().collect();
        Level::new(positions, &strokes)
    }
}

fn grid(v: f64) -> i32 {
    (v * POSITION_UNIT + 0.5).floor().clamp(-POSITION_MAX, POSITION_MAX) as i32
}

/// To the nearest of 1/256, halves up. Clamping first changes nothing, for the bounds are integers, and lets the
/// conversion round: no call of `floor` on machines without an instruction for it.
fn quantised(v: f32) -> i16 {
    let shifted = (v * UNIT + 0.5).clamp(f32::from(-INPUT_MAX), f32::from(INPUT_MAX));
    let towards_zero = shifted as i32;
    (towards_zero - i32::from(towards_zero as f32 > shifted)) as i16
}

fn inputs(series: &Series, down: &[bool], pressure: bool) -> Vec<i16> {
    let mut inputs = vec![0; series.len * INPUTS];
    let used = if pressure { CHANNELS } else { channel::PRESSURE };
    for c in 0..used {
        let nodes = inputs.chunks_exact_mut(INPUTS);
        nodes.zip(series.channel(c)).for_each(|(node, v)| node[c] = quantised(*v));
    }
    for (node, down) in inputs.chunks_exact_mut(INPUTS).zip(down.iter().step_by(2)) {
        node[CHANNELS] = quantised(if *down { 1.0 } else { -1.0 });
    }
    inputs
}

/// The stroke of each moment, from 0. The way through the air belongs to the stroke before it, and what precedes the
/// first stroke to the first.
fn numbered(down: &[bool]) -> Vec<u16> {
    let (mut begun, mut before) = (0_u16, false);
    let next = |down: &bool| {
        begun += u16::from(*down && !before);
        before = *down;
        begun.saturating_sub(1)
    };
    down.iter().map(next).collect()
}

#[cfg(test)]
use weights::{EDGES, Layer, Weights};

#[cfg(test)]
#[path = "../tests/networks/random.rs"]
pub(crate) mod random;
#[cfg(test)]
mod tests;

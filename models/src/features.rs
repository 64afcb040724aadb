//! Functions of time: what the pen did at each moment, z-normalised over the signature, at 50 Hz.
//!
//! The twelve functions of Jiang et al. (DsDTW, TIFS 2022; also Lai et al., SynSig2Vec) and the three positions and one
//! derivative that the additional distances of this model use. They are computed at 100 Hz and every second point is
//! kept: after a 15 Hz low-pass nothing is lost, and a distance costs a quarter. Nothing here looks at who wrote.

use crate::arithmetic::{angles, lengths, logarithms, wrap};
use crate::trace::Trace;

/// Channels of a [`Series`].
pub const CHANNELS: usize = 15;
/// Spare zeros behind each channel, so that whole vectors may be read at its end.
pub const PADDING: usize = 16;
/// Keeps the logarithm of the radius of curvature finite; 0.01 mm per step and radians.
const SOFTENING: f64 = 0.05;

/// Names of the channels, in the order of [`channel`].
pub const CHANNEL_NAMES: [&str; CHANNELS] = [
    "x",
    "y",
    "dx",
    "dy",
    "speed",
    "cosine",
    "sine",
    "angle",
    "log_radius",
    "acceleration",
    "tangential",
    "centripetal",
    "turn",
    "pressure",
    "pressure_change",
];

/// Indices of the channels. Those that need pressure come last.
pub mod channel {
    /// Position across.
    pub const X: usize = 0;
    /// Position up.
    pub const Y: usize = 1;
    /// Velocity across.
    pub const DX: usize = 2;
    /// Velocity up.
    pub const DY: usize = 3;
    /// Speed.
    pub const SPEED: usize = 4;
    /// Cosine of the direction.
    pub const COS: usize = 5;
    /// Sine of the direction.
    pub const SIN: usize = 6;
    /// Direction, (−π, π].
    pub const ANGLE: usize = 7;
    /// Logarithm of the radius of curvature.
    pub const RADIUS: usize = 8;
    /// Total acceleration.
    pub const TOTAL: usize = 9;
    /// Tangential acceleration.
    pub const TANGENTIAL: usize = 10;
    /// Centripetal acceleration.
    pub const CENTRIPETAL: usize = 11;
    /// Change of direction, absolute.
    pub const TURN: usize = 12;
    /// Pressure.
    pub const PRESSURE: usize = 13;
    /// Change of pressure.
    pub const DPRESSURE: usize = 14;
}

/// Z-normalised channels, each `stride` long with [`PADDING`] zeros at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Points per channel.
    pub len: usize,
    /// Points and padding per channel.
    pub stride: usize,
    /// Channel after channel.
    pub data: Vec<f32>,
    /// The same, point after point.
    pub points: Vec<Moment>,
}

/// All channels of one point, and a zero.
pub type Moment = [f32; CHANNELS + 1];

impl Series {
    /// From channels of `len` points, each with its padding.
    pub fn of_channels(len: usize, data: Vec<f32>) -> Self {
        let stride = len + PADDING;
        let mut points = vec![[0.0; CHANNELS + 1]; len];
        for (c, channel) in data.chunks_exact(stride).take(CHANNELS).enumerate() {
            points.iter_mut().zip(channel).for_each(|(point, v)| point[c] = *v);
        }
        Self { len, stride, data, points }
    }
    /// The time functions of a trace.
    pub fn of(trace: &Trace) -> Self {
        let channels = functions(trace);
        let len = trace.x.len().div_ceil(2);
        let stride = len + PADDING;
        let mut data = Vec::with_capacity(CHANNELS * stride);
        for (channel, (mean, deviation)) in channels.iter().zip(moments_of_each(&channels)) {
            data.extend(channel.iter().step_by(2).map(|v| ((v - mean) / (deviation + 1e-8)) as f32));
            data.extend([0.0; PADDING]);
        }
        Self::of_channels(len, data)
    }
    /// The same points from last to first.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let mut data = Vec::with_capacity(self.data.len());
        for channel in self.data.chunks_exact(self.stride) {
            data.extend(channel[..self.len].iter().rev());
            data.extend([0.0; PADDING]);
        }
        Self { data, points: self.points.iter().rev().copied().collect(), ..*self }
    }
    /// One channel, without padding.
    pub fn channel(&self, index: usize) -> &[f32] {
        &self.data[index * self.stride..][..self.len]
    }
    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        size_of_val(&self.data[..]) + size_of_val(&self.points[..])
    }
}

/// In the order of [`channel`].
fn functions(trace: &Trace) -> [Vec<f64>; CHANNELS] {
    let (dx, dy) = (derivative(&trace.smooth_x), derivative(&trace.smooth_y));
    let (speed, angle) = (lengths(&dx, &dy), angles(&dy, &dx));
    let part = |d: &[f64], rest: f64| -> Vec<f64> {
        d.iter().zip(&speed).map(|(d, v)| if *v > 0.0 { d / v } else { rest }).collect()
    };
    let turn = turns(&angle);
    let tangential = derivative(&speed);
    let centripetal: Vec<f64> = speed.iter().zip(&turn).map(|(v, w)| v * w).collect();
    let cosine = part(&dx, 1.0);
    let sine = part(&dy, 0.0);
    let mut radius: Vec<f64> = speed.iter().zip(&turn).map(|(v, w)| (v + SOFTENING) / (w + SOFTENING)).collect();
    logarithms(&mut radius);
    let total = lengths(&tangential, &centripetal);
    let dp = derivative(&trace.pressure);
    let (x, y, p) = (trace.x.clone(), trace.y.clone(), trace.pressure.clone());
    [x, y, dx, dy, speed, cosine, sine, angle, radius, total, tangential, centripetal, turn, p, dp]
}

/// Central difference; the ends repeat their neighbours.
pub fn derivative(signal: &[f64]) -> Vec<f64> {
    let inner = |i: usize| (signal[i + 1] - signal[i - 1]) * 0.5;
    ends_repeated(signal.len(), inner)
}

/// Half the absolute change of direction across each point.
fn turns(angle: &[f64]) -> Vec<f64> {
    ends_repeated(angle.len(), |i| (wrap(angle[i + 1] - angle[i - 1]) * 0.5).abs())
}

fn ends_repeated(len: usize, inner: impl Fn(usize) -> f64) -> Vec<f64> {
    if len < 3 {
        return vec![0.0; len];
    }
    (0..len).map(|i| inner(i.clamp(1, len - 2))).collect()
}

/// [`moments`] of lists of equal length. Each is summed by itself, but all beside one another: a sum waits for its last number.
fn moments_of_each<const N: usize>(lists: &[Vec<f64>; N]) -> [(f64, f64); N] {
    let len = lists[0].len();
    let (lists, n) = (lists.each_ref().map(|list| &list[..len]), len.max(1) as f64);
    let (mut means, mut squares) = ([0.0; N], [0.0; N]);
    let each = |i: usize| std::array::from_fn::<f64, N, _>(|c| lists[c][i]);
    for v in (0..len).map(each) {
        (0..N).for_each(|c| means[c] += v[c]);
    }
    means.iter_mut().for_each(|mean| *mean /= n);
    for v in (0..len).map(each) {
        (0..N).for_each(|c| squares[c] += (v[c] - means[c]) * (v[c] - means[c]));
    }
    std::array::from_fn(|c| (means[c], (squares[c] / n).sqrt()))
}

/// Mean and standard deviation, summed from first to last.
pub fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len().max(1) as f64;
    let mean = values.iter().fold(0.0, |s, v| s + v) / n;
    let variance = values.iter().fold(0.0, |s, v| s + (v - mean) * (v - mean)) / n;
    (mean, variance.sqrt())
}

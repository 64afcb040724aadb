//! A signature at 50 points a second with the qualities that a report speaks of, and how far two signatures are apart in
//! each of them, point by point along the warping path. Speed and pressure are as recorded and not normalised, so that
//! "faster" means faster.

use crate::arithmetic::{hypot, ln};
use crate::dtw::path;
use crate::features::{Series, channel, derivative};
use crate::trace::Trace;

/// Milliseconds between points.
pub const STEP_MS: u32 = 20;
/// Keeps the logarithm of a resting pen's speed finite; 0.01 mm per 10 ms.
const SPEED_SOFTENING: f64 = 5.0;

/// Number of qualities.
pub const QUALITIES: usize = 7;
/// Indices of the qualities.
pub mod quality {
    /// Position across, deviations of the signature.
    pub const X: usize = 0;
    /// Position up.
    pub const Y: usize = 1;
    /// Cosine of the direction.
    pub const COS: usize = 2;
    /// Sine of the direction.
    pub const SIN: usize = 3;
    /// Natural logarithm of the speed.
    pub const SPEED: usize = 4;
    /// Pressure, 0 to 1.
    pub const PRESSURE: usize = 5;
    /// 1 while the pen touches.
    pub const DOWN: usize = 6;
}

/// One signature.
pub struct Track {
    series: Series,
    reversed: Series,
    /// Quality by quality, point by point.
    pub values: [Vec<f64>; QUALITIES],
    /// Whether pressure is sensed.
    pub has_pressure: bool,
}

impl Track {
    /// Of a trace.
    pub fn of(trace: &Trace) -> Self {
        let series = Series::of(trace);
        let normed = |c: usize| series.channel(c).iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let (dx, dy) = (derivative(&trace.smooth_x), derivative(&trace.smooth_y));
        let speed = dx.iter().zip(&dy).step_by(2).map(|(x, y)| ln(hypot(*x, *y) + SPEED_SOFTENING)).collect();
        let pressure = trace.pressure.iter().step_by(2).copied().collect();
        let values = [
            normed(channel::X),
            normed(channel::Y),
            normed(channel::COS),
            normed(channel::SIN),
            speed,
            pressure,
            down(trace, series.len),
        ];
        Self { reversed: series.reversed(), series, values, has_pressure: trace.has_pressure }
    }
    /// Points.
    pub fn len(&self) -> usize {
        self.series.len
    }
    /// For each of our points those of `other` that it is held against, from first to last.
    pub fn aligned(&self, other: &Self, pressure: bool) -> Vec<std::ops::RangeInclusive<usize>> {
        let mut ranges: Vec<std::ops::RangeInclusive<usize>> = Vec::with_capacity(self.len());
        for (i, j) in path(&self.series, &other.reversed, pressure) {
            match ranges.get_mut(i) {
                Some(range) => *range = *range.start()..=j,
                None => ranges.push(j..=j),
            }
        }
        ranges
    }
}

fn down(trace: &Trace, len: usize) -> Vec<f64> {
    let mut next = 0;
    let at = |i: usize| {
        let t_us = i as u32 * STEP_MS * 1000;
        while next + 1 < trace.points.len() && trace.points[next + 1].t_us <= t_us {
            next += 1;
        }
        f64::from(u8::from(trace.points[next].down))
    };
    (0..len).map(at).collect()
}

/// Signed difference of a quality at each of our points from what it is held against in `other`, and the mean size of the
/// single differences.
pub fn differences(ours: &Track, other: &Track, (quality, pressure): (usize, bool)) -> Vec<(f64, f64)> {
    let (a, b) = (&ours.values[quality], &other.values[quality]);
    let at = |(i, range): (usize, std::ops::RangeInclusive<usize>)| {
        let count = range.clone().count() as f64;
        let sum = range.fold((0.0, 0.0), |(s, m), j| (s + (a[i] - b[j]), m + (a[i] - b[j]).abs()));
        (sum.0 / count, sum.1 / count)
    };
    ours.aligned(other, pressure).into_iter().enumerate().map(at).collect()
}

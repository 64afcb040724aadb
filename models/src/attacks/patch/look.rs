//! A first look at where in another writing a stretch may have been taken from: every moment near enough, at a few paces.
//!
//! The other writing is sampled once for each pace, and what a linear map needs to know of it alone is added up once, so that a
//! stretch costs four products a point and moment. Moments stand in lanes. What is found here is searched for more finely
//! elsewhere.

use super::stretch::{FLOOR, LENGTH, Stretch};
use super::velocity::Velocity;
use super::{OVER, Other, Source};
use crate::attacks::lanes::{LANES, Lane};

/// Points of a stretch that a look compares.
pub(super) const LOOKED_AT: usize = 10;
/// From one of them to the next, in points of the writing.
const APART: usize = LENGTH / LOOKED_AT;
/// From the middle of a stretch to the first of them, points.
const BEFORE: f32 = 0.5 * (LENGTH - APART) as f32;
/// Paces that a look tries.
pub(super) const PACES: [f32; 3] = [0.88, 1.0, 1.14];

/// A writing at one pace: what a stretch is laid on, at every moment that its middle may have.
pub(super) struct Laid {
    pace: f32,
    /// Moment of the first middle.
    start: f32,
    /// How many there are.
    count: usize,
    x: Vec<f32>,
    y: Vec<f32>,
    /// Inverse of the second moments of what lies under a stretch, middle after middle: of x, of both, of y.
    inverse: [Vec<f32>; 3],
}

impl Laid {
    #[inline(always)]
    pub(super) fn of(velocity: &Velocity, len: usize, pace: f32) -> Self {
        let half = 0.5 * LENGTH as f32 * pace;
        let start = half - OVER;
        let span = (len as f32 + OVER - half - start) / pace;
        let count = if span >= 0.0 { span as usize + 1 } else { 0 };
        // Whole vectors may be read at the end.
        let points = count + LENGTH + LANES;
        let first = start - BEFORE * pace;
        let (x, y): (Vec<f32>, Vec<f32>) = (0..points).map(|i| velocity.at(first + pace * i as f32)).unzip();
        let mut inverse = [(); 3].map(|()| Vec::with_capacity(count + LANES));
        for i in 0..count {
            let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
            for k in (i..i + LENGTH).step_by(APART) {
                (xx, xy, yy) = (xx + x[k] * x[k], xy + x[k] * y[k], yy + y[k] * y[k]);
            }
            let [xx, xy, yy] = [xx, xy, yy].map(|sum| sum / LOOKED_AT as f32);
            let (xx, yy) = (xx + FLOOR, yy + FLOOR);
            let det = xx * yy - xy * xy;
            inverse.iter_mut().zip([yy / det, xy / det, xx / det]).for_each(|(list, v)| list.push(v));
        }
        inverse.iter_mut().for_each(|list| list.resize(count + LANES, 0.0));
        Self { pace, start, count, x, y, inverse }
    }

    /// The middles that lie at most so far from a moment: the first, and the one after the last.
    #[inline(always)]
    fn near(&self, about: f32, reach: f32) -> (usize, usize) {
        let place = |moment: f32| (moment - self.start) / self.pace;
        let (first, last) = (place(about - reach), place(about + reach));
        // Rounded up, and down; what is negative becomes 0.
        let first = first as usize + usize::from(first > (first as usize) as f32);
        (first, if last < 0.0 { 0 } else { (last as usize + 1).min(self.count) })
    }

    /// The part of a stretch's energy that no linear map explains, of [`LANES`] middles from one on.
    #[inline(always)]
    fn unexplained(&self, own: &Stretch<LOOKED_AT>, first: usize) -> Lane {
        let (mut sums, mut out) = ([[0.0; LANES]; 4], [0.0; LANES]);
        for k in 0..LOOKED_AT {
            let at = first + k * APART;
            let (x, y) = (&self.x[at..at + LANES], &self.y[at..at + LANES]);
            for l in 0..LANES {
                sums[0][l] += x[l] * own.x[k];
                sums[1][l] += y[l] * own.x[k];
                sums[2][l] += x[l] * own.y[k];
                sums[3][l] += y[l] * own.y[k];
            }
        }
        let [p, q, r] = self.inverse.each_ref().map(|list| &list[first..first + LANES]);
        let scale = 1.0 / ((LOOKED_AT * LOOKED_AT) as f32 * own.energy);
        for l in 0..LANES {
            let explained = |u: f32, v: f32| u * u * p[l] - 2.0 * u * v * q[l] + v * v * r[l];
            let rest = 1.0 - (explained(sums[0][l], sums[1][l]) + explained(sums[2][l], sums[3][l])) * scale;
            out[l] = if rest > 0.0 { rest } else { 0.0 };
        }
        out
    }
}

/// Where the least is left in one other writing, about the moment that lies as far in it, and how much; [`f32::MAX`] if no
/// moment is near enough.
#[inline(always)]
pub(super) fn look(own: &Stretch<LOOKED_AT>, other: &Other, about: f32) -> (f32, Source) {
    let (mut least, mut best) = (f32::MAX, Source { middle: about, pace: 1.0 });
    for laid in &other.laid {
        let (first, end) = laid.near(about, other.reach);
        let (mut lanes, mut places) = ([f32::MAX; LANES], [0; LANES]);
        for from in (first..end).step_by(LANES) {
            let rests = laid.unexplained(own, from);
            for l in 0..LANES {
                let is_less = rests[l] < lanes[l] && from + l < end;
                (lanes[l], places[l]) = if is_less { (rests[l], (from + l) as u32) } else { (lanes[l], places[l]) };
            }
        }
        for (rest, place) in lanes.into_iter().zip(places) {
            if rest < least {
                (least, best) = (rest, Source { middle: laid.start + laid.pace * place as f32, pace: laid.pace });
            }
        }
    }
    (least, best)
}

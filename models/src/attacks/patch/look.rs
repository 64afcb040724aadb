//! A first look at where in another writing a stretch may have been taken from: every moment near enough, at a few paces.
//!
//! The other writing is sampled once for each pace, and what a linear map needs to know of it alone is added up once, so that a
//! stretch costs four products a point and moment. Moments stand in lanes. What is found here is searched for more finely
//! elsewhere.

use super::stretch::{FLOOR, LENGTH, Stretch};
use super::velocity::Velocity;
use super::{OVER, Other, Source};
use crate::attacks::lanes::{LANES, Lane};
use crate::graph::kernel::{Loops, Under};

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
        let (mut x, mut y) = (Vec::with_capacity(points + LANES), Vec::with_capacity(points + LANES));
        for i in (0..points).step_by(LANES) {
            let mut moments = [0.0; LANES];
            (0..LANES).for_each(|l| moments[l] = first + pace * (i + l) as f32);
            let both = velocity.at_each(moments);
            x.extend(both.0);
            y.extend(both.1);
        }
        let inverse = inverse(&x, &y, count);
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
    fn unexplained<L: Loops>(&self, own: &Stretch<LOOKED_AT>, first: usize) -> Lane {
        let under = Under { points: [&self.x[first..], &self.y[first..]], apart: APART };
        let (sums, mut out) = (L::products([&own.x, &own.y], under), [0.0; LANES]);
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

/// Of the second moments under a stretch, for so many middles; a whole vector may be read from any of them.
#[inline(always)]
fn inverse(x: &[f32], y: &[f32], count: usize) -> [Vec<f32>; 3] {
    let mut inverse = [(); 3].map(|()| Vec::with_capacity(count + 2 * LANES));
    for i in (0..count).step_by(LANES) {
        let mut sums = [[0.0; LANES]; 3];
        for k in 0..LOOKED_AT {
            let at = i + k * APART;
            let (x, y) = (&x[at..at + LANES], &y[at..at + LANES]);
            for l in 0..LANES {
                sums[0][l] += x[l] * x[l];
                sums[1][l] += x[l] * y[l];
                sums[2][l] += y[l] * y[l];
            }
        }
        let mut out = [[0.0; LANES]; 3];
        for l in 0..LANES {
            let [xx, xy, yy] = sums.map(|sum| sum[l] / LOOKED_AT as f32);
            let (xx, yy) = (xx + FLOOR, yy + FLOOR);
            let det = xx * yy - xy * xy;
            (out[0][l], out[1][l], out[2][l]) = (yy / det, xy / det, xx / det);
        }
        inverse.iter_mut().zip(out).for_each(|(list, v)| list.extend(v));
    }
    inverse.iter_mut().for_each(|list| list.resize(count + LANES, 0.0));
    inverse
}

/// Where the least is left in one other writing, about the moment that lies as far in it, and how much; [`f32::MAX`] if no
/// moment is near enough.
#[inline(always)]
pub(super) fn look<L: Loops>(own: &Stretch<LOOKED_AT>, other: &Other, about: f32) -> (f32, Source) {
    let (mut least, mut best) = (f32::MAX, Source { middle: about, pace: 1.0 });
    for laid in &other.laid {
        let (first, end) = laid.near(about, other.reach);
        let mut found = Found { rests: [f32::MAX; LANES], blocks: [0; LANES] };
        for from in (first..end).step_by(LANES) {
            let mut rests = laid.unexplained::<L>(own, from);
            // Only the last block has lanes behind the end.
            if from + LANES > end {
                rests[end - from..].fill(f32::MAX);
            }
            found.add(&rests, from as u32);
        }
        for l in 0..LANES {
            if found.rests[l] < least {
                let middle = laid.start + laid.pace * (found.blocks[l] + l as u32) as f32;
                (least, best) = (found.rests[l], Source { middle, pace: laid.pace });
            }
        }
    }
    (least, best)
}

/// The least of each lane, and in which block it was.
struct Found {
    rests: Lane,
    blocks: [u32; LANES],
}

impl Found {
    #[inline(always)]
    fn add(&mut self, rests: &Lane, block: u32) {
        let lanes = self.rests.iter_mut().zip(&mut self.blocks).zip(rests);
        for ((least, of), rest) in lanes {
            let is_less = *rest < *least;
            *least = if is_less { *rest } else { *least };
            *of = if is_less { block } else { *of };
        }
    }
}

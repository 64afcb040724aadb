//! From where a first look found least: a finer search in place and pace, and what is left at the end of it.

use super::look::LOOKED_AT;
use super::stretch::{FLOOR, Stretch};
use super::velocity::Velocity;
use super::{PACE_RANGE, Source};
use crate::attacks::lanes::{LANES, Lane};

/// First steps in place (points) and pace.
pub(super) const SEARCH: [f32; 2] = [0.5, 0.04];
/// Rounds.
pub(super) const ROUNDS: usize = 5;

/// The eight neighbours of a source in place and pace, in steps.
const NEIGHBOURS: [[f32; 2]; LANES] =
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]];

/// A source, searched for from where a first look leaves so much.
#[inline(always)]
pub(super) fn refined(own: &Stretch<LOOKED_AT>, other: &Velocity, (mut least, mut source): (f32, Source)) -> Source {
    let mut steps = SEARCH;
    for _ in 0..ROUNDS {
        let near = NEIGHBOURS.map(|by| Source {
            middle: source.middle + steps[0] * by[0],
            pace: (source.pace + steps[1] * by[1]).clamp(PACE_RANGE[0], PACE_RANGE[1]),
        });
        let before = least;
        for (rest, near) in rests_at(own, other, &near).into_iter().zip(near) {
            if rest < least {
                (least, source) = (rest, near);
            }
        }
        if least >= before {
            steps = steps.map(|step| 0.5 * step);
        }
    }
    source
}

/// What several sources leave unexplained.
#[inline(always)]
pub(super) fn rests_at<const N: usize>(own: &Stretch<N>, other: &Velocity, sources: &[Source; LANES]) -> Lane {
    let (middles, paces) = (sources.map(|source| source.middle), sources.map(|source| source.pace));
    let mut sums = Sums::new();
    for k in 0..N {
        let (offset, mut moments) = (Stretch::<N>::offset(k), [0.0; LANES]);
        for l in 0..LANES {
            moments[l] = middles[l] + paces[l] * offset;
        }
        let (x, y) = other.at_each(moments);
        sums.add((own.x[k], own.y[k]), &x, &y);
    }
    sums.unexplained(own.energy, N)
}

/// Sums over the points of stretches of others, in lanes.
struct Sums([Lane; 7]);

impl Sums {
    #[inline(always)]
    fn new() -> Self {
        Self([[0.0; LANES]; 7])
    }
    #[inline(always)]
    fn add(&mut self, own: (f32, f32), x: &Lane, y: &Lane) {
        for l in 0..LANES {
            let (x, y) = (x[l], y[l]);
            self.0[0][l] += x * x;
            self.0[1][l] += x * y;
            self.0[2][l] += y * y;
            self.0[3][l] += x * own.0;
            self.0[4][l] += y * own.0;
            self.0[5][l] += x * own.1;
            self.0[6][l] += y * own.1;
        }
    }
    /// The part of a stretch's energy that no linear map of the others' explains.
    #[inline(always)]
    fn unexplained(&self, energy: f32, points: usize) -> Lane {
        let (n, mut out) = (points as f32, [0.0; LANES]);
        for l in 0..LANES {
            let [xx, xy, yy, ax, ay, bx, by] = self.0.each_ref().map(|sum| sum[l] / n);
            let (xx, yy) = (xx + FLOOR, yy + FLOOR);
            let det = xx * yy - xy * xy;
            let explained = |u: f32, v: f32| (u * u * yy - 2.0 * u * v * xy + v * v * xx) / det;
            let rest = 1.0 - (explained(ax, ay) + explained(bx, by)) / energy;
            out[l] = if rest > 0.0 { rest } else { 0.0 };
        }
        out
    }
}

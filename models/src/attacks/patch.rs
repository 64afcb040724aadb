//! How exactly each short stretch of a writing repeats a stretch of others, wherever in them it lies, moved, turned, scaled and
//! paced on its own: what stays of a copy whose strokes were moved one by one, mixed from several writings or bent, and of
//! a path half-way between two.
//!
//! The pen's velocity over 400 ms is laid on every moment of the other writing that is not much earlier or later, at several
//! paces (`look`); a linear map of the plane is taken out; the best place is then searched for more finely (`search`). f32 in
//! a fixed order: the same bits everywhere. Nothing is decided here.

mod look;
mod search;
mod stretch;
mod velocity;

use super::lanes::LANES;
use crate::arithmetic::ln;
use crate::features::Series;
use crate::graph::kernel::{Kernel, Loops, Work};
use look::{LOOKED_AT, Laid, PACES, look};
use search::{ROUNDS, SEARCH, refined, rests_at};
use stretch::{FLOOR, LENGTH, Stretch};
use velocity::Velocity;

/// From one stretch to the next.
const HOP: usize = 8;
/// How much earlier or later the stretch may be in the other writing, in parts of that one.
const REACH: f32 = 0.15;
/// Slowest and fastest pace of the search.
const PACE_RANGE: [f32; 2] = [0.6, 1.6];
/// How far over the ends of the other writing a stretch may reach, points.
const OVER: f32 = 2.0;
/// Others that leave more than so many times the least at a first look are not searched.
const CLOSE: f32 = 4.0;
/// A stretch says something if its energy is at least this part of the writing's mean.
const LIVELY: f32 = 0.2;
/// Least that is left unexplained of anything.
const LEAST: f32 = 1e-6;

/// What decides how stretches are compared; a model's digest covers it.
pub(super) fn limits() -> Vec<f64> {
    let counts = [LENGTH, HOP, LOOKED_AT, ROUNDS].map(|count| count as f64);
    let paces = PACES.into_iter().chain(PACE_RANGE).chain(SEARCH).chain([REACH, OVER, CLOSE, FLOOR, LIVELY, LEAST]);
    counts.into_iter().chain(paces.map(f64::from)).collect()
}

/// A writing that a stretch may have been taken from.
struct Other {
    velocity: Velocity,
    len: f32,
    /// Points that a stretch may be earlier or later.
    reach: f32,
    laid: [Laid; PACES.len()],
}

impl Other {
    #[inline(always)]
    fn of(series: &Series) -> Self {
        let velocity = Velocity::of(series, LENGTH);
        // One by one: a closure of `map` would be compiled apart, for narrow vectors.
        let ([slow, even, fast], len) = (PACES, series.len);
        let laid = [Laid::of(&velocity, len, slow), Laid::of(&velocity, len, even), Laid::of(&velocity, len, fast)];
        Self { velocity, len: series.len as f32, reach: REACH * series.len as f32, laid }
    }
}

/// Where a stretch may come from: the moment of its middle, in points, and its pace.
#[derive(Clone, Copy)]
struct Source {
    middle: f32,
    pace: f32,
}

/// The stretches of a writing in which the pen moves, with where a first look found the least of each in each of some others.
pub(super) struct Patches {
    own: Velocity,
    others: Vec<Other>,
    starts: Vec<usize>,
    /// Stretch after stretch, one for each other.
    looks: Vec<(f32, Source)>,
    kernel: Kernel,
}

impl Patches {
    /// Takes a first look. There is at least one other.
    pub(super) fn of(own: &Series, others: &[&Series], kernel: Kernel) -> Self {
        kernel.run(Looking { own, others, kernel })
    }
    /// How many stretches there are.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }
    /// What the best of the others leaves unexplained of each stretch at the first look, as natural logarithms.
    pub(super) fn looked(&self) -> Vec<f64> {
        self.looks.chunks(self.others.len()).map(|looks| logarithm(least(looks))).collect()
    }
    /// The same after a search.
    pub(super) fn searched(&self) -> Vec<f64> {
        self.kernel.run(Searching(self))
    }
}

fn logarithm(rest: f32) -> f64 {
    ln(f64::from(if rest > LEAST { rest } else { LEAST }))
}

#[inline(always)]
fn least(looks: &[(f32, Source)]) -> f32 {
    looks.iter().fold(f32::MAX, |least, (rest, _)| if *rest < least { *rest } else { least })
}

struct Looking<'a> {
    own: &'a Series,
    others: &'a [&'a Series],
    kernel: Kernel,
}

impl Work for Looking<'_> {
    type Out = Patches;

    #[inline(always)]
    fn run<L: Loops>(self) -> Patches {
        let (own, len) = (Velocity::of(self.own, LENGTH), self.own.len);
        let mut others = Vec::with_capacity(self.others.len());
        for other in self.others {
            others.push(Other::of(other));
        }
        let (mut starts, mut looks) = (Vec::new(), Vec::new());
        for start in (0..len.saturating_sub(LENGTH)).step_by(HOP) {
            let stretch: Stretch<LOOKED_AT> = Stretch::of(&own, start);
            if Stretch::<LENGTH>::of(&own, start).energy < LIVELY * 2.0 {
                continue;
            }
            starts.push(start);
            let middle = (start as f32 + 0.5 * LENGTH as f32) / len as f32;
            for other in &others {
                looks.push(look::<L>(&stretch, other, middle * other.len));
            }
        }
        Patches { own, others, starts, looks, kernel: self.kernel }
    }
}

struct Searching<'a>(&'a Patches);

impl Work for Searching<'_> {
    type Out = Vec<f64>;

    #[inline(always)]
    fn run<L: Loops>(self) -> Vec<f64> {
        let Patches { own, others, starts, looks, .. } = self.0;
        let mut rests = Vec::with_capacity(starts.len());
        for (start, looks) in starts.iter().zip(looks.chunks(others.len())) {
            let (coarse, fine): (Stretch<LOOKED_AT>, Stretch<LENGTH>) =
                (Stretch::of(own, *start), Stretch::of(own, *start));
            let (promising, mut found) = (CLOSE * least(looks), f32::MAX);
            for (other, look) in others.iter().zip(looks) {
                if look.0 <= promising {
                    let source = refined(&coarse, &other.velocity, *look);
                    let rest = rests_at(&fine, &other.velocity, &[source; LANES])[0];
                    found = if rest < found { rest } else { found };
                }
            }
            rests.push(logarithm(found));
        }
        rests
    }
}

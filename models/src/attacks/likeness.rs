//! How like two profiles are, in numbers that are small where one is made from the other.
//!
//! A replay that was resampled has lost corners, so its length is measured differently: points are matched elastically
//! within a narrow band, each point of one path to one of the other, in order. Then the affine map that brings the matched
//! points nearest is taken out and they are matched again. What is left is measured in three ways: how far the paths lie
//! apart (a copy keeps the path to the pen's noise, most of it even where corners were lost), how far the pens were apart
//! at equal times, and how unevenly time passes in one where it passes evenly in the other (`pace`: who re-times a copy
//! does it smoothly, who writes again does not). Nothing is decided here.

use super::align::{self, Map, Path, Vector, minus, squared};
use super::elastic::{self, Grid, Matches, Rule, Scale};
use super::lanes::{LANES, Paths};
use super::pace::{UNEVEN, uneven};
use super::profile::{COURSE, COURSE_UNIT, Profile, SHAPE, SHAPE_UNIT};
use super::replay;
use crate::arithmetic::ln;
use crate::graph::kernel::{Kernel, Loops, Work};

/// Numbers of a comparison.
pub const MEASURES: usize = 2 + QUANTILES.len() + UNEVEN;
/// Their names, in order.
pub const NAMES: [&str; MEASURES] = [
    "shape", "course", "off_25", "off_50", "off_75", "off_90", "pace_8", "jolt_8", "pace_16", "jolt_16", "pace_32",
    "jolt_32",
];

/// The numbers, as natural logarithms.
pub type Likeness = [f64; MEASURES];

/// Which of the distances between the paths count, of [`SHAPE`] sorted from near to far; in proportion of fewer.
const QUANTILES: [usize; 4] = [SHAPE / 4, SHAPE / 2, SHAPE * 3 / 4, SHAPE * 9 / 10];
/// What noise alone makes of an exact copy, about: added before each logarithm.
const NOISE: Likeness = [10.0, 100.0, 5.0, 5.0, 10.0, 20.0, 50.0, 3.0, 50.0, 3.0, 50.0, 3.0];

/// Segments of a path on either side of a matched point that the other point may lie nearest to.
const AROUND: usize = 2;

/// Every second point.
const COARSE: Scale = Scale { stride: 2 };
/// Every point.
const FINE: Scale = Scale { stride: 1 };

/// The matchings, each after the paths were aligned by the matches of the one before: coarse ones first, so that a long
/// history costs less. Lengths are in whitened units, costs their mean squares. What the bounds let pass of copies and of
/// other writings of the same hand is in the error rates of `models/MODEL.md`.
const ROUNDS: [Rule; 4] = [
    Rule { scale: COARSE, cap: 0.5, most: 0.02 },
    Rule { scale: COARSE, cap: 0.08, most: 0.0045 },
    Rule { scale: FINE, cap: 0.08, most: 0.0035 },
    Rule { scale: FINE, cap: 0.08, most: f32::MAX },
];

/// After which round a first look is taken.
const LOOKED_AT: usize = 1;

/// What decides how a comparison is made; a model's digest covers it.
pub(super) fn limits() -> Vec<f64> {
    let rounds = ROUNDS.iter().flat_map(|r| [r.scale.stride as f64, f64::from(r.cap), f64::from(r.most)]);
    let counts = QUANTILES.into_iter().chain([AROUND, LOOKED_AT]).map(|count| count as f64);
    rounds.chain(NOISE).chain(counts).chain(elastic::LIMITS).chain([f64::from(align::NEAR), replay::MARGIN]).collect()
}

impl Profile {
    /// How like another this is; `None` where the paths are so far apart that neither is made from the other.
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        self.likenesses(&[other], |_| true, Kernel::best()).pop().map(|(_, likeness)| likeness)
    }
    /// How like each of some others this is, with its place among them; without those that [`Self::likeness`] would say
    /// nothing about, and without those of which a first look, at the same numbers of a coarse matching, is not
    /// `promising`. The same bits on all loops, and whatever stands beside what.
    pub(super) fn likenesses(
        &self,
        others: &[&Self],
        promising: impl Fn(&Likeness) -> bool,
        kernel: Kernel,
    ) -> Vec<(usize, Likeness)> {
        kernel.run(Comparing { one: self, others, promising })
    }

    /// The numbers of an other that was brought onto this.
    #[inline(always)]
    fn measured(&self, other: &Self, brought: &Brought) -> Likeness {
        let off = off(&Path::of(&self.shape), brought).map(|d| f64::from(d * SHAPE_UNIT));
        let [mut own, mut matched] = [[0; SHAPE]; 2];
        for (at, (i, j)) in brought.matches.pairs().enumerate() {
            (own[at], matched[at]) = (self.moments[i], other.moments[j]);
        }
        let count = brought.matches.count();
        let mut out = [0.0; MEASURES];
        (out[0], out[1]) = (f64::from(brought.cost.sqrt() * SHAPE_UNIT), self.course_distance(other));
        out[2..2 + off.len()].copy_from_slice(&off);
        out[2 + off.len()..].copy_from_slice(&uneven(&own[..count], &matched[..count]));
        out.iter_mut().zip(NOISE).for_each(|(value, noise)| *value = ln(*value + noise));
        out
    }
    /// Root mean square deviation of the paths at equal times, in 1/4096 of the path's own deviation.
    #[inline(always)]
    fn course_distance(&self, other: &Self) -> f64 {
        let unit = |p: &[i8; 2]| [f32::from(p[0]) / COURSE_UNIT, f32::from(p[1]) / COURSE_UNIT];
        let pairs = || self.course.iter().zip(&other.course).map(|(a, b)| [unit(a), unit(b)]);
        let rotation = Map::rotation(pairs());
        let sum = pairs().fold(0.0, |s, [a, b]| s + squared(minus(a, rotation.point(b))));
        f64::from((sum / COURSE as f32).sqrt() * SHAPE_UNIT)
    }
}

/// A writing that is compared with others.
struct Comparing<'a, P> {
    one: &'a Profile,
    others: &'a [&'a Profile],
    promising: P,
}

/// Another path on its way onto the first.
struct Brought {
    /// Which of the others.
    place: usize,
    path: Path,
    matches: Matches,
    /// Mean square deviation.
    cost: f32,
}

impl<P: Fn(&Likeness) -> bool> Work for Comparing<'_, P> {
    type Out = Vec<(usize, Likeness)>;

    #[inline(always)]
    fn run<L: Loops>(self) -> Self::Out {
        let path = Path::of(&self.one.shape);
        let brought = self.brought(&path);
        brought.iter().map(|b| (b.place, self.one.measured(self.others[b.place], b))).collect()
    }
}

impl<P: Fn(&Likeness) -> bool> Comparing<'_, P> {
    /// The others that come near enough, each brought as near as an affine map can. Most end at the first rounds, so those
    /// that are left fill the lanes of the next.
    #[inline(always)]
    fn brought(&self, path: &Path) -> Vec<Brought> {
        let mut left = self.turned(path);
        for (round, rule) in ROUNDS.iter().enumerate() {
            if left.is_empty() {
                break;
            }
            let mut grid = Grid::new(rule.scale);
            for group in left.chunks_mut(LANES) {
                if round > 0 {
                    group.iter_mut().for_each(|b| b.path = Map::nearest(path, &b.path, &b.matches).apply(&b.path));
                }
                match_group(path, group, *rule, &mut grid);
            }
            left = self.near(left, rule.most, round == LOOKED_AT);
        }
        left
    }

    /// Those that are near enough, and promising if that is to be looked at. A loop and no closure, which would not be
    /// compiled for wide vectors.
    #[inline(always)]
    fn near(&self, all: Vec<Brought>, most: f32, look: bool) -> Vec<Brought> {
        let mut near = Vec::with_capacity(all.len());
        for brought in all {
            let other = self.others[brought.place];
            if brought.cost <= most && (!look || (self.promising)(&self.one.measured(other, &brought))) {
                near.push(brought);
            }
        }
        near
    }

    /// The others, each turned so that it comes nearest point by point.
    #[inline(always)]
    fn turned(&self, path: &Path) -> Vec<Brought> {
        let mut all = Vec::with_capacity(self.others.len());
        for (place, other) in self.others.iter().enumerate() {
            let other = Path::of(&other.shape);
            let turn = Map::rotation((0..SHAPE).map(|i| [path.point(i), other.point(i)]));
            all.push(Brought { place, path: turn.apply(&other), matches: Matches::NONE, cost: 0.0 });
        }
        all
    }
}

/// Matches and costs of at most [`LANES`] paths.
#[inline(always)]
fn match_group(path: &Path, group: &mut [Brought], rule: Rule, grid: &mut Grid) {
    let others = Paths::of(|l| &group[l].path, group.len());
    let costs = grid.match_all(path, &others, rule).unwrap_or([f32::INFINITY; LANES]);
    for (l, brought) in group.iter_mut().enumerate() {
        brought.cost = costs[l];
        if costs[l] <= rule.most {
            brought.matches = grid.matches(l);
        }
    }
}

/// Segments that are looked at beside a point.
const SEGMENTS: usize = 2 * AROUND;
/// A place so far away that nothing is nearest to it.
const NOWHERE: f32 = 1e6;

/// The segments of a path, with as many beyond either end as are looked at; those are points far away.
struct Segments {
    x: [f32; SHAPE + SEGMENTS],
    y: [f32; SHAPE + SEGMENTS],
    along_x: [f32; SHAPE + SEGMENTS],
    along_y: [f32; SHAPE + SEGMENTS],
}

impl Segments {
    #[inline(always)]
    fn of(path: &Path) -> Self {
        let [nowhere, none] = [[NOWHERE; SHAPE + SEGMENTS], [0.0; SHAPE + SEGMENTS]];
        let mut all = Self { x: nowhere, y: nowhere, along_x: none, along_y: none };
        for j in 0..SHAPE - 1 {
            [all.x[j + AROUND], all.y[j + AROUND]] = path.point(j);
            [all.along_x[j + AROUND], all.along_y[j + AROUND]] = minus(path.point(j + 1), path.point(j));
        }
        all
    }
    /// Distance of a point from those around point `at` of the path.
    #[inline(always)]
    fn beside(&self, p: Vector, at: usize) -> f32 {
        let [x, y, along_x, along_y] =
            [&self.x, &self.y, &self.along_x, &self.along_y].map(|list| &list[at..at + SEGMENTS]);
        let mut squares = [0.0; SEGMENTS];
        for k in 0..SEGMENTS {
            let (along, off) = ([along_x[k], along_y[k]], [p[0] - x[k], p[1] - y[k]]);
            let length = squared(along);
            let share = if length > 0.0 { (along[0] * off[0] + along[1] * off[1]) / length } else { 0.0 };
            let share = share.clamp(0.0, 1.0);
            squares[k] = squared(minus(off, [share * along[0], share * along[1]]));
        }
        squares.iter().fold(f32::MAX, |least, s| if *s < least { *s } else { least }).sqrt()
    }
}

/// Quantiles of how far the points of `a` lie from the path brought there, near their matches.
#[inline(always)]
fn off(a: &Path, brought: &Brought) -> [f32; QUANTILES.len()] {
    let (segments, count) = (Segments::of(&brought.path), brought.matches.count());
    // Distances are not negative, so their bits are in their order.
    let mut all = [0_u32; SHAPE];
    let off = &mut all[..count];
    for (off, (i, j)) in off.iter_mut().zip(brought.matches.pairs()) {
        *off = segments.beside(a.point(i), j).to_bits();
    }
    let (mut out, mut rest, mut before) = ([0.0; QUANTILES.len()], off, 0);
    for (out, quantile) in out.iter_mut().zip(QUANTILES) {
        let (_, value, above) = rest.select_nth_unstable(quantile * count / SHAPE - before);
        (*out, before, rest) = (f32::from_bits(*value), quantile * count / SHAPE + 1, above);
    }
    out
}

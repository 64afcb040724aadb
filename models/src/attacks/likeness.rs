//! How like two profiles are, in numbers that are small where one is made from the other.
//!
//! A replay that was resampled has lost corners, so its length is measured differently: points are matched elastically
//! within a narrow band, each point of one path to one of the other, in order. Then the affine map that brings the matched
//! points nearest is taken out and they are matched again. What is left is measured in three ways: how far the paths lie
//! apart (a copy keeps the path to the pen's noise, most of it even where corners were lost), how far the pens were apart
//! at equal times, and how unevenly time passes in one where it passes evenly in the other (`pace`: who re-times a copy
//! does it smoothly, who writes again does not). Nothing is decided here.

use super::align::{Map, Path, Vector, minus, squared};
use super::elastic::{Matches, matched, nearly_matched};
use super::pace::{UNEVEN, uneven};
use super::profile::{COURSE, COURSE_UNIT, Profile, SHAPE, SHAPE_UNIT};
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

/// Which of the distances between the paths count, of so many points sorted from near to far.
const QUANTILES: [usize; 4] = [SHAPE / 4, SHAPE / 2, SHAPE * 3 / 4, SHAPE * 9 / 10];
/// What noise alone makes of an exact copy, about: added before each logarithm.
const NOISE: Likeness = [10.0, 100.0, 5.0, 5.0, 10.0, 20.0, 50.0, 3.0, 50.0, 3.0, 50.0, 3.0];

/// Greatest deviation that counts, in whitened units.
const CAP: f32 = 0.08;
/// The cap while the paths are not yet aligned.
const CAP_FIRST: f32 = 0.5;
/// Rounds of matching and aligning.
const ROUNDS: usize = 3;
/// Segments of a path on either side of a matched point that the other point may lie nearest to.
const AROUND: usize = 2;

/// Paths that a coarse matching leaves further apart (mean square) are not looked at more closely, so that a long history
/// costs little.
const UNLIKELY: f32 = 0.03;
/// Paths that the first matching leaves further apart (mean square) are not alike, and not looked at more closely.
const HOPELESS: f32 = 0.02;
/// Paths that are further apart (mean square) when they are aligned once come not near enough by being aligned again:
/// no replay among 8,000 of 27 species did, and most other writings end here.
const APART: f32 = 0.0035;

/// What decides how a comparison is made; a model's digest covers it.
pub(super) const LIMITS: [f64; 6] =
    [CAP as f64, CAP_FIRST as f64, ROUNDS as f64, UNLIKELY as f64, HOPELESS as f64, APART as f64];

impl Profile {
    /// How like another this is; `None` where the paths are so far apart that neither is made from the other.
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        self.likeness_on(other, Kernel::best())
    }
    /// The same on certain loops: the same bits at another speed.
    pub(super) fn likeness_on(&self, other: &Self, kernel: Kernel) -> Option<Likeness> {
        let Aligned { path, matches, cost } = kernel.run(Aligning { path: &self.path(), other: &other.path() })?;
        let off = off(&self.path(), &path, &matches).map(|d| f64::from(d * SHAPE_UNIT));
        let matched = matches.map(|j| other.moments[usize::from(j)]);
        let measured = [f64::from(cost.sqrt() * SHAPE_UNIT), self.course_distance(other)];
        let mut all = measured.into_iter().chain(off).chain(uneven(&self.moments, &matched));
        Some(NOISE.map(|noise| ln(all.next().unwrap_or_default() + noise)))
    }

    fn path(&self) -> Path {
        self.shape.map(|p| p.map(|v| f32::from(v) / SHAPE_UNIT))
    }
    /// Root mean square deviation of the paths at equal times, in 1/4096 of the path's own deviation.
    fn course_distance(&self, other: &Self) -> f64 {
        let unit = |p: [i8; 2]| p.map(|v| f32::from(v) / COURSE_UNIT);
        let (a, b): ([Vector; COURSE], [Vector; COURSE]) = (self.course.map(unit), other.course.map(unit));
        let rotation = Map::rotation(&a, &b);
        let sum = a.iter().zip(&b).fold(0.0, |s, (a, b)| s + squared(minus(*a, rotation.point(*b))));
        f64::from((sum / COURSE as f32).sqrt() * SHAPE_UNIT)
    }
}

/// Two paths that are being brought onto one another.
struct Aligning<'a> {
    path: &'a Path,
    other: &'a Path,
}

/// The other path, brought as near as an affine map can.
struct Aligned {
    path: Path,
    matches: Matches,
    /// Mean square deviation.
    cost: f32,
}

impl Work for Aligning<'_> {
    type Out = Option<Aligned>;

    #[inline(always)]
    fn run<L: Loops>(self) -> Option<Aligned> {
        let mut path = Map::rotation(self.path, self.other).apply(self.other);
        if nearly_matched(self.path, &path) > UNLIKELY {
            return None;
        }
        let (mut cost, mut matches) = matched(self.path, &path, CAP_FIRST);
        for round in 1..ROUNDS {
            if cost > if round == 1 { HOPELESS } else { APART } {
                return None;
            }
            path = Map::nearest(self.path, &path, &matches).apply(&path);
            (cost, matches) = matched(self.path, &path, CAP);
        }
        Some(Aligned { path, matches, cost })
    }
}

/// Quantiles of how far the points of `a` lie from the other path near their matches.
fn off(a: &Path, b: &Path, matches: &Matches) -> [f32; QUANTILES.len()] {
    let mut off: [f32; SHAPE] = std::array::from_fn(|i| beside(a[i], b, usize::from(matches[i])));
    off.sort_unstable_by(f32::total_cmp);
    QUANTILES.map(|q| off[q])
}

/// Distance of a point from the segments of a path around its match.
fn beside(p: Vector, path: &Path, at: usize) -> f32 {
    let segments = path[at.saturating_sub(AROUND)..(at + AROUND + 1).min(SHAPE)].windows(2);
    let squares = segments.map(|s| {
        let (along, off) = (minus(s[1], s[0]), minus(p, s[0]));
        let length = squared(along);
        let share = if length > 0.0 { (along[0] * off[0] + along[1] * off[1]) / length } else { 0.0 };
        let share = share.clamp(0.0, 1.0);
        squared(minus(off, [share * along[0], share * along[1]]))
    });
    squares.fold(f32::MAX, |least, s| if s < least { s } else { least }).sqrt()
}

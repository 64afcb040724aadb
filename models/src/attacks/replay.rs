//! How like two profiles of one signer are, and from where on no two writings of one hand are that like.
//!
//! A replay that was resampled has lost corners, so its length is measured differently: points are matched elastically
//! within a narrow band, each point of one path to one of the other, in order. Then the affine map that brings the matched
//! points nearest is taken out and they are matched again. Deviations along the path count little, those across it fully,
//! and none counts more than a cap: what a resampling destroyed shall not hide that the rest is the same.

use super::align::{Map, Path, Vector, minus, squared};
use super::elastic::{matched, nearly_matched};
use super::profile::{COURSE, COURSE_UNIT, PRESSURE, Profile, SHAPE_UNIT};

/// What a comparison of two profiles measured; smaller is more alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replays {
    /// Root mean square deviation of the paths, in 1/4096 of the path's own deviation.
    pub shape: u32,
    /// Root mean square deviation of the paths at equal times, in 1/4096 of the path's own deviation.
    pub course: u32,
    /// 10,000 less the correlation of the pressures in 1/10,000; `None` if either has none.
    pub pressure: Option<u32>,
}

/// Below this in shape it is a replay. The nearest of 11,400 genuine pairs is at 112, one in a thousand below 133.
const SHAPE_MIN: u32 = 118;
/// Below this in course it is a replay. The nearest genuine pair is at 434, one in a thousand below 727.
const COURSE_MIN: u32 = 480;
/// A replay that is resampled is near in shape and in course, though not nearest in either: the product of both, each
/// raised by what noise alone makes of an exact copy. One in a thousand genuine pairs is below 150,000.
const BOTH_MIN: u32 = 110_000;
/// The same of shape and pressure, for replays that are re-timed. One in a thousand genuine pairs is below 100,000.
const PRESSED_MIN: u32 = 68_000;

/// Greatest deviation that counts, in whitened units.
const CAP: f32 = 0.08;
/// The cap while the paths are not yet aligned.
const CAP_FIRST: f32 = 0.5;
/// Rounds of matching and aligning.
const ROUNDS: usize = 3;

/// Paths that a coarse matching leaves further apart (mean square) are not looked at more closely, so that a long history
/// costs little.
const UNLIKELY: f32 = 0.03;
/// Paths that the first matching leaves further apart (mean square) are not alike, and not looked at more closely.
const HOPELESS: f32 = 0.02;
/// Paths that are further apart (mean square) when they are aligned once come not near enough by being aligned again:
/// no replay among 8,000 of 27 species did, and most other writings end here.
const APART: f32 = 0.0035;

/// What decides on a replay; a model's digest covers it.
pub(super) const LIMITS: [f64; 10] = [
    SHAPE_MIN as f64,
    COURSE_MIN as f64,
    BOTH_MIN as f64,
    PRESSED_MIN as f64,
    CAP as f64,
    CAP_FIRST as f64,
    ROUNDS as f64,
    UNLIKELY as f64,
    HOPELESS as f64,
    APART as f64,
];

impl Profile {
    /// Whether this is a replay of `earlier`: more alike than one hand writes twice. Profiles of different keys are never
    /// replays of one another.
    pub fn replays(&self, earlier: &Self) -> bool {
        self.tag == earlier.tag && self.likeness(earlier).is_replay()
    }
    /// Measures how like two profiles are.
    pub fn likeness(&self, other: &Self) -> Replays {
        let pressure = (self.has_pressure && other.has_pressure).then(|| unlike(&self.pressure, &other.pressure));
        Replays { shape: self.shape_distance(other), course: self.course_distance(other), pressure }
    }

    fn shape_distance(&self, other: &Self) -> u32 {
        let unit = |p: &[i16; 2]| p.map(|v| f32::from(v) / SHAPE_UNIT);
        let a: Path = std::array::from_fn(|i| unit(&self.shape[i]));
        let b: Path = std::array::from_fn(|i| unit(&other.shape[i]));
        let mut moved = Map::rotation(&a, &b).apply(&b);
        let about = nearly_matched(&a, &moved);
        if about > UNLIKELY {
            return (about.sqrt() * SHAPE_UNIT).round() as u32;
        }
        let (mut cost, mut matches) = matched(&a, &moved, CAP_FIRST);
        for round in 1..ROUNDS {
            if cost > if round == 1 { HOPELESS } else { APART } {
                break;
            }
            moved = Map::nearest(&a, &moved, &matches).apply(&moved);
            (cost, matches) = matched(&a, &moved, CAP);
        }
        (cost.sqrt() * SHAPE_UNIT).round() as u32
    }
    fn course_distance(&self, other: &Self) -> u32 {
        let unit = |p: &[i8; 2]| p.map(|v| f32::from(v) / COURSE_UNIT);
        let a: [Vector; COURSE] = std::array::from_fn(|i| unit(&self.course[i]));
        let b: [Vector; COURSE] = std::array::from_fn(|i| unit(&other.course[i]));
        let rotation = Map::rotation(&a, &b);
        let sum = a.iter().zip(&b).fold(0.0, |s, (a, b)| s + squared(minus(*a, rotation.point(*b))));
        ((sum / COURSE as f32).sqrt() * SHAPE_UNIT).round() as u32
    }
}

impl Replays {
    /// Whether this is more alike than one hand writes twice.
    pub fn is_replay(&self) -> bool {
        let both = self.shape.saturating_add(10).saturating_mul(self.course.saturating_add(100));
        let pressed = self.pressure.map(|p| self.shape.saturating_add(10).saturating_mul(p.saturating_add(100)));
        self.shape < SHAPE_MIN
            || self.course < COURSE_MIN
            || both < BOTH_MIN
            || pressed.is_some_and(|pressed| pressed < PRESSED_MIN)
    }
}

fn unlike(a: &[i8; PRESSURE], b: &[i8; PRESSURE]) -> u32 {
    let dot = |a: &[i8], b: &[i8]| a.iter().zip(b).map(|(a, b)| i64::from(*a) * i64::from(*b)).sum::<i64>();
    let scale = (dot(a, a) * dot(b, b)).unsigned_abs().isqrt() as i64;
    if scale == 0 {
        return 10_000;
    }
    let correlation = (dot(a, b) * 10_000 / scale).clamp(-10_000, 10_000);
    (10_000 - correlation).unsigned_abs() as u32
}

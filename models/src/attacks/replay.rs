//! How like two profiles of one signer are, and from where on no two writings of one hand are that like.

use super::key::{COURSE, PRESSURE, SHAPE};
use super::profile::Profile;

/// What a comparison of two profiles measured; smaller is more alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replays {
    /// Deviation of the paths across their direction, in 1/4096 of the path's deviation: the root mean square of the
    /// nearer four fifths of the points.
    pub shape: u32,
    /// Deviation of the paths at equal times, in 1/4096 of the path's deviation.
    pub course: u32,
    /// 10,000 less the correlation of the pressures in 1/10,000; `None` if either has none.
    pub pressure: Option<u32>,
}

/// No two genuine writings come below this in shape.
const SHAPE_MIN: u32 = 120;
/// No two genuine writings come below this in course.
const COURSE_MIN: u32 = 200;

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
        let pairs = self.shape.iter().zip(&other.shape).map(|(a, b)| (a.map(i64::from), b.map(i64::from)));
        let turn = Turn::between(pairs.clone());
        let directions = self.direction.iter().zip(&other.direction).map(|(a, b)| (a.map(i64::from), b.map(i64::from)));
        let mut across: Vec<u64> =
            pairs.zip(directions).map(|(p, d)| across(p, d, &turn)).collect();
        let kept = SHAPE * 4 / 5;
        across.select_nth_unstable(kept);
        root(across[..kept].iter().sum::<u64>() / kept as u64)
    }
    fn course_distance(&self, other: &Self) -> u32 {
        let wide = |v: i8| i64::from(v) * 128;
        let pairs = self.course.iter().zip(&other.course).map(|(a, b)| (a.map(wide), b.map(wide)));
        let turn = Turn::between(pairs.clone());
        let sum: u64 = pairs.map(|(a, b)| squared(minus(a, turn.apply(b)))).sum();
        root(sum / COURSE as u64)
    }
}

impl Replays {
    /// Whether this is more alike than one hand writes twice.
    pub fn is_replay(&self) -> bool {
        self.shape < SHAPE_MIN || self.course < COURSE_MIN
    }
}

type Vector = [i64; 2];

/// The rotation that brings one path nearest to another, as a unit vector in 1/2^14.
struct Turn {
    c: i64,
    s: i64,
}

impl Turn {
    const UNIT_BITS: u32 = 14;

    fn between(pairs: impl Iterator<Item = (Vector, Vector)>) -> Self {
        let (mut c, mut s) = (0i64, 0i64);
        for (a, b) in pairs {
            c += a[0] * b[0] + a[1] * b[1];
            s += a[1] * b[0] - a[0] * b[1];
        }
        let length = ((c as f64) * (c as f64) + (s as f64) * (s as f64)).sqrt();
        if length < 1.0 {
            return Self { c: 1 << Self::UNIT_BITS, s: 0 };
        }
        let unit = |v: i64| (v as f64 / length * f64::from(1u32 << Self::UNIT_BITS)).round() as i64;
        Self { c: unit(c), s: unit(s) }
    }
    fn apply(&self, [x, y]: Vector) -> Vector {
        [x * self.c - y * self.s, x * self.s + y * self.c].map(|v| v >> Self::UNIT_BITS)
    }
}

/// Squared distance across the mean direction of both paths.
fn across((a, b): (Vector, Vector), (da, db): (Vector, Vector), turn: &Turn) -> u64 {
    let off = minus(a, turn.apply(b));
    let db = turn.apply(db);
    let along = [da[0] + db[0], da[1] + db[1]];
    let length = squared(along);
    if length < 127 * 127 {
        return squared(off);
    }
    let cross = off[0] * along[1] - off[1] * along[0];
    cross.unsigned_abs().pow(2) / length
}

fn minus(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1]]
}

fn squared(v: Vector) -> u64 {
    (v[0] * v[0] + v[1] * v[1]).unsigned_abs()
}

fn unlike(a: &[i8; PRESSURE], b: &[i8; PRESSURE]) -> u32 {
    let dot = |a: &[i8], b: &[i8]| a.iter().zip(b).map(|(a, b)| i64::from(*a) * i64::from(*b)).sum::<i64>();
    let scale = root((dot(a, a) * dot(b, b)).unsigned_abs());
    if scale == 0 {
        return 10_000;
    }
    let correlation = (dot(a, b) * 10_000 / i64::from(scale)).clamp(-10_000, 10_000);
    (10_000 - correlation).unsigned_abs() as u32
}

fn root(v: u64) -> u32 {
    u32::try_from(v.isqrt()).expect("the root of 64 bits has 32")
}

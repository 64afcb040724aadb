//! A signature's path as a curve: freed of place, size, proportion and of when the pen was where.
//!
//! A replay may be moved, scaled, stretched in one direction and re-timed; what stays is the curve up to a rotation. Noise
//! makes a path longer where the pen is slow, so length is measured with a yardstick and again after smoothing. Works on
//! the 100 Hz copy, pen-up gaps bridged; nothing is decided here.

use crate::arithmetic::hypot;
use crate::trace::{self, Trace};

/// Movements shorter than this part of the size are not counted as length.
const YARDSTICK: f64 = 0.02;
/// Points of the curve before it is smoothed.
const FINE: usize = 768;
/// Times that neighbours in time are averaged (weights 1 2 1), against jitter.
const JITTER_SMOOTHINGS: usize = 4;
/// Times that neighbours along the curve are averaged.
const SMOOTHINGS: usize = 6;
/// Rounds in which proportion and length are made to agree.
const ROUNDS: usize = 3;

/// A point; whitened coordinates have mean 0 and deviation 1 in every direction.
pub(super) type Point = (f64, f64);

/// The path in whitened coordinates.
pub(super) struct Curve {
    /// At 200 Hz.
    pub(super) course: Vec<Point>,
    /// At equal steps of length, [`FINE`] points, smoothed.
    pub(super) shape: Vec<Point>,
    /// Index into `course` (with fraction) of each point of `shape` before smoothing.
    pub(super) when: Vec<f64>,
}

impl Curve {
    /// The curve of a trace. `None` if it has no extent in two directions.
    pub(super) fn of(trace: &Trace) -> Option<Self> {
        let mut course = rounded(&trace.points);
        (0..JITTER_SMOOTHINGS).for_each(|_| smooth(&mut course));
        for _ in 0..ROUNDS {
            let (points, _) = thinned(&course);
            whiten(&mut course, &Moments::of(&points)?);
        }
        let (points, when) = thinned(&course);
        let (mut shape, when) = even(&points, &when, FINE)?;
        (0..SMOOTHINGS).for_each(|_| smooth(&mut shape));
        let (shape, when) = even(&shape, &when, FINE)?;
        Some(Self { course, shape, when })
    }
}

/// Step of the path that is bent through the samples, us.
const STEP_US: u32 = 5_000;
/// A longer silence is bridged by a straight line, us.
const GAP_US: u32 = 40_000;

/// The path at equal times through the samples: cubic between neighbours (Catmull and Rom, 1974), so that a corner that a
/// slow digitiser cut off comes back as far as it can.
fn rounded(points: &[trace::Point]) -> Vec<Point> {
    let slopes = slopes(points);
    let end = points[points.len() - 1].t_us;
    let mut next = 1;
    (0..=end / STEP_US)
        .map(|step| {
            let t = step * STEP_US;
            while next + 1 < points.len() && points[next].t_us < t {
                next += 1;
            }
            between(&points[next - 1..=next], &slopes[next - 1..=next], t)
        })
        .collect()
}

/// Hermite's cubic on one stretch.
fn between(points: &[trace::Point], slopes: &[Point], t: u32) -> Point {
    let (a, b) = (&points[0], &points[1]);
    let dt = f64::from(b.t_us - a.t_us);
    let u = f64::from(t - a.t_us) / dt;
    if b.t_us - a.t_us > GAP_US {
        return (a.x + (b.x - a.x) * u, a.y + (b.y - a.y) * u);
    }
    let (v, u2) = (1.0 - u, u * u);
    let (h0, h1, g0, g1) = (v * v * (1.0 + 2.0 * u), u2 * (3.0 - 2.0 * u), u * v * v * dt, -u2 * v * dt);
    let at = |a: f64, b: f64, sa: f64, sb: f64| h0 * a + h1 * b + g0 * sa + g1 * sb;
    (at(a.x, b.x, slopes[0].0, slopes[1].0), at(a.y, b.y, slopes[0].1, slopes[1].1))
}

/// Velocity at each sample from its neighbours, one-sided beside a gap.
fn slopes(points: &[trace::Point]) -> Vec<Point> {
    let last = points.len() - 1;
    let near = |a: usize, b: usize| points[b].t_us - points[a].t_us <= GAP_US;
    (0..=last)
        .map(|i| {
            let from = if i > 0 && near(i - 1, i) { i - 1 } else { i };
            let to = if i < last && near(i, i + 1) { i + 1 } else { i };
            let dt = f64::from(points[to].t_us - points[from].t_us);
            let slope = |a: f64, b: f64| if dt > 0.0 { (b - a) / dt } else { 0.0 };
            (slope(points[from].x, points[to].x), slope(points[from].y, points[to].y))
        })
        .collect()
}

/// Mean and covariance along the path, each stretch weighing its length.
struct Moments {
    mean: Point,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Moments {
    fn of(points: &[Point]) -> Option<Self> {
        let mut m = Self { mean: (0.0, 0.0), xx: 0.0, xy: 0.0, yy: 0.0 };
        let mut length = 0.0;
        let stretches = || points.windows(2).map(|w| (mid(w[0], w[1]), distance(w[0], w[1])));
        for ((x, y), l) in stretches() {
            m.mean = (m.mean.0 + l * x, m.mean.1 + l * y);
            length += l;
        }
        if length <= 0.0 {
            return None;
        }
        m.mean = (m.mean.0 / length, m.mean.1 / length);
        for ((x, y), l) in stretches() {
            let (x, y) = (x - m.mean.0, y - m.mean.1);
            m.xx += l * x * x / length;
            m.xy += l * x * y / length;
            m.yy += l * y * y / length;
        }
        Some(m)
    }
}

/// Moves and stretches so that these moments become 0 and 1, by the inverse of the covariance's Cholesky factor.
fn whiten(points: &mut [Point], m: &Moments) {
    let floor = 1e-3 * (m.xx + m.yy) + 1e-9;
    let a = (m.xx + floor).sqrt();
    let b = m.xy / a;
    let c = (m.yy + floor - b * b).sqrt();
    for p in points {
        let x = (p.0 - m.mean.0) / a;
        *p = (x, (p.1 - m.mean.1 - b * x) / c);
    }
}

/// The points that are at least a yardstick apart, and their indices.
fn thinned(points: &[Point]) -> (Vec<Point>, Vec<f64>) {
    let step = YARDSTICK * size(points);
    let mut kept = vec![points[0]];
    let mut when = vec![0.0];
    for (i, p) in points.iter().enumerate() {
        if distance(kept[kept.len() - 1], *p) > step {
            kept.push(*p);
            when.push(i as f64);
        }
    }
    (kept, when)
}

/// Half the mean of width and height, roughly the deviation times 2.
fn size(points: &[Point]) -> f64 {
    let span = |value: fn(&Point) -> f64| {
        let (mut low, mut high) = (f64::MAX, f64::MIN);
        for v in points.iter().map(value) {
            low = if v < low { v } else { low };
            high = if v > high { v } else { high };
        }
        high - low
    };
    0.25 * hypot(span(|p| p.0), span(|p| p.1))
}

/// `n` points at equal steps of length along a polygon, with what `when` is there.
fn even(points: &[Point], when: &[f64], n: usize) -> Option<(Vec<Point>, Vec<f64>)> {
    let total = points.windows(2).fold(0.0, |s, w| s + distance(w[0], w[1]));
    if points.len() < 2 || total <= 0.0 {
        return None;
    }
    let (mut at, mut before, mut length) = (0, 0.0, distance(points[0], points[1]));
    let mut out = (Vec::with_capacity(n), Vec::with_capacity(n));
    for k in 0..n {
        let wanted = total * k as f64 / (n - 1) as f64;
        while before + length < wanted && at + 2 < points.len() {
            before += length;
            at += 1;
            length = distance(points[at], points[at + 1]);
        }
        let share = if length > 0.0 { ((wanted - before) / length).clamp(0.0, 1.0) } else { 0.0 };
        let between = |a: f64, b: f64| a + (b - a) * share;
        let (p, q) = (points[at], points[at + 1]);
        out.0.push((between(p.0, q.0), between(p.1, q.1)));
        out.1.push(between(when[at], when[at + 1]));
    }
    Some(out)
}

/// Averages each point with its neighbours; the ends stay.
fn smooth(points: &mut [Point]) {
    let mut before = points[0];
    for i in 1..points.len() - 1 {
        let (p, next) = (points[i], points[i + 1]);
        points[i] = (0.25 * before.0 + 0.5 * p.0 + 0.25 * next.0, 0.25 * before.1 + 0.5 * p.1 + 0.25 * next.1);
        before = p;
    }
}

fn distance(a: Point, b: Point) -> f64 {
    hypot(b.0 - a.0, b.1 - a.1)
}

fn mid(a: Point, b: Point) -> Point {
    (0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1))
}

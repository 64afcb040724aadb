//! How exactly the pen slows where the path turns, stroke by stroke, at the scale of the stroke and not of its samples.
//!
//! A hand keeps to the two-thirds power law (Lacquaniti et al. 1983) loosely: it is late, it trembles, it has other things to do.
//! A program that has the law built in keeps to it as exactly as its own smoothing lets it. Nothing is decided here.

use crate::arithmetic::{angles, hypot, logarithms, wrap};
use crate::trace::Point;

/// Parts of equal length that a stroke is cut into.
const PARTS: usize = 24;
/// Of which so many have enough neighbours.
const INNER: usize = PARTS - 5;
/// Shortest stroke that is looked at, samples.
const SAMPLES_MIN: usize = 12;
/// Added to a turn before its logarithm, radians.
const STRAIGHT: f64 = 0.05;

/// For every inner part of a stroke the logarithms of its turn and of the time that it takes, each less the stroke's mean;
/// nothing for a stroke that is short or a dot.
pub(super) fn pairs(stroke: &[Point]) -> Vec<(f64, f64)> {
    if stroke.len() < SAMPLES_MIN {
        return Vec::new();
    }
    let mut way = vec![0.0; stroke.len()];
    for (i, w) in stroke.windows(2).enumerate() {
        way[i + 1] = way[i] + hypot(w[1].x - w[0].x, w[1].y - w[0].y);
    }
    let whole = way[way.len() - 1];
    if whole < PARTS as f64 {
        return Vec::new();
    }
    let places: [(f64, f64, f64); PARTS + 1] =
        std::array::from_fn(|k| place(stroke, &way, whole * k as f64 / PARTS as f64));
    let [x, y] = [|p: &(f64, f64, f64)| p.0, |p: &(f64, f64, f64)| p.1]
        .map(|of| -> [f64; PARTS - 1] { std::array::from_fn(|k| of(&places[k + 2]) - of(&places[k])) });
    let angles = angles(&y, &x);
    let turns: [f64; PARTS - 3] = std::array::from_fn(|k| wrap(angles[k + 2] - angles[k]).abs());
    let smooth = |k: usize| 0.25 * turns[k] + 0.5 * turns[k + 1] + 0.25 * turns[k + 2];
    let mut turns: [f64; INNER] = std::array::from_fn(|k| smooth(k) + STRAIGHT);
    let mut times: [f64; INNER] = std::array::from_fn(|k| places[k + 4].2 - places[k + 2].2 + 1.0);
    logarithms(&mut turns);
    logarithms(&mut times);
    centred(turns.into_iter().zip(times).collect())
}

/// Where the pen is after so much of its way, and when, ms.
fn place(stroke: &[Point], way: &[f64], at: f64) -> (f64, f64, f64) {
    let next = way.partition_point(|w| *w < at).clamp(1, way.len() - 1);
    let (a, b) = (&stroke[next - 1], &stroke[next]);
    let span = way[next] - way[next - 1];
    let share = if span > 0.0 { ((at - way[next - 1]) / span).clamp(0.0, 1.0) } else { 0.0 };
    let ms = |p: &Point| f64::from(p.t_us) / 1000.0;
    (a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, ms(a) + (ms(b) - ms(a)) * share)
}

fn centred(mut pairs: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0, y + p.1));
    pairs.iter_mut().for_each(|p| *p = (p.0 - x / n, p.1 - y / n));
    pairs
}

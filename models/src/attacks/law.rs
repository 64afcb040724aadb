//! How exactly the pen slows where the path turns, stroke by stroke, at the scale of the stroke and not of its samples.
//!
//! A hand keeps to the two-thirds power law (Lacquaniti et al. 1983) loosely: it is late, it trembles, it has other things to do.
//! A program that has the law built in keeps to it as exactly as its own smoothing lets it. Nothing is decided here.

use crate::arithmetic::{atan2, hypot, ln, wrap};
use crate::trace::Point;

/// Parts of equal length that a stroke is cut into.
const PARTS: usize = 24;
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
    let mut way = vec![0.0];
    for w in stroke.windows(2) {
        way.push(way[way.len() - 1] + hypot(w[1].x - w[0].x, w[1].y - w[0].y));
    }
    let whole = way[way.len() - 1];
    if whole < PARTS as f64 {
        return Vec::new();
    }
    let places: Vec<(f64, f64, f64)> =
        (0..=PARTS).map(|k| place(stroke, &way, whole * k as f64 / PARTS as f64)).collect();
    let angles: Vec<f64> = places.windows(3).map(|w| atan2(w[2].1 - w[0].1, w[2].0 - w[0].0)).collect();
    let turns: Vec<f64> = angles.windows(3).map(|w| wrap(w[2] - w[0]).abs()).collect();
    let smooth = turns.windows(3).map(|w| 0.25 * w[0] + 0.5 * w[1] + 0.25 * w[2]);
    let all = smooth.zip(3..).map(|(turn, k)| (ln(turn + STRAIGHT), ln(places[k + 1].2 - places[k - 1].2 + 1.0)));
    centred(&all.collect::<Vec<_>>())
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

fn centred(pairs: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0, y + p.1));
    pairs.iter().map(|p| (p.0 - x / n, p.1 - y / n)).collect()
}

//! What a movement is like, in numbers that differ between a hand and a program: how uneven, how it slows in curves, how
//! it trembles, how its samples scatter when the pen is slow and when it is fast.
//!
//! A hand's speed falls in curves (the two-thirds power law, Lacquaniti et al. 1983), its stroke ends are not at rest, and
//! its scatter grows with speed. Programs break some of these. All numbers are without unit or logarithms of ratios to the
//! signature's own mean speed, except for those that compare scatter with the digitiser's step. Nothing is decided here.

use super::law;
use super::reports::Reports;
use crate::arithmetic::{angles, hypot, ln, logarithms, wrap};
use crate::features::moments;
use crate::trace::{Point, Trace};

/// Numbers of a movement.
pub const FEATURES: usize = 35;

/// Longest time between two samples of one run, us.
const GAP_US: u32 = 40_000;
/// Shortest run that is looked at, samples.
const RUN_MIN: usize = 6;
/// Added before logarithms of lengths in 0.01 mm: a third of a digitiser's step.
const STEP: f64 = 0.3;

/// Movement in one axis from which standing still in the other is remarkable, 0.01 mm.
const STUCK: f64 = 3.5;

/// The numbers, in the order of the constants file.
pub(super) fn features(trace: &Trace) -> [f64; FEATURES] {
    let points = Reports::of(trace).thinned(&trace.points);
    let runs: Vec<Run> = points.split(|p| !p.down).flat_map(steady).filter_map(Run::of).collect();
    let mut out = [0.0; FEATURES];
    speeds(&runs, &mut out[0..9]);
    curves(&runs, &mut out[9..14]);
    scatter(&runs, &mut out[14..24]);
    bands(trace, &mut out[24..28]);
    pressures(trace, &runs, &mut out[28..32]);
    let law: Vec<(f64, f64)> = runs.iter().flat_map(|r| r.law.iter().copied()).collect();
    (out[32], out[33], out[34]) = line(&law);
    out
}

/// Parts without a pause.
fn steady(points: &[Point]) -> impl Iterator<Item = &[Point]> {
    points.chunk_by(|a, b| b.t_us - a.t_us <= GAP_US)
}

/// Samples of one stretch of writing with what is derived from them.
struct Run {
    /// Velocity between neighbours, 0.01 mm/ms.
    speed: Vec<f64>,
    /// The same, averaged over neighbours (1 2 1 twice).
    smooth: Vec<f64>,
    /// Change of direction at each inner sample, radians, of the smoothed path.
    turn: Vec<f64>,
    /// Fourth difference of position along and across the path, 0.01 mm; two less at each end than samples.
    rough: Vec<(f64, f64)>,
    /// Steps in which the pen moved in one axis and stood still in the other, as digitisers with hysteresis report.
    still: usize,
    pressure: Vec<f64>,
    /// Turns and times, as in `law`.
    law: Vec<(f64, f64)>,
}

impl Run {
    fn of(points: &[Point]) -> Option<Self> {
        if points.len() < RUN_MIN {
            return None;
        }
        let ms = |a: &Point, b: &Point| f64::from(b.t_us - a.t_us) / 1000.0;
        let speed: Vec<f64> =
            points.windows(2).map(|w| hypot(w[1].x - w[0].x, w[1].y - w[0].y) / ms(&w[0], &w[1])).collect();
        let still = points.windows(2).filter(|w| stuck(w)).count();
        let smooth = averaged(&averaged(&speed));
        let rough = points.windows(5).map(roughness).collect();
        let [x, y] = [|p: &Point| p.x, |p: &Point| p.y].map(|of| points.iter().map(of).collect::<Vec<f64>>());
        let angle = angles(&steps(&averaged(&y)), &steps(&averaged(&x)));
        let turn = angle.windows(2).map(|w| wrap(w[1] - w[0]).abs()).collect();
        let (pressure, law) = (points.iter().map(|p| p.pressure).collect(), law::pairs(points));
        Some(Self { speed, smooth, turn, rough, still, pressure, law })
    }
}

/// Whether one coordinate stays while the other moves by several of the digitiser's steps.
fn stuck(w: &[Point]) -> bool {
    let (dx, dy) = ((w[1].x - w[0].x).abs(), (w[1].y - w[0].y).abs());
    (dx == 0.0 && dy > STUCK) || (dy == 0.0 && dx > STUCK)
}

/// Each inner value with its neighbours, weights 1 2 1; of at least two.
fn averaged(values: &[f64]) -> Vec<f64> {
    let mut out = values.to_vec();
    for (to, w) in out[1..].iter_mut().zip(values.windows(3)) {
        *to = 0.25 * w[0] + 0.5 * w[1] + 0.25 * w[2];
    }
    out
}

/// From each value to the next.
fn steps(values: &[f64]) -> Vec<f64> {
    values.windows(2).map(|w| w[1] - w[0]).collect()
}

/// Root mean squares of the first, second and third differences of what runs have.
fn differences(runs: &[Run], of: impl Fn(&Run) -> &[f64]) -> [f64; 3] {
    let (mut sums, mut counts) = ([0.0; 3], [0usize; 3]);
    for run in runs {
        let mut values = of(run).to_vec();
        for (sum, count) in sums.iter_mut().zip(&mut counts) {
            let left = values.len().saturating_sub(1);
            (0..left).for_each(|i| values[i] = values[i + 1] - values[i]);
            values.truncate(left);
            *sum += values.iter().fold(0.0, |s, v| s + v * v);
            *count += left;
        }
    }
    std::array::from_fn(|k| (sums[k] / (counts[k] as f64 + 1e-6)).sqrt())
}

/// The fourth difference at the middle of five samples, along and across the way from first to last.
fn roughness(w: &[Point]) -> (f64, f64) {
    let fourth = |v: fn(&Point) -> f64| v(&w[0]) - 4.0 * v(&w[1]) + 6.0 * v(&w[2]) - 4.0 * v(&w[3]) + v(&w[4]);
    let (fx, fy) = (fourth(|p| p.x), fourth(|p| p.y));
    let (dx, dy) = (w[4].x - w[0].x, w[4].y - w[0].y);
    let length = hypot(dx, dy) + 1e-6;
    ((fx * dx + fy * dy) / length, (fx * dy - fy * dx) / length)
}

fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = values.clone().count();
    if n == 0 { 0.0 } else { values.fold(0.0, |s, v| s + v) / n as f64 }
}

fn speeds(runs: &[Run], out: &mut [f64]) {
    let all: Vec<f64> = runs.iter().flat_map(|r| r.smooth.iter().copied()).collect();
    let (middle, deviation) = moments(&all);
    let middle = middle + 1e-6;
    out[0] = deviation / middle;
    let cubes = mean(all.iter().map(|v| {
        let z = (v - middle) / (deviation + 1e-6);
        z * z * z
    }));
    out[1] = cubes;
    out[2] = ln(middle + 0.1);
    // starts and ends
    out[3] = mean(runs.iter().map(|r| r.speed[0])) / middle;
    out[4] = mean(runs.iter().map(|r| r.speed[r.speed.len() - 1])) / middle;
    // peaks and valleys
    let (mut peaks, mut depth, mut valleys) = (0usize, 0.0, 0usize);
    for r in runs {
        let mut top = r.smooth[0];
        for w in r.smooth.windows(3) {
            if w[1] > w[0] && w[1] >= w[2] {
                peaks += 1;
                top = w[1];
            }
            if w[1] < w[0] && w[1] <= w[2] {
                valleys += 1;
                depth += w[1] / (top + 1e-6);
            }
        }
    }
    out[5] = peaks as f64 / (all.len() as f64 / 100.0 + 1e-6);
    out[6] = depth / (valleys as f64 + 1e-6);
    // smoothness of the speed: second and third difference against the first
    let [one, two, three] = differences(runs, |r| &r.speed);
    out[7] = ln((two + 0.02) / (one + 0.02));
    out[8] = ln((three + 0.02) / (two + 0.02));
}

/// How the speed falls where the path turns.
fn curves(runs: &[Run], out: &mut [f64]) {
    let all: Vec<f64> = runs.iter().flat_map(|r| r.smooth.iter().copied()).collect();
    let (middle, _) = moments(&all);
    let middle = middle + 1e-6;
    let (mut bent, mut quick) = (Vec::with_capacity(all.len()), Vec::with_capacity(all.len()));
    for r in runs {
        for (i, turn) in r.turn.iter().enumerate() {
            let v = 0.5 * (r.smooth[i] + r.smooth[i + 1]) + 0.1;
            bent.push(v / (turn + 0.02));
            quick.push(v);
        }
    }
    logarithms(&mut bent);
    logarithms(&mut quick);
    let pairs: Vec<(f64, f64)> = bent.into_iter().zip(quick).collect();
    let (slope, correlation, residual) = line(&pairs);
    out[0] = slope;
    out[1] = correlation;
    out[2] = residual;
    let sharp = || {
        runs.iter().flat_map(|r| r.turn.iter().enumerate().filter(|(_, t)| **t > 0.8).map(move |(i, _)| r.smooth[i]))
    };
    out[3] = ln((mean(sharp()) + 0.02 * middle) / middle);
    let quick = || {
        runs.iter().flat_map(|r| r.turn.iter().enumerate().filter(move |(i, _)| r.smooth[*i] > middle).map(|(_, t)| *t))
    };
    let straight = quick().filter(|t| *t < 0.01).count() as f64;
    out[4] = straight / (quick().count() as f64 + 1e-6);
}

/// Slope, correlation and rest of a line through points.
fn line(pairs: &[(f64, f64)]) -> (f64, f64, f64) {
    let (sx, sy) = pairs.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0, y + p.1));
    let (mx, my) = (sx / pairs.len().max(1) as f64, sy / pairs.len().max(1) as f64);
    let (mut xx, mut xy, mut yy) = (1e-9, 0.0, 1e-9);
    for (x, y) in pairs {
        let (x, y) = (x - mx, y - my);
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    let rest = yy - xy * xy / xx;
    (xy / xx, xy / (xx * yy).sqrt(), ((if rest > 0.0 { rest } else { 0.0 }) / (pairs.len() as f64 + 1e-6)).sqrt())
}

/// How far samples lie beside a smooth course, when the pen is slow and when it is fast.
fn scatter(runs: &[Run], out: &mut [f64]) {
    let mut all: Vec<(f64, f64, f64)> = Vec::new();
    for r in runs {
        all.extend(
            r.rough
                .iter()
                .enumerate()
                .map(|(i, (a, c))| (0.25 * (r.speed[i] + r.speed[i + 1] + r.speed[i + 2] + r.speed[i + 3]), *a, *c)),
        );
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = all.len();
    if n < 12 {
        return;
    }
    let third = n / 3;
    let rms = |part: &[(f64, f64, f64)], v: fn(&(f64, f64, f64)) -> f64| {
        (part.iter().fold(0.0, |s, p| s + v(p) * v(p)) / part.len() as f64).sqrt() + STEP
    };
    let median = |part: &[(f64, f64, f64)], v: fn(&(f64, f64, f64)) -> f64| {
        let mut m: Vec<f64> = part.iter().map(|p| v(p).abs()).collect();
        let half = m.len() / 2;
        *m.select_nth_unstable_by(half, f64::total_cmp).1 + STEP
    };
    let (slow, middle, fast) = (&all[..third], &all[third..2 * third], &all[2 * third..]);
    let base = mean(all.iter().map(|p| p.0)) + 1e-6;
    out[0] = ln(rms(slow, |p| p.2) / base);
    out[1] = ln(rms(slow, |p| p.1) / base);
    out[2] = ln(rms(middle, |p| p.2) / rms(slow, |p| p.2));
    out[3] = ln(rms(fast, |p| p.2) / rms(slow, |p| p.2));
    out[4] = ln(rms(fast, |p| p.1) / rms(fast, |p| p.2));
    out[5] = ln(median(slow, |p| p.2));
    out[6] = ln(median(fast, |p| p.2) / rms(fast, |p| p.2));
    out[7] = ln(median(slow, |p| p.2) / rms(slow, |p| p.2));
    // neighbouring fourth differences of noise alone are correlated by -0.8
    let (mut product, mut square) = (0.0, 1e-9);
    for r in runs {
        for w in r.rough.windows(2) {
            product += w[0].1 * w[1].1;
            square += 0.5 * (w[0].1 * w[0].1 + w[1].1 * w[1].1);
        }
    }
    out[8] = product / square;
    let (still, steps) = runs.iter().fold((0, 0), |(a, b), r| (a + r.still, b + r.speed.len()));
    out[9] = still as f64 / (steps as f64 + 1e-6);
}

/// Energy of the velocity in bands, from averages over more and more neighbours of the 100 Hz copy: about 25 to 50, 12 to
/// 25, 8 to 12 and 5 to 8 Hz, each against the next.
fn bands(trace: &Trace, out: &mut [f64]) {
    let mut levels = [0.0; 5];
    for signal in [&trace.x, &trace.y] {
        let mut v = steps(signal);
        if v.len() < 8 {
            return;
        }
        for (level, rounds) in levels.iter_mut().zip([1, 3, 8, 16, 0]) {
            let before = v.clone();
            (0..rounds).for_each(|_| v = averaged(&v));
            *level += if rounds == 0 {
                v.iter().fold(0.0, |s, v| s + v * v)
            } else {
                before.iter().zip(&v).fold(0.0, |s, (a, b)| s + (a - b) * (a - b))
            };
        }
    }
    for (out, w) in out.iter_mut().zip(levels.windows(2)) {
        *out = ln((w[0] + 1.0) / (w[1] + 1.0));
    }
}

/// How the pressure goes with the speed, and how it trembles; 0 without pressure.
fn pressures(trace: &Trace, runs: &[Run], out: &mut [f64]) {
    if !trace.has_pressure {
        return;
    }
    let pairs: Vec<(f64, f64)> =
        runs.iter().flat_map(|r| r.smooth.iter().copied().zip(r.pressure.iter().copied())).collect();
    out[0] = line(&pairs).1;
    let [one, two, _] = differences(runs, |r| &r.pressure);
    out[1] = ln((two + 1e-4) / (one + 1e-4));
    let all: Vec<f64> = runs.iter().flat_map(|r| r.pressure.iter().copied()).collect();
    let (_, deviation) = moments(&all);
    out[2] = ln((one + 1e-4) / (deviation + 1e-4));
    let steps = || runs.iter().flat_map(|r| r.pressure.windows(2));
    out[3] = steps().filter(|w| w[0] == w[1]).count() as f64 / (steps().count() as f64 + 1e-6);
}

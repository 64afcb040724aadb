//! Writings that no hand made: real shapes with a program's timing, shapes through a few points of a real one, models of
//! movement, and this project's own writer without its label.
//!
//! Each is sampled and rounded as the tablet of the real recordings does it; what an attacker adds so
//! that it does not look so is in `disguises`. Shapes of real people make it hard on purpose: what a check finds here is in the movement.

use crate::attack::chance::Chance;
use crate::attack::strokes::{Pen, Strokes};
use crate::attack::tracing;
use models::Writer;
use models::arithmetic::{exp, hypot};
use models::packet::{DigitiserKind, PenState};

/// Time between two reports, s.
pub(super) const STEP_S: f64 = 0.01;

/// One way to make a writing.
pub struct Species {
    /// Its name in the report.
    pub name: &'static str,
    /// The family: species of one family are left out of fitting together.
    pub family: &'static str,
    /// Makes one, after a real recording.
    pub make: fn(&Strokes, &mut Chance) -> Strokes,
}

/// All species, undisguised.
pub const ALL: &[Species] = &[
    Species { name: "constant speed", family: "constant", make: |s, c| retimed(s, c, &|u| u) },
    Species { name: "minimum jerk by stroke", family: "jerk", make: |s, c| retimed(s, c, &minimum_jerk) },
    Species { name: "raised sine by stroke", family: "sine", make: |s, c| retimed(s, c, &|u| u * u * (3.0 - 2.0 * u)) },
    Species { name: "trapezoid by stroke", family: "constant", make: |s, c| retimed(s, c, &trapezoid) },
    Species { name: "power law", family: "power", make: tracing::power_law },
    Species { name: "minimum jerk by points", family: "jerk", make: |s, c| by_points(s, c, &minimum_jerk, 0.0) },
    Species { name: "minimum jerk overlapping", family: "jerk", make: |s, c| by_points(s, c, &minimum_jerk, 0.5) },
    Species { name: "sigma-lognormal of a shape", family: "lognormal", make: |s, c| by_points(s, c, &lognormal, 0.6) },
    Species { name: "sigma-lognormal, loose", family: "lognormal", make: |s, c| by_points(s, c, &lognormal, 0.9) },
    Species { name: "spline through points", family: "spline", make: spline },
    Species { name: "smoothed recording", family: "smoothed", make: smoothed },
    Species { name: "own writer", family: "writer", make: |s, c| own(s, c, false) },
    Species { name: "own writer forging", family: "writer", make: |s, c| own(s, c, true) },
    Species { name: "oscillation", family: "oscillation", make: oscillation },
    Species { name: "random walk", family: "walk", make: walk },
    Species { name: "plotter", family: "plotter", make: tracing::plotter },
    Species { name: "spring", family: "spring", make: tracing::spring },
    Species { name: "bells between corners", family: "bells", make: tracing::bells },
];

fn minimum_jerk(u: f64) -> f64 {
    u * u * u * (10.0 - 15.0 * u + 6.0 * u * u)
}

/// A fifth of the time to get going, a fifth to stop.
fn trapezoid(u: f64) -> f64 {
    let (ramp, top) = (0.2, 1.0 / 0.8);
    if u < ramp {
        0.5 * top * u * u / ramp
    } else if u > 1.0 - ramp {
        1.0 - 0.5 * top * (1.0 - u) * (1.0 - u) / ramp
    } else {
        top * (u - 0.5 * ramp)
    }
}

/// The lognormal's distribution function, scaled so that it is over at 1.
fn lognormal(u: f64) -> f64 {
    if u <= 0.0 {
        return 0.0;
    }
    let z = models::arithmetic::ln(u / 0.42) / 0.3;
    1.0 / (1.0 + exp(-1.702 * z))
}

/// Runs of the pen on the surface.
pub(super) fn strokes(s: &Strokes) -> Vec<&[Pen]> {
    s.pens.split(|p| !p.state.is_down()).filter(|run| run.len() > 1).collect()
}

/// A stroke to be sampled: where the pen is at a time from its start.
struct Stroke<'a> {
    start: f64,
    seconds: f64,
    at: Course<'a>,
    pressure: Box<dyn Fn(f64) -> f64 + 'a>,
}

/// Reports of all strokes, with one report above the surface after each, as the tablet gives them.
fn sampled(s: &Strokes, strokes: &[Stroke<'_>]) -> Strokes {
    let mut pens: Vec<Pen> = Vec::new();
    for stroke in strokes {
        let steps = (stroke.seconds / STEP_S).round().max(2.0) as usize;
        for k in 0..=steps + 1 {
            let u = (k as f64 / steps as f64).min(1.0);
            let (x, y) = (stroke.at)(u);
            let down = k <= steps;
            let state = if down { PenState::DOWN } else { PenState::UP };
            let p = if down { (stroke.pressure)(u).max(1.0) } else { 0.0 };
            let t = stroke.start + k as f64 * STEP_S;
            if pens.last().is_none_or(|l| l.t + 0.005 < t) {
                pens.push(Pen { t, x, y, p, state });
            }
        }
    }
    Strokes { device: s.device.clone(), pens }
}

/// How a program presses: evenly, like the original, or in a bow.
fn pressing<'a>(run: &'a [Pen], style: usize, c: &mut Chance) -> Box<dyn Fn(f64) -> f64 + 'a> {
    let level = c.between(350.0, 800.0);
    let mean = run.iter().map(|p| p.p).sum::<f64>() / run.len() as f64;
    match style {
        0 => Box::new(move |_| level),
        1 => Box::new(move |u| run[((run.len() - 1) as f64 * u).round() as usize].p),
        _ => Box::new(move |u| mean * (0.35 + 0.65 * 4.0 * u * (1.0 - u)).max(0.0).sqrt()),
    }
}

/// Lengths along a run, from 0 to 1 at its end; `None` for a dot.
pub(super) fn lengths(run: &[Pen]) -> Option<Vec<f64>> {
    let mut sum = 0.0;
    let mut all = vec![0.0];
    for w in run.windows(2) {
        sum += hypot(w[1].x - w[0].x, w[1].y - w[0].y);
        all.push(sum);
    }
    (sum > 0.0).then(|| all.iter().map(|l| l / sum).collect())
}

/// Where a run is after this part of its length.
pub(super) fn along(run: &[Pen], lengths: &[f64], part: f64) -> (f64, f64) {
    let next = lengths.partition_point(|l| *l < part).clamp(1, run.len() - 1);
    let (a, b) = (&run[next - 1], &run[next]);
    let share = ((part - lengths[next - 1]) / (lengths[next] - lengths[next - 1]).max(1e-9)).clamp(0.0, 1.0);
    (a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
}

/// Where the pen is at a part of a stroke's time.
type Course<'a> = Box<dyn Fn(f64) -> (f64, f64) + 'a>;

/// Each stroke of a real shape, pressed in this style, this much slower, where its course says; without those that have none.
pub(super) fn redrawn<'a>(
    s: &'a Strokes,
    (style, slower): (usize, f64),
    c: &mut Chance,
    course: &dyn Fn(&'a [Pen], &mut Chance) -> Option<Course<'a>>,
) -> Strokes {
    let one = |run: &'a [Pen]| {
        let at = course(run, c)?;
        let seconds = lasting(run) * slower;
        Some(Stroke { start: run[0].t * slower, seconds, at, pressure: pressing(run, style, c) })
    };
    let made: Vec<Stroke<'_>> = strokes(s).into_iter().filter_map(one).collect();
    sampled(s, &made)
}

/// How long a run takes, s.
pub(super) fn lasting(run: &[Pen]) -> f64 {
    run[run.len() - 1].t - run[0].t
}

/// Each stroke of a real shape in about its real time, with another course of speed.
fn retimed<'a>(s: &'a Strokes, c: &mut Chance, profile: &'a dyn Fn(f64) -> f64) -> Strokes {
    let manner = (c.below(3), c.between(0.9, 1.2));
    redrawn(s, manner, c, &|run, _| {
        let lengths = lengths(run)?;
        Some(Box::new(move |u| along(run, &lengths, profile(u))))
    })
}

/// A point that the movement is sent to.
#[derive(Clone, Copy)]
struct Target {
    at: f64,
    x: f64,
    y: f64,
}

/// Where a run turns or is slow, its ends included.
fn targets(run: &[Pen], c: &mut Chance) -> Vec<Target> {
    let target = |p: &Pen| Target { at: p.t - run[0].t, x: p.x, y: p.y };
    let mut out = vec![target(&run[0])];
    let least = c.between(0.05, 0.09);
    let speed = |i: usize| hypot(run[i + 1].x - run[i - 1].x, run[i + 1].y - run[i - 1].y);
    for i in 2..run.len().saturating_sub(2) {
        let slow = speed(i) <= speed(i - 1) && speed(i) < speed(i + 1);
        let far = run[i].t - run[0].t - out[out.len() - 1].at;
        if (slow && far > least) || far > 2.5 * least {
            out.push(target(&run[i]));
        }
    }
    out.push(target(&run[run.len() - 1]));
    out
}

/// Movements from point to point of a real shape, each with this course, overlapping by this part.
fn by_points<'a>(s: &'a Strokes, c: &mut Chance, profile: &'a dyn Fn(f64) -> f64, overlap: f64) -> Strokes {
    let manner = (c.below(3), 1.0);
    redrawn(s, manner, c, &|run, c| {
        let points = targets(run, c);
        let bows: Vec<f64> = points.iter().map(|_| c.normal(0.1)).collect();
        let seconds = lasting(run);
        Some(Box::new(move |u| {
            let (mut x, mut y) = (points[0].x, points[0].y);
            for (w, bow) in points.windows(2).zip(&bows) {
                let lasts = (w[1].at - w[0].at) * (1.0 + overlap);
                let since =
                    ((u * seconds - w[0].at + 0.5 * overlap * (w[1].at - w[0].at)) / lasts.max(1e-3)).clamp(0.0, 1.0);
                let done = profile(since);
                let side = bow * done * (1.0 - done) * 4.0;
                let way = (w[1].x - w[0].x, w[1].y - w[0].y);
                x += way.0 * done - way.1 * side;
                y += way.1 * done + way.0 * side;
            }
            (x, y)
        }))
    })
}

/// A curve through every few reports of a real recording, in its own time.
fn spline(s: &Strokes, c: &mut Chance) -> Strokes {
    let manner = (c.below(3), 1.0);
    let every = 4 + c.below(4);
    redrawn(s, manner, c, &|run, _| {
        let mut knots: Vec<Pen> = run.iter().step_by(every).copied().collect();
        if (run.len() - 1) % every != 0 {
            knots.push(run[run.len() - 1]);
        }
        Some(Box::new(move |u| catmull(&knots, run[0].t + u * lasting(run))))
    })
}

pub(super) fn catmull(knots: &[Pen], t: f64) -> (f64, f64) {
    let last = knots.len() - 1;
    let next = knots.partition_point(|k| k.t < t).clamp(1, last);
    let slope = |i: usize, v: fn(&Pen) -> f64| {
        let (a, b) = (i.saturating_sub(1), (i + 1).min(last));
        (v(&knots[b]) - v(&knots[a])) / (knots[b].t - knots[a].t)
    };
    let (a, b) = (&knots[next - 1], &knots[next]);
    let dt = b.t - a.t;
    let u = ((t - a.t) / dt).clamp(0.0, 1.0);
    let w = 1.0 - u;
    let one = |v: fn(&Pen) -> f64| {
        w * w * (1.0 + 2.0 * u) * v(a)
            + u * u * (3.0 - 2.0 * u) * v(b)
            + dt * u * w * (w * slope(next - 1, v) - u * slope(next, v))
    };
    (one(|p| p.x), one(|p| p.y))
}

/// A real recording, strongly smoothed in time.
fn smoothed(s: &Strokes, c: &mut Chance) -> Strokes {
    let rounds = 4 + c.below(6);
    let mut out = s.clone();
    let runs: Vec<(usize, usize)> = {
        let mut runs = Vec::new();
        let mut from = 0;
        for i in 1..=s.pens.len() {
            if i == s.pens.len() || s.pens[i].state.is_down() != s.pens[from].state.is_down() {
                runs.push((from, i));
                from = i;
            }
        }
        runs
    };
    for (from, to) in runs.into_iter().filter(|(from, to)| to - from > 2) {
        for _ in 0..rounds {
            let before = out.pens[from..to].to_vec();
            for i in 1..before.len() - 1 {
                let mix =
                    |v: fn(&Pen) -> f64| 0.25 * v(&before[i - 1]) + 0.5 * v(&before[i]) + 0.25 * v(&before[i + 1]);
                let pen = &mut out.pens[from + i];
                (pen.x, pen.y, pen.p) = (mix(|p| p.x), mix(|p| p.y), mix(|p| p.p));
            }
        }
    }
    out
}

/// This project's writer, said to come from a tablet.
fn own(s: &Strokes, c: &mut Chance, forging: bool) -> Strokes {
    let seed = |c: &mut Chance| 1_000_000 + c.below(1_000_000) as u64;
    let writer = Writer::new(seed(c));
    let n = c.below(40) as u64;
    let packet = if forging { writer.forge(&Writer::new(seed(c)), n) } else { writer.sign(n) };
    let mut out = Strokes::of(&packet);
    out.device = s.device.clone();
    out.device.kind = DigitiserKind::EmrPen;
    if s.device.pressure_levels == 0 {
        out.pens.iter_mut().for_each(|p| p.p = 0.0);
    }
    out
}

/// Two oscillators, across and up, whose size and rhythm change now and then (Hollerbach 1981).
fn oscillation(s: &Strokes, c: &mut Chance) -> Strokes {
    let style = c.below(3);
    let all = strokes(s);
    let (drift, rate) = (c.between(800.0, 2500.0), c.between(3.0, 6.0));
    let mut x0 = 2000.0;
    let made: Vec<Stroke<'_>> = all
        .iter()
        .map(|run| {
            let seconds = (run[run.len() - 1].t - run[0].t).max(0.05);
            let (wide, high) = (c.between(150.0, 500.0), c.between(300.0, 900.0));
            let (fx, fy, phase) = (rate * c.factor(0.1), rate * c.factor(0.1), c.unit());
            let start = x0;
            x0 += drift * seconds;
            let at = Box::new(move |u: f64| {
                let t = u * seconds;
                (start + drift * t + wide * wave(fx * t + phase), 3000.0 + high * wave(fy * t))
            });
            Stroke { start: run[0].t, seconds, at, pressure: pressing(run, style, c) }
        })
        .collect();
    sampled(s, &made)
}

/// sin(2 pi x) by Bhaskara's formula.
fn wave(x: f64) -> f64 {
    let u = 2.0 * (x - x.floor());
    let (sign, u) = if u < 1.0 { (1.0, u) } else { (-1.0, u - 1.0) };
    sign * 16.0 * u * (1.0 - u) / (5.0 - 4.0 * u * (1.0 - u))
}

/// A velocity that wanders, smoothly, as a recurrent generator's does.
fn walk(s: &Strokes, c: &mut Chance) -> Strokes {
    let manner = (c.below(3), 1.0);
    let (hold, pull) = (c.between(0.75, 0.92), c.between(0.1, 0.3));
    let size = c.between(40.0, 120.0);
    redrawn(s, manner, c, &|run, c| {
        let n = (lasting(run) / STEP_S) as usize + 4;
        let (mut v, mut wanted, mut p) = ((0.0, 0.0), (0.0, 0.0), (run[0].x, run[0].y));
        let path: Vec<(f64, f64)> = (0..n)
            .map(|_| {
                wanted = (hold * wanted.0 + c.normal(size), hold * wanted.1 + c.normal(size));
                v = (v.0 + pull * (wanted.0 - v.0), v.1 + pull * (wanted.1 - v.1));
                p = (p.0 + v.0, p.1 + v.1);
                p
            })
            .collect();
        Some(Box::new(move |u| path[(u * lasting(run) / STEP_S).round() as usize]))
    })
}

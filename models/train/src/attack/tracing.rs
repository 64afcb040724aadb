//! Programs that trace a real shape at a speed that the shape asks for: the power law of hands, bells from corner to corner, a plotter, a pen on a spring.
//!
//! Where the pen goes is the person's; when it is there is not. How it is sampled and pressed is in `machines`.

use crate::attack::chance::Chance;
use crate::attack::machines::{along, lasting, lengths, redrawn};
use crate::attack::strokes::{Pen, Strokes};
use models::arithmetic::{atan2, exp, ln, wrap};

/// Parts of equal length that a run is cut into.
const PARTS: usize = 64;
/// Steps in which the pen on a spring is followed, s.
const SPRING_STEP_S: f64 = 0.001;

/// The speed that curvature asks for: the cube root of the radius (Lacquaniti et al. 1983).
pub(super) fn power_law(s: &Strokes, c: &mut Chance) -> Strokes {
    timed(s, c, &|turns, _| turns.iter().map(|turn| exp(ln(*turn) / 3.0)).collect())
}

/// A machine tool's planner: in bends no faster than the pull outwards allows, nowhere faster than its motors turn, and from
/// one speed to another no faster than they pull. Starts and ends at rest.
pub(super) fn plotter(s: &Strokes, c: &mut Chance) -> Strokes {
    // Of the mean speed: the fastest, and how much is gained in the time of the whole run.
    let (fastest, gain) = (c.between(1.3, 3.0), c.between(4.0, 20.0));
    let outwards = gain * c.between(0.5, 2.0);
    timed(s, c, &|turns, seconds| {
        let gain = gain * seconds.max(0.1) / 0.5;
        planned(turns, fastest, gain, outwards * seconds.max(0.1) / 0.5)
    })
}

/// Times of the parts of a run whose length, time and mean speed are 1.
fn planned(turns: &[f64], fastest: f64, gain: f64, outwards: f64) -> Vec<f64> {
    let part = 1.0 / turns.len() as f64;
    // A turn over two parts of the way: the radius is their length through it, the speed the root of pull times radius.
    let bend = |turn: &f64| (outwards * 2.0 * part / turn).min(fastest * fastest);
    let mut squares: Vec<f64> = turns.iter().map(bend).collect();
    let n = squares.len();
    (squares[0], squares[n - 1]) = (0.0, 0.0);
    (1..n).for_each(|i| squares[i] = squares[i].min(squares[i - 1] + 2.0 * gain * part));
    (1..n).rev().for_each(|i| squares[i - 1] = squares[i - 1].min(squares[i] + 2.0 * gain * part));
    let speed = |i: usize| squares[i.min(n - 1)].sqrt();
    (0..n).map(|i| 2.0 * part / (speed(i) + speed(i + 1) + 1e-6)).collect()
}

/// From corner to corner with a bell of speed each (Morasso 1981), the longer the faster, and a rest of speed in the corners.
pub(super) fn bells(s: &Strokes, c: &mut Chance) -> Strokes {
    let (corner, rest, power) = (c.between(0.4, 1.0), c.between(0.05, 0.4), c.between(0.3, 0.9));
    timed(s, c, &|turns, _| {
        let corners = corners(turns, corner);
        let mut times = vec![0.0; turns.len()];
        for w in corners.windows(2) {
            let length = (w[1] - w[0]) as f64;
            let fastest = exp(power * ln(length));
            for (k, time) in times[w[0]..w[1]].iter_mut().enumerate() {
                let u = (k as f64 + 0.5) / length;
                *time = 1.0 / (fastest * (rest + (1.0 - rest) * 4.0 * u * (1.0 - u)));
            }
        }
        times
    })
}

/// Points where the shape turns most and by more than this, and both ends.
fn corners(turns: &[f64], least: f64) -> Vec<usize> {
    let last = turns.len() - 1;
    let sharp = |k: &usize| turns[*k] > least && turns[*k] >= turns[k - 1] && turns[*k] > turns[k + 1];
    std::iter::once(0).chain((2..last - 1).filter(sharp)).chain([last]).collect()
}

/// Runs of a real shape; how long each part takes comes from its turns and the run's seconds, the whole as long as it took.
fn timed(s: &Strokes, c: &mut Chance, parts: &dyn Fn(&[f64], f64) -> Vec<f64>) -> Strokes {
    let manner = (c.below(3), 1.0);
    redrawn(s, manner, c, &|run, _| {
        let lengths = lengths(run)?;
        let times = summed(&parts(&turns(run, &lengths), lasting(run)));
        Some(Box::new(move |u| {
            let k = times.partition_point(|t| *t < u).min(times.len() - 1);
            let before = if k > 0 { times[k - 1] } else { 0.0 };
            let share = if times[k] > before { (u - before) / (times[k] - before) } else { 1.0 };
            along(run, &lengths, (k as f64 - 1.0 + share).max(0.0) / (times.len() - 1) as f64)
        }))
    })
}

/// How much a run turns around each of its 65 points of equal length, smoothed, radians.
fn turns(run: &[Pen], lengths: &[f64]) -> Vec<f64> {
    let n = PARTS;
    let p: Vec<(f64, f64)> = (0..=n).map(|k| along(run, lengths, k as f64 / n as f64)).collect();
    let angle = |a: (f64, f64), b: (f64, f64)| atan2(b.1 - a.1, b.0 - a.0);
    let mut turn: Vec<f64> = (0..=n)
        .map(
            |k| if k < 2 || k > n - 2 { 0.3 } else { wrap(angle(p[k], p[k + 2]) - angle(p[k - 2], p[k])).abs() + 0.02 },
        )
        .collect();
    for _ in 0..3 {
        turn = (0..=n).map(|k| (turn[k.saturating_sub(1)] + 2.0 * turn[k] + turn[(k + 1).min(n)]) / 4.0).collect();
    }
    turn
}

/// When each point is passed, 0 to 1, from how long each part takes; the last part leads nowhere.
fn summed(parts: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut times = Vec::with_capacity(parts.len());
    for part in parts {
        times.push(sum);
        sum += part;
    }
    let total = times[times.len() - 1].max(1e-9);
    times.iter().map(|t| t / total).collect()
}

/// A pen drawn by a damped spring whose other end runs along the shape at an even speed, as drawing programs steady a hand.
pub(super) fn spring(s: &Strokes, c: &mut Chance) -> Strokes {
    let (manner, pull) = ((c.below(3), 1.0), c.between(15.0, 60.0));
    let damping = c.between(0.7, 1.1);
    redrawn(s, manner, c, &|run, _| {
        let path = drawn(run, &lengths(run)?, pull, damping);
        Some(Box::new(move |u| path[((path.len() - 1) as f64 * u).round() as usize]))
    })
}

/// Where the pen is every millisecond; it has three time constants, or a third of the time, to come to rest.
fn drawn(run: &[Pen], lengths: &[f64], pull: f64, damping: f64) -> Vec<(f64, f64)> {
    let seconds = lasting(run);
    let rest = (3.0 / pull).min(seconds / 3.0);
    let steps = (seconds / SPRING_STEP_S) as usize + 1;
    let (mut p, mut v) = ((run[0].x, run[0].y), (0.0, 0.0));
    (0..steps)
        .map(|k| {
            let to = along(run, lengths, (k as f64 * SPRING_STEP_S / (seconds - rest)).min(1.0));
            let force = |to: f64, p: f64, v: f64| pull * pull * (to - p) - 2.0 * damping * pull * v;
            v = (v.0 + force(to.0, p.0, v.0) * SPRING_STEP_S, v.1 + force(to.1, p.1, v.1) * SPRING_STEP_S);
            p = (p.0 + v.0 * SPRING_STEP_S, p.1 + v.1 * SPRING_STEP_S);
            p
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::machines::strokes;
    use models::Writer;

    fn tempo(times: &[f64], at: std::ops::Range<usize>) -> f64 {
        at.len() as f64 / times[at].iter().sum::<f64>()
    }

    #[test]
    fn a_plotter_rests_at_the_ends_and_slows_in_corners() {
        let mut turns = vec![0.02; 65];
        turns[32] = 2.0;
        let times = planned(&turns, 2.0, 12.0, 12.0);
        let even = tempo(&times, 12..20);
        assert!(tempo(&times, 0..1) < 0.5 * even && tempo(&times, 63..64) < 0.5 * even);
        assert!(tempo(&times, 32..33) < 0.7 * even);
    }

    #[test]
    fn corners_are_the_ends_and_the_sharpest_points() {
        let mut turns = vec![0.1; 65];
        (turns[20], turns[21], turns[40]) = (0.6, 0.9, 0.7);
        assert_eq!(corners(&turns, 0.5), [0, 21, 40, 64]);
        assert_eq!(corners(&turns, 0.8), [0, 21, 64]);
    }

    #[test]
    fn a_spring_comes_to_rest_where_the_shape_ends() {
        let real = Strokes::of(&Writer::new(4).sign(1));
        let run = strokes(&real).into_iter().max_by_key(|run| run.len()).unwrap();
        let path = drawn(run, &lengths(run).unwrap(), 40.0, 1.0);
        let (end, last) = (&run[run.len() - 1], path[path.len() - 1]);
        let whole: f64 = run.windows(2).map(|w| (w[1].x - w[0].x).abs() + (w[1].y - w[0].y).abs()).sum();
        assert!((end.x - last.0).abs() + (end.y - last.1).abs() < 0.02 * whole);
        assert!((run[0].x - path[0].0).abs() + (run[0].y - path[0].1).abs() < 0.02 * whole);
    }

    #[test]
    fn other_times_leave_the_shape_where_it_was() {
        let real = Strokes::of(&Writer::new(5).sign(2));
        for make in [power_law, plotter, bells] {
            let made = make(&real, &mut Chance::of(&[3]));
            let near = |p: &Pen| real.pens.iter().any(|q| (p.x - q.x).abs() + (p.y - q.y).abs() < 120.0);
            assert!(made.pens.len() > real.pens.len() / 2 && made.pens.iter().all(near));
        }
    }
}

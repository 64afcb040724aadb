//! Writings laid on one another moment by moment, to make one that lies between two, or has the time of one and the shape of
//! the other.

use crate::attack::strokes::{Pen, Strokes};

/// Seconds between reports of what is made.
const STEP_S: f64 = 0.01;
/// What a pen that is up in one and down in the other costs.
const LIFTED: f64 = 1.5;

/// A path between two writings, `share` of the way from the first; also in time and pressure.
pub fn half_way(a: &Strokes, b: &Strokes, share: f64) -> Strokes {
    let ((ax, ay), (bx, by)) = (a.centre(), b.centre());
    let mix = |u: f64, v: f64| u * (1.0 - share) + v * share;
    let between = |(i, j): &(usize, usize)| {
        let (p, q) = (&a.pens[*i], &b.pens[*j]);
        Pen {
            t: mix(p.t, q.t),
            x: mix(p.x - ax, q.x - bx),
            y: mix(p.y - ay, q.y - by),
            p: mix(p.p, q.p),
            state: p.state,
        }
    };
    even(a, path(a, b).iter().map(between).collect())
}

/// The shape of an imitation at the moments and with the pressure of a reference.
pub fn in_time_of(reference: &Strokes, imitation: &Strokes) -> Strokes {
    let of = |(i, j): &(usize, usize)| {
        let (p, q) = (&reference.pens[*i], &imitation.pens[*j]);
        Pen { x: q.x, y: q.y, ..*p }
    };
    even(reference, path(reference, imitation).iter().map(of).collect())
}

/// Reports of one moment as their mean, a little smoothed, and sampled anew at even times wherever the digitiser reported.
fn even(like: &Strokes, pens: Vec<Pen>) -> Strokes {
    let mut merged: Vec<(Pen, f64)> = Vec::new();
    for p in pens {
        match merged.last_mut() {
            Some((last, n)) if p.t <= last.t + 1e-6 => {
                let mean = |old: f64, new: f64| (old * *n + new) / (*n + 1.0);
                (last.x, last.y, last.p) = (mean(last.x, p.x), mean(last.y, p.y), mean(last.p, p.p));
                *n += 1.0;
            }
            _ => merged.push((p, 1.0)),
        }
    }
    let pens: Vec<Pen> = merged.into_iter().map(|(p, _)| p).collect();
    let made = Strokes { device: like.device.clone(), pens: smoothed(&pens) };
    let start = made.pens[0].t;
    let pens = (0..=(made.seconds() / STEP_S) as usize)
        .filter_map(|k| made.at(start + k as f64 * STEP_S))
        .map(|p| Pen { t: p.t - start, ..p })
        .collect();
    Strokes { pens, ..made }
}

/// Weights 1 2 1 within a stroke.
fn smoothed(pens: &[Pen]) -> Vec<Pen> {
    let near = |a: &Pen, b: &Pen| (a.t - b.t).abs() < 0.04 && a.state == b.state;
    let one = |i: usize| {
        let p = pens[i];
        let (before, after) = (pens[i.saturating_sub(1)], pens[(i + 1).min(pens.len() - 1)]);
        if !near(&before, &p) || !near(&after, &p) {
            return p;
        }
        let mean = |of: fn(&Pen) -> f64| 0.25 * of(&before) + 0.5 * of(&p) + 0.25 * of(&after);
        Pen { x: mean(|p| p.x), y: mean(|p| p.y), p: mean(|p| p.p), ..p }
    };
    (0..pens.len()).map(one).collect()
}

/// The cheapest way through both, by place and velocity.
fn path(a: &Strokes, b: &Strokes) -> Vec<(usize, usize)> {
    let (u, v) = (functions(a), functions(b));
    let width = v.len() + 1;
    let mut sums = vec![f64::INFINITY; (u.len() + 1) * width];
    sums[0] = 0.0;
    for i in 0..u.len() {
        for j in 0..v.len() {
            let reached = sums[i * width + j].min(sums[i * width + j + 1]).min(sums[(i + 1) * width + j]);
            let apart: f64 = u[i].iter().zip(&v[j]).map(|(a, b)| (a - b) * (a - b)).sum();
            sums[(i + 1) * width + j + 1] = reached + apart;
        }
    }
    let (mut i, mut j, mut path) = (u.len(), v.len(), Vec::new());
    while i > 0 && j > 0 {
        path.push((i - 1, j - 1));
        let at = |i: usize, j: usize| sums[i * width + j];
        let (both, first, second) = (at(i - 1, j - 1), at(i - 1, j), at(i, j - 1));
        if both <= first && both <= second {
            (i, j) = (i - 1, j - 1);
        } else if first <= second {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    path.reverse();
    path
}

/// Place, velocity and whether the pen touches, each in its own deviation.
fn functions(s: &Strokes) -> Vec<[f64; 5]> {
    let n = s.pens.len();
    let slope = |of: fn(&Pen) -> f64, i: usize| {
        let (before, after) = (&s.pens[i.saturating_sub(1)], &s.pens[(i + 1).min(n - 1)]);
        (of(after) - of(before)) / (after.t - before.t).max(0.001)
    };
    let scaled = |values: Vec<f64>| {
        let (mean, deviation) = crate::metrics::mean_and_deviation(&values);
        values.into_iter().map(move |v| (v - mean) / deviation.max(1e-9)).collect::<Vec<_>>()
    };
    let x = scaled(s.pens.iter().map(|p| p.x).collect());
    let y = scaled(s.pens.iter().map(|p| p.y).collect());
    let dx = scaled((0..n).map(|i| slope(|p| p.x, i)).collect());
    let dy = scaled((0..n).map(|i| slope(|p| p.y, i)).collect());
    let lifted = |i: usize| if s.pens[i].state.is_down() { 0.0 } else { LIFTED };
    (0..n).map(|i| [x[i], y[i], dx[i], dy[i], lifted(i)]).collect()
}

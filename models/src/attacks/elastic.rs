//! Elastic matching of two paths: each point of one to one of the other, in order, within a narrow band.
//!
//! Deviations along the path count less than those across it and not at all within half a step, so that it does not matter
//! where between its neighbours a point was set. No deviation counts more than a cap: what a resampling destroyed shall
//! not hide that the rest is the same. f32 in a fixed order: the same bits everywhere.

use super::align::{Path, Vector, minus, squared};
use super::profile::SHAPE;

/// Furthest that a point's match may lie before or after it.
const BAND: usize = 16;
/// Candidates of a point.
const WIDTH: usize = 2 * BAND + 1;
/// Weight of a deviation along the path.
const ALONG: f32 = 0.5;
/// The index that each point's match has in the other path.
pub(super) type Matches = [u16; SHAPE];

/// Least mean cost of matching each point of `a` to one of `b`, and the matches.
pub(super) fn matched(a: &Path, b: &Path, cap: f32) -> (f32, Matches) {
    let tangents: Path = std::array::from_fn(|j| direction(b, j));
    let half = 0.5 * b.windows(2).fold(0.0, |s, w| s + squared(minus(w[1], w[0])).sqrt()) / (SHAPE - 1) as f32;
    let mut sums = [0.0f32; WIDTH + 2];
    let mut steps = [[0u8; WIDTH]; SHAPE];
    for i in 0..SHAPE {
        let costs = row((a[i], i), b, &tangents, (cap, half));
        // The band moves on by one with each point, so the same candidate stands one place further left.
        let before = sums;
        for k in 0..WIDTH {
            // step 0: the same point again (k+1 before), step 1: the next (k), step 2: the one after (k-1)
            let again = if k + 1 < WIDTH { before[k + 1] } else { f32::MAX };
            let skip = if k >= 1 { before[k - 1] } else { f32::MAX };
            let (mut best, mut step) = (before[k], 1);
            if i > 0 && again < best {
                (best, step) = (again, 0);
            }
            if i > 0 && skip < best {
                (best, step) = (skip, 2);
            }
            sums[k] = best + costs[k];
            steps[i][k] = step;
        }
    }
    backtrack(&sums, &steps)
}

/// Points left out between two of a coarse matching.
const COARSE: usize = 2;
/// Candidates of a point of a coarse matching.
const COARSE_WIDTH: usize = BAND / COARSE * 2 + 1;

/// About the cost of [`matched`], a tenth as dear: every second point, and deviations along the path count in full.
pub(super) fn nearly_matched(a: &Path, b: &Path) -> f32 {
    let mut sums = [0.0f32; COARSE_WIDTH + 2];
    let points = SHAPE / COARSE;
    for i in 0..points {
        let before = sums;
        for k in 0..COARSE_WIDTH {
            let j = (i + k).wrapping_sub(COARSE_WIDTH / 2);
            let cost = if j < points { squared(minus(a[i * COARSE], b[j * COARSE])) } else { 1.0 };
            let again = if k + 1 < COARSE_WIDTH { before[k + 1] } else { f32::MAX };
            let skip = if k >= 1 { before[k - 1] } else { f32::MAX };
            let step = if i > 0 && again < skip { again } else { skip };
            let best = if i > 0 && step < before[k] { step } else { before[k] };
            sums[k] = best + cost;
        }
    }
    let least = sums[..COARSE_WIDTH].iter().fold(f32::MAX, |m, s| if *s < m { *s } else { m });
    least / points as f32
}

fn backtrack(sums: &[f32; WIDTH + 2], steps: &[[u8; WIDTH]; SHAPE]) -> (f32, Matches) {
    let mut k = 0;
    for c in 1..WIDTH {
        if sums[c] < sums[k] {
            k = c;
        }
    }
    let cost = sums[k] / SHAPE as f32;
    let mut matches = [0; SHAPE];
    for i in (0..SHAPE).rev() {
        matches[i] = (i + k).saturating_sub(BAND).min(SHAPE - 1) as u16;
        match steps[i][k] {
            0 => k = (k + 1).min(WIDTH - 1),
            2 => k = k.saturating_sub(1),
            _ => {}
        }
    }
    (cost, matches)
}

/// Capped costs of matching `a` with the candidates of point `i`.
fn row((a, i): (Vector, usize), b: &Path, tangents: &Path, (cap, half): (f32, f32)) -> [f32; WIDTH] {
    std::array::from_fn(|k| {
        let j = (i + k).saturating_sub(BAND);
        if i + k < BAND || j >= SHAPE {
            return cap * cap;
        }
        let off = minus(a, b[j]);
        let along = off[0] * tangents[j][0] + off[1] * tangents[j][1];
        let across = off[0] * tangents[j][1] - off[1] * tangents[j][0];
        let along = along.abs() - half;
        let along = if along > 0.0 { along } else { 0.0 };
        let cost = across * across + ALONG * along * along;
        if cost < cap * cap { cost } else { cap * cap }
    })
}

/// Unit vector along the path at a point.
fn direction(path: &Path, j: usize) -> Vector {
    let way = minus(path[(j + 1).min(SHAPE - 1)], path[j.saturating_sub(1)]);
    let length = squared(way).sqrt() + 1e-9;
    [way[0] / length, way[1] / length]
}

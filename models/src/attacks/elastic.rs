//! Elastic matching of two paths: each point of one to one of the other, in order, within a narrow band.
//!
//! Deviations along the path count less than those across it and not at all within half a step, so that it does not matter
//! where between its neighbours a point was set. No deviation counts more than a cap: what a resampling destroyed shall
//! not hide that the rest is the same. f32 in a fixed order: the same bits everywhere. Everything is inlined into the caller,
//! which has it compiled for wide vectors too.

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

/// Sums of the least costs up to a point, of all its candidates, with a guard at each end.
type Sums = [f32; WIDTH + 2];

/// Least mean cost of matching each point of `a` to one of `b`, and the matches.
#[inline(always)]
pub(super) fn matched(a: &Path, b: &Path, cap: f32) -> (f32, Matches) {
    let candidates = Candidates::of(b, cap);
    let mut sums = [[f32::MAX; WIDTH + 2]; SHAPE];
    sums[0][1..=WIDTH].copy_from_slice(&candidates.costs(a[0], 0));
    for i in 1..SHAPE {
        let costs = candidates.costs(a[i], i);
        // The band moves on by one with each point, so the same candidate stands one place further left.
        let (before, now) = sums.split_at_mut(i);
        let (before, now) = (&before[i - 1], &mut now[0]);
        for k in 0..WIDTH {
            now[k + 1] = least(least(before[k + 1], before[k + 2]), before[k]) + costs[k];
        }
    }
    backtrack(&sums)
}

#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if b < a { b } else { a }
}

/// Points left out between two of a coarse matching.
const COARSE: usize = 2;
/// Candidates of a point of a coarse matching.
const COARSE_WIDTH: usize = BAND / COARSE * 2 + 1;

/// About the cost of [`matched`], a tenth as dear: every second point, and deviations along the path count in full.
#[inline(always)]
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

/// The way to the least of the last sums. Of equally cheap ways: to the next point, to the same, to the one after.
#[inline(always)]
fn backtrack(sums: &[Sums; SHAPE]) -> (f32, Matches) {
    let last = &sums[SHAPE - 1];
    let mut k = 1;
    for c in 2..=WIDTH {
        if last[c] < last[k] {
            k = c;
        }
    }
    let cost = last[k] / SHAPE as f32;
    let mut matches = [0; SHAPE];
    for i in (0..SHAPE).rev() {
        matches[i] = (i + k - 1).saturating_sub(BAND).min(SHAPE - 1) as u16;
        let Some(before) = i.checked_sub(1).map(|i| &sums[i]) else { break };
        let (mut from, mut best) = (k, before[k]);
        if before[k + 1] < best {
            (from, best) = (k + 1, before[k + 1]);
        }
        if before[k - 1] < best {
            from = k - 1;
        }
        k = from;
    }
    (cost, matches)
}

/// Points beyond either end of a path, so far away that they cost the cap.
const BEYOND: f32 = 1e3;
/// The points of a path with room at both ends, so that every point has as many candidates.
const ROOM: usize = SHAPE + 2 * BAND;

/// The points that may be matched, one array per coordinate: candidates of a point stand side by side, and their costs
/// are computed at once.
struct Candidates {
    x: [f32; ROOM],
    y: [f32; ROOM],
    /// Unit vectors along the path.
    along_x: [f32; ROOM],
    along_y: [f32; ROOM],
    /// Half the mean step.
    half: f32,
    /// Greatest cost.
    most: f32,
}

impl Candidates {
    #[inline(always)]
    fn of(b: &Path, cap: f32) -> Self {
        let half = 0.5 * b.windows(2).fold(0.0, |s, w| s + squared(minus(w[1], w[0])).sqrt()) / (SHAPE - 1) as f32;
        let [x, y, along_y] = [[BEYOND; ROOM], [BEYOND; ROOM], [0.0; ROOM]];
        let mut all = Self { x, y, along_x: [1.0; ROOM], along_y, half, most: cap * cap };
        for (j, point) in b.iter().enumerate() {
            [all.x[j + BAND], all.y[j + BAND]] = *point;
            [all.along_x[j + BAND], all.along_y[j + BAND]] = direction(b, j);
        }
        all
    }
    /// Capped costs of matching `a` with the candidates of point `i`.
    #[inline(always)]
    fn costs(&self, a: Vector, i: usize) -> [f32; WIDTH] {
        let [x, y, along_x, along_y] = [&self.x, &self.y, &self.along_x, &self.along_y].map(|list| &list[i..i + WIDTH]);
        std::array::from_fn(|k| {
            let off = [a[0] - x[k], a[1] - y[k]];
            let along = off[0] * along_x[k] + off[1] * along_y[k];
            let across = off[0] * along_y[k] - off[1] * along_x[k];
            let along = along.abs() - self.half;
            let along = if along > 0.0 { along } else { 0.0 };
            let cost = across * across + ALONG * along * along;
            if cost < self.most { cost } else { self.most }
        })
    }
}

/// Unit vector along the path at a point.
#[inline(always)]
fn direction(path: &Path, j: usize) -> Vector {
    let way = minus(path[(j + 1).min(SHAPE - 1)], path[j.saturating_sub(1)]);
    let length = squared(way).sqrt() + 1e-9;
    [way[0] / length, way[1] / length]
}

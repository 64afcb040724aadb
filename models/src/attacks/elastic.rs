//! Elastic matching of one path with others: each point of the one to one of the other, in order, within a narrow band.
//!
//! Deviations along the path count less than those across it and not at all within half a step, so that it does not matter
//! where between its neighbours a point was set. No deviation counts more than a cap: what a resampling destroyed shall
//! not hide that the rest is the same. f32 in a fixed order: the same bits everywhere. Everything is inlined into the caller,
//! which has it compiled for wide vectors too.

use super::align::{Path, Vector, squared};
use super::lanes::{LANES, Lane, Paths};
use super::profile::SHAPE;

/// Furthest that a point's match may lie before or after it, at the finest scale.
const BAND: usize = 16;
/// Weight of a deviation along the path.
const ALONG: f32 = 0.5;

/// What decides how points are matched; a model's digest covers it.
pub(super) const LIMITS: [f64; 2] = [BAND as f64, ALONG as f64];

/// How many points are matched: every `stride`th, with a band as wide.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    /// A power of two.
    pub(super) stride: usize,
}

impl Scale {
    /// How many there are.
    pub(super) const fn points(self) -> usize {
        SHAPE / self.stride
    }
    const fn band(self) -> usize {
        BAND / self.stride
    }
    /// Candidates of a point.
    const fn width(self) -> usize {
        2 * self.band() + 1
    }
    /// Numbers of a row: one for each candidate of each lane.
    const fn row(self) -> usize {
        self.width() * LANES
    }
    /// The same with a guard at each end.
    const fn guarded(self) -> usize {
        self.row() + 2 * LANES
    }
}

/// How paths are matched.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub(super) scale: Scale,
    /// Greatest deviation that counts.
    pub(super) cap: f32,
    /// Mean costs above this are not wanted.
    pub(super) most: f32,
}

/// After so many points a matching is looked at: costs only add up, so what is hopeless by then remains so.
const PATIENCE: usize = 32;
/// Numbers of the longest row.
const ROW_MAX: usize = Scale { stride: 1 }.row();

/// The sums of the least costs up to each point, of all its candidates. Large, so it is made once and written over by each
/// matching.
pub(super) struct Grid {
    scale: Scale,
    /// Row after row, each with a guard at either end. The first stands before the first point, which may have any of its
    /// candidates.
    rows: Vec<f32>,
}

impl Grid {
    #[inline(always)]
    pub(super) fn new(scale: Scale) -> Self {
        let mut rows = vec![f32::MAX; (scale.points() + 1) * scale.guarded()];
        rows[LANES..LANES + scale.row()].fill(0.0);
        Self { scale, rows }
    }

    /// Least mean cost of matching each point of `one` to one of each of the others; `None` if all are above the bound.
    #[inline(always)]
    pub(super) fn match_all(&mut self, one: &Path, others: &Paths, rule: Rule) -> Option<Lane> {
        let (scale, candidates, mut mean) = (self.scale, Candidates::of(others, rule), [0.0; LANES]);
        for i in 0..scale.points() {
            let (done, rest) = self.rows.split_at_mut((i + 1) * scale.guarded());
            let (before, now) = (&done[i * scale.guarded()..], &mut rest[LANES..LANES + scale.row()]);
            let mut costs = [0.0; ROW_MAX];
            candidates.costs(one.point(i * scale.stride), i, &mut costs[..scale.row()]);
            add_up(now, before, &costs);
            if i % PATIENCE == PATIENCE - 1 {
                mean = least_mean(now, scale.points());
                if mean.iter().all(|mean| *mean > rule.most) {
                    return None;
                }
            }
        }
        Some(mean)
    }

    /// The way to the least of the last sums of one lane, as pairs of points. Of equally cheap ways: to the next point, to
    /// the same, to the one after.
    pub(super) fn matches(&self, l: usize) -> Matches {
        let (points, width) = (self.scale.points(), self.scale.width());
        let at = |i: usize, k: usize| self.rows[i * self.scale.guarded() + k * LANES + l];
        let mut k = 1;
        for c in 2..=width {
            if at(points, c) < at(points, k) {
                k = c;
            }
        }
        let mut places = [0; SHAPE];
        for i in (0..points).rev() {
            let place = (i + k - 1).saturating_sub(self.scale.band()).min(points - 1);
            places[i] = (place * self.scale.stride) as u16;
            if i == 0 {
                break;
            }
            let (mut from, mut best) = (k, at(i, k));
            if at(i, k + 1) < best {
                (from, best) = (k + 1, at(i, k + 1));
            }
            if at(i, k - 1) < best {
                from = k - 1;
            }
            k = from;
        }
        Matches { scale: self.scale, places }
    }
}

/// Which points of two paths belong together.
#[derive(Clone, Copy)]
pub(super) struct Matches {
    scale: Scale,
    places: [u16; SHAPE],
}

impl Matches {
    /// What stands there before anything was matched; nothing reads it.
    pub(super) const NONE: Self = Self { scale: Scale { stride: 1 }, places: [0; SHAPE] };

    /// How many points are matched.
    pub(super) const fn count(&self) -> usize {
        self.scale.points()
    }
    /// Each matched point of the one path, and the point of the other.
    #[inline(always)]
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let points = self.places[..self.scale.points()].iter().enumerate();
        points.map(|(i, place)| (i * self.scale.stride, usize::from(*place)))
    }
}

/// One row from the one before, with its guards: the band moves on by one with each point, so the same candidate stands one
/// place further left.
#[inline(always)]
fn add_up(now: &mut [f32], before: &[f32], costs: &[f32]) {
    let (left, same, right) = (&before[2 * LANES..], &before[LANES..], before);
    let reached = left.iter().zip(same).zip(right).map(|((left, same), right)| least(least(*same, *left), *right));
    for ((now, cost), reached) in now.iter_mut().zip(costs).zip(reached) {
        *now = reached + cost;
    }
}

#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if b < a { b } else { a }
}

/// The least of the sums of each lane, over so many points.
#[inline(always)]
fn least_mean(sums: &[f32], points: usize) -> Lane {
    let mut all = [f32::MAX; LANES];
    for sums in sums.chunks_exact(LANES) {
        for l in 0..LANES {
            all[l] = least(all[l], sums[l]);
        }
    }
    all.map(|sum| sum / points as f32)
}

/// Points beyond either end of a path, so far away that they cost the cap.
const BEYOND: f32 = 1e3;
/// Numbers of the points of the paths, with room at both ends, so that every point has as many candidates.
const ROOM: usize = (SHAPE + 2 * BAND) * LANES;

/// The points that may be matched.
struct Candidates {
    x: [f32; ROOM],
    y: [f32; ROOM],
    /// Unit vectors along the path.
    along_x: [f32; ROOM],
    along_y: [f32; ROOM],
    /// Half the mean step, for each number of a row.
    half: [f32; ROW_MAX],
    /// Greatest cost.
    most: f32,
}

impl Candidates {
    #[inline(always)]
    fn of(others: &Paths, rule: Rule) -> Self {
        let [x, y, along_x, along_y] = [[BEYOND; ROOM], [BEYOND; ROOM], [1.0; ROOM], [0.0; ROOM]];
        let mut all = Self { x, y, along_x, along_y, half: [0.0; ROW_MAX], most: rule.cap * rule.cap };
        let (scale, first) = (rule.scale, rule.scale.band() * LANES);
        for (j, to) in (0..scale.points()).zip((first..).step_by(LANES)) {
            let from = j * scale.stride * LANES;
            all.x[to..to + LANES].copy_from_slice(&others.x[from..from + LANES]);
            all.y[to..to + LANES].copy_from_slice(&others.y[from..from + LANES]);
        }
        all.point_along(first..first + scale.points() * LANES);
        all
    }

    /// Fills in what follows from the points, which stand in a part of the lists.
    #[inline(always)]
    fn point_along(&mut self, own: std::ops::Range<usize>) {
        let (x, y) = (&self.x[own.clone()], &self.y[own.clone()]);
        let steps = Steps { x, y, apart: LANES };
        self.half = steps.halves();
        let (along_x, along_y) = (&mut self.along_x[own.clone()], &mut self.along_y[own.clone()]);
        // From the point before to the one after; at the ends, from or to the end itself.
        let last = own.len() - LANES;
        steps.directions(&mut along_x[..LANES], &mut along_y[..LANES]);
        Steps { x, y, apart: 2 * LANES }.directions(&mut along_x[LANES..last], &mut along_y[LANES..last]);
        let steps = Steps { x: &x[last - LANES..], y: &y[last - LANES..], apart: LANES };
        steps.directions(&mut along_x[last..], &mut along_y[last..]);
    }

    /// Capped costs of matching `a` with the candidates of point `i`.
    #[inline(always)]
    fn costs(&self, a: Vector, i: usize, costs: &mut [f32]) {
        let here = i * LANES..i * LANES + costs.len();
        let [x, y, along_x, along_y] = [&self.x, &self.y, &self.along_x, &self.along_y].map(|list| &list[here.clone()]);
        let half = &self.half[..costs.len()];
        for n in 0..costs.len() {
            let off = [a[0] - x[n], a[1] - y[n]];
            let along = off[0] * along_x[n] + off[1] * along_y[n];
            let across = off[0] * along_y[n] - off[1] * along_x[n];
            let along = along.abs() - half[n];
            let along = if along > 0.0 { along } else { 0.0 };
            let cost = across * across + ALONG * along * along;
            costs[n] = if cost < self.most { cost } else { self.most };
        }
    }
}

/// Ways between points of the same path that stand so far apart in the lists.
struct Steps<'a> {
    x: &'a [f32],
    y: &'a [f32],
    apart: usize,
}

impl Steps<'_> {
    #[inline(always)]
    fn step(&self, n: usize) -> Vector {
        [self.x[n + self.apart] - self.x[n], self.y[n + self.apart] - self.y[n]]
    }
    /// As unit vectors.
    #[inline(always)]
    fn directions(&self, along_x: &mut [f32], along_y: &mut [f32]) {
        for n in 0..along_x.len() {
            let way = self.step(n);
            let length = squared(way).sqrt() + 1e-9;
            (along_x[n], along_y[n]) = (way[0] / length, way[1] / length);
        }
    }
    /// Half the mean length in each lane, over and over as far as a row goes.
    #[inline(always)]
    fn halves(&self) -> [f32; ROW_MAX] {
        let (count, mut lengths) = (self.x.len() - self.apart, [0.0; SHAPE * LANES]);
        for (n, length) in lengths[..count].iter_mut().enumerate() {
            *length = squared(self.step(n)).sqrt();
        }
        let mut sum = [0.0; LANES];
        for lengths in lengths[..count].chunks_exact(LANES) {
            for l in 0..LANES {
                sum[l] += lengths[l];
            }
        }
        let mut halves = [0.0; ROW_MAX];
        for halves in halves.chunks_exact_mut(LANES) {
            for l in 0..LANES {
                halves[l] = 0.5 * sum[l] / (count / LANES) as f32;
            }
        }
        halves
    }
}

//! How exactly a long stretch of a writing repeats one of an earlier writing, wherever in it that began: for copies of which
//! an end was cut off, a stroke left out, or that were put together of several.
//!
//! A copied stretch keeps its timing up to one factor, so nothing elastic is needed: for each of three windows of the
//! writing, a place and a pace in the earlier one are looked for at which an affine map explains most. Nobody writes a
//! second or two again at so even a pace. Who re-times a piece unevenly is not told here. f32 in a fixed order: the same
//! bits everywhere. Nothing is decided here.

use super::align::Vector;
use super::flow::{self, Flow, LEVELS, POINTS};
use super::lanes::{LANES, Lane};
use super::profile::Profile;
use crate::graph::kernel::{Kernel, Loops, Work};

/// A stretch of a writing, in parts of its time.
#[derive(Clone, Copy)]
struct Window {
    start: f32,
    length: f32,
    /// Points of it that are compared at the coarsest resolution.
    points: usize,
    /// End of the writing that the earlier one may share at any pace.
    pinned: Option<f32>,
    /// What a coarse look may leave unexplained, and what the searches at all but the finest resolution.
    looks: [f32; LEVELS],
}

/// The first and the last half, about, and nearly all. Who puts two halves together at another place than the middle has
/// one that is longer; who leaves out a stroke, too.
const WINDOWS: [Window; 3] = [
    Window { start: 0.0, length: 0.46, points: 16, pinned: Some(0.0), looks: [0.02, 0.01, 0.004] },
    Window { start: 0.54, length: 0.46, points: 16, pinned: Some(1.0), looks: [0.02, 0.01, 0.004] },
    Window { start: 0.03, length: 0.94, points: 28, pinned: None, looks: [0.04, 0.02, 0.008] },
];
/// The last of the windows is the long one.
const LONG: usize = WINDOWS.len() - 1;

/// Step of what may be missing at either end, in parts of the earlier writing's time.
const STEP: f32 = 0.02;
/// Steps that may be missing at one end, and at both.
const MISSING: [usize; 2] = [13, 15];
/// Paces where one end is pinned: slowest, step, how many.
const PACES: (f32, f32, usize) = (0.6, 0.03, 20);
/// First steps in pace and place of the search at each resolution.
const SEARCH: [[f32; 2]; LEVELS] = [[0.012, 0.008], [0.006, 0.004], [0.003, 0.002]];
/// Rounds of it.
const ROUNDS: usize = 6;
/// Keeps what hardly moves from being explained by anything, in squared whitened units.
const FLOOR: f32 = 1e-4;

/// What decides how stretches are compared; a model's digest covers it.
pub(super) fn limits() -> Vec<f64> {
    let windows = WINDOWS.iter().flat_map(|w| {
        let [one, two, three] = w.looks;
        [w.start, w.length, w.points as f32, w.pinned.unwrap_or(-1.0), one, two, three].map(f64::from)
    });
    let counts = [MISSING[0], MISSING[1], PACES.2, ROUNDS, POINTS].map(|count| count as f64);
    let steps = [STEP, PACES.0, PACES.1, FLOOR].map(f64::from);
    windows.chain(counts).chain(steps).chain(SEARCH.as_flattened().iter().map(|s| f64::from(*s))).collect()
}

/// What an earlier writing leaves unexplained of a half, and of nearly all: parts of the variance, infinite where a coarse
/// look says that nothing is near.
pub type Unexplained = [f64; 2];

impl Profile {
    /// What each of some earlier writings leaves unexplained of this one's best stretches. The same bits on all loops, and
    /// whatever stands beside what.
    pub fn unexplained(&self, others: &[&Self]) -> Vec<Unexplained> {
        self.unexplained_on(others, Kernel::best())
    }
    pub(super) fn unexplained_on(&self, others: &[&Self], kernel: Kernel) -> Vec<Unexplained> {
        kernel.run(Seeking { own: Flow::of(self), others: others.iter().map(|other| Flow::of(other)).collect() })
    }
}

/// Where a writing may have been taken from: time in the earlier one is `start` and `pace` times the time in this one.
#[derive(Clone, Copy)]
struct Source {
    start: f32,
    pace: f32,
}

struct Seeking {
    own: Flow,
    others: Vec<Flow>,
}

impl Work for Seeking {
    type Out = Vec<Unexplained>;

    #[inline(always)]
    fn run<L: Loops>(self) -> Self::Out {
        let mut out = vec![[f64::INFINITY; 2]; self.others.len()];
        for (w, window) in WINDOWS.iter().enumerate() {
            let sources = window.sources();
            for (flows, out) in self.others.chunks(LANES).zip(out.chunks_mut(LANES)) {
                let (costs, best) = look(window, &self.own, flows, &sources);
                for l in 0..flows.len() {
                    if costs[l] <= window.looks[0] {
                        let cost = f64::from(refined(window, &self.own, &flows[l], best[l]));
                        let least = &mut out[l][usize::from(w == LONG)];
                        *least = if cost < *least { cost } else { *least };
                    }
                }
            }
        }
        out
    }
}

impl Window {
    /// The sources that a coarse look tries.
    fn sources(&self) -> Vec<Source> {
        let mut all = Vec::new();
        for first in 0..=MISSING[0] {
            for last in 0..=MISSING[0].min(MISSING[1] - first) {
                let (start, end) = (STEP * first as f32, STEP * last as f32);
                all.push(Source { start, pace: 1.0 - start - end });
            }
        }
        let (slowest, step, count) = PACES;
        if let Some(end) = self.pinned {
            all.extend(
                (0..count).map(|n| slowest + step * n as f32).map(|pace| Source { start: end - end * pace, pace }),
            );
        }
        all
    }
    /// Time of one of so many points.
    #[inline(always)]
    fn time(&self, k: usize, points: usize) -> f32 {
        self.start + self.length * ((k as f32 + 0.5) / points as f32)
    }
    /// The writing's own points, in so many.
    #[inline(always)]
    fn own(&self, flow: &[Vector], points: usize) -> Own {
        Own::of((0..points).map(|k| flow::at(flow, self.time(k, points))).collect())
    }
}

/// Points of a window about their mean, so that sums with others are covariances.
struct Own {
    points: Vec<Vector>,
    /// Inverse of their covariance.
    inverse: [f32; 3],
}

impl Own {
    #[inline(always)]
    fn of(mut points: Vec<Vector>) -> Self {
        let n = points.len() as f32;
        let mut mean = [0.0; 2];
        points.iter().for_each(|p| (mean[0], mean[1]) = (mean[0] + p[0], mean[1] + p[1]));
        let mean = [mean[0] / n, mean[1] / n];
        let mut moments = [0.0; 3];
        for p in &mut points {
            *p = [p[0] - mean[0], p[1] - mean[1]];
            let terms = [p[0] * p[0], p[0] * p[1], p[1] * p[1]];
            moments.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term / n);
        }
        Self { points, inverse: inverse(moments) }
    }
}

#[inline(always)]
fn inverse([xx, xy, yy]: [f32; 3]) -> [f32; 3] {
    let (xx, yy) = (xx + FLOOR, yy + FLOOR);
    let det = xx * yy - xy * xy;
    [yy / det, -xy / det, xx / det]
}

/// Sums over the points of others, in lanes.
struct Sums([Lane; 9]);

impl Sums {
    #[inline(always)]
    fn new() -> Self {
        Self([[0.0; LANES]; 9])
    }
    #[inline(always)]
    fn add(&mut self, own: Vector, x: &Lane, y: &Lane) {
        for l in 0..LANES {
            let (x, y) = (x[l], y[l]);
            self.0[0][l] += x;
            self.0[1][l] += y;
            self.0[2][l] += x * x;
            self.0[3][l] += x * y;
            self.0[4][l] += y * y;
            self.0[5][l] += x * own[0];
            self.0[6][l] += x * own[1];
            self.0[7][l] += y * own[0];
            self.0[8][l] += y * own[1];
        }
    }
    /// 1 less half the sum of the squared canonical correlations: the part of either's whitened variance that no affine map
    /// of the other explains.
    #[inline(always)]
    fn unexplained(&self, own: &Own) -> Lane {
        let (n, [p, q, r], mut out) = (own.points.len() as f32, own.inverse, [0.0; LANES]);
        for l in 0..LANES {
            let [x, y, xx, xy, yy, a, b, c, d] = self.0.each_ref().map(|sum| sum[l] / n);
            let [u, v, w] = inverse([xx - x * x, xy - x * y, yy - y * y]);
            let (ua, ub, uc, ud) = (u * a + v * c, u * b + v * d, v * a + w * c, v * b + w * d);
            let (pa, pb, pc, pd) = (p * a + q * b, q * a + r * b, p * c + q * d, q * c + r * d);
            let rest = 1.0 - 0.5 * (ua * pa + ub * pb + uc * pc + ud * pd);
            out[l] = if rest > 0.0 { rest } else { 0.0 };
        }
        out
    }
}

/// What the best source of each of some writings leaves unexplained at the coarsest resolution, and which it is.
#[inline(always)]
fn look(window: &Window, own: &Flow, flows: &[Flow], sources: &[Source]) -> (Lane, [Source; LANES]) {
    const COARSE: usize = POINTS >> (LEVELS - 1);
    let own = window.own(own.level(0), window.points);
    let mut lanes = [[[0.0; LANES]; COARSE]; 2];
    for (l, flow) in flows.iter().enumerate() {
        for (i, [x, y]) in flow.level(0).iter().enumerate() {
            (lanes[0][i][l], lanes[1][i][l]) = (*x, *y);
        }
    }
    let (mut least, mut best) = ([f32::MAX; LANES], [Source { start: 0.0, pace: 1.0 }; LANES]);
    for source in sources {
        let mut sums = Sums::new();
        for (k, point) in own.points.iter().enumerate() {
            let (i, share) = flow::place(COARSE, source.start + source.pace * window.time(k, window.points));
            let [x, y] = [0, 1].map(|c| between(&lanes[c][i], &lanes[c][i + 1], share));
            sums.add(*point, &x, &y);
        }
        let costs = sums.unexplained(&own);
        for l in 0..LANES {
            if costs[l] < least[l] {
                (least[l], best[l]) = (costs[l], *source);
            }
        }
    }
    (least, best)
}

#[inline(always)]
fn between(a: &Lane, b: &Lane, share: f32) -> Lane {
    let mut out = [0.0; LANES];
    for l in 0..LANES {
        out[l] = a[l] + (b[l] - a[l]) * share;
    }
    out
}

/// The eight neighbours of a source in pace and place, in steps.
const NEIGHBOURS: [[f32; 2]; LANES] =
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]];

/// What is left unexplained after the source was searched for at finer and finer resolutions.
#[inline(always)]
fn refined(window: &Window, own: &Flow, other: &Flow, mut source: Source) -> f32 {
    let mut least = f32::MAX;
    for (level, mut steps) in SEARCH.into_iter().enumerate() {
        let points = window.points << level;
        let own = window.own(own.level(level), points);
        least = costs(window, &own, other.level(level), &[source; LANES])[0];
        for _ in 0..ROUNDS {
            let near = NEIGHBOURS.map(|by| source.moved(window, [steps[0] * by[0], steps[1] * by[1]]));
            let costs = costs(window, &own, other.level(level), &near);
            let before = least;
            for l in 0..LANES {
                if costs[l] < least {
                    (least, source) = (costs[l], near[l]);
                }
            }
            if least >= before {
                steps = steps.map(|step| 0.5 * step);
            }
        }
        if level + 1 < LEVELS && least > window.looks[level + 1] {
            return f32::INFINITY;
        }
    }
    least
}

impl Source {
    /// Faster and later by so much, turned about the middle of the window.
    #[inline(always)]
    fn moved(self, window: &Window, [faster, later]: [f32; 2]) -> Self {
        let middle = window.start + 0.5 * window.length;
        Self { start: self.start + later - faster * middle, pace: self.pace + faster }
    }
}

/// What several sources in one writing leave unexplained.
#[inline(always)]
fn costs(window: &Window, own: &Own, other: &[Vector], sources: &[Source; LANES]) -> Lane {
    let (mut sums, count) = (Sums::new(), own.points.len());
    for (k, point) in own.points.iter().enumerate() {
        let t = window.time(k, count);
        let (mut x, mut y) = ([0.0; LANES], [0.0; LANES]);
        for l in 0..LANES {
            [x[l], y[l]] = flow::at(other, sources[l].start + sources[l].pace * t);
        }
        sums.add(*point, &x, &y);
    }
    sums.unexplained(own)
}

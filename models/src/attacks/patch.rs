//! How exactly each short stretch of a writing repeats a stretch of others, wherever in them it lies, moved, turned, scaled and
//! paced on its own: what stays of a copy whose strokes were moved one by one, mixed from several writings or bent, and of
//! a path half-way between two.
//!
//! The pen's velocity over 400 ms is laid on every moment of the other writing that is not much earlier or later, at several
//! paces; a linear map of the plane is taken out; the best place is then searched for more finely. f32 in a fixed order: the
//! same bits everywhere. Nothing is decided here.

use super::lanes::{LANES, Lane};
use crate::arithmetic::ln;
use crate::features::{Series, channel};
use crate::graph::kernel::{Kernel, Loops, Work};

/// Points of a stretch, 50 a second.
const LENGTH: usize = 20;
/// From one stretch to the next.
const HOP: usize = 8;
/// Points of a stretch that a first look compares.
const LOOKED_AT: usize = 10;
/// How much earlier or later the stretch may be in the other writing, in parts of that one.
const REACH: f32 = 0.15;
/// Paces that a first look tries.
const PACES: [f32; 3] = [0.88, 1.0, 1.14];
/// Slowest and fastest pace of the search.
const PACE_RANGE: [f32; 2] = [0.6, 1.6];
/// How far over the ends of the other writing a stretch may reach, points.
const OVER: f32 = 2.0;
/// First steps in place (points) and pace of the search.
const SEARCH: [f32; 2] = [0.5, 0.04];
/// Others that leave more than so many times the least at a first look are not searched.
const CLOSE: f32 = 4.0;
/// Rounds of it.
const ROUNDS: usize = 5;
/// Keeps what hardly moves from being explained by anything, in the square of the writing's deviation.
const FLOOR: f32 = 2e-3;
/// A stretch says something if its energy is at least this part of the writing's mean.
const LIVELY: f32 = 0.2;
/// Least that is left unexplained of anything.
const LEAST: f32 = 1e-6;

/// What decides how stretches are compared; a model's digest covers it.
pub(super) fn limits() -> Vec<f64> {
    let counts = [LENGTH, HOP, LOOKED_AT, ROUNDS].map(|count| count as f64);
    let paces = PACES.into_iter().chain(PACE_RANGE).chain(SEARCH).chain([REACH, OVER, CLOSE, FLOOR, LIVELY, LEAST]);
    counts.into_iter().chain(paces.map(f64::from)).collect()
}

/// What the best of some others leaves unexplained of each stretch in which the pen moves, as natural logarithms.
pub(super) fn rests(own: &Series, others: &[&Series], kernel: Kernel) -> Vec<f64> {
    let others: Vec<Other> = others.iter().map(|other| Other::of(other)).collect();
    kernel.run(Laying { own: Velocity::of(own, 0), looks: Vec::with_capacity(others.len()), others })
}

/// Velocities in units of the writing's own deviation, with the first and last repeated at the ends.
struct Velocity {
    x: Vec<f32>,
    y: Vec<f32>,
    /// The same, x and y of one point beside one another.
    both: Vec<f32>,
}

impl Velocity {
    fn of(series: &Series, room: usize) -> Self {
        let [x, y] = [channel::DX, channel::DY].map(|c| -> Vec<f32> {
            let values = series.channel(c);
            let at = |i: usize| values.get(i.saturating_sub(room).min(values.len().saturating_sub(1))).copied();
            (0..values.len() + 2 * room).map(|i| at(i).unwrap_or(0.0)).collect()
        });
        let both = x.iter().zip(&y).flat_map(|(x, y)| [*x, *y]).collect();
        Self { x, y, both }
    }
    /// Between two points.
    #[inline(always)]
    fn at(&self, place: Place) -> (f32, f32) {
        let [x, y, next_x, next_y] = self.both[2 * place.first..][..4] else { return (0.0, 0.0) };
        (x + (next_x - x) * place.share, y + (next_y - y) * place.share)
    }
}

/// Between which points a moment lies.
#[derive(Clone, Copy)]
struct Place {
    first: usize,
    share: f32,
}

impl Place {
    /// Of a moment of at least half a point and less than two million: its whole part by adding and taking away what has no
    /// room for fractions, which costs a tenth of a conversion that asks for everything that a float may be. A whole moment may
    /// come as the point before and all of the way on.
    #[inline(always)]
    fn of(at: f32) -> Self {
        const WHOLE: f32 = 8_388_608.0;
        let raised = at - 0.5 + WHOLE;
        Self { first: (raised.to_bits() & 0x007f_ffff) as usize, share: at - (raised - WHOLE) }
    }
}

/// A writing that a stretch may have been taken from.
struct Other {
    velocity: Velocity,
    len: usize,
    /// Points that a stretch may be earlier or later.
    reach: usize,
    room: usize,
}

impl Other {
    fn of(series: &Series) -> Self {
        let reach = (REACH * series.len as f32) as usize;
        let room = reach + LENGTH + 2 * LANES;
        Self { velocity: Velocity::of(series, room), len: series.len, reach, room }
    }
}

/// Where a stretch may come from: the moment of its middle, in points, and its pace.
#[derive(Clone, Copy)]
struct Source {
    middle: f32,
    pace: f32,
}

struct Laying {
    own: Velocity,
    others: Vec<Other>,
    /// What a first look at each leaves, and where.
    looks: Vec<(f32, Source)>,
}

impl Work for Laying {
    type Out = Vec<f64>;

    #[inline(always)]
    fn run<L: Loops>(mut self) -> Self::Out {
        let len = self.own.x.len();
        let mut rests = Vec::new();
        for start in (0..len.saturating_sub(LENGTH)).step_by(HOP) {
            let fine: Stretch<LENGTH> = Stretch::of(&self.own, start);
            if fine.energy < LIVELY * 2.0 {
                continue;
            }
            let coarse: Stretch<LOOKED_AT> = Stretch::of(&self.own, start);
            let middle = (start as f32 + 0.5 * LENGTH as f32) / len as f32;
            self.looks.clear();
            self.looks.extend(self.others.iter().map(|other| look(&coarse, other, middle * other.len as f32)));
            let promising = CLOSE * self.looks.iter().fold(f32::MAX, |m, (rest, _)| if *rest < m { *rest } else { m });
            let mut least = f32::MAX;
            for (other, look) in self.others.iter().zip(&self.looks) {
                if look.0 <= promising {
                    let source = refined(&coarse, other, *look);
                    let rest = rests_at(&fine, other, &[source; LANES])[0];
                    least = if rest < least { rest } else { least };
                }
            }
            rests.push(ln(f64::from(if least > LEAST { least } else { LEAST })));
        }
        rests
    }
}

/// A stretch in so many points.
struct Stretch<const N: usize> {
    x: [f32; N],
    y: [f32; N],
    /// Mean square of the velocity.
    energy: f32,
}

impl<const N: usize> Stretch<N> {
    /// From the middle to each point at the writing's own pace.
    #[inline(always)]
    fn offset(k: usize) -> f32 {
        ((k as f32 + 0.5) / N as f32 - 0.5) * LENGTH as f32
    }
    #[inline(always)]
    fn of(own: &Velocity, start: usize) -> Self {
        let mut stretch = Self { x: [0.0; N], y: [0.0; N], energy: 0.0 };
        for k in 0..N {
            let at = start as f32 + 0.5 * LENGTH as f32 + Self::offset(k);
            (stretch.x[k], stretch.y[k]) = own.at(Place::of(at));
            stretch.energy += (stretch.x[k] * stretch.x[k] + stretch.y[k] * stretch.y[k]) / N as f32;
        }
        stretch
    }
}

/// The source in another writing that leaves least at a first look, about the moment that lies as far in it.
#[inline(always)]
fn look(own: &Stretch<LOOKED_AT>, other: &Other, about: f32) -> (f32, Source) {
    let (mut least, mut best) = (f32::MAX, Source { middle: about, pace: 1.0 });
    let span = 2 * other.reach + 1;
    for pace in PACES {
        let half = 0.5 * LENGTH as f32 * pace;
        let places: [Place; LOOKED_AT] = std::array::from_fn(|k| {
            Place::of(about + pace * Stretch::<LOOKED_AT>::offset(k) + (other.room - other.reach) as f32)
        });
        for first in (0..span).step_by(LANES) {
            let mut sums = Sums::new();
            for (k, place) in places.iter().enumerate() {
                let list = place.first + first..place.first + first + LANES + 1;
                let (x, y) = (&other.velocity.x[list.clone()], &other.velocity.y[list]);
                sums.add((own.x[k], own.y[k]), &mixed(x, place.share), &mixed(y, place.share));
            }
            let rests = sums.unexplained(own.energy, LOOKED_AT);
            for (l, rest) in rests.into_iter().enumerate().take(span - first) {
                let middle = about - other.reach as f32 + (first + l) as f32;
                let inside = middle - half >= -OVER && middle + half <= other.len as f32 + OVER;
                if inside && rest < least {
                    (least, best) = (rest, Source { middle, pace });
                }
            }
        }
    }
    (least, best)
}

#[inline(always)]
fn mixed(list: &[f32], share: f32) -> Lane {
    let (mut out, list) = ([0.0; LANES], &list[..LANES + 1]);
    for l in 0..LANES {
        out[l] = list[l] + (list[l + 1] - list[l]) * share;
    }
    out
}

/// The eight neighbours of a source in place and pace, in steps.
const NEIGHBOURS: [[f32; 2]; LANES] =
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]];

/// A source, searched for more finely from where a first look leaves so much.
#[inline(always)]
fn refined(own: &Stretch<LOOKED_AT>, other: &Other, (mut least, mut source): (f32, Source)) -> Source {
    let mut steps = SEARCH;
    for _ in 0..ROUNDS {
        let near = NEIGHBOURS.map(|by| Source {
            middle: source.middle + steps[0] * by[0],
            pace: (source.pace + steps[1] * by[1]).clamp(PACE_RANGE[0], PACE_RANGE[1]),
        });
        let before = least;
        for (rest, near) in rests_at(own, other, &near).into_iter().zip(near) {
            if rest < least {
                (least, source) = (rest, near);
            }
        }
        if least >= before {
            steps = steps.map(|step| 0.5 * step);
        }
    }
    source
}

/// What several sources leave unexplained.
#[inline(always)]
fn rests_at<const N: usize>(own: &Stretch<N>, other: &Other, sources: &[Source; LANES]) -> Lane {
    let (room, last) = (other.room as f32, other.velocity.x.len() as f32 - 2.0);
    let (middles, paces) = (sources.map(|source| source.middle + room), sources.map(|source| source.pace));
    let mut sums = Sums::new();
    for k in 0..N {
        let (offset, mut at) = (Stretch::<N>::offset(k), [0.0; LANES]);
        for l in 0..LANES {
            let moment = middles[l] + paces[l] * offset;
            let moment = if moment < last { moment } else { last };
            at[l] = if moment > 1.0 { moment } else { 1.0 };
        }
        let places = at.map(Place::of);
        let (mut x, mut y) = ([0.0; LANES], [0.0; LANES]);
        for l in 0..LANES {
            (x[l], y[l]) = other.velocity.at(places[l]);
        }
        sums.add((own.x[k], own.y[k]), &x, &y);
    }
    sums.unexplained(own.energy, N)
}

/// Sums over the points of stretches of others, in lanes.
struct Sums([Lane; 7]);

impl Sums {
    #[inline(always)]
    fn new() -> Self {
        Self([[0.0; LANES]; 7])
    }
    #[inline(always)]
    fn add(&mut self, own: (f32, f32), x: &Lane, y: &Lane) {
        for l in 0..LANES {
            let (x, y) = (x[l], y[l]);
            self.0[0][l] += x * x;
            self.0[1][l] += x * y;
            self.0[2][l] += y * y;
            self.0[3][l] += x * own.0;
            self.0[4][l] += y * own.0;
            self.0[5][l] += x * own.1;
            self.0[6][l] += y * own.1;
        }
    }
    /// The part of a stretch's energy that no linear map of the others' explains.
    #[inline(always)]
    fn unexplained(&self, energy: f32, points: usize) -> Lane {
        let (n, mut out) = (points as f32, [0.0; LANES]);
        for l in 0..LANES {
            let [xx, xy, yy, ax, ay, bx, by] = self.0.each_ref().map(|sum| sum[l] / n);
            let (xx, yy) = (xx + FLOOR, yy + FLOOR);
            let det = xx * yy - xy * xy;
            let explained = |u: f32, v: f32| (u * u * yy - 2.0 * u * v * xy + v * v * xx) / det;
            let rest = 1.0 - (explained(ax, ay) + explained(bx, by)) / energy;
            out[l] = if rest > 0.0 { rest } else { 0.0 };
        }
        out
    }
}

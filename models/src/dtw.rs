//! Dynamic time warping of two signatures: how far apart they are, and in which of their channels.
//!
//! Cost of a pair of points is the Euclidean distance of their twelve functions; steps are (1,0), (0,1), (1,1); a path
//! stays in a band around the straight line from corner to corner. Cells of one anti-diagonal do not depend on one
//! another, so vector lanes run across them and never split a sum: the bits are the same with any vector width. Knows
//! nothing of references or thresholds.

use crate::band::Band;
use crate::features::{CHANNEL_NAMES, CHANNELS, Moment, PADDING, Series, channel};
use crate::graph::kernel::{Functions, Kernel, LANES, Line, Loops, Work};
use crate::per_moment::PerMoment;
use crate::table::{Diagonal, Rows, Table};
use crate::yardstick::Sides;

const _: () = assert!(PADDING >= LANES, "a vector that starts at the last point reads LANES values");

/// Half width of the band along either axis, as a divisor of the longer length.
const BAND_DIVISOR: usize = 4;
/// What a comparison measures: the distance (path cost by the sum of both lengths), the share of steps that are not
/// diagonal, and along the path the mean absolute difference of each channel in the order of [`channel`].
pub const MEASURES: usize = 2 + CHANNELS;
/// The first measures that need no pressure; the rest do.
pub const MEASURES_WITHOUT_PRESSURE: usize = 2 + channel::PRESSURE;

/// The measures of one comparison.
pub type Measures = [f64; MEASURES];
/// Mean absolute difference of each channel, and a zero.
pub type Differences = Sides<{ CHANNELS + 1 }>;

/// What a comparison gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Along the path, each of its steps counting once.
    pub measures: Measures,
    /// Along the path, each moment of the first signature counting once, and each of the second.
    pub differences: Differences,
}

/// Names of the measures, in order.
pub fn measure_names() -> impl Iterator<Item = &'static str> {
    ["distance", "warping"].into_iter().chain(CHANNEL_NAMES)
}

/// Compares `a` with the signature whose [`Series::reversed`] is `b_reversed`. Without `pressure`, the path does not
/// depend on it and its measures are 0.
pub fn compare(a: &Series, b_reversed: &Series, pressure: bool) -> Comparison {
    Warping::new(Kernel::best()).compare(a, b_reversed, pressure)
}

/// The pairs of points (of `a`, of `b`) that [`compare`] holds against each other, from first to last.
pub fn path(a: &Series, b_reversed: &Series, pressure: bool) -> Vec<(usize, usize)> {
    let mut table = Table::default();
    Kernel::best().run(Comparing { table: &mut table, a, b: b_reversed, pressure });
    let mut pairs: Vec<_> = table.path([a.len, b_reversed.len]).map(|(i, j, _)| (i, j)).collect();
    pairs.reverse();
    pairs
}

/// Compares again and again, in the same memory.
pub(crate) struct Warping {
    kernel: Kernel,
    table: Table<f32>,
}

impl Warping {
    /// On certain loops: the same bits at another speed.
    pub(crate) fn new(kernel: Kernel) -> Self {
        Self { kernel, table: Table::default() }
    }
    /// As [`compare`].
    pub(crate) fn compare(&mut self, a: &Series, b_reversed: &Series, pressure: bool) -> Comparison {
        let mut compared = self.kernel.run(Comparing { table: &mut self.table, a, b: b_reversed, pressure });
        if !pressure {
            compared.measures[MEASURES_WITHOUT_PRESSURE..].fill(0.0);
            compared.differences.iter_mut().for_each(|side| side[channel::PRESSURE..].fill(0.0));
        }
        compared
    }
}

struct Comparing<'a> {
    table: &'a mut Table<f32>,
    a: &'a Series,
    /// Reversed.
    b: &'a Series,
    pressure: bool,
}

impl Work for Comparing<'_> {
    type Out = Comparison;

    #[inline(always)]
    fn run<L: Loops>(self) -> Comparison {
        let Self { table, a, b, pressure } = self;
        if pressure {
            fill::<L, TWELVE>(table, a, b)
        } else {
            fill::<L, { TWELVE - 1 }>(table, a, b)
        }
        along_path(table, a, b)
    }
}

/// Functions that the path depends on, from [`channel::DX`] on. Pressure is last: it is left out where it is not compared.
const TWELVE: usize = channel::PRESSURE + 1 - channel::DX;
const _: () = assert!(TWELVE == 12);

/// The twelve functions, from a point on.
#[inline(always)]
fn functions(s: &Series, at: usize) -> Functions<'_> {
    Functions { data: &s.data[channel::DX * s.stride + at..], stride: s.stride }
}

fn band(n: usize, m: usize) -> Band {
    Band::new(n, m, n * (n.max(m) / BAND_DIVISOR).max(4))
}

#[inline(always)]
fn fill<L: Loops, const USED: usize>(table: &mut Table<f32>, a: &Series, b: &Series) {
    table.fill([a.len, b.len], &band(a.len, b.len), |Diagonal { d, first, last }, rows| {
        let (a, b) = (functions(a, first), functions(b, b.len - 1 + first - d));
        let Rows { left, below, earlier, now } = rows;
        L::line::<USED>(Line { a, b, left, below, earlier, now, cells: last - first + 1 });
    });
}

/// Walks the best path back from its end.
#[inline(always)]
fn along_path(table: &Table<f32>, a: &Series, b: &Series) -> Comparison {
    let (mut sums, mut sides) = ([0.0; CHANNELS + 1], [a.len - 1, b.len - 1].map(PerMoment::ending_in));
    let (mut steps, mut straight, mut from) = (0_u32, 0_u32, (a.len, b.len));
    for (i, j, _) in table.path([a.len, b.len]) {
        let apart = differences(&a.points[i], &b.points[b.len - 1 - j]);
        sums.iter_mut().zip(apart).for_each(|(sum, d)| *sum += d);
        sides[0].add(i, &apart);
        sides[1].add(j, &apart);
        steps += 1;
        straight += u32::from(from == (i + 1, j + 1));
        from = (i, j);
    }
    let mut measures = [0.0; MEASURES];
    measures[0] = f64::from(table.least([a.len, b.len])) / (a.len + b.len) as f64;
    // The first pair is reached by no step.
    measures[1] = f64::from(steps - straight) / f64::from(steps);
    for (o, sum) in measures[2..].iter_mut().zip(sums) {
        *o = f64::from(sum) / f64::from(steps);
    }
    let [here, there] = sides;
    Comparison { measures, differences: [here.means(a.len), there.means(b.len)] }
}

/// How far one point is from another, channel by channel.
#[inline(always)]
fn differences(a: &Moment, b: &Moment) -> Moment {
    std::array::from_fn(|c| (a[c] - b[c]).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(len: usize, seed: u32) -> Series {
        let stride = len + PADDING;
        let mut state = seed;
        let mut data = vec![0.0; CHANNELS * stride];
        for c in 0..CHANNELS {
            for v in &mut data[c * stride..c * stride + len] {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *v = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            }
        }
        Series::of_channels(len, data)
    }

    /// The textbook: a full table row by row in the same band, and the path back through it.
    fn textbook(a: &Series, b: &Series, used: usize) -> Measures {
        let mut ranges = band(a.len, b.len).ranges();
        let ranges: Vec<_> = (0..a.len + b.len - 1).map(|_| ranges.next()).collect();
        let cost = |i: usize, j: usize| {
            let differences = (channel::DX..channel::DX + used).map(|c| a.channel(c)[i] - b.channel(c)[j]);
            differences.fold(0.0, |s: f32, d| s + d * d).sqrt()
        };
        let mut table = vec![vec![f32::INFINITY; b.len + 1]; a.len + 1];
        table[0][0] = 0.0;
        for i in 0..a.len {
            for j in 0..b.len {
                let (first, last) = ranges[i + j];
                if (first..=last).contains(&i) {
                    table[i + 1][j + 1] = cost(i, j) + table[i][j].min(table[i][j + 1]).min(table[i + 1][j]);
                }
            }
        }
        let (mut i, mut j, mut path, mut bent) = (a.len, b.len, vec![], 0);
        while i + j > 0 {
            path.push((i - 1, j - 1));
            (i, j) = if table[i - 1][j - 1] <= table[i][j - 1].min(table[i - 1][j]) {
                (i - 1, j - 1)
            } else {
                bent += 1;
                if table[i][j - 1] <= table[i - 1][j] { (i, j - 1) } else { (i - 1, j) }
            };
        }
        let mut out = [0.0; MEASURES];
        out[0] = f64::from(table[a.len][b.len]) / (a.len + b.len) as f64;
        out[1] = f64::from(bent) / path.len() as f64;
        for c in 0..CHANNELS {
            let sum: f32 = path.iter().map(|(i, j)| (a.channel(c)[*i] - b.channel(c)[*j]).abs()).sum();
            out[2 + c] = f64::from(sum) / path.len() as f64;
        }
        out
    }

    #[test]
    fn agrees_with_the_textbook() {
        for (n, m) in [(20, 20), (21, 34), (90, 31), (20, 400), (137, 140), (8, 8)] {
            let (a, b) = (series(n, 1), series(m, 2));
            for kernel in [Kernel::best(), Kernel::portable()] {
                // In memory that another comparison, wider or narrower, has left behind.
                let mut warping = Warping::new(kernel);
                warping.compare(&b, &a.reversed(), true);
                warping.compare(&a, &a.reversed(), false);
                assert_eq!(warping.compare(&a, &b.reversed(), true).measures, textbook(&a, &b, 12), "{n} {m}");
                let without = warping.compare(&a, &b.reversed(), false).measures;
                let used = MEASURES_WITHOUT_PRESSURE;
                assert_eq!(without[..used], textbook(&a, &b, 11)[..used], "{n} {m}");
                assert_eq!(without[used..], [0.0; MEASURES - MEASURES_WITHOUT_PRESSURE]);
            }
        }
    }

    #[test]
    fn the_path_is_the_one_that_is_measured() {
        let (a, b) = (series(60, 1), series(75, 2));
        let pairs = path(&a, &b.reversed(), true);
        let Comparison { measures, differences } = compare(&a, &b.reversed(), true);
        assert_eq!((pairs[0], pairs[pairs.len() - 1]), ((0, 0), (59, 74)));
        let steps = pairs.windows(2).map(|w| (w[1].0 - w[0].0, w[1].1 - w[0].1));
        assert!(steps.clone().all(|s| [(1, 1), (1, 0), (0, 1)].contains(&s)));
        let bent = steps.filter(|s| *s != (1, 1)).count();
        assert_eq!(measures[1], bent as f64 / pairs.len() as f64);
        let apart: f64 = pairs.iter().map(|(i, j)| f64::from((a.channel(0)[*i] - b.channel(0)[*j]).abs())).sum();
        assert!((measures[2] - apart / pairs.len() as f64).abs() < 1e-4);
        // The same pairs, each sharing its moment's one place with the others of that moment.
        for c in 0..CHANNELS {
            let share = |pick: fn(&(usize, usize)) -> usize, len: usize| {
                let one = |pair: &(usize, usize)| {
                    let together = pairs.iter().filter(|other| pick(other) == pick(pair)).count();
                    f64::from((a.channel(c)[pair.0] - b.channel(c)[pair.1]).abs()) / together as f64
                };
                pairs.iter().map(one).sum::<f64>() / len as f64
            };
            let expected = [share(|p| p.0, a.len), share(|p| p.1, b.len)];
            let off = expected.iter().zip(differences).map(|(e, side)| (e - side[c]).abs());
            assert!(off.fold(0.0, f64::max) < 1e-5, "channel {c}");
        }
    }

    #[test]
    fn all_loops_give_the_same_bits() {
        let (a, b) = (series(90, 3), series(71, 4).reversed());
        for pressure in [true, false] {
            let [plain, best] = [Kernel::portable(), Kernel::best()].map(|k| Warping::new(k).compare(&a, &b, pressure));
            assert_eq!(plain, best);
        }
    }

    #[test]
    fn of_itself_is_zero() {
        let a = series(60, 1);
        let Comparison { measures, differences } = compare(&a, &a.reversed(), true);
        assert_eq!((measures, differences), ([0.0; MEASURES], [[0.0; CHANNELS + 1]; 2]));
    }
}

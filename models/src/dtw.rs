//! Dynamic time warping of two signatures: how far apart they are, and in which of their channels.
//!
//! Cost of a pair of points is the Euclidean distance of their twelve functions; steps are (1,0), (0,1), (1,1); a path
//! stays in a band around the straight line from corner to corner. Cells of one anti-diagonal do not depend on one
//! another, so vector lanes run across them and never split a sum: the bits are the same with any vector width. Knows
//! nothing of references or thresholds.

use crate::band::Band;
use crate::features::{CHANNEL_NAMES, CHANNELS, Moment, PADDING, Series, channel};
use crate::graph::kernel::{Functions, Kernel, LANES, Line, Loops, Work};

const _: () = assert!(PADDING >= LANES, "a vector that starts at the last point reads LANES values");

/// Half width of the band along either axis, as a divisor of the longer length.
const BAND_DIVISOR: usize = 4;
/// A cell outside the band.
const OUTSIDE: f32 = f32::INFINITY;

/// What a comparison measures: the distance (path cost by the sum of both lengths), the share of steps that are not
/// diagonal, and along the path the mean absolute difference of each channel in the order of [`channel`].
pub const MEASURES: usize = 2 + CHANNELS;
/// The first measures that need no pressure; the rest do.
pub const MEASURES_WITHOUT_PRESSURE: usize = 2 + channel::PRESSURE;

/// The measures of one comparison.
pub type Measures = [f64; MEASURES];

/// Names of the measures, in order.
pub fn measure_names() -> impl Iterator<Item = &'static str> {
    ["distance", "warping"].into_iter().chain(CHANNEL_NAMES)
}

/// Compares `a` with the signature whose [`Series::reversed`] is `b_reversed`. Without `pressure`, the path does not
/// depend on it and its measures are 0.
pub fn compare(a: &Series, b_reversed: &Series, pressure: bool) -> Measures {
    Warping::new(Kernel::best()).compare(a, b_reversed, pressure)
}

/// The pairs of points (of `a`, of `b`) that [`compare`] holds against each other, from first to last.
pub fn path(a: &Series, b_reversed: &Series, pressure: bool) -> Vec<(usize, usize)> {
    let mut table = Table::default();
    Kernel::best().run(Comparing { table: &mut table, a, b: b_reversed, pressure });
    let (mut i, mut row) = (a.len - 1, a.len + b_reversed.len);
    let mut pairs = vec![(i, b_reversed.len - 1)];
    while row > 2 {
        (row, i) = table.back(row, i);
        pairs.push((i, row - 2 - i));
    }
    pairs.reverse();
    pairs
}

/// Compares again and again, in the same memory.
pub(crate) struct Warping {
    kernel: Kernel,
    table: Table,
}

impl Warping {
    /// On certain loops: the same bits at another speed.
    pub(crate) fn new(kernel: Kernel) -> Self {
        Self { kernel, table: Table::default() }
    }
    /// As [`compare`].
    pub(crate) fn compare(&mut self, a: &Series, b_reversed: &Series, pressure: bool) -> Measures {
        let mut measures = self.kernel.run(Comparing { table: &mut self.table, a, b: b_reversed, pressure });
        if !pressure {
            measures[MEASURES_WITHOUT_PRESSURE..].fill(0.0);
        }
        measures
    }
}

struct Comparing<'a> {
    table: &'a mut Table,
    a: &'a Series,
    /// Reversed.
    b: &'a Series,
    pressure: bool,
}

impl Work for Comparing<'_> {
    type Out = Measures;

    #[inline(always)]
    fn run<L: Loops>(self) -> Measures {
        let Self { table, a, b, pressure } = self;
        if pressure {
            table.fill::<L, TWELVE>(a, b)
        } else {
            table.fill::<L, { TWELVE - 1 }>(a, b)
        }
        table.along_path(a, b)
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

struct Rows<'a> {
    left: &'a [f32],
    below: &'a [f32],
    earlier: &'a [f32],
    now: &'a mut [f32],
}

/// Least cost of reaching each cell of the band. Row `d + 2` holds the cells with i + j = d from the first one in the
/// band on, between two cells of fence; two rows before them stand for the start.
#[derive(Default)]
struct Table {
    stride: usize,
    cells: Vec<f32>,
    /// First i of each row.
    first: Vec<usize>,
}

impl Table {
    #[inline(always)]
    fn fill<L: Loops, const USED: usize>(&mut self, a: &Series, b: &Series) {
        let band = band(a.len, b.len);
        self.begin(a.len + b.len + 1, band.width() + 2 + LANES);
        let mut ranges = band.ranges();
        for d in 0..a.len + b.len - 1 {
            let (first, last) = ranges.next();
            self.first[d + 2] = first;
            let Rows { left, below, earlier, now } = self.rows(d + 2);
            let (a, b) = (functions(a, first), functions(b, b.len - 1 + first - d));
            L::line::<USED>(Line { a, b, left, below, earlier, now: &mut now[1..], cells: last - first + 1 });
            // The fences, one also over what the last block wrote past its end.
            now[0] = OUTSIDE;
            now[last - first + 2] = OUTSIDE;
        }
    }
    /// Makes room. What an earlier comparison left behind is never read: rows are written before, fences with them.
    fn begin(&mut self, rows: usize, stride: usize) {
        self.stride = stride;
        self.cells.resize(rows * stride, OUTSIDE);
        self.first.clear();
        self.first.resize(rows, 0);
        self.cells[..2 * stride].fill(OUTSIDE);
        // The cell before the first, from which every path starts.
        self.cells[0] = 0.0;
    }
    /// Index of the cell in row `row` (i + j + 2) and line `i`.
    #[inline(always)]
    fn at(&self, row: usize, i: usize) -> usize {
        row * self.stride + 1 + i - self.first[row]
    }
    /// A row with its fences, and what each of its cells is reached from, starting at the row's first cell.
    #[inline(always)]
    fn rows(&mut self, row: usize) -> Rows<'_> {
        let first = self.first[row];
        let (shift, shift_2) = (first - self.first[row - 1], first - self.first[row - 2]);
        let (past, now) = self.cells.split_at_mut(row * self.stride);
        let (earlier, before) = past[(row - 2) * self.stride..].split_at(self.stride);
        let (left, below, earlier) = (&before[shift + 1..], &before[shift..], &earlier[shift_2..]);
        Rows { left, below, earlier, now: &mut now[..self.stride] }
    }

    /// The cell (row and line) that the best path to a cell comes from. Of equal ways the diagonal goes first, then the one
    /// that steps in `b`.
    #[inline(always)]
    fn back(&self, row: usize, i: usize) -> (usize, usize) {
        let (beside, across) = (self.at(row - 1, i), self.at(row - 2, i) - 1);
        let (left, below, diagonal) = (self.cells[beside], self.cells[beside - 1], self.cells[across]);
        if diagonal <= left && diagonal <= below {
            (row - 2, i - 1)
        } else if left <= below {
            (row - 1, i)
        } else {
            (row - 1, i - 1)
        }
    }

    /// Walks the best path back from its end.
    #[inline(always)]
    fn along_path(&self, a: &Series, b: &Series) -> Measures {
        let (mut i, mut row) = (a.len - 1, a.len + b.len);
        let mut sums = [0.0; CHANNELS + 1];
        let (mut steps, mut straight) = (1_u32, 0_u32);
        loop {
            add_differences(&mut sums, &a.points[i], &b.points[b.len + 1 + i - row]);
            if row == 2 {
                break;
            }
            let back = self.back(row, i);
            straight += u32::from(back.0 + 2 == row);
            (row, i) = back;
            steps += 1;
        }
        let mut out = [0.0; MEASURES];
        out[0] = f64::from(self.cells[self.at(a.len + b.len, a.len - 1)]) / (a.len + b.len) as f64;
        out[1] = f64::from(steps - 1 - straight) / f64::from(steps);
        for (o, sum) in out[2..].iter_mut().zip(sums) {
            *o = f64::from(sum) / f64::from(steps);
        }
        out
    }
}

/// Adds channel by channel how far one point is from another.
#[inline(always)]
fn add_differences(sums: &mut Moment, a: &Moment, b: &Moment) {
    for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
        *sum += (a - b).abs();
    }
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
                assert_eq!(warping.compare(&a, &b.reversed(), true), textbook(&a, &b, 12), "{n} {m}");
                let without = warping.compare(&a, &b.reversed(), false);
                let used = MEASURES_WITHOUT_PRESSURE;
                assert_eq!(without[..used], textbook(&a, &b, 11)[..used], "{n} {m}");
                assert_eq!(without[used..], [0.0; MEASURES - MEASURES_WITHOUT_PRESSURE]);
            }
        }
    }

    #[test]
    fn the_path_is_the_one_that_is_measured() {
        let (a, b) = (series(60, 1), series(75, 2));
        let (pairs, measures) = (path(&a, &b.reversed(), true), compare(&a, &b.reversed(), true));
        assert_eq!((pairs[0], pairs[pairs.len() - 1]), ((0, 0), (59, 74)));
        let steps = pairs.windows(2).map(|w| (w[1].0 - w[0].0, w[1].1 - w[0].1));
        assert!(steps.clone().all(|s| [(1, 1), (1, 0), (0, 1)].contains(&s)));
        let bent = steps.filter(|s| *s != (1, 1)).count();
        assert_eq!(measures[1], bent as f64 / pairs.len() as f64);
        let apart: f64 = pairs.iter().map(|(i, j)| f64::from((a.channel(0)[*i] - b.channel(0)[*j]).abs())).sum();
        assert!((measures[2] - apart / pairs.len() as f64).abs() < 1e-4);
    }

    #[test]
    fn of_itself_is_zero() {
        let a = series(60, 1);
        assert_eq!(compare(&a, &a.reversed(), true), [0.0; MEASURES]);
    }
}

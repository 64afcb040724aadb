//! Dynamic time warping of two signatures: how far apart they are, and in which of their channels.
//!
//! Cost of a pair of points is the Euclidean distance of their twelve functions; steps are (1,0), (0,1), (1,1); a path
//! stays in a band around the straight line from corner to corner. Cells of one anti-diagonal do not depend on one
//! another, so vector lanes run across them and never split a sum: the bits are the same with any vector width. Knows
//! nothing of references or thresholds.

use crate::features::{CHANNEL_NAMES, CHANNELS, PADDING, Series, channel};

/// Cells computed together.
pub const LANES: usize = 16;
const _: () = assert!(PADDING >= LANES, "a block that starts at the last point reads LANES values");

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

type Lanes = [f32; LANES];

/// Names of the measures, in order.
pub fn measure_names() -> impl Iterator<Item = &'static str> {
    ["distance", "warping"].into_iter().chain(CHANNEL_NAMES)
}

/// Compares `a` with the signature whose [`Series::reversed`] is `b_reversed`. Without `pressure`, the path does not
/// depend on it and its measures are 0.
pub fn compare(a: &Series, b_reversed: &Series, pressure: bool) -> Measures {
    let table = if pressure { Table::fill::<12>(a, b_reversed) } else { Table::fill::<11>(a, b_reversed) };
    let mut measures = table.along_path(a, b_reversed);
    if !pressure {
        measures[MEASURES_WITHOUT_PRESSURE..].fill(0.0);
    }
    measures
}

/// The pairs of points (of `a`, of `b`) that [`compare`] holds against each other, from first to last.
pub fn path(a: &Series, b_reversed: &Series, pressure: bool) -> Vec<(usize, usize)> {
    let b = b_reversed;
    let table = if pressure { Table::fill::<12>(a, b) } else { Table::fill::<11>(a, b) };
    let (mut i, mut row) = (a.len - 1, a.len + b.len);
    let mut pairs = vec![(i, b.len - 1)];
    while row > 2 {
        (row, i) = table.back(row, i);
        pairs.push((i, row - 2 - i));
    }
    pairs.reverse();
    pairs
}

/// The twelve functions of a signature as slices of one length, so that one bounds check serves them all.
struct Twelve<'a> {
    channels: [&'a [f32]; TWELVE.len()],
}

/// Pressure is last: it is left out where it is not compared.
const TWELVE: [usize; 12] = {
    use channel::*;
    [DX, DY, SPEED, COS, SIN, ANGLE, RADIUS, TOTAL, TANGENTIAL, CENTRIPETAL, TURN, PRESSURE]
};

impl<'a> Twelve<'a> {
    fn of(s: &'a Series) -> Self {
        Self { channels: TWELVE.map(|c| &s.data[c * s.stride..][..s.stride]) }
    }
    /// Costs of the cells (i, j) … (i + LANES − 1, j − LANES + 1); `b` is read backwards from `rj`.
    #[inline(always)]
    fn costs<const USED: usize>(&self, i: usize, b: &Self, rj: usize) -> Lanes {
        let mut sum = [0.0; LANES];
        for c in 0..USED {
            let (a, b) = (lanes(self.channels[c], i), lanes(b.channels[c], rj));
            for l in 0..LANES {
                let d = a[l] - b[l];
                sum[l] += d * d;
            }
        }
        for v in &mut sum {
            *v = v.sqrt();
        }
        sum
    }
}

#[inline(always)]
fn lanes(values: &[f32], at: usize) -> &Lanes {
    values[at..].first_chunk().expect("every row is followed by LANES of padding")
}

#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// Which cells of an anti-diagonal are inside the band. Integers only.
struct Band {
    n: i64,
    m: i64,
    half: i64,
}

impl Band {
    fn new(n: usize, m: usize) -> Self {
        Self { n: n as i64, m: m as i64, half: (n.max(m) / BAND_DIVISOR).max(4) as i64 }
    }
    /// First and last row of cells with i + j = d. Either grows by 0 or 1 from one anti-diagonal to the next.
    fn range(&self, d: usize) -> (usize, usize) {
        let (d, sum) = (d as i64, self.n + self.m);
        let low = -(self.n * (self.half - d)).div_euclid(sum);
        let high = (self.n * (d + self.half)).div_euclid(sum);
        (low.max(d - self.m + 1).max(0) as usize, high.min(self.n - 1).min(d) as usize)
    }
    /// Most cells on an anti-diagonal.
    fn width(&self) -> usize {
        ((2 * self.n * self.half) / (self.n + self.m) + 2).min(self.n) as usize
    }
}

struct Rows<'a> {
    left: &'a [f32],
    below: &'a [f32],
    diagonal: &'a [f32],
    now: &'a mut [f32],
}

/// Least cost of reaching each cell of the band. Row `d + 2` holds the cells with i + j = d from the first one in the
/// band on, after one cell of fence; two rows before them stand for the start.
struct Table {
    stride: usize,
    cells: Vec<f32>,
    /// First i of each row.
    first: Vec<usize>,
}

impl Table {
    fn fill<const USED: usize>(a: &Series, b: &Series) -> Self {
        let band = Band::new(a.len, b.len);
        let (channels, reversed) = (Twelve::of(a), Twelve::of(b));
        let mut table = Self::empty(a.len + b.len + 1, band.width() + 2 + LANES);
        for row in 2..table.first.len() {
            let d = row - 2;
            let (first, last) = band.range(d);
            table.first[row] = first;
            let Rows { left, below, diagonal, now } = table.rows(row);
            for k in (0..=last - first).step_by(LANES) {
                let mut sum = channels.costs::<USED>(first + k, &reversed, b.len - 1 + first + k - d);
                let (left, below, diagonal) = (lanes(left, k), lanes(below, k), lanes(diagonal, k));
                for l in 0..LANES {
                    sum[l] += least(least(left[l], below[l]), diagonal[l]);
                }
                now[k..k + LANES].copy_from_slice(&sum);
            }
            // The fence, also over what the last block wrote past its end.
            now[last - first + 1] = OUTSIDE;
        }
        table
    }
    fn empty(rows: usize, stride: usize) -> Self {
        let mut table = Self { stride, cells: vec![OUTSIDE; rows * stride], first: vec![0; rows] };
        // The cell before the first, from which every path starts.
        table.cells[0] = 0.0;
        table
    }
    /// Index of the cell in row `row` (i + j + 2) and line `i`.
    fn at(&self, row: usize, i: usize) -> usize {
        row * self.stride + 1 + i - self.first[row]
    }
    /// A row and what each of its cells is reached from, all starting at the row's first cell.
    fn rows(&mut self, row: usize) -> Rows<'_> {
        let first = self.first[row];
        let (shift, shift_2) = (first - self.first[row - 1], first - self.first[row - 2]);
        let (past, now) = self.cells.split_at_mut(row * self.stride);
        let (earlier, before) = past[(row - 2) * self.stride..].split_at(self.stride);
        Rows {
            left: &before[shift + 1..],
            below: &before[shift..],
            diagonal: &earlier[shift_2..],
            now: &mut now[1..self.stride],
        }
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
    fn along_path(&self, a: &Series, b: &Series) -> Measures {
        let (mut i, mut row) = (a.len - 1, a.len + b.len);
        let mut sums = [0.0_f32; CHANNELS];
        let (mut steps, mut straight) = (1_u32, 0_u32);
        loop {
            add_differences(&mut sums, (a, i), (b, b.len + 1 + i - row));
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

/// Adds channel by channel how far sample `i` of one is from sample `rj` of the other.
#[inline(always)]
fn add_differences(sums: &mut [f32; CHANNELS], (a, i): (&Series, usize), (b, rj): (&Series, usize)) {
    for (c, sum) in sums.iter_mut().enumerate() {
        *sum += (a.data[c * a.stride + i] - b.data[c * b.stride + rj]).abs();
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
        Series { len, stride, data }
    }

    /// The textbook: a full table row by row in the same band, and the path back through it.
    fn textbook(a: &Series, b: &Series, used: usize) -> Measures {
        let band = Band::new(a.len, b.len);
        let cost = |i: usize, j: usize| {
            let differences = TWELVE[..used].iter().map(|c| a.channel(*c)[i] - b.channel(*c)[j]);
            differences.fold(0.0, |s: f32, d| s + d * d).sqrt()
        };
        let mut table = vec![vec![f32::INFINITY; b.len + 1]; a.len + 1];
        table[0][0] = 0.0;
        for i in 0..a.len {
            for j in 0..b.len {
                let (first, last) = band.range(i + j);
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
            assert_eq!(compare(&a, &b.reversed(), true), textbook(&a, &b, 12), "{n} {m}");
            let without = compare(&a, &b.reversed(), false);
            let used = MEASURES_WITHOUT_PRESSURE;
            assert_eq!(without[..used], textbook(&a, &b, 11)[..used], "{n} {m}");
            assert_eq!(without[used..], [0.0; MEASURES - MEASURES_WITHOUT_PRESSURE]);
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

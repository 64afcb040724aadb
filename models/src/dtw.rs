//! Dynamic time warping of two signatures: four distances over four sets of time functions, in one pass.
//!
//! Cost of a pair of points is their Euclidean distance; steps are (1,0), (0,1), (1,1); a path stays in a band around
//! the straight line from corner to corner; the result is divided by the sum of both lengths. Cells of one anti-diagonal
//! do not depend on one another, so vector lanes run across them and never split a sum: the bits are the same with any
//! vector width. The distances know nothing of references or thresholds.

use crate::features::{PADDING, Series, channel};

/// Cells computed together.
pub const LANES: usize = 8;
const _: () = assert!(PADDING >= LANES, "a block that starts at the last point reads LANES values");

/// Half width of the band along either axis, as a divisor of the longer length.
const BAND_DIVISOR: usize = 4;
/// A cell outside the band.
const OUTSIDE: f32 = f32::INFINITY;

/// Number of distances.
pub const KINDS: usize = 4;
/// Names of the distances, in order: the twelve functions; position and pressure; these and their derivatives; the
/// derivatives alone.
pub const KIND_NAMES: [&str; KINDS] = ["twelve", "shape", "both", "motion"];

type Lanes = [f32; LANES];

/// The four distances between `a` and the signature whose [`Series::reversed`] is `b_reversed`. Without `pressure`,
/// channels of pressure are left out.
pub fn distances(a: &Series, b_reversed: &Series, pressure: bool) -> [f64; KINDS] {
    if pressure { warp::<true>(a, b_reversed) } else { warp::<false>(a, b_reversed) }
}

fn warp<const PRESSED: bool>(a: &Series, b: &Series) -> [f64; KINDS] {
    let band = Band::new(a.len, b.len);
    let mut diagonals = Diagonals::new(a.len);
    for d in 0..a.len + b.len - 1 {
        let (first, last) = band.range(d);
        for i in (first..=last).step_by(LANES) {
            let cells = Cells { a, i, b, rj: b.len - 1 + i - d };
            diagonals.advance(i, &cells.costs::<PRESSED>());
        }
        diagonals.close(first, last);
    }
    let norm = (a.len + b.len) as f64;
    diagonals.at(a.len - 1).map(|v| f64::from(v) / norm)
}

/// The cells (i, j) … (i + LANES − 1, j − LANES + 1); the second signature is read backwards from `rj`.
struct Cells<'a> {
    a: &'a Series,
    i: usize,
    b: &'a Series,
    rj: usize,
}

impl Cells<'_> {
    #[inline(always)]
    fn costs<const PRESSED: bool>(&self) -> [Lanes; KINDS] {
        use channel::*;
        let mut shape = add(self.square(X), self.square(Y));
        let mut motion = add(self.square(DX), self.square(DY));
        let mut twelve = add(motion, self.square(SPEED));
        twelve = add(twelve, self.square(COS));
        twelve = add(twelve, self.square(SIN));
        twelve = add(twelve, self.square(ANGLE));
        twelve = add(twelve, self.square(RADIUS));
        twelve = add(twelve, self.square(TOTAL));
        twelve = add(twelve, self.square(TANGENTIAL));
        twelve = add(twelve, self.square(CENTRIPETAL));
        twelve = add(twelve, self.square(TURN));
        if PRESSED {
            let p = self.square(PRESSURE);
            shape = add(shape, p);
            twelve = add(twelve, p);
            motion = add(motion, self.square(DPRESSURE));
        }
        [root(twelve), root(shape), root(add(shape, motion)), root(motion)]
    }
    #[inline(always)]
    fn square(&self, channel: usize) -> Lanes {
        let a = chunk(&self.a.data, channel * self.a.stride + self.i);
        let b = chunk(&self.b.data, channel * self.b.stride + self.rj);
        let mut out = [0.0; LANES];
        for l in 0..LANES {
            let d = a[l] - b[l];
            out[l] = d * d;
        }
        out
    }
}

#[inline(always)]
fn root(mut a: Lanes) -> Lanes {
    for v in &mut a {
        *v = v.sqrt();
    }
    a
}

#[inline(always)]
fn add(mut a: Lanes, b: Lanes) -> Lanes {
    for l in 0..LANES {
        a[l] += b[l];
    }
    a
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
}

/// The last three anti-diagonals of the four cost tables; row `i` lies at index `i + 1`.
struct Diagonals {
    now: Rows,
    before: Rows,
    earlier: Rows,
}

type Rows = [Vec<f32>; KINDS];

impl Diagonals {
    fn new(n: usize) -> Self {
        let rows = || std::array::from_fn(|_| vec![OUTSIDE; n + 2 + LANES]);
        let mut earlier: Rows = rows();
        for table in &mut earlier {
            // The cell before the first, from which every path starts.
            table[0] = 0.0;
        }
        Self { now: rows(), before: rows(), earlier }
    }
    #[inline(always)]
    fn advance(&mut self, i: usize, costs: &[Lanes; KINDS]) {
        for (k, cost) in costs.iter().enumerate() {
            let left: &Lanes = chunk(&self.before[k], i + 1);
            let below: &Lanes = chunk(&self.before[k], i);
            let diagonal: &Lanes = chunk(&self.earlier[k], i);
            let sum: Lanes = std::array::from_fn(|l| cost[l] + least(least(left[l], below[l]), diagonal[l]));
            self.now[k][i + 1..i + 1 + LANES].copy_from_slice(&sum);
        }
    }
    /// Puts a fence on both sides of the finished anti-diagonal, also over what the last block wrote past its end.
    fn close(&mut self, first: usize, last: usize) {
        for table in &mut self.now {
            table[first] = OUTSIDE;
            table[last + 2] = OUTSIDE;
        }
        std::mem::swap(&mut self.before, &mut self.earlier);
        std::mem::swap(&mut self.before, &mut self.now);
    }
    fn at(&self, i: usize) -> [f32; KINDS] {
        std::array::from_fn(|k| self.before[k][i + 1])
    }
}

#[inline(always)]
fn chunk(table: &[f32], at: usize) -> &Lanes {
    table[at..].first_chunk().expect("tables end with LANES of padding")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::CHANNELS;

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

    /// The textbook, row by row, in the same band.
    fn textbook(a: &Series, b: &Series, channels: &[usize]) -> f64 {
        let band = Band::new(a.len, b.len);
        let inside = |i: usize, j: usize| {
            let (first, last) = band.range(i + j);
            (first..=last).contains(&i)
        };
        let mut table = vec![vec![f32::INFINITY; b.len + 1]; a.len + 1];
        table[0][0] = 0.0;
        for i in 0..a.len {
            for j in (0..b.len).filter(|j| inside(i, *j)) {
                let cost: f32 = channels.iter().map(|c| (a.channel(*c)[i] - b.channel(*c)[j]).powi(2)).sum();
                table[i + 1][j + 1] = cost.sqrt() + table[i][j].min(table[i][j + 1]).min(table[i + 1][j]);
            }
        }
        f64::from(table[a.len][b.len]) / (a.len + b.len) as f64
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "the reference need not be bit-exact")]
    fn agrees_with_the_textbook() {
        use channel::*;
        for (n, m) in [(20, 20), (21, 34), (90, 31), (20, 400), (137, 140)] {
            let (a, b) = (series(n, 1), series(m, 2));
            let got = distances(&a, &b.reversed(), true);
            for (kind, channels) in [(1, &[X, Y, PRESSURE][..]), (3, &[DX, DY, DPRESSURE])] {
                let expected = textbook(&a, &b, channels);
                assert!((got[kind] - expected).abs() < 1e-5, "{n} {m}: {} {expected}", got[kind]);
            }
            assert!((distances(&a, &b.reversed(), false)[1] - textbook(&a, &b, &[X, Y])).abs() < 1e-5);
        }
    }

    #[test]
    fn of_itself_is_zero_and_symmetric() {
        let (a, b) = (series(60, 1), series(60, 2));
        assert_eq!(distances(&a, &a.reversed(), true), [0.0; KINDS]);
        let (ab, ba) = (distances(&a, &b.reversed(), true), distances(&b, &a.reversed(), true));
        assert!(ab.iter().zip(ba).all(|(x, y)| (x - y).abs() < 1e-6));
    }
}

//! Elastic matching of two embeddings: how far apart they are on the best common time.
//!
//! The cost of a pair of moments is the Euclidean distance of their rows, rounded down: `√` of an `f32`, which IEEE-754
//! defines exactly, of a sum below 2^31 rounded to `f32`. Steps are (1,0), (0,1) and (1,1), each weighs its cost once;
//! a path stays in a band around the straight line from corner to corner. Cells of an anti-diagonal do not depend on
//! one another and are computed together, as in `dtw`. Only integers are added, so any order gives the same bits. The
//! distance does not depend on which signature comes first. Knows nothing of references or thresholds.

use super::columns::Columns;
use super::embedding::Embedding;
use super::kernel::{Diagonal, Kernel, LANES};

/// A step of distance 1 is this in a result.
pub const UNIT: u64 = 256;
/// Half width of the band along the longer signature, as a divisor of its length; rounded up.
const BAND_DIVISOR: usize = 4;
/// Least half width.
const BAND_MIN: usize = 3;
/// A cell outside the band. Adding every cost of a path to it stays below 2^31.
const OUTSIDE: i32 = 1 << 30;

/// An embedding that is to be compared with several others.
#[derive(Debug, Clone)]
pub struct Questioned {
    reversed: Columns,
    kernel: Kernel,
}

impl Questioned {
    /// For the fastest loops of this processor.
    pub fn new(embedding: &Embedding) -> Self {
        Self::with_kernel(embedding, Kernel::best())
    }
    /// For certain loops: the same results at another speed.
    pub fn with_kernel(embedding: &Embedding, kernel: Kernel) -> Self {
        Self { reversed: embedding.columns().reversed(), kernel }
    }
    /// Least cost of a path, by the sum of both lengths, in 1/[`UNIT`], rounded down.
    ///
    /// # Panics
    /// If the embeddings have different widths: they are of different networks.
    pub fn distance(&self, other: &Embedding) -> u32 {
        let (a, b) = (other.columns(), &self.reversed);
        assert_eq!(a.width(), b.width(), "embeddings of different networks cannot be compared");
        let total = u64::from(self.least_cost(a).unsigned_abs());
        let mean = total * UNIT / (a.len + b.len) as u64;
        u32::try_from(mean).unwrap_or(u32::MAX)
    }
    fn least_cost(&self, a: &Columns) -> i32 {
        let b = &self.reversed;
        let band = Band::new(a.len, b.len);
        let mut front = Front::new(band.width() + 2 + LANES);
        for d in 0..a.len + b.len - 1 {
            let (first, last) = band.range(d);
            front.advance(first, last, |left, below, earlier, now| {
                let (a, b) = ((a, first), (b, b.len - 1 + first - d));
                self.kernel.diagonal(Diagonal { a, b, left, below, earlier, now, cells: last - first + 1 });
            });
        }
        front.last()
    }
}

/// The distance of two embeddings.
pub fn distance(a: &Embedding, b: &Embedding) -> u32 {
    Questioned::new(b).distance(a)
}

/// Which cells (i, j) are inside: |i · m − j · n| ≤ half · min(n, m), where n and m are the lengths and `half` is a
/// quarter of the longer one, or what it takes to reach the last corner. Symmetric, and in integers only.
struct Band {
    n: i64,
    m: i64,
    /// half · min(n, m).
    off: i64,
}

impl Band {
    fn new(n: usize, m: usize) -> Self {
        let (short, long) = (n.min(m), n.max(m));
        let half = long.div_ceil(BAND_DIVISOR).max(BAND_MIN).max((long - short).div_ceil(short));
        Self { n: n as i64, m: m as i64, off: (half * short) as i64 }
    }
    /// First and last row of cells with i + j = d. Either grows by 0 or 1 from one anti-diagonal to the next.
    fn range(&self, d: usize) -> (usize, usize) {
        let (d, sum) = (d as i64, self.n + self.m);
        let low = -(self.off - self.n * d).div_euclid(sum);
        let high = (self.off + self.n * d).div_euclid(sum);
        (low.max(d - self.m + 1).max(0) as usize, high.min(self.n - 1).min(d) as usize)
    }
    /// Most cells on an anti-diagonal.
    fn width(&self) -> usize {
        (2 * self.off / (self.n + self.m) + 2).min(self.n) as usize
    }
}

/// The last two anti-diagonals and the one that is being computed: cells from the first in the band on, between two
/// cells of fence.
struct Front {
    rows: [Vec<i32>; 3],
    first: [usize; 3],
}

impl Front {
    fn new(stride: usize) -> Self {
        let mut rows = [(); 3].map(|()| vec![OUTSIDE; stride]);
        // The cell before the first, from which every path starts.
        rows[0][0] = 0;
        Self { rows, first: [0; 3] }
    }
    fn advance(&mut self, first: usize, last: usize, compute: impl FnOnce(&[i32], &[i32], &[i32], &mut [i32])) {
        let [earlier, before, now] = &mut self.rows;
        let (shift, shift_2) = (first - self.first[1], first - self.first[0]);
        compute(&before[shift + 1..], &before[shift..], &earlier[shift_2..], &mut now[1..]);
        // The fence, also over what the last block wrote past its end.
        now[last - first + 2] = OUTSIDE;
        self.first[2] = first;
        self.rows.rotate_left(1);
        self.first.rotate_left(1);
        self.rows[2][0] = OUTSIDE;
    }
    fn last(&self) -> i32 {
        self.rows[1][1]
    }
}

#[cfg(test)]
mod tests;

//! Elastic matching of two embeddings: how far apart they are on the best common time.
//!
//! The cost of a pair of moments is the Euclidean distance of their rows, rounded down: `√` of an `f32`, which IEEE-754
//! defines exactly, of a sum below 2^31 rounded to `f32`. Steps are (1,0), (0,1) and (1,1), each weighs its cost once;
//! a path stays in a band around the straight line from corner to corner. Cells of an anti-diagonal do not depend on
//! one another and are computed together, as in `dtw`. Only integers are added, so any order gives the same bits. The
//! distance does not depend on which signature comes first. Knows nothing of references or thresholds.

use super::columns::Columns;
use super::embedding::Embedding;
use super::kernel::{Diagonal, Kernel, LANES, Loops, Work};
use crate::band::Band;

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
        self.kernel.run(Matching { a, b: &self.reversed })
    }
}

/// Two embeddings that are being matched.
struct Matching<'a> {
    a: &'a Columns,
    /// Reversed.
    b: &'a Columns,
}

impl Work for Matching<'_> {
    type Out = i32;

    #[inline(always)]
    fn run<L: Loops>(self) -> i32 {
        let Self { a, b } = self;
        let band = band(a.len, b.len);
        let mut front = Front::new(band.width() + 2 + LANES);
        let mut ranges = band.ranges();
        for d in 0..a.len + b.len - 1 {
            let (first, last) = ranges.next();
            front.advance::<L>([first, last], (a, first), (b, b.len - 1 + first - d));
        }
        front.last()
    }
}

/// The distance of two embeddings.
pub fn distance(a: &Embedding, b: &Embedding) -> u32 {
    Questioned::new(b).distance(a)
}

/// The cells with |i · m − j · n| ≤ half · min(n, m), where n and m are the lengths and `half` is a quarter of the longer
/// one, or what it takes to reach the last corner. Symmetric.
fn band(n: usize, m: usize) -> Band {
    let (short, long) = (n.min(m), n.max(m));
    let half = long.div_ceil(BAND_DIVISOR).max(BAND_MIN).max((long - short).div_ceil(short));
    Band::new(n, m, half * short)
}

/// The last two anti-diagonals and the one that is being computed: cells from the first in the band on, between two cells
/// of fence.
struct Front {
    earlier: Vec<i32>,
    before: Vec<i32>,
    now: Vec<i32>,
    /// First i of `earlier` and `before`.
    first: [usize; 2],
}

impl Front {
    fn new(stride: usize) -> Self {
        let (mut earlier, before, now) = (vec![OUTSIDE; stride], vec![OUTSIDE; stride], vec![OUTSIDE; stride]);
        // The cell before the first, from which every path starts.
        earlier[0] = 0;
        Self { earlier, before, now, first: [0; 2] }
    }
    #[inline(always)]
    fn advance<L: Loops>(&mut self, [first, last]: [usize; 2], a: (&Columns, usize), b: (&Columns, usize)) {
        let (left, below) = (&self.before[first - self.first[1] + 1..], &self.before[first - self.first[1]..]);
        let earlier = &self.earlier[first - self.first[0]..];
        L::diagonal(Diagonal { a, b, left, below, earlier, now: &mut self.now[1..], cells: last - first + 1 });
        // The fence, also over what the last block wrote past its end.
        self.now[last - first + 2] = OUTSIDE;
        self.first = [self.first[1], first];
        std::mem::swap(&mut self.earlier, &mut self.before);
        std::mem::swap(&mut self.before, &mut self.now);
        self.now[0] = OUTSIDE;
    }
    fn last(&self) -> i32 {
        self.before[1]
    }
}

#[cfg(test)]
mod tests;

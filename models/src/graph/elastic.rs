//! Elastic matching of two embeddings: how far apart they are on the best common time.
//!
//! The cost of a pair of moments is the Euclidean distance of their rows, rounded down: `√` of an `f32`, which IEEE-754
//! defines exactly, of a sum below 2^31 rounded to `f32`. Steps are (1,0), (0,1) and (1,1), each weighs its cost once;
//! a path stays in a band around the straight line from corner to corner. Cells of an anti-diagonal do not depend on
//! one another and are computed together, as in `dtw`. Only integers are added, so any order gives the same bits; the means
//! per moment are of floats, in the order of the path. The distance does not depend on which signature comes first. Knows
//! nothing of references or thresholds.

use super::columns::Columns;
use super::embedding::Embedding;
use super::kernel::{Diagonal as Cells, Kernel, Loops, Work};
use crate::band::Band;
use crate::per_moment::PerMoment;
use crate::table::{Diagonal, Rows, Table};
use crate::yardstick::Sides;

/// A step of distance 1 is this in a result.
pub const UNIT: u64 = 256;
/// Half width of the band along the longer signature, as a divisor of its length; rounded up.
const BAND_DIVISOR: usize = 4;
/// Least half width.
const BAND_MIN: usize = 3;

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
    /// How far another one is.
    ///
    /// # Panics
    /// If the embeddings have different widths: they are of different networks.
    pub fn matched(&self, other: &Embedding) -> Matched {
        let (a, b) = (other.columns(), &self.reversed);
        assert_eq!(a.width(), b.width(), "embeddings of different networks cannot be compared");
        self.kernel.run(Matching { a, b })
    }
    /// As [`Self::matched`], the distance alone.
    pub fn distance(&self, other: &Embedding) -> u32 {
        self.matched(other).distance
    }
}

/// How far two embeddings are from one another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matched {
    /// Least cost of a path, by the sum of both lengths, in 1/[`UNIT`], rounded down. Symmetric.
    pub distance: u32,
    /// Mean cost along that path where each moment of the one that was asked about counts once, and where each of the questioned
    /// one does; 1 is a distance of 1 of two rows.
    pub sides: Sides<1>,
}

/// Two embeddings that are being matched.
struct Matching<'a> {
    a: &'a Columns,
    /// Reversed.
    b: &'a Columns,
}

impl Work for Matching<'_> {
    type Out = Matched;

    #[inline(always)]
    fn run<L: Loops>(self) -> Matched {
        let Self { a, b } = self;
        let (lens, mut table) = ([a.len, b.len], Table::default());
        table.fill(lens, &band(a.len, b.len), |Diagonal { d, first, last }, rows| {
            let Rows { left, below, earlier, now } = rows;
            let (a, b) = ((a, first), (b, b.len - 1 + first - d));
            L::diagonal(Cells { a, b, left, below, earlier, now, cells: last - first + 1 });
        });
        let total = u64::from(table.least(lens).unsigned_abs());
        let distance = u32::try_from(total * UNIT / (a.len + b.len) as u64).unwrap_or(u32::MAX);
        Matched { distance, sides: sides(&table, lens) }
    }
}

/// What a pair costs is by how much more it costs to reach it than the pair before it.
#[inline(always)]
fn sides(table: &Table<i32>, lens: [usize; 2]) -> Sides<1> {
    let mut path = table.path(lens).peekable();
    let mut sides = lens.map(|len| PerMoment::ending_in(len - 1));
    while let Some((i, j, cost)) = path.next() {
        let before = path.peek().map_or(0, |(_, _, before)| *before);
        let apart = [(cost - before) as f32];
        sides[0].add(i, &apart);
        sides[1].add(j, &apart);
    }
    let [here, there] = sides;
    [here.means(lens[0]), there.means(lens[1])]
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

#[cfg(test)]
mod tests;

//! The band around the straight line from corner to corner that a warping path stays in, anti-diagonal by anti-diagonal.
//! How wide it is, is the caller's choice; what a cell costs is not known here. Integers only.

/// The cells (i, j) with |i · m − j · n| ≤ off, where n and m are the lengths of the two signatures.
pub(crate) struct Band {
    n: i64,
    m: i64,
    off: i64,
}

impl Band {
    /// For two signatures of at least one point each.
    pub(crate) fn new(n: usize, m: usize, off: usize) -> Self {
        Self { n: n as i64, m: m as i64, off: off as i64 }
    }
    /// The cells of one anti-diagonal after the other.
    #[inline(always)]
    pub(crate) fn ranges(&self) -> Ranges {
        let (n, m, sum) = (self.n, self.m, self.n + self.m);
        let (low, high) = (Edge::new(sum - 1 - self.off, n, sum), Edge::new(self.off, n, sum));
        Ranges { n, m, d: 0, low, high }
    }
    /// Most cells on an anti-diagonal.
    pub(crate) fn width(&self) -> usize {
        (2 * self.off / (self.n + self.m) + 2).min(self.n) as usize
    }
}

/// Anti-diagonals from corner to corner.
pub(crate) struct Ranges {
    n: i64,
    m: i64,
    d: i64,
    low: Edge,
    high: Edge,
}

impl Ranges {
    /// First and last i of the cells with i + j = d, for the next d from 0 on, n + m − 1 times. Either grows by 0 or 1
    /// from one to the next.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> (usize, usize) {
        let (d, low, high) = (self.d, self.low.next(), self.high.next());
        self.d += 1;
        (low.max(d - self.m + 1).max(0) as usize, high.min(self.n - 1).min(d) as usize)
    }
}

/// ⌊(start + d · step) / by⌋ for d = 0, 1, … and step < by, with one division for all.
struct Edge {
    at: i64,
    rest: i64,
    step: i64,
    by: i64,
}

impl Edge {
    fn new(start: i64, step: i64, by: i64) -> Self {
        Self { at: start.div_euclid(by), rest: start.rem_euclid(by), step, by }
    }
    #[inline(always)]
    fn next(&mut self) -> i64 {
        let now = self.at;
        self.rest += self.step;
        if self.rest >= self.by {
            self.rest -= self.by;
            self.at += 1;
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// By the definition, cell by cell; and the ends move by 0 or 1.
        #[test]
        fn ranges_agree_with_the_definition((n, m) in (1..90_usize, 1..90_usize), wider in 0..2_000_usize) {
            let off = n.abs_diff(m) + n.max(m) + wider;
            let band = Band::new(n, m, off);
            let inside = |i: usize, j: usize| (i * m).abs_diff(j * n) <= off;
            let mut before = (0, 0);
            let mut ranges = band.ranges();
            for d in 0..n + m - 1 {
                let (first, last) = ranges.next();
                let cells = (0..n).filter(|i| *i <= d && d - i < m && inside(*i, d - i));
                prop_assert_eq!((Some(first), Some(last)), (cells.clone().min(), cells.max()), "{} of {} {}", d, n, m);
                prop_assert!(last - first < band.width());
                prop_assert!(first - before.0 <= 1 && last - before.1 <= 1);
                before = (first, last);
            }
            prop_assert_eq!(before, (n - 1, n - 1));
        }
    }
}

//! The least cost of reaching each pair of moments of two signatures from their first, kept whole so that the best path can be
//! walked back from their last. What a pair costs is the caller's.

use crate::band::Band;
use crate::graph::kernel::LANES;

/// What costs are counted in.
pub(crate) trait Cost: Copy + PartialOrd {
    /// Of a cell outside the band. A path's whole cost can be added to it.
    const OUTSIDE: Self;
    /// Of a path that has not begun.
    const NOTHING: Self;
}

impl Cost for f32 {
    const OUTSIDE: Self = f32::INFINITY;
    const NOTHING: Self = 0.0;
}

impl Cost for i32 {
    const OUTSIDE: Self = 1 << 30;
    const NOTHING: Self = 0;
}

/// What one anti-diagonal is computed from, each from its first cell on.
pub(crate) struct Rows<'a, C> {
    pub(crate) left: &'a [C],
    pub(crate) below: &'a [C],
    pub(crate) earlier: &'a [C],
    /// The anti-diagonal itself. May be written in blocks of [`LANES`], over its end.
    pub(crate) now: &'a mut [C],
}

/// An anti-diagonal: the cells (i, d − i) of `first` ≤ i ≤ `last`.
#[derive(Clone, Copy)]
pub(crate) struct Diagonal {
    pub(crate) d: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// Row `d + 2` holds the cells with i + j = d from the first one in the band on, between two cells of fence; two rows before
/// them stand for the start.
#[derive(Debug, Default)]
pub(crate) struct Table<C> {
    stride: usize,
    cells: Vec<C>,
    /// First i of each row.
    first: Vec<usize>,
}

impl<C: Cost> Table<C> {
    /// Fills it for signatures of `n` and `m` moments; `compute` gives one anti-diagonal after the other. What an earlier use
    /// left behind is never read: rows are written before, fences with them.
    #[inline(always)]
    pub(crate) fn fill(&mut self, [n, m]: [usize; 2], band: &Band, mut compute: impl FnMut(Diagonal, Rows<'_, C>)) {
        self.begin(n + m + 1, band.width() + 2 + LANES);
        let mut ranges = band.ranges();
        for d in 0..n + m - 1 {
            let (first, last) = ranges.next();
            self.first[d + 2] = first;
            compute(Diagonal { d, first, last }, self.rows(d + 2));
            // The fences, one also over what the last block wrote past its end.
            let row = (d + 2) * self.stride;
            self.cells[row] = C::OUTSIDE;
            self.cells[row + last - first + 2] = C::OUTSIDE;
        }
    }
    /// Makes room.
    fn begin(&mut self, rows: usize, stride: usize) {
        self.stride = stride;
        self.cells.resize(rows * stride, C::OUTSIDE);
        self.first.clear();
        self.first.resize(rows, 0);
        self.cells[..2 * stride].fill(C::OUTSIDE);
        // The cell before the first, from which every path starts.
        self.cells[0] = C::NOTHING;
    }
    /// Index of the cell in row `row` (i + j + 2) and line `i`.
    #[inline(always)]
    fn at(&self, row: usize, i: usize) -> usize {
        row * self.stride + 1 + i - self.first[row]
    }
    #[inline(always)]
    fn rows(&mut self, row: usize) -> Rows<'_, C> {
        let first = self.first[row];
        let (shift, shift_2) = (first - self.first[row - 1], first - self.first[row - 2]);
        let (past, now) = self.cells.split_at_mut(row * self.stride);
        let (earlier, before) = past[(row - 2) * self.stride..].split_at(self.stride);
        let (left, below, earlier) = (&before[shift + 1..], &before[shift..], &earlier[shift_2..]);
        Rows { left, below, earlier, now: &mut now[1..self.stride] }
    }
    /// The cell (row and line) that the best path to a cell comes from. Of equal ways the diagonal goes first, then the one
    /// that steps in the second signature.
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
    /// Cost of the best path of signatures of `n` and `m` moments.
    #[inline(always)]
    pub(crate) fn least(&self, [n, m]: [usize; 2]) -> C {
        self.cells[self.at(n + m, n - 1)]
    }
    /// That path, from its end.
    #[inline(always)]
    pub(crate) fn path(&self, [n, m]: [usize; 2]) -> Path<'_, C> {
        Path { table: self, next: Some((n + m, n - 1)) }
    }
}

/// A best path: the moments of either signature, and the cost of reaching the pair.
pub(crate) struct Path<'a, C> {
    table: &'a Table<C>,
    /// Row and line.
    next: Option<(usize, usize)>,
}

impl<C: Cost> Iterator for Path<'_, C> {
    type Item = (usize, usize, C);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let (row, i) = self.next?;
        self.next = (row > 2).then(|| self.table.back(row, i));
        Some((i, row - 2 - i, self.table.cells[self.table.at(row, i)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair costs 1 but those with equal moments.
    #[test]
    fn the_path_is_walked_back_to_the_first_pair() {
        let (n, m) = (6, 9);
        let mut table = Table::<i32>::default();
        table.fill([n, m], &Band::new(n, m, n * m), |Diagonal { d, first, last }, rows| {
            for k in 0..=last - first {
                let (i, best) = (first + k, rows.left[k].min(rows.below[k]).min(rows.earlier[k]));
                rows.now[k] = best + i32::from(2 * i != d);
            }
        });
        let path: Vec<_> = table.path([n, m]).collect();
        assert_eq!(path[0], (n - 1, m - 1, table.least([n, m])));
        assert_eq!(path[path.len() - 1], (0, 0, 0));
        assert_eq!(table.least([n, m]), 3, "three moments more than the other has");
        for w in path.windows(2) {
            let steps = (w[0].0 - w[1].0, w[0].1 - w[1].1);
            assert!([(0, 1), (1, 0), (1, 1)].contains(&steps), "{steps:?}");
            assert_eq!(w[0].2 - w[1].2, i32::from(w[0].0 != w[0].1));
        }
    }
}

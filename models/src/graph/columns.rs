//! An embedding as the elastic matching reads it: pairs of channels, and for each pair one moment after the other, with
//! spare zeros at the end so that blocks of cells may be read there. Comparing is in `elastic`.

use super::kernel::LANES;

/// Pairs of channels over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Moments.
    pub(super) len: usize,
    /// Moments and spare ones.
    stride: usize,
    data: Vec<i16>,
}

impl Columns {
    /// From rows of `width` channels, an even number.
    pub(super) fn of_rows<'a>(width: usize, rows: impl ExactSizeIterator<Item = &'a [i16]>) -> Self {
        let (len, stride) = (rows.len(), rows.len() + LANES);
        let mut data = vec![0; width * stride];
        for (i, row) in rows.enumerate() {
            for (column, pair) in data.chunks_exact_mut(2 * stride).zip(row.chunks_exact(2)) {
                column[2 * i..2 * i + 2].copy_from_slice(pair);
            }
        }
        Self { len, stride, data }
    }
    /// The same moments from last to first.
    pub(super) fn reversed(&self) -> Self {
        let mut data = vec![0; self.data.len()];
        for (from, to) in self.pairs().zip(data.chunks_exact_mut(2 * self.stride)) {
            let moments = from.as_chunks::<2>().0[..self.len].iter().rev();
            to.as_chunks_mut::<2>().0.iter_mut().zip(moments).for_each(|(to, from)| *to = *from);
        }
        Self { data, ..*self }
    }
    /// Channels.
    pub(super) fn width(&self) -> usize {
        self.data.len() / self.stride
    }
    /// For each pair of channels, both values of each moment.
    pub(super) fn pairs(&self) -> impl Iterator<Item = &[i16]> {
        self.data.chunks_exact(2 * self.stride)
    }
    /// Column after column.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn values(&self) -> &[i16] {
        &self.data
    }
    /// Moments from one column to the next.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn stride(&self) -> usize {
        self.stride
    }
    /// Bytes held.
    pub(super) fn memory_bytes(&self) -> usize {
        self.data.len() * size_of::<i16>()
    }
}

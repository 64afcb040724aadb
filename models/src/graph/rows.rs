//! Activations: one row of channels per node. Rows are as wide as whole vectors, and what is beyond the channels is 0.

/// Channels per row are rounded up to this.
pub(super) const ALIGN: usize = 8;
/// Rows are computed together in groups of this.
pub(super) const GROUP: usize = 4;

/// Rows of activations, without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) len: usize,
    /// Channels per row, a multiple of [`ALIGN`].
    pub(super) stride: usize,
    pub(super) data: Vec<i16>,
}

/// Rows after `lead` rows of zeros, and followed by enough of them for whole groups: what a convolution reads.
#[derive(Debug)]
pub(super) struct Padded {
    pub(super) stride: usize,
    pub(super) data: Vec<i16>,
}

impl Rows {
    pub(super) fn zero(len: usize, channels: usize) -> Self {
        let stride = channels.next_multiple_of(ALIGN);
        Self { len, stride, data: vec![0; len * stride] }
    }
    pub(super) fn row(&self, i: usize) -> &[i16] {
        &self.data[i * self.stride..][..self.stride]
    }
    pub(super) fn row_mut(&mut self, i: usize) -> &mut [i16] {
        &mut self.data[i * self.stride..][..self.stride]
    }
    /// Maxima of two rows each; a last odd one stands alone.
    pub(super) fn halved(&self) -> Self {
        let mut out = Self::zero(self.len.div_ceil(2), self.stride);
        for (pair, to) in self.data.chunks(2 * self.stride).zip(out.data.chunks_exact_mut(self.stride)) {
            let (first, second) = pair.split_at(self.stride);
            to.copy_from_slice(first);
            to.iter_mut().zip(second).for_each(|(to, v)| *to = (*to).max(*v));
        }
        out
    }
    pub(super) fn padded(&self, lead: usize) -> Padded {
        let rows = self.len.next_multiple_of(GROUP) + 2 * lead;
        let mut data = Vec::with_capacity(rows * self.stride);
        data.resize(lead * self.stride, 0);
        data.extend_from_slice(&self.data);
        data.resize(rows * self.stride, 0);
        Padded { stride: self.stride, data }
    }
}

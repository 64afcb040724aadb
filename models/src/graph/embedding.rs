//! What a network makes of a signature: a row of small integers per moment. Where it came from is not kept.

use super::columns::Columns;
use super::weights::{LINEAR_MAX, WIDTH_MAX};

/// An embedding, laid out for comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedding {
    columns: Columns,
}

impl Embedding {
    /// From rows of `width` channels one after the other, as another backend of the same network gives them. Values
    /// beyond what a network can give are clamped.
    ///
    /// # Panics
    /// If `width` is not an even number up to [`WIDTH_MAX`], or there is no row, or a part of one.
    pub fn from_rows(width: usize, rows: &[i16]) -> Self {
        assert!(
            width.is_multiple_of(2) && (2..=WIDTH_MAX).contains(&width),
            "an embedding has 2 to 64 channels in pairs"
        );
        assert!(!rows.is_empty() && rows.len().is_multiple_of(width), "an embedding has whole rows, at least one");
        let rows: Vec<i16> = rows.iter().map(|v| (*v).clamp(-LINEAR_MAX, LINEAR_MAX)).collect();
        Self { columns: Columns::of_rows(width, rows.chunks_exact(width)) }
    }
    /// Moments.
    #[expect(clippy::len_without_is_empty, reason = "there is none without a row")]
    pub fn len(&self) -> usize {
        self.columns.len
    }
    /// Channels of a moment.
    pub fn width(&self) -> usize {
        self.columns.width()
    }
    /// Row after row.
    pub fn to_rows(&self) -> Vec<i16> {
        let at = |i: usize| self.columns.pairs().flat_map(move |pair| [pair[2 * i], pair[2 * i + 1]]);
        (0..self.len()).flat_map(at).collect()
    }
    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        self.columns.memory_bytes()
    }
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }
}

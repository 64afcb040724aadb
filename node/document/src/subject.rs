//! What of a file an event may name by its digest: the whole file, or, of a PDF, what it was before receipts were attached
//! and before later revisions.

use crate::pdf::effort::Effort;
use crate::pdf::{attach, revision};
use proto::Digest;
use std::rc::Rc;

/// Most lengths of one file that are tried.
const SUBJECTS_MAX: usize = 32;

/// The first so many bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// How many.
    pub length: usize,
    /// Whether nothing but receipts came after them.
    pub is_current: bool,
    /// SM3 of them.
    pub sm3: Digest,
    /// SHA-256 of them.
    pub sha256: Digest,
}

impl Subject {
    fn of(file: &[u8], (length, is_current): (usize, bool)) -> Self {
        let bytes = file.get(..length).unwrap_or(file);
        Self { length, is_current, sm3: Digest::sm3(bytes), sha256: Digest::sha256(&[bytes]) }
    }
    /// Whether an event that names `document` is about it.
    pub fn is(&self, document: &Digest) -> bool {
        self.sm3 == *document || self.sha256 == *document
    }
}

/// The longest first. The whole file is always among them.
pub fn subjects(file: &[u8]) -> Vec<Subject> {
    let mut lengths = vec![(file.len(), true)];
    let mut current = file.len();
    for attached in attach::attached(file).iter().rev() {
        // Receipts at the very end: what was before them is still the document as it is.
        if attached.end == current {
            current = attached.before;
        }
        lengths.push((attached.before, attached.before == current));
    }
    if file.starts_with(b"%PDF-") {
        let ends = revision::ends(file, &Rc::new(Effort::of(file.len())));
        lengths.extend(ends.unwrap_or_default().into_iter().map(|end| (end, false)));
    }
    lengths.sort_by(|a, b| b.cmp(a));
    lengths.dedup_by_key(|(length, _)| *length);
    lengths.truncate(SUBJECTS_MAX);
    lengths.into_iter().map(|of| Subject::of(file, of)).collect()
}

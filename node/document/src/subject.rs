//! What of a file an event may name by its digest: the whole file, or, of a PDF, what it was before receipts were attached
//! and before later revisions.

use crate::pdf::effort::Effort;
use crate::pdf::{attach, revision};
use proto::Digest;
use sha2::Sha256;
use sm3::Sm3;
use sm3::digest::Digest as _;
use std::collections::BTreeMap;
use std::rc::Rc;

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
    /// Whether an event that names `document` is about it.
    pub fn is(&self, document: &Digest) -> bool {
        self.sm3 == *document || self.sha256 == *document
    }
}

/// The longest first: the whole file, what it was before each receipt, and each revision; as many as are looked at (`attach`,
/// `revision`), so that the oldest is among them. The file is read once for all.
pub fn subjects(file: &[u8]) -> Vec<Subject> {
    let (mut sm3, mut sha256, mut read) = (Sm3::new(), Sha256::new(), 0);
    let mut all: Vec<Subject> = lengths(file)
        .into_iter()
        .map(|(length, is_current)| {
            let more = file.get(read..length).unwrap_or_default();
            sm3.update(more);
            sha256.update(more);
            read = length;
            let [sm3, sha256] = [sm3.clone().finalize().into(), sha256.clone().finalize().into()].map(Digest);
            Subject { length, is_current, sm3, sha256 }
        })
        .collect();
    all.reverse();
    all
}

/// Lengths, and whether the file is still what it was then.
fn lengths(file: &[u8]) -> BTreeMap<usize, bool> {
    let mut lengths = BTreeMap::from([(file.len(), true)]);
    let mut current = file.len();
    for attached in attach::attached(file).iter().rev() {
        // Receipts at the very end: what was before them is still the document as it is.
        if attached.end == current {
            current = attached.before;
        }
        lengths.insert(attached.before, attached.before == current);
    }
    if file.starts_with(b"%PDF-") {
        let ends = revision::ends(file, &Rc::new(Effort::of(file.len())));
        ends.unwrap_or_default().into_iter().for_each(|end| _ = lengths.entry(end).or_insert(false));
    }
    lengths
}

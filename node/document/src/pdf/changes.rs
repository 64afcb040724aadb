//! What each revision of a PDF did to the one before it.

use super::difference::difference;
use super::effort::Effort;
use super::kind::Named;
use super::revision::is_blank;
use super::{Pdf, attach};
use std::rc::Rc;

/// What one revision is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A receipt of ours was attached, and nothing else done.
    Receipt,
    /// A signature was added; its number in the list of signatures.
    Signature(usize),
    /// Nothing was added but data for validating signatures, or what nothing leads to.
    Unshown,
    /// Something else was added; nothing that was there was overwritten.
    Addition,
    /// What was there was overwritten.
    Overwritten(Vec<Named>),
}

/// What each revision after the first did, given the ends of revisions and where each signature ends. `None`: it would cost
/// too much to tell.
pub fn changes(
    file: &[u8],
    (ends, signatures): (&[usize], &[Option<usize>]),
    effort: &Rc<Effort>,
) -> Option<Vec<Change>> {
    let receipts = attach::attached(file);
    let is_receipt = |before: usize, end: usize| {
        receipts.iter().any(|r| r.end == end && is_blank(file, before.min(r.before), before.max(r.before)))
    };
    let mut out = Vec::new();
    let mut last: Option<Pdf<'_>> = None;
    for (n, pair) in ends.windows(2).enumerate() {
        let (before, end) = (pair[0], pair[1]);
        let open = |end: usize| Pdf::open_within(file.get(..end)?, effort).ok();
        let old = last.take().or_else(|| open(before));
        let new = open(end);
        out.push(if is_receipt(before, end) {
            Change::Receipt
        } else {
            let (Some(old), Some(new)) = (&old, &new) else { return None };
            let found = difference(old, new);
            match signatures.iter().position(|s| *s == Some(n + 1)) {
                _ if !found.named.is_empty() => Change::Overwritten(found.named),
                Some(signature) => Change::Signature(signature),
                None if found.touched => Change::Addition,
                None => Change::Unshown,
            }
        });
        last = new;
    }
    (!effort.is_spent()).then_some(out)
}

//! The receipts of a document, in it or beside it: whether each is about these bytes, and whether it holds. A single document
//! and one of thousands are asked the same here. Nothing is fetched.

use crate::cli::bind::{beside, read};
use crate::cli::outcome::Failure;
use crate::evidence::Evidence;
use document::Subject;
use proto::{Canonical, Check as Line, Outcome as Verdict, Receipt, Trail, Trust};
use std::path::Path;
use timestamp::instant;

/// What a line about a receipt and its document is called.
const CODE: &str = "RECEIPT_DOCUMENT";

/// What receipts are verified against.
pub type Basis<'a> = Option<(&'a Trust, &'a Trail)>;

/// The receipts that are attached to a document, and the one that lies beside it.
pub fn of_document(path: &Path, file: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
    let mut receipts: Vec<Vec<u8>> = document::pdf::attach::attached(file).into_iter().map(|a| a.receipt).collect();
    let lying = beside(path);
    if lying.exists() {
        receipts.push(read(&lying)?);
    }
    Ok(receipts)
}

/// A line that is about the document.
pub fn line(outcome: Verdict, detail: String) -> Line {
    Line { code: CODE, outcome, detail }
}

/// What one receipt comes to.
pub struct Said {
    /// The number of its event, if it can be read.
    pub event: Option<u64>,
    /// Whether it is about the document, then whether it holds.
    pub checks: Vec<Line>,
}

/// Whether a receipt is about the document, and whether it holds.
pub fn checks(bytes: &[u8], subjects: &[Subject], basis: Basis<'_>) -> Said {
    let receipt = match Receipt::from_bytes(bytes) {
        Ok(receipt) => receipt,
        Err(e) => {
            return Said {
                event: None,
                checks: vec![line(Verdict::Invalid, format!("a receipt cannot be read: {e}"))],
            };
        }
    };
    let event = Some(receipt.event.seq.0);
    let mut checks = vec![about(&receipt, subjects)];
    match basis {
        Some((trust, trail)) => checks.extend(Evidence::Receipt(receipt.into()).verify_along(trust, trail)),
        None => {
            let detail = "the receipt itself was not verified: give --genesis FILE".to_owned();
            checks.push(Line { code: "GENESIS", outcome: Verdict::Indeterminate, detail });
        }
    }
    Said { event, checks }
}

fn about(receipt: &Receipt, subjects: &[Subject]) -> Line {
    let event = &receipt.event;
    let what = format!("event {} ({}) of {}", event.seq, event.kind().as_str(), instant::text(event.time));
    let named = event.transaction.draft.body.document();
    match named.and_then(|d| subjects.iter().find(|s| s.is(d))) {
        None => line(Verdict::Invalid, format!("{what} names another document")),
        Some(s) if s.is_current => line(Verdict::Valid, format!("{what} names this document as it is")),
        Some(s) => {
            let changed = format!("{what} names the first {} bytes; the document was changed since", s.length);
            line(Verdict::Indeterminate, changed)
        }
    }
}

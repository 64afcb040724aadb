//! What a document says about itself: its signatures in order, and what happened after each.

mod pdf;

use crate::ofd;
use crate::pdf::effort::Effort;
use crate::pdf::signature::Signature;
use crate::pdf::{Pdf, Unreadable};
use crate::trust::{Roots, Trusted};
use proto::{Check, Outcome};
use std::rc::Rc;
use timestamp::instant::text;

/// Code of the check of one signature.
pub const DOCUMENT_SIGNATURE: &str = "DOCUMENT_SIGNATURE";
/// Code of the check of a signer's certificate.
pub const SIGNER_TRUST: &str = "SIGNER_TRUST";
/// Code of the check of an electronic seal's maker.
pub const SEAL_TRUST: &str = "SEAL_TRUST";
/// Code of the check of what came after the signatures.
pub const DOCUMENT_CHANGES: &str = "DOCUMENT_CHANGES";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PDF.
    Pdf,
    /// OFD.
    Ofd,
    /// Neither, or not readable as one.
    Other,
}

/// A document's own evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraised {
    /// What it is.
    pub format: Format,
    /// All signatures, those first that cover least.
    pub signatures: Vec<Signature>,
    /// Two or three for each signature, and one for what came after.
    pub checks: Vec<Check>,
    /// Whether anything but receipts came after the last signature; `None` without one.
    pub changed_after_last: Option<bool>,
}

/// How far into a file viewers look for the beginning of a PDF.
const HEAD_BYTES: usize = 1024;

/// Looks at a file.
pub fn appraise(file: &[u8], roots: Roots<'_>) -> Appraised {
    let head = file.get(..HEAD_BYTES).unwrap_or(file);
    if head.windows(5).any(|w| w == b"%PDF-") {
        let effort = Rc::new(Effort::of(file.len()));
        let found = Pdf::open_within(file, &effort)
            .and_then(|_| pdf::appraise(file, roots, &effort).ok_or(Unreadable::TooMuch));
        return found
            .unwrap_or_else(|why| Appraised { checks: vec![indeterminate(why.to_string())], ..nothing(Format::Pdf) });
    }
    match ofd::open(file, roots) {
        Some(found) => of_ofd(found),
        // What another reader may open is told, and not taken for a file without signatures.
        None if file.starts_with(b"PK") && file.windows(7).any(|w| w == b"OFD.xml") => {
            let detail =
                "it has the marks of an OFD and cannot be read as one: its signatures were not looked at".to_owned();
            Appraised { checks: vec![indeterminate(detail)], ..nothing(Format::Ofd) }
        }
        None => nothing(Format::Other),
    }
}

fn nothing(format: Format) -> Appraised {
    Appraised { format, signatures: Vec::new(), checks: Vec::new(), changed_after_last: None }
}

fn indeterminate(detail: String) -> Check {
    Check { code: DOCUMENT_CHANGES, outcome: Outcome::Indeterminate, detail }
}

fn overwritten(what: &[String]) -> Check {
    indeterminate(format!("between the signatures {}: earlier signers may have seen something else", what.join(", ")))
}

fn of_ofd(found: ofd::Ofd) -> Appraised {
    let mut checks = Vec::new();
    for (n, s) in found.signatures.iter().enumerate() {
        let more =
            format!(", covers {} files, {} altered, {} not covered", s.covered, s.altered.len(), s.uncovered.len());
        checks.extend(checks_of(n + 1, &s.signature, &more));
    }
    checks.extend(found.remarks.into_iter().map(indeterminate));
    let last = found.signatures.last();
    for (n, earlier) in found.signatures.iter().enumerate().rev().skip(1) {
        if !earlier.uncovered.is_empty() {
            checks.push(overwritten(&[format!(
                "{} (not covered by signature {})",
                earlier.uncovered.join(", "),
                n + 1
            )]));
        }
    }
    if let Some(last) = last {
        let (outcome, detail) = match (last.altered.is_empty(), last.uncovered.is_empty()) {
            (false, _) => (Outcome::Invalid, format!("altered after the last signature: {}", last.altered.join(", "))),
            (true, false) => {
                (Outcome::Indeterminate, format!("not covered by the last signature: {}", last.uncovered.join(", ")))
            }
            (true, true) => (Outcome::Valid, "nothing was changed after the last signature".to_owned()),
        };
        checks.push(Check { code: DOCUMENT_CHANGES, outcome, detail });
    }
    let changed_after_last = last.map(|l| !l.altered.is_empty() || !l.uncovered.is_empty());
    let signatures = found.signatures.into_iter().map(|s| s.signature).collect();
    Appraised { format: Format::Ofd, signatures, checks, changed_after_last }
}

fn checks_of(number: usize, s: &Signature, more: &str) -> Vec<Check> {
    let who = s.signer.as_deref().unwrap_or("unknown");
    let what = if s.is_time_stamp { "time-stamp" } else { "signature" };
    let claimed = s.claimed_time.map_or(String::new(), |t| format!(", signer's time {}", text(t)));
    let stamped = s.stamped_time.map_or(String::new(), |t| format!(", stamped {}", text(t)));
    let detail = format!("{what} {number} by `{who}`{claimed}{stamped}{more}: {}", s.detail);
    let trust = |code, trust: &Trusted| {
        let detail = format!("{what} {number}: {}", trust.detail);
        Check { code, outcome: trust.outcome, detail }
    };
    let seal = s.seal.as_ref().map(|seal| {
        let named = format!("{what} {number}: seal `{}` of `{}`: {}", seal.name, seal.maker, seal.trust.detail);
        Check { detail: named, ..trust(SEAL_TRUST, &seal.trust) }
    });
    let signature = Check { code: DOCUMENT_SIGNATURE, outcome: s.outcome, detail };
    [signature, trust(SIGNER_TRUST, &s.trust)].into_iter().chain(seal).collect()
}

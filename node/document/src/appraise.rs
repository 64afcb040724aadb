//! What a document says about itself: its signatures in order, and what happened after each.

use crate::ofd;
use crate::pdf::changes::{Change, changes};
use crate::pdf::effort::Effort;
use crate::pdf::signature::{Signature, find, verify};
use crate::pdf::{Pdf, Unreadable, revision};
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
        let found =
            Pdf::open_within(file, &effort).and_then(|_| of_pdf(file, roots, &effort).ok_or(Unreadable::TooMuch));
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

/// `None`: it would cost too much.
fn of_pdf(file: &[u8], roots: Roots<'_>, effort: &Rc<Effort>) -> Option<Appraised> {
    let ends = revision::ends(file, effort)?;
    let signatures: Vec<Signature> = find(file, &ends, effort)?.iter().map(|f| verify(file, f, &ends, roots)).collect();
    let covered: Vec<Option<usize>> = signatures.iter().map(|s| s.revision).collect();
    let whole = ends.last().is_some_and(|end| revision::is_blank(file, *end, file.len()));
    // What follows the last end may still lead viewers elsewhere.
    let states: Vec<usize> = ends.iter().copied().chain((!whole).then_some(file.len())).collect();
    let history = changes(file, (&states, &covered), effort)?;
    let mut checks: Vec<Check> = Vec::new();
    for (n, s) in signatures.iter().enumerate() {
        checks.extend(checks_of(n + 1, s, &format!(", covers revision {} of {}", place(s.revision), ends.len())));
    }
    let found = |checks, changed_after_last| Appraised { format: Format::Pdf, signatures, checks, changed_after_last };
    let Some(last) = covered.iter().flatten().max().copied() else { return Some(found(checks, None)) };
    let later = history.get(last..).unwrap_or_default();
    checks.push(after(later, whole));
    let touched = later.iter().any(|c| *c != Change::Receipt) || !whole;
    let between = history.get(covered.iter().flatten().min().copied().unwrap_or(last)..last).unwrap_or_default();
    let told = |c: &Change| if let Change::Overwritten(what) = c { Some(overwritten(what)) } else { None };
    checks.extend(between.iter().filter_map(told));
    Some(found(checks, Some(touched)))
}

fn place(revision: Option<usize>) -> String {
    revision.map_or_else(|| "none".to_owned(), |r| (r + 1).to_string())
}

fn overwritten(what: &[String]) -> Check {
    indeterminate(format!("between the signatures {}: earlier signers may have seen something else", what.join(", ")))
}

/// What came after the last signature.
fn after(later: &[Change], whole: bool) -> Check {
    let check = |outcome, detail: String| Check { code: DOCUMENT_CHANGES, outcome, detail };
    let receipts = later.iter().filter(|c| **c == Change::Receipt).count();
    let named: Vec<&String> =
        later.iter().filter_map(|c| if let Change::Overwritten(w) = c { Some(w) } else { None }).flatten().collect();
    if !named.is_empty() {
        let list: Vec<&str> = named.iter().map(|s| s.as_str()).collect();
        return check(Outcome::Invalid, format!("changed after the last signature: {}", list.join(", ")));
    }
    if later.len() > receipts {
        let what = "something was added after the last signature; nothing that was there was overwritten";
        return check(Outcome::Indeterminate, what.to_owned());
    }
    match (whole, receipts) {
        (false, _) => check(Outcome::Indeterminate, "bytes follow the end of the document".to_owned()),
        (true, 0) => check(Outcome::Valid, "nothing was changed after the last signature".to_owned()),
        (true, n) => {
            check(Outcome::Valid, format!("nothing was changed after the last signature but {n} receipts attached"))
        }
    }
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

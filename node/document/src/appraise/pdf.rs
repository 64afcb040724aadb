//! What a PDF says about itself: its signatures, what each revision did, what signers forbade and what came to be seen.

use super::{Appraised, DOCUMENT_CHANGES, Format, checks_of, indeterminate, overwritten};
use crate::pdf::appearance::{Appearance, since};
use crate::pdf::certification::{History, Rules, admits, rules};
use crate::pdf::changes::{Change, changes};
use crate::pdf::effort::Effort;
use crate::pdf::kind::Named;
use crate::pdf::revision;
use crate::pdf::signature::{Found, Signature, find, verify};
use crate::trust::Roots;
use proto::{Check, Outcome};
use std::rc::Rc;

/// Most things that one sentence names.
const NAMED_MAX: usize = 16;

/// `None`: it would cost too much.
pub fn appraise(file: &[u8], roots: Roots<'_>, effort: &Rc<Effort>) -> Option<Appraised> {
    let ends = revision::ends(file, effort)?;
    let found = find(file, &ends, effort)?;
    let signatures: Vec<Signature> = found.iter().map(|f| verify(file, f, &ends, roots)).collect();
    let covered: Vec<Option<usize>> = signatures.iter().map(|s| s.revision).collect();
    let whole = ends.last().is_some_and(|end| revision::is_blank(file, *end, file.len()));
    // What follows the last end may still lead viewers elsewhere.
    let states: Vec<usize> = ends.iter().copied().chain((!whole).then_some(file.len())).collect();
    let changes = changes(file, (&states, &covered), effort)?;
    let history = History { file, states: &states, changes: &changes, signatures: &signatures, effort };
    let mut checks: Vec<Check> = Vec::new();
    for (n, s) in signatures.iter().enumerate() {
        checks.extend(checks_of(n + 1, s, &format!(", covers revision {} of {}", place(s.revision), ends.len())));
    }
    let mut changed_after_last = None;
    if let Some((first, last)) = covered.iter().flatten().min().copied().zip(covered.iter().flatten().max().copied()) {
        let later = changes.get(last..).unwrap_or_default();
        changed_after_last = Some(later.iter().any(|c| *c != Change::Receipt) || !whole);
        let laid_down = laid_down(&history, &found)?;
        checks.push(after(later, whole, laid_down.iter().filter_map(|(_, rules)| rules.level).min()));
        let between = changes.get(first..last).unwrap_or_default();
        let told = |c: &Change| if let Change::Overwritten(what) = c { Some(overwritten(&texts(what))) } else { None };
        checks.extend(between.iter().filter_map(told));
        for (n, rules) in &laid_down {
            checks.extend(forbidden(&history, *n, rules)?);
        }
        checks.extend(seen(&history, first)?);
    }
    (!effort.is_spent()).then_some(Appraised { format: Format::Pdf, signatures, checks, changed_after_last })
}

fn place(revision: Option<usize>) -> String {
    revision.map_or_else(|| "none".to_owned(), |r| (r + 1).to_string())
}

fn texts(named: &[Named]) -> Vec<String> {
    named.iter().map(|n| n.text.clone()).collect()
}

/// What the signers laid down who cover a revision, by the number of their signature.
fn laid_down(history: &History<'_>, found: &[Found]) -> Option<Vec<(usize, Rules)>> {
    let mut out = Vec::new();
    for (n, (signature, found)) in history.signatures.iter().zip(found).enumerate() {
        let Some(revision) = signature.revision else { continue };
        let rules = rules(&history.open(revision).ok()?, found);
        if !rules.is_empty() {
            out.push((n, rules));
        }
    }
    Some(out)
}

/// What was done against one signer's rules.
fn forbidden(history: &History<'_>, n: usize, rules: &Rules) -> Option<Option<Check>> {
    let signature = history.signatures.get(n)?;
    let violations = history.violations(signature.revision?, rules)?;
    if violations.is_empty() {
        return Some(None);
    }
    let laid_down = match rules.level {
        None => "locked fields",
        Some(1) => "certified the document and admits no changes (DocMDP 1)",
        Some(2) => "certified the document and admits that fields are filled in and signed (DocMDP 2)",
        Some(_) => "certified the document and admits fields, signatures and annotations (DocMDP 3)",
    };
    let who = signature.signer.as_deref().unwrap_or("unknown");
    let done = some(&violations);
    let detail = format!("signature {} by `{who}` {laid_down}, and this was done after it: {done}", n + 1);
    Some(Some(Check { code: DOCUMENT_CHANGES, outcome: Outcome::Invalid, detail }))
}

/// What is seen on the pages now that was not there when they were first signed.
fn seen(history: &History<'_>, first: usize) -> Option<Vec<Check>> {
    let is_quiet = |c: &Change| matches!(c, Change::Receipt | Change::Unshown);
    if history.changes.get(first..)?.iter().all(is_quiet) {
        return Some(Vec::new());
    }
    let last = history.open(history.changes.len()).ok()?;
    let all = since(&history.open(first).ok()?, &last);
    let (hiding, plain): (Vec<Appearance>, Vec<Appearance>) = all.into_iter().partition(|a| a.hides.is_some());
    let named = |all: &[Appearance]| some(&all.iter().map(Appearance::to_string).collect::<Vec<_>>());
    let (revision, bytes) = (first + 1, history.states.get(first)?);
    let mut checks = Vec::new();
    if !hiding.is_empty() {
        checks.push(indeterminate(format!(
            "what was signed first may be hidden behind {}: look at revision {revision}, which is the first {bytes} bytes of the file",
            named(&hiding)
        )));
    }
    if !plain.is_empty() {
        let detail = format!("seen since revision {revision}, which was signed first: {}", named(&plain));
        checks.push(Check { code: DOCUMENT_CHANGES, outcome: Outcome::Valid, detail });
    }
    Some(checks)
}

fn some(all: &[String]) -> String {
    let more = all.len().saturating_sub(NAMED_MAX);
    let shown = all.get(..NAMED_MAX).unwrap_or(all).join(", ");
    if more == 0 { shown } else { format!("{shown}, and {more} more") }
}

/// What came after the last signature; `level`: what the strictest certification admits.
fn after(later: &[Change], whole: bool, level: Option<u8>) -> Check {
    let check = |outcome, detail: String| Check { code: DOCUMENT_CHANGES, outcome, detail };
    let receipts = later.iter().filter(|c| **c == Change::Receipt).count();
    let named = later.iter().filter_map(|c| if let Change::Overwritten(w) = c { Some(w.clone()) } else { None });
    let named: Vec<Named> = named.flatten().collect();
    if !named.is_empty() {
        let list = texts(&named).join(", ");
        return if level.is_some_and(|level| named.iter().all(|n| admits(level, n.kind))) {
            let admitted = format!("changed after the last signature, as the certification admits: {list}");
            check(Outcome::Indeterminate, admitted)
        } else {
            check(Outcome::Invalid, format!("changed after the last signature: {list}"))
        };
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

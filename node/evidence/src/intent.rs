//! Evidence of will in a package: what a provider found about the signer, signed by it, and the step of the matter that
//! carried its digest. Whether a provider is to be believed, and what a result is worth, is for the reader to say.

use crate::code;
use crate::verify::{Case, check};
use proto::{Body, Canonical, Check, Event, IntentResult, Outcome};

/// `INTENT_STEP` and `INTENT_SIGNATURE`, where there are results: of several, the worst.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let intents = &case.dossier.intents;
    if intents.is_empty() {
        return Vec::new();
    }
    let placed = intents.iter().map(|r| fault(case, r)).find_map(|why| why);
    let detail = placed.map_or_else(
        || format!("steps of the matter carry {} results of providers: {}", intents.len(), said(intents)),
        str::to_owned,
    );
    let signed = intents.iter().map(|r| signature(case, r)).max_by_key(|c| c.outcome);
    [check(code::INTENT_STEP, placed.is_none(), detail)].into_iter().chain(signed).collect()
}

/// The step of the package's matter that carries a result.
pub(crate) fn step<'a>(events: impl IntoIterator<Item = &'a Event>, result: &IntentResult) -> Option<&'a Event> {
    let (step, digest) = (result.finding.method.step(), result.digest());
    let carries = |e: &&Event| matches!(&e.transaction.draft.body, Body::Record { kind, content, .. } if *kind == step && *content == digest);
    events.into_iter().find(carries)
}

fn fault(case: &Case<'_>, result: &IntentResult) -> Option<&'static str> {
    let (finding, event) = (&result.finding, &case.dossier.event);
    if finding.chain != case.chain {
        return Some("a result was made for another ledger");
    }
    if step(case.dossier.matter.iter().flat_map(|m| &m.events), result).is_none() {
        return Some("no step of the matter carries a result's digest");
    }
    match &event.transaction.draft.body {
        Body::Sign { signer, .. } if *signer != finding.signer => Some("a result is about another signer"),
        Body::Sign { document, .. } if *document != finding.document => Some("a result is about another document"),
        _ => None,
    }
}

fn said(intents: &[IntentResult]) -> String {
    let one = |r: &IntentResult| {
        let passed = if r.finding.passed { "passed" } else { "not passed" };
        format!("{} {passed} (`{}`)", r.finding.method.as_str(), r.provider)
    };
    // A detail is a line; the facts have them all.
    let shown: Vec<String> = intents.iter().take(2).map(one).collect();
    shown.join(", ") + if intents.len() > 2 { ", …" } else { "" }
}

fn signature(case: &Case<'_>, result: &IntentResult) -> Check {
    let (code, id) = (code::INTENT_SIGNATURE, result.key.short());
    match case.key(&result.provider, &result.key) {
        Some(key) => {
            let holds = key.verify(&result.signing_bytes(), &result.signature);
            let what = if holds { "signed by" } else { "not signed by" };
            check(code, holds, format!("{what} `{}` with key {id}", result.provider))
        }
        None => {
            let detail = format!("key {id} of `{}` is neither in the genesis nor in data/state.bin", result.provider);
            Check { code, outcome: Outcome::Indeterminate, detail }
        }
    }
}

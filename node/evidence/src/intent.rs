//! Evidence of will in a package: what a provider found about the signer, signed by it, and the step of the matter that
//! carried its digest. Whether a provider is to be believed, and what a result is worth, is for the reader to say.

use crate::code;
use crate::state_file::KeyStanding;
use crate::verify::{Case, check};
use proto::{Body, Canonical, Check, Event, Height, IntentResult, Outcome, PublicKey};

/// `INTENT_STEP` and `INTENT_SIGNATURE`, where there are results: of several, the worst.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let intents = &case.dossier.intents;
    if intents.is_empty() {
        return Vec::new();
    }
    let signed = intents.iter().map(|r| signed(case, r)).max_by_key(|c| c.outcome);
    [placed(case)].into_iter().chain(signed).collect()
}

/// Of several results the worst: a genuine one that came late is not shown to speak of the will at the signing.
fn placed(case: &Case<'_>) -> Check {
    let (code, intents) = (code::INTENT_STEP, &case.dossier.intents);
    if let Some(why) = intents.iter().find_map(|r| fault(case, r)) {
        return check(code, false, why);
    }
    let (count, said) = (intents.len(), said(case));
    if intents.iter().any(|r| is_late(case, r)) {
        let detail = format!("of {count} results of providers some do not show the will at the signing: {said}");
        return Check { code, outcome: Outcome::Indeterminate, detail };
    }
    check(code, true, format!("steps of the matter carry {count} results of providers: {said}"))
}

/// The step of the package's matter that carries a result.
pub fn step<'a>(events: impl IntoIterator<Item = &'a Event>, result: &IntentResult) -> Option<&'a Event> {
    let (step, digest) = (result.finding.method.step(), result.digest());
    let carries = |e: &&Event| matches!(&e.transaction.draft.body, Body::Record { kind, content, .. } if *kind == step && *content == digest);
    events.into_iter().find(carries)
}

/// A provider's clock may be ahead of the ledger's by so much.
const CLOCKS_DIFFER_MS: u64 = 60_000;

fn carrier<'a>(case: &Case<'a>, result: &IntentResult) -> Option<&'a Event> {
    step(case.dossier.matter.iter().flat_map(|m| &m.events), result)
}

fn fault(case: &Case<'_>, result: &IntentResult) -> Option<&'static str> {
    let (finding, event) = (&result.finding, &case.dossier.event);
    if finding.chain != case.chain {
        return Some("a result was made for another ledger");
    }
    match carrier(case, result) {
        None => return Some("no step of the matter carries a result's digest"),
        Some(step) if finding.time.0 > step.time.0.saturating_add(CLOCKS_DIFFER_MS) => {
            return Some("a result claims a later time than the step that carries it");
        }
        Some(_) => {}
    }
    match &event.transaction.draft.body {
        Body::Sign { signer, .. } if *signer != finding.signer => Some("a result is about another signer"),
        Body::Sign { document, .. } if *document != finding.document => Some("a result is about another document"),
        _ => None,
    }
}

/// A result that came into the matter after the signing is genuine, and says nothing about the will at the signing.
fn is_late(case: &Case<'_>, result: &IntentResult) -> bool {
    let (event, matter) = (&case.dossier.event, case.dossier.matter.iter().flat_map(|m| &m.events));
    step(matter, result).is_some_and(|step| IntentResult::is_late(step, event))
}

fn said(case: &Case<'_>) -> String {
    let intents = &case.dossier.intents;
    let one = |r: &IntentResult| {
        let passed = if r.finding.passed { "passed" } else { "not passed" };
        let late = if is_late(case, r) { ", recorded only after the signing" } else { "" };
        format!("{} {passed}{late} (`{}`)", r.finding.method.as_str(), r.provider)
    };
    // A detail is a line; the facts have them all.
    let shown: Vec<String> = intents.iter().take(2).map(one).collect();
    shown.join(", ") + if intents.len() > 2 { ", …" } else { "" }
}

fn signed(case: &Case<'_>, result: &IntentResult) -> Check {
    let (key, standing) = (case.key(&result.provider, &result.key), case.standing(&result.provider, &result.key));
    let recorded = carrier(case, result).map(|e| e.height);
    signature(result, &KnownKey { key: key.as_ref(), standing: standing.as_ref(), recorded })
}

/// What is known of the key that a result names, and where the result was recorded.
#[derive(Clone, Copy, Debug)]
pub struct KnownKey<'a> {
    /// The key, from genesis or the ledger's state.
    pub key: Option<&'a PublicKey>,
    /// How it stands in the ledger's state, if that is shown.
    pub standing: Option<&'a KeyStanding>,
    /// Height of the event that carries the result, if there is one.
    pub recorded: Option<Height>,
}

/// `INTENT_SIGNATURE` of one result. No validator checks a provider's signature, so a key that was taken from it goes on
/// signing: it counts as long as the ledger's state is shown to have held it when the result was recorded.
pub fn signature(result: &IntentResult, known: &KnownKey<'_>) -> Check {
    let (code, id, org) = (code::INTENT_SIGNATURE, result.key.short(), &result.provider);
    let unclear = |detail| Check { code, outcome: Outcome::Indeterminate, detail };
    let Some(key) = known.key else {
        return unclear(format!("key {id} of `{org}` is neither in the genesis nor in data/state.bin"));
    };
    if key.id() != result.key || !key.verify(&result.signing_bytes(), &result.signature) {
        return check(code, false, format!("not signed by `{org}` with key {id}"));
    }
    let signed = format!("signed by `{org}` with key {id}");
    match known.standing {
        None => unclear(format!("{signed} of genesis, which is not shown to be in force still")),
        Some(KeyStanding::InForce(_)) => check(code, true, format!("{signed}, in force at the checkpoint")),
        Some(KeyStanding::Retired(_, until)) => {
            let before = known.recorded.is_some_and(|height| height < *until);
            let when = if before { "recorded before that" } else { "not recorded before that" };
            check(code, before, format!("{signed}, retired at height {until}; {when}"))
        }
    }
}

//! Who asked for the event, and what the validators' appraisal says by the rules of the ledger.

use crate::code;
use crate::verify::{Case, check};
use proto::{Body, Check, Digest, Outcome, PublicKey};

/// `STATE_ENTRIES`, `TRANSACTION_SIGNATURE` and `APPRAISAL`.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    vec![entries(case), signature(case), appraisal(case)]
}

fn entries(case: &Case<'_>) -> Check {
    let n = case.dossier.state.entries.len();
    match case.state_fault {
        None => check(code::STATE_ENTRIES, true, format!("{n} organisations and keys stand in the ledger's state")),
        Some(i) => check(code::STATE_ENTRIES, false, format!("entry {i} of {n} does not stand in the ledger's state")),
    }
}

/// The key that the transaction names, if the ledger is shown to know it.
fn key(case: &Case<'_>) -> Option<PublicKey> {
    let draft = &case.dossier.event.transaction.draft;
    // Nodes speak for themselves in acts of governance and reports of faults, with their voting keys.
    let spoken = matches!(draft.body, Body::Govern(_) | Body::Fault(_));
    let voter = || case.set()?.iter().find(|v| spoken && v.org == draft.org && v.key.id() == draft.key);
    case.key(&draft.org, &draft.key).or_else(|| voter().map(|v| v.key.clone()))
}

fn signature(case: &Case<'_>) -> Check {
    let (code, transaction) = (code::TRANSACTION_SIGNATURE, &case.dossier.event.transaction);
    let (org, id) = (&transaction.draft.org, transaction.draft.key.short());
    if transaction.draft.chain != case.chain {
        return check(code, false, "the transaction was signed for another ledger");
    }
    match key(case) {
        Some(key) => {
            let holds = transaction.clone().verify(&key).is_some();
            let what = if holds { "signed by" } else { "not signed by" };
            check(code, holds, format!("{what} `{org}` with key {id}"))
        }
        None => Check {
            code,
            outcome: Outcome::Indeterminate,
            detail: format!("key {id} of `{org}` is neither in the genesis nor in data/state.bin"),
        },
    }
}

fn appraisal(case: &Case<'_>) -> Check {
    let (code, event) = (code::APPRAISAL, &case.dossier.event);
    let needed = !event.transaction.draft.body.packets().is_empty();
    let Some(a) = &event.appraisal else {
        let detail = if needed { "packets without an appraisal" } else { "no handwriting is involved" };
        return check(code, !needed, detail);
    };
    let thresholds = case.dossier.genesis.params.thresholds;
    let follows = needed && a.band == thresholds.band_of(a.llr, &a.template) && a.model == case.header().model;
    let number = a.llr.map_or("not compared".to_owned(), |v| format!("log10 LR {v}/1000"));
    let compared = if a.template == Digest::ZERO { ", no references" } else { "" };
    let (band, grade, model) = (a.band.as_str(), a.grade, a.model.short());
    check(code, follows, format!("{number}{compared}, band {band}, grade {grade}, model {model}"))
}

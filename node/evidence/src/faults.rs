//! Proofs that validators of this ledger contradicted themselves. That they hold says nothing against the event; a court
//! may want to know who they are.

use crate::checkpoint::included;
use crate::code;
use crate::verify::{Case, check};
use proto::merkle::LogHash;
use proto::{Body, Canonical, Check, FaultProof, Outcome, Receipt};

/// `FAULT_PROOFS`, where there are any.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let faults = &case.dossier.faults;
    if faults.is_empty() {
        return Vec::new();
    }
    if case.trail_fault.is_some() {
        let detail = "which validators signed in which epoch is not known".to_owned();
        return vec![Check { code: code::FAULT_PROOFS, outcome: Outcome::Indeterminate, detail }];
    }
    let wrong = faults.iter().position(|r| !holds(case, r));
    vec![match wrong {
        None => check(code::FAULT_PROOFS, true, format!("{} proven, of {}", faults.len(), culprits(case))),
        Some(i) => check(code::FAULT_PROOFS, false, format!("the proof of fault {i} does not hold")),
    }]
}

fn holds(case: &Case<'_>, receipt: &Receipt) -> bool {
    let ours = receipt.checkpoint.to_bytes() == case.dossier.receipt.checkpoint.to_bytes();
    let in_logs = LogHash::ALL.into_iter().all(|hash| included(receipt, hash));
    let proven = proof(receipt)
        .is_some_and(|p| case.validators(p.epoch()).is_some_and(|set| p.clone().verify(&case.chain, set).is_some()));
    ours && in_logs && proven
}

fn proof(receipt: &Receipt) -> Option<&FaultProof> {
    match &receipt.event.transaction.draft.body {
        Body::Fault(proof) => Some(proof),
        _ => None,
    }
}

fn culprits(case: &Case<'_>) -> String {
    let name = |p: &FaultProof| Some(case.validators(p.epoch())?.get(p.culprit())?.org.to_string());
    let names: Vec<String> = case.dossier.faults.iter().filter_map(proof).filter_map(name).collect();
    names.join(", ")
}

//! The event within its matter: is this everything, and how early can a signing have been made?

use crate::code;
use crate::verify::{Case, check};
use proto::{Body, Canonical, Check, Header, MatterFile, Nonce};

/// `STATE`, `COMPLETENESS` and `NONCE`, as far as they concern the event.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let mut list = Vec::new();
    if let Some(matter) = &case.dossier.matter {
        list.extend(of_matter(case, matter));
    }
    if let (Body::Sign { nonce, .. }, Some(header)) = (&case.dossier.event.transaction.draft.body, &case.dossier.nonce)
    {
        list.push(of_nonce(case, nonce, header));
    }
    list
}

fn of_matter(case: &Case<'_>, matter: &MatterFile) -> [Check; 2] {
    let body = &case.dossier.event.transaction.draft.body;
    let ours = body.matter() == Some(&matter.proof.matter)
        && matter.proof.checkpoint.to_bytes() == case.dossier.receipt.checkpoint.to_bytes();
    let state = case.of_matter(code::STATE).unwrap_or_else(|| check(code::STATE, false, "the matter was not checked"));
    let state = if ours { state } else { check(code::STATE, false, "of another matter or another checkpoint") };
    let complete = case.of_matter(code::COMPLETENESS);
    let complete = complete.filter(|_| matter.proof.leaf.is_some());
    [state, complete.unwrap_or_else(|| check(code::COMPLETENESS, false, "the ledger holds nothing about this matter"))]
}

fn of_nonce(case: &Case<'_>, nonce: &Nonce, header: &Header) -> Check {
    let event = &case.dossier.event;
    let named = header.digest() == nonce.block && header.height == nonce.height && header.chain == case.chain;
    let age = event.time.0.checked_sub(header.time.0);
    let fresh = age.is_some_and(|age| age <= case.dossier.genesis.params.nonce_age_max_ms);
    let holds = named && fresh && header.height < event.height;
    let detail = match age {
        Some(age) if holds => format!(
            "the transaction was signed after block {}, which was made {age} ms before the commit",
            header.height
        ),
        _ => format!("block {} is not the earlier block that the signing names", header.height),
    };
    check(code::NONCE, holds, detail)
}

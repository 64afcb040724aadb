//! How old the references were when a signing was compared with them: by the ledger's times of the enrolment and of the
//! signing. When the references were written is not said.

use crate::checkpoint::included;
use crate::code;
use crate::verify::{Case, check};
use proto::appraisal::template_digest;
use proto::merkle::LogHash;
use proto::{Body, Canonical, Check, Event, Outcome, Receipt};

/// One day in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// `REFERENCES_AGE`, where a signing was compared and its enrolment is at hand or asked for.
pub(crate) fn checks(case: &Case<'_>) -> Option<Check> {
    let (dossier, policy) = (case.dossier, case.policy.and_then(|p| p.references));
    if !is_compared(&dossier.event) || (dossier.enrolment.is_none() && policy.is_none()) {
        return None;
    }
    let Some(enrolment) = &dossier.enrolment else {
        let detail = "the enrolment of the references is not in the package".to_owned();
        return Some(Check { code: code::REFERENCES_AGE, outcome: Outcome::Indeterminate, detail });
    };
    if !is_theirs(case, enrolment) {
        let detail = "the enclosed enrolment is not that of the references that the signing was compared with";
        return Some(check(code::REFERENCES_AGE, false, detail));
    }
    let age = dossier.event.time.0.saturating_sub(enrolment.event.time.0);
    let enrolled =
        format!("event {} enrolled the references {} days before the signing", enrolment.event.seq, age / DAY_MS);
    Some(match policy.map(|p| p.max_age_days) {
        None => check(code::REFERENCES_AGE, true, enrolled),
        Some(days) => {
            let holds = age <= u64::from(days) * DAY_MS;
            check(code::REFERENCES_AGE, holds, format!("{enrolled}; the policy allows {days}"))
        }
    })
}

/// Whether an event is a signing that was compared with references: only beside such a one an enrolment may lie.
pub fn is_compared(event: &Event) -> bool {
    let compared = event.appraisal.as_ref().is_some_and(|a| a.template != proto::Digest::ZERO);
    compared && matches!(event.transaction.draft.body, Body::Sign { .. })
}

/// Whether a signing was compared with what an event enrolled.
pub fn enrols(enrolment: &Event, signing: &Event) -> bool {
    let (enrolled, signed) = (&enrolment.transaction.draft.body, &signing.transaction.draft);
    let Body::Enroll { signer, references } = enrolled else { return false };
    let template = template_digest(&signed.chain, references);
    is_compared(signing)
        && signed.body.signer() == Some(signer)
        && signing.appraisal.as_ref().is_some_and(|a| a.template == template)
}

/// Whether it is on the ledger, before the signing, and made the references.
fn is_theirs(case: &Case<'_>, enrolment: &Receipt) -> bool {
    let (event, ours) = (&case.dossier.event, &case.dossier.receipt.checkpoint);
    let placed = enrolment.checkpoint.to_bytes() == ours.to_bytes()
        && LogHash::ALL.into_iter().all(|hash| included(enrolment, hash));
    let before = enrolment.event.seq < event.seq && enrolment.event.time <= event.time;
    placed && before && enrols(&enrolment.event, event)
}

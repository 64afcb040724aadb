//! Time-stamps (RFC 3161) over headers that contain the event: the event is at least that old, on somebody else's word.

use crate::code;
use crate::verify::{Case, check};
use proto::merkle::LogHash;
use proto::{Canonical, Check, Outcome, Receipt};

/// A token with what ties it to the event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// The event under the header that was stamped.
    pub receipt: Receipt,
    /// The authority's answer, DER.
    pub token: Vec<u8>,
    /// Its certificates of that day, PEM.
    pub chain: Vec<u8>,
}

/// `TSA_TOKEN` and `TSA_CHAIN_AT_GENTIME`, where there are stamps.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let stamps = &case.dossier.stamps;
    if stamps.is_empty() {
        return Vec::new();
    }
    if case.trail_fault.is_some() {
        let unknown =
            |code| Check { code, outcome: Outcome::Indeterminate, detail: "who signed is not known".to_owned() };
        return vec![unknown(code::TSA_TOKEN), unknown(code::TSA_CHAIN_AT_GENTIME)];
    }
    let foreign = stamps.iter().position(|s| !holds(case, s));
    let token = match foreign {
        Some(i) => check(code::TSA_TOKEN, false, format!("stamp {i} is not over a header that contains the event")),
        None => Check { code: code::TSA_TOKEN, outcome: Outcome::Indeterminate, detail: "not read".to_owned() },
    };
    let chain =
        Check { code: code::TSA_CHAIN_AT_GENTIME, outcome: Outcome::Indeterminate, detail: "not read".to_owned() };
    vec![token, chain]
}

/// Whether the stamped header is of this ledger, final, and contains the event.
fn holds(case: &Case<'_>, stamp: &Stamp) -> bool {
    let r = &stamp.receipt;
    let h = &r.checkpoint.header;
    let signed = case.validators(h.epoch).is_some_and(|set| {
        r.checkpoint.certificate.finalizes(h) && r.checkpoint.certificate.clone().verify(&case.chain, set).is_some()
    });
    let event = r.event.to_bytes() == case.dossier.event.to_bytes();
    event
        && h.chain == case.chain
        && signed
        && LogHash::ALL.into_iter().all(|hash| crate::checkpoint::included(r, hash))
}

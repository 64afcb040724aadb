//! Time-stamps (RFC 3161) over headers that contain the event: the event is at least that old, on somebody else's word.

use crate::checkpoint::included;
use crate::code;
use crate::verify::Case;
use proto::merkle::LogHash;
use proto::{Canonical, Check, Outcome, Receipt};
use timestamp::stamp;

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

/// `TSA_TOKEN` and `TSA_CHAIN_AT_GENTIME`, where there are stamps: of several, the worst.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let stamps: Vec<[Check; 2]> = case.dossier.stamps.iter().map(|s| one(case, s)).collect();
    let worst = |i: usize| stamps.iter().map(|pair| &pair[i]).max_by_key(|c| c.outcome).cloned();
    [worst(0), worst(1)].into_iter().flatten().collect()
}

fn one(case: &Case<'_>, stamp: &Stamp) -> [Check; 2] {
    let roots = case.policy.and_then(|p| p.time.as_ref()).map_or(&[][..], |t| &t.roots);
    let roots: Vec<&str> = roots.iter().map(String::as_str).collect();
    // What is no text holds no certificate; a lone zero is no PEM either, so that it is refused as unreadable.
    let chain_pem = std::str::from_utf8(&stamp.chain).unwrap_or(UNREADABLE);
    let imprint = timestamp::imprint(&stamp.receipt.checkpoint.header);
    let [token, chain] = stamp::verify(stamp::Stamp { token: &stamp.token, chain_pem }, &imprint, &roots).checks;
    let placed = |outcome, detail: &str| Check { code: code::TSA_TOKEN, outcome, detail: detail.to_owned() };
    let token = if case.trail_fault.is_some() {
        placed(Outcome::Indeterminate, "which validators signed the stamped header is not known")
    } else if holds(case, &stamp.receipt) {
        token
    } else {
        placed(Outcome::Invalid, "the stamped header is not one of this ledger that contains the event")
    };
    [token, chain]
}

/// PEM that does not end.
const UNREADABLE: &str = "-----BEGIN CERTIFICATE-----";

/// Whether the stamped header is of this ledger, final, and contains the event.
fn holds(case: &Case<'_>, r: &Receipt) -> bool {
    let (h, certificate) = (&r.checkpoint.header, &r.checkpoint.certificate);
    let signed = case
        .validators(h.epoch)
        .is_some_and(|set| certificate.finalizes(h) && certificate.clone().verify(&case.chain, set).is_some());
    let event = r.event.to_bytes() == case.dossier.event.to_bytes();
    event && h.chain == case.chain && signed && LogHash::ALL.into_iter().all(|hash| included(r, hash))
}

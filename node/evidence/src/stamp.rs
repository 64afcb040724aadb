//! Time-stamps (RFC 3161) over headers that contain the event: the event is at least that old, on somebody else's word. Whether
//! that somebody is to be believed is the policy's business.

use crate::checkpoint::included;
use crate::code;
use crate::verify::Case;
use proto::merkle::LogHash;
use proto::{Canonical, Check, Outcome, Receipt};
use timestamp::{Token, instant, stamp};

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

/// `TSA_TOKEN` and `TSA_CHAIN_AT_GENTIME`. More stamps never make a verdict worse, unless one is forged: what cannot be told of
/// a stamp counts only where the policy asks for time, and of several the best counts.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let stamps: Vec<[Check; 2]> = case.dossier.stamps.iter().map(|s| one(case, s)).collect();
    let asked = case.policy.is_some_and(|p| p.time.is_some());
    let token = best(stamps.iter().map(|[token, _]| token)).map(|(best, _)| forged(&stamps).unwrap_or(best));
    let mut token = token.filter(|c| asked || c.outcome != Outcome::Indeterminate);
    if let Some(c) = token.as_mut().filter(|c| !asked && c.outcome == Outcome::Valid) {
        c.detail.push_str("; no policy says whether that is to be believed");
    }
    // The token holds all the same: which of the two clocks is wrong is not known here.
    let too_early = case.dossier.stamps.iter().zip(&stamps).find_map(|(s, [token, _])| too_early(case, s, token));
    if let Some((c, why)) = token.as_mut().filter(|c| c.outcome == Outcome::Valid).zip(too_early) {
        c.detail.push_str(&format!("; {GENTIME_BEFORE_HEADER}: {why}"));
    }
    token.into_iter().chain(asked.then(|| chained(&stamps))).collect()
}

/// What the detail of `TSA_TOKEN` says of a token that claims to be older than the header that it is over. It is no outcome: the
/// signature holds, and two clocks contradict one another.
const GENTIME_BEFORE_HEADER: &str = "GENTIME_BEFORE_HEADER";

/// What a token that holds says of its time, if the header was not made by then, however far clocks may differ.
fn too_early(case: &Case<'_>, stamp: &Stamp, checked: &Check) -> Option<String> {
    let token = Token::from_der(&stamp.token).ok().filter(|_| checked.outcome == Outcome::Valid)?;
    let (header, skew) = (&stamp.receipt.checkpoint.header, case.dossier.genesis.params.clock_skew_max_ms);
    let early = token.info.latest().0.saturating_add(skew) < header.time.0;
    let [claimed, made] = [token.info.gen_time, header.time].map(instant::text);
    early.then(|| format!("a token claims {claimed}, and the header that it is over says that it was made at {made}"))
}

/// The first token that does not hold: that somebody put it there is worth knowing whatever the others say.
fn forged(stamps: &[[Check; 2]]) -> Option<Check> {
    stamps.iter().map(|[token, _]| token).find(|c| c.outcome == Outcome::Invalid).cloned()
}

/// The best of the authorities whose tokens hold.
fn chained(stamps: &[[Check; 2]]) -> Check {
    let holds = |pair: &&[Check; 2]| pair[0].outcome == Outcome::Valid;
    match best(stamps.iter().filter(holds).map(|[_, chain]| chain)) {
        Some((mut best, others)) => {
            if others > 0 {
                best.detail = format!("{}; of {} time-stamps this is the best vouched for", best.detail, others + 1);
            }
            best
        }
        None => {
            let detail = match stamps.len() {
                0 => "the policy asks for a time-stamp, and there is none",
                _ => "there is no time-stamp that holds",
            };
            Check { code: code::TSA_CHAIN_AT_GENTIME, outcome: Outcome::Indeterminate, detail: detail.to_owned() }
        }
    }
}

/// The first of the best, and how many there are besides.
fn best<'a>(checks: impl Iterator<Item = &'a Check>) -> Option<(Check, usize)> {
    let all: Vec<&Check> = checks.collect();
    Some((all.iter().min_by_key(|c| c.outcome).copied()?.clone(), all.len() - 1))
}

/// The stamp by itself, under the roots of the policy.
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

//! What a node answers, verified before anything is signed upon it, saved, or called committed. The validators' signatures
//! count, the node's word does not.

use super::access::Access;
use super::outcome::Failure;
use crate::client::{Client, Terms, is_chain};
use crate::evidence::Evidence;
use proto::merkle::{LogHash, LogHead, verify_consistency};
use proto::{Check, Digest, Event, Header, Outcome, Receipt, Trail, Trust};

/// The checks that put an event into the ledger.
const PLACE: [&str; 5] = ["CHAIN", "VALIDATORS", "CERTIFICATE", "INCLUSION_SM3", "INCLUSION_SHA256"];

/// Whether the ledger is shown to hold the event: all of [`PLACE`] were made and hold, and the signature of whoever asked
/// for it is not wrong (an organisation that joined after genesis is not known here).
pub fn stands(checks: &[Check]) -> bool {
    let holds = |code: &&str| checks.iter().any(|c| c.code == *code && c.outcome == Outcome::Valid);
    let forged =
        |c: &Check| c.outcome == Outcome::Invalid && (PLACE.contains(&c.code) || c.code == "TRANSACTION_SIGNATURE");
    PLACE.iter().all(holds) && !checks.iter().any(forged)
}

/// What receipts of one node are verified with.
pub struct Verifier {
    trust: Trust,
    trail: Trail,
}

impl Verifier {
    /// With the genesis at hand and the node's trail, which needs no trust in the node.
    pub async fn new(access: &Access, client: &Client) -> Result<Self, Failure> {
        Ok(Self { trust: access.genesis()?.trust(), trail: client.trail().await? })
    }
    /// Every check of a receipt.
    pub fn checks(&self, receipt: &Receipt) -> Vec<Check> {
        self.checks_of(&Evidence::Receipt(Box::new(receipt.clone())))
    }
    /// Every check of other evidence.
    pub fn checks_of(&self, evidence: &Evidence) -> Vec<Check> {
        evidence.verify_along(&self.trust, &self.trail)
    }
    /// What it verifies with.
    pub fn basis(&self) -> (&Trust, &Trail) {
        (&self.trust, &self.trail)
    }
    /// Refuses a receipt that does not show that the ledger holds its event.
    pub fn demand(&self, receipt: &Receipt) -> Result<(), Failure> {
        let checks = self.checks(receipt);
        if stands(&checks) { Ok(()) } else { Err(Failure::Unproven(checks)) }
    }
}

/// Whether the ledger of `old` is a prefix of that of `new`, by a proof in each log.
pub fn prefix(old: &Header, new: &Header, proofs: &[Vec<Digest>; 2]) -> Vec<Check> {
    let head = |header: &Header, hash| match hash {
        LogHash::Sm3 => LogHead { size: header.ledger_size, root: header.sm3_root },
        LogHash::Sha256 => LogHead { size: header.ledger_size, root: header.sha256_root },
    };
    let check = |(hash, proof): (LogHash, &Vec<Digest>)| {
        let holds = verify_consistency(hash, head(old, hash), head(new, hash), proof);
        let outcome = if holds { Outcome::Valid } else { Outcome::Invalid };
        let detail = format!("the ledger of {} events is a prefix of the one of {}", old.ledger_size, new.ledger_size);
        Check { code: "CONSISTENCY", outcome, detail }
    };
    LogHash::ALL.into_iter().zip(proofs).map(check).collect()
}

/// An event of `events/…` or `transactions/…` that the ledger is shown to hold.
pub async fn event(access: &Access, client: &Client, name: &str) -> Result<Event, Failure> {
    let receipt = client.receipt(name).await?;
    Verifier::new(access, client).await?.demand(&receipt)?;
    Ok(receipt.event)
}

/// What a node says of its ledger. With a genesis at hand it must be that ledger: what is signed for another one counts
/// there.
pub async fn terms(access: &Access, client: &Client) -> Result<Terms, Failure> {
    let terms = client.terms().await?;
    if let Some(genesis) = access.genesis_at_hand()? {
        is_chain(genesis.chain_id(), terms.chain)?;
    }
    Ok(terms)
}

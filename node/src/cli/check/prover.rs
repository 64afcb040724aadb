//! Whether an event that a node names for a document is on the ledger and names it: by its receipt, verified here.

use super::receipts::Basis;
use crate::cli::access::Access;
use crate::cli::outcome::Failure;
use crate::cli::proven::{Verifier, stands};
use crate::client::Client;
use proto::{Check, Digest, Outcome};

/// A node, and what its receipts are verified with.
pub struct Prover {
    client: Client,
    /// `None` without a genesis: then nothing can be verified.
    verifier: Option<Verifier>,
}

impl Prover {
    /// Of one node, with the genesis at hand.
    pub async fn new(access: &Access, client: Client) -> Result<Self, Failure> {
        let verifier = match access.genesis_at_hand()? {
            Some(_) => Some(Verifier::new(access, &client).await?),
            None => None,
        };
        Ok(Self { client, verifier })
    }
    /// What the receipts of documents are verified with.
    pub fn basis(&self) -> Basis<'_> {
        self.verifier.as_ref().map(Verifier::basis)
    }
    /// Why the event is not shown to name the document.
    pub async fn prove(&self, document: &Digest, seq: u64) -> Result<(), String> {
        let verifier = self.verifier.as_ref().ok_or("give --genesis FILE")?;
        let receipt = self.client.receipt(&format!("events/{seq}")).await.map_err(|e| e.to_string())?;
        let checks = verifier.checks(&receipt);
        if !stands(&checks) {
            let bad = |c: &&Check| c.outcome != Outcome::Valid;
            return Err(checks.iter().find(bad).map_or(String::new(), |c| format!("{} {}", c.code, c.detail)));
        }
        let names = receipt.event.transaction.draft.body.document() == Some(document);
        if names { Ok(()) } else { Err("it names another document".to_owned()) }
    }
}

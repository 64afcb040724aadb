//! Submissions on the disk: committed, or of blocks that this node voted for and that are not final yet.
//!
//! Read only; the event loop writes the rows with its votes and commits (`packet_rows`).

use crate::store::Store;
use crate::submission::Submission;
use crate::vault::Vault;
use ledger::{Read, ReadFault};
use proto::{Transaction, TxId};
use std::sync::Arc;

/// Reads them.
#[derive(Clone)]
pub struct Stored {
    /// Transactions.
    pub store: Arc<Store>,
    /// Their packets.
    pub vault: Arc<Vault>,
}

impl Stored {
    /// The submission of this transaction, if it and all of its packets are here. The error is for the log.
    pub fn find(&self, tx: &TxId) -> Result<Option<Submission>, String> {
        let disk = self.store.snapshot();
        let text = |e: ReadFault| e.to_string();
        let found = match ledger::seq_of(&disk, tx).map_err(text)? {
            Some(seq) => ledger::event(&disk, seq).map_err(text)?.map(|event| event.transaction),
            None => replica::voted_transaction(&disk, tx).map_err(text)?,
        };
        found.map_or(Ok(None), |transaction| self.with_packets(&disk, transaction))
    }

    /// Those of blocks that this node voted for before it was last started and that are not final. One whose packets cannot
    /// be read is left out and told: the vote stands, and its block can be had from the others.
    pub fn voted(&self) -> Result<Vec<Submission>, ReadFault> {
        let disk = self.store.snapshot();
        let mut found = Vec::new();
        for transaction in replica::voted_transactions(&disk)? {
            let tx = transaction.id();
            match self.with_packets(&disk, transaction) {
                Ok(submission) => found.extend(submission),
                Err(problem) => tracing::warn!(tx = %tx.short(), problem, "a stored transaction cannot be read"),
            }
        }
        Ok(found)
    }

    fn with_packets(&self, disk: &dyn Read, transaction: Transaction) -> Result<Option<Submission>, String> {
        let mut packets = Vec::new();
        for commitment in transaction.draft.body.packets() {
            match self.vault.open(disk, commitment).map_err(|e| e.to_string())? {
                Some(packet) => packets.push(packet),
                None => return Ok(None),
            }
        }
        Ok(Some(Submission { transaction, packets }))
    }
}

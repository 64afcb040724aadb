//! A disk in memory: what was written before a crash is there after it, and nothing else.

use ledger::{Batch, Read, ReadFault};
use proto::{Transaction, TxId, Verified};
use std::collections::BTreeMap;

/// Rows, and the submissions whose packets were made durable.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Stands for the encrypted packets with their transactions.
    pub submissions: BTreeMap<TxId, Verified<Transaction>>,
}

impl Disk {
    /// One atomic, synced write.
    pub fn write(&mut self, batch: Batch) {
        for (key, value) in batch.writes {
            match value {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
    }
}

impl Read for Disk {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadFault> {
        Ok(self.rows.get(key).cloned())
    }
}

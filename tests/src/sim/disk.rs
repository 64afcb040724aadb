//! A disk in memory that promises what the node's store promises, and no more.
//!
//! A write is one batch, whole or not at all. It survives the death of the process at once, but the loss of power only
//! after the next `sync`: until then any prefix of the batches written since may be what is left, as it is with the
//! write-ahead log of the real store, whose torn last record is cut off. Damage to what was synced is not modelled here.

use ledger::{Batch, Meta, Read, ReadFault, Table, meta};
use proto::{Transaction, TxId, Verified};
use std::collections::BTreeMap;

/// Rows, the submissions whose packets are durable, and what the loss of power could still undo.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Stands for the encrypted packets with their transactions.
    pub submissions: BTreeMap<TxId, Verified<Transaction>>,
    tail: Vec<Undo>,
}

/// How to take one write back.
#[derive(Clone, Debug, Default)]
struct Undo {
    rows: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    submissions: Vec<TxId>,
}

impl Disk {
    /// One atomic write: rows, and the packets that belong to them.
    pub fn write(&mut self, batch: Batch, packets: Vec<Verified<Transaction>>) {
        if batch.is_empty() && packets.is_empty() {
            return;
        }
        let mut undo = Undo::default();
        for (key, value) in batch.writes {
            let before = match value {
                Some(value) => self.rows.insert(key.clone(), value),
                None => self.rows.remove(&key),
            };
            undo.rows.insert(key, before);
        }
        for transaction in packets {
            let id = transaction.id();
            if self.submissions.insert(id, transaction).is_none() {
                undo.submissions.push(id);
            }
        }
        self.tail.push(undo);
    }
    /// Waits until everything written is durable.
    pub fn sync(&mut self) {
        self.tail.clear();
    }
    /// How many writes the loss of power could undo.
    pub fn unsynced(&self) -> usize {
        self.tail.len()
    }
    /// The power goes: of the unsynced writes the first `kept` survive.
    pub fn lose_power(&mut self, kept: usize) {
        for undo in self.tail.split_off(kept.min(self.tail.len())).into_iter().rev() {
            self.restore(undo);
        }
        self.tail.clear();
    }
    /// The power goes while a write that is *not* atomic is under way: some of its rows are there and some are not.
    pub fn tear(&mut self, kept: usize) {
        if let Some(mut undo) = self.tail.pop() {
            undo.rows = undo.rows.into_iter().skip(kept).collect();
            self.restore(undo);
        }
        self.tail.clear();
    }
    /// Deletes every row of a table that `lost` picks: no real disk does this, mutants do.
    pub fn forget(&mut self, table: Table, lost: impl Fn(&[u8]) -> bool) {
        self.rows.retain(|key, value| key.first() != Some(&(table as u8)) || !lost(value));
    }
    /// The ledger alone, as a node that joins takes it from another: nothing that belongs to the other's own life.
    #[must_use]
    pub fn ledger(&self) -> Self {
        let own = [Table::Promise, Table::ViewCertificate, Table::PendingBlock, Table::Fault].map(|t| t as u8);
        let lives = [meta(Meta::Open), meta(Meta::Rescue)];
        let common = |key: &Vec<u8>| !own.contains(&key[0]) && !lives.contains(key);
        let rows = self.rows.iter().filter(|(key, _)| common(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
        Self { rows, ..Self::default() }
    }
    /// Whether a row is there.
    pub fn has(&self, key: &[u8]) -> bool {
        self.rows.contains_key(key)
    }
    /// All values of a table.
    pub fn values(&self, table: Table) -> impl Iterator<Item = &[u8]> {
        self.rows.iter().filter(move |(key, _)| key.first() == Some(&(table as u8))).map(|(_, value)| value.as_slice())
    }
    fn restore(&mut self, undo: Undo) {
        for (key, before) in undo.rows {
            match before {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
        for id in undo.submissions {
            self.submissions.remove(&id);
        }
    }
}

impl Read for Disk {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadFault> {
        Ok(self.rows.get(key).cloned())
    }
}

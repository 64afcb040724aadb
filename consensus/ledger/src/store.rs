//! How the pure crates see a disk: reads by key, writes as one batch, and a view of writes that are not durable yet.
//!
//! Keys are `table byte ‖ parts`. No iteration: whatever must be found again after a restart is named by a row that is
//! looked up. Opening, syncing and taking snapshots are the shell's business.

use proto::{Canonical, Malformed};
use std::collections::BTreeMap;

/// The disk cannot be read, or holds bytes that we never wrote. The shell stops the node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store cannot be read: {detail}")]
pub struct ReadFault {
    /// What was asked for and what came back.
    pub detail: String,
}

impl ReadFault {
    /// A row that is there but cannot be what we wrote.
    pub fn damaged(what: &str, why: &Malformed) -> Self {
        Self { detail: format!("{what} is damaged ({why}); restore this node's store from a peer") }
    }
    /// A row that must be there but is not.
    pub fn missing(what: &str) -> Self {
        Self { detail: format!("{what} is missing; restore this node's store from a peer") }
    }
}

/// A key-value store. For queries that read more than one row the shell passes a snapshot.
pub trait Read {
    /// The value of `key`, if it has one.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadFault>;
}

/// The first byte of every key. Numbers from 64 belong to the shell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Table {
    /// Single rows, named by one byte: see [`Meta`].
    Meta = 0,
    /// Height -> header.
    Header = 1,
    /// Height -> finalize certificate, at certified heights only.
    Certificate = 2,
    /// Seq -> event.
    Event = 3,
    /// Path -> value of a leaf of the state tree.
    StateLeaf = 4,
    /// Position -> page of the state tree.
    StateNode = 5,
    /// Hash, level, index -> complete subtree of a Merkle log.
    LogNode = 6,
    /// Matter, number within it -> seq.
    MatterIndex = 7,
    /// Transaction -> seq.
    TxIndex = 8,
    /// Signer, number among its packets -> commitment.
    SignerPacket = 9,
    /// Epoch -> how it ended: 1 and the height of the block that closed it, or 2 and the height of the rescue after it.
    EpochEnd = 10,
    /// Digest of a document, seq -> nothing: the event names that document. The shell walks it; no rule reads it.
    DocumentIndex = 11,
    /// View, kind -> a vote that we cast.
    Promise = 16,
    /// View, kind -> certificate above the finalized view.
    ViewCertificate = 17,
    /// Digest -> block that we voted for and that is not finalized.
    PendingBlock = 18,
    /// Epoch, validator -> the first proof that it contradicted itself.
    Fault = 19,
}

/// Rows of [`Table::Meta`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Meta {
    /// The last finalized [`crate::Tip`].
    Tip = 0,
    /// What `replica` must look up after a restart.
    Open = 1,
    /// The rescue that `replica` took up, as a transaction.
    Rescue = 2,
}

/// A key of `table`.
pub fn key(table: Table, parts: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + parts.len());
    key.push(table as u8);
    key.extend_from_slice(parts);
    key
}

/// The key of a single row.
pub fn meta(row: Meta) -> Vec<u8> {
    key(Table::Meta, &[row as u8])
}

/// Reads and decodes a canonical value.
pub fn load<T: Canonical>(disk: &dyn Read, key: &[u8]) -> Result<Option<T>, ReadFault> {
    let Some(bytes) = disk.get(key)? else { return Ok(None) };
    T::from_bytes(&bytes).map(Some).map_err(|why| ReadFault::damaged(T::TAG, &why))
}

/// Writes that become durable together or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Key -> new value; `None` deletes.
    pub writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl Batch {
    /// Writes a row.
    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.writes.insert(key, Some(value));
    }
    /// Removes a row.
    pub fn delete(&mut self, key: Vec<u8>) {
        self.writes.insert(key, None);
    }
    /// Adds `later`, whose rows win.
    pub fn merge(&mut self, later: Self) {
        self.writes.extend(later.writes);
    }
    /// Whether nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

/// The disk as it will be when `layers` (oldest first) have been written.
pub struct Overlay<'a> {
    base: &'a dyn Read,
    layers: Vec<&'a Batch>,
}

impl<'a> Overlay<'a> {
    /// Looks through `layers`, the last first, down to `base`.
    pub fn new(base: &'a dyn Read, layers: Vec<&'a Batch>) -> Self {
        Self { base, layers }
    }
}

impl Read for Overlay<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadFault> {
        match self.layers.iter().rev().find_map(|layer| layer.writes.get(key)) {
            Some(value) => Ok(value.clone()),
            None => self.base.get(key),
        }
    }
}

/// A store in memory: for tests, and for whoever replays a ledger without a disk.
impl Read for Batch {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadFault> {
        Ok(self.writes.get(key).cloned().flatten())
    }
}

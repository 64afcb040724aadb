//! Submissions in memory: admitted transactions with their packets, from admission until they are committed or dropped.
//!
//! Bounded in bytes and count. It answers peers that lack a transaction and gives the event loop the rows of packets
//! that must be written with a vote. What is committed is found in the store instead. Those of one signer are compared
//! with one another here, because the ledger's history does not know them yet.

use crate::submission::Submission;
use ledger::Batch;
use models::attacks::Profile;
use proto::{Appraisal, Height, Name, Transaction, TxId, Verified};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// An admitted submission.
#[derive(Clone)]
pub struct Held {
    /// As it was handed in.
    pub submission: Arc<Submission>,
    /// Its transaction, with the signature checked.
    pub transaction: Verified<Transaction>,
    /// This node's own opinion.
    pub appraisal: Option<Appraisal>,
    /// Encrypted rows of its packets.
    pub rows: Arc<Batch>,
    /// Profiles of its packets.
    pub profiles: Arc<Vec<Profile>>,
    /// Those that waited with the same writing when this one came.
    pub rivals: Vec<TxId>,
    /// When a client handed it to this node, which then spreads it; `None` if a peer did.
    pub origin: Option<Instant>,
}

impl Held {
    fn memory_bytes(&self) -> usize {
        // The encrypted rows are about as long as the packets.
        2 * self.submission.memory_bytes() + self.profiles.len() * Profile::BYTES + 512
    }
    fn signer(&self) -> Option<&Name> {
        self.submission.transaction.draft.body.signer()
    }
    /// Those of some others that hold the same writing, disguised or not.
    pub fn replays_of<'a>(&self, others: &'a [Arc<Self>]) -> Vec<&'a Self> {
        let theirs = others.iter().flat_map(|other| other.profiles.iter().map(move |profile| (other, profile)));
        let (holders, theirs): (Vec<_>, Vec<_>) = theirs.unzip();
        let places: BTreeSet<usize> = self.profiles.iter().flat_map(|own| own.replays_of(&theirs)).collect();
        let mut alike: Vec<&Self> = places.into_iter().map(|place| holders[place].as_ref()).collect();
        alike.dedup_by(|a, b| std::ptr::eq(*a, *b));
        alike
    }
}

/// Bounds.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Most submissions.
    pub count: usize,
    /// Most bytes.
    pub bytes: usize,
}

/// All that are held.
pub struct Submissions {
    room: Room,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    held: HashMap<TxId, Arc<Held>>,
    signers: HashMap<Name, BTreeSet<TxId>>,
    bytes: usize,
}

impl Submissions {
    /// None yet.
    pub fn new(room: Room) -> Self {
        Self { room, inner: Mutex::default() }
    }
    /// Whether there is room for one more of `bytes`.
    pub fn has_room(&self, bytes: usize) -> bool {
        let inner = self.lock();
        inner.held.len() < self.room.count && inner.bytes + 2 * bytes <= self.room.bytes
    }
    /// Keeps an admitted submission; false if there is no room. One that is held already is replaced, which always fits:
    /// it takes the room that it has. What comes from peers may fill twice the room: a proposal may wait for it, and full
    /// nodes must not keep one another full.
    pub fn insert(&self, tx: TxId, held: Held) -> bool {
        let mut inner = self.lock();
        let replaces = inner.take(&tx).is_some();
        let (bytes, rooms) = (held.memory_bytes(), if held.origin.is_some() { 1 } else { 2 });
        let full = inner.held.len() >= rooms * self.room.count || inner.bytes + bytes > rooms * self.room.bytes;
        if full && !replaces {
            return false;
        }
        inner.bytes += bytes;
        if let Some(signer) = held.signer() {
            inner.signers.entry(signer.clone()).or_default().insert(tx);
        }
        inner.held.insert(tx, Arc::new(held));
        true
    }
    /// Keeps a newer state of one that is held; one that has gone meanwhile stays away.
    pub fn replace(&self, tx: TxId, held: Held) {
        let mut inner = self.lock();
        if let Some(before) = inner.held.get(&tx).map(|before| before.memory_bytes()) {
            inner.bytes = inner.bytes - before + held.memory_bytes();
            inner.held.insert(tx, Arc::new(held));
        }
    }
    /// Other held submissions of the same signer. Ask after inserting it: of two that come at once the later one, or
    /// both, find the other.
    pub fn beside(&self, tx: &TxId) -> Vec<Arc<Held>> {
        let inner = self.lock();
        let signer = inner.held.get(tx).and_then(|held| held.signer());
        let all = signer.and_then(|signer| inner.signers.get(signer)).into_iter().flatten();
        all.filter(|other| *other != tx).filter_map(|other| inner.held.get(other).cloned()).collect()
    }
    /// Those of a signer.
    pub fn of(&self, signer: &Name) -> BTreeSet<TxId> {
        self.lock().signers.get(signer).cloned().unwrap_or_default()
    }
    /// The submission, if it is held.
    pub fn get(&self, tx: &TxId) -> Option<Arc<Held>> {
        self.lock().held.get(tx).cloned()
    }
    /// Forgets a submission and gives it back.
    pub fn remove(&self, tx: &TxId) -> Option<Arc<Held>> {
        self.lock().take(tx)
    }
    /// Up to `limit` of those that clients handed to this node; for a peer that connects.
    pub fn ours(&self, limit: usize) -> Vec<Arc<Held>> {
        self.lock().held.values().filter(|h| h.origin.is_some()).take(limit).cloned().collect()
    }
    /// Forgets what can no longer be committed above `height`.
    pub fn expire(&self, height: Height) {
        let mut inner = self.lock();
        let expired = |h: &Held| h.submission.transaction.draft.expiry <= height;
        let gone: Vec<TxId> = inner.held.iter().filter(|(_, h)| expired(h)).map(|(tx, _)| *tx).collect();
        for tx in gone {
            inner.take(&tx);
        }
    }
    /// How many are held, and their bytes.
    pub fn size(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.held.len(), inner.bytes)
    }
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn take(&mut self, tx: &TxId) -> Option<Arc<Held>> {
        let held = self.held.remove(tx)?;
        self.bytes -= held.memory_bytes();
        if let Some(signer) = held.signer() {
            let left = self.signers.get_mut(signer).is_some_and(|all| all.remove(tx) && !all.is_empty());
            if !left {
                self.signers.remove(signer);
            }
        }
        Some(held)
    }
}

#[cfg(test)]
mod tests;

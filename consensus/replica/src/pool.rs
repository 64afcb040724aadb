//! The pool: admitted transactions that wait for a block, in the order in which they came. Bounded in count and bytes.
//!
//! It holds no rule of the ledger: it is told what to set aside and what to give up. Nothing here is durable, because
//! nothing here was promised: a client is told "committed" only after a block is final.

use crate::boundary::Limits;
use crate::rivals::Rivals;
use proto::{Appraisal, Canonical, Digest, Height, Item, Name, Transaction, TxId};
use std::collections::{BTreeMap, BTreeSet};

/// Rough size of a pool entry beyond its transaction: appraisal, keys, indices.
const OVERHEAD_BYTES: usize = 512;
/// A transaction that is not committed by then is asked about again.
const FIRST_CHECK_BLOCKS: u64 = 3;
/// And then every so many blocks.
const NEXT_CHECK_BLOCKS: u64 = 8;

/// Greater than or equal to every id.
const LAST: TxId = Digest([0xFF; 32]);

/// Whether a transaction may go into a block now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It may.
    Ready,
    /// A block could not take it; it is asked about after the next commit.
    Aside,
    /// Its appraisal is out of date; the shell was told to appraise again.
    Stale,
}

/// A transaction that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The transaction and our own appraisal of it.
    pub item: Item,
    /// See there.
    pub standing: Standing,
    ticket: u64,
    bytes: usize,
    check_at: Height,
}

/// See the module.
#[derive(Debug)]
pub struct Pool {
    limits: Limits,
    entries: BTreeMap<TxId, Waiting>,
    order: BTreeMap<u64, TxId>,
    checks: BTreeSet<(Height, TxId)>,
    rivals: Rivals,
    bytes: usize,
    next: u64,
}

impl Pool {
    /// An empty pool.
    pub fn new(limits: Limits) -> Self {
        let (entries, order, checks, rivals) = Default::default();
        Self { limits, entries, order, checks, rivals, bytes: 0, next: 0 }
    }
    /// Whether one more fits, or is here already.
    pub fn has_room(&self, transaction: &Transaction) -> bool {
        let fits = self.entries.len() < self.limits.pool_transactions
            && self.bytes + size(transaction) <= self.limits.pool_bytes;
        fits || self.entries.contains_key(&transaction.id())
    }
    /// Takes a transaction, or a new appraisal of one that is there.
    pub fn insert(&mut self, transaction: Transaction, appraisal: Option<Appraisal>, tip: Height) {
        let id = transaction.id();
        if let Some(waiting) = self.entries.get_mut(&id) {
            waiting.item.appraisal = appraisal;
            waiting.standing = Standing::Ready;
            return;
        }
        let bytes = size(&transaction);
        let check_at = Height((tip.0 + FIRST_CHECK_BLOCKS).min(transaction.draft.expiry.0));
        self.order.insert(self.next, id);
        self.checks.insert((check_at, id));
        let item = Item { transaction, appraisal };
        self.entries.insert(id, Waiting { item, standing: Standing::Ready, ticket: self.next, bytes, check_at });
        self.next += 1;
        self.bytes += bytes;
    }
    /// Of these only one may be committed. The others may come in later, or not at all.
    pub fn rivals(&mut self, id: &TxId, others: &[TxId]) {
        if self.entries.contains_key(id) {
            others.iter().for_each(|other| self.rivals.link(*id, *other));
        }
    }
    /// Whether a rival of `id` is among those that `holds` names.
    pub fn is_rivalled(&self, id: &TxId, holds: impl Fn(&TxId) -> bool) -> bool {
        self.rivals.of(id).any(holds)
    }
    /// A transaction that waits.
    pub fn get(&self, id: &TxId) -> Option<&Waiting> {
        self.entries.get(id)
    }
    /// Removes one that was committed, and names its rivals: no opinion on them holds any more.
    pub fn committed(&mut self, id: &TxId) -> BTreeSet<TxId> {
        let rivals = self.rivals.remove(id);
        self.remove(id);
        rivals
    }
    /// Removes one.
    pub fn remove(&mut self, id: &TxId) -> Option<Item> {
        let waiting = self.entries.remove(id)?;
        self.rivals.remove(id);
        self.order.remove(&waiting.ticket);
        self.checks.remove(&(waiting.check_at, *id));
        self.bytes -= waiting.bytes;
        Some(waiting.item)
    }
    /// Those that wait with a writing of one of these signers.
    pub fn written_by(&self, signers: &BTreeSet<Name>) -> Vec<TxId> {
        let theirs = |w: &&Waiting| w.item.transaction.draft.body.signer().is_some_and(|s| signers.contains(s));
        if signers.is_empty() {
            Vec::new()
        } else {
            self.entries.values().filter(theirs).map(|w| w.item.transaction.id()).collect()
        }
    }
    /// Changes the standing of one; with [`Standing::Aside`] it is asked about at the next commit.
    pub fn set(&mut self, id: &TxId, standing: Standing) {
        let Some(waiting) = self.entries.get_mut(id) else { return };
        waiting.standing = standing;
        if standing == Standing::Aside {
            self.schedule(id, Height(0));
        }
    }
    /// Everything that waits.
    pub fn transactions(&self) -> impl Iterator<Item = &Transaction> {
        self.entries.values().map(|w| &w.item.transaction)
    }
    /// Whether anything may go into a block that is not in `taken`.
    pub fn has_ready(&self, taken: impl Fn(&TxId) -> bool) -> bool {
        self.ready(taken).next().is_some()
    }
    /// Candidates in order, up to `count` of them and `bytes` in all.
    pub fn candidates(&self, taken: impl Fn(&TxId) -> bool, count: usize, bytes: usize) -> Vec<Item> {
        let mut room = bytes;
        let fits = |w: &&Waiting| {
            let fits = w.bytes <= room;
            room = room.saturating_sub(w.bytes);
            fits
        };
        self.ready(taken).take(count).take_while(fits).map(|w| w.item.clone()).collect()
    }
    fn ready(&self, taken: impl Fn(&TxId) -> bool) -> impl Iterator<Item = &Waiting> {
        let entry = |id: &TxId| self.entries.get(id).expect("the order names only what is in the pool");
        self.order.values().filter(move |id| !taken(id)).map(entry).filter(|w| w.standing == Standing::Ready)
    }
    /// At most `max` transactions that should be asked about, now that `tip` is final; each is due again later.
    pub fn due(&mut self, tip: Height, max: usize) -> Vec<TxId> {
        let due: Vec<TxId> = self.checks.range(..=(tip, LAST)).take(max).map(|(_, id)| *id).collect();
        for id in &due {
            let expiry = self.entries.get(id).map_or(tip, |w| w.item.transaction.draft.expiry);
            let next = (tip.0 + NEXT_CHECK_BLOCKS).min(expiry.0).max(tip.0 + 1);
            self.schedule(id, Height(next));
        }
        due
    }
    fn schedule(&mut self, id: &TxId, at: Height) {
        let Some(waiting) = self.entries.get_mut(id) else { return };
        self.checks.remove(&(waiting.check_at, *id));
        self.checks.insert((at, *id));
        waiting.check_at = at;
    }
    /// Transactions that wait.
    pub fn count(&self) -> usize {
        self.entries.len()
    }
    /// Bytes that they take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

fn size(transaction: &Transaction) -> usize {
    transaction.to_bytes().len() + OVERHEAD_BYTES
}

#[cfg(test)]
mod tests;

//! Submissions on their way: which are being checked, of whom, and which ones consensus has asked for.
//!
//! A signer counts from the moment that the transaction's signature held: before that anybody could fill the places of
//! somebody else. It decides nothing; `intake` does.

use super::LAG_BLOCKS;
use crate::lru::Lru;
use proto::{Name, TxId};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Most submissions that are being checked or wait for a worker, from clients and peers together.
const CHECKING_MAX: usize = 4096;
/// Most that are rehearsed at a time: checked for their sender, and not taken.
const REHEARSALS_MAX: usize = 64;
/// How many of the transactions that blocks lacked are remembered: a few times as many as one block holds.
const WANTED_MAX: usize = 16_384;

/// See the module.
pub struct Traffic {
    checking: Mutex<HashMap<TxId, Option<Name>>>,
    wanted: Mutex<Lru<TxId, ()>>,
    /// Held ones whose opinion cannot be brought up to date now.
    renewing: Mutex<BTreeSet<TxId>>,
    is_behind: AtomicBool,
    rehearsals: Semaphore,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            checking: Mutex::default(),
            wanted: Mutex::new(Lru::new(WANTED_MAX)),
            renewing: Mutex::default(),
            is_behind: AtomicBool::new(false),
            rehearsals: Semaphore::new(REHEARSALS_MAX),
        }
    }
}

impl Traffic {
    /// Begins a check; false if it is being checked already, or too many are.
    pub fn begin(&self, tx: TxId) -> bool {
        let mut checking = self.checking();
        if checking.len() >= CHECKING_MAX || checking.contains_key(&tx) {
            return false;
        }
        checking.insert(tx, None);
        true
    }
    /// Its signature held: counts it under its signer if fewer than `room` others are that are not `held` besides. What is
    /// counted stays so.
    pub fn signed(&self, tx: &TxId, signer: &Name, (room, held): (usize, &BTreeSet<TxId>)) -> bool {
        let mut checking = self.checking();
        if checking.get(tx).is_some_and(|counted| counted.as_ref() == Some(signer)) {
            return true;
        }
        if count(&checking, signer, held) >= room {
            return false;
        }
        // A rehearsal was never begun, and is not counted.
        if let Some(unsigned) = checking.get_mut(tx) {
            *unsigned = Some(signer.clone());
        }
        true
    }
    /// Ends a check.
    pub fn end(&self, tx: &TxId) {
        self.checking().remove(tx);
    }
    /// Whether it is being checked.
    pub fn has(&self, tx: &TxId) -> bool {
        self.checking().contains_key(tx)
    }
    /// How many are being checked.
    pub fn count(&self) -> usize {
        self.checking().len()
    }
    /// How many of a signer's, beside those that are `held`: a submission is both until its check ends.
    pub fn count_beside(&self, signer: &Name, held: &BTreeSet<TxId>) -> usize {
        count(&self.checking(), signer, held)
    }
    /// Begins to wait for what a held submission lacks; false if somebody waits for it already.
    pub fn begin_renewal(&self, tx: TxId) -> bool {
        self.renewing.lock().unwrap_or_else(PoisonError::into_inner).insert(tx)
    }
    /// Ends such a wait.
    pub fn end_renewal(&self, tx: &TxId) {
        self.renewing.lock().unwrap_or_else(PoisonError::into_inner).remove(tx);
    }
    /// Whether this node is many blocks behind the others.
    pub fn is_behind(&self) -> bool {
        self.is_behind.load(Ordering::Relaxed)
    }
    /// The loop says how far it is behind, in blocks.
    pub fn lags(&self, blocks: u64) {
        self.is_behind.store(blocks > LAG_BLOCKS, Ordering::Relaxed);
    }
    /// Consensus asks for these: a block holds them.
    pub fn want(&self, list: &[TxId]) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter().for_each(|tx| wanted.put(*tx, (), 1));
    }
    /// Whether a block lacked it lately.
    pub fn is_wanted(&self, tx: &TxId) -> bool {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).get(tx).is_some()
    }
    /// A place for a rehearsal, if one is free.
    pub fn rehearse(&self) -> Option<SemaphorePermit<'_>> {
        self.rehearsals.try_acquire().ok()
    }
    fn checking(&self) -> MutexGuard<'_, HashMap<TxId, Option<Name>>> {
        self.checking.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(checking: &HashMap<TxId, Option<Name>>, signer: &Name, held: &BTreeSet<TxId>) -> usize {
    checking.iter().filter(|(tx, other)| other.as_ref() == Some(signer) && !held.contains(*tx)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::Digest;

    fn tx(n: u8) -> TxId {
        Digest([n; 32])
    }

    #[test]
    fn who_only_names_a_signer_takes_none_of_its_places() {
        let (traffic, signer, none) = (Traffic::default(), Name::new("wang", "test").unwrap(), BTreeSet::new());
        for n in 0..200 {
            assert!(traffic.begin(tx(n)));
        }
        assert_eq!(traffic.count_beside(&signer, &none), 0, "200 unsigned ones");
        for n in 0..3 {
            assert!(traffic.signed(&tx(n), &signer, (3, &none)));
        }
        assert!(!traffic.signed(&tx(3), &signer, (3, &none)), "the fourth is one too many");
        assert!(traffic.signed(&tx(0), &signer, (0, &none)), "what is counted may be checked again");
        traffic.end(&tx(0));
        assert!(traffic.signed(&tx(3), &signer, (3, &none)));
    }

    #[test]
    fn what_a_block_lacks_is_told_from_what_comes_unasked() {
        let traffic = Traffic::default();
        traffic.want(&[tx(1)]);
        assert!(traffic.is_wanted(&tx(1)) && !traffic.is_wanted(&tx(2)));
    }

    #[test]
    fn what_is_checked_and_held_at_the_same_time_counts_once() {
        let (traffic, signer) = (Traffic::default(), Name::new("wang", "test").unwrap());
        let held: BTreeSet<TxId> = (0..8).map(tx).collect();
        for n in 0..8 {
            assert!(traffic.begin(tx(n)) && traffic.signed(&tx(n), &signer, (16, &BTreeSet::new())));
        }
        assert_eq!(traffic.count_beside(&signer, &held), 0);
        for n in 8..16 {
            assert!(traffic.begin(tx(n)) && traffic.signed(&tx(n), &signer, (16 - held.len(), &held)), "the {n}th");
        }
        assert!(traffic.begin(tx(16)) && !traffic.signed(&tx(16), &signer, (16 - held.len(), &held)), "the 17th");
    }

    #[test]
    fn one_waits_for_what_a_submission_lacks() {
        let traffic = Traffic::default();
        assert!(traffic.begin_renewal(tx(1)) && !traffic.begin_renewal(tx(1)));
        traffic.end_renewal(&tx(1));
        assert!(traffic.begin_renewal(tx(1)));
        traffic.lags(LAG_BLOCKS);
        assert!(!traffic.is_behind());
        traffic.lags(LAG_BLOCKS + 1);
        assert!(traffic.is_behind());
    }
}

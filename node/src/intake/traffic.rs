//! Submissions on their way: which are being checked, of whom, and which ones consensus has asked for.
//!
//! A signer counts from the moment that the transaction's signature held: before that anybody could fill the places of
//! somebody else. It decides nothing; `intake` does.

use crate::lru::Lru;
use proto::{Name, TxId};
use std::collections::HashMap;
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
    rehearsals: Semaphore,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            checking: Mutex::default(),
            wanted: Mutex::new(Lru::new(WANTED_MAX)),
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
    /// Its signature held: counts it under its signer if fewer than `room` others are. What is counted stays so.
    pub fn signed(&self, tx: &TxId, signer: &Name, room: usize) -> bool {
        let mut checking = self.checking();
        if checking.get(tx).is_some_and(|counted| counted.as_ref() == Some(signer)) {
            return true;
        }
        if count(&checking, signer) >= room {
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
    /// How many of a signer's.
    pub fn count_of(&self, signer: &Name) -> usize {
        count(&self.checking(), signer)
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

fn count(checking: &HashMap<TxId, Option<Name>>, signer: &Name) -> usize {
    checking.values().filter(|other| other.as_ref() == Some(signer)).count()
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
        let (traffic, signer) = (Traffic::default(), Name::new("wang", "test").unwrap());
        for n in 0..200 {
            assert!(traffic.begin(tx(n)));
        }
        assert_eq!(traffic.count_of(&signer), 0, "200 unsigned ones");
        for n in 0..3 {
            assert!(traffic.signed(&tx(n), &signer, 3));
        }
        assert!(!traffic.signed(&tx(3), &signer, 3), "the fourth is one too many");
        assert!(traffic.signed(&tx(0), &signer, 0), "what is counted may be checked again");
        traffic.end(&tx(0));
        assert!(traffic.signed(&tx(3), &signer, 3));
    }

    #[test]
    fn what_a_block_lacks_is_told_from_what_comes_unasked() {
        let traffic = Traffic::default();
        traffic.want(&[tx(1)]);
        assert!(traffic.is_wanted(&tx(1)) && !traffic.is_wanted(&tx(2)));
    }
}

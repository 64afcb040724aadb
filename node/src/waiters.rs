//! Who waits for which transaction. An outcome that comes before its waiter is remembered for a while.
//!
//! It decides nothing: the event loop reports what became of a transaction, callers are told once.

use crate::refusal::Refusal;
use proto::{Seq, TxId};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Most transactions that are waited for.
const WAITED_MAX: usize = 100_000;
/// Most callers for one transaction.
const CALLERS_MAX: usize = 16;
/// How many outcomes of dropped transactions are remembered.
const DROPPED_MAX: usize = 4096;

/// What became of a transaction.
pub type Outcome = Result<Seq, Refusal>;

/// The waiting callers.
#[derive(Default)]
pub struct Waiters {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    waiting: HashMap<TxId, Vec<oneshot::Sender<Outcome>>>,
    dropped: HashMap<TxId, Refusal>,
    order: VecDeque<TxId>,
}

impl Waiters {
    /// Waits for `tx`. Look the transaction up in the store after this call, or a commit in between is missed.
    pub fn register(&self, tx: TxId) -> Result<oneshot::Receiver<Outcome>, Refusal> {
        let mut inner = self.lock();
        let (sender, receiver) = oneshot::channel();
        if let Some(refusal) = inner.dropped.get(&tx) {
            let _told = sender.send(Err(refusal.clone()));
            return Ok(receiver);
        }
        if inner.waiting.len() >= WAITED_MAX {
            inner.sweep();
        }
        if inner.waiting.len() >= WAITED_MAX {
            return Err(Refusal::full("waiting callers"));
        }
        let callers = inner.waiting.entry(tx).or_default();
        callers.retain(|c| !c.is_closed());
        if callers.len() >= CALLERS_MAX {
            return Err(Refusal::full("callers waiting for this transaction"));
        }
        callers.push(sender);
        Ok(receiver)
    }
    /// The transaction was committed.
    pub fn committed(&self, tx: &TxId, seq: Seq) {
        let callers = self.lock().waiting.remove(tx).unwrap_or_default();
        tell(callers, &Ok(seq));
    }
    /// The transaction will not be committed.
    pub fn dropped(&self, tx: &TxId, refusal: Refusal) {
        let callers = {
            let mut inner = self.lock();
            inner.remember(*tx, refusal.clone());
            inner.waiting.remove(tx).unwrap_or_default()
        };
        tell(callers, &Err(refusal));
    }
    /// The transaction was submitted again: an earlier outcome does not count.
    pub fn forget(&self, tx: &TxId) {
        self.lock().dropped.remove(tx);
    }
    /// The node is stopping: everybody who waits is told so.
    pub fn close(&self) {
        self.lock().waiting.clear();
    }
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn sweep(&mut self) {
        self.waiting.retain(|_, callers| {
            callers.retain(|c| !c.is_closed());
            !callers.is_empty()
        });
    }
    fn remember(&mut self, tx: TxId, refusal: Refusal) {
        if self.dropped.insert(tx, refusal).is_none() {
            self.order.push_back(tx);
        }
        while self.order.len() > DROPPED_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.dropped.remove(&oldest);
            }
        }
    }
}

fn tell(callers: Vec<oneshot::Sender<Outcome>>, outcome: &Outcome) {
    for caller in callers {
        // A caller that went away needs no answer.
        let _told = caller.send(outcome.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::Digest;

    #[tokio::test]
    async fn every_caller_is_told_once() {
        let waiters = Waiters::default();
        let tx = Digest([1; 32]);
        let (a, b) = (waiters.register(tx).unwrap(), waiters.register(tx).unwrap());
        waiters.committed(&tx, Seq(5));
        assert_eq!((a.await.unwrap(), b.await.unwrap()), (Ok(Seq(5)), Ok(Seq(5))));
    }

    #[tokio::test]
    async fn a_drop_is_remembered_until_submitted_again() {
        let waiters = Waiters::default();
        let tx = Digest([1; 32]);
        waiters.dropped(&tx, Refusal::full("test"));
        assert!(waiters.register(tx).unwrap().await.unwrap().is_err());
        waiters.forget(&tx);
        let pending = waiters.register(tx).unwrap();
        waiters.committed(&tx, Seq(1));
        assert_eq!(pending.await.unwrap(), Ok(Seq(1)));
    }

    #[test]
    fn callers_are_bounded() {
        let waiters = Waiters::default();
        let held: Vec<_> = (0..CALLERS_MAX).map(|_| waiters.register(Digest::ZERO).unwrap()).collect();
        assert!(waiters.register(Digest::ZERO).is_err());
        drop(held);
        assert!(waiters.register(Digest::ZERO).is_ok());
    }
}

//! Which packet rows belong into a step's batch: packets become durable together with the vote for their transaction.
//!
//! A stored packet is marked *pending* until its transaction is committed; marks that expire uncommitted are swept out
//! with their packets. A committed event whose packets are not here (we were away when it was voted on) is marked
//! *missing*, and `net::fetch` asks the peers for them.

use crate::fault::Fault;
use crate::store::{Store, Table, key};
use crate::submissions::Submissions;
use crate::vault::Vault;
use ledger::{Batch, Overlay, Read, ReadFault};
use proto::{Body, Digest, Height, Seq, TxId};
use replica::Notice;
use std::sync::Arc;

/// Most marks that one sweep looks at: it runs between two turns of consensus.
const SWEEP_MAX: usize = 1_000;

/// Adds packet rows to batches.
pub struct PacketRows {
    store: Arc<Store>,
    submissions: Arc<Submissions>,
    /// The last mark that a sweep looked at; empty: it begins anew.
    swept: Vec<u8>,
}

impl PacketRows {
    /// For this store.
    pub fn new(store: Arc<Store>, submissions: Arc<Submissions>) -> Self {
        Self { store, submissions, swept: Vec::new() }
    }
    /// The step's batch with the rows of the packets that were voted for or committed in it.
    pub fn add(&self, mut batch: Batch, voted: &[TxId], notices: &[Notice]) -> Result<Batch, Fault> {
        voted.iter().for_each(|tx| self.voted(tx, &mut batch));
        for notice in notices {
            let Notice::Committed { events, .. } = notice else { continue };
            for (tx, seq) in events {
                self.committed(tx, *seq, &mut batch).map_err(|e| self.store.fault(e))?;
            }
        }
        Ok(batch)
    }
    /// Removes packets of transactions that expired uncommitted at or below `height`. Goes on where it stopped the last
    /// time, so that marks that live long do not hide those behind them. If we crash before it is durable, it is done again.
    pub fn sweep(&mut self, height: Height) -> Result<usize, Fault> {
        let mut batch = Batch::default();
        let marks = self.store.scan_after(Table::PacketPending, &self.swept, SWEEP_MAX)?;
        let last = marks.last().filter(|_| marks.len() == SWEEP_MAX);
        self.swept = last.map_or_else(Vec::new, |(mark, _)| mark.clone());
        for (commitment, expiry) in marks {
            let expired = expiry.try_into().is_ok_and(|e| u64::from_be_bytes(e) <= height.0);
            if let (true, Ok(name)) = (expired, commitment.try_into().map(Digest)) {
                Vault::destroy(&name, &mut batch);
                batch.delete(key(Table::PacketPending, &name.0));
            }
        }
        let removed = batch.writes.len() / 4;
        self.store.write(batch)?;
        Ok(removed)
    }

    fn voted(&self, tx: &TxId, batch: &mut Batch) {
        // Not held any more: the vote repeats one that was cast before, whose rows are on the disk already.
        let Some(held) = self.submissions.get(tx) else { return };
        let draft = &held.submission.transaction.draft;
        for commitment in draft.body.packets() {
            batch.put(key(Table::PacketPending, &commitment.0), draft.expiry.0.to_be_bytes().to_vec());
        }
        batch.merge((*held.rows).clone());
    }

    fn committed(&self, tx: &TxId, seq: Seq, batch: &mut Batch) -> Result<(), ReadFault> {
        let held = self.submissions.get(tx);
        let body = match &held {
            Some(held) => Some(held.submission.transaction.draft.body.clone()),
            None => self.body(seq, batch)?,
        };
        let mut missing = false;
        let signer = body.as_ref().and_then(Body::signer).map_or_else(Vec::new, |name| name.as_str().into());
        for commitment in body.iter().flat_map(Body::packets) {
            missing |= !Vault::holds(&Overlay::new(&*self.store, vec![batch]), commitment)?;
            batch.delete(key(Table::PacketPending, &commitment.0));
        }
        match held {
            Some(held) if missing => batch.merge((*held.rows).clone()),
            // With the signer's name: what somebody waits for is fetched first.
            None if missing => batch.put(key(Table::PacketMissing, &tx.0), signer),
            _ => {}
        }
        Ok(())
    }

    fn body(&self, seq: Seq, batch: &Batch) -> Result<Option<Body>, ReadFault> {
        let event = ledger::event(&Overlay::new(&*self.store, vec![batch]) as &dyn Read, seq)?;
        Ok(event.map(|e| e.transaction.draft.body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submissions::Room;

    #[test]
    fn what_expired_uncommitted_is_destroyed_however_much_lives_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open_empty(&dir.path().join("db")).unwrap());
        let submissions = Arc::new(Submissions::new(Room { count: 1, bytes: 1 << 20 }));
        let mut rows = PacketRows::new(store.clone(), submissions);
        let mut batch = Batch::default();
        for n in 0..SWEEP_MAX as u64 + 5 {
            let name = [n.to_be_bytes().as_slice(), &[0; 24]].concat();
            let expiry: u64 = if n < SWEEP_MAX as u64 { 1_000 } else { 10 };
            batch.put(key(Table::PacketPending, &name), expiry.to_be_bytes().to_vec());
            batch.put(key(Table::Packet, &name), vec![7]);
        }
        store.write(batch).unwrap();
        let removed: Vec<usize> = [10, 10, 10, 999].map(|h| rows.sweep(Height(h)).unwrap()).into();
        assert_eq!(removed, [0, 5, 0, 0], "those behind the first thousand too");
        assert_eq!(store.scan(Table::Packet, 2_000).unwrap().len(), SWEEP_MAX);
        assert_eq!(rows.sweep(Height(1_000)).unwrap(), SWEEP_MAX);
        assert!(store.scan(Table::Packet, 1).unwrap().is_empty());
    }
}

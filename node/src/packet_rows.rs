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

/// Most marks that one sweep looks at.
const SWEEP_MAX: usize = 10_000;

/// Adds packet rows to batches.
pub struct PacketRows {
    store: Arc<Store>,
    submissions: Arc<Submissions>,
}

impl PacketRows {
    /// For this store.
    pub fn new(store: Arc<Store>, submissions: Arc<Submissions>) -> Self {
        Self { store, submissions }
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
    /// Removes packets of transactions that expired uncommitted at or below `height`.
    pub fn sweep(&self, height: Height) -> Result<usize, Fault> {
        let mut batch = Batch::default();
        for (commitment, expiry) in self.store.scan(Table::PacketPending, SWEEP_MAX)? {
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
        batch.merge(held.rows.clone());
    }

    fn committed(&self, tx: &TxId, seq: Seq, batch: &mut Batch) -> Result<(), ReadFault> {
        let held = self.submissions.get(tx);
        let body = match &held {
            Some(held) => Some(held.submission.transaction.draft.body.clone()),
            None => self.body(seq, batch)?,
        };
        let mut missing = false;
        for commitment in body.iter().flat_map(Body::packets) {
            missing |= !Vault::holds(&Overlay::new(&*self.store, vec![batch]), commitment)?;
            batch.delete(key(Table::PacketPending, &commitment.0));
        }
        match held {
            Some(held) if missing => batch.merge(held.rows.clone()),
            None if missing => batch.put(key(Table::PacketMissing, &tx.0), Vec::new()),
            _ => {}
        }
        Ok(())
    }

    fn body(&self, seq: Seq, batch: &Batch) -> Result<Option<Body>, ReadFault> {
        let event = ledger::event(&Overlay::new(&*self.store, vec![batch]) as &dyn Read, seq)?;
        Ok(event.map(|e| e.transaction.draft.body))
    }
}

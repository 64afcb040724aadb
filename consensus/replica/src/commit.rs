//! Committing: what is final is written, all of it in one batch, and then it is told.
//!
//! When the last of the blocks closes its epoch, the next one begins with the same write.
//!
//! If we crash before the batch is durable, the engine finds the certificate again and we come here once more; if after
//! it, the tip says that it is done. There is no state in between.

use crate::boundary::Notice;
use crate::replica::{Replica, Step, head};
use ledger::query::certificate_key;
use ledger::{Executed, Meta, ReadFault, meta};
use proto::{Canonical, Certificate, TxId, Verified};

impl Replica {
    /// A quorum finalized a block, and with it its ancestors.
    pub(crate) fn on_finalized(
        &mut self,
        step: &mut Step<'_>,
        certificate: Verified<Certificate>,
    ) -> Result<(), ReadFault> {
        if certificate.height <= self.tip.header.height {
            return Ok(());
        }
        match self.speculation.finalize(&self.tip, &certificate.block) {
            Some(blocks) => self.commit(step, blocks, &certificate),
            None => {
                self.lack(step.now, &certificate);
                self.awaited = Some(certificate);
                Ok(())
            }
        }
    }

    /// A block was executed: perhaps the one, or the last ancestor of the one, that is final already.
    pub(crate) fn commit_awaited(&mut self, step: &mut Step<'_>) -> Result<(), ReadFault> {
        match self.awaited.take() {
            Some(certificate) => self.on_finalized(step, certificate),
            None => Ok(()),
        }
    }

    /// Writes blocks that follow the tip, the last of which is certified.
    pub(crate) fn commit(
        &mut self,
        step: &mut Step<'_>,
        blocks: Vec<Executed>,
        certificate: &Certificate,
    ) -> Result<(), ReadFault> {
        for executed in blocks {
            let packets = executed.events.iter().filter(|e| !e.transaction.draft.body.packets().is_empty());
            step.out.packets.extend(packets.map(|e| e.transaction.id()));
            let events: Vec<(TxId, _)> = executed.events.iter().map(|e| (e.transaction.id(), e.seq)).collect();
            step.out.persist.merge(executed.changes);
            step.notify(Notice::Committed { height: executed.tip.header.height, events });
            self.clear_pool(step, &executed.events);
            self.tip = executed.tip;
        }
        let view = self.tip.header.view;
        step.out.persist.put(certificate_key(self.tip.header.height), certificate.to_bytes());
        step.out.persist.put(meta(Meta::Tip), self.tip.to_bytes());
        self.journal.finalize(view, &mut step.out.persist);
        self.speculation.prune(view);
        self.judge.finalized(view);
        self.work.finalized(view);
        self.catch_up.committed();
        if !self.close_if_last(step)? {
            step.queue.push_back(simplex::Input::Committed(head(&self.tip)));
        }
        self.check_gate(step)?;
        self.check_pool(step)
    }
}

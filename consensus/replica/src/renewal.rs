//! Renewal: our opinions of transactions that wait, when what they rest on has changed.
//!
//! An opinion rests on the references in force, on the signer's packets that are final, and on what waited beside it when
//! the shell looked. It is made by the shell; here is decided when it is to make another.

use crate::boundary::Notice;
use crate::pool::Standing;
use crate::replica::{Replica, Step};
use ledger::ReadFault;
use proto::{Digest, Event, Item, TxId};
use std::collections::BTreeSet;

impl Replica {
    /// Our opinion of one that waits holds no more: the shell appraises it again.
    pub(crate) fn set_stale(&mut self, step: &mut Step<'_>, tx: TxId) {
        self.pool.set(&tx, Standing::Stale);
        step.notify(Notice::Reappraise { tx });
    }

    /// One was admitted. A packet of its signer may have become final meanwhile, after the shell asked the ledger and before
    /// it came here: nothing else would ever compare the two.
    pub(crate) fn renew_if_behind(&mut self, step: &mut Step<'_>, tx: TxId) -> Result<(), ReadFault> {
        let Some(Item { transaction, appraisal: Some(ours) }) = self.pool.get(&tx).map(|w| &w.item) else {
            return Ok(());
        };
        let Some(signer) = transaction.draft.body.signer() else { return Ok(()) };
        if ledger::history(&step.state(std::iter::empty()), signer)? > ours.seen {
            self.set_stale(step, tx);
        }
        Ok(())
    }

    /// Takes what was committed out of the pool. No opinion holds any more on its rivals; and what never waited here (its
    /// block was learnt from others) was compared with nothing that does.
    pub(crate) fn clear_pool(&mut self, step: &mut Step<'_>, events: &[Event]) {
        let unheard = events.iter().filter(|e| self.pool.get(&e.transaction.id()).is_none());
        let signers = unheard.filter_map(|e| e.transaction.draft.body.signer().cloned()).collect();
        let rivals: BTreeSet<TxId> = events.iter().flat_map(|e| self.pool.committed(&e.transaction.id())).collect();
        let beside = self.pool.written_by(&signers);
        rivals.into_iter().chain(beside).for_each(|tx| self.set_stale(step, tx));
    }

    /// Has the shell appraise again, once the references and packets that the proposer compared with are final here too.
    pub(crate) fn renew(&mut self, step: &mut Step<'_>, tx: &TxId, item: &Item) -> Result<(), ReadFault> {
        let Some(signer) = item.transaction.draft.body.signer() else { return Ok(()) };
        let (current, packets) = {
            let state = step.state(std::iter::empty());
            let template = ledger::signer(&state, signer)?.map_or(Digest::ZERO, |l| l.template);
            (template, ledger::history(&state, signer)?)
        };
        let known = self.pool.get(tx).is_some_and(|w| w.standing == Standing::Stale);
        if !known && item.appraisal.as_ref().is_some_and(|a| a.template == current && a.seen <= packets) {
            self.set_stale(step, *tx);
        }
        Ok(())
    }
}

//! What clients send in and what validators tell: submissions on their way, and notices on theirs. When each happens is
//! decided in `simulation`.

use crate::sim::finding::Finding;
use crate::sim::mutant::Mutant;
use crate::sim::shell::Admitted;
use crate::sim::simulation::{Event, Run};
use proto::{Height, Seq, Transaction, TxId, ValidatorIndex, Verified};
use replica::{DropReason, Input, Notice};
use std::rc::Rc;

/// Where writings are compared, so long at most after its check a submission comes to consensus.
const CHECK_MS: u64 = 30;

impl Run {
    pub(super) fn clients_move(&mut self) -> Result<(), Finding> {
        let at = self.dice.index(self.shells.len());
        if let Some(replica) = &self.shells[at].replica
            && let Some(transaction) = self.clients.next(self.now, &replica.tip().clone(), &mut self.dice)
        {
            self.submit(at, &Rc::new(transaction), true)?;
        }
        let (low, high) = self.weather.pace_ms;
        let ms = self.dice.between(low, high);
        self.after(ms, Event::Clients);
        Ok(())
    }
    /// A submission comes to a validator; one from a client is passed on to the others.
    pub(super) fn submit(
        &mut self,
        at: usize,
        transaction: &Rc<Verified<Transaction>>,
        client: bool,
    ) -> Result<(), Finding> {
        let early = self.plan.mutant == Some(Mutant::AcknowledgeEarly);
        match self.shells[at].admit(self.now, &self.birth, transaction)? {
            Admitted::Committed(seq) => self.acknowledge(at, transaction.id(), seq),
            Admitted::Refused => {}
            // Whoever asked learns that it will never be committed; the others, that there will be no vote for it.
            Admitted::Replay if client && !self.is_culprit(at) => self.clients.refused(transaction.id()),
            Admitted::Replay => self.input(at, Input::Unappraisable { tx: transaction.id() })?,
            Admitted::Taken(input) => {
                if let Some(replica) = self.shells[at].replica.as_ref().filter(|_| early) {
                    let seq = Seq(replica.tip().header.ledger_size);
                    self.acknowledge(at, transaction.id(), seq);
                }
                for to in (0..self.shells.len()).filter(|to| client && *to != at) {
                    self.post_submission(at, to, transaction);
                }
                self.hand_over(at, *input)?;
            }
        }
        Ok(())
    }
    /// Appraised: consensus hears of it. Where writings are compared, some time after that: what happens meanwhile the shell
    /// did not see.
    pub(super) fn hand_over(&mut self, at: usize, input: Input) -> Result<(), Finding> {
        let life = self.shells[at].life;
        if !self.shells[at].compares {
            return self.input(at, input);
        }
        let ms = self.dice.between(0, CHECK_MS);
        self.after(ms, Event::Admitted { at, life, input: Rc::new(input) });
        Ok(())
    }
    /// A client believes an honest validator; what others say it would have to verify.
    pub(super) fn acknowledge(&mut self, at: usize, tx: TxId, seq: Seq) {
        if !self.is_culprit(at) {
            self.clients.acknowledge(tx, seq);
        }
    }
    pub(super) fn post_submission(&mut self, from: usize, to: usize, transaction: &Rc<Verified<Transaction>>) {
        for ms in self.weather.carry((from, to), &self.plan, &mut self.dice) {
            self.after(ms, Event::Submission { to, transaction: transaction.clone() });
        }
    }
    /// Something happens to a replica.
    pub(super) fn input(&mut self, at: usize, input: Input) -> Result<(), Finding> {
        if !self.shells[at].is_up() {
            return Ok(());
        }
        let actions = self.shells[at].step(self.now, input)?;
        self.perform(at, actions)
    }
    /// A replica wants something known.
    pub(super) fn hear(&mut self, at: usize, notice: Notice) -> Result<(), Finding> {
        if self.plan.log {
            self.say(&format!("{at} notes {notice:?}"));
        }
        match notice {
            Notice::Committed { height, events } => self.committed(at, height, &events),
            Notice::Dropped { tx, reason: DropReason::Rejected(ledger::Rejected::AlreadyCommitted { seq }) } => {
                self.acknowledge(at, tx, seq);
                Ok(())
            }
            Notice::Reappraise { .. } if self.plan.mutant == Some(Mutant::KeepOpinions) => Ok(()),
            // Beside the loop, as in a node: what is told after this notice is told first.
            Notice::Reappraise { tx } => {
                let life = self.shells[at].life;
                self.after(0, Event::Reappraise { at, life, tx });
                Ok(())
            }
            Notice::Speaks { from } => {
                self.shells[at].speaks(from);
                self.tape.speaks(ValidatorIndex(self.shells[at].number), from.0);
                Ok(())
            }
            Notice::Epoch { epoch, .. } => {
                self.history.entered(at, epoch);
                Ok(())
            }
            Notice::Fault(proof) if !self.is_culprit(at) => {
                self.history.accused(&proof, &self.birth)?;
                self.report(at, proof)
            }
            _ => Ok(()),
        }
    }
    pub(super) fn reappraise(&mut self, at: usize, tx: &TxId) -> Result<(), Finding> {
        if !self.shells[at].is_up() {
            return Ok(());
        }
        let actions = self.shells[at].appraise_again(self.now, &self.birth, tx)?;
        self.perform(at, actions)
    }
    pub(super) fn committed(&mut self, at: usize, height: Height, events: &[(TxId, Seq)]) -> Result<(), Finding> {
        if self.is_culprit(at) {
            return Ok(());
        }
        let header = ledger::header(&self.shells[at].disk, height)?;
        self.history.committed(at, header, (height, events))?;
        events.iter().for_each(|(tx, seq)| self.acknowledge(at, *tx, *seq));
        Ok(())
    }
}

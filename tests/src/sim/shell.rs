//! One validator's process: a replica, its disk, and what dies with it. It answers what the real shell answers.

use crate::sim::consortium::{appraise, secret};
use crate::sim::disk::Disk;
use crate::sim::mutant::Mutant;
use ledger::{Admission, Birth, ReadFault};
use proto::{Seq, TimeMs, Transaction, TxId, ValidatorIndex, Verified};
use replica::{Actions, Input, Limits, Replica, Setup};
use std::collections::BTreeMap;

/// A validator, up or down.
#[derive(Debug)]
pub struct Shell {
    /// Its place in the set.
    pub index: u16,
    /// What survives.
    pub disk: Disk,
    /// `None` while it is down.
    pub replica: Option<Replica>,
    /// How many times it was started: timers of an earlier life mean nothing.
    pub life: u64,
    /// Submissions in memory.
    shelf: BTreeMap<TxId, Verified<Transaction>>,
}

/// What became of a submission at admission.
#[derive(Debug)]
pub enum Admitted {
    /// New here: the replica has it, and these are its deeds.
    Taken(Actions),
    /// Committed long since.
    Committed(Seq),
    /// Known, or refused for now.
    Refused,
}

impl Shell {
    /// A validator that was never started, with the first rows on its disk.
    pub fn new(index: u16, birth: &Birth) -> Self {
        let mut disk = Disk::default();
        disk.write(ledger::birth(birth).1);
        Self { index, disk, replica: None, life: 0, shelf: BTreeMap::new() }
    }
    /// Starts the process from its disk. A first start and a restart are the same.
    pub fn start(&mut self, birth: &Birth, mutant: Option<Mutant>) -> Result<(), ReadFault> {
        let quorum = birth.validators.quorum() - usize::from(mutant == Some(Mutant::SmallQuorum));
        let setup = Setup {
            chain: birth.chain,
            validators: birth.validators.clone(),
            identity: Some((ValidatorIndex(self.index), secret(self.index))),
            params: birth.params.clone(),
            limits: Limits::default(),
            memory: replica::Memory::Whole,
            vote_from: proto::View(0),
            quorum,
        };
        self.replica = Some(Replica::new(setup, &self.disk)?);
        self.life += 1;
        self.shelf = self.disk.submissions.clone();
        Ok(())
    }
    /// The process ends. What was not written is gone.
    pub fn crash(&mut self) {
        self.replica = None;
        self.shelf.clear();
    }
    /// Whether it runs.
    pub fn is_up(&self) -> bool {
        self.replica.is_some()
    }
    /// One step of the replica; nothing is performed yet. Empty while down.
    pub fn step(&mut self, now: TimeMs, input: Input) -> Result<Actions, ReadFault> {
        match &mut self.replica {
            Some(replica) => replica.step(now, input, &self.disk),
            None => Ok(Actions::default()),
        }
    }
    /// A submission from a client or a peer, with its packets: checked, appraised and handed to the replica.
    pub fn admit(
        &mut self,
        now: TimeMs,
        birth: &Birth,
        transaction: &Verified<Transaction>,
    ) -> Result<Admitted, ReadFault> {
        let Some(replica) = &self.replica else { return Ok(Admitted::Refused) };
        match ledger::admit(&self.disk, replica.tip(), now, transaction)? {
            Admission::Committed(seq) => return Ok(Admitted::Committed(seq)),
            Admission::Rejected(_) => return Ok(Admitted::Refused),
            Admission::Fresh { .. } => {}
        }
        self.shelf.insert(transaction.id(), transaction.clone());
        let input = self.opinion(birth, transaction);
        self.step(now, input).map(Admitted::Taken)
    }
    /// The references of a signer changed: a new opinion.
    pub fn appraise_again(&mut self, now: TimeMs, birth: &Birth, tx: &TxId) -> Result<Actions, ReadFault> {
        match self.shelf.get(tx).cloned() {
            Some(transaction) => {
                let input = self.opinion(birth, &transaction);
                self.step(now, input)
            }
            None => Ok(Actions::default()),
        }
    }
    fn opinion(&self, birth: &Birth, transaction: &Verified<Transaction>) -> Input {
        let appraisal = appraise(birth, &self.disk, transaction);
        Input::Admitted { transaction: transaction.clone(), appraisal, rivals: Vec::new() }
    }
    /// Makes the packets of these transactions durable, in the same write as whatever comes with them.
    pub fn keep_packets(&mut self, packets: &[TxId]) {
        for tx in packets {
            if let Some(transaction) = self.shelf.get(tx) {
                self.disk.submissions.insert(*tx, transaction.clone());
            }
        }
    }
    /// What a peer that asks for these gets.
    pub fn submissions(&self, wanted: &[TxId]) -> Vec<Verified<Transaction>> {
        wanted.iter().filter_map(|tx| self.shelf.get(tx)).cloned().collect()
    }
    /// Whether it has the submission.
    pub fn holds(&self, tx: &TxId) -> bool {
        self.shelf.contains_key(tx)
    }
}

//! One validator's machine: its disk and clock, and the process with its replica. It answers what the real shell answers.

use crate::sim::byzantine::{Liar, Me};
use crate::sim::clock::Clock;
use crate::sim::consortium::{appraise, secret};
use crate::sim::copies::{is_replay, rivals};
use crate::sim::disk::Disk;
use crate::sim::finding::Finding;
use crate::sim::mutant::Mutant;
use crate::sim::mutant::inputs::Delusion;
use crate::sim::plan::Plan;
use ledger::{Admission, Birth, ReadFault, Table};
use proto::{
    Canonical, ChainId, Epoch, SecretKey, Seq, TimeMs, Transaction, TxId, ValidatorIndex, ValidatorSet, Verified, View,
};
use replica::{Actions, Input, Limits, Memory, Message, Notice, Outbound, PeerMessage, Replica, Setup};
use simplex::Record;
use std::collections::BTreeMap;

/// A validator, up or down.
#[derive(Debug)]
pub struct Shell {
    /// The number of its key: its place in the first set, if it is one of that.
    pub number: u16,
    /// The key.
    pub key: SecretKey,
    /// Who votes, as far as it knows.
    pub set: ValidatorSet,
    /// What survives.
    pub disk: Disk,
    /// Its clock.
    pub clock: Clock,
    /// `None` while it is down.
    pub replica: Option<Replica>,
    /// How many times it was started: timers of an earlier life mean nothing.
    pub life: u64,
    /// Which timer is the last that was set.
    pub timer: u64,
    /// When the replica wants to be woken, on this machine's clock.
    pub wake_at: Option<TimeMs>,
    /// What the steps of this turn have come to, performed at its end.
    pub turn: Turn,
    /// What speaks instead of it, if it is faulty on purpose.
    pub liar: Option<Box<dyn Liar>>,
    /// What it believes if it is broken.
    pub delusion: Delusion,
    /// An old state of the disk.
    pub backup: Option<Disk>,
    /// What it knows, apart from the disk, of how far its key has promised.
    pub guard: Guard,
    /// It burnt, and never comes back.
    pub lost: bool,
    /// Whether it compares writings. It costs time, and where nobody copies nothing is found.
    pub compares: bool,
    /// Whether it does so with what is committed alone.
    is_blind: bool,
    /// Submissions in memory.
    shelf: BTreeMap<TxId, Verified<Transaction>>,
}

/// A small file beside the key. The real one is `node`'s sign-guard; this one knows only whether something was lost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guard {
    /// What the next start is told about the disk.
    pub memory: Memory,
    /// No vote below this view.
    pub vote_from: View,
}

/// Effects that wait for the end of a turn.
#[derive(Debug, Default)]
pub struct Turn {
    /// Whether one is under way.
    pub open: bool,
    /// Messages, in order.
    pub send: Vec<Outbound>,
    /// Notices, in order.
    pub notify: Vec<Notice>,
}

/// What became of a submission at admission.
#[derive(Debug)]
pub enum Admitted {
    /// New here: this is for the replica.
    Taken(Box<Input>),
    /// Committed long since.
    Committed(Seq),
    /// It repeats what is committed.
    Replay,
    /// Known, or refused for now.
    Refused,
}

impl Shell {
    /// A validator that was never started, with the first rows on its disk.
    pub fn new(number: u16, birth: &Birth, clock: Clock) -> Self {
        Self {
            number,
            key: secret(number),
            set: birth.validators.clone(),
            disk: fresh(birth),
            clock,
            replica: None,
            life: 0,
            timer: 0,
            wake_at: None,
            turn: Turn::default(),
            liar: None,
            delusion: Delusion::default(),
            backup: None,
            guard: Guard::default(),
            lost: false,
            compares: false,
            is_blind: false,
            shelf: BTreeMap::new(),
        }
    }
    /// As a plan wants it.
    pub fn planned(mut self, plan: &Plan) -> Self {
        self.compares = plan.copies > 0;
        self.is_blind = plan.mutant == Some(Mutant::IgnoreRivals);
        self
    }
    /// Starts the process from its disk. A first start and a restart are the same.
    pub fn start(&mut self, birth: &Birth, mutant: Option<Mutant>) -> Result<(), Finding> {
        if self.life > 0 {
            self.damage(birth, mutant)?;
        }
        let mut setup = Setup {
            chain: birth.chain,
            validators: birth.validators.clone(),
            identity: self.place().map(|place| (place, self.key.clone())),
            key: Some(self.key.clone()),
            software: 1,
            params: birth.params.clone(),
            limits: Limits::default(),
            memory: self.guard.memory,
            vote_from: self.guard.vote_from,
            quorum: birth.validators.quorum() - usize::from(mutant == Some(Mutant::SmallQuorum)),
        };
        if mutant == Some(Mutant::BelieveAnyAppraisal) {
            setup.params.epsilon_mb = u32::MAX;
        }
        if mutant == Some(Mutant::QuorumOfGenesis) {
            // a quorum that is not the set's is kept as it is
            setup.validators = ledger::validators(&self.disk)?;
        }
        self.replica = Some(Replica::new(setup, &self.disk)?);
        self.look_who_votes();
        self.life += 1;
        if mutant != Some(Mutant::ForgetWaiting) {
            let voted = replica::voted_transactions(&self.disk)?;
            let held = |tx: &Transaction| self.disk.submissions.get_key_value(&tx.id());
            self.shelf = voted.iter().filter_map(held).map(|(id, tx)| (*id, tx.clone())).collect();
        }
        Ok(())
    }
    /// After a start: what waits here again, because this node voted for it and it is not final.
    pub fn resume(&self, birth: &Birth) -> Result<Vec<Input>, ReadFault> {
        self.shelf.values().map(|transaction| self.opinion(birth, transaction)).collect()
    }
    /// What a careless restart does to the disk.
    fn damage(&mut self, birth: &Birth, mutant: Option<Mutant>) -> Result<(), Finding> {
        match mutant {
            Some(Mutant::ForgetPromises) => self.disk.forget(Table::Promise, |_| true),
            Some(Mutant::PromisesExpire) => {
                let view = |row: &[u8]| Record::from_bytes(row).map_or(View(0), |r| r.view());
                let last = self.disk.values(Table::Promise).map(view).max().unwrap_or_default();
                self.disk.forget(Table::Promise, |row| view(row).0 + 3 <= last.0);
            }
            Some(Mutant::VoteAfterWipe) => self.disk = fresh(birth),
            Some(Mutant::VoteAfterRestore) => self.disk = self.backup.clone().unwrap_or_else(|| fresh(birth)),
            _ => {}
        }
        Ok(())
    }
    /// The machine comes back with an empty disk, or with an old copy of it, and knows that it did.
    pub fn lose_disk(&mut self, birth: &Birth, empty: bool) {
        let old = self.backup.clone().filter(|_| !empty);
        self.disk = old.unwrap_or_else(|| fresh(birth));
        self.guard.memory = Memory::Doubtful { bound: None };
    }
    /// Whether its disk holds all that it ever promised.
    pub fn remembers(&self) -> bool {
        self.guard.memory == Memory::Whole
    }
    /// It knows now from which view on it may vote.
    pub fn speaks(&mut self, from: View) {
        self.guard = Guard { memory: Memory::Whole, vote_from: self.guard.vote_from.max(from) };
    }
    /// The process ends. What was not written is gone.
    pub fn crash(&mut self) {
        self.replica = None;
        self.wake_at = None;
        self.turn = Turn::default();
        self.delusion = Delusion::default();
        self.shelf.clear();
    }
    /// Whether it runs.
    pub fn is_up(&self) -> bool {
        self.replica.is_some()
    }
    /// The view that it is in.
    pub fn view(&self) -> View {
        self.replica.as_ref().map_or(View(0), |r| r.status().view)
    }
    /// Its place among those who vote; `None`: it follows.
    pub fn place(&self) -> Option<ValidatorIndex> {
        self.set.index_of(self.key.public())
    }
    fn look_who_votes(&mut self) {
        if let Some(replica) = self.replica.as_ref().filter(|r| r.epoch() != self.set.epoch()) {
            self.set = replica.validators().clone();
        }
    }
    /// One step of the replica; nothing is performed yet. Empty while down.
    pub fn step(&mut self, now: TimeMs, input: Input) -> Result<Actions, ReadFault> {
        let now = self.clock.read(now);
        let Some(replica) = &mut self.replica else { return Ok(Actions::default()) };
        let mut actions = replica.step(now, input, &self.disk)?;
        let chain = replica.tip().header.chain;
        actions.send.retain_mut(|out| as_received(&self.disk, &chain, out));
        self.look_who_votes();
        Ok(actions)
    }
    /// What its liar knows, while it has a vote.
    pub fn me<'a>(&'a self, birth: &'a Birth, now: TimeMs, roll: u64) -> Option<Me<'a>> {
        let (index, key, set) = (self.place()?, self.key.clone(), &self.set);
        Some(Me { index, key, birth, set, disk: &self.disk, view: self.view(), now, roll })
    }
    /// A submission from a client or a peer, with its packets: checked, appraised and kept.
    pub fn admit(
        &mut self,
        now: TimeMs,
        birth: &Birth,
        transaction: &Verified<Transaction>,
    ) -> Result<Admitted, Finding> {
        let Some(replica) = &self.replica else { return Ok(Admitted::Refused) };
        if self.liar.as_ref().is_some_and(|liar| !liar.takes(transaction)) {
            return Ok(Admitted::Refused);
        }
        match ledger::admit(&self.disk, replica.tip(), self.clock.read(now), transaction)? {
            Admission::Committed(seq) => return Ok(Admitted::Committed(seq)),
            Admission::Rejected(_) => return Ok(Admitted::Refused),
            Admission::Fresh { .. } => {}
        }
        if self.compares && is_replay(&self.disk, transaction)? {
            return Ok(Admitted::Replay);
        }
        self.shelf.insert(transaction.id(), transaction.clone());
        Ok(Admitted::Taken(Box::new(self.opinion(birth, transaction)?)))
    }
    /// The references of a signer changed: a new opinion.
    pub fn appraise_again(&mut self, now: TimeMs, birth: &Birth, tx: &TxId) -> Result<Actions, ReadFault> {
        let held = self.shelf.get(tx).cloned();
        if self.compares && ledger::seq_of(&self.disk, tx)?.is_none() {
            let given_up = match &held {
                Some(transaction) => is_replay(&self.disk, transaction)?,
                None => true,
            };
            if given_up {
                self.shelf.remove(tx);
                return self.step(now, Input::Unappraisable { tx: *tx });
            }
        }
        let Some(transaction) = held else { return Ok(Actions::default()) };
        let input = self.opinion(birth, &transaction)?;
        self.step(now, input)
    }
    fn opinion(&self, birth: &Birth, transaction: &Verified<Transaction>) -> Result<Input, ReadFault> {
        let appraisal = appraise(birth, &self.disk, transaction);
        let mut rivals = if self.compares && !self.is_blind { self.rivals(transaction) } else { Vec::new() };
        // What is committed waits no more.
        for at in (0..rivals.len()).rev() {
            if ledger::seq_of(&self.disk, &rivals[at])?.is_some() {
                rivals.swap_remove(at);
            }
        }
        Ok(Input::Admitted { transaction: transaction.clone(), appraisal, rivals })
    }
    fn rivals(&self, transaction: &Transaction) -> Vec<TxId> {
        rivals(transaction, self.shelf.values().map(|held| &**held))
    }
    /// The submissions of these transactions, to be made durable with the write that needs their packets.
    pub fn packets(&self, packets: &[TxId]) -> Vec<Verified<Transaction>> {
        packets.iter().filter_map(|tx| self.shelf.get(tx)).cloned().collect()
    }
    /// What a peer that asks for these gets.
    pub fn submissions(&self, wanted: &[TxId]) -> Vec<Verified<Transaction>> {
        wanted.iter().filter_map(|tx| self.shelf.get(tx).cloned().or_else(|| self.voted(tx))).collect()
    }
    /// What only a block holds that it voted for.
    fn voted(&self, tx: &TxId) -> Option<Verified<Transaction>> {
        let transaction = replica::voted_transaction(&self.disk, tx).ok()??;
        let key = ledger::sender(&self.disk, &transaction).ok()??;
        transaction.verify(&key)
    }
    /// Whether the proof of somebody's fault is on the disk.
    pub fn has_proven(&self, epoch: Epoch, culprit: ValidatorIndex) -> Result<bool, Finding> {
        Ok(replica::proof_of_fault(&self.disk, epoch, culprit)?.is_some())
    }
}

/// What comes out of a store is checked by whoever gets it: here on its way out, once for all receivers.
fn as_received(disk: &Disk, chain: &ChainId, out: &mut Outbound) -> bool {
    let Message::Stored(stored) = &out.message else { return true };
    let set = ledger::validators_of(disk, stored.certificate.epoch).ok().flatten();
    let read = set.and_then(|set| PeerMessage::from(&out.message).verify(chain, &set));
    // A mutant may have stored what nobody takes.
    let Some(read) = read else { return false };
    out.message = read;
    true
}

/// A disk with nothing but genesis.
fn fresh(birth: &Birth) -> Disk {
    let mut disk = Disk::default();
    disk.write(ledger::birth(birth).1, Vec::new());
    disk.sync();
    disk
}

//! The change of epochs: the engine of one set gives way to that of the next, on the block that closed the epoch, or on
//! the last final block when the holders of the rescue keys appointed another set.
//!
//! The promises of the old epoch are dropped in the very write that ends it: they bind nobody any more, because the epoch
//! is part of whatever is signed. If we crash before that write, we are in the old epoch and find them; if after it, in
//! the new one, and have promised nothing there. Who votes in an epoch is read from the ledger, never from genesis.

use crate::boundary::{DropReason, Notice, Setup, To};
use crate::catch_up::CatchUp;
use crate::judge::Judge;
use crate::replica::{Replica, Step, head};
use crate::speculation::Speculation;
use crate::work::Work;
use ledger::{Meta, Read, ReadFault, Rejected, Tip, load, meta};
use proto::{Canonical, Epoch, Resolution, Transaction, ValidatorIndex, ValidatorSet, View};
use simplex::{Engine, Record, Timing};

/// Why a rescue is not taken that another one overtook.
pub(crate) const REPLACED: Rejected = Rejected::ChangeRefused { rule: "a later rescue was taken up here" };

/// Who votes on the block after `tip`: the ledger's set, or the one of a rescue that we took up and that still applies.
pub(crate) fn reigning(disk: &dyn Read, tip: &Tip) -> Result<(ValidatorSet, Option<Transaction>), ReadFault> {
    let taken_up: Option<Transaction> = load(disk, &meta(Meta::Rescue))?;
    if let Some(tx) = taken_up
        && let Some(resolution) = tx.rescue()
        && ledger::may_rescue(disk, tip, resolution)?
    {
        return Ok((resolution.validators.clone(), Some(tx)));
    }
    Ok((ledger::validators(disk)?, None))
}

/// Whose promises a disk holds: those of the set that votes on the block after its tip.
pub fn reigning_set(disk: &dyn Read) -> Result<ValidatorSet, ReadFault> {
    let tip = ledger::tip(disk)?.ok_or_else(|| ReadFault::missing("the tip"))?;
    Ok(reigning(disk, &tip)?.0)
}

/// Puts the set into the setup, and finds our place in it. An engine for it starts from `tip`.
/// No vote is cast below `from`.
pub(crate) fn engine(
    setup: &mut Setup,
    set: ValidatorSet,
    (tip, from): (&Tip, View),
    mut journal: Vec<Record>,
) -> Engine {
    let usual = setup.quorum == setup.validators.quorum();
    setup.quorum = if usual { set.quorum() } else { setup.quorum };
    // The same set keeps its keys: they have tables by now, those read from the disk have none.
    if setup.validators != set {
        setup.validators = set;
    }
    let place = |key: &proto::SecretKey| setup.validators.index_of(key.public());
    let identity = setup.key.clone().and_then(|key| place(&key).map(|index| (index, key)));
    setup.identity.clone_from(&identity);
    journal.retain(|record| record.epoch() == setup.validators.epoch());
    let timing = Timing { quorum: setup.quorum, ..Timing::new(&setup.params, &setup.validators) };
    Engine::new(simplex::Setup {
        chain: setup.chain,
        validators: setup.validators.clone(),
        identity,
        timing,
        finalized: head(tip),
        journal,
        vote_from: from,
    })
}

impl Replica {
    /// The epoch that we are in.
    pub fn epoch(&self) -> Epoch {
        self.setup.validators.epoch()
    }
    /// Who votes in it.
    pub fn validators(&self) -> &ValidatorSet {
        &self.setup.validators
    }
    /// Our place among them; `None`: we follow.
    pub fn index(&self) -> Option<ValidatorIndex> {
        self.setup.identity.as_ref().map(|(index, _)| *index)
    }

    /// The rescue that opened our epoch, until its first block is final.
    pub fn rescue(&self) -> Option<&Resolution> {
        self.taken_up().and_then(Transaction::rescue)
    }
    /// The transaction that holds it: whoever comes must hear of it from us.
    pub fn taken_up(&self) -> Option<&Transaction> {
        let opens = |tx: &&Transaction| tx.rescue().is_some_and(|r| r.validators == self.setup.validators);
        self.pool.transactions().find(opens)
    }

    /// Another set votes from the next block on.
    pub(crate) fn enter_epoch(&mut self, step: &mut Step<'_>, set: ValidatorSet) -> Result<(), ReadFault> {
        self.journal.close(&mut step.out.persist);
        // A block that was led over a rescue is of the new epoch already: its view tells nothing about the old one.
        let last = (self.tip.header.epoch == self.epoch()).then_some(self.tip.header.view);
        self.engine = engine(&mut self.setup, set, (&self.tip, View(0)), Vec::new());
        self.recall.enter_epoch(last);
        // Who forgot what it promised may have promised something in this epoch too, in the life that it forgot.
        if self.recall.is_open() {
            self.engine.hush();
        }
        self.speculation = Speculation::default();
        self.judge = Judge::default();
        self.work = Work::default();
        self.work.changed();
        self.work.arrived();
        self.catch_up = CatchUp::default();
        self.awaited = None;
        step.queue.clear();
        step.queue.push_back(simplex::Input::Start);
        self.check_gate(step)?;
        step.notify(Notice::Epoch { epoch: self.epoch(), validators: self.setup.validators.clone() });
        // Whoever is still in the old one learns that it lags.
        self.tell_standing(step, To::All);
        Ok(())
    }

    /// A program that is too old for the rules in force does not vote: it could only vote wrongly.
    pub(crate) fn check_gate(&mut self, step: &mut Step<'_>) -> Result<(), ReadFault> {
        let needed = ledger::min_software(&step.state(std::iter::empty()))?;
        if needed > self.setup.software {
            self.engine.hush();
            if self.gate < needed {
                step.notify(Notice::Outdated { ours: self.setup.software, needed });
            }
        }
        self.gate = needed;
        Ok(())
    }
    /// Whether our program may vote under the rules in force.
    pub(crate) fn may_speak(&self) -> bool {
        self.gate <= self.setup.software
    }

    /// Somebody speaks in another epoch: one of us lags.
    pub(crate) fn on_foreign(&mut self, step: &mut Step<'_>, from: ValidatorIndex, epoch: Epoch) {
        if epoch < self.epoch() {
            self.tell_standing(step, To::One(from));
        } else if !self.catch_up.is_waiting() {
            let above = View(self.engine.view().0.saturating_sub(1));
            self.ask_to_catch_up(step, from, above);
        }
    }

    /// A rescue came in whose signatures hold. If it goes on from our last block, and opens a higher epoch than the one that
    /// we are in, we take it up: the row is written, in place of that of a rescue which decided nothing, with everything
    /// that this step says in the new epoch. If we crash before, we are in the epoch before and have said nothing in this
    /// one; if after, we never speak in the one before again. One of our own epoch or a lower one is left alone: whoever
    /// went back could help two epochs to a block of one height.
    pub(crate) fn on_rescue(&mut self, step: &mut Step<'_>, tx: &Transaction) -> Result<(), ReadFault> {
        let Some(resolution) = tx.rescue() else { return Ok(()) };
        if self.is_opening(step, tx)? && resolution.validators.epoch() > self.epoch() {
            step.out.persist.put(meta(Meta::Rescue), tx.to_bytes());
            self.replace_rescues(step);
            self.enter_epoch(step, resolution.validators.clone())?;
        }
        Ok(())
    }
    /// What was taken up before decided nothing, and never will with us.
    fn replace_rescues(&mut self, step: &mut Step<'_>) {
        let rescues = self.pool.transactions().filter(|tx| tx.rescue().is_some());
        for tx in rescues.map(Transaction::id).collect::<Vec<_>>() {
            self.pool.remove(&tx);
            step.notify(Notice::Dropped { tx, reason: DropReason::Rejected(REPLACED) });
        }
    }
    /// Whether a transaction is a rescue of an epoch below ours.
    pub(crate) fn is_replaced(&self, tx: &Transaction) -> bool {
        tx.rescue().is_some_and(|resolution| resolution.validators.epoch() < self.epoch())
    }

    /// Whether a transaction is a rescue that applies here.
    pub(crate) fn is_opening(&self, step: &Step<'_>, tx: &Transaction) -> Result<bool, ReadFault> {
        match tx.rescue() {
            Some(resolution) => ledger::may_rescue(&step.state(std::iter::empty()), &self.tip, resolution),
            None => Ok(false),
        }
    }

    /// After a commit: whether it closed its epoch.
    pub(crate) fn close_if_last(&mut self, step: &mut Step<'_>) -> Result<bool, ReadFault> {
        let header = &self.tip.header;
        if !header.closes_epoch() && header.epoch == self.epoch() {
            return Ok(false);
        }
        let next = ledger::validators(&step.state(std::iter::empty()))?;
        let closes = next.epoch() > self.epoch();
        if closes {
            self.enter_epoch(step, next)?;
        }
        Ok(closes)
    }
}

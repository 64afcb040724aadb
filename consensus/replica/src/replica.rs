//! The replica: routes what happens to the engine and to the other parts, and gathers what is to be done.
//!
//! Within one step the engine asks, we answer, and it goes on, until nothing is left to say. Everything that is read
//! goes through what this very step is about to write.

use crate::boundary::{Actions, DropReason, Input, Notice, Outbound, Setup, Status, To};
use crate::catch_up::CatchUp;
use crate::epoch;
use crate::journal::Journal;
use crate::judge::Judge;
use crate::message::Message;
use crate::pool::Pool;
use crate::recall::Recall;
use crate::speculation::Speculation;
use crate::steady::Steady;
use crate::work::Work;
use ledger::{Batch, Overlay, Read, ReadFault, Rejected, Table, Tip, key};
use proto::{
    Appraisal, Canonical, Certificate, Digest, Epoch, FaultProof, TimeMs, Transaction, TxId, ValidatorIndex, Verified,
    View,
};
use simplex::{Ask, Engine, Head, Record};
use std::collections::VecDeque;

/// One validator, whole.
#[derive(Debug)]
pub struct Replica {
    pub(crate) setup: Setup,
    pub(crate) engine: Engine,
    pub(crate) tip: Tip,
    pub(crate) pool: Pool,
    pub(crate) speculation: Speculation,
    pub(crate) journal: Journal,
    pub(crate) judge: Judge,
    pub(crate) catch_up: CatchUp,
    pub(crate) work: Work,
    pub(crate) recall: Recall,
    /// Certifies a block that we could not execute yet.
    pub(crate) awaited: Option<Verified<Certificate>>,
    /// The lowest number of a program that may vote.
    pub(crate) gate: u32,
    engine_wake: Option<TimeMs>,
    steady: Steady,
}

/// What one step has come to so far.
pub(crate) struct Step<'a> {
    /// What timers hang on.
    pub(crate) now: TimeMs,
    /// What the clock on the wall shows: for the time of blocks.
    pub(crate) wall: TimeMs,
    pub(crate) disk: &'a dyn Read,
    pub(crate) out: Actions,
    pub(crate) queue: VecDeque<simplex::Input>,
}

impl Step<'_> {
    /// The disk as it will be after this step's write, and `layers` above it.
    pub(crate) fn state<'b>(&'b self, layers: impl Iterator<Item = &'b Batch>) -> Overlay<'b> {
        let mut all = vec![&self.out.persist];
        all.extend(layers);
        Overlay::new(self.disk, all)
    }
    pub(crate) fn send(&mut self, to: To, message: Message) {
        self.out.send.push(Outbound { to, message });
    }
    pub(crate) fn notify(&mut self, notice: Notice) {
        self.out.notify.push(notice);
    }
}

impl Replica {
    /// A first start (after the shell wrote the rows of `ledger::birth`) and a restart are the same.
    pub fn new(mut setup: Setup, disk: &dyn Read) -> Result<Self, ReadFault> {
        let tip = ledger::tip(disk)?.ok_or_else(|| ReadFault::missing("the tip"))?;
        let (journal, records) = Journal::recover(disk, tip.header.view)?;
        let (set, rescue) = epoch::reigning(disk, &tip)?;
        let from = setup.vote_from;
        let mut engine = epoch::engine(&mut setup, set, (&tip, from), records);
        let recall = Recall::new(&setup, journal.highest());
        let gate = ledger::min_software(disk)?;
        if recall.is_open() || gate > setup.software {
            engine.hush();
        }
        let mut pool = Pool::new(setup.limits);
        if let Some(tx) = rescue {
            pool.insert(tx, None, tip.header.height);
        }
        Ok(Self {
            pool,
            gate,
            speculation: Speculation::default(),
            journal,
            judge: Judge::default(),
            catch_up: CatchUp::default(),
            work: Work::default(),
            recall,
            awaited: None,
            engine_wake: None,
            steady: Steady::default(),
            setup,
            engine,
            tip,
        })
    }

    /// Takes one input. `wall` is what the clock shows, be it right or wrong, set to or fro. `disk` shows every earlier
    /// step's `persist`. An error means that the disk cannot be trusted.
    pub fn step(&mut self, wall: TimeMs, input: Input, disk: &dyn Read) -> Result<Actions, ReadFault> {
        let mut step =
            Step { now: self.steady.read(wall), wall, disk, out: Actions::default(), queue: VecDeque::new() };
        self.take(&mut step, input)?;
        self.settle(&mut step)?;
        while self.judge_again(&mut step)? {
            self.settle(&mut step)?;
        }
        if let Some(work) = self.work_to_tell(&step) {
            step.queue.push_back(simplex::Input::Work(work));
            self.settle(&mut step)?;
        }
        step.out.wake_at = self.wake_at(wall);
        Ok(step.out)
    }

    fn take(&mut self, step: &mut Step<'_>, input: Input) -> Result<(), ReadFault> {
        match input {
            Input::Start => {
                step.queue.push_back(simplex::Input::Start);
                self.catch_up_tick(step);
                self.recall_tick(step);
            }
            Input::Tick => {
                step.queue.push_back(simplex::Input::Tick);
                self.ask_for_missing(step);
                self.catch_up_tick(step);
                self.recall_tick(step);
            }
            Input::Admitted { transaction, appraisal, rivals } => {
                let id = transaction.id();
                self.on_admitted(step, transaction, appraisal)?;
                self.pool.rivals(&id, &rivals);
                self.renew_if_behind(step, id)?;
            }
            Input::Unappraisable { tx } => {
                // It may be here with an older opinion: a replay of what was committed since is found out only then.
                self.pool.remove(&tx);
                self.judge.refuse(tx, step.now);
            }
            Input::Foreign { from, epoch } => self.on_foreign(step, from, epoch),
            Input::Message { from, message } => self.on_message(step, from, message)?,
        }
        Ok(())
    }

    fn on_message(&mut self, step: &mut Step<'_>, from: ValidatorIndex, message: Message) -> Result<(), ReadFault> {
        if let Some(epoch) = message.foreign(self.epoch()) {
            self.on_foreign(step, from, epoch);
            return Ok(());
        }
        // An observer has nothing to say about what a validator promised.
        let votes = self.setup.validators.get(from).is_some();
        if !votes && matches!(message, Message::WantLastVote(_) | Message::LastVote(_)) {
            return Ok(());
        }
        match message {
            Message::Proposal(p) => {
                self.recall.hear(&p.leader_vote());
                step.queue.push_back(simplex::Input::Proposal(p));
            }
            Message::Vote(v) => {
                self.recall.hear(&v);
                step.queue.push_back(simplex::Input::Vote(v));
            }
            Message::Certificate(c) => step.queue.push_back(simplex::Input::Certificate(c)),
            Message::Status(standing) => self.on_status(step, from, standing),
            Message::CatchUp(standing) => self.on_catch_up(step, from, standing)?,
            Message::Chain(chain) => self.on_chain(step, from, chain)?,
            Message::WantProposal(digest) => self.on_want_proposal(step, from, &digest),
            Message::WantLastVote(_) => self.on_want_last_vote(step, from)?,
            Message::LastVote(last) => self.on_last_vote(step, from, &last),
            // Packets lie with the shell, and so does the answer. What was stored only ever leaves.
            Message::WantTransactions(_) | Message::Stored(_) => {}
        }
        Ok(())
    }

    fn on_admitted(
        &mut self,
        step: &mut Step<'_>,
        transaction: Verified<Transaction>,
        appraisal: Option<Appraisal>,
    ) -> Result<(), ReadFault> {
        let id = transaction.id();
        self.judge.forgive(&id);
        let draft = &transaction.draft;
        // Committed while it was on its way here: it must not come in again.
        let committed = ledger::request(&step.state(std::iter::empty()), &draft.org, &draft.request)?;
        let reason = match committed {
            Some(first) if first.body == draft.body.digest() => {
                DropReason::Rejected(Rejected::AlreadyCommitted { seq: first.seq })
            }
            Some(first) => DropReason::Rejected(Rejected::RequestIdReused { first: first.body, seq: first.seq }),
            None if self.is_replaced(&transaction) => DropReason::Rejected(epoch::REPLACED),
            // What a proposal waits for must come in however full we are, or full pools could keep one another full.
            // And a rescue must, because pools fill up while there is no quorum.
            None if self.judge.wants(&id)
                || self.pool.has_room(&transaction)
                || self.is_opening(step, &transaction)? =>
            {
                self.on_rescue(step, &transaction)?;
                self.pool.insert(transaction.into_inner(), appraisal, self.tip.header.height);
                self.work.arrived();
                self.judge.arrived(&id);
                return Ok(());
            }
            None => DropReason::PoolFull,
        };
        step.notify(Notice::Dropped { tx: id, reason });
        Ok(())
    }

    /// Lets the engine and us talk until there is nothing left to say.
    fn settle(&mut self, step: &mut Step<'_>) -> Result<(), ReadFault> {
        while let Some(input) = step.queue.pop_front() {
            let epoch = self.epoch();
            let actions = self.engine.step(step.now, input);
            self.engine_wake = actions.wake_at;
            for record in &actions.persist {
                self.persist(step, record);
            }
            for outbound in actions.send {
                step.send(outbound.to.into(), outbound.message.into());
            }
            for notice in actions.notify {
                self.on_notice(step, notice)?;
            }
            // What an engine asked whose epoch just ended is nobody's question any more.
            for ask in actions.ask {
                if epoch == self.epoch() {
                    self.on_ask(step, ask)?;
                }
            }
        }
        Ok(())
    }

    /// A vote leaves only with this write behind it. If we crash before the write, nobody saw the vote; if after it, the
    /// engine finds the vote in the journal and sends the same bytes again.
    fn persist(&mut self, step: &mut Step<'_>, record: &Record) {
        self.journal.record(record, &mut step.out.persist);
        let Record::Proposal(proposal) = record else { return };
        let Some(executed) = self.speculation.get(&proposal.header.digest()) else { return };
        let block = &executed.block;
        let packets = block.items.iter().filter(|i| !i.transaction.draft.body.packets().is_empty());
        step.out.packets.extend(packets.map(|i| i.transaction.id()));
        self.journal.block(block, &mut step.out.persist);
    }

    fn on_ask(&mut self, step: &mut Step<'_>, ask: Ask) -> Result<(), ReadFault> {
        match ask {
            Ask::Build { view, parent, allow_empty } => self.on_build(step, (view, parent), allow_empty)?,
            Ask::Judge { proposal, certified } => self.on_judge(step, proposal, certified)?,
            Ask::FetchProposal { block, holders, .. } => {
                if let Some(holder) = self.catch_up.rotate(self.others(&holders)) {
                    step.send(To::One(holder), Message::WantProposal(block));
                }
            }
            Ask::FetchCertificates { from, above } => self.ask_to_catch_up(step, from, above),
        }
        Ok(())
    }

    fn on_notice(&mut self, step: &mut Step<'_>, notice: simplex::Notice) -> Result<(), ReadFault> {
        match notice {
            simplex::Notice::Entered { view, leader, why } => {
                self.work.changed();
                step.notify(Notice::View { view, leader, why: reason(why) });
            }
            simplex::Notice::Notarized(certificate) => self.work.notarized(certificate.view, certificate.block),
            simplex::Notice::Finalized(certificate) => self.on_finalized(step, certificate)?,
            simplex::Notice::Fault(proof) => self.on_fault(step, proof.into_inner())?,
            simplex::Notice::Behind { peer, .. } => {
                self.tell_standing(step, To::One(peer));
            }
        }
        Ok(())
    }

    /// The first proof against a validator is kept for ever; more of them prove nothing new, and could fill the disk.
    fn on_fault(&mut self, step: &mut Step<'_>, proof: FaultProof) -> Result<(), ReadFault> {
        let row = fault_row(proof.epoch(), proof.culprit());
        if step.state(std::iter::empty()).get(&row)?.is_none() {
            step.out.persist.put(row, proof.to_bytes());
            step.notify(Notice::Fault(proof));
        }
        Ok(())
    }

    fn wake_at(&self, wall: TimeMs) -> Option<TimeMs> {
        let timers = [self.engine_wake, self.judge.wake_at(), self.catch_up.wake_at(), self.recall.wake_at()];
        let timers = timers.into_iter().flatten().map(|at| self.steady.on_wall(at));
        timers.chain(self.heartbeat_at(wall)).min()
    }

    /// Validators of a list other than ourselves.
    pub(crate) fn others(&self, list: &[ValidatorIndex]) -> Vec<ValidatorIndex> {
        let own = self.setup.identity.as_ref().map(|(index, _)| *index);
        list.iter().copied().filter(|i| Some(*i) != own).collect()
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        let view = self.engine.view();
        Status {
            finalized: self.tip.header.height,
            ledger_size: self.tip.header.ledger_size,
            view,
            leader: self.engine.leader(view),
            votes_from: self.engine.votes_from().filter(|_| self.setup.identity.is_some()),
            best_known: self.catch_up.best_known(&self.setup.validators).max(self.tip.header.height),
            pool_transactions: self.pool.count(),
            pool_bytes: self.pool.bytes(),
            pending_blocks: self.speculation.count(),
        }
    }
    /// The highest view of anything that this validator has to remember: what a sign-guard must cover.
    pub fn promised(&self) -> View {
        self.journal.highest()
    }
    /// The last final block.
    pub fn tip(&self) -> &Tip {
        &self.tip
    }
    /// A transaction that waits, in the pool or in a block that is not final: for answering who asks for it.
    pub fn transaction(&self, id: &TxId) -> Option<&Transaction> {
        self.pool.get(id).map(|w| &w.item.transaction).or_else(|| self.speculation.transaction(id))
    }
    /// Whether a transaction waits.
    pub fn knows(&self, id: &TxId) -> bool {
        self.transaction(id).is_some()
    }
    /// A block that was executed here and is not final.
    pub(crate) fn path(&self, block: &Digest) -> Option<crate::speculation::Path<'_>> {
        self.speculation.path(&self.tip, block)
    }
}

/// Where the first proof against a validator of an epoch is kept.
fn fault_row(epoch: Epoch, culprit: ValidatorIndex) -> Vec<u8> {
    key(Table::Fault, &[&epoch.0.to_be_bytes()[..], &culprit.0.to_be_bytes()].concat())
}

/// The first proof that this disk holds against a validator of an epoch, whether the ledger has it or not.
pub fn proof_of_fault(disk: &dyn Read, epoch: Epoch, culprit: ValidatorIndex) -> Result<Option<FaultProof>, ReadFault> {
    ledger::load(disk, &fault_row(epoch, culprit))
}

/// The tip as the engine sees it.
pub(crate) fn head(tip: &Tip) -> Head {
    Head { view: tip.header.view, height: tip.header.height, digest: tip.digest }
}

fn reason(why: simplex::Why) -> &'static str {
    match why {
        simplex::Why::Started => "started",
        simplex::Why::Notarized => "notarized",
        simplex::Why::Nullified => "nullified",
        simplex::Why::CaughtUp => "caught up",
    }
}

impl From<simplex::To> for To {
    fn from(to: simplex::To) -> Self {
        match to {
            simplex::To::All => Self::All,
            simplex::To::One(index) => Self::One(index),
        }
    }
}

impl From<simplex::Message> for Message {
    fn from(message: simplex::Message) -> Self {
        match message {
            simplex::Message::Proposal(p) => Self::Proposal(p),
            simplex::Message::Vote(v) => Self::Vote(v),
            simplex::Message::Certificate(c) => Self::Certificate(c),
        }
    }
}

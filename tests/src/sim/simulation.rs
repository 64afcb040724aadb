//! One run: a queue of events in simulated time. What a step asks for is performed in `deeds`.

use crate::sim::clients::Clients;
use crate::sim::consortium::{DAWN, birth};
use crate::sim::dice::Dice;
use crate::sim::history::{Finding, History};
use crate::sim::plan::Plan;
use crate::sim::shell::{Admitted, Shell};
use crate::sim::weather::Weather;
use ledger::{Birth, ReadFault};
use proto::{Canonical, Digest, Height, Seq, TimeMs, Transaction, TxId, ValidatorIndex, Verified};
use replica::{DropReason, Input, Message, Notice, PeerMessage};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A run that broke no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Height of the ledger at the end.
    pub height: Height,
    /// Events in it.
    pub events: usize,
    /// Crashes that were injected.
    pub crashes: usize,
    /// Messages that were sent.
    pub messages: usize,
    /// Contradictions that validators proved.
    pub faults: usize,
    /// How long it took to heal, in simulated milliseconds.
    pub healed_ms: u64,
    /// Over everything that happened: the same seed gives the same.
    pub trace: Digest,
}

/// A rule that was broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// When, in simulated milliseconds from the start.
    pub at_ms: u64,
    /// What.
    pub finding: Finding,
    /// Only progress was missing; nothing false was signed, told or lost.
    pub stalled: bool,
}

/// Runs a plan to its end, or to the first broken rule.
pub fn simulate(plan: &Plan) -> Result<Report, Violation> {
    let mut run = Run::new(plan.clone());
    let result = run.run();
    result.map_err(|finding| Violation { at_ms: run.now.0 - DAWN.0, finding, stalled: run.stalled })
}

/// Something that will happen.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Start { at: usize },
    Tick { at: usize, life: u64 },
    Message { from: usize, to: usize, message: Rc<Message> },
    Submission { to: usize, transaction: Rc<Verified<Transaction>> },
    Clients,
    Weather,
}

/// A run under way.
pub(super) struct Run {
    pub(super) plan: Plan,
    pub(super) birth: Birth,
    pub(super) dice: Dice,
    pub(super) now: TimeMs,
    pub(super) queue: BTreeMap<(TimeMs, u64), Event>,
    pub(super) queued: u64,
    pub(super) shells: Vec<Shell>,
    pub(super) weather: Weather,
    pub(super) clients: Clients,
    pub(super) history: History,
    pub(super) wakes: BTreeMap<usize, TimeMs>,
    pub(super) checked: BTreeSet<Digest>,
    pub(super) faulty: bool,
    pub(super) stalled: bool,
    pub(super) crashes: usize,
    pub(super) messages: usize,
    pub(super) trace: Digest,
}

impl Run {
    fn new(plan: Plan) -> Self {
        let birth = birth(plan.validators);
        let mut run = Self {
            dice: Dice::new(plan.seed),
            now: DAWN,
            queue: BTreeMap::new(),
            queued: 0,
            shells: (0..plan.validators).chain(plan.twin.then_some(0)).map(|i| Shell::new(i, &birth)).collect(),
            weather: Weather::default(),
            clients: Clients::new(birth.chain, plan.transactions),
            history: History::new(plan.twin.then_some(ValidatorIndex(0))),
            wakes: BTreeMap::new(),
            checked: BTreeSet::new(),
            faulty: true,
            stalled: false,
            crashes: 0,
            messages: 0,
            trace: Digest::ZERO,
            birth,
            plan,
        };
        (0..run.shells.len()).for_each(|at| run.after(0, Event::Start { at }));
        run.after(1, Event::Clients);
        run.after(1, Event::Weather);
        run
    }
    fn run(&mut self) -> Result<Report, Finding> {
        let healing = TimeMs(DAWN.0 + self.plan.faults_ms);
        while self.next_before(healing)? {}
        self.heal(healing);
        let bound = TimeMs(healing.0 + self.plan.bound_ms);
        while !self.is_whole() {
            if !self.next_before(bound)? {
                self.stalled = true;
                return Err(self.not_whole());
            }
        }
        let healed_ms = self.now.0 - healing.0;
        self.audit()?;
        Ok(Report {
            height: self.history.height(),
            events: self.history.events(),
            crashes: self.crashes,
            messages: self.messages,
            faults: self.history.faults,
            healed_ms,
            trace: self.trace,
        })
    }
    fn heal(&mut self, at: TimeMs) {
        self.now = self.now.max(at);
        self.faulty = false;
        self.weather.heal();
        for at in 0..self.shells.len() {
            if !self.shells[at].is_up() {
                self.after(1, Event::Start { at });
            }
        }
    }
    /// Everything submitted is acknowledged, and all validators stand at the same height.
    fn is_whole(&self) -> bool {
        let heights: BTreeSet<Height> = self.shells.iter().filter_map(|s| s.replica.as_ref()).map(height).collect();
        self.clients.are_served() && self.shells.iter().all(Shell::is_up) && heights.len() == 1
    }
    fn not_whole(&self) -> Finding {
        let status = |s: &Shell| s.replica.as_ref().map(replica::Replica::status);
        let list: Vec<String> = self.shells.iter().map(|s| format!("{:?}", status(s))).collect();
        format!("not live: {} transactions wait; validators: {}", self.clients.waiting(), list.join("; "))
    }
    fn audit(&self) -> Result<(), Finding> {
        for shell in &self.shells {
            let blame = |f: Finding| format!("validator {}: {f}", shell.index);
            self.history.audit(&self.birth, &shell.disk).map_err(blame)?;
            self.history.honours(&shell.disk, &self.clients.acknowledged).map_err(blame)?;
        }
        Ok(())
    }
    pub(super) fn after(&mut self, ms: u64, event: Event) {
        self.queued += 1;
        self.queue.insert((TimeMs(self.now.0 + ms), self.queued), event);
    }
    /// Lets the next event happen, if it comes before `end`.
    fn next_before(&mut self, end: TimeMs) -> Result<bool, Finding> {
        let Some(entry) = self.queue.first_entry().filter(|e| e.key().0 < end) else { return Ok(false) };
        let ((now, _), event) = entry.remove_entry();
        self.now = self.now.max(now);
        self.note(&event);
        match event {
            Event::Start { at } => self.start(at)?,
            Event::Tick { at, life } => self.tick(at, life)?,
            Event::Message { from, to, message } => self.deliver(from, to, &message)?,
            Event::Submission { to, transaction } => self.submit(to, &transaction, false)?,
            Event::Clients => self.clients_move()?,
            Event::Weather => {
                self.weather.turn(&self.plan, &mut self.dice);
                let ms = self.dice.between(100, 1_200);
                self.after(ms, Event::Weather);
            }
        }
        Ok(true)
    }
    fn note(&mut self, event: &Event) {
        let what = match event {
            Event::Message { from, to, message } => format!("{from}>{to} {:?}", PeerMessage::from(&**message).digest()),
            Event::Submission { to, transaction } => format!(">{to} {:?}", transaction.id()),
            other => format!("{other:?}"),
        };
        self.trace = Digest::sm3_pair(&self.trace.0, format!("{} {what}", self.now).as_bytes());
    }
    fn start(&mut self, at: usize) -> Result<(), Finding> {
        if self.shells[at].is_up() {
            return Ok(());
        }
        let tip = ledger::tip(&self.shells[at].disk).map_err(broken_disk)?.ok_or("a disk without a tip")?;
        self.history.started(at, tip.header.height)?;
        self.shells[at].start(&self.birth, self.plan.mutant).map_err(broken_disk)?;
        self.input(at, Input::Start)
    }
    fn tick(&mut self, at: usize, life: u64) -> Result<(), Finding> {
        let due = self.wakes.get(&at).is_some_and(|t| *t <= self.now);
        if due && self.shells[at].life == life {
            self.input(at, Input::Tick)?;
        }
        Ok(())
    }
    fn deliver(&mut self, from: usize, to: usize, message: &Message) -> Result<(), Finding> {
        if !self.shells[to].is_up() {
            return Ok(());
        }
        if let Message::WantTransactions(wanted) = message {
            for transaction in self.shells[to].submissions(wanted) {
                self.post_submission(to, from, &Rc::new(transaction));
            }
            return Ok(());
        }
        let from = ValidatorIndex(self.shells[from].index);
        self.input(to, Input::Message { from, message: message.clone() })
    }
    fn clients_move(&mut self) -> Result<(), Finding> {
        let at = self.dice.index(self.shells.len());
        if let Some(replica) = &self.shells[at].replica
            && let Some(transaction) = self.clients.next(self.now, &replica.tip().clone(), &mut self.dice)
        {
            self.submit(at, &Rc::new(transaction), true)?;
        }
        let ms = self.dice.between(5, 150);
        self.after(ms, Event::Clients);
        Ok(())
    }
    /// A submission comes to a validator; one from a client is passed on to the others.
    fn submit(&mut self, at: usize, transaction: &Rc<Verified<Transaction>>, client: bool) -> Result<(), Finding> {
        let admitted = self.shells[at].admit(self.now, &self.birth, transaction).map_err(broken_disk)?;
        match admitted {
            Admitted::Committed(seq) => self.clients.acknowledge(transaction.id(), seq),
            Admitted::Refused => {}
            Admitted::Taken(actions) => {
                for to in (0..self.shells.len()).filter(|to| client && *to != at) {
                    self.post_submission(at, to, transaction);
                }
                self.perform(at, actions)?;
            }
        }
        Ok(())
    }
    fn post_submission(&mut self, from: usize, to: usize, transaction: &Rc<Verified<Transaction>>) {
        for ms in self.weather.carry((from, to), &self.plan, &mut self.dice) {
            self.after(ms, Event::Submission { to, transaction: transaction.clone() });
        }
    }
    fn input(&mut self, at: usize, input: Input) -> Result<(), Finding> {
        let actions = self.shells[at].step(self.now, input).map_err(broken_disk)?;
        self.perform(at, actions)
    }
    pub(super) fn hear(&mut self, at: usize, notice: Notice) -> Result<(), Finding> {
        match notice {
            Notice::Committed { height, events } => self.committed(at, height, &events),
            Notice::Dropped { tx, reason: DropReason::Rejected(ledger::Rejected::AlreadyCommitted { seq }) } => {
                self.clients.acknowledge(tx, seq);
                Ok(())
            }
            Notice::Reappraise { tx } => {
                let actions = self.shells[at].appraise_again(self.now, &self.birth, &tx).map_err(broken_disk)?;
                self.perform(at, actions)
            }
            Notice::Fault(proof) => self.history.accused(&proof),
            _ => Ok(()),
        }
    }
    fn committed(&mut self, at: usize, height: Height, events: &[(TxId, Seq)]) -> Result<(), Finding> {
        let header = ledger::header(&self.shells[at].disk, height).map_err(broken_disk)?;
        self.history.committed(at, header, (height, events))?;
        events.iter().for_each(|(tx, seq)| self.clients.acknowledge(*tx, *seq));
        Ok(())
    }
}

fn height(replica: &replica::Replica) -> Height {
    replica.tip().header.height
}

fn broken_disk(fault: ReadFault) -> Finding {
    format!("a replica cannot read what it wrote: {}", fault.detail)
}

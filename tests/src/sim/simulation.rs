//! One run: a queue of events in simulated time. What a step asks for is performed in `deeds`, what is sent in `wire`.

use crate::sim::clients::Clients;
use crate::sim::clock::Clock;
use crate::sim::consortium::{DAWN, birth};
use crate::sim::dice::Dice;
use crate::sim::disaster::Disaster;
use crate::sim::finding::{Finding, Rule};
use crate::sim::governor::Governor;
use crate::sim::history::History;
use crate::sim::mutant::Mutant;
use crate::sim::plan::Plan;
use crate::sim::shell::Shell;
use crate::sim::summary;
use crate::sim::trace::Tape;
use crate::sim::weather::Weather;
use crate::sim::wire::Read;
use crate::sim::witness::Witness;
use ledger::Birth;
use proto::{Digest, Epoch, Height, TimeMs, Transaction, TxId, ValidatorIndex, Verified};
use replica::{Input, Message};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How long a network with too many faulty validators is watched after the weather cleared.
const WATCH_MS: u64 = 3_000;
/// Liars speak unasked this often.
const IDLE_MS: (u64, u64) = (30, 200);

/// A run that broke no rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Height of the ledger at the end.
    pub height: Height,
    /// Events in it.
    pub events: usize,
    /// Crashes that were injected.
    pub crashes: usize,
    /// Messages that were sent.
    pub messages: usize,
    /// Messages of liars that did not get past the receivers' checks.
    pub refused: usize,
    /// Contradictions that validators proved.
    pub faults: usize,
    /// How many validators were proven faulty.
    pub proven: usize,
    /// The epoch at the end: how many times the set of validators changed.
    pub epochs: Epoch,
    /// Blocks that closed an epoch and became final only when they were proposed again.
    pub closed_late: usize,
    /// Whether a quorum was lost for good, and another set appointed.
    pub rescued: bool,
    /// Whether that set could not decide anything, and another one was appointed in its place.
    pub relapsed: bool,
    /// With too many faulty validators: whether agreement broke, which must have named more than f of them.
    pub broken: bool,
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
}

/// Runs a plan to its end, or to the first broken rule.
pub fn simulate(plan: &Plan) -> Result<Report, Violation> {
    simulate_taped(plan).0
}

/// The same, with a record of what honest validators said.
pub fn simulate_taped(plan: &Plan) -> (Result<Report, Violation>, Tape) {
    let mut run = Run::new(plan.clone());
    let result = run.run();
    let at_ms = run.now.0 - DAWN.0;
    (result.map_err(|finding| Violation { at_ms, finding }), run.tape)
}

/// Something that will happen.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Start { at: usize },
    Tick { at: usize, timer: u64 },
    Turn { at: usize, life: u64 },
    Message { from: usize, to: usize, message: Rc<Sent> },
    Bytes { from: usize, to: usize, bytes: Rc<Vec<u8>> },
    Submission { to: usize, transaction: Rc<Verified<Transaction>> },
    Report { at: usize, transaction: Rc<Verified<Transaction>> },
    Admitted { at: usize, life: u64, input: Rc<Input> },
    Reappraise { at: usize, life: u64, tx: TxId },
    Idle { at: usize },
    Clients,
    Weather,
    Govern,
}

/// What an honest validator sent, under the digest of its wire form.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) name: Digest,
    pub(super) message: Message,
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
    /// The keys of those who are faulty on purpose.
    pub(super) culprits: BTreeSet<u16>,
    pub(super) governor: Governor,
    pub(super) disaster: Disaster,
    /// Resolutions that the holders of rescue keys signed.
    pub(super) rescues: usize,
    pub(super) weather: Weather,
    pub(super) clients: Clients,
    pub(super) history: History,
    pub(super) witness: Witness,
    pub(super) tape: Tape,
    /// Messages of honest validators that passed through the wire form.
    pub(super) checked: BTreeSet<Digest>,
    /// Bytes of liars, and what a receiver makes of them.
    pub(super) read: BTreeMap<(Digest, Epoch), Read>,
    pub(super) faulty: bool,
    pub(super) crashes: usize,
    pub(super) messages: usize,
    pub(super) refused: usize,
    pub(super) trace: Digest,
}

impl Run {
    fn new(plan: Plan) -> Self {
        let birth = birth(plan.validators, plan.changes > 0);
        let mut dice = Dice::new(plan.seed);
        let mut shell = |i| Shell::new(i, &birth, Clock::new(&plan, &mut dice)).planned(&plan);
        let shells = plan.places().into_iter().map(&mut shell).collect();
        let mut run = Self {
            dice,
            now: DAWN,
            queue: BTreeMap::new(),
            queued: 0,
            shells,
            culprits: plan.culprits(),
            weather: Weather::new(plan.pace_ms),
            clients: Clients::new(birth.chain, plan.transactions, plan.copies),
            governor: Governor::new(plan.changes),
            disaster: if plan.disaster { Disaster::Ahead } else { Disaster::None },
            rescues: 0,
            history: History::new(plan.culprits(), &birth),
            witness: Witness::default(),
            tape: Tape::default(),
            checked: BTreeSet::new(),
            read: BTreeMap::new(),
            faulty: true,
            crashes: 0,
            messages: 0,
            refused: 0,
            trace: Digest::ZERO,
            birth,
            plan,
        };
        for (place, kind) in run.plan.byzantine.clone() {
            run.shells[usize::from(place)].liar = kind.liar();
        }
        for at in 0..run.shells.len() {
            run.after(0, Event::Start { at });
            run.after(IDLE_MS.0, Event::Idle { at });
        }
        run.after(1, Event::Clients);
        run.after(1, Event::Weather);
        if run.plan.changes > 0 {
            run.after(1, Event::Govern);
        }
        run
    }
    fn run(&mut self) -> Result<Report, Finding> {
        match self.phases() {
            Err(finding) if self.plan.is_hopeless() => self.blame(finding),
            other => other,
        }
    }
    fn phases(&mut self) -> Result<Report, Finding> {
        let healing = TimeMs(DAWN.0 + self.plan.faults_ms);
        while self.next_before(healing)? {}
        self.heal(healing);
        if self.plan.is_hopeless() {
            while self.next_before(TimeMs(healing.0 + WATCH_MS))? {}
            return Ok(self.sum_up(0, false));
        }
        let bound = TimeMs(healing.0 + self.plan.bound_ms);
        while !self.is_whole() {
            if !self.next_before(bound)? {
                // what is false tells more than what is missing
                self.audit(&BTreeMap::new())?;
                return Err(self.not_whole());
            }
        }
        let healed_ms = self.now.0 - healing.0;
        let closed_late = self.audit(&self.clients.acknowledged)?;
        Ok(Report { closed_late, ..self.sum_up(healed_ms, false) })
    }
    pub(super) fn sum_up(&self, healed_ms: u64, broken: bool) -> Report {
        Report {
            height: self.history.height(),
            events: self.history.events(),
            crashes: self.crashes,
            messages: self.messages,
            refused: self.refused,
            faults: self.history.faults,
            proven: self.history.named().len(),
            epochs: self.history.roll.newest().epoch(),
            closed_late: 0,
            rescued: self.rescues > 0,
            relapsed: self.rescues > 1,
            broken,
            healed_ms,
            trace: self.trace,
        }
    }
    fn heal(&mut self, at: TimeMs) {
        self.now = self.now.max(at);
        self.faulty = false;
        self.weather.heal();
        for at in 0..self.shells.len() {
            self.shells[at].clock.heal(&mut self.dice);
            if !self.shells[at].is_up() {
                self.after(1, Event::Start { at });
            }
        }
    }
    /// Whether a process belongs to a validator that is faulty on purpose.
    pub(super) fn is_culprit(&self, at: usize) -> bool {
        self.culprits.contains(&self.shells[at].number)
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
            Event::Tick { at, timer } => self.tick(at, timer)?,
            Event::Turn { at, life } => self.end_turn(at, life)?,
            Event::Message { from, to, message } => self.deliver(from, to, &message.message)?,
            Event::Bytes { from, to, bytes } => self.receive(from, to, &bytes)?,
            Event::Submission { to, transaction } => self.submit(to, &transaction, false)?,
            Event::Report { at, transaction } => self.submit(at, &transaction, true)?,
            Event::Admitted { at, life, input } if self.shells[at].life == life => self.input(at, (*input).clone())?,
            Event::Reappraise { at, life, tx } if self.shells[at].life == life => self.reappraise(at, &tx)?,
            Event::Admitted { .. } | Event::Reappraise { .. } => {}
            Event::Idle { at } => self.idle(at),
            Event::Clients => self.clients_move()?,
            Event::Weather => self.weather_turns()?,
            Event::Govern => self.govern()?,
        }
        Ok(true)
    }
    fn note(&mut self, event: &Event) {
        let what = match event {
            Event::Message { from, to, message } => format!("{from}>{to} {:?}", message.name),
            Event::Submission { to, transaction } => format!(">{to} {:?}", transaction.id()),
            Event::Report { at, transaction } => format!("{at} reports {:?}", transaction.id()),
            Event::Bytes { from, to, bytes } => format!("{from}>{to} {:?}", Digest::sm3(bytes)),
            Event::Admitted { at, input, .. } => format!("{at} admits {}", summary::admitted(input)),
            other => format!("{other:?}"),
        };
        if self.plan.log {
            let brief = if let Event::Message { message, .. } = event {
                summary::brief(&message.message)
            } else {
                String::new()
            };
            self.say(&format!("{what} {brief}"));
        }
        self.trace = Digest::sm3_pair(&self.trace.0, format!("{} {what}", self.now).as_bytes());
    }
    pub(super) fn say(&self, what: &str) {
        if self.plan.log {
            println!("{:>6} {what}", self.now.0 - DAWN.0);
        }
    }
    fn start(&mut self, at: usize) -> Result<(), Finding> {
        if self.shells[at].is_up() || self.shells[at].lost {
            return Ok(());
        }
        if self.faulty && self.plan.is_victim(at) && self.dice.chance(self.plan.wipe) {
            let empty = self.dice.chance(500);
            self.lose_disk(at, empty);
        }
        self.shells[at].start(&self.birth, self.plan.mutant)?;
        let tip = ledger::tip(&self.shells[at].disk)?.ok_or_else(|| Rule::Store.broken("a disk without a tip"))?;
        self.history.started(at, tip.header.height)?;
        self.history.roll.goes_by(at, &self.shells[at].set)?;
        self.history.starts_in(at, self.shells[at].set.epoch())?;
        self.input(at, Input::Start)?;
        for again in self.shells[at].resume(&self.birth)? {
            self.hand_over(at, again)?;
        }
        self.report_again(at)
    }
    /// A machine's disk is empty, or an older copy of it is put back.
    pub(super) fn lose_disk(&mut self, at: usize, empty: bool) {
        self.shells[at].lose_disk(&self.birth, empty);
        self.tape.forgot(ValidatorIndex(self.shells[at].number));
        self.history.lost_disk(at);
    }
    pub(super) fn set_timer(&mut self, at: usize, wake_at: Option<TimeMs>) {
        let shell = &mut self.shells[at];
        shell.wake_at = wake_at;
        self.wait(at);
    }
    /// As the node does it: sleep until the wake-up, but look at the clock once in a while.
    fn wait(&mut self, at: usize) {
        let shell = &mut self.shells[at];
        let Some(wake_at) = shell.wake_at else { return };
        shell.timer += 1;
        let (timer, clock) = (shell.timer, shell.clock.read(self.now));
        let ms = wake_at.0.saturating_sub(clock.0).clamp(1, 1_000);
        self.after(ms, Event::Tick { at, timer });
    }
    fn tick(&mut self, at: usize, timer: u64) -> Result<(), Finding> {
        let shell = &mut self.shells[at];
        let Some(wake_at) = shell.wake_at.filter(|_| shell.timer == timer) else { return Ok(()) };
        let (view, now) = (shell.view(), self.now);
        // a clock that was set back would let every timer sleep until it has caught up
        if !shell.clock.was_set_back(self.now) && shell.clock.read(self.now) < wake_at {
            self.wait(at);
            return Ok(());
        }
        self.input(at, Input::Tick)?;
        let consequences = self.deluded(at, |who, delusion| delusion.waits(who, view, now));
        self.suffer(at, consequences)
    }
    fn idle(&mut self, at: usize) {
        if self.shells[at].is_up() {
            self.lie(at, |liar, me| liar.idles(me));
        }
        if self.shells[at].liar.is_some() {
            let ms = self.dice.between(IDLE_MS.0, IDLE_MS.1);
            self.after(ms, Event::Idle { at });
        }
    }
    fn weather_turns(&mut self) -> Result<(), Finding> {
        self.weather.turn(&self.plan, self.shells.len(), &mut self.dice);
        if self.faulty {
            self.mishaps()?;
        }
        let ms = self.dice.between(100, 1_200);
        self.after(ms, Event::Weather);
        Ok(())
    }
    /// Somebody sets a clock, somebody makes a backup, the power goes in the whole town.
    fn mishaps(&mut self) -> Result<(), Finding> {
        let at = self.dice.index(self.shells.len());
        if self.dice.chance(self.plan.jumps) {
            self.shells[at].clock.jump(&self.plan, &mut self.dice);
        }
        if self.plan.mutant == Some(Mutant::VoteAfterRestore) || self.plan.is_victim(at) {
            self.shells[at].backup = Some(self.shells[at].disk.clone());
        }
        if self.dice.chance(self.plan.blackout) {
            for at in 0..self.shells.len() {
                if self.shells[at].is_up() {
                    self.fall_hard(at, true)?;
                }
            }
        }
        Ok(())
    }
}

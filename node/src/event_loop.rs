//! The event loop: the one thread on which consensus runs. Select → step → perform.
//!
//! A turn takes what has come in (up to [`TURN_EVENTS`]), steps the replica once for each, and performs what it asks for
//! in this order: write every step's batch, wait once for the disk if anything is to be sent, send, notify, set the
//! timer. Nothing here checks a signature, appraises, or waits for a peer.

mod progress;
mod publication;

use crate::clock;
use crate::fault::Fault;
use crate::fault_report::FaultReports;
use crate::governance::Governance;
use crate::guard::Guard;
use crate::intake::Intake;
use crate::net::Net;
use crate::net::inbound::VerifiedMessages;
use crate::packet_rows::PacketRows;
use crate::refusal::Refusal;
use crate::shutdown::Shutdown;
use crate::status::{Commit, NodeStatus};
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::telemetry::cpu::CpuClock;
use ledger::Rejected;
use progress::Progress;
use proto::{Appraisal, Epoch, Height, TimeMs, Transaction, TxId, ValidatorIndex, ValidatorSet, Verified};
use replica::{Actions, DropReason, Input, Message, Notice, Outbound, Replica};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{self, Receiver};
use tokio::sync::{broadcast, oneshot, watch};

/// Most events in one turn: bounds how long the first one's effects wait for the disk.
const TURN_EVENTS: usize = 64;
/// The loop turns at least this often, so that monitoring can see that it lives.
const IDLE: Duration = Duration::from_secs(1);
/// How often, in blocks, expired submissions are swept out.
const SWEEP_BLOCKS: u64 = 64;

/// What can happen to the loop.
pub enum Event {
    /// Admission let a submission through.
    Admitted {
        /// With its signature checked.
        transaction: Box<Verified<Transaction>>,
        /// Our opinion.
        appraisal: Option<Appraisal>,
        /// Others that wait with the same writing.
        rivals: Vec<TxId>,
        /// Answered after the step: whether the pool took it.
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// Admission refused a peer's submission: no vote for it.
    Unappraisable {
        /// The transaction.
        tx: TxId,
    },
    /// A verified message of another validator.
    Peer {
        /// Who sent it.
        from: ValidatorIndex,
        /// What.
        message: Box<Message>,
    },
    /// A peer speaks in another epoch.
    Foreign {
        /// Who.
        from: ValidatorIndex,
        /// Which.
        epoch: Epoch,
    },
}

/// The parts that the loop drives.
pub struct EventLoop {
    /// Consensus and ledger.
    pub replica: Replica,
    /// The disk.
    pub store: Arc<Store>,
    /// How far we may have voted, apart from the disk.
    pub guard: Guard,
    /// Rows of packets.
    pub packets: PacketRows,
    /// The other validators.
    pub net: Net,
    /// Who is told what becomes of a transaction.
    pub intake: Arc<Intake>,
    /// Certificates made here.
    pub verified: Arc<VerifiedMessages>,
    /// The published snapshot.
    pub status: watch::Sender<NodeStatus>,
    /// Finalized blocks.
    pub commits: broadcast::Sender<Commit>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Where tasks run that the loop starts.
    pub runtime: tokio::runtime::Handle,
    /// What we do by ourselves about motions.
    pub governance: Governance,
    /// And about faults.
    pub faults: FaultReports,
    /// Who votes now, for whoever checks what comes in.
    pub validators: Arc<RwLock<ValidatorSet>>,
    /// Between turns.
    pub memory: Memory,
}

/// What a turn has gathered, to be performed after its writes.
#[derive(Default)]
struct Effects {
    send: Vec<Outbound>,
    notify: Vec<Notice>,
}

/// What the loop itself remembers between turns.
#[derive(Default)]
pub struct Memory {
    wake_at: Option<TimeMs>,
    /// What the clock showed at the last turn.
    now: TimeMs,
    /// Something was written since the disk was last waited for.
    unsynced: bool,
    /// How fast blocks become final.
    progress: Progress,
    /// When expired submissions were swept out last.
    swept: Height,
}

impl EventLoop {
    /// Runs until the node stops or a fault stops it.
    pub async fn run(mut self, mut events: mpsc::Receiver<Event>, shutdown: Shutdown) {
        let outcome = self.turns(&mut events, shutdown.wait()).await;
        // What was written and not yet synced becomes durable now; nobody was told of it.
        if let Err(fault) = outcome.and_then(|()| self.store.sync()) {
            shutdown.fail(fault);
        }
    }

    async fn turns(&mut self, events: &mut Receiver<Event>, stop: impl Future<Output = ()>) -> Result<(), Fault> {
        self.enter_epoch(&self.replica.validators().clone())?;
        let mut effects = Effects::default();
        self.step(Input::Start, &mut effects)?;
        self.perform(effects)?;
        if let Some(rescue) = self.replica.taken_up() {
            self.governance.pass_on(rescue.clone());
        }
        tokio::pin!(stop);
        loop {
            let first = tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                event = events.recv() => match event {
                    Some(event) => Some(event),
                    None => return Ok(()),
                },
                () = tokio::time::sleep(self.pause()) => None,
            };
            self.turn(first, events)?;
        }
    }

    fn pause(&self) -> Duration {
        let now = clock::now().0;
        self.memory.wake_at.map_or(IDLE, |at| Duration::from_millis(at.0.saturating_sub(now)).min(IDLE))
    }

    fn turn(&mut self, first: Option<Event>, events: &mut Receiver<Event>) -> Result<(), Fault> {
        let mut effects = Effects::default();
        let now = clock::now();
        // A clock that was set back would let every timer sleep until it has caught up.
        let set_back = now < std::mem::replace(&mut self.memory.now, now);
        if set_back || self.memory.wake_at.is_some_and(|at| at <= now) {
            self.step(Input::Tick, &mut effects)?;
        }
        self.metrics.mesh.events_queued.set(i64::try_from(events.len()).unwrap_or(i64::MAX));
        let more = std::iter::from_fn(|| events.try_recv().ok());
        for event in first.into_iter().chain(more).take(TURN_EVENTS) {
            self.on_event(event, &mut effects)?;
        }
        self.perform(effects)
    }

    fn on_event(&mut self, event: Event, effects: &mut Effects) -> Result<(), Fault> {
        match event {
            Event::Unappraisable { tx } => self.step(Input::Unappraisable { tx }, effects),
            Event::Foreign { from, epoch } => self.step(Input::Foreign { from, epoch }, effects),
            Event::Peer { from, message } => {
                self.memory.progress.receives(&message, &self.metrics);
                self.step(Input::Message { from, message: *message }, effects)
            }
            Event::Admitted { transaction, appraisal, rivals, reply } => {
                let (tx, before) = (transaction.id(), effects.notify.len());
                self.step(Input::Admitted { transaction: *transaction, appraisal, rivals }, effects)?;
                let dropped = effects.notify[before..].iter().find_map(|notice| match notice {
                    Notice::Dropped { tx: dropped, reason } if *dropped == tx => Some(refusal(reason.clone())),
                    _ => None,
                });
                // Nobody waits for the answer when the node is stopping.
                let _told = reply.send(dropped.map_or(Ok(()), Err));
                Ok(())
            }
        }
    }

    /// Steps the replica and appends what it must not forget.
    fn step(&mut self, input: Input, effects: &mut Effects) -> Result<(), Fault> {
        let clock = CpuClock::start();
        let actions = self.replica.step(clock::now(), input, &*self.store).map_err(|e| self.store.fault(e))?;
        self.metrics.step.observe(clock.elapsed());
        let Actions { persist, packets, send, notify, wake_at } = actions;
        let batch = self.packets.add(persist, &packets, &notify)?;
        if !batch.is_empty() {
            let clock = Instant::now();
            // If we crash here, before or inside the write: nothing of this step has left the node.
            self.store.write(batch)?;
            self.metrics.write.observe(clock.elapsed());
            self.memory.unsynced = true;
        }
        effects.send.extend(send);
        effects.notify.extend(notify);
        self.memory.wake_at = wake_at;
        Ok(())
    }

    fn perform(&mut self, effects: Effects) -> Result<(), Fault> {
        if self.memory.unsynced && !effects.send.is_empty() {
            let (clock, written) = (Instant::now(), self.store.written());
            // If we crash between the two: the guard covers more than was promised, which costs nothing.
            self.guard.cover(self.replica.promised())?;
            self.store.sync()?;
            self.guard.note(written)?;
            self.metrics.sync.observe(clock.elapsed());
            self.memory.unsynced = false;
        }
        // If we crash here: the promises are durable, and the restarted replica sends the same votes again.
        effects.send.into_iter().for_each(|outbound| self.send(outbound));
        // Commits may be told without waiting for our own disk: a quorum made its finalize votes and the block durable
        // before it sent them, so no crash of machines can take the commit back.
        let committed = effects.notify.iter().any(|n| matches!(n, Notice::Committed { .. }));
        for notice in effects.notify {
            self.recollect(&notice)?;
            if let Notice::Epoch { validators, .. } = &notice {
                self.enter_epoch(validators)?;
            }
            self.tell(notice);
        }
        self.faults.report(self.replica.tip(), self.replica.validators()).map_err(|e| self.store.fault(e))?;
        if committed {
            self.sweep()?;
            self.governance.on_commit(self.replica.tip()).map_err(|e| self.store.fault(e))?;
        }
        let culprits =
            self.faults.judge(self.memory.now, self.replica.validators()).map_err(|e| self.store.fault(e))?;
        if let Some(culprits) = culprits {
            self.status.send_modify(|s| s.alarms.culprits = culprits);
        }
        self.publish();
        Ok(())
    }

    /// Peers are checked and numbered by another set from now on. What comes from them numbered by the old one is
    /// misdirected at worst; whatever counts is signed.
    fn enter_epoch(&mut self, validators: &ValidatorSet) -> Result<(), Fault> {
        *self.validators.write().unwrap_or_else(PoisonError::into_inner) = validators.clone();
        self.memory.progress.clocks.forget();
        let contacts = self.replica.rescue().map_or_else(Vec::new, |resolution| resolution.contacts.clone());
        let height = self.replica.tip().header.height;
        self.governance.on_epoch(validators, contacts, height).map_err(|e| self.store.fault(e))
    }

    /// Whether we remember what we said. If we crash before the guard has it, the next start doubts again.
    fn recollect(&mut self, notice: &Notice) -> Result<(), Fault> {
        match notice {
            Notice::Forgotten { view } => {
                tracing::error!(view = view.0, "a peer holds a vote of this key that is not in our database: silent");
                self.guard.doubt()
            }
            Notice::Speaks { from } => {
                tracing::info!(from = from.0, "voting");
                self.guard.settle(*from, self.store.written())
            }
            _ => Ok(()),
        }
    }

    fn send(&mut self, Outbound { to, message }: Outbound) {
        self.memory.progress.sends(to, &message, &self.metrics);
        if let Message::WantTransactions(wanted) = message {
            self.intake.traffic.want(&wanted);
            let wanted = self.intake.not_on_their_way(wanted);
            if !wanted.is_empty() {
                self.net.send(to, &Message::WantTransactions(wanted));
            }
            return;
        }
        self.verified.remember(&self.replica.tip().header.chain, &message);
        self.net.send(to, &message);
    }

    fn tell(&mut self, notice: Notice) {
        match notice {
            Notice::Committed { height, events } => self.committed(Commit { height, events }),
            Notice::Dropped { reason: DropReason::Rejected(Rejected::AlreadyCommitted { seq }), tx } => {
                self.intake.committed(&tx, seq);
            }
            Notice::Dropped { tx, reason } => self.intake.dropped(&tx, refusal(reason)),
            Notice::Reappraise { tx } => {
                let intake = self.intake.clone();
                self.runtime.spawn(async move { intake.reappraise(tx).await });
            }
            Notice::Fault(proof) => {
                self.metrics.faults.inc();
                self.faults.found();
                tracing::error!(validator = proof.culprit().0, "a validator contradicted itself; the proof is stored");
            }
            Notice::View { view, leader, why } => {
                self.memory.progress.entered((view, leader), why, &self.metrics);
                tracing::debug!(view = view.0, leader = leader.0, why, "view");
            }
            Notice::Epoch { epoch, validators } => {
                let place = self.replica.index().map(|i| i.0);
                tracing::info!(epoch = epoch.0, validators = validators.count(), ?place, "another set votes");
            }
            Notice::Outdated { ours, needed } => {
                self.status.send_modify(|s| s.outdated = Some((ours, needed)));
                tracing::error!(
                    ours,
                    needed,
                    "the ledger asks for a newer program: this node does not vote; upgrade it"
                );
            }
            Notice::Forgotten { .. } | Notice::Speaks { .. } => {}
            Notice::CaughtUp { height } => tracing::info!(height = height.0, "caught up"),
            Notice::Dispute { tx, .. } => {
                self.metrics.disputes.inc();
                tracing::warn!(tx = %tx, "our appraisal differs from the proposer's: no vote for its block");
            }
        }
    }

    /// What expired is forgotten, in memory and on disk: packets of signings that were never committed are nobody's business.
    fn sweep(&mut self) -> Result<(), Fault> {
        let height = self.replica.tip().header.height;
        if height.0 < self.memory.swept.0.saturating_add(SWEEP_BLOCKS) {
            return Ok(());
        }
        self.memory.swept = height;
        self.intake.submissions.expire(height);
        let packets = self.packets.sweep(height)?;
        if packets > 0 {
            tracing::info!(packets, "packets of signings that were never committed are destroyed");
        }
        Ok(())
    }

    fn committed(&self, commit: Commit) {
        self.metrics.events.inc_by(commit.events.len() as u64);
        tracing::debug!(height = commit.height.0, events = commit.events.len(), "committed");
        for (tx, seq) in &commit.events {
            self.intake.committed(tx, *seq);
        }
        // Without subscribers there is nobody to tell.
        let _told = self.commits.send(commit);
    }
}

fn refusal(reason: DropReason) -> Refusal {
    match reason {
        DropReason::Rejected(rejected) => rejected.into(),
        DropReason::PoolFull => Refusal::full("transactions waiting to be committed"),
    }
}

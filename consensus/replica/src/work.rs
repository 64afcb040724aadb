//! Proposing: whether there is anything worth a block, and making one. No empty blocks but a slow heartbeat.

use crate::boundary::{DropReason, Notice};
use crate::pool::Standing;
use crate::replica::{Replica, Step};
use crate::speculation::Path;
use ledger::{Built, Context, ReadFault, Rejected, Tip};
use proto::{Digest, Header, Item, TimeMs, TxId, View};
use simplex::Head;
use std::collections::{BTreeMap, BTreeSet};

/// Most bytes of transactions in a block that we propose, so that proposals and catch-up answers stay small.
const BLOCK_BYTES_MAX: usize = 512 << 10;

/// What the engine was told about work, and what that rests on.
#[derive(Debug, Default)]
pub struct Work {
    told: bool,
    /// Something may have changed since.
    stale: bool,
    /// A transaction came in since: worth telling again, because the leader may have found nothing before.
    news: bool,
    /// Notarized blocks above the tip.
    notarized: BTreeMap<View, Digest>,
}

impl Work {
    /// A transaction came in.
    pub fn arrived(&mut self) {
        self.news = true;
    }
    /// The view or the tip changed.
    pub fn changed(&mut self) {
        self.stale = true;
    }
    /// A block is notarized.
    pub fn notarized(&mut self, view: View, block: Digest) {
        self.stale = true;
        self.notarized.insert(view, block);
    }
    /// A block is final.
    pub fn finalized(&mut self, view: View) {
        self.stale = true;
        self.notarized = self.notarized.split_off(&view.next());
    }
}

impl Replica {
    /// `Some` when the engine should be told whether there is work.
    pub(crate) fn work_to_tell(&mut self, step: &Step<'_>) -> Option<bool> {
        let due = self.heartbeat_due(step.wall);
        let news = std::mem::take(&mut self.work.news);
        let stale = std::mem::take(&mut self.work.stale);
        if !(news || stale || (due && !self.work.told)) {
            return None;
        }
        let work = due || self.has_work();
        let tell = work != self.work.told || (work && news);
        self.work.told = work;
        tell.then_some(work)
    }

    /// Whether the pool holds anything beyond the newest notarized block that we executed.
    fn has_work(&self) -> bool {
        let path = self.newest();
        self.pool.has_ready(|id| path.as_ref().is_some_and(|p| self.is_taken(p, id)))
    }

    /// Whether a block after that path can hold the transaction no more: it or a rival of it is there already.
    fn is_taken(&self, path: &Path<'_>, id: &TxId) -> bool {
        path.holds(id) || self.pool.is_rivalled(id, |rival| path.holds(rival))
    }

    /// The way to the newest notarized block above the tip that we executed.
    fn newest(&self) -> Option<Path<'_>> {
        self.work.notarized.values().rev().find_map(|block| self.path(block))
    }

    fn heartbeat_due(&self, now: TimeMs) -> bool {
        self.beat().is_some_and(|at| at <= now)
    }

    /// When the heartbeat will be due, if it is not yet.
    pub(crate) fn heartbeat_at(&self, now: TimeMs) -> Option<TimeMs> {
        self.beat().filter(|at| *at > now)
    }

    /// Counted from the newest block, final or not: one beat is one block.
    fn beat(&self) -> Option<TimeMs> {
        let path = self.newest();
        let last = path.as_ref().and_then(Path::tip).unwrap_or(&self.tip);
        self.beat_after(last)
    }

    fn beat_after(&self, last: &Tip) -> Option<TimeMs> {
        let every = self.setup.params.heartbeat_ms;
        (every > 0).then(|| TimeMs(last.header.time.0.saturating_add(every)))
    }

    /// We lead a view: answers with a block on `parent`, or with nothing.
    pub(crate) fn on_build(
        &mut self,
        step: &mut Step<'_>,
        place: (View, Head),
        allow_empty: bool,
    ) -> Result<(), ReadFault> {
        let (view, parent) = place;
        let path = self.path(&parent.digest);
        let last = path.as_ref().and_then(Path::tip).unwrap_or(&self.tip);
        let beats = self.beat_after(last).is_some_and(|at| at <= step.wall);
        let built = self.make_block(step, view, &parent.digest)?;
        let block = built.and_then(|built| {
            self.set_aside(step, &parent.digest, built.left_out);
            let header = built.executed.block.header.clone();
            let wanted = header.event_count > 0 || allow_empty || beats;
            wanted.then(|| {
                let entries = built.executed.block.items.iter().map(proto::Item::entry).collect();
                self.speculation.insert(built.executed);
                (header, entries)
            })
        });
        step.queue.push_back(simplex::Input::Built { view, block });
        Ok(())
    }

    fn make_block(&self, step: &Step<'_>, view: View, parent: &Digest) -> Result<Option<Built>, ReadFault> {
        let Some((proposer, _)) = &self.setup.identity else { return Ok(None) };
        let Some(path) = self.path(parent) else { return Ok(None) };
        let count = self.setup.params.block_events_max as usize;
        let mut candidates = self.pool.candidates(|id| self.is_taken(&path, id), count, BLOCK_BYTES_MAX);
        // A rescue is the first event of its epoch, or none, however much has come to wait while nothing was decided.
        if let Some(rescue) = self.opening().filter(|item| !path.holds(&item.transaction.id())) {
            candidates.retain(|item| item.transaction.rescue().is_none());
            candidates.truncate(count.saturating_sub(1));
            candidates.insert(0, rescue);
        }
        let mut chosen = BTreeSet::new();
        candidates.retain(|item| {
            let id = item.transaction.id();
            let free = !self.pool.is_rivalled(&id, |rival| chosen.contains(rival));
            free && chosen.insert(id)
        });
        let context = Context { view, time: step.wall, proposer: *proposer };
        let state = step.state(path.changes());
        ledger::build(&state, path.tip().unwrap_or(&self.tip), context, candidates).map(Some)
    }

    /// The rescue that opens our epoch, as long as no block of the epoch is final.
    fn opening(&self) -> Option<Item> {
        let waits = self.tip.header.epoch < self.epoch();
        let transaction = waits.then(|| self.taken_up()).flatten()?.clone();
        Some(Item { transaction, appraisal: None })
    }

    /// What a block could not take. On the final state that is the last word; above it, we ask again after a commit.
    fn set_aside(&mut self, step: &mut Step<'_>, parent: &Digest, left_out: Vec<(TxId, Rejected)>) {
        self.work.stale |= !left_out.is_empty();
        for (tx, rejected) in left_out {
            if *parent == self.tip.digest {
                self.give_up(step, tx, rejected);
            } else {
                self.pool.set(&tx, Standing::Aside);
            }
        }
    }

    /// The ledger, as it is final now, does not take a transaction of the pool.
    fn give_up(&mut self, step: &mut Step<'_>, tx: TxId, rejected: Rejected) {
        if matches!(rejected, Rejected::TemplateChanged { .. } | Rejected::HistoryChanged { .. }) {
            return self.set_stale(step, tx);
        }
        self.pool.remove(&tx);
        step.notify(Notice::Dropped { tx, reason: DropReason::Rejected(rejected) });
    }

    /// After a commit: asks again about transactions that should have been taken by now.
    pub(crate) fn check_pool(&mut self, step: &mut Step<'_>) -> Result<(), ReadFault> {
        /// Bounds the time of one step.
        const CHECKS_MAX: usize = 64;
        for tx in self.pool.due(self.tip.header.height, CHECKS_MAX) {
            match self.still_wanted(step, &tx)? {
                Err(rejected) => self.give_up(step, tx, rejected),
                // What the shell appraises again waits for its answer: the ledger's rules do not know what it may find.
                Ok(()) if self.pool.get(&tx).is_some_and(|w| w.standing == Standing::Stale) => {}
                Ok(()) => self.pool.set(&tx, Standing::Ready),
            }
        }
        Ok(())
    }

    fn still_wanted(&self, step: &Step<'_>, tx: &TxId) -> Result<Result<(), Rejected>, ReadFault> {
        let Some(waiting) = self.pool.get(tx) else { return Ok(Ok(())) };
        let (item, state) = (&waiting.item, step.state(std::iter::empty()));
        match ledger::admit(&state, &self.tip, step.wall, &item.transaction)? {
            ledger::Admission::Rejected(rejected) => Ok(Err(rejected)),
            ledger::Admission::Committed(seq) => Ok(Err(Rejected::AlreadyCommitted { seq })),
            ledger::Admission::Fresh { .. } => {
                ledger::check_appraisal(&state, &item.transaction, item.appraisal.as_ref())
            }
        }
    }

    /// Whether a proposal's time is too far ahead of our clock for a vote now. A block right after a parent that is
    /// itself ahead cannot be earlier, so it is never held against it.
    pub(crate) fn ahead(&self, now: TimeMs, header: &Header, parent: &Header) -> bool {
        let limit = now.0.saturating_add(self.setup.params.clock_skew_max_ms);
        header.time.0 > limit && header.time > parent.time.next()
    }
}

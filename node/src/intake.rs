//! The intake: the way of a submission from a client or peer through admission into consensus, and on to the peers.
//!
//! A transaction is checked once however often it arrives; when packets of its signer are committed meanwhile, it is
//! compared with those. The node that took it from a client sends it to all validators; nobody passes on what came from a
//! peer. What a block waits for is worked on apart from what peers bring unasked, and that apart from what clients bring.

use crate::admission::{self, Admission, Checked};
use crate::appraisers::{Appraisers, Lane};
use crate::event_loop::Event;
use crate::handle::Accepted;
use crate::net::Net;
use crate::refusal::{Refusal, RefusalKind};
use crate::space::Space;
use crate::status::Commit;
use crate::submission::Submission;
use crate::submissions::{Held, Submissions};
use crate::telemetry::Metrics;
use crate::waiters::Waiters;
use proto::{Appraisal, Body, Seq, TxId};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, mpsc, oneshot};

/// From how many on clients are told to come back: what waits longer than they do is work for nothing.
const CLIENTS_CHECKING_MAX: usize = 256;
/// Most writings of one signer that clients have waiting at a time. Each is compared with all others, so that they cost the
/// square of their number; no hand is that fast.
const SIGNER_WAITING_MAX: usize = 16;
/// Most with those that peers bring unasked: as many as four nodes take from clients. What a block holds is asked for.
const SIGNER_GOSSIPED_MAX: usize = 4 * SIGNER_WAITING_MAX;
/// How many times, 10 ms apart, a client's submission waits for the same one from elsewhere to be checked.
const PATIENCE: usize = 300;
/// How many blocks a node may be behind the node that a submitter talked to.
const LAG_BLOCKS: u64 = 4;
/// How long it waits for each of them.
const LAG_WAIT: Duration = Duration::from_millis(400);

/// How long a held submission whose signer's packets are not all here waits before it is looked at again, at most.
const RENEW_WAIT: Duration = Duration::from_secs(2);

mod desk;
mod resumption;
mod traffic;

use desk::{Desk, Settled, Taken, signer_busy};
pub use traffic::Traffic;

/// The parts that a submission passes.
pub struct Intake {
    /// What is checked.
    pub admission: Arc<Admission>,
    /// Who checks.
    pub workers: Appraisers,
    /// Where it waits.
    pub submissions: Arc<Submissions>,
    /// Who is told.
    pub waiters: Arc<Waiters>,
    /// Consensus.
    pub events: mpsc::Sender<Event>,
    /// The other validators.
    pub net: Net,
    /// Finalized blocks.
    pub commits: broadcast::Sender<Commit>,
    /// Room on the disk.
    pub space: Arc<Space>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// What is on its way.
    pub traffic: Arc<Traffic>,
}

/// Who brought a submission: how many writings of its signer may wait depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bringer {
    /// A client.
    Client,
    /// A client that only asks what would be said.
    Rehearsal,
    /// A peer that was not asked.
    Peer,
    /// A peer, for a block that holds it.
    Asked,
}

impl Bringer {
    fn lane(self) -> Lane {
        match self {
            Self::Client | Self::Rehearsal => Lane::Appraise,
            Self::Peer => Lane::Gossip,
            Self::Asked => Lane::Judge,
        }
    }
}

impl Intake {
    /// A client's submission. It goes its way to the end even if the client hangs up meanwhile.
    pub async fn submit(self: &Arc<Self>, submission: Submission) -> Result<Accepted, Refusal> {
        let this = self.clone();
        tokio::spawn(async move { this.submit_to_the_end(submission).await }).await.map_err(|_| Refusal::stopping())?
    }

    async fn submit_to_the_end(&self, submission: Submission) -> Result<Accepted, Refusal> {
        let (tx, origin, submission) = (submission.tx(), Some(Instant::now()), Arc::new(submission));
        self.space.check()?;
        if !self.submissions.has_room(submission.memory_bytes()) {
            return Err(Refusal::full("submissions in memory"));
        }
        self.check_crowd(&submission)?;
        if let Some(held) = self.begin(tx).await? {
            return Ok(Accepted { tx, appraisal: held.appraisal.clone(), committed: None });
        }
        self.waiters.forget(&tx);
        let accepted = match self.settle(&submission, Bringer::Client, origin).await {
            Err(refusal) => Err(refusal),
            Ok(Settled::Committed(seq)) => Ok(Accepted { tx, appraisal: None, committed: Some(seq) }),
            Ok(Settled::Taken(taken)) => {
                let told = self.hand_over(*taken, origin.is_some()).await;
                told.map(|appraisal| Accepted { tx, appraisal, committed: None })
            }
        };
        self.traffic.end(&tx);
        accepted
    }

    /// What [`Intake::submit`] would say.
    pub async fn validate_only(&self, submission: Submission) -> Result<Option<Appraisal>, Refusal> {
        self.check_crowd(&submission)?;
        let full = || Refusal::full("submissions that are being checked");
        let _place = self.traffic.rehearse().ok_or_else(full)?;
        let (desk, submission) = (self.desk(), Arc::new(submission));
        match self.work(Bringer::Rehearsal, move || desk.check(&submission, Bringer::Rehearsal)).await? {
            Checked::Fresh(admitted) => Ok(admitted.appraisal),
            Checked::Committed(seq) => Err(ledger::Rejected::AlreadyCommitted { seq }.into()),
        }
    }

    /// Refuses a client's submission where it would only wait.
    fn check_crowd(&self, submission: &Submission) -> Result<(), Refusal> {
        if self.traffic.count() >= CLIENTS_CHECKING_MAX {
            return Err(Refusal::full("submissions that are being checked"));
        }
        let Some(signer) = submission.transaction.draft.body.signer() else { return Ok(()) };
        let held = self.submissions.of(signer);
        let waiting = held.len() + self.traffic.count_beside(signer, &held);
        if waiting >= SIGNER_WAITING_MAX { Err(signer_busy()) } else { Ok(()) }
    }

    /// Marks a transaction as being checked; waits while somebody else does so, and gives what came of that.
    async fn begin(&self, tx: TxId) -> Result<Option<Arc<Held>>, Refusal> {
        for _ in 0..PATIENCE {
            if let Some(held) = self.submissions.get(&tx) {
                return Ok(Some(held));
            }
            if self.traffic.begin(tx) {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(Refusal::full("submissions that are being checked"))
    }

    /// A submission that a peer sent. A refusal is our opinion, not the peer's fault: another node may have another
    /// clock. Consensus is told that we will not vote for it.
    pub async fn gossip(&self, submission: Submission) {
        let tx = submission.tx();
        let bringer = if self.traffic.is_wanted(&tx) { Bringer::Asked } else { Bringer::Peer };
        // What the others take now cannot be checked before the blocks are here that it builds on.
        if bringer == Bringer::Peer && self.traffic.is_behind() {
            self.metrics.dropped.inc();
            return;
        }
        if self.submissions.get(&tx).is_some() || !self.traffic.begin(tx) {
            return;
        }
        let submission = Arc::new(submission);
        let failed = match self.settle(&submission, bringer, None).await {
            Ok(Settled::Committed(seq)) => {
                self.fill_gap(tx, seq, &submission).await;
                None
            }
            Ok(Settled::Taken(taken)) => self.hand_over(*taken, false).await.err(),
            Err(refusal) => Some(refusal),
        };
        self.traffic.end(&tx);
        match failed {
            // Not refused, only not taken: consensus asks for it when a block holds it.
            Some(refusal) if is_passing(&refusal) => {
                self.metrics.dropped.inc();
            }
            // Not what the transaction commits to: whoever sent this must not keep us from voting for the real one.
            Some(refusal) if admission::are_others(&refusal) => {
                self.metrics.malformed.inc();
            }
            Some(refusal) => {
                tracing::debug!(tx = %tx.short(), code = refusal.code, "a peer's submission was refused");
                self.tell(Event::Unappraisable { tx }).await;
            }
            None => {}
        }
    }

    /// The references or packets of its signer changed: appraises a held submission again. One that cannot be taken again is
    /// given up, and whoever waits for it told: without an opinion of ours it would only be in the way. While it is only
    /// this node that lacks something, it stays: the others may commit it.
    pub async fn reappraise(&self, tx: TxId) {
        let mut commits = self.commits.subscribe();
        while let Some(held) = self.submissions.get(&tx) {
            let desk = self.desk();
            let renewed = match self.work(Bringer::Asked, move || desk.renew(&held)).await {
                Ok(Settled::Taken(taken)) => self.hand_over(*taken, false).await.map(drop),
                Ok(Settled::Committed(_)) => return,
                Err(refusal) => Err(refusal),
            };
            match renewed {
                Err(refusal) if is_passing(&refusal) && self.traffic.begin_renewal(tx) => {
                    let _block = tokio::time::timeout(RENEW_WAIT, commits.recv()).await;
                    self.traffic.end_renewal(&tx);
                }
                Err(refusal) if !is_passing(&refusal) && refusal.code != "ALREADY_COMMITTED" => {
                    self.submissions.remove(&tx);
                    self.waiters.dropped(&tx, refusal);
                    return self.tell(Event::Unappraisable { tx }).await;
                }
                // Done; or somebody else waits to do the same.
                _ => return,
            }
        }
        // Given up meanwhile, while it was still on its way to consensus: it must not wait there with nobody to renew it.
        self.tell(Event::Unappraisable { tx }).await;
    }

    /// Those of `wanted` that are not being checked here already.
    pub fn not_on_their_way(&self, wanted: Vec<TxId>) -> Vec<TxId> {
        wanted.into_iter().filter(|tx| !self.traffic.has(tx) && self.submissions.get(tx).is_none()).collect()
    }

    /// Consensus committed it.
    pub fn committed(&self, tx: &TxId, seq: Seq) {
        if let Some(since) = self.submissions.remove(tx).and_then(|held| held.origin) {
            self.metrics.commit.observe(since.elapsed());
        }
        self.waiters.committed(tx, seq);
    }

    /// Consensus gave it up.
    pub fn dropped(&self, tx: &TxId, refusal: Refusal) {
        self.submissions.remove(tx);
        self.waiters.dropped(tx, refusal);
    }

    /// Checks and takes; when this node may merely be a few blocks behind the submitter, again after each of the next
    /// blocks.
    async fn settle(
        &self,
        submission: &Arc<Submission>,
        bringer: Bringer,
        origin: Option<Instant>,
    ) -> Result<Settled, Refusal> {
        let mut commits = self.commits.subscribe();
        let once = || {
            let (desk, submission) = (self.desk(), submission.clone());
            self.work(bringer, move || desk.settle(&submission, bringer, origin))
        };
        let mut settled = once().await;
        for _ in 0..LAG_BLOCKS {
            let Some(refusal) = settled.as_ref().err().cloned() else { break };
            if !self.may_be_lag(&refusal, submission, bringer).await? {
                break;
            }
            let _block = tokio::time::timeout(LAG_WAIT, commits.recv()).await;
            settled = once().await;
        }
        if settled.is_err() {
            self.metrics.refused.inc();
        }
        settled
    }

    /// Whether the next blocks may take a refusal back: what the submission names may not have reached this node yet. Only
    /// what its author signed is worth a place to wait in: anybody can name what does not exist.
    async fn may_be_lag(
        &self,
        refusal: &Refusal,
        submission: &Arc<Submission>,
        bringer: Bringer,
    ) -> Result<bool, Refusal> {
        let transaction = &submission.transaction;
        let lags = match refusal.code {
            // Asked for after the signature held. Packets that are not here are no matter of a few blocks.
            "TEMPLATE_CHANGED" | "HISTORY_CHANGED" => return Ok(true),
            "TARGET_UNKNOWN" => true,
            "EXPIRY_TOO_FAR" => self.admission.expires_within(transaction, LAG_BLOCKS)?,
            "NONCE_UNKNOWN" => matches!(transaction.draft.body, Body::Sign { .. }),
            _ => false,
        };
        if !lags {
            return Ok(false);
        }
        let (desk, ours) = (self.desk(), submission.clone());
        let work = move || match desk.admission.is_signed(&ours.transaction)? {
            true => desk.count(&ours, bringer).map(|()| true),
            false => Ok(false),
        };
        self.work(bringer, work).await
    }

    /// Packets of a committed event that this node lacks.
    async fn fill_gap(&self, tx: TxId, seq: Seq, submission: &Arc<Submission>) {
        let (admission, submission) = (self.admission.clone(), submission.clone());
        let work = move || admission.fill_gap(&tx, &submission);
        match self.workers.run(Lane::Gossip, work).await {
            Some(Ok(true)) => tracing::debug!(seq = seq.0, "packets of a committed event arrived"),
            Some(Err(refusal)) => tracing::debug!(seq = seq.0, code = refusal.code, "not the packets asked for"),
            Some(Ok(false)) | None => {}
        }
    }

    /// To consensus; and to the peers, if a client has just brought it here.
    async fn hand_over(&self, taken: Taken, spread: bool) -> Result<Option<Appraisal>, Refusal> {
        let Taken { transaction, appraisal, rivals } = taken;
        let (tx, (reply, answer)) = (transaction.id(), oneshot::channel());
        let (transaction, opinion) = (Box::new(transaction), appraisal.clone());
        self.tell(Event::Admitted { transaction, appraisal: opinion, rivals, reply }).await;
        answer.await.map_err(|_| Refusal::stopping())?.inspect_err(|_| drop(self.submissions.remove(&tx)))?;
        self.metrics.admitted.inc();
        if let Some(held) = self.submissions.get(&tx).filter(|_| spread) {
            self.net.spread(&held.submission);
        }
        Ok(appraisal)
    }

    fn desk(&self) -> Desk {
        Desk {
            admission: self.admission.clone(),
            submissions: self.submissions.clone(),
            traffic: self.traffic.clone(),
            metrics: self.metrics.clone(),
        }
    }

    /// On a worker, in the lane of who brought it.
    async fn work<T: Send + 'static>(
        &self,
        bringer: Bringer,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.workers.run(bringer.lane(), work).await.ok_or_else(Refusal::stopping)?
    }

    async fn tell(&self, event: Event) {
        // The loop is gone only when the node is stopping; whoever waits for an answer learns it there.
        let _stopping = self.events.send(event).await;
    }
}

/// Whether a refusal says nothing about the submission, only about this node now.
fn is_passing(refusal: &Refusal) -> bool {
    matches!(refusal.kind, RefusalKind::Exhausted | RefusalKind::Unavailable)
}

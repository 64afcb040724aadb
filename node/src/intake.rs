//! The intake: the way of a submission from a client or peer through admission into consensus, and on to the peers.
//!
//! A transaction is checked once however often it arrives. The node that took it from a client sends it to all
//! validators; nobody passes on what came from a peer.

use crate::admission::{self, Admission, Admitted, Checked};
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
use crate::telemetry::cpu::CpuClock;
use crate::waiters::Waiters;
use proto::{Appraisal, Body, Seq, Transaction, TxId, Verified};
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
/// How often a submission is checked when packets of its signer are committed meanwhile.
const CHECKS_MAX: usize = 8;
/// How many blocks a node may be behind the node that a submitter talked to.
const LAG_BLOCKS: u64 = 4;
/// How long it waits for each of them.
const LAG_WAIT: Duration = Duration::from_millis(400);

mod traffic;

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
    /// A client; or this node itself, about what it holds already.
    Client,
    /// A peer that was not asked.
    Peer,
    /// A peer, for a block that holds it.
    Asked,
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
        let checked = self.check(&submission, Bringer::Client).await;
        let accepted = match checked {
            Err(refusal) => Err(refusal),
            Ok(Checked::Committed(seq)) => Ok(Accepted { tx, appraisal: None, committed: Some(seq) }),
            Ok(Checked::Fresh(admitted)) => {
                let taken = self.take(submission, *admitted, origin).await;
                taken.map(|appraisal| Accepted { tx, appraisal, committed: None })
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
        match self.check(&Arc::new(submission), Bringer::Client).await? {
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
        let waiting = self.submissions.count_of(signer) + self.traffic.count_of(signer);
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
        if self.submissions.get(&tx).is_some() || !self.traffic.begin(tx) {
            return;
        }
        let submission = Arc::new(submission);
        let bringer = if self.traffic.is_wanted(&tx) { Bringer::Asked } else { Bringer::Peer };
        let failed = match self.check(&submission, bringer).await {
            Ok(Checked::Committed(seq)) => {
                self.fill_gap(tx, seq, &submission).await;
                None
            }
            Ok(Checked::Fresh(admitted)) => self.take(submission, *admitted, None).await.err(),
            Err(refusal) => Some(refusal),
        };
        self.traffic.end(&tx);
        match failed {
            // Not refused, only not taken: consensus asks for it when a block holds it.
            Some(refusal) if refusal.kind == RefusalKind::Exhausted => {
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

    /// The references of its signer changed: appraises a held submission again. One that cannot be taken again is given
    /// up, and whoever waits for it told: without an opinion of ours it would only be in the way.
    pub async fn reappraise(&self, tx: TxId) {
        let Some(held) = self.submissions.get(&tx) else { return };
        let taken = match self.run(&held.submission, Bringer::Asked).await {
            Ok(Checked::Committed(_)) => return,
            Ok(Checked::Fresh(admitted)) => self.take(held.submission.clone(), *admitted, held.origin).await.map(drop),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = taken {
            if refusal.code == "ALREADY_COMMITTED" {
                return;
            }
            self.submissions.remove(&tx);
            self.waiters.dropped(&tx, refusal);
            self.tell(Event::Unappraisable { tx }).await;
        }
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

    /// Checks; when this node may merely be a few blocks behind the submitter, again after each of the next blocks.
    async fn check(&self, submission: &Arc<Submission>, bringer: Bringer) -> Result<Checked, Refusal> {
        let mut commits = self.commits.subscribe();
        let mut checked = self.run(submission, bringer).await;
        for _ in 0..LAG_BLOCKS {
            let Some(refusal) = checked.as_ref().err().cloned() else { break };
            if !self.may_be_lag(&refusal, submission, bringer).await? {
                break;
            }
            let _block = tokio::time::timeout(LAG_WAIT, commits.recv()).await;
            checked = self.run(submission, bringer).await;
        }
        if checked.is_err() {
            self.metrics.refused.inc();
        }
        checked
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
            // Asked for after the signature held.
            "TEMPLATE_CHANGED" | "HISTORY_CHANGED" | "TEMPLATE_UNAVAILABLE" | "HISTORY_UNAVAILABLE" => return Ok(true),
            "TARGET_UNKNOWN" => true,
            "EXPIRY_TOO_FAR" => self.admission.expires_within(transaction, LAG_BLOCKS)?,
            "NONCE_UNKNOWN" => matches!(transaction.draft.body, Body::Sign { .. }),
            _ => false,
        };
        if !lags {
            return Ok(false);
        }
        let (admission, ours, count) = (self.admission.clone(), submission.clone(), self.counter(submission, bringer));
        let work = move || if admission.is_signed(&ours.transaction)? { count().map(|()| true) } else { Ok(false) };
        self.workers.run(Lane::Appraise, work).await.ok_or_else(Refusal::stopping)?
    }

    /// What is asked once a signature held: whether so many writings of the signer may wait. They are counted from then on,
    /// because before that anybody can name any signer.
    fn counter(
        &self,
        submission: &Arc<Submission>,
        bringer: Bringer,
    ) -> impl FnOnce() -> Result<(), Refusal> + Send + use<> {
        let (traffic, submissions, submission) = (self.traffic.clone(), self.submissions.clone(), submission.clone());
        move || {
            let Some(signer) = submission.transaction.draft.body.signer() else { return Ok(()) };
            let max = match bringer {
                Bringer::Client => SIGNER_WAITING_MAX,
                Bringer::Peer => SIGNER_GOSSIPED_MAX,
                Bringer::Asked => usize::MAX,
            };
            let room = max.saturating_sub(submissions.count_of(signer));
            if traffic.signed(&submission.tx(), signer, room) { Ok(()) } else { Err(signer_busy()) }
        }
    }

    /// Packets of a committed event that this node lacks.
    async fn fill_gap(&self, tx: TxId, seq: Seq, submission: &Arc<Submission>) {
        let (admission, submission) = (self.admission.clone(), submission.clone());
        let work = move || admission.fill_gap(&tx, &submission);
        match self.workers.run(Lane::Appraise, work).await {
            Some(Ok(true)) => tracing::debug!(seq = seq.0, "packets of a committed event arrived"),
            Some(Err(refusal)) => tracing::debug!(seq = seq.0, code = refusal.code, "not the packets asked for"),
            Some(Ok(false)) | None => {}
        }
    }

    async fn run(&self, submission: &Arc<Submission>, bringer: Bringer) -> Result<Checked, Refusal> {
        let signed = self.counter(submission, bringer);
        let (admission, metrics, submission) = (self.admission.clone(), self.metrics.clone(), submission.clone());
        let work = move || {
            let clock = CpuClock::start();
            let checked = admission.check(&submission, signed);
            metrics.admit.observe(clock.elapsed());
            checked
        };
        self.workers.run(Lane::Appraise, work).await.ok_or_else(Refusal::stopping)?
    }

    /// Keeps an admitted submission, gives it to consensus, and spreads it if a client brought it (at `origin`).
    ///
    /// A packet that was committed while this one was checked may have left memory before this one came in: then neither
    /// the ledger nor the memory was asked about it, and the check is done again.
    async fn take(
        &self,
        submission: Arc<Submission>,
        mut admitted: Admitted,
        origin: Option<Instant>,
    ) -> Result<Option<Appraisal>, Refusal> {
        let tx = submission.tx();
        for _ in 0..CHECKS_MAX {
            let Admitted { transaction, appraisal, rows, profiles } = admitted;
            let held = Held { submission: submission.clone(), appraisal: appraisal.clone(), rows, profiles, origin };
            if !self.submissions.insert(tx, held) {
                return Err(Refusal::full("submissions in memory"));
            }
            if !self.admission.is_behind(&submission.transaction, appraisal.as_ref())? {
                return self.hand_over(transaction, appraisal).await;
            }
            match self.run(&submission, Bringer::Asked).await.and_then(fresh) {
                Ok(again) => admitted = again,
                Err(refusal) => {
                    self.submissions.remove(&tx);
                    return Err(refusal);
                }
            }
        }
        self.submissions.remove(&tx);
        Err(Refusal::full("packets of this signer that are being committed"))
    }

    /// To consensus, and to the peers if a client brought it here.
    async fn hand_over(
        &self,
        transaction: Verified<Transaction>,
        appraisal: Option<Appraisal>,
    ) -> Result<Option<Appraisal>, Refusal> {
        let (tx, (reply, answer)) = (transaction.id(), oneshot::channel());
        let rivals = self.rivals(&tx).await?;
        if !rivals.is_empty() {
            tracing::warn!(tx = %tx.short(), rivals = rivals.len(), "one writing in several transactions");
        }
        let (transaction, opinion) = (Box::new(transaction), appraisal.clone());
        self.tell(Event::Admitted { transaction, appraisal: opinion, rivals, reply }).await;
        answer.await.map_err(|_| Refusal::stopping())?.inspect_err(|_| drop(self.submissions.remove(&tx)))?;
        self.metrics.admitted.inc();
        if let Some(held) = self.submissions.get(&tx).filter(|held| held.origin.is_some()) {
            self.net.spread(&held.submission);
        }
        Ok(appraisal)
    }

    /// Held submissions with the same writing as this one.
    async fn rivals(&self, tx: &TxId) -> Result<Vec<TxId>, Refusal> {
        let others = self.submissions.beside(tx);
        let Some(held) = self.submissions.get(tx).filter(|_| !others.is_empty()) else { return Ok(Vec::new()) };
        let alike = move || held.replays_of(&others).into_iter().map(|other| other.submission.tx()).collect();
        self.workers.run(Lane::Appraise, alike).await.ok_or_else(Refusal::stopping)
    }

    async fn tell(&self, event: Event) {
        // The loop is gone only when the node is stopping; whoever waits for an answer learns it there.
        let _stopping = self.events.send(event).await;
    }
}

/// For whom a committed transaction is no answer any more.
fn fresh(checked: Checked) -> Result<Admitted, Refusal> {
    match checked {
        Checked::Fresh(admitted) => Ok(*admitted),
        Checked::Committed(seq) => Err(ledger::Rejected::AlreadyCommitted { seq }.into()),
    }
}

fn signer_busy() -> Refusal {
    let message =
        "signer: as many writings of this signer wait as may; send the same request again after the time given";
    Refusal::new(RefusalKind::Exhausted, "SIGNER_BUSY", "signer", message).retry_after(Duration::from_millis(500))
}

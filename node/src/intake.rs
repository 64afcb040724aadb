//! The intake: the way of a submission from a client or peer through admission into consensus, and on to the peers.
//!
//! A transaction is checked once however often it arrives. The node that took it from a client sends it to all
//! validators; nobody passes on what came from a peer.

use crate::admission::{Admission, Admitted, Checked};
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
use proto::{Appraisal, Body, Name, Seq, Transaction, TxId, Verified};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, mpsc, oneshot};

/// Most submissions that are being checked or wait for a worker, from clients and peers together.
const CHECKING_MAX: usize = 4096;
/// From how many on clients are told to come back: what waits longer than they do is work for nothing.
const CLIENTS_CHECKING_MAX: usize = 256;
/// Most writings of one signer that wait at a time. Each is compared with all others, so that they cost the square of their
/// number; no hand is that fast.
const SIGNER_WAITING_MAX: usize = 16;
/// How many times, 10 ms apart, a client's submission waits for the same one from elsewhere to be checked.
const PATIENCE: usize = 300;
/// How often a submission is checked when packets of its signer are committed meanwhile.
const CHECKS_MAX: usize = 8;
/// How many blocks a node may be behind the node that a submitter talked to.
const LAG_BLOCKS: usize = 4;
/// How long it waits for each of them.
const LAG_WAIT: Duration = Duration::from_millis(400);

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
    pub traffic: Traffic,
}

/// Submissions on their way.
#[derive(Default)]
pub struct Traffic {
    checking: Mutex<HashMap<TxId, Option<Name>>>,
}

impl Intake {
    /// A client's submission. It goes its way to the end even if the client hangs up meanwhile.
    pub async fn submit(self: &Arc<Self>, submission: Submission) -> Result<Accepted, Refusal> {
        let this = self.clone();
        tokio::spawn(async move { this.submit_to_the_end(submission).await }).await.map_err(|_| Refusal::stopping())?
    }

    async fn submit_to_the_end(&self, submission: Submission) -> Result<Accepted, Refusal> {
        let (tx, origin) = (submission.tx(), Some(Instant::now()));
        self.space.check()?;
        if !self.submissions.has_room(submission.memory_bytes()) {
            return Err(Refusal::full("submissions in memory"));
        }
        self.check_crowd(&submission)?;
        if let Some(held) = self.begin(&submission).await? {
            return Ok(Accepted { tx, appraisal: held.appraisal.clone(), committed: None });
        }
        self.waiters.forget(&tx);
        let checked = self.check(&submission).await;
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
        match self.check(&submission).await? {
            Checked::Fresh(admitted) => Ok(admitted.appraisal),
            Checked::Committed(seq) => Err(ledger::Rejected::AlreadyCommitted { seq }.into()),
        }
    }

    /// Refuses a client's submission where it would only wait.
    fn check_crowd(&self, submission: &Submission) -> Result<(), Refusal> {
        let signer = submission.transaction.draft.body.signer();
        let (checked, of_signer) = self.traffic.crowd(signer);
        if checked >= CLIENTS_CHECKING_MAX {
            return Err(Refusal::full("submissions that are being checked"));
        }
        let held = signer.map_or(0, |signer| self.submissions.count_of(signer));
        if held + of_signer >= SIGNER_WAITING_MAX { Err(signer_busy()) } else { Ok(()) }
    }

    /// Marks a transaction as being checked; waits while somebody else does so, and gives what came of that.
    async fn begin(&self, submission: &Submission) -> Result<Option<Arc<Held>>, Refusal> {
        let tx = submission.tx();
        for _ in 0..PATIENCE {
            if let Some(held) = self.submissions.get(&tx) {
                return Ok(Some(held));
            }
            if self.traffic.begin(tx, submission) {
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
        if self.submissions.get(&tx).is_some() || !self.traffic.begin(tx, &submission) {
            return;
        }
        let failed = match self.check(&submission).await {
            Ok(Checked::Committed(seq)) => {
                self.fill_gap(tx, seq, submission).await;
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
            Some(refusal) if is_other_packet(&refusal) => {
                self.metrics.malformed.inc();
            }
            Some(refusal) => {
                tracing::debug!(tx = %tx.short(), code = refusal.code, "a peer's submission was refused");
                self.tell(Event::Unappraisable { tx }).await;
            }
            None => {}
        }
    }

    /// The references of its signer changed: appraises a held submission again.
    pub async fn reappraise(&self, tx: TxId) {
        let Some(held) = self.submissions.get(&tx) else { return };
        match self.run(&held.submission).await {
            Ok(Checked::Committed(_)) => {}
            Ok(Checked::Fresh(admitted)) => {
                let _replaced = self.take(held.submission.clone(), *admitted, held.origin).await;
            }
            Err(refusal) => {
                self.submissions.remove(&tx);
                self.waiters.dropped(&tx, refusal);
                self.tell(Event::Unappraisable { tx }).await;
            }
        }
    }

    /// Those of `wanted` that are not being checked here already.
    pub fn not_on_their_way(&self, wanted: Vec<TxId>) -> Vec<TxId> {
        let checking = self.traffic.checking();
        wanted.into_iter().filter(|tx| !checking.contains_key(tx) && self.submissions.get(tx).is_none()).collect()
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
    async fn check(&self, submission: &Submission) -> Result<Checked, Refusal> {
        let mut commits = self.commits.subscribe();
        let mut checked = self.run(submission).await;
        for _ in 0..LAG_BLOCKS {
            if !checked.as_ref().is_err_and(|refusal| may_be_lag(refusal, submission)) {
                break;
            }
            let _block = tokio::time::timeout(LAG_WAIT, commits.recv()).await;
            checked = self.run(submission).await;
        }
        if checked.is_err() {
            self.metrics.refused.inc();
        }
        checked
    }

    /// Packets of a committed event that this node lacks.
    async fn fill_gap(&self, tx: TxId, seq: Seq, submission: Submission) {
        let admission = self.admission.clone();
        let work = move || admission.fill_gap(&tx, &submission);
        match self.workers.run(Lane::Appraise, work).await {
            Some(Ok(true)) => tracing::debug!(seq = seq.0, "packets of a committed event arrived"),
            Some(Err(refusal)) => tracing::debug!(seq = seq.0, code = refusal.code, "not the packets asked for"),
            Some(Ok(false)) | None => {}
        }
    }

    async fn run(&self, submission: &Submission) -> Result<Checked, Refusal> {
        let (admission, metrics, submission) = (self.admission.clone(), self.metrics.clone(), submission.clone());
        let work = move || {
            let clock = CpuClock::start();
            let checked = admission.check(&submission);
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
        submission: Submission,
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
            match self.run(&submission).await.and_then(fresh) {
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
        let alike =
            move || others.iter().filter(|other| held.replays(other)).map(|other| other.submission.tx()).collect();
        self.workers.run(Lane::Appraise, alike).await.ok_or_else(Refusal::stopping)
    }

    async fn tell(&self, event: Event) {
        // The loop is gone only when the node is stopping; whoever waits for an answer learns it there.
        let _stopping = self.events.send(event).await;
    }
}

impl Traffic {
    fn begin(&self, tx: TxId, submission: &Submission) -> bool {
        let mut checking = self.checking();
        if checking.len() >= CHECKING_MAX || checking.contains_key(&tx) {
            return false;
        }
        checking.insert(tx, submission.transaction.draft.body.signer().cloned());
        true
    }
    /// How many are being checked, and how many of them are of `signer`.
    fn crowd(&self, signer: Option<&Name>) -> (usize, usize) {
        let checking = self.checking();
        let of_signer = signer.map_or(0, |s| checking.values().filter(|other| other.as_ref() == Some(s)).count());
        (checking.len(), of_signer)
    }
    fn end(&self, tx: &TxId) {
        self.checking().remove(tx);
    }
    fn checking(&self) -> MutexGuard<'_, HashMap<TxId, Option<Name>>> {
        self.checking.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Refusals of packets that did not come from the transaction's author.
fn is_other_packet(refusal: &Refusal) -> bool {
    matches!(refusal.code, "PACKET_COUNT" | "PACKET_MALFORMED" | "PACKET_COMMITMENT_MISMATCH")
}

/// Refusals that the next blocks may take back: what the submission names may not have reached this node yet.
fn may_be_lag(refusal: &Refusal, submission: &Submission) -> bool {
    match refusal.code {
        "TARGET_UNKNOWN" | "EXPIRY_TOO_FAR" | "TEMPLATE_CHANGED" | "HISTORY_CHANGED" => true,
        "TEMPLATE_UNAVAILABLE" | "HISTORY_UNAVAILABLE" => true,
        "NONCE_UNKNOWN" => matches!(submission.transaction.draft.body, Body::Sign { .. }),
        _ => false,
    }
}

//! The desk: what a worker does with a submission, all in one go: check it, seal and keep its packets, bring the opinion up
//! to date with what was committed meanwhile, and compare it with what else of its signer waits.
//!
//! It waits for nobody and tells nobody; `intake` does.

use super::{Bringer, SIGNER_GOSSIPED_MAX, SIGNER_WAITING_MAX, Traffic};
use crate::admission::{Admission, Admitted, Checked, Renewed};
use crate::refusal::Refusal;
use crate::submission::Submission;
use crate::submissions::{Held, Submissions};
use crate::telemetry::Metrics;
use crate::telemetry::cpu::CpuClock;
use proto::{Appraisal, Seq, Transaction, Verified};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a submission is brought up to date when packets of its signer are committed meanwhile.
const RENEWALS_MAX: usize = 8;

/// The parts that a worker needs.
pub struct Desk {
    /// What is checked.
    pub admission: Arc<Admission>,
    /// Where it waits.
    pub submissions: Arc<Submissions>,
    /// What is on its way.
    pub traffic: Arc<Traffic>,
    /// Counters.
    pub metrics: Arc<Metrics>,
}

/// What became of a submission.
pub enum Settled {
    /// It was committed before.
    Committed(Seq),
    /// It is held; consensus is to be told.
    Taken(Box<Taken>),
}

/// A submission that is held.
pub struct Taken {
    /// With its signature checked.
    pub transaction: Verified<Transaction>,
    /// Our opinion.
    pub appraisal: Option<Appraisal>,
    /// Others that wait with the same writing.
    pub rivals: Vec<proto::TxId>,
}

impl Desk {
    /// Checks, and takes what passes. `origin`: when a client brought it here.
    pub fn settle(
        &self,
        submission: &Arc<Submission>,
        bringer: Bringer,
        origin: Option<Instant>,
    ) -> Result<Settled, Refusal> {
        match self.check(submission, bringer)? {
            Checked::Committed(seq) => Ok(Settled::Committed(seq)),
            Checked::Fresh(admitted) => self.take(submission, *admitted, origin),
        }
    }

    /// Checks alone.
    pub fn check(&self, submission: &Arc<Submission>, bringer: Bringer) -> Result<Checked, Refusal> {
        let clock = CpuClock::start();
        let checked = self.admission.check(submission, || self.count(submission, bringer));
        self.metrics.admit.observe(clock.elapsed());
        checked
    }

    /// What is asked once a signature held: whether so many writings of the signer may wait. They are counted from then on,
    /// because before that anybody can name any signer. One that is held already counts once.
    pub fn count(&self, submission: &Submission, bringer: Bringer) -> Result<(), Refusal> {
        let Some(signer) = submission.transaction.draft.body.signer() else { return Ok(()) };
        let max = match bringer {
            Bringer::Client | Bringer::Rehearsal => SIGNER_WAITING_MAX,
            Bringer::Peer => SIGNER_GOSSIPED_MAX,
            Bringer::Asked => usize::MAX,
        };
        let held = self.submissions.of(signer);
        let room = max.saturating_sub(held.len());
        if self.traffic.signed(&submission.tx(), signer, (room, &held)) { Ok(()) } else { Err(signer_busy()) }
    }

    /// Keeps an admitted submission. Its packets are sealed once, however often it is renewed.
    ///
    /// A packet that was committed while this one was checked may have left memory before this one came in: then neither
    /// the ledger nor the memory was asked about it, and the opinion is brought up to date.
    fn take(
        &self,
        submission: &Arc<Submission>,
        admitted: Admitted,
        origin: Option<Instant>,
    ) -> Result<Settled, Refusal> {
        let Admitted { transaction, appraisal, profiles } = admitted;
        let rows = Arc::new(self.admission.seal(&transaction, &submission.packets, profiles.iter())?);
        let (submission, rivals) = (submission.clone(), Vec::new());
        let held = Held { submission, transaction, appraisal, rows, profiles, rivals, origin };
        let tx = held.transaction.id();
        if !self.submissions.insert(tx, held.clone()) {
            return Err(Refusal::full("submissions in memory"));
        }
        let settled = self.settle_held(held, true);
        if settled.is_err() {
            self.submissions.remove(&tx);
        }
        settled
    }

    /// The references or packets of its signer changed: only what is new is compared with. A refusal leaves it where it is.
    pub fn renew(&self, held: &Held) -> Result<Settled, Refusal> {
        let clock = CpuClock::start();
        let renewed = self.admission.renew(held);
        self.metrics.admit.observe(clock.elapsed());
        match renewed? {
            Renewed::Committed(seq) => Ok(Settled::Committed(seq)),
            Renewed::Opinion(appraisal) => self.settle_held(Held { appraisal, ..held.clone() }, false),
        }
    }

    /// Renews until nothing was committed meanwhile. Who else waits with the same writing is found out by the one that
    /// comes later, so a renewal need not look again.
    fn settle_held(&self, mut held: Held, is_new: bool) -> Result<Settled, Refusal> {
        let tx = held.transaction.id();
        for _ in 0..RENEWALS_MAX {
            if !self.admission.is_behind(&held.transaction, held.appraisal.as_ref())? {
                if is_new {
                    held.rivals = self.rivals(&held);
                }
                let Held { transaction, appraisal, rivals, .. } = held.clone();
                self.submissions.replace(tx, held);
                return Ok(Settled::Taken(Box::new(Taken { transaction, appraisal, rivals })));
            }
            match self.admission.renew(&held)? {
                Renewed::Committed(seq) => return Ok(Settled::Committed(seq)),
                Renewed::Opinion(appraisal) => held.appraisal = appraisal,
            }
        }
        Err(Refusal::full("packets of this signer that are being committed"))
    }

    /// Held submissions with the same writing as this one, which is held too.
    fn rivals(&self, held: &Held) -> Vec<proto::TxId> {
        let others = self.submissions.beside(&held.transaction.id());
        let alike: Vec<_> = held.replays_of(&others).into_iter().map(|other| other.submission.tx()).collect();
        if !alike.is_empty() {
            let tx = held.transaction.id();
            tracing::warn!(tx = %tx.short(), rivals = alike.len(), "one writing in several transactions");
        }
        alike
    }
}

/// A signer has too many.
pub fn signer_busy() -> Refusal {
    let message =
        "signer: as many writings of this signer wait as may; send the same request again after the time given";
    Refusal::new("SIGNER_BUSY", "signer", message).retry_after(Duration::from_millis(500))
}

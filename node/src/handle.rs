//! What the API may ask of the running node. Cloning shares the node.
//!
//! It knows nothing of gRPC. Reads go to the store through `ledger`'s queries, on a snapshot and on a blocking thread.

use crate::config::Limits;
use crate::intake::Intake;
use crate::refusal::Refusal;
use crate::status::{Commit, NodeStatus};
use crate::store::Store;
use crate::submission::Submission;
use crate::telemetry::Metrics;
use crate::vault::Vault;
use crate::waiters::Waiters;
use genesis::Genesis;
use proto::{Appraisal, ChainId, Seq, TxId};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// The longest that one call may wait for a commit.
pub const WAIT_MAX: Duration = Duration::from_secs(60);

/// The parts of the node that the API reaches.
pub struct Parts {
    /// The network.
    pub genesis: Arc<Genesis>,
    /// Its ledger.
    pub store: Arc<Store>,
    /// Where submissions go.
    pub intake: Arc<Intake>,
    /// Who waits for what.
    pub waiters: Arc<Waiters>,
    /// The newest snapshot of the node's state.
    pub status: watch::Receiver<NodeStatus>,
    /// Finalized blocks.
    pub commits: broadcast::Sender<Commit>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// The bounds that the configuration sets.
    pub limits: Limits,
}

/// The running node.
#[derive(Clone)]
pub struct Handle {
    parts: Arc<Parts>,
}

/// A submission that the node took. It is not committed yet, unless `committed` says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accepted {
    /// Identity of the transaction.
    pub tx: TxId,
    /// This node's appraisal, where packets are involved.
    pub appraisal: Option<Appraisal>,
    /// The event, if the same request was committed before.
    pub committed: Option<Seq>,
}

/// Why waiting ended without an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WaitError {
    /// Not committed within the time given; it may still be.
    Deadline,
    /// It will not be committed by this node's knowledge.
    Dropped(Refusal),
    /// The node is stopping.
    Stopping,
}

impl Handle {
    /// A handle on these parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts) }
    }
    /// Checks a submission, appraises its packets, takes it into the pool and spreads it.
    pub async fn submit(&self, submission: Submission) -> Result<Accepted, Refusal> {
        // Nobody listens to a node that has no vote: what it took would wait here for ever. But for a rescue, which may be what
        // gives this node its vote.
        let is_rescue = submission.transaction.rescue().is_some();
        if !is_rescue && self.parts.status.borrow().validator.is_none() {
            let message = "this node does not vote, so nothing that it takes reaches the ledger; submit to a validator";
            return Err(Refusal::new("NOT_A_VALIDATOR", "", message));
        }
        self.parts.intake.submit(submission).await
    }
    /// Checks and appraises like [`Handle::submit`], and takes nothing.
    pub async fn validate_only(&self, submission: Submission) -> Result<Option<Appraisal>, Refusal> {
        self.parts.intake.validate_only(submission).await
    }
    /// Waits until a transaction is committed here.
    pub async fn wait(&self, tx: TxId, deadline: Duration) -> Result<Seq, WaitError> {
        let outcome = self.parts.waiters.register(tx).map_err(WaitError::Dropped)?;
        // Looked up after registering, so that a commit in between is not missed.
        if let Some(seq) = self.seq_of(tx).await.map_err(WaitError::Dropped)? {
            return Ok(seq);
        }
        match tokio::time::timeout(deadline.min(WAIT_MAX), outcome).await {
            Ok(Ok(outcome)) => outcome.map_err(WaitError::Dropped),
            Ok(Err(_)) => Err(WaitError::Stopping),
            Err(_) => Err(WaitError::Deadline),
        }
    }
    /// The event of a transaction, if it is committed here.
    pub async fn seq_of(&self, tx: TxId) -> Result<Option<Seq>, Refusal> {
        self.read(move |store| ledger::seq_of(&store.snapshot(), &tx)).await
    }
    /// Runs a query on a blocking thread.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Store) -> Result<T, ledger::ReadFault> + Send + 'static,
    ) -> Result<T, Refusal> {
        let store = self.store();
        match tokio::task::spawn_blocking(move || query(&store)).await {
            Ok(answer) => answer.map_err(Refusal::from),
            Err(_) => Err(Refusal::stopping()),
        }
    }
    /// The store; take a snapshot for a query that reads several rows.
    pub fn store(&self) -> Arc<Store> {
        self.parts.store.clone()
    }
    /// A submission that waits here.
    #[cfg(test)]
    pub(crate) fn held(&self, tx: &TxId) -> Option<Arc<crate::submissions::Held>> {
        self.parts.intake.submissions.get(tx)
    }
    /// Where stroke packets are.
    pub fn vault(&self) -> Arc<Vault> {
        self.parts.intake.admission.vault.clone()
    }
    /// The newest snapshot of the node's state.
    pub fn status(&self) -> NodeStatus {
        self.parts.status.borrow().clone()
    }
    /// Whether submissions are taken: there is room on the disk.
    pub fn is_accepting(&self) -> bool {
        !self.parts.intake.space.is_low()
    }
    /// The network.
    pub fn genesis(&self) -> &Genesis {
        &self.parts.genesis
    }
    /// The bounds that the configuration sets.
    pub fn limits(&self) -> Limits {
        self.parts.limits
    }
    /// Digest of the genesis file.
    pub fn chain(&self) -> ChainId {
        self.parts.status.borrow().chain
    }
    /// Finalized blocks from now on. A slow reader loses the oldest and is told how many.
    pub fn subscribe_commits(&self) -> broadcast::Receiver<Commit> {
        self.parts.commits.subscribe()
    }
    /// Counters.
    pub fn metrics(&self) -> Arc<Metrics> {
        self.parts.metrics.clone()
    }
}

impl From<WaitError> for Refusal {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Dropped(refusal) => refusal,
            WaitError::Stopping => Self::stopping(),
            WaitError::Deadline => {
                let message = "not committed within the time given; it still may be: ask again with the same id";
                Self::new("NOT_COMMITTED_YET", "", message).retry_after(Duration::from_secs(1))
            }
        }
    }
}

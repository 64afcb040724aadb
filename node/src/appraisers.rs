//! The worker pool: signature checks and appraisals run here, outside the consensus loop.
//!
//! Two lanes with their own bounds, so that a flood of packets to appraise never delays the check of a vote. A lane that
//! is full makes its callers wait; how many may wait is bounded by who calls (connections, streams, requests).

use std::sync::Arc;
use tokio::sync::Semaphore;

/// What kind of work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Signatures of consensus messages.
    Verify,
    /// Signatures of transactions and handwriting.
    Appraise,
}

/// The pool. Cloning shares it.
#[derive(Clone)]
pub struct Appraisers {
    verify: Arc<Semaphore>,
    appraise: Arc<Semaphore>,
}

impl Appraisers {
    /// A pool for a machine share of `workers` cores.
    pub fn new(workers: usize) -> Self {
        let permits = || Arc::new(Semaphore::new(workers.max(1)));
        Self { verify: permits(), appraise: permits() }
    }
    /// Runs `work` on a worker thread, after waiting for a place in its lane. `None` if the node is stopping.
    pub async fn run<T: Send + 'static>(&self, lane: Lane, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let semaphore = match lane {
            Lane::Verify => self.verify.clone(),
            Lane::Appraise => self.appraise.clone(),
        };
        let place = semaphore.acquire_owned().await.ok()?;
        let job = move || {
            let _place = place;
            work()
        };
        // A panic in `work` has already aborted the process; an error here means that the runtime is shutting down.
        tokio::task::spawn_blocking(job).await.ok()
    }
}

//! The worker pool: signature checks and appraisals run here, outside the consensus loop.
//!
//! Lanes with threads of their own, so that a flood of packets to appraise never delays the check of a vote. Nor does it
//! delay what a vote waits for: nobody votes for a block before its own check of each transaction in it. What peers bring
//! goes before what clients bring, because a block will hold it sooner; and those two give way to everything else on the
//! machine. A lane that is full makes its callers wait; how many may wait is bounded by who calls.

use crate::fault::Fault;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

/// How far the threads of each lane give way (the niceness of Unix), in the order of [`Lane`].
const LANES: [(&str, i32); 4] = [("verify", 0), ("judge", 0), ("gossip", 2), ("appraise", 5)];
/// Jobs that wait in a lane before callers wait themselves.
const JOBS_MAX: usize = 64;

/// The threads of every pool of this process.
static WORKERS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

type Job = Box<dyn FnOnce() + Send>;

/// What kind of work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Signatures of consensus messages.
    Verify,
    /// Signatures of transactions and handwriting that a block waits for.
    Judge,
    /// Those that peers bring unasked.
    Gossip,
    /// Those that clients bring.
    Appraise,
}

/// The pool. Cloning shares it; its threads end with the last clone.
#[derive(Clone)]
pub struct Appraisers {
    lanes: [Sender<Job>; 4],
}

impl Appraisers {
    /// A pool with this many threads in each lane.
    pub fn new(threads: usize) -> Result<Self, Fault> {
        let [verify, judge, gossip, appraise] = LANES.map(|(name, nice)| lane(name, threads, nice));
        Ok(Self { lanes: [verify?, judge?, gossip?, appraise?] })
    }
    /// Runs `work` on a worker thread, after waiting for a place in its lane. `None` if the node is stopping.
    pub async fn run<T: Send + 'static>(&self, lane: Lane, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let jobs = &self.lanes[lane as usize];
        let (reply, answer) = oneshot::channel();
        let job = Box::new(move || {
            // Nobody waits for the answer any more when the caller was cancelled.
            let _told = reply.send(work());
        });
        jobs.send(job).await.ok()?;
        answer.await.ok()
    }
}

fn lane(name: &str, threads: usize, nice: i32) -> Result<Sender<Job>, Fault> {
    let (sender, receiver) = channel(JOBS_MAX);
    let jobs = Arc::new(Mutex::new(receiver));
    for _ in 0..threads.max(1) {
        let jobs = jobs.clone();
        let work = move || {
            if nice > 0 {
                // On Linux this is the calling thread's alone. Without it the pool is only less polite.
                let _polite = rustix::process::setpriority_process(None, nice);
            }
            while let Some(job) = next(&jobs) {
                job();
            }
        };
        let worker = thread::Builder::new().name(name.into()).spawn(work);
        let worker = worker.map_err(|e| Fault::system("worker thread", e))?;
        WORKERS.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }
    Ok(sender)
}

/// Waits for every worker of this process to end; their pools must be gone. To be called last thing before the process
/// ends: a thread that read the database tells the database's library when it ends, and aborts the process if that has
/// been taken down already. One that hangs in a job is not waited for longer than `max`.
pub fn join(max: Duration) {
    let workers = std::mem::take(&mut *WORKERS.lock().unwrap_or_else(PoisonError::into_inner));
    let start = Instant::now();
    for worker in workers {
        while !worker.is_finished() && start.elapsed() < max {
            thread::sleep(Duration::from_millis(1));
        }
        if worker.is_finished() {
            // A panic in a job has stopped the process before.
            let _ended = worker.join();
        }
    }
}

/// Waits for a job. One thread waits in the channel, the others for the lock; `None` when the pool is gone.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_full_lane_does_not_hold_up_the_others() {
        let pool = Appraisers::new(1).unwrap();
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let slow = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(Lane::Appraise, move || wait.recv().is_ok()).await }
        });
        for other in [Lane::Verify, Lane::Judge, Lane::Gossip] {
            assert_eq!(pool.run(other, || 7).await, Some(7));
        }
        let waiting = pool.run(Lane::Appraise, || 8);
        assert!(tokio::time::timeout(Duration::from_millis(20), waiting).await.is_err());
        release.send(()).unwrap();
        assert_eq!(slow.await.unwrap(), Some(true));
        assert_eq!(pool.run(Lane::Appraise, || 9).await, Some(9));
    }
}

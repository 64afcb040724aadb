//! Places for checking evidence on behalf of strangers. It costs a processor for as long as they like to make it, and the
//! consensus needs that processor: so few checks run at a time, and each holds its place until its work has ended,
//! whatever became of the caller.

use crate::refusal::Refusal;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a single request waits for a place.
const PATIENCE: Duration = Duration::from_secs(2);

/// The places. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Checkers {
    places: Arc<Semaphore>,
}

impl Default for Checkers {
    /// One on small machines, two on others.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        Self::new((cores / 4).clamp(1, 2))
    }
}

impl Checkers {
    /// So many places.
    pub fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)) }
    }
    /// Works as soon as there is a place; refused when none becomes free soon.
    pub async fn soon<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = tokio::time::timeout(PATIENCE, self.places.clone().acquire_owned()).await;
        run(place.map_err(|_| busy())?.map_err(|_| Refusal::stopping())?, work).await
    }
    /// Works when its turn has come: for streams, whose senders are held up meanwhile. Only from a task of its own: a turn
    /// that comes to somebody whom nobody polls is a place that is lost.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = self.places.clone().acquire_owned().await;
        run(place.map_err(|_| Refusal::stopping())?, work).await
    }
}

async fn run<T: Send + 'static>(
    place: OwnedSemaphorePermit,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let held = move || {
        let _place = place;
        work()
    };
    tokio::task::spawn_blocking(held).await.unwrap_or_else(|_| Err(Refusal::stopping()))
}

fn busy() -> Refusal {
    let message = "the node checks as much evidence as it may; try again later, ask another node, or verify it offline";
    Refusal::new("TOO_MANY_VERIFICATIONS", "", message).retry_after(PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_checks_at_once_hold_few_threads() {
        let (checkers, now, most) = (Checkers::new(2), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let check = |_| {
            let (checkers, now, most) = (checkers.clone(), now.clone(), most.clone());
            tokio::spawn(async move {
                let work = move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(2));
                    now.fetch_sub(1, Ordering::SeqCst);
                    Ok(())
                };
                checkers.in_turn(work).await
            })
        };
        let all = futures::future::join_all((0..100).map(check)).await;
        assert!(all.into_iter().all(|done| done.unwrap().is_ok()));
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_caller_that_went_away_keeps_its_place_until_the_work_has_ended() {
        let (checkers, (stop, stopped)) = (Checkers::new(1), std::sync::mpsc::channel::<()>());
        let long = checkers.soon(move || Ok(stopped.recv().is_ok()));
        // The caller waits no longer; the work goes on.
        assert!(tokio::time::timeout(Duration::from_millis(50), long).await.is_err());
        assert_eq!(checkers.soon(|| Ok(())).await.unwrap_err().code, "TOO_MANY_VERIFICATIONS");
        stop.send(()).unwrap();
        checkers.soon(|| Ok(())).await.unwrap();
    }

    /// In a node a panic ends the process; in a program that catches it the place must not be lost.
    #[tokio::test]
    async fn work_that_panics_gives_its_place_back() {
        let checkers = Checkers::new(1);
        assert!(checkers.soon(|| -> Result<(), Refusal> { panic!("on purpose") }).await.is_err());
        checkers.soon(|| Ok(())).await.unwrap();
    }
}

//! What one peer may have in work here, so that none can fill the workers, the store or the consensus thread with its
//! questions. What is over the bound is dropped and counted, or waits in the peer's own stream.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Most submissions of one peer that are being checked; its stream waits for the next place.
const CHECKING_MAX: usize = 64;
/// Most questions for transactions that are being answered at a time.
const ANSWERING_MAX: usize = 8;
/// Questions a second that consensus answers itself: for blocks, certificates, a proposal, the last vote. A node that is far
/// behind asks for the next blocks when it has the last ones, and an answer brings 64 of them.
const QUESTIONS_PER_SECOND: f64 = 50.0;
/// How many of them may come at once.
const QUESTIONS_BURST: f64 = 100.0;
/// Unsigned warnings that reach the log: one a minute.
const WARNINGS_PER_SECOND: f64 = 1.0 / 60.0;

/// The places and buckets of one peer.
pub struct Allowance {
    /// Places for submissions that are being checked.
    pub checks: Arc<Semaphore>,
    /// Places for questions that are being answered from memory and the store.
    pub answers: Arc<Semaphore>,
    questions: Mutex<Bucket>,
    warnings: Mutex<Bucket>,
}

impl Allowance {
    /// Everything free.
    pub fn new(now: Instant) -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self {
            checks: places(CHECKING_MAX),
            answers: places(ANSWERING_MAX),
            questions: Mutex::new(Bucket::new((QUESTIONS_PER_SECOND, QUESTIONS_BURST), now)),
            warnings: Mutex::new(Bucket::new((WARNINGS_PER_SECOND, 1.0), now)),
        }
    }
    /// Whether consensus may be asked one more question at `now`.
    pub fn may_ask(&self, now: Instant) -> bool {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).try_take(now)
    }
    /// Whether one more warning may be logged at `now`.
    pub fn may_warn(&self, now: Instant) -> bool {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).try_take(now)
    }
}

/// A bucket of tokens that fills with time.
pub struct Bucket {
    rate: f64,
    rim: f64,
    left: f64,
    filled: Instant,
}

impl Bucket {
    /// A full one: `(tokens a second, most tokens)`.
    pub fn new((rate, rim): (f64, f64), now: Instant) -> Self {
        Self { rate, rim, left: rim, filled: now }
    }
    /// Takes one token out at `now`, on credit if need be; says how long to wait for it.
    pub fn take(&mut self, now: Instant) -> Duration {
        self.fill(now);
        self.left -= 1.0;
        Duration::from_secs_f64((-self.left / self.rate).max(0.0))
    }
    /// Takes one token out if there is one.
    pub fn try_take(&mut self, now: Instant) -> bool {
        self.fill(now);
        let has = self.left >= 1.0;
        self.left -= if has { 1.0 } else { 0.0 };
        has
    }
    fn fill(&mut self, now: Instant) {
        let earned = now.saturating_duration_since(self.filled).as_secs_f64() * self.rate;
        self.left = (self.left + earned).min(self.rim);
        self.filled = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_slowed_down() {
        let (start, rate, rim) = (Instant::now(), 4000.0, 8000.0);
        let (mut bucket, mut now) = (Bucket::new((rate, rim), start), start);
        for _ in 0..(rim + rate) as usize {
            now += bucket.take(now);
        }
        let waited = now.duration_since(start).as_secs_f64();
        assert!((0.9..1.1).contains(&waited), "{waited}");
    }

    #[test]
    fn a_pause_fills_the_bucket_but_not_beyond_its_rim() {
        let start = Instant::now();
        let mut bucket = Bucket::new((4000.0, 8000.0), start);
        let later = start + Duration::from_secs(3600);
        for _ in 0..8000 {
            assert_eq!(bucket.take(later), Duration::ZERO);
        }
        assert!(bucket.take(later) > Duration::ZERO);
    }

    #[test]
    fn a_flood_of_questions_is_answered_slowly_and_an_hour_of_lies_fills_no_log() {
        let start = Instant::now();
        let allowance = Allowance::new(start);
        let ms = |n: u64| start + Duration::from_millis(n);
        let answered = (0..10_000).filter(|n| allowance.may_ask(ms(*n))).count();
        assert!((590..=610).contains(&answered), "{answered} in ten seconds");
        let logged = (0..3_600_000).step_by(100).filter(|n| allowance.may_warn(ms(*n))).count();
        assert!((59..=61).contains(&logged), "{logged} in an hour");
    }
}

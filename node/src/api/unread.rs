//! Answers that lie ready for a client and are not taken: since when the oldest waits.
//!
//! A client of HTTP/2 may let us send nothing of an answer and still keep the connection lively, so neither the socket nor its
//! silence tells.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Of one connection.
#[derive(Debug, Default)]
pub struct Unread {
    /// The next number, and since when each waits.
    waiting: Mutex<(u64, BTreeMap<u64, Instant>)>,
}

/// A piece of an answer that waits until this is dropped.
#[derive(Debug)]
pub struct Waiting {
    number: u64,
    unread: Arc<Unread>,
}

impl Unread {
    /// Another piece waits from now on.
    pub fn begin(self: &Arc<Self>) -> Waiting {
        let mut waiting = self.lock();
        let number = waiting.0;
        waiting.0 += 1;
        waiting.1.insert(number, Instant::now());
        Waiting { number, unread: self.clone() }
    }
    /// How long the oldest piece has waited.
    pub fn oldest(&self) -> Option<Duration> {
        self.lock().1.first_key_value().map(|(_, since)| since.elapsed())
    }
    fn lock(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Instant>)> {
        // Right between any two statements, so a panic elsewhere harms nothing.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.unread.lock().1.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_counts_until_it_is_taken() {
        let unread = Arc::new(Unread::default());
        assert_eq!(unread.oldest(), None);
        let first = unread.begin();
        std::thread::sleep(Duration::from_millis(20));
        let second = unread.begin();
        assert!(unread.oldest().unwrap() >= Duration::from_millis(20));
        drop(first);
        assert!(unread.oldest().unwrap() < Duration::from_millis(20));
        drop(second);
        assert_eq!(unread.oldest(), None);
    }
}

//! Exports that clients asked for, until they are fetched or pushed out by newer ones. Bounded in number and bytes; lost
//! when the node stops, because making one again gives the same.

use crate::refusal::{Refusal, RefusalKind};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Exports that are made at the same time.
const RUNNING_MAX: usize = 2;
/// Operations that are remembered.
const KEPT_MAX: usize = 64;
/// Bytes of finished packages that are kept.
const BYTES_MAX: usize = 128 * 1024 * 1024;
/// Bytes of one piece of a download.
pub const PIECE_BYTES: usize = 1024 * 1024;

/// A package that was made.
#[derive(Debug)]
pub struct Finished {
    /// What to call the file.
    pub file_name: String,
    /// Its content.
    pub bytes: Arc<Vec<u8>>,
    /// Height of its checkpoint.
    pub height: u64,
}

/// How far an operation is.
#[derive(Clone, Debug)]
pub enum State {
    /// Being made.
    Running,
    /// Not made, and why.
    Failed(Refusal),
    /// Made.
    Done(Arc<Finished>),
}

/// All operations, newest last.
#[derive(Debug, Default)]
pub struct Operations {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    list: BTreeMap<u64, State>,
}

impl Operations {
    /// A new operation; refused when too many are running.
    pub fn begin(&self) -> Result<u64, Refusal> {
        let mut table = self.lock();
        if table.list.values().filter(|s| matches!(s, State::Running)).count() >= RUNNING_MAX {
            return Err(busy());
        }
        let id = table.next;
        table.next += 1;
        table.list.insert(id, State::Running);
        table.shrink(id);
        Ok(id)
    }
    /// Ends an operation.
    pub fn end(&self, id: u64, result: Result<Finished, Refusal>) {
        let mut table = self.lock();
        let state = result.map_or_else(State::Failed, |finished| State::Done(Arc::new(finished)));
        table.list.insert(id, state);
        table.shrink(id);
    }
    /// How far it is; `None`: there never was one, or it was pushed out.
    pub fn state(&self, id: u64) -> Option<State> {
        self.lock().list.get(&id).cloned()
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, Table> {
        // The table is consistent between any two statements, so a panic elsewhere harms nothing.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Forgets the oldest that have ended until the limits hold; never `keep`.
    fn shrink(&mut self, keep: u64) {
        while self.list.len() > KEPT_MAX || self.bytes() > BYTES_MAX {
            let ended = |(id, state): &(&u64, &State)| **id != keep && !matches!(state, State::Running);
            let Some(oldest) = self.list.iter().find(ended).map(|(id, _)| *id) else { return };
            self.list.remove(&oldest);
        }
    }
    fn bytes(&self) -> usize {
        let size = |s: &State| if let State::Done(f) = s { f.bytes.len() } else { 0 };
        self.list.values().map(size).sum()
    }
}

fn busy() -> Refusal {
    let message = format!("{RUNNING_MAX} packages are being made; try again later or ask another node");
    Refusal::new(RefusalKind::Exhausted, "TOO_MANY_EXPORTS", "", message).retry_after(Duration::from_secs(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(size: usize) -> Result<Finished, Refusal> {
        Ok(Finished { file_name: String::new(), bytes: Arc::new(vec![0; size]), height: 0 })
    }

    #[test]
    fn few_run_at_a_time() {
        let operations = Operations::default();
        let first = operations.begin().unwrap();
        operations.begin().unwrap();
        assert_eq!(operations.begin().unwrap_err().code, "TOO_MANY_EXPORTS");
        operations.end(first, finished(1));
        operations.begin().unwrap();
    }

    #[test]
    fn old_ones_are_forgotten_in_number_and_bytes() {
        let operations = Operations::default();
        for i in 0..3 {
            let id = operations.begin().unwrap();
            assert_eq!(id, i);
            operations.end(id, finished(BYTES_MAX / 2 + 1));
        }
        assert!(operations.state(0).is_none() && operations.state(1).is_none());
        assert!(matches!(operations.state(2), Some(State::Done(_))));
        for _ in 0..KEPT_MAX {
            let id = operations.begin().unwrap();
            operations.end(id, finished(1));
        }
        assert!(operations.state(2).is_none());
        assert_eq!(operations.lock().list.len(), KEPT_MAX);
    }
}

//! Exports that clients asked for, until they are fetched or pushed out by newer ones. Bounded in number and bytes; lost
//! when the node stops: another can be asked for at any time, under the newest checkpoint.

use crate::origin::origin;
use crate::refusal::Refusal;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Exports that are made at the same time.
const RUNNING_MAX: usize = 2;
/// Of these, by one address; the operator's own machine may have all.
const RUNNING_EACH_MAX: usize = 1;
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
    list: BTreeMap<u64, Operation>,
}

/// One operation, and who began it.
#[derive(Debug)]
struct Operation {
    from: IpAddr,
    state: State,
}

impl Operations {
    /// A new operation of somebody at an address; refused when too many are running.
    pub fn begin(&self, from: Option<IpAddr>) -> Result<u64, Refusal> {
        let (mut table, from) = (self.lock(), origin(from));
        let running = || table.list.values().filter(|o| matches!(o.state, State::Running));
        let own = running().filter(|o| o.from == from).count();
        if running().count() >= RUNNING_MAX || (own >= RUNNING_EACH_MAX && !from.is_loopback()) {
            return Err(busy());
        }
        let id = table.next;
        table.next += 1;
        table.list.insert(id, Operation { from, state: State::Running });
        table.shrink(id);
        Ok(id)
    }
    /// Ends an operation.
    pub fn end(&self, id: u64, result: Result<Finished, Refusal>) {
        let mut table = self.lock();
        if let Some(operation) = table.list.get_mut(&id) {
            operation.state = result.map_or_else(State::Failed, |finished| State::Done(Arc::new(finished)));
        }
        table.shrink(id);
    }
    /// How far it is; `None`: there never was one, or it was pushed out.
    pub fn state(&self, id: u64) -> Option<State> {
        self.lock().list.get(&id).map(|o| o.state.clone())
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, Table> {
        // The table is consistent between any two statements, so a panic elsewhere harms nothing.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Forgets what has ended until the limits hold; never `keep`. Whoever keeps the most loses the oldest, so that nobody
    /// pushes out what others are about to fetch.
    fn shrink(&mut self, keep: u64) {
        while self.list.len() > KEPT_MAX || self.bytes() > BYTES_MAX {
            let ended = |(id, o): &(&u64, &Operation)| **id != keep && !matches!(o.state, State::Running);
            let weight = |from| self.list.values().filter(|o| o.from == from).map(Operation::weight).sum::<usize>();
            let candidates = self.list.iter().filter(ended);
            let Some((oldest, _)) = candidates.max_by_key(|(id, o)| (weight(o.from), std::cmp::Reverse(**id))) else {
                return;
            };
            let oldest = *oldest;
            self.list.remove(&oldest);
        }
    }
    fn bytes(&self) -> usize {
        self.list.values().map(Operation::bytes).sum()
    }
}

impl Operation {
    fn bytes(&self) -> usize {
        if let State::Done(f) = &self.state { f.bytes.len() } else { 0 }
    }
    /// Its part of both limits.
    fn weight(&self) -> usize {
        self.bytes() + BYTES_MAX / KEPT_MAX
    }
}

fn busy() -> Refusal {
    let message = format!("{RUNNING_MAX} packages are being made; try again later or ask another node");
    Refusal::new("TOO_MANY_EXPORTS", "", message).retry_after(Duration::from_secs(2))
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
        let first = operations.begin(None).unwrap();
        operations.begin(None).unwrap();
        assert_eq!(operations.begin(None).unwrap_err().code, "TOO_MANY_EXPORTS");
        operations.end(first, finished(1));
        operations.begin(None).unwrap();
    }

    #[test]
    fn one_address_leaves_a_place_and_the_packages_of_others_alone() {
        let operations = Operations::default();
        let [greedy, beside, other] =
            ["2001:db8::1", "2001:db8::2", "192.0.2.2"].map(|a| Some(a.parse::<IpAddr>().unwrap()));
        let theirs = operations.begin(other).unwrap();
        operations.end(theirs, finished(1));
        for _ in 0..2 * KEPT_MAX {
            let id = operations.begin(greedy).unwrap();
            assert_eq!(operations.begin(beside).unwrap_err().code, "TOO_MANY_EXPORTS", "of the same network");
            operations.end(id, finished(BYTES_MAX / 3));
        }
        assert!(matches!(operations.state(theirs), Some(State::Done(_))), "pushed out by another's");
        operations.begin(greedy).unwrap();
        operations.begin(other).unwrap();
    }

    #[test]
    fn old_ones_are_forgotten_in_number_and_bytes() {
        let operations = Operations::default();
        for i in 0..3 {
            let id = operations.begin(None).unwrap();
            assert_eq!(id, i);
            operations.end(id, finished(BYTES_MAX / 2 + 1));
        }
        assert!(operations.state(0).is_none() && operations.state(1).is_none());
        assert!(matches!(operations.state(2), Some(State::Done(_))));
        for _ in 0..KEPT_MAX {
            let id = operations.begin(None).unwrap();
            operations.end(id, finished(1));
        }
        assert!(operations.state(2).is_none());
        assert_eq!(operations.lock().list.len(), KEPT_MAX);
    }
}

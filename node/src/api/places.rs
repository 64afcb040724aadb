//! Places for requests that come in. When all are taken, whoever keeps us waiting makes room: what does not come must not
//! keep out what does, from one origin or from many.
//!
//! It looks at time and origin only. A request that waits for *us* keeps its place.

use crate::origin::origin;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Who has kept us waiting for so long makes room for anybody.
const STALE: Duration = Duration::from_secs(1);
/// An origin that has more than every so many-th place makes room, for one that has fewer, as soon as it keeps us waiting.
const PARTS: usize = 8;

/// The places. Cloning shares them.
#[derive(Clone)]
pub struct Places {
    most: usize,
    table: Arc<Mutex<Table>>,
}

/// A place that is taken until this is dropped, or until its guest is sent away.
pub struct Place {
    number: u64,
    leave: Arc<Notify>,
    table: Arc<Mutex<Table>>,
}

#[derive(Default)]
struct Table {
    next: u64,
    guests: BTreeMap<u64, Guest>,
}

struct Guest {
    from: IpAddr,
    /// Since when we wait for its next part; `None` while it waits for us.
    keeps_waiting: Option<Instant>,
    leave: Arc<Notify>,
}

impl Places {
    /// So many.
    pub fn new(most: usize) -> Self {
        Self { most, table: Arc::default() }
    }
    /// A place; `None` when all are taken by requests that are coming in.
    pub fn take(&self, from: Option<IpAddr>) -> Option<Place> {
        let (from, leave, mut table) = (origin(from), Arc::new(Notify::new()), lock(&self.table));
        if table.guests.len() >= self.most {
            let number = table.slowest((from, self.most / PARTS), Instant::now())?;
            if let Some(guest) = table.guests.remove(&number) {
                guest.leave.notify_one();
            }
        }
        let number = table.next;
        table.next += 1;
        table.guests.insert(number, Guest { from, keeps_waiting: None, leave: leave.clone() });
        Some(Place { number, leave, table: self.table.clone() })
    }
}

impl Place {
    /// Waits for the next part of a request; `None` when its place was needed meanwhile.
    pub async fn part<T>(&self, next: impl Future<Output = T>) -> Option<T> {
        self.mark(Some(Instant::now()));
        let part = tokio::select! {
            biased;
            () = self.leave.notified() => None,
            part = next => Some(part),
        };
        self.mark(None);
        part
    }
    fn mark(&self, keeps_waiting: Option<Instant>) {
        if let Some(guest) = lock(&self.table).guests.get_mut(&self.number) {
            guest.keeps_waiting = keeps_waiting;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.table).guests.remove(&self.number);
    }
}

impl Table {
    /// Who makes room for a newcomer: of those who may have to, who has kept us waiting longest.
    fn slowest(&self, (newcomer, share): (IpAddr, usize), now: Instant) -> Option<u64> {
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        self.guests.values().for_each(|guest| *counts.entry(guest.from).or_default() += 1);
        let count = |from: &IpAddr| counts.get(from).copied().unwrap_or_default();
        let waited = |guest: &Guest| guest.keeps_waiting.map(|since| now.saturating_duration_since(since));
        let must = |guest: &Guest, waited| waited >= STALE || (count(&guest.from) > share && count(&newcomer) < share);
        let all = self.guests.iter().filter_map(|(number, guest)| Some((*number, guest, waited(guest)?)));
        all.filter(|(_, guest, waited)| must(guest, *waited)).max_by_key(|(_, _, waited)| *waited).map(|(n, ..)| n)
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    // The table is consistent between any two statements, so a panic elsewhere harms nothing.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::time::{sleep, timeout};

    const TICK: Duration = Duration::from_millis(20);

    fn at(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    /// Waits for a part that never comes.
    fn stall(place: Place) -> tokio::task::JoinHandle<bool> {
        tokio::spawn(async move { place.part(pending::<()>()).await.is_none() })
    }

    #[tokio::test]
    async fn who_keeps_us_waiting_makes_room() {
        let places = Places::new(2);
        let older = stall(places.take(None).unwrap());
        sleep(TICK).await;
        let newer = stall(places.take(None).unwrap());
        sleep(TICK).await;
        assert!(places.take(None).is_none(), "both are on their way");
        sleep(STALE).await;
        let third = places.take(None).unwrap();
        assert!(older.await.unwrap(), "the one that waited longest is told");
        assert!(!newer.is_finished());
        let fourth = places.take(None).unwrap();
        assert!(newer.await.unwrap());
        sleep(STALE + TICK).await;
        assert!(places.take(None).is_none(), "two that wait for us keep their places");
        drop((third, fourth));
        assert!(places.take(None).is_some());
    }

    #[tokio::test]
    async fn one_origin_does_not_take_all_places() {
        let places = Places::new(16);
        let greedy: Vec<_> = (0..16).map(|_| stall(places.take(at("192.0.2.1")).unwrap())).collect();
        sleep(TICK).await;
        assert!(places.take(at("192.0.2.1")).is_none());
        let other = places.take(at("192.0.2.2"));
        assert!(other.is_some(), "at once, for one that has fewer");
        sleep(TICK).await;
        assert_eq!(greedy.iter().filter(|g| g.is_finished()).count(), 1);
    }

    #[tokio::test]
    async fn a_part_that_comes_is_handed_on() {
        let places = Places::new(1);
        let place = places.take(None).unwrap();
        assert_eq!(place.part(async { 7 }).await, Some(7));
        assert!(timeout(TICK, place.part(pending::<()>())).await.is_err());
        drop(place);
        assert!(lock(&places.table).guests.is_empty());
    }
}

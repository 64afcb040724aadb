//! Who is connected: a bounded number in all, and a part of them from one address. Loopback, where the operator's own proxy
//! would be, is not bounded by itself.

use crate::origin::origin;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One address may have every so many-th of all places.
const SHARE: usize = 8;
/// How often it is told that places are taken.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// All places.
pub struct Guests {
    places: Arc<Semaphore>,
    each_max: usize,
    seated: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    told: Mutex<Option<std::time::Instant>>,
}

/// A place that is taken until this is dropped.
pub struct Seat {
    from: IpAddr,
    seated: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    _place: OwnedSemaphorePermit,
}

impl Guests {
    /// So many places in all.
    pub fn new(places: usize) -> Self {
        let (each_max, places) = ((places / SHARE).max(1), Arc::new(Semaphore::new(places)));
        Self { places, each_max, seated: Arc::default(), told: Mutex::default() }
    }
    /// A free place, as soon as there is one.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if self.places.available_permits() == 0 {
            self.tell(|| tracing::warn!("all places for clients are taken; new ones wait until a connection ends"));
        }
        self.places.clone().acquire_owned().await.ok()
    }
    /// Seats somebody; `None` when that address has as many places as it may.
    pub fn seat(&self, place: OwnedSemaphorePermit, from: IpAddr) -> Option<Seat> {
        let from = origin(Some(from));
        let mut seated = self.seated.lock().unwrap_or_else(PoisonError::into_inner);
        let count = seated.entry(from).or_default();
        if *count >= self.each_max && !from.is_loopback() {
            // A proxy that is not on this machine looks like one guest with many connections.
            let most = self.each_max;
            self.tell(
                || tracing::warn!(%from, most, "connections of one origin are turned away: it has as many as it may"),
            );
            return None;
        }
        *count += 1;
        Some(Seat { from, seated: self.seated.clone(), _place: place })
    }
    fn tell(&self, warn: impl FnOnce()) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            *told = Some(std::time::Instant::now());
            warn();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seated = self.seated.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = seated.get_mut(&self.from) {
            *count -= 1;
            if *count == 0 {
                seated.remove(&self.from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn seat(guests: &Guests, from: &str) -> Option<Seat> {
        guests.seat(guests.place().await.unwrap(), from.parse().unwrap())
    }

    #[tokio::test]
    async fn one_address_does_not_take_all_places() {
        let guests = Guests::new(16);
        let mut seats =
            vec![seat(&guests, "192.0.2.1").await.unwrap(), seat(&guests, "::ffff:192.0.2.1").await.unwrap()];
        assert!(seat(&guests, "192.0.2.1").await.is_none());
        seats.extend([seat(&guests, "2001:db8::1").await.unwrap(), seat(&guests, "2001:db8::2").await.unwrap()]);
        assert!(seat(&guests, "2001:db8::3").await.is_none(), "its neighbour in the same network");
        assert!(seat(&guests, "2001:db8:0:1::1").await.is_some());
        seats.remove(0);
        assert!(seat(&guests, "192.0.2.1").await.is_some(), "a place that was left is free");
        drop(seats);
        assert!(guests.seated.lock().unwrap().is_empty());
        assert_eq!(guests.places.available_permits(), 16);
    }

    #[tokio::test]
    async fn loopback_is_bounded_by_the_whole_only() {
        let guests = Guests::new(16);
        let mut seats = Vec::new();
        for _ in 0..16 {
            seats.push(seat(&guests, "127.0.0.1").await.unwrap());
        }
        assert!(tokio::time::timeout(Duration::from_millis(20), guests.place()).await.is_err());
    }
}

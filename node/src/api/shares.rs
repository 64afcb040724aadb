//! Shares of something bounded, such as bytes in memory: no origin has more than its part of the whole. The machine itself,
//! where the operator's own proxy would be, leaves one part to others.
//!
//! Who asks for more is refused at once; nobody waits.

use crate::origin::origin;
use crate::refusal::Refusal;
use prost::Message;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An origin may have every so many-th part.
const PARTS: usize = 8;

/// The whole. Cloning shares it.
#[derive(Clone)]
pub struct Shares {
    whole: usize,
    each: usize,
    taken: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
}

/// The shares of one guest.
#[derive(Clone)]
pub struct Room {
    /// All.
    pub bytes: Shares,
    /// Whose.
    pub from: Option<IpAddr>,
}

/// A part that is taken until this is dropped.
pub struct Share {
    from: IpAddr,
    amount: usize,
    taken: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
}

impl Room {
    /// Room for a message that is in work, until it is given back.
    pub fn hold(&self, message: &impl Message) -> Result<Share, Refusal> {
        let share = self.bytes.take(self.from, message.encoded_len());
        share.ok_or_else(|| Refusal::full("bytes of requests in work"))
    }
}

impl Shares {
    /// So much in all. An origin may have `least` of it however small the parts are.
    pub fn new(whole: usize, least: usize) -> Self {
        Self { whole, each: (whole / PARTS).max(least), taken: Arc::default() }
    }
    /// Takes `amount` for somebody; `None` when there is not so much left, or not for that origin.
    pub fn take(&self, from: Option<IpAddr>, amount: usize) -> Option<Share> {
        let (from, mut taken) = (origin(from), lock(&self.taken));
        let all: usize = taken.values().sum();
        let own = taken.get(&from).copied().unwrap_or_default();
        let most = if from.is_loopback() { self.each.max(self.whole - self.whole / PARTS) } else { self.each };
        if all.saturating_add(amount) > self.whole || own.saturating_add(amount) > most {
            return None;
        }
        *taken.entry(from).or_default() += amount;
        Some(Share { from, amount, taken: self.taken.clone() })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        if let Some(own) = taken.get_mut(&self.from) {
            *own -= self.amount;
            if *own == 0 {
                taken.remove(&self.from);
            }
        }
    }
}

fn lock(taken: &Mutex<BTreeMap<IpAddr, usize>>) -> MutexGuard<'_, BTreeMap<IpAddr, usize>> {
    // The counts are right between any two statements, so a panic elsewhere harms nothing.
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn no_origin_has_more_than_its_part() {
        let shares = Shares::new(80, 1);
        let first = shares.take(at("192.0.2.1"), 10).unwrap();
        assert!(shares.take(at("192.0.2.1"), 1).is_none());
        assert!(shares.take(at("192.0.2.2"), 10).is_some());
        drop(first);
        assert!(shares.take(at("192.0.2.1"), 10).is_some(), "what was given back may be taken again");
        assert!(shares.taken.lock().unwrap().is_empty());
    }

    #[test]
    fn this_machine_leaves_a_part_to_others() {
        let shares = Shares::new(80, 1);
        let held = shares.take(None, 70).unwrap();
        assert!(shares.take(at("127.0.0.1"), 1).is_none());
        let other = shares.take(at("192.0.2.1"), 10).unwrap();
        assert!(shares.take(at("192.0.2.2"), 1).is_none(), "all is taken");
        drop((held, other));
        assert!(Shares::new(80, 40).take(at("192.0.2.2"), 40).is_some(), "one message always fits");
    }
}

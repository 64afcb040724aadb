//! Keys that sign often: the same key object is used again, with its table of multiples, which makes a check about four
//! times as fast. Which keys are registered is the ledger's business; this only remembers what it gave.

use crate::lru::Lru;
use proto::{KeyId, PublicKey};
use std::sync::{Mutex, PoisonError};

/// Most keys; each takes up to 264 KiB.
const KEYS_MAX: usize = 256;

/// The keys.
pub struct Keyring {
    keys: Mutex<Lru<KeyId, PublicKey>>,
}

impl Default for Keyring {
    fn default() -> Self {
        Self { keys: Mutex::new(Lru::new(KEYS_MAX)) }
    }
}

impl Keyring {
    /// The object for this key that was used before, or this one from now on.
    pub fn known(&self, key: &PublicKey) -> PublicKey {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = keys.get(&key.id()) {
            return known;
        }
        keys.put(key.id(), key.clone(), 1);
        key.clone()
    }
}

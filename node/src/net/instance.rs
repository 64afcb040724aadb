//! Which process uses a key: the home folder it was started from, how often that was started, and a number drawn at this
//! start. Said and signed in the handshake, so that two processes with one key are noticed.
//!
//! While one of them is heard, no link is given to another. So the newer one stays without answers and casts no vote; the
//! moment the older one is silent, it may take over. Whether its memory can be trusted is the business of `replica`.

use crate::fault::Fault;
use proto::encode::{Decoder, Encoder, Malformed};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A link on which nothing was heard for so long does not keep another process of the key out. A live validator says
/// where it stands every second.
const SILENCE_MAX: Duration = Duration::from_secs(3);

/// One process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instance {
    /// Its home folder, by a number drawn when its sign-guard was made.
    pub home: [u8; 16],
    /// How often the node was started from there.
    pub starts: u64,
    /// Drawn at this start: a copied home has the other two in common.
    pub run: [u8; 16],
}

impl Instance {
    /// The process that is starting.
    pub fn new(home: [u8; 16], starts: u64) -> Result<Self, Fault> {
        let mut run = [0; 16];
        getrandom::fill(&mut run).map_err(|e| Fault::system("randomness", e))?;
        Ok(Self { home, starts, run })
    }
    /// Its bytes, as the handshake carries and signs them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut e = Encoder::new();
        e.raw(&self.home).u64(self.starts).raw(&self.run);
        e.finish()
    }
    /// The reverse.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut d = Decoder::new(bytes);
        let instance =
            Self { home: d.raw("instance.home")?, starts: d.u64("instance.starts")?, run: d.raw("instance.run")? };
        d.finish()?;
        Ok(instance)
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "home {} start {} run {}", hex::encode(&self.home[..4]), self.starts, hex::encode(&self.run[..4]))
    }
}

/// Which process of one other validator we talk to, and when it was last heard.
#[derive(Default)]
pub struct Presence {
    seen: Mutex<Option<(Instance, Instant)>>,
}

impl Presence {
    /// A process passed the handshake. Refused, with the process that is here, while that one is heard on a running link.
    pub fn arrive(&self, who: Instance, linked: bool, now: Instant) -> Result<(), Instance> {
        let mut seen = self.seen();
        match *seen {
            Some((here, heard)) if here.run != who.run && linked && now.duration_since(heard) < SILENCE_MAX => {
                Err(here)
            }
            _ => {
                *seen = Some((who, now));
                Ok(())
            }
        }
    }
    /// A frame of it came.
    pub fn hear(&self, now: Instant) {
        if let Some((_, heard)) = self.seen().as_mut() {
            *heard = now;
        }
    }
    /// How long it has been silent; `None`: never heard.
    pub fn silence(&self, now: Instant) -> Option<Duration> {
        self.seen().map(|(_, heard)| now.saturating_duration_since(heard))
    }
    fn seen(&self) -> MutexGuard<'_, Option<(Instance, Instant)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_kept_out_while_the_first_is_heard() {
        let (first, second) = (Instance::new([1; 16], 5).unwrap(), Instance::new([1; 16], 5).unwrap());
        let (presence, start) = (Presence::default(), Instant::now());
        assert_eq!(presence.arrive(first, false, start), Ok(()));
        presence.hear(start + Duration::from_secs(10));
        let soon = start + Duration::from_secs(12);
        assert_eq!(presence.arrive(second, true, soon), Err(first));
        // The same process may have lost its link.
        assert_eq!(presence.arrive(first, true, soon), Ok(()));
        // It died: the link is down, or silent.
        assert_eq!(presence.arrive(second, false, soon), Ok(()));
        assert_eq!(presence.arrive(first, true, soon + SILENCE_MAX), Ok(()));
    }

    #[test]
    fn it_survives_its_bytes_and_nothing_else_does() {
        let one = Instance::new([3; 16], 9).unwrap();
        let bytes = one.to_bytes();
        assert_eq!(Instance::from_bytes(&bytes), Ok(one));
        assert!((0..bytes.len()).all(|end| Instance::from_bytes(&bytes[..end]).is_err()));
    }
}

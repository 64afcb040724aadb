//! Writes a copy into the data folder of a node that has none.
//!
//! It is made beside its place and moved there when it is whole and durable. If we crash before, the place is still empty
//! and the next attempt begins again; if after, the node has its ledger.

use super::Part;
use crate::fault::Fault;
use crate::space::Space;
use crate::store::site::Site;
use crate::store::{Store, Table, key};
use ledger::{Batch, Birth, Refused, Restore, Tip};
use proto::{Canonical, Event, Trust};
use std::path::Path;

/// More than genesis and a few large motions write: organisations, and their keys when they are retired.
const LEAVES_AT_BIRTH: u64 = 1 << 17;
/// More than any other event adds: a request, a matter or a signer with its history, and a fingerprint for each packet.
const LEAVES_PER_EVENT: u64 = 64;
/// How often the free room is looked at, in bytes written.
const LOOK_BYTES: u64 = 8 << 20;

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The copy is not what a quorum signed.
    #[error("the copy is not the ledger that the validators signed: {0}")]
    Refused(#[from] Refused),
    /// More than the state of such a ledger can hold.
    #[error("the node sends more leaves than a state of {events} events can have; take the copy from another node")]
    TooMany {
        /// Events of the ledger that is copied.
        events: u64,
    },
    /// The parts came in another order than they must.
    #[error("the node sent the parts of the copy in a wrong order; compare its version with yours")]
    Order,
    /// Nothing can be written.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Leaves of the state.
    pub leaves: u64,
    /// Headers.
    pub headers: u64,
    /// Events.
    pub events: u64,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// A copy in the making.
pub struct Target {
    birth: Birth,
    trust: Trust,
    site: Site,
    store: Store,
    restore: Option<Restore>,
    copied: Copied,
    space: Option<Space>,
    looked: u64,
}

impl Target {
    /// For the data folder `place`, in which there is no database.
    pub fn new(place: &Path, birth: Birth, trust: Trust) -> Result<Self, Fault> {
        let site = Site::vacant(place)?;
        let store = Store::open_empty(site.workshop())?;
        let (copied, restore, space) = (Copied::default(), None, None);
        Ok(Self { birth, trust, site, store, restore, copied, space, looked: 0 })
    }
    /// Stops before the disk is full, as a node with this reserve would: a source that lies is found out only at the end.
    pub fn with_reserve(mut self, bytes: u64) -> Result<Self, Fault> {
        self.space = Some(Space::new(self.store.path(), bytes)?);
        Ok(self)
    }
    /// The next part.
    pub fn take(&mut self, part: Part) -> Result<(), CopyError> {
        let rows = match (part, &mut self.restore) {
            (Part::Head(head), none @ None) => {
                *none = Some(Restore::new(&self.birth, &self.trust, &head.1, head.0)?);
                return Ok(());
            }
            (Part::Leaves(leaves), Some(restore)) => {
                self.copied.leaves += leaves.len() as u64;
                let events = restore.target().ledger_size;
                if self.copied.leaves > leaves_max(events) {
                    return Err(CopyError::TooMany { events });
                }
                restore.leaves(&self.store, leaves)?
            }
            (Part::Headers(headers), Some(restore)) => {
                self.copied.headers += headers.len() as u64;
                restore.headers(headers)?
            }
            (Part::Events(events), Some(restore)) => {
                self.copied.events += events.len() as u64;
                let mut rows = missing_packets(&events);
                rows.merge(restore.events(events)?);
                rows
            }
            _ => return Err(CopyError::Order),
        };
        let bytes = |v: &Option<Vec<u8>>| v.as_ref().map_or(0, Vec::len) as u64;
        self.copied.bytes += rows.writes.iter().map(|(k, v)| k.len() as u64 + bytes(v)).sum::<u64>();
        self.store.write(rows)?;
        self.look()?;
        Ok(())
    }
    fn look(&mut self) -> Result<(), Fault> {
        let Some(space) = self.space.as_ref().filter(|_| self.copied.bytes >= self.looked + LOOK_BYTES) else {
            return Ok(());
        };
        self.looked = self.copied.bytes;
        space.look().map(drop)
    }
    /// How far it is.
    pub fn copied(&self) -> &Copied {
        &self.copied
    }
    /// Checks that it is whole and puts it in its place.
    pub fn finish(self) -> Result<(Tip, Copied), CopyError> {
        let (tip, rows) = self.restore.ok_or(CopyError::Order)?.finish()?;
        // The rows before these are durable first: a tip without its ledger must never be found.
        self.store.sync()?;
        self.store.write(rows)?;
        self.store.sync()?;
        drop(self.store);
        self.site.settle().map_err(|e| Fault::file(self.site.workshop(), format!("cannot be put in place: {e}")))?;
        Ok((tip, self.copied))
    }
}

/// Most leaves that the state of a ledger with so many events has. They are hashed as they come, but only the last one shows
/// whether they lead to what was signed: until then a source that lies must not fill the disk.
fn leaves_max(events: u64) -> u64 {
    LEAVES_AT_BIRTH + events.saturating_mul(LEAVES_PER_EVENT)
}

/// Marks the packets of these events as not here, so that the running node fetches them. Events that cannot be read are
/// refused elsewhere.
fn missing_packets(events: &[Vec<u8>]) -> Batch {
    let mut rows = Batch::default();
    for event in events.iter().filter_map(|bytes| Event::from_bytes(bytes).ok()) {
        let body = &event.transaction.draft.body;
        if !body.packets().is_empty() {
            let signer = body.signer().map_or_else(Vec::new, |name| name.as_str().into());
            rows.put(key(Table::PacketMissing, &event.transaction.id().0), signer);
        }
    }
    rows
}

//! Room on the disk of the database. While there is little, nothing new is taken in from clients, and the node follows and
//! votes on; before there is none, it stops in order. A full disk that is met in the middle of a write is safe too (see
//! `store`), but then the operator finds a stopped node and no room to work in.

use crate::fault::Fault;
use crate::refusal::Refusal;
use crate::shutdown::Shutdown;
use crate::telemetry::Metrics;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often it is looked at. At most some tens of megabytes are written in between.
const EVERY: Duration = Duration::from_millis(500);
/// The node stops when less than this part of the reserve is left.
const STOP_PART: u64 = 8;

/// Room that is left, looked at from time to time.
pub struct Space {
    path: PathBuf,
    /// Below it nothing is taken in, in bytes; 0 for no limit.
    reserve: u64,
    free: AtomicU64,
}

impl Space {
    /// Looks at the disk of `path` for the first time.
    pub fn new(path: &Path, reserve: u64) -> Result<Self, Fault> {
        std::fs::create_dir_all(path).map_err(|e| Fault::store(path, e))?;
        let space = Self { path: path.to_owned(), reserve, free: AtomicU64::new(u64::MAX) };
        space.look()?;
        Ok(space)
    }
    /// Looks again. The fault says that the node must stop now.
    pub fn look(&self) -> Result<u64, Fault> {
        let disk = rustix::fs::statvfs(&self.path).map_err(|e| Fault::store(&self.path, e))?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        self.free.store(free, Ordering::Relaxed);
        if free < self.reserve / STOP_PART {
            return Err(Fault::Space { path: self.path.clone(), free, reserve: self.reserve });
        }
        Ok(free)
    }
    /// Whether something may be taken in.
    pub fn is_low(&self) -> bool {
        self.free.load(Ordering::Relaxed) < self.reserve
    }
    /// Refuses what a client brings while there is little room.
    pub fn check(&self) -> Result<(), Refusal> {
        if !self.is_low() {
            return Ok(());
        }
        let message = "this node's disk is nearly full, and it takes nothing in; send the same request to another node, and \
                       tell this node's operator to make room on its disk";
        let refusal = Refusal::new("DISK_NEARLY_FULL", "", message);
        Err(refusal.retry_after(Duration::from_secs(10)))
    }
}

/// Looks until the node stops, or stops it.
pub async fn watch(space: Arc<Space>, metrics: Arc<Metrics>, shutdown: Shutdown) {
    let stop = shutdown.wait();
    tokio::pin!(stop);
    let mut was_low = false;
    loop {
        match space.look() {
            Ok(free) => {
                metrics.disk_free.set(i64::try_from(free).unwrap_or(i64::MAX));
            }
            Err(fault) => return shutdown.fail(fault),
        }
        if space.is_low() != was_low {
            was_low = space.is_low();
            tracing::warn!(low = was_low, free = space.free.load(Ordering::Relaxed), "room on the disk");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = &mut stop => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::RefusalKind;

    #[test]
    fn little_room_refuses_and_less_stops() {
        let dir = tempfile::tempdir().unwrap();
        let plenty = Space::new(dir.path(), 0).unwrap();
        let free = plenty.look().unwrap();
        assert!(plenty.check().is_ok());
        let low = Space::new(dir.path(), free * 2).unwrap();
        let refusal = low.check().unwrap_err();
        assert_eq!((refusal.code, refusal.kind), ("DISK_NEARLY_FULL", RefusalKind::Exhausted));
        let fault = Space::new(dir.path(), free * 20).err().unwrap().to_string();
        assert!(fault.contains("make room"), "{fault}");
    }
}

//! The node's only clock: wall time in milliseconds that never runs backwards within one process.
//!
//! It is handed to the pure crates as an argument. Safety never depends on it; see the ledger's rules on time.

use proto::TimeMs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

static LAST: AtomicU64 = AtomicU64::new(0);

/// Milliseconds since the Unix epoch; if the system's clock is set back, time stands still until it has caught up.
pub fn now() -> TimeMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    TimeMs(LAST.fetch_max(ms, Ordering::Relaxed).max(ms))
}

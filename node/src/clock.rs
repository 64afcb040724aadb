//! The node's only clock: wall time in milliseconds that does not waver.
//!
//! It is handed to the pure crates as an argument. Safety never depends on it; see the ledger's rules on time.

use proto::TimeMs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

static LAST: AtomicU64 = AtomicU64::new(0);

/// A clock that is set back by no more than this stands still until it has caught up.
const SLACK_MS: u64 = 1_000;

/// Milliseconds since the Unix epoch, as the system's clock has it. Set back a little, it stands still; set back further,
/// it was wrong before, and we follow: timers do not hang on it (see `replica`), and blocks should bear the true time.
pub fn now() -> TimeMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    if ms.saturating_add(SLACK_MS) < LAST.load(Ordering::Relaxed) {
        LAST.store(ms, Ordering::Relaxed);
    }
    TimeMs(LAST.fetch_max(ms, Ordering::Relaxed).max(ms))
}

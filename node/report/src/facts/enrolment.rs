//! When the references were put on the ledger that a signing was compared with. When they were written is not known here.

use serde::{Deserialize, Serialize};

const DAY_MS: u64 = 86_400_000;

/// The event that enrolled the references.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Enrolment {
    /// Its number.
    pub seq: u64,
    /// Height of its block.
    pub height: u64,
    /// Time of its block.
    pub time_ms: u64,
    /// Who submitted it.
    pub organisation: String,
}

impl Enrolment {
    /// Of an event on the ledger.
    pub fn of(event: &proto::Event) -> Self {
        Self {
            seq: event.seq.0,
            height: event.height.0,
            time_ms: event.time.0,
            organisation: event.transaction.draft.org.to_string(),
        }
    }
    /// Whole days until a signing at that time.
    pub fn days_before(&self, signing_ms: u64) -> u64 {
        signing_ms.saturating_sub(self.time_ms) / DAY_MS
    }
}

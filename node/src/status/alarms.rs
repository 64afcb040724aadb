//! What was seen and passes by itself, and must be looked at all the same: a key that is used twice, appraisals that differ,
//! contradictions. Nothing is decided from it.

use crate::telemetry::Metrics;
use proto::{TimeMs, ValidatorIndex};

/// How long after it was last seen it is told, in milliseconds.
const TOLD_MS: u64 = 600_000;

/// See the module.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Alarms {
    /// Handshakes with a second process that uses a validator's key.
    pub rivals: Seen,
    /// Appraisals that differ from a proposer's.
    pub disputes: Seen,
    /// Validators in force of whose key there is a proof of contradiction.
    pub culprits: Vec<ValidatorIndex>,
}

/// A counter, and when it last grew.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Seen {
    count: u64,
    last: Option<TimeMs>,
}

impl Alarms {
    /// Takes over the counters.
    pub fn note(&mut self, metrics: &Metrics, now: TimeMs) {
        self.rivals.note(metrics.rivals.get(), now);
        self.disputes.note(metrics.disputes.get(), now);
    }
}

impl Seen {
    /// The counter stands at `count` now.
    pub fn note(&mut self, count: u64, now: TimeMs) {
        if count > self.count {
            (self.count, self.last) = (count, Some(now));
        }
    }
    /// Whether it grew lately.
    pub fn is_fresh(&self, now: TimeMs) -> bool {
        self.last.is_some_and(|last| now.0.saturating_sub(last.0) < TOLD_MS)
    }
}

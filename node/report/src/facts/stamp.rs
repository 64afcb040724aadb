//! Time-stamp tokens, and which of them may answer when the data existed: one whose authority is trusted, and whose time does
//! not contradict the header that it is over. Any other is listed with what it claims, and proves nothing.

use super::Facts;
use serde::{Deserialize, Serialize};

/// An RFC 3161 token.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// Name of the authority in its certificate.
    pub authority: String,
    /// `genTime`.
    pub time_ms: u64,
    /// Accuracy that the authority states, ms.
    pub accuracy_ms: Option<u64>,
    /// The step of the authority's clock as `genTime` is written, ms: a time without a fraction names a whole second.
    #[serde(default = "second")]
    pub resolution_ms: u64,
    /// The time that the stamped header itself names; a header is made before it is stamped.
    #[serde(default)]
    pub header_time_ms: Option<u64>,
    /// Serial number of the token, hexadecimal.
    pub serial: String,
    /// What it is over: the digest of the header in the algorithm below.
    pub imprint: String,
    /// `sha256` or `sm3`.
    pub algorithm: String,
    /// Outcome of `TSA_TOKEN`.
    pub token: String,
    /// Outcome of `TSA_CHAIN_AT_GENTIME`.
    pub chain: String,
}

/// What a time is taken to be exact to when nobody says.
fn second() -> u64 {
    1000
}

impl Stamp {
    /// Whether its signature holds and its certificates lead to a root that is trusted. Whoever makes a report without a court's
    /// policy trusts nobody.
    pub fn is_trusted(&self) -> bool {
        self.token == "VALID" && self.chain == "VALID"
    }
    /// The latest moment that it can mean: its accuracy later, and not before the step of its clock is over.
    pub fn latest_ms(&self) -> u64 {
        self.time_ms.saturating_add(self.accuracy_ms.unwrap_or(0).max(self.resolution_ms))
    }
}

impl Facts {
    /// Whether a token claims to be older than the header that it is over, by more than clocks may differ.
    pub fn is_contradictory(&self, stamp: &Stamp) -> bool {
        let latest = stamp.latest_ms().saturating_add(self.network.clock_skew_max_ms);
        stamp.header_time_ms.is_some_and(|made| latest < made)
    }
    /// The token that answers when the data existed at the latest: of those that may, the one that proves the most.
    pub fn time_stamp(&self) -> Option<&Stamp> {
        let may = self.stamps.iter().filter(|s| s.is_trusted() && !self.is_contradictory(s));
        may.min_by_key(|s| s.latest_ms())
    }
}

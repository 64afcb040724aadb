//! What others say of the event or did with it: readers, validators that contradicted themselves, erasures, and the outcome of
//! each check.

use serde::{Deserialize, Serialize};

/// Somebody was given a stroke packet. The event was committed before the key was released.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Access {
    /// Position in the ledger.
    pub seq: u64,
    /// Block.
    pub height: u64,
    /// Time of that block.
    pub time_ms: u64,
    /// Who read.
    pub organisation: String,
    /// The reader's role.
    pub role: Option<String>,
    /// What for.
    pub purpose: String,
    /// On what authority, such as the number of a court order.
    pub authority: String,
    /// Commitment of the packet that was read.
    pub packet: String,
}

/// A validator signed two statements of which one must be false.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// Position of the fault's event in the ledger.
    pub seq: u64,
    /// Organisation of the validator.
    pub organisation: String,
    /// Id of its key.
    pub key: String,
    /// The contradiction's name.
    pub contradiction: String,
}

/// Something about the event's evidence is not as it was.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Change {
    /// `erased`, `restricted`, `superseded` or `held`.
    pub kind: String,
    /// Position in the ledger of the event that says so.
    pub seq: u64,
    /// Time of its block.
    pub time_ms: u64,
    /// Who asked for it.
    pub organisation: String,
    /// What it is about: a commitment, or words.
    pub about: String,
}

/// One check.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Check {
    /// Stable code.
    pub code: String,
    /// `VALID`, `INVALID` or `INDETERMINATE`.
    pub outcome: String,
    /// One sentence in English, as the verifier prints it.
    pub detail: String,
}

impl Check {
    /// Of a check that was made.
    pub fn of(check: &proto::Check) -> Self {
        Self { code: check.code.to_owned(), outcome: check.outcome.as_str().to_owned(), detail: check.detail.clone() }
    }
}

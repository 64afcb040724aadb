//! The consortium as genesis and the trail say it is, and who of it stands behind the quorum. Whether anybody is a party to
//! the case is not known here: a court's policy says so.

use serde::{Deserialize, Serialize};

/// The network and the rules that matter to a reader.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Network {
    /// What people call it; the genesis file's `name`.
    pub name: String,
    /// Chain id: SM3 over the canonical genesis, `openssl dgst -sm3 data/genesis.bin`.
    pub chain: String,
    /// Members at genesis, in its order.
    pub organisations: Vec<Organisation>,
    /// Changes of the validator set from genesis to the checkpoint.
    pub links: u64,
    /// The epochs among them that rescues opened: signatures of rescue keys in place of a quorum's.
    #[serde(default)]
    pub rescues: Vec<u64>,
    /// How many rescue keys must sign.
    #[serde(default)]
    pub rescue_need: u32,
    /// How many rescue keys genesis names.
    #[serde(default)]
    pub rescue_keys: u32,
    /// Votes that decide.
    pub quorum: u32,
    /// Validators that may be faulty.
    pub faults_max: u32,
    /// LLR from which the band is `accept`, milliban.
    pub accept_at: i32,
    /// LLR below which it is `reject`.
    pub reject_below: i32,
    /// Largest difference between two validators' LLR that may still be voted for.
    pub epsilon: u32,
    /// Whether demonstration packets made by a program are admitted.
    pub allow_synthetic: bool,
    /// A signing names a block that is at most this much older than its own, ms.
    pub nonce_age_max_ms: u64,
    /// How far two clocks may differ by the rules, ms.
    #[serde(default)]
    pub clock_skew_max_ms: u64,
}

/// A member.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Organisation {
    /// Its identifier.
    pub name: String,
    /// `court`, `archive`, `notary`, `operator` or `auditor`.
    pub role: String,
    /// Validators that it runs at the checkpoint.
    pub validators: u32,
}

/// Who stands behind the certificate.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Independence {
    /// Organisations whose votes are in the certificate.
    pub organisations: u32,
    /// Organisation that submitted the event.
    pub submitter: String,
    /// Votes in the certificate without the submitter's own.
    pub votes_without_submitter: u32,
    /// Whether these alone are a quorum.
    pub quorum_without_submitter: bool,
}

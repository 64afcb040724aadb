//! The genesis file as it is written: TOML with unknown keys refused. Only `document.rs` sees these types.

use serde::{Deserialize, Serialize};

/// The whole file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub name: String,
    pub time_ms: u64,
    pub params: ParamsTable,
    #[serde(rename = "organisation")]
    pub organisations: Vec<OrganisationTable>,
    #[serde(rename = "validator")]
    pub validators: Vec<ValidatorTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rescue: Option<RescueTable>,
}

/// `[rescue]`: any `threshold` of these keys together may appoint validators when the quorum is lost.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RescueTable {
    pub threshold: u16,
    pub keys: Vec<String>,
}

/// `[params]`: see `proto::Params` for units.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParamsTable {
    pub model: String,
    pub accept_at: i32,
    pub reject_below: i32,
    pub epsilon_mb: u32,
    pub allow_synthetic: bool,
    pub nonce_age_max_ms: u64,
    pub expiry_max_blocks: u64,
    pub block_events_max: u32,
    pub packet_bytes_max: u32,
    pub leader_timeout_ms: u64,
    pub view_timeout_ms: u64,
    pub heartbeat_ms: u64,
    pub clock_skew_max_ms: u64,
}

/// `[[organisation]]`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganisationTable {
    pub name: String,
    pub role: String,
    pub keys: Vec<String>,
}

/// `[[validator]]`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValidatorTable {
    pub org: String,
    pub key: String,
    pub peer: String,
    pub address: String,
}

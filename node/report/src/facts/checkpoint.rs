//! The signed state of the ledger, and each validator's part in it.

use proto::{Canonical, Organisation, ValidatorSet};
use serde::{Deserialize, Serialize};

/// A header with its certificate.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Height.
    pub height: u64,
    /// Reign of the validator set.
    pub epoch: u64,
    /// View in which it was finalized.
    pub view: u64,
    /// Its time by the validators' clocks.
    pub time_ms: u64,
    /// Digest of the header: what the validators signed.
    pub header: String,
    /// Organisation of the proposer.
    pub proposer: String,
    /// Events in the ledger.
    pub ledger_size: u64,
    /// Chain sum over all of them.
    pub ledger_sum: String,
    /// Root of the SM3 log.
    pub sm3_root: String,
    /// Root of the SHA-256 log.
    pub sha256_root: String,
    /// Root of the state tree.
    pub state_root: String,
    /// Digest of the validator set.
    pub validators: String,
    /// Digest of the handwriting model in force.
    pub model: String,
}

/// A validator and its vote.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Vote {
    /// Position in the set.
    pub index: u32,
    /// The organisation that runs it.
    pub organisation: String,
    /// That organisation's role at genesis, if it was a member then.
    pub role: Option<String>,
    /// Id of its voting key.
    pub key: String,
    /// Its SM2 signature in the certificate; `null` if its vote is not in it.
    pub signature: Option<String>,
}

impl Checkpoint {
    /// Of a checkpoint signed by `validators`.
    pub fn of(checkpoint: &proto::Checkpoint, validators: &ValidatorSet) -> Self {
        let h = &checkpoint.header;
        Self {
            height: h.height.0,
            epoch: h.epoch.0,
            view: checkpoint.certificate.view.0,
            time_ms: h.time.0,
            header: h.digest().to_string(),
            proposer: validators.get(h.proposer).map_or_else(String::new, |v| v.org.to_string()),
            ledger_size: h.ledger_size,
            ledger_sum: h.ledger_sum.to_string(),
            sm3_root: h.sm3_root.to_string(),
            sha256_root: h.sha256_root.to_string(),
            state_root: h.state_root.to_string(),
            validators: h.validators.to_string(),
            model: h.model.to_string(),
        }
    }
}

impl Vote {
    /// All validators in voting order. Whether a signature holds is the check `CERTIFICATE`.
    pub fn all(checkpoint: &proto::Checkpoint, validators: &ValidatorSet, members: &[Organisation]) -> Vec<Self> {
        let of = |(index, validator): (proto::ValidatorIndex, &proto::Validator)| {
            let signed = checkpoint.certificate.votes.iter().find(|(i, _)| *i == index);
            Self {
                index: index.0.into(),
                organisation: validator.org.to_string(),
                role: role(members, validator.org.as_str()),
                key: validator.key.id().to_string(),
                signature: signed.map(|(_, signature)| hex::encode(signature.0)),
            }
        };
        validators.indices().zip(validators.iter()).map(of).collect()
    }
}

/// The role of a member.
pub(super) fn role(members: &[Organisation], name: &str) -> Option<String> {
    members.iter().find(|o| o.name.as_str() == name).map(|o| o.role.as_str().to_owned())
}

//! The validators' agreed opinion of the writing, as the ledger has it.

use proto::{Digest, flags};
use serde::{Deserialize, Serialize};

/// One appraisal.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Appraisal {
    /// Digest of the model.
    pub model: String,
    /// Digest of the references that were compared with; `null` if there were none.
    pub template: Option<String>,
    /// log10 likelihood ratio against a skilled imitation, milliban; `null` if nothing was compared.
    pub llr: Option<i32>,
    /// The same against a random person.
    pub llr_random: Option<i32>,
    /// `accept`, `review`, `reject` or `uncompared`.
    pub band: String,
    /// Forensic grade, `A` to `D`.
    pub grade: String,
    /// The flags as bits, see `proto::flags`.
    pub flag_bits: u32,
    /// Their names.
    pub flags: Vec<String>,
    /// How many earlier packets of the signer the ledger held: a replay of any was looked for.
    pub seen: u64,
    /// Fingerprints of the samples: the ledger takes each once.
    pub fingerprints: Vec<String>,
}

impl Appraisal {
    /// Of an appraisal on the ledger.
    pub fn of(appraisal: &proto::Appraisal) -> Self {
        Self {
            model: appraisal.model.to_string(),
            template: (appraisal.template != Digest::ZERO).then(|| appraisal.template.to_string()),
            llr: appraisal.llr,
            llr_random: appraisal.llr_random,
            band: appraisal.band.as_str().to_owned(),
            grade: appraisal.grade.as_str().to_owned(),
            flag_bits: appraisal.flags,
            flags: flags::names(appraisal.flags).into_iter().map(str::to_owned).collect(),
            seen: appraisal.seen,
            fingerprints: appraisal.fingerprints.iter().map(ToString::to_string).collect(),
        }
    }
}

//! A fault proof with all that an outsider needs beside the genesis file: how the validators of its epoch follow from it.
//! Checked offline, without the ledger on which the fault is reported.

use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::fault::{Contradiction, FaultProof};
use crate::light::{LightClient, Trail};
use crate::receipt::{Check, Outcome, Trust};
use crate::validators::ValidatorSet;
use crate::vote::Vote;

/// What is handed to a court.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FaultFile {
    /// From the epoch of genesis to that of the proof; empty in the first.
    pub trail: Trail,
    /// Two signatures that an honest validator never makes together.
    pub proof: FaultProof,
}

impl FaultFile {
    /// All checks, in a fixed order. Offline; two signature checks and one certificate for each change of validators.
    pub fn verify(&self, trust: &Trust) -> Vec<Check> {
        let mut client = LightClient::new(trust);
        let followed = client.follow(&self.trail);
        let epoch = self.proof.epoch();
        let set = client.validators(epoch).filter(|_| followed.is_ok());
        let (outcome, detail) = match (&followed, set) {
            (Err(broken), _) => (Outcome::Invalid, broken.to_string()),
            (Ok(()), None) => (Outcome::Indeterminate, format!("nothing leads from genesis to epoch {epoch}")),
            (Ok(()), Some(set)) => (Outcome::Valid, format!("{} validators of epoch {epoch} follow", set.count())),
        };
        let mut checks = vec![Check { code: "VALIDATORS", outcome, detail }];
        checks.push(self.culprit(set));
        checks.push(signature("FIRST_SIGNATURE", &self.proof.first, trust, set));
        checks.push(signature("SECOND_SIGNATURE", &self.proof.second, trust, set));
        checks.push(self.contradiction());
        checks
    }
    fn culprit(&self, set: Option<&ValidatorSet>) -> Check {
        let (code, index) = ("CULPRIT", self.proof.culprit());
        let Some(set) = set else { return unknown(code) };
        match set.get(index) {
            Some(v) => {
                let detail = format!("validator {index} of `{}`, key {}", v.org, v.key.id().short());
                Check { code, outcome: Outcome::Valid, detail }
            }
            None => Check { code, outcome: Outcome::Invalid, detail: format!("there is no validator {index}") },
        }
    }
    fn contradiction(&self) -> Check {
        let (code, votes) = ("CONTRADICTION", (&self.proof.first, &self.proof.second));
        let view = votes.0.subject.view;
        match Contradiction::between(votes.0, votes.1) {
            Some(what) => Check { code, outcome: Outcome::Valid, detail: format!("{} in view {view}", what.as_str()) },
            None => Check { code, outcome: Outcome::Invalid, detail: "the two votes do not contradict".to_owned() },
        }
    }
}

fn signature(code: &'static str, vote: &Vote, trust: &Trust, set: Option<&ValidatorSet>) -> Check {
    let Some(set) = set else { return unknown(code) };
    let holds = vote.verify(&trust.chain, set).is_some();
    let s = &vote.subject;
    let detail = format!("{} of view {} at height {}, block {}", s.kind.as_str(), s.view, s.height, s.block);
    Check { code, outcome: if holds { Outcome::Valid } else { Outcome::Invalid }, detail }
}

fn unknown(code: &'static str) -> Check {
    Check { code, outcome: Outcome::Indeterminate, detail: "the validators of that epoch are not known".to_owned() }
}

impl Canonical for FaultFile {
    const TAG: &'static str = "chirograph/fault-file";

    fn encode_body(&self, e: &mut Encoder) {
        self.trail.encode_body(e);
        self.proof.encode_body(e);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { trail: Trail::decode_body(d)?, proof: FaultProof::decode_body(d)? })
    }
}

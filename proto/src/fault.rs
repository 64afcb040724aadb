//! Fault proofs: two signatures of one validator that an honest one never makes together. Portable and offline.

use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::{ChainId, Epoch, ValidatorIndex};
use crate::validators::ValidatorSet;
use crate::verified::Verified;
use crate::vote::{Vote, VoteKind};

/// Two contradictory votes of one validator in one view of one epoch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FaultProof {
    /// The vote that was seen first.
    pub first: Vote,
    /// The one that contradicts it.
    pub second: Vote,
}

/// How two votes contradict each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contradiction {
    /// Notarize votes for two blocks.
    ConflictingNotarize,
    /// Finalize votes for two blocks.
    ConflictingFinalize,
    /// Gave the view up and finalized in it.
    NullifyAndFinalize,
}

impl Contradiction {
    /// Name as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConflictingNotarize => "conflicting-notarize",
            Self::ConflictingFinalize => "conflicting-finalize",
            Self::NullifyAndFinalize => "nullify-and-finalize",
        }
    }
    /// What is contradictory between two votes, if anything.
    pub fn between(a: &Vote, b: &Vote) -> Option<Self> {
        let (x, y) = (&a.subject, &b.subject);
        if a.validator != b.validator || x.epoch != y.epoch || x.view != y.view || x == y {
            return None;
        }
        match (a.subject.kind, b.subject.kind) {
            (VoteKind::Notarize, VoteKind::Notarize) => Some(Self::ConflictingNotarize),
            (VoteKind::Finalize, VoteKind::Finalize) => Some(Self::ConflictingFinalize),
            (VoteKind::Nullify, VoteKind::Finalize) | (VoteKind::Finalize, VoteKind::Nullify) => {
                Some(Self::NullifyAndFinalize)
            }
            _ => None,
        }
    }
}

impl FaultProof {
    /// Joins two verified votes, if they contradict each other.
    pub fn new(first: &Verified<Vote>, second: &Verified<Vote>) -> Option<Verified<Self>> {
        Contradiction::between(first, second)?;
        Some(Verified::new(Self { first: **first, second: **second }))
    }
    /// In which epoch.
    pub fn epoch(&self) -> Epoch {
        self.first.subject.epoch
    }
    /// Whose fault it proves.
    pub fn culprit(&self) -> ValidatorIndex {
        self.first.validator
    }
    /// Checks the contradiction and both signatures.
    pub fn verify(self, chain: &ChainId, validators: &ValidatorSet) -> Option<Verified<Self>> {
        let first = self.first.verify(chain, validators)?;
        let second = self.second.verify(chain, validators)?;
        Self::new(&first, &second)
    }
}

impl Canonical for FaultProof {
    const TAG: &'static str = "chirograph/fault-proof";

    fn encode_body(&self, e: &mut Encoder) {
        self.first.encode_body(e);
        self.second.encode_body(e);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { first: Vote::decode_body(d)?, second: Vote::decode_body(d)? })
    }
}

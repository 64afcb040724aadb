//! Certificates: a quorum's votes about one subject, as a plain list that anyone can check signature by signature.

use crate::block::Header;
use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::{ChainId, ValidatorIndex};
use crate::keys::Signature;
use crate::validators::{VALIDATORS_MAX, ValidatorSet};
use crate::verified::Verified;
use crate::vote::{Subject, Vote, VoteKind};
use std::ops::Deref;

/// Votes of distinct validators, in ascending order of index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certificate {
    /// What all of them said.
    pub subject: Subject,
    /// Who, and their signatures.
    pub votes: Vec<(ValidatorIndex, Signature)>,
}

impl Deref for Certificate {
    type Target = Subject;
    fn deref(&self) -> &Subject {
        &self.subject
    }
}

impl Certificate {
    /// Whether it is about this header and makes it final. A block that closes its epoch may be final in a later view
    /// than the one it was proposed in, every other one only in its own.
    pub fn finalizes(&self, header: &Header) -> bool {
        let later = header.closes_epoch() && self.view > header.view;
        self.subject == Subject { view: self.view, ..Subject::of(VoteKind::Finalize, header) }
            && (self.view == header.view || later)
    }
    /// Makes a certificate of verified votes; `None` unless they agree, are distinct and reach `quorum`.
    pub fn assemble(votes: &[Verified<Vote>], quorum: usize) -> Option<Verified<Self>> {
        let subject = votes.first()?.subject;
        let mut list: Vec<(ValidatorIndex, Signature)> = votes.iter().map(|v| (v.validator, v.signature)).collect();
        list.sort_by_key(|(i, _)| *i);
        list.dedup_by_key(|(i, _)| *i);
        let agree = votes.iter().all(|v| v.subject == subject);
        (agree && list.len() >= quorum).then(|| Verified::new(Self { subject, votes: list }))
    }
    /// Checks epoch, order, quorum and every signature.
    pub fn verify(self, chain: &ChainId, validators: &ValidatorSet) -> Option<Verified<Self>> {
        let ours = self.subject.epoch == validators.epoch();
        if !ours || self.votes.len() < validators.quorum() || !self.is_sorted() {
            return None;
        }
        let bytes = self.subject.signing_bytes(chain);
        let signed = |(i, s): &(ValidatorIndex, Signature)| validators.get(*i).is_some_and(|v| v.key.verify(&bytes, s));
        self.votes.iter().all(signed).then(|| Verified::new(self))
    }
    fn is_sorted(&self) -> bool {
        self.votes.windows(2).all(|w| w[0].0 < w[1].0)
    }
}

impl Canonical for Certificate {
    const TAG: &'static str = "chirograph/certificate";

    fn encode_body(&self, e: &mut Encoder) {
        self.subject.encode(e);
        e.list(&self.votes, |e, (i, s)| {
            e.u16(i.0).raw(&s.0);
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let c = Self {
            subject: Subject::decode(d)?,
            votes: d.list(VALIDATORS_MAX, "certificate.votes", |d| {
                Ok((ValidatorIndex(d.u16("certificate.validator")?), Signature(d.raw("certificate.signature")?)))
            })?,
        };
        if c.is_sorted() {
            Ok(c)
        } else {
            Err(Malformed::Rule { field: "certificate.votes", rule: "votes stand in ascending order of validator" })
        }
    }
}

//! Votes and proposals: what a validator says with its signature. When it may say so is decided in `simplex`.

use crate::block::{BLOCK_EVENTS_MAX, Entry, Header, entries_digest};
use crate::encode::{Canonical, Decoder, Encoder, Malformed, tagged};
use crate::ids::{ChainId, Digest, Epoch, Height, ValidatorIndex, View};
use crate::keys::{SecretKey, Signature};
use crate::validators::ValidatorSet;
use crate::verified::Verified;

/// The three things that a validator says about a view.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum VoteKind {
    /// "This block is valid, and the only one that I support in this view."
    Notarize = 1,
    /// "I give this view up, and will never finalize in it."
    Nullify = 2,
    /// "This block is notarized; I have not given this view up and never will."
    Finalize = 3,
}

impl VoteKind {
    /// Lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notarize => "notarize",
            Self::Nullify => "nullify",
            Self::Finalize => "finalize",
        }
    }
    pub(crate) fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        match d.u8("vote.kind")? {
            1 => Ok(Self::Notarize),
            2 => Ok(Self::Nullify),
            3 => Ok(Self::Finalize),
            v => Err(Malformed::Unknown { field: "vote.kind", value: v.into() }),
        }
    }
}

/// What a vote is about: the part that all votes of a certificate share.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subject {
    /// What is said.
    pub kind: VoteKind,
    /// Under which set of validators. The same view of another epoch is another view.
    pub epoch: Epoch,
    /// About which view.
    pub view: View,
    /// Height of the block; 0 for a nullify.
    pub height: Height,
    /// Digest of the block's header; zero for a nullify.
    pub block: Digest,
}

impl Subject {
    /// A nullify of `view`.
    pub fn nullify(epoch: Epoch, view: View) -> Self {
        Self { kind: VoteKind::Nullify, epoch, view, height: Height(0), block: Digest::ZERO }
    }
    /// A notarize or finalize of the block with this header, in the view that proposed it.
    pub fn of(kind: VoteKind, header: &Header) -> Self {
        Self { kind, epoch: header.epoch, view: header.view, height: header.height, block: header.digest() }
    }
    /// The bytes that every voter signs; they do not name the voter, whose key enters through SM2's Z value.
    pub fn signing_bytes(&self, chain: &ChainId) -> Vec<u8> {
        let mut e = tagged("chirograph/vote");
        e.digest(chain);
        self.encode(&mut e);
        e.finish()
    }
    pub(crate) fn encode(&self, e: &mut Encoder) {
        e.u8(self.kind as u8).u64(self.epoch.0).u64(self.view.0).u64(self.height.0).digest(&self.block);
    }
    pub(crate) fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let s = Self {
            kind: VoteKind::decode(d)?,
            epoch: Epoch(d.u64("vote.epoch")?),
            view: View(d.u64("vote.view")?),
            height: Height(d.u64("vote.height")?),
            block: d.digest("vote.block")?,
        };
        if s.kind == VoteKind::Nullify && s != Self::nullify(s.epoch, s.view) {
            return Err(Malformed::Rule { field: "vote.block", rule: "a nullify names no block" });
        }
        Ok(s)
    }
}

/// One validator's vote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Vote {
    /// What about.
    pub subject: Subject,
    /// Who.
    pub validator: ValidatorIndex,
    /// SM2 over [`Subject::signing_bytes`].
    pub signature: Signature,
}

impl Vote {
    /// Signs a vote. The caller must have made sure that it contradicts none that was signed before.
    pub fn sign(subject: Subject, validator: ValidatorIndex, chain: &ChainId, key: &SecretKey) -> Verified<Self> {
        let signature = key.sign(&subject.signing_bytes(chain));
        Verified::new(Self { subject, validator, signature })
    }
    /// Checks the epoch, and the signature under the key that the set holds for `validator`.
    pub fn verify(self, chain: &ChainId, validators: &ValidatorSet) -> Option<Verified<Self>> {
        if self.subject.epoch != validators.epoch() {
            return None;
        }
        let key = &validators.get(self.validator)?.key;
        key.verify(&self.subject.signing_bytes(chain), &self.signature).then(|| Verified::new(self))
    }
}

impl Canonical for Vote {
    const TAG: &'static str = "chirograph/signed-vote";

    fn encode_body(&self, e: &mut Encoder) {
        self.subject.encode(e);
        e.u16(self.validator.0).raw(&self.signature.0);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            subject: Subject::decode(d)?,
            validator: ValidatorIndex(d.u16("vote.validator")?),
            signature: Signature(d.raw("vote.signature")?),
        })
    }
}

/// A leader's proposal. Its signature is the leader's own notarize vote: one promise, one signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The header proposed.
    pub header: Header,
    /// What the block holds, by id.
    pub entries: Vec<Entry>,
    /// The proposer's signature over its notarize vote.
    pub signature: Signature,
}

impl Proposal {
    /// Signs a proposal.
    pub fn sign(header: Header, entries: Vec<Entry>, key: &SecretKey) -> Verified<Self> {
        let subject = Subject::of(VoteKind::Notarize, &header);
        let signature = key.sign(&subject.signing_bytes(&header.chain));
        Verified::new(Self { header, entries, signature })
    }
    /// Checks chain, proposer's signature and that the entries are the header's.
    pub fn verify(self, chain: &ChainId, validators: &ValidatorSet) -> Option<Verified<Self>> {
        let vote = self.vote().verify(chain, validators);
        let fits = self.header.chain == *chain && entries_digest(&self.entries) == self.header.entries;
        (vote.is_some() && fits).then(|| Verified::new(self))
    }
    fn vote(&self) -> Vote {
        Vote {
            subject: Subject::of(VoteKind::Notarize, &self.header),
            validator: self.header.proposer,
            signature: self.signature,
        }
    }
}

impl Verified<Proposal> {
    /// The proposer's notarize vote that came with it.
    pub fn leader_vote(&self) -> Verified<Vote> {
        Verified::new(self.vote())
    }
}

impl Canonical for Proposal {
    const TAG: &'static str = "chirograph/proposal";

    fn encode_body(&self, e: &mut Encoder) {
        self.header.encode_body(e);
        e.list(&self.entries, |e, x| x.encode(e)).raw(&self.signature.0);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            header: Header::decode_body(d)?,
            entries: d.list(BLOCK_EVENTS_MAX, "proposal.entries", Entry::decode)?,
            signature: Signature(d.raw("proposal.signature")?),
        })
    }
}

//! One view: who said what in it, what a quorum said, and the blocks proposed. It decides nothing.

use proto::{Canonical, Certificate, Digest, FaultProof, Proposal, Subject, ValidatorIndex, Verified, Vote, VoteKind};
use std::collections::{BTreeMap, BTreeSet};

/// What the application thinks of a block, as far as we asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opinion {
    /// Not asked yet.
    Unasked,
    /// Asked; `certified` as in [`crate::Ask::Judge`].
    Asked { certified: bool },
    /// Executed; for an uncertified block also stood for.
    Valid,
    /// Refused.
    Invalid { certified: bool },
}

/// A block that was proposed in this view.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub proposal: Verified<Proposal>,
    pub opinion: Opinion,
}

/// What became of a vote.
#[allow(clippy::large_enum_variant, reason = "few are alive at once, and each is moved once")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Counted {
    /// New.
    Fresh,
    /// Known already: its sender repeats itself.
    Repeated,
    /// It contradicts an earlier one. The proof is given once for each validator and view.
    Contradiction(Option<Verified<FaultProof>>),
}

/// Everything known about one view. At most three votes a validator and two blocks are kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    votes: BTreeMap<(ValidatorIndex, VoteKind), Verified<Vote>>,
    culprits: BTreeSet<ValidatorIndex>,
    certificates: BTreeMap<VoteKind, Verified<Certificate>>,
    candidates: BTreeMap<Digest, Candidate>,
    /// A proposal in this view came and was kept.
    pub proposed: bool,
    /// We asked for what is missing here, in this view or since the last repetition.
    pub fetched: bool,
    /// We asked its leader what the block is that it votes for again.
    pub puzzled: bool,
    /// The votes of others were dropped.
    pub is_thin: bool,
}

impl Slot {
    /// Keeps a vote, unless it repeats or contradicts.
    pub fn count(&mut self, vote: Verified<Vote>) -> Counted {
        let who = vote.validator;
        let kinds = [VoteKind::Notarize, VoteKind::Nullify, VoteKind::Finalize];
        let earlier: Vec<&Verified<Vote>> = kinds.iter().filter_map(|k| self.votes.get(&(who, *k))).collect();
        if earlier.iter().any(|v| v.subject == vote.subject) {
            return Counted::Repeated;
        }
        if let Some(proof) = earlier.iter().find_map(|v| FaultProof::new(v, &vote)) {
            return Counted::Contradiction(self.accuse(who).then_some(proof));
        }
        self.votes.insert((who, vote.subject.kind), vote);
        Counted::Fresh
    }
    /// Whether `who` is accused for the first time in this view.
    pub fn accuse(&mut self, who: ValidatorIndex) -> bool {
        self.culprits.insert(who)
    }
    /// Keeps a certificate. Whether it is the first of its kind.
    pub fn certify(&mut self, certificate: Verified<Certificate>) -> bool {
        let kind = certificate.kind;
        let first = !self.certificates.contains_key(&kind);
        if first {
            self.certificates.insert(kind, certificate);
        }
        first
    }
    /// A certificate over the votes about `subject`, once there are enough and none of its kind is held.
    pub fn assemble(&self, subject: &Subject, quorum: usize) -> Option<Verified<Certificate>> {
        if self.certificates.contains_key(&subject.kind) {
            return None;
        }
        let votes: Vec<_> = self.votes.values().filter(|v| v.subject == *subject).cloned().collect();
        Certificate::assemble(&votes, quorum)
    }
    /// Keeps a proposal if it is the first of its leader, or `wanted`: a quorum stands for it.
    pub fn propose(&mut self, proposal: Verified<Proposal>, wanted: bool) -> bool {
        let block = proposal.header.digest();
        let keep = (wanted || !self.proposed) && !self.candidates.contains_key(&block);
        if keep {
            self.proposed = true;
            self.candidates.insert(block, Candidate { proposal, opinion: Opinion::Unasked });
        }
        keep
    }
    /// What `who` said of this kind.
    pub fn vote(&self, who: ValidatorIndex, kind: VoteKind) -> Option<&Verified<Vote>> {
        self.votes.get(&(who, kind))
    }
    /// Who said something of this kind, in order.
    pub fn voters(&self, kind: VoteKind) -> Vec<ValidatorIndex> {
        self.votes.keys().filter(|(_, k)| *k == kind).map(|(who, _)| *who).collect()
    }
    /// All votes of one validator.
    pub fn votes_of(&self, who: ValidatorIndex) -> impl Iterator<Item = &Verified<Vote>> {
        self.votes.values().filter(move |v| v.validator == who)
    }
    /// How many validators gave the view up.
    pub fn nullifies(&self) -> usize {
        self.votes.keys().filter(|(_, k)| *k == VoteKind::Nullify).count()
    }
    /// Whether anybody but `me` said anything.
    pub fn is_active(&self, me: Option<ValidatorIndex>) -> bool {
        self.proposed || self.votes.keys().any(|(who, _)| Some(*who) != me)
    }
    /// The certificate of a kind.
    pub fn certificate(&self, kind: VoteKind) -> Option<&Verified<Certificate>> {
        self.certificates.get(&kind)
    }
    /// All certificates.
    pub fn certificates(&self) -> impl Iterator<Item = &Verified<Certificate>> {
        self.certificates.values()
    }
    /// Whether a quorum gave the view up.
    pub fn is_nullified(&self) -> bool {
        self.certificates.contains_key(&VoteKind::Nullify)
    }
    /// The block that a quorum stands for.
    pub fn block(&self) -> Option<Digest> {
        let held = self.certificate(VoteKind::Notarize).or_else(|| self.certificate(VoteKind::Finalize))?;
        Some(held.block)
    }
    /// A block proposed here.
    pub fn candidate(&self, block: &Digest) -> Option<&Candidate> {
        self.candidates.get(block)
    }
    /// The same, to note an answer.
    pub fn candidate_mut(&mut self, block: &Digest) -> Option<&mut Candidate> {
        self.candidates.get_mut(block)
    }
    /// All blocks proposed here: at most two.
    pub fn candidates(&self) -> impl Iterator<Item = (&Digest, &Candidate)> {
        self.candidates.iter()
    }
    /// Forgets the votes of all but `me`: memory is bounded, promises are not forgotten.
    pub fn thin(&mut self, me: Option<ValidatorIndex>) {
        self.votes.retain(|(who, _), _| Some(*who) == me);
        self.is_thin = true;
    }
}

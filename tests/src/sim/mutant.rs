//! Validators that are broken by mistake, not by malice: all of them in the same way. Each must be caught, and by the
//! rule that it breaks: a simulator that passes everything proves nothing.
//!
//! Nothing in the product knows of mutants. A broken shell is a broken shell here; a broken protocol is the honest
//! replica with altered inputs (`mutant::inputs`) or an altered set-up.

pub mod inputs;

use crate::sim::byzantine::Kind;
use crate::sim::finding::Rule;
use ledger::{Batch, Meta, Table, meta};

/// What is broken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mutant {
    /// Messages leave before the write that remembers them.
    SendBeforePersist,
    /// Messages leave before the disk was waited for.
    NoSync,
    /// A batch is not atomic: the loss of power leaves a part of one.
    TornWrites,
    /// Promises and blocks are two writes, and a crash may come between.
    TwoWrites,
    /// A restarted validator does not read what it promised.
    ForgetPromises,
    /// A restarted validator believes that promises of earlier views than the last three have expired.
    PromisesExpire,
    /// A validator whose disk was wiped votes at once.
    VoteAfterWipe,
    /// A validator whose disk was restored from a backup votes at once.
    VoteAfterRestore,
    /// A client is told "committed" when its transaction is admitted.
    AcknowledgeEarly,
    /// One vote too few makes a certificate.
    SmallQuorum,
    /// f + 1 nullify votes make a certificate.
    SmallNullify,
    /// f + 1 notarize votes make a certificate.
    SmallNotarize,
    /// A notarized block is taken for final.
    CommitAtNotarization,
    /// A view that has lasted long enough is taken for given up, without votes.
    GiveUpByTheClock,
    /// A certificate's votes are counted without looking whose they are.
    CountVotesTwice,
    /// Catch-up answers are believed.
    TrustAnyChain,
    /// Proposed appraisals are believed.
    BelieveAnyAppraisal,
    /// A view that was given up is finalized all the same.
    FinalizeAfterNullify,
    /// Every block of a leader gets a vote, not the first only.
    VoteForEveryBlock,
    /// A validator that is started in a later epoch counts votes by the quorum of the first.
    QuorumOfGenesis,
    /// A validator joins in giving up views of an epoch that is over, whose promises it dropped.
    VoteInOldEpoch,
    /// The block that closes its epoch is built upon in the same epoch.
    BuildOnClosing,
    /// Operators vouch for machines that are not there, so that a set without a quorum is installed.
    ReadyUnseen,
    /// A rescue that takes the place of an earlier one is not written down.
    ForgetSecondRescue,
    /// The holders of rescue keys sign two sets for one epoch.
    TwoSetsInOneEpoch,
    /// Writings that wait are not compared with one another.
    IgnoreRivals,
    /// An opinion is never brought up to date.
    KeepOpinions,
    /// Newcomers are not compared with what was voted for before a restart and is not final.
    ForgetWaiting,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::SendBeforePersist,
        Self::NoSync,
        Self::TornWrites,
        Self::TwoWrites,
        Self::ForgetPromises,
        Self::PromisesExpire,
        Self::VoteAfterWipe,
        Self::VoteAfterRestore,
        Self::AcknowledgeEarly,
        Self::SmallQuorum,
        Self::SmallNullify,
        Self::SmallNotarize,
        Self::CommitAtNotarization,
        Self::GiveUpByTheClock,
        Self::CountVotesTwice,
        Self::TrustAnyChain,
        Self::BelieveAnyAppraisal,
        Self::FinalizeAfterNullify,
        Self::VoteForEveryBlock,
        Self::QuorumOfGenesis,
        Self::VoteInOldEpoch,
        Self::BuildOnClosing,
        Self::ReadyUnseen,
        Self::ForgetSecondRescue,
        Self::TwoSetsInOneEpoch,
        Self::IgnoreRivals,
        Self::KeepOpinions,
        Self::ForgetWaiting,
    ];

    /// Name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendBeforePersist => "send-before-persist",
            Self::NoSync => "no-sync",
            Self::TornWrites => "torn-writes",
            Self::TwoWrites => "two-writes",
            Self::ForgetPromises => "forget-promises",
            Self::PromisesExpire => "promises-expire",
            Self::VoteAfterWipe => "vote-after-wipe",
            Self::VoteAfterRestore => "vote-after-restore",
            Self::AcknowledgeEarly => "acknowledge-early",
            Self::SmallQuorum => "small-quorum",
            Self::SmallNullify => "small-nullify",
            Self::SmallNotarize => "small-notarize",
            Self::CommitAtNotarization => "commit-at-notarization",
            Self::GiveUpByTheClock => "give-up-by-the-clock",
            Self::CountVotesTwice => "count-votes-twice",
            Self::TrustAnyChain => "trust-any-chain",
            Self::BelieveAnyAppraisal => "believe-any-appraisal",
            Self::FinalizeAfterNullify => "finalize-after-nullify",
            Self::VoteForEveryBlock => "vote-for-every-block",
            Self::QuorumOfGenesis => "quorum-of-genesis",
            Self::VoteInOldEpoch => "vote-in-old-epoch",
            Self::BuildOnClosing => "build-on-closing",
            Self::ReadyUnseen => "ready-unseen",
            Self::ForgetSecondRescue => "forget-second-rescue",
            Self::TwoSetsInOneEpoch => "two-sets-in-one-epoch",
            Self::IgnoreRivals => "ignore-rivals",
            Self::KeepOpinions => "keep-opinions",
            Self::ForgetWaiting => "forget-waiting",
        }
    }
    /// The mutant of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == text)
    }
    /// What must catch it: one of these rules.
    pub fn caught_by(self) -> &'static [Rule] {
        match self {
            Self::SendBeforePersist
            | Self::NoSync
            | Self::ForgetPromises
            | Self::PromisesExpire
            | Self::VoteAfterWipe
            | Self::VoteAfterRestore
            | Self::FinalizeAfterNullify
            | Self::VoteForEveryBlock => &[Rule::OneVoice],
            Self::TornWrites | Self::TwoWrites => &[Rule::Store, Rule::OneVoice, Rule::Permanence, Rule::Truth],
            Self::AcknowledgeEarly => &[Rule::Permanence],
            Self::BelieveAnyAppraisal | Self::IgnoreRivals | Self::ForgetWaiting => &[Rule::Truth],
            Self::SmallQuorum | Self::SmallNullify | Self::CountVotesTwice | Self::TrustAnyChain => {
                &[Rule::Agreement, Rule::Store]
            }
            Self::SmallNotarize => &[Rule::Wire],
            Self::QuorumOfGenesis => &[Rule::Agreement, Rule::Store, Rule::Wire],
            Self::VoteInOldEpoch => &[Rule::OneVoice, Rule::Epochs],
            Self::BuildOnClosing | Self::ForgetSecondRescue | Self::TwoSetsInOneEpoch => &[Rule::Epochs],
            Self::ReadyUnseen | Self::KeepOpinions => &[Rule::Progress],
            // they sign the certificate that they imagine, and so contradict themselves
            Self::CommitAtNotarization | Self::GiveUpByTheClock => {
                &[Rule::Agreement, Rule::Store, Rule::OneVoice, Rule::Innocence]
            }
        }
    }
    /// A faulty validator without which it does not show.
    pub fn needs(self) -> Option<Kind> {
        match self {
            Self::CountVotesTwice => Some(Kind::CertificateForger),
            Self::TrustAnyChain => Some(Kind::CatchUpLiar),
            Self::BelieveAnyAppraisal => Some(Kind::InvalidBlocks),
            Self::VoteForEveryBlock | Self::SmallNotarize => Some(Kind::Equivocator),
            Self::SmallNullify => Some(Kind::NullifyAndFinalize),
            _ => None,
        }
    }
    /// Whether it shows only when the set of validators changes.
    pub fn needs_changes(self) -> bool {
        let late = matches!(self, Self::QuorumOfGenesis | Self::VoteInOldEpoch | Self::BuildOnClosing);
        late || self == Self::ReadyUnseen || self.needs_rescue()
    }
    /// Whether it shows only when somebody copies.
    pub fn needs_copies(self) -> bool {
        matches!(self, Self::IgnoreRivals | Self::KeepOpinions | Self::ForgetWaiting)
    }
    /// Whether it shows only when a quorum is lost, and a rescue decides nothing.
    pub fn needs_rescue(self) -> bool {
        matches!(self, Self::ForgetSecondRescue | Self::TwoSetsInOneEpoch)
    }
    /// Whether it shows only when the set grows so much that the quorum does.
    pub fn needs_growth(self) -> bool {
        matches!(self, Self::QuorumOfGenesis | Self::ReadyUnseen)
    }
    /// Whether it shows only when machines lose power.
    pub fn needs_power_loss(self) -> bool {
        matches!(self, Self::NoSync | Self::TornWrites)
    }
}

/// Splits a write as a careless shell would: first the promises and what belongs to them, then the blocks.
pub fn split(batch: Batch) -> (Batch, Batch) {
    let tables = [Table::Promise, Table::ViewCertificate, Table::PendingBlock].map(|t| t as u8);
    let open = meta(Meta::Open);
    let is_promise = |key: &Vec<u8>| key.first().is_some_and(|t| tables.contains(t)) || *key == open;
    let (promises, blocks) = batch.writes.into_iter().partition(|(key, _)| is_promise(key));
    (Batch { writes: promises }, Batch { writes: blocks })
}

//! Validators that are faulty on purpose. Each holds the real key of its validator and runs an honest replica to keep
//! itself informed; a [`Liar`] decides what leaves instead of what that replica says.
//!
//! What a liar says goes through the wire form and through the checks that a peer makes of it: it cannot forge what the
//! types of `proto` make unforgeable.

mod catch_up_liar;
mod censoring_leader;
mod certificate_forger;
mod conflicting_finalizer;
mod equivocator;
mod flooder;
mod invalid_blocks;
mod nullify_and_finalize;
mod outdated_spammer;
mod recall_liar;
mod silent_leader;
mod slow_leader;

use crate::sim::disk::Disk;
use ledger::Birth;
use proto::{
    Canonical, Proposal, SecretKey, Subject, TimeMs, Transaction, ValidatorIndex, ValidatorSet, Verified, View, Vote,
};
use replica::{Message, Outbound, PeerMessage, To};
use std::fmt::Debug;
use std::rc::Rc;

/// What is wrong with a validator.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// The same honest code on two machines with one key (the method of *Twins*, Bano et al. 2020).
    Twin,
    /// Proposes two blocks in a view, each to a half of the network, and votes for both.
    Equivocator,
    /// Finalizes two blocks in a view.
    ConflictingFinalizer,
    /// Gives a view up and finalizes in it.
    NullifyAndFinalize,
    /// Never proposes.
    SilentLeader,
    /// Proposes when patience has about run out.
    SlowLeader,
    /// Does not let one matter's transactions in.
    CensoringLeader,
    /// Repeats what is long past, and claims views far ahead.
    OutdatedSpammer,
    /// Proposes blocks that break a rule.
    InvalidBlocks,
    /// Passes certificates on that no quorum signed.
    CertificateForger,
    /// Answers who lags with chains that are not the ledger's, and claims to be far ahead.
    CatchUpLiar,
    /// Says everything many times, asks without end, sends rubbish.
    Flooder,
    /// Tells who lost its disk as little as it can of what that one had promised.
    RecallLiar,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Twin,
        Self::Equivocator,
        Self::ConflictingFinalizer,
        Self::NullifyAndFinalize,
        Self::SilentLeader,
        Self::SlowLeader,
        Self::CensoringLeader,
        Self::OutdatedSpammer,
        Self::InvalidBlocks,
        Self::CertificateForger,
        Self::CatchUpLiar,
        Self::Flooder,
        Self::RecallLiar,
    ];
    /// Those that seeds draw from. The last one shows only where disks are lost, and drawing from more of them would make
    /// another run of every seed.
    pub const DRAWN: &[Self] = Self::ALL.split_at(12).0;

    /// Name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Twin => "twin",
            Self::Equivocator => "equivocator",
            Self::ConflictingFinalizer => "conflicting-finalizer",
            Self::NullifyAndFinalize => "nullify-and-finalize",
            Self::SilentLeader => "silent-leader",
            Self::SlowLeader => "slow-leader",
            Self::CensoringLeader => "censoring-leader",
            Self::OutdatedSpammer => "outdated-spammer",
            Self::InvalidBlocks => "invalid-blocks",
            Self::CertificateForger => "certificate-forger",
            Self::CatchUpLiar => "catch-up-liar",
            Self::Flooder => "flooder",
            Self::RecallLiar => "recall-liar",
        }
    }
    /// The kind of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
    /// Whether it signs contradictory votes, so that it can be proven.
    pub fn contradicts_itself(self) -> bool {
        matches!(self, Self::Twin | Self::Equivocator | Self::ConflictingFinalizer | Self::NullifyAndFinalize)
    }
    /// What speaks in the place of a validator of this kind; a twin speaks for itself.
    pub fn liar(self) -> Option<Box<dyn Liar>> {
        Some(match self {
            Self::Twin => return None,
            Self::Equivocator => Box::new(equivocator::Equivocator::default()),
            Self::ConflictingFinalizer => Box::new(conflicting_finalizer::ConflictingFinalizer::default()),
            Self::NullifyAndFinalize => Box::new(nullify_and_finalize::NullifyAndFinalize::default()),
            Self::SilentLeader => Box::new(silent_leader::SilentLeader),
            Self::SlowLeader => Box::new(slow_leader::SlowLeader),
            Self::CensoringLeader => Box::new(censoring_leader::CensoringLeader),
            Self::OutdatedSpammer => Box::new(outdated_spammer::OutdatedSpammer::default()),
            Self::InvalidBlocks => Box::new(invalid_blocks::InvalidBlocks::default()),
            Self::CertificateForger => Box::new(certificate_forger::CertificateForger::default()),
            Self::CatchUpLiar => Box::new(catch_up_liar::CatchUpLiar),
            Self::Flooder => Box::new(flooder::Flooder),
            Self::RecallLiar => Box::new(recall_liar::RecallLiar),
        })
    }
}

/// What a liar knows when it speaks.
pub struct Me<'a> {
    /// Its place in the set.
    pub index: ValidatorIndex,
    /// Its real key.
    pub key: SecretKey,
    /// The network.
    pub birth: &'a Birth,
    /// Who votes now.
    pub set: &'a ValidatorSet,
    /// What its honest half has committed.
    pub disk: &'a Disk,
    /// The view that its honest half is in.
    pub view: View,
    /// Its clock.
    pub now: TimeMs,
    /// A number from the seed, another each time.
    pub roll: u64,
}

impl Me<'_> {
    /// A vote with its key, whatever it said before.
    pub fn vote(&self, subject: Subject) -> PeerMessage {
        PeerMessage::Vote(*Vote::sign(subject, self.index, &self.birth.chain, &self.key))
    }
    /// Everybody else.
    pub fn others(&self) -> Vec<u16> {
        self.set.indices().filter(|i| *i != self.index).map(|i| i.0).collect()
    }
    /// Every other one of the others, beginning with the first or the second.
    pub fn half(&self, second: bool) -> Vec<u16> {
        self.others().into_iter().enumerate().filter(|(at, _)| (at % 2 == 1) == second).map(|(_, i)| i).collect()
    }
    /// Says the same to some.
    pub fn tell(&self, to: Vec<u16>, message: &PeerMessage) -> Lie {
        Lie { to, delay_ms: 0, bytes: Rc::new(message.to_bytes()) }
    }
    /// What an honest validator would do.
    pub fn honestly(&self, out: &Outbound) -> Lie {
        let to = match out.to {
            To::All => self.others(),
            To::One(one) => vec![one.0],
        };
        self.tell(to, &PeerMessage::from(&out.message))
    }
}

/// Bytes on their way to some validators.
#[derive(Clone, Debug)]
pub struct Lie {
    /// To whom, by place.
    pub to: Vec<u16>,
    /// How long it is held back, in milliseconds.
    pub delay_ms: u64,
    /// Anything at all.
    pub bytes: Rc<Vec<u8>>,
}

/// How a faulty validator behaves. What is not overridden is honest.
pub trait Liar: Debug {
    /// Its honest half would send this: what leaves instead?
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        vec![me.honestly(out)]
    }
    /// It heard something; its honest half hears it too.
    fn hears(&mut self, _me: &Me<'_>, _from: ValidatorIndex, _message: &Message) -> Vec<Lie> {
        Vec::new()
    }
    /// Nothing happened for a while.
    fn idles(&mut self, _me: &Me<'_>) -> Vec<Lie> {
        Vec::new()
    }
    /// Whether it lets a transaction in.
    fn takes(&self, _transaction: &Transaction) -> bool {
        true
    }
}

/// Whether a message is a proposal of a validator itself.
fn own_proposal<'a>(me: &Me<'_>, message: &'a Message) -> Option<&'a Verified<Proposal>> {
    match message {
        Message::Proposal(p) if p.header.proposer == me.index => Some(p),
        _ => None,
    }
}

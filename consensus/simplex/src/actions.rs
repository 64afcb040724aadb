//! What an engine wants done, as data. The order of the fields is the order of the deeds.

use crate::setup::Head;
use proto::{
    Canonical, Certificate, Decoder, Digest, Encoder, Epoch, FaultProof, Malformed, Proposal, TimeMs, ValidatorIndex,
    Verified, View, Vote,
};

/// Everything that one step wants done: persist, then send, then ask and notify, then set the timer.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Actions {
    /// One atomic, synced write, together with whatever the application adds. If we crash before it, nothing in `send`
    /// was seen by anybody; if after it, `Input::Start` repeats the same signed bytes.
    pub persist: Vec<Record>,
    /// Leaves only after `persist` is durable.
    pub send: Vec<Outbound>,
    /// Questions to the application; answers come as inputs, at any time or never.
    pub ask: Vec<Ask>,
    /// What the application may want to know.
    pub notify: Vec<Notice>,
    /// When to send the next [`crate::Input::Tick`], at the latest. Replaces the time asked for before.
    pub wake_at: Option<TimeMs>,
}

/// What must survive a crash. A record belongs to the view in [`Record::view`] and may be deleted once a block of that
/// view or a later one is committed.
#[allow(clippy::large_enum_variant, reason = "few are alive at once, and each is moved once")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// A promise of ours. A notarize vote is preceded in the same step by the proposal it is about: the application
    /// stores the block behind it in the same write, so that a certified block is durable on a quorum.
    Cast(Vote),
    /// A proposal that we vote for.
    Proposal(Proposal),
    /// A certificate that moved us.
    Certificate(Certificate),
}

impl Record {
    /// The epoch it is of. Records of other epochs than the engine's bind nobody any more.
    pub fn epoch(&self) -> Epoch {
        match self {
            Self::Cast(v) => v.subject.epoch,
            Self::Proposal(p) => p.header.epoch,
            Self::Certificate(c) => c.epoch,
        }
    }
    /// The view it is about.
    pub fn view(&self) -> View {
        match self {
            Self::Cast(v) => v.subject.view,
            Self::Proposal(p) => p.header.view,
            Self::Certificate(c) => c.view,
        }
    }
}

impl Canonical for Record {
    const TAG: &'static str = "chirograph/simplex-record";

    fn encode_body(&self, e: &mut Encoder) {
        match self {
            Self::Cast(v) => v.encode_body(e.u8(1)),
            Self::Proposal(p) => p.encode_body(e.u8(2)),
            Self::Certificate(c) => c.encode_body(e.u8(3)),
        }
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        match d.u8("record.kind")? {
            1 => Vote::decode_body(d).map(Self::Cast),
            2 => Proposal::decode_body(d).map(Self::Proposal),
            3 => Certificate::decode_body(d).map(Self::Certificate),
            v => Err(Malformed::Unknown { field: "record.kind", value: v.into() }),
        }
    }
}

/// Where a message goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum To {
    /// Every other validator and observer.
    All,
    /// One validator.
    One(ValidatorIndex),
}

/// What engines say to one another.
#[allow(clippy::large_enum_variant, reason = "few are alive at once, and each is moved once")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message {
    /// A leader's block; its signature is the leader's notarize vote.
    Proposal(Verified<Proposal>),
    /// A vote.
    Vote(Verified<Vote>),
    /// A certificate, for a peer that lags.
    Certificate(Verified<Certificate>),
}

/// A message on its way out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outbound {
    /// To whom.
    pub to: To,
    /// What.
    pub message: Message,
}

/// A question to the application.
#[allow(clippy::large_enum_variant, reason = "few are alive at once, and each is moved once")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// We lead `view`: make a block on `parent`. Answer [`crate::Input::Built`].
    Build {
        /// The view that the header must name.
        view: View,
        /// The block to build on: committed, or judged and notarized.
        parent: Head,
        /// Whether a block without events is wanted, to finalize what stands unfinalized below it.
        allow_empty: bool,
    },
    /// Execute this block on its parent (committed, or judged valid before). Answer [`crate::Input::Judged`]. It may be
    /// asked a second time about the same block with `certified` turned true.
    Judge {
        /// The block.
        proposal: Verified<Proposal>,
        /// A quorum stands for it: only execute it, with no opinion of our own.
        certified: bool,
    },
    /// A notarized block that we never saw. Ask the holders; the answer comes as [`crate::Input::Proposal`]. Repeated.
    FetchProposal {
        /// Digest of its header.
        block: Digest,
        /// Its view.
        view: View,
        /// Who voted for it, and so keeps it.
        holders: Vec<ValidatorIndex>,
    },
    /// Certificates of views above `above` are missing to understand a block that `from` proposed or voted for. Repeated.
    FetchCertificates {
        /// Who has them.
        from: ValidatorIndex,
        /// Our finalized view.
        above: View,
    },
}

/// Why a view was entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The engine was started in it.
    Started,
    /// The view before has a notarized block.
    Notarized,
    /// The view before was given up by a quorum.
    Nullified,
    /// A block was finalized, or committed by catching up, at or above our view.
    CaughtUp,
}

/// Something that the application may want to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// We are in this view now.
    Entered {
        /// The view.
        view: View,
        /// Its leader.
        leader: ValidatorIndex,
        /// How we came to it.
        why: Why,
    },
    /// A block is notarized; it may still come to nothing.
    Notarized(Verified<Certificate>),
    /// A block and all its ancestors are final. The application may lack some of them: then it catches up.
    Finalized(Verified<Certificate>),
    /// Somebody signed a contradiction.
    Fault(Verified<FaultProof>),
    /// A peer works in a view that is finalized long since: offer it the chain.
    Behind {
        /// Who.
        peer: ValidatorIndex,
        /// The view it spoke about.
        view: View,
    },
}

//! What validators say to one another: the untrusted wire form, and the form whose signatures were checked.
//!
//! Sizes are capped here; encryption, framing and who may talk at all are the shell's business.

use proto::encode::{Canonical, Decoder, Encoder, Malformed};
use proto::{
    Certificate, CertifiedChain, ChainId, Digest, Epoch, Height, Proposal, TxId, ValidatorSet, Verified, View, Vote,
};

/// Most transactions that one message asks for.
pub const WANTED_MAX: usize = 512;
/// Most blocks in one catch-up answer.
pub const CHAIN_BLOCKS_MAX: usize = 64;
/// Largest catch-up answer that we make, in encoded bytes of blocks (a single larger block goes alone).
pub const CHAIN_BYTES_MAX: usize = 1 << 20;

/// A message whose signatures were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // they are few and short-lived: a box would only cost
pub enum Message {
    /// A leader's block, by ids.
    Proposal(Verified<Proposal>),
    /// One vote.
    Vote(Verified<Vote>),
    /// A quorum's votes.
    Certificate(Verified<Certificate>),
    /// Where the sender stands. Unsigned: it can only make us offer or ask for more.
    Status(Standing),
    /// "Send me what follows": finalized blocks after the height, and certificates from the view on.
    CatchUp(Standing),
    /// Finalized blocks: signed by the set in force, or, where a rescue opens them, by the set that it appoints. Then the
    /// rescue keys' signatures are still to be checked, against the state.
    Chain(Verified<CertifiedChain>),
    /// The same from our own store, on its way out. What was verified before it was written is not verified again.
    Stored(CertifiedChain),
    /// "Send me the proposal of this block."
    WantProposal(Digest),
    /// "Send me these transactions with their packets." The shell answers it from its submissions.
    WantTransactions(Vec<TxId>),
    /// "I was started: what have you heard of me in this epoch, and how far are you?"
    WantLastVote(Epoch),
    /// The answer.
    LastVote(Box<LastVote>),
}

/// What a validator that was started needs to know before it votes. Nothing in it need be believed: both are signed. An
/// answer without either tells something too, namely that there was nothing to show *in this epoch*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastVote {
    /// The epoch that sender and receiver are in.
    pub epoch: Epoch,
    /// The highest certificate that the sender holds; `None` while there is only genesis.
    pub certificate: Option<Verified<Certificate>>,
    /// The vote of the highest view that the sender has heard from who asks.
    pub vote: Option<Verified<Vote>>,
}

impl Message {
    /// As for [`PeerMessage::foreign`].
    pub fn foreign(&self, ours: Epoch) -> Option<Epoch> {
        match self {
            Self::Chain(c) if opens(c, ours) => None,
            _ => self.epoch().filter(|epoch| *epoch != ours),
        }
    }
    fn epoch(&self) -> Option<Epoch> {
        match self {
            Self::Proposal(p) => Some(p.header.epoch),
            Self::Vote(v) => Some(v.subject.epoch),
            Self::Certificate(c) => Some(c.epoch),
            Self::Chain(c) => Some(c.certificate.epoch),
            Self::WantLastVote(epoch) => Some(*epoch),
            Self::LastVote(last) => {
                let certificate = last.certificate.as_ref().map(|c| c.epoch);
                let vote = last.vote.as_ref().map(|v| v.subject.epoch);
                certificate.into_iter().chain(vote).max().max(Some(last.epoch))
            }
            _ => None,
        }
    }
}

/// How far a validator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Standing {
    /// Last finalized height.
    pub finalized: Height,
    /// Current view.
    pub view: View,
}

/// A message as it comes from the wire: well-formed, and nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // they are few and short-lived: a box would only cost
pub enum PeerMessage {
    /// See [`Message::Proposal`].
    Proposal(Proposal),
    /// See [`Message::Vote`].
    Vote(Vote),
    /// See [`Message::Certificate`].
    Certificate(Certificate),
    /// See [`Message::Status`].
    Status(Standing),
    /// See [`Message::CatchUp`].
    CatchUp(Standing),
    /// See [`Message::Chain`].
    Chain(CertifiedChain),
    /// See [`Message::WantProposal`].
    WantProposal(Digest),
    /// See [`Message::WantTransactions`].
    WantTransactions(Vec<TxId>),
    /// See [`Message::WantLastVote`].
    WantLastVote(Epoch),
    /// See [`Message::LastVote`].
    LastVote {
        /// See [`LastVote::epoch`].
        epoch: Epoch,
        /// See [`LastVote::certificate`].
        certificate: Option<Certificate>,
        /// See [`LastVote::vote`].
        vote: Option<Vote>,
    },
}

/// Whether the blocks begin with a rescue that opens an epoch after `ours`. Never one before it: nobody goes back.
fn opens(chain: &CertifiedChain, ours: Epoch) -> bool {
    let opened = chain.rescue().map(|r| r.validators.epoch());
    chain.certificate.epoch > ours && opened == Some(chain.certificate.epoch)
}

impl PeerMessage {
    /// The epoch of what is signed in it, unless whoever is in `ours` can check it: the set of an epoch is known only
    /// there, but blocks that begin with a rescue bring theirs along.
    pub fn foreign(&self, ours: Epoch) -> Option<Epoch> {
        match self {
            Self::Chain(c) if opens(c, ours) => None,
            _ => self.epoch().filter(|epoch| *epoch != ours),
        }
    }
    /// The epoch of what is signed in it.
    pub fn epoch(&self) -> Option<Epoch> {
        match self {
            Self::Proposal(p) => Some(p.header.epoch),
            Self::Vote(v) => Some(v.subject.epoch),
            Self::Certificate(c) => Some(c.epoch),
            Self::Chain(c) => Some(c.certificate.epoch),
            Self::WantLastVote(epoch) => Some(*epoch),
            Self::LastVote { epoch, certificate, vote } => {
                let certificate = certificate.as_ref().map(|c| c.epoch);
                certificate.into_iter().chain(vote.as_ref().map(|v| v.subject.epoch)).max().max(Some(*epoch))
            }
            _ => None,
        }
    }
    /// Checks every signature. `None`: the peer that signed or passed it on is faulty.
    pub fn verify(self, chain: &ChainId, validators: &ValidatorSet) -> Option<Message> {
        Some(match self {
            Self::Proposal(p) => Message::Proposal(p.verify(chain, validators)?),
            Self::Vote(v) => Message::Vote(v.verify(chain, validators)?),
            Self::Certificate(c) => Message::Certificate(c.verify(chain, validators)?),
            Self::Status(s) => Message::Status(s),
            Self::CatchUp(s) => Message::CatchUp(s),
            Self::Chain(c) => {
                let rescue = c.rescue().filter(|_| opens(&c, validators.epoch())).map(|r| r.validators.clone());
                Message::Chain(c.verify(chain, rescue.as_ref().unwrap_or(validators))?)
            }
            Self::WantProposal(d) => Message::WantProposal(d),
            Self::WantTransactions(t) => Message::WantTransactions(t),
            Self::WantLastVote(epoch) => Message::WantLastVote(epoch),
            Self::LastVote { epoch, certificate, vote } => {
                let certificate = certificate.map(|c| c.verify(chain, validators).ok_or(())).transpose().ok()?;
                let vote = vote.map(|v| v.verify(chain, validators).ok_or(())).transpose().ok()?;
                Message::LastVote(Box::new(LastVote { epoch, certificate, vote }))
            }
        })
    }
}

impl From<&Message> for PeerMessage {
    fn from(message: &Message) -> Self {
        match message {
            Message::Proposal(p) => Self::Proposal((**p).clone()),
            Message::Vote(v) => Self::Vote(**v),
            Message::Certificate(c) => Self::Certificate((**c).clone()),
            Message::Status(s) => Self::Status(*s),
            Message::CatchUp(s) => Self::CatchUp(*s),
            Message::Chain(c) => Self::Chain((**c).clone()),
            Message::Stored(c) => Self::Chain(c.clone()),
            Message::WantProposal(d) => Self::WantProposal(*d),
            Message::WantTransactions(t) => Self::WantTransactions(t.clone()),
            Message::WantLastVote(epoch) => Self::WantLastVote(*epoch),
            Message::LastVote(last) => Self::LastVote {
                epoch: last.epoch,
                certificate: last.certificate.as_ref().map(|c| (**c).clone()),
                vote: last.vote.as_ref().map(|v| **v),
            },
        }
    }
}

impl Standing {
    fn encode(self, e: &mut Encoder) {
        e.u64(self.finalized.0).u64(self.view.0);
    }
    fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { finalized: Height(d.u64("standing.finalized")?), view: View(d.u64("standing.view")?) })
    }
}

impl Canonical for PeerMessage {
    const TAG: &'static str = "chirograph/peer-message";

    fn encode_body(&self, e: &mut Encoder) {
        match self {
            Self::Proposal(p) => p.encode_body(e.u8(1)),
            Self::Vote(v) => v.encode_body(e.u8(2)),
            Self::Certificate(c) => c.encode_body(e.u8(3)),
            Self::Status(s) => s.encode(e.u8(4)),
            Self::CatchUp(s) => s.encode(e.u8(5)),
            Self::Chain(c) => c.encode_body(e.u8(6)),
            Self::WantProposal(digest) => {
                e.u8(7).digest(digest);
            }
            Self::WantTransactions(ids) => {
                e.u8(8).list(ids, |e, id| {
                    e.digest(id);
                });
            }
            // In the first epoch these two have a shorter form, of a time when they did not name theirs.
            Self::WantLastVote(epoch) => of_epoch(e, *epoch, (9, 11)),
            Self::LastVote { epoch, certificate, vote } => {
                of_epoch(e, *epoch, (10, 12));
                e.option(certificate.as_ref(), |e, c| c.encode_body(e));
                e.option(vote.as_ref(), |e, v| v.encode_body(e));
            }
        }
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(match d.u8("message.kind")? {
            1 => Self::Proposal(Proposal::decode_body(d)?),
            2 => Self::Vote(Vote::decode_body(d)?),
            3 => Self::Certificate(Certificate::decode_body(d)?),
            4 => Self::Status(Standing::decode(d)?),
            5 => Self::CatchUp(Standing::decode(d)?),
            6 => Self::Chain(CertifiedChain::decode_body(d)?),
            7 => Self::WantProposal(d.digest("message.proposal")?),
            8 => Self::WantTransactions(
                d.list(WANTED_MAX, "message.transactions", |d| d.digest("message.transactions"))?,
            ),
            9 => Self::WantLastVote(Epoch(0)),
            11 => Self::WantLastVote(later_epoch(d)?),
            kind @ (10 | 12) => Self::LastVote {
                epoch: if kind == 12 { later_epoch(d)? } else { Epoch(0) },
                certificate: d.option("message.certificate", Certificate::decode_body)?,
                vote: d.option("message.vote", Vote::decode_body)?,
            },
            value => return Err(Malformed::Unknown { field: "message.kind", value: value.into() }),
        })
    }
}

fn of_epoch(e: &mut Encoder, epoch: Epoch, (first, later): (u8, u8)) {
    match epoch {
        Epoch(0) => e.u8(first),
        Epoch(number) => e.u8(later).u64(number),
    };
}

fn later_epoch(d: &mut Decoder<'_>) -> Result<Epoch, Malformed> {
    let field = "message.epoch";
    let epoch = Epoch(d.u64(field)?);
    if epoch == Epoch(0) {
        return Err(Malformed::Rule { field, rule: "the first epoch has the shorter form" });
    }
    Ok(epoch)
}

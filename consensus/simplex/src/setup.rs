//! What an engine is made of. Nothing here is read from a disk or a clock: the caller hands it in.

use crate::actions::Record;
use proto::{ChainId, Digest, Height, Params, SecretKey, ValidatorIndex, ValidatorSet, View};

/// A block by its place; all that the order needs to know of a finalized one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// View that the next one counts from: the one in which it was proposed; 0 for genesis.
    pub view: View,
    /// Its height.
    pub height: Height,
    /// Digest of its header.
    pub digest: Digest,
}

/// Timings and the quorum. Only liveness depends on the times; safety rests on the quorum alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// How long an active view waits for its leader's proposal, in milliseconds.
    pub leader_ms: u64,
    /// How much longer it waits for a certificate, in milliseconds.
    pub view_ms: u64,
    /// Votes that make a certificate. Always [`ValidatorSet::quorum`] in a real network; a field, so that the
    /// simulator can show that a smaller one is caught.
    pub quorum: usize,
}

impl Timing {
    /// The timings of a network, and its true quorum.
    pub fn new(params: &Params, validators: &ValidatorSet) -> Self {
        let quorum = validators.quorum();
        Self { leader_ms: params.leader_timeout_ms.max(1), view_ms: params.view_timeout_ms.max(1), quorum }
    }
}

/// Everything that an engine starts from. A first start has an empty journal; there is no other difference.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The ledger; enters every signature.
    pub chain: ChainId,
    /// Who votes, and in which epoch. Votes of other epochs are not for this engine.
    pub validators: ValidatorSet,
    /// Which of them we are. `None`: an observer, who follows and never signs.
    pub identity: Option<(ValidatorIndex, SecretKey)>,
    /// See there.
    pub timing: Timing,
    /// The last block that the application has committed durably; genesis at first. In a new epoch it is the block that
    /// closed the one before, with the view in which it was proposed, whatever view finalized it: all validators then
    /// count views from the same number.
    pub finalized: Head,
    /// Every record of this epoch persisted for views above `finalized.view`, in any order.
    pub journal: Vec<Record>,
    /// No vote is cast in a view below this one. 0 for a validator that remembers everything it signed; a restored one
    /// passes a view above all in which its peers hold a vote of its key.
    pub vote_from: View,
}

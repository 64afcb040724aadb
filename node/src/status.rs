//! What a node says about itself: a snapshot that the consensus loop publishes after every turn.
//!
//! It is for people and monitoring; nothing is decided from it.

mod alarms;
mod clocks;
mod trouble;

pub use alarms::Alarms;
pub use clocks::Clocks;
pub use trouble::Trouble;

use proto::{ChainId, Digest, Height, Seq, TimeMs, TxId, ValidatorIndex, View};
use replica::{Outlook, PeerOutlook};
use std::time::Duration;

/// A validator whose last vote is older than so many turns of every leader does not vote.
const LAG_TURNS: u64 = 4;

/// A snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeStatus {
    /// The chain it serves.
    pub chain: ChainId,
    /// Its place among the validators; `None` for an observer.
    pub validator: Option<ValidatorIndex>,
    /// Last finalized height.
    pub height: Height,
    /// Digest of the header at that height.
    pub block: Digest,
    /// Time of that block.
    pub block_time: TimeMs,
    /// Current consensus view.
    pub view: View,
    /// The lowest view in which this node votes; `None` while it does not know what its key has said.
    pub votes_from: Option<View>,
    /// Leader of that view, where known.
    pub leader: Option<ValidatorIndex>,
    /// Events in the ledger.
    pub ledger_size: u64,
    /// Ledger chain sum.
    pub ledger_sum: Digest,
    /// RFC 9162 root in SM3.
    pub sm3_root: Digest,
    /// RFC 9162 root in SHA-256.
    pub sha256_root: Digest,
    /// Root of the state tree.
    pub state_root: Digest,
    /// Transactions waiting to be committed.
    pub pool_transactions: usize,
    /// Validators with an authenticated link to this node.
    pub peers: Vec<ValidatorIndex>,
    /// When this process started.
    pub started: TimeMs,
    /// When the last block was finalized here (or the start, before any).
    pub finalized_at: TimeMs,
    /// What consensus waits for.
    pub outlook: Outlook,
    /// Highest finalized height that a peer claims.
    pub best_known: Height,
    /// The links to the other validators.
    pub links: Vec<Link>,
    /// Our program's number and the one that the ledger asks for, if that is higher.
    pub outdated: Option<(u32, u32)>,
    /// Nothing is taken in from clients for lack of room.
    pub disk_is_low: bool,
    /// How far the other validators' clocks are ahead of this machine's, milliseconds; see [`Clocks::ahead_ms`].
    pub clock_ahead_ms: Option<i64>,
    /// What was seen of late.
    pub alarms: Alarms,
}

/// The link to another validator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// Which.
    pub validator: ValidatorIndex,
    /// Both streams run.
    pub is_up: bool,
    /// Since it was last heard; `None`: never.
    pub silence: Option<Duration>,
    /// Bytes that wait for it.
    pub queued: usize,
}

impl Link {
    /// Longest silence of a validator that is counted on; a live one says something every second.
    const HEARD: Duration = Duration::from_secs(8);

    /// Whether its votes can be expected.
    pub fn is_heard(&self) -> bool {
        self.is_up && self.silence.is_some_and(|s| s < Self::HEARD)
    }
}

impl NodeStatus {
    /// Validators, others than this node, whose votes cannot be expected.
    pub fn missing(&self) -> Vec<ValidatorIndex> {
        let all = self.outlook.peers.iter().map(|p| p.validator).filter(|v| Some(*v) != self.outlook.identity);
        all.filter(|v| !self.links.iter().any(|l| l.validator == *v && l.is_heard())).collect()
    }
    /// Validators, others than this node, that are heard and do not vote: no vote of theirs was seen while others' were, or
    /// in a view that nobody could leave for so long that each must have given it up.
    pub fn mute(&self) -> Vec<ValidatorIndex> {
        let (view, peers, missing) = (&self.outlook.view, &self.outlook.peers, self.missing());
        let newest = peers.iter().map(|p| p.voted.0).max().unwrap_or(0);
        let lag = LAG_TURNS * peers.len() as u64;
        let is_stuck = view.busy_ms.is_some_and(|ms| ms > 2 * view.patience_ms);
        let spoke = |v: &ValidatorIndex| view.nullify.contains(v) || view.notarize.contains(v);
        let is_mute = |p: &&PeerOutlook| p.voted.0 + lag < newest || (is_stuck && !spoke(&p.validator));
        let others = peers.iter().filter(|p| Some(p.validator) != self.outlook.identity).filter(is_mute);
        others.map(|p| p.validator).filter(|v| !missing.contains(v)).collect()
    }
    /// How many more of the validators that vote may fail before nothing can be decided; below 0: how many votes are missing
    /// for it.
    pub fn margin(&self) -> i32 {
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let silent = self.outlook.identity.is_some() && self.outlook.votes_from.is_none();
        let lost = self.missing().len() + self.mute().len() + usize::from(silent);
        count(self.outlook.peers.len()) - count(lost) - count(self.outlook.quorum)
    }
}

/// A finalized block, as subscribers hear of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// Its height.
    pub height: Height,
    /// Its events.
    pub events: Vec<(TxId, Seq)>,
}

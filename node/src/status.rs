//! What a node says about itself: a snapshot that the consensus loop publishes after every turn.
//!
//! It is for people and monitoring; nothing is decided from it.

use proto::{ChainId, Digest, Height, Seq, TimeMs, TxId, ValidatorIndex, View};

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
}

/// A finalized block, as subscribers hear of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// Its height.
    pub height: Height,
    /// Its events.
    pub events: Vec<(TxId, Seq)>,
}

//! The boundary: what can happen to a replica, and what it asks its shell to do. Plain data.

use crate::message::Message;
use ledger::{Batch, Rejected};
use proto::{
    Appraisal, ChainId, Epoch, FaultProof, Height, Params, SecretKey, Seq, TimeMs, Transaction, TxId, ValidatorIndex,
    ValidatorSet, Verified, View,
};

/// What a replica is made of; all of it from genesis and the node's own configuration.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The ledger.
    pub chain: ChainId,
    /// Who votes; from genesis at a first start. The ledger's own set goes before it: read it from the replica.
    pub validators: ValidatorSet,
    /// Which of them we are. Looked up by `key` in each epoch's set; `None`: an observer that only follows.
    pub identity: Option<(ValidatorIndex, SecretKey)>,
    /// Our voting key, whether it is in the set or not (yet); `None`: we never vote.
    pub key: Option<SecretKey>,
    /// The number of this program: below the one that the ledger asks for, we do not vote.
    pub software: u32,
    /// Rules and timings from genesis.
    pub params: Params,
    /// How much we keep in memory.
    pub limits: Limits,
    /// Whether `disk` holds every promise of our key.
    pub memory: Memory,
    /// No vote below this view: what a validator that had forgotten its promises found out, kept by the shell.
    pub vote_from: View,
    /// Votes that make a certificate: always `validators.quorum()`; a field only so that the simulator can show that
    /// a smaller one is caught.
    pub quorum: usize,
}

/// How sure we are that every promise of our key is on our disk. A validator that forgot one could contradict it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Memory {
    /// Sure: votes at once.
    #[default]
    Whole,
    /// Nothing speaks against it: votes once so many others have answered as a quorum needs beside us. Nothing could be
    /// decided without them anyway, and should one of them hold a vote that is not on our disk, we learn of it in time.
    Unconfirmed,
    /// Something was forgotten: the database is new, or older than what was promised. Silent until the others' answers,
    /// or `bound`, tell above which view nothing can have been promised.
    Doubtful {
        /// Above it nothing was promised, as far as the sign-guard knows.
        bound: Option<View>,
    },
}

/// Bounds of what waits in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most transactions in the pool.
    pub pool_transactions: usize,
    /// Most bytes of transactions and appraisals in the pool.
    pub pool_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pool_transactions: 20_000, pool_bytes: 32 << 20 }
    }
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Input {
    /// The first step after construction.
    Start,
    /// The wake-up that we asked for; one too many does no harm.
    Tick,
    /// Signature verified, and packets appraised by this validator (from a client, gossip or an answer).
    Admitted {
        /// The transaction.
        transaction: Verified<Transaction>,
        /// Our own opinion, where packets are involved.
        appraisal: Option<Appraisal>,
        /// Other transactions that wait here and hold the same writing, disguised or not: one of them at most may be
        /// committed. Each was compared only with what was committed before it, so nothing else would tell.
        rivals: Vec<TxId>,
    },
    /// This validator refused it or could not appraise it: it will not vote for a block with it, nor propose one.
    Unappraisable {
        /// The transaction.
        tx: TxId,
    },
    /// Something of another epoch came: it cannot be checked here, and tells only that one of us lags.
    Foreign {
        /// Who sent it.
        from: ValidatorIndex,
        /// Its epoch.
        epoch: Epoch,
    },
    /// From an authenticated validator or observer, signatures checked.
    Message {
        /// Who sent it: a validator by its place in the set in force, an observer by any number from
        /// [`proto::validators::VALIDATORS_MAX`] on that the shell keeps for it.
        from: ValidatorIndex,
        /// What.
        message: Message,
    },
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Every other validator, and observers.
    All,
    /// One of them.
    One(ValidatorIndex),
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// For whom.
    pub to: To,
    /// What.
    pub message: Message,
}

/// What must be done, in the order of the fields.
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct Actions {
    /// One atomic write, synced before anything below happens.
    pub persist: Batch,
    /// Transactions whose packets must be in that same write.
    pub packets: Vec<TxId>,
    /// Then these leave.
    pub send: Vec<Outbound>,
    /// Then these are told.
    pub notify: Vec<Notice>,
    /// Then the timer is set (`None`: no timer).
    pub wake_at: Option<TimeMs>,
}

/// Something that the shell or an operator wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Events that are final and durable here.
    Committed {
        /// Block.
        height: Height,
        /// Transactions with their events, in order.
        events: Vec<(TxId, Seq)>,
    },
    /// The pool gave a transaction up; nothing will come of it here.
    Dropped {
        /// The transaction.
        tx: TxId,
        /// Why.
        reason: DropReason,
    },
    /// The references or the history of its signer changed: appraise again and send `Admitted` again.
    Reappraise {
        /// The transaction, still in the pool.
        tx: TxId,
    },
    /// A validator contradicted itself; the proof is stored and portable.
    Fault(FaultProof),
    /// We entered a view.
    View {
        /// Which.
        view: View,
        /// Who leads it.
        leader: ValidatorIndex,
        /// Why the one before ended.
        why: &'static str,
    },
    /// Another set votes from now on. Peers are numbered by it, in this step's later messages too.
    Epoch {
        /// Which epoch.
        epoch: Epoch,
        /// Who votes in it.
        validators: ValidatorSet,
    },
    /// The ledger asks for a newer program: we follow and do not vote.
    Outdated {
        /// Our program's number.
        ours: u32,
        /// The one needed.
        needed: u32,
    },
    /// We reached the height by catch-up, not by voting.
    CaughtUp {
        /// Last finalized height.
        height: Height,
    },
    /// A peer showed a vote of our key, in this view, that is not in our memory: an older copy of our disk was put back,
    /// or the key is used elsewhere. We are silent until we know more.
    Forgotten {
        /// Its view.
        view: View,
    },
    /// We know enough to vote in views from this one on.
    Speaks {
        /// The first of them.
        from: View,
    },
    /// Our opinion of a transaction differs from a proposer's, so that we do not vote for its block.
    Dispute {
        /// The transaction.
        tx: TxId,
        /// What was proposed.
        proposed: Option<Appraisal>,
        /// What we found.
        own: Option<Appraisal>,
    },
}

/// Why the pool gave a transaction up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The ledger does not take it (any more).
    Rejected(Rejected),
    /// The pool is full; nothing was kept. Try again later.
    PoolFull,
}

/// Where a replica stands, for people and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Last finalized height.
    pub finalized: Height,
    /// Its ledger size.
    pub ledger_size: u64,
    /// Current view.
    pub view: View,
    /// Who leads it.
    pub leader: ValidatorIndex,
    /// The lowest view in which we would vote; `None` while we do not know what our key has said.
    pub votes_from: Option<View>,
    /// Highest finalized height that a peer claims.
    pub best_known: Height,
    /// Transactions in the pool.
    pub pool_transactions: usize,
    /// Bytes in the pool.
    pub pool_bytes: usize,
    /// Blocks that are known and not finalized.
    pub pending_blocks: usize,
}

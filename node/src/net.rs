//! Links to the other validators: a full mesh over libp2p (TCP, Noise, yamux), closed to everybody else.
//!
//! Two streams run between each pair: *votes* for consensus and *bulk* for transactions, packets and catch-up, so that a
//! megabyte of packets never delays a vote. This file is the sending half: bounded queues that the event loop fills
//! without waiting. When a queue is full its oldest message is dropped and counted: votes are sent again by the
//! protocol, transactions are asked for by whoever lacks them.
//!
//! There is no discovery and no scoring: genesis says who may connect. A peer that misbehaves is cut off and may dial
//! again after a pause; consensus, not the network, decides what its messages are worth.

pub mod auth;
pub mod certificate;
pub mod fetch;
pub mod frame;
pub mod inbound;
pub mod instance;
pub mod queue;
pub mod session;
pub mod swarm;

use crate::net::frame::Bytes;
use crate::net::instance::{Instance, Presence};
use crate::net::queue::Queue;
use crate::submission::Submission;
use crate::telemetry::Metrics;
use libp2p::PeerId;
use proto::ValidatorIndex;
use replica::{Message, To};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Most bytes that wait on a votes stream.
const VOTES_BYTES: usize = 8 << 20;
/// Most bytes that wait on a bulk stream.
const BULK_BYTES: usize = 32 << 20;

/// Which of the two streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Consensus.
    Votes,
    /// Everything long.
    Bulk,
}

/// Another validator, as this node sees it.
pub struct Peer {
    /// Its place in the set.
    pub index: ValidatorIndex,
    /// Its transport identity, from genesis.
    pub id: PeerId,
    /// What waits for its votes stream.
    pub votes: Queue,
    /// What waits for its bulk stream.
    pub bulk: Queue,
    /// Which process of it we talk to.
    pub presence: Presence,
    /// Streams that run now.
    streams: AtomicU8,
}

impl Peer {
    /// The queue of a lane.
    pub fn queue(&self, lane: Lane) -> &Queue {
        match lane {
            Lane::Votes => &self.votes,
            Lane::Bulk => &self.bulk,
        }
    }
    /// Whether a stream runs.
    pub fn is_linked(&self) -> bool {
        self.streams.load(Ordering::Relaxed) > 0
    }
    /// Whether both streams run.
    pub fn is_connected(&self) -> bool {
        self.streams.load(Ordering::Relaxed) >= 2
    }
}

/// The sending half. Cloning shares it.
#[derive(Clone)]
pub struct Net {
    peers: Arc<Vec<Arc<Peer>>>,
    metrics: Arc<Metrics>,
}

impl Net {
    /// Queues for these peers (all validators but this one).
    pub fn new(peers: Vec<(ValidatorIndex, PeerId)>, metrics: Arc<Metrics>) -> Self {
        let peer = |(index, id)| {
            let queue = |bytes| Queue::new(bytes, metrics.clone());
            let (votes, bulk) = (queue(VOTES_BYTES), queue(BULK_BYTES));
            Arc::new(Peer { index, id, votes, bulk, presence: Presence::default(), streams: AtomicU8::new(0) })
        };
        Self { peers: Arc::new(peers.into_iter().map(peer).collect()), metrics }
    }
    /// Sends a message of consensus.
    pub fn send(&self, to: To, message: &Message) {
        let lane = if matches!(message, Message::Chain(_)) { Lane::Bulk } else { Lane::Votes };
        let bytes = frame::message(message);
        match to {
            To::All => self.peers.iter().for_each(|p| self.push(p, lane, bytes.clone())),
            To::One(index) => self.push_to(index, lane, bytes),
        }
    }
    /// Sends a submission to every connected validator.
    pub fn spread(&self, submission: &Submission) {
        let bytes = frame::submission(submission);
        self.peers.iter().filter(|p| p.is_connected()).for_each(|p| self.push(p, Lane::Bulk, bytes.clone()));
    }
    /// Sends a submission to one validator.
    pub fn give(&self, to: ValidatorIndex, submission: &Submission) {
        self.push_to(to, Lane::Bulk, frame::submission(submission));
    }
    /// Warns a validator that another process uses its key.
    pub fn warn(&self, to: ValidatorIndex, rival: &Instance) {
        self.push_to(to, Lane::Votes, frame::rival(rival));
    }
    /// Validators with both streams up, in order.
    pub fn connected(&self) -> Vec<ValidatorIndex> {
        self.peers.iter().filter(|p| p.is_connected()).map(|p| p.index).collect()
    }
    /// The peer with this transport identity.
    pub fn peer(&self, id: &PeerId) -> Option<Arc<Peer>> {
        self.peers.iter().find(|p| p.id == *id).cloned()
    }
    /// All peers.
    pub fn peers(&self) -> &[Arc<Peer>] {
        &self.peers
    }
    fn push_to(&self, index: ValidatorIndex, lane: Lane, bytes: Bytes) {
        if let Some(peer) = self.peers.iter().find(|p| p.index == index) {
            self.push(peer, lane, bytes);
        }
    }
    fn push(&self, peer: &Peer, lane: Lane, bytes: Bytes) {
        self.metrics.sent.inc();
        self.metrics.sent_bytes.inc_by(bytes.len() as u64);
        peer.queue(lane).push(bytes);
    }
}

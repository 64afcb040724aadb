//! Links to the other validators: a full mesh over libp2p (TCP, Noise, yamux), closed to everybody else.
//!
//! Two streams run between each pair: *votes* for consensus and *bulk* for transactions, packets and catch-up, so that a
//! megabyte of packets never delays a vote. This file is the sending half: bounded queues that the event loop fills
//! without waiting. When a queue is full its oldest message is dropped and counted: votes are sent again by the
//! protocol, transactions are asked for by whoever lacks them.
//!
//! There is no discovery and no scoring: genesis and the ledger say who may connect, and by which number consensus calls
//! them changes with the epoch. A peer that misbehaves is cut off and may dial
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
use crate::status::Link;
use crate::submission::Submission;
use crate::telemetry::Metrics;
use libp2p::{Multiaddr, PeerId};
use proto::validators::VALIDATORS_MAX;
use proto::{PublicKey, ValidatorIndex, ValidatorSet};
use replica::{Message, To};
use std::sync::atomic::{AtomicU8, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Most bytes that wait on a votes stream.
const VOTES_BYTES: usize = 8 << 20;
/// Most bytes that wait on a bulk stream.
const BULK_BYTES: usize = 32 << 20;

/// Most nodes that may link with us: a full set of validators and some observers.
const PEERS_MAX: usize = VALIDATORS_MAX + 64;

/// What an observer is called that stands at this place of the list.
fn observer(place: usize) -> u16 {
    u16::try_from(VALIDATORS_MAX + place).unwrap_or(u16::MAX)
}

/// Which of the two streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Consensus.
    Votes,
    /// Everything long.
    Bulk,
}

/// A node that may link with us: who it must prove to be, and where it is.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its transport identity.
    pub id: PeerId,
    /// Where to dial it.
    pub address: Multiaddr,
    /// The voting key that it must prove.
    pub validator: PublicKey,
}

/// Another validator or an observer, as this node sees it.
pub struct Peer {
    /// Its place in the set that votes, or a number from [`VALIDATORS_MAX`] on for an observer.
    number: AtomicU16,
    /// Its transport identity, from genesis or the ledger.
    pub id: PeerId,
    /// Where to dial it.
    pub address: Multiaddr,
    /// The voting key that it proves.
    pub validator: PublicKey,
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
    /// What consensus calls it now.
    pub fn index(&self) -> ValidatorIndex {
        ValidatorIndex(self.number.load(Ordering::Relaxed))
    }
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
    peers: Arc<RwLock<Vec<Arc<Peer>>>>,
    /// Whom the swarm must let in and perhaps dial.
    admitted: mpsc::UnboundedSender<Arc<Peer>>,
    newcomers: Arc<Mutex<Option<mpsc::UnboundedReceiver<Arc<Peer>>>>>,
    metrics: Arc<Metrics>,
}

impl Net {
    /// Queues for these members (all but this node), numbered by the set that votes.
    pub fn new(members: Vec<Member>, validators: &ValidatorSet, metrics: Arc<Metrics>) -> Self {
        let (admitted, newcomers) = mpsc::unbounded_channel();
        let newcomers = Arc::new(Mutex::new(Some(newcomers)));
        let net = Self { peers: Arc::default(), admitted, newcomers, metrics };
        members.into_iter().for_each(|member| net.admit(member));
        net.renumber(validators);
        net
    }
    /// Lets another node in, as an observer until it votes. Known ones, and those over the bound, change nothing.
    pub fn admit(&self, member: Member) {
        let mut peers = self.peers.write().unwrap_or_else(PoisonError::into_inner);
        let known = peers.iter().any(|p| p.id == member.id || p.validator == member.validator);
        if known || peers.len() >= PEERS_MAX {
            return;
        }
        let queue = |bytes| Queue::new(bytes, self.metrics.clone());
        let (votes, bulk) = (queue(VOTES_BYTES), queue(BULK_BYTES));
        let Member { id, address, validator } = member;
        let number = AtomicU16::new(observer(peers.len()));
        let (presence, streams) = (Presence::default(), AtomicU8::new(0));
        let peer = Arc::new(Peer { number, id, address, validator, votes, bulk, presence, streams });
        peers.push(peer.clone());
        // The swarm is gone only when the node is stopping.
        let _stopping = self.admitted.send(peer);
    }
    /// Numbers the peers by the set that votes from now on.
    pub fn renumber(&self, validators: &ValidatorSet) {
        for (place, peer) in self.peers().iter().enumerate() {
            let number = validators.index_of(&peer.validator).map_or_else(|| observer(place), |index| index.0);
            peer.number.store(number, Ordering::Relaxed);
        }
    }
    /// Peers as they are let in, those of the start included; once.
    pub fn newcomers(&self) -> Option<mpsc::UnboundedReceiver<Arc<Peer>>> {
        self.newcomers.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
    /// Sends a message of consensus.
    pub fn send(&self, to: To, message: &Message) {
        let lane = if matches!(message, Message::Stored(_)) { Lane::Bulk } else { Lane::Votes };
        let bytes = frame::message(message);
        match to {
            To::All => self.peers().iter().for_each(|p| self.push(p, lane, bytes.clone())),
            To::One(index) => self.push_to(index, lane, bytes),
        }
    }
    /// Sends a submission to every connected validator.
    pub fn spread(&self, submission: &Submission) {
        let bytes = frame::submission(submission);
        self.peers().iter().filter(|p| p.is_connected()).for_each(|p| self.push(p, Lane::Bulk, bytes.clone()));
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
        let mut list: Vec<_> = self.peers().iter().filter(|p| p.is_connected()).map(|p| p.index()).collect();
        list.sort_unstable();
        list
    }
    /// How each link stands.
    pub fn links(&self) -> Vec<Link> {
        let now = Instant::now();
        let link = |p: &Arc<Peer>| Link {
            validator: p.index(),
            is_up: p.is_connected(),
            silence: p.presence.silence(now),
            queued: p.votes.bytes() + p.bulk.bytes(),
        };
        self.peers().iter().map(link).collect()
    }
    /// The peer with this transport identity.
    pub fn peer(&self, id: &PeerId) -> Option<Arc<Peer>> {
        self.peers().iter().find(|p| p.id == *id).cloned()
    }
    /// All peers.
    pub fn peers(&self) -> Vec<Arc<Peer>> {
        self.peers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    fn push_to(&self, index: ValidatorIndex, lane: Lane, bytes: Bytes) {
        if let Some(peer) = self.peers().iter().find(|p| p.index() == index) {
            self.push(peer, lane, bytes);
        }
    }
    fn push(&self, peer: &Peer, lane: Lane, bytes: Bytes) {
        self.metrics.sent.inc();
        self.metrics.sent_bytes.inc_by(bytes.len() as u64);
        peer.queue(lane).push(bytes);
    }
}

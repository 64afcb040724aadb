//! Links to the other validators: a full mesh over libp2p (TCP, Noise, yamux), closed to everybody else.
//!
//! Two streams run between each pair: *votes* for consensus and *bulk* for transactions, packets and catch-up, so that a
//! megabyte of packets never delays a vote. This file is the sending half: bounded queues that the event loop fills
//! without waiting. When a queue is full its oldest message is dropped and counted: votes are sent again by the
//! protocol, transactions are asked for by whoever lacks them.
//!
//! There is no discovery and no scoring: `roster` says who may connect and who is sent stroke packets, and whoever it names
//! no more is cut off. By which number consensus calls them changes with the epoch. A peer that misbehaves is cut off and
//! may dial again after a pause; consensus, not the network, decides what its messages are worth.

pub mod allowance;
pub mod auth;
mod behaviour;
pub mod certificate;
pub mod fetch;
pub mod frame;
pub mod inbound;
pub mod instance;
mod outage;
pub mod queue;
pub mod session;
pub mod sources;
pub mod swarm;

use crate::net::allowance::Allowance;
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
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Most bytes that wait on a votes stream.
const VOTES_BYTES: usize = 8 << 20;
/// Most bytes that wait on a bulk stream.
const BULK_BYTES: usize = 32 << 20;

/// Most nodes that may link with us: a full set of validators and some observers.
const PEERS_MAX: usize = VALIDATORS_MAX + 64;

/// The first number of an observer.
const OBSERVERS: u16 = VALIDATORS_MAX as u16;
/// A peer that has no number yet.
const NOBODY: u16 = u16::MAX;

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
    /// Whether it is sent stroke packets.
    pub packets: bool,
}

/// What the swarm must do.
#[derive(Clone)]
pub enum Change {
    /// Let this peer in, and perhaps dial it.
    Admit(Arc<Peer>),
    /// Cut it off, and let it in no more.
    Drop(Arc<Peer>),
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
    /// What it may have in work here.
    pub allowance: Allowance,
    /// Whether it is sent stroke packets.
    packets: AtomicBool,
    /// Streams that run now.
    streams: AtomicU8,
}

impl Peer {
    fn is(&self, member: &Member) -> bool {
        self.id == member.id && self.validator == member.validator && self.address == member.address
    }
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
    /// Whether it may be sent stroke packets, and so submissions.
    pub fn gets_packets(&self) -> bool {
        self.packets.load(Ordering::Relaxed)
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
    /// What the swarm must do.
    changed: mpsc::UnboundedSender<Change>,
    changes: Arc<Mutex<Option<mpsc::UnboundedReceiver<Change>>>>,
    metrics: Arc<Metrics>,
}

impl Net {
    /// Queues for these members (all but this node), numbered by the set that votes.
    pub fn new(members: Vec<Member>, validators: &ValidatorSet, metrics: Arc<Metrics>) -> Self {
        let (changed, changes) = mpsc::unbounded_channel();
        let changes = Arc::new(Mutex::new(Some(changes)));
        let net = Self { peers: Arc::default(), changed, changes, metrics };
        net.assemble(members, validators);
        net
    }
    /// These are the peers from now on, and nobody else; the set that votes numbers them. Of two with one key the first
    /// counts, and those over the bound are left out.
    pub fn assemble(&self, members: Vec<Member>, validators: &ValidatorSet) {
        let mut peers = self.peers.write().unwrap_or_else(PoisonError::into_inner);
        let mut list: Vec<Arc<Peer>> = Vec::new();
        let mut changes = Vec::new();
        for member in members {
            let taken = list.iter().any(|p| p.id == member.id || p.validator == member.validator);
            if taken || list.len() >= PEERS_MAX {
                continue;
            }
            let peer = peers.iter().find(|p| p.is(&member)).cloned().unwrap_or_else(|| {
                let peer = Arc::new(self.peer_of(&member));
                changes.push(Change::Admit(peer.clone()));
                peer
            });
            if peer.packets.swap(member.packets, Ordering::Relaxed) && !member.packets {
                peer.bulk.clear(); // what waits there was meant for a reader
            }
            list.push(peer);
        }
        let gone = peers.iter().filter(|old| !list.iter().any(|new| Arc::ptr_eq(old, new)));
        let dropped: Vec<Change> = gone.map(|peer| Change::Drop(peer.clone())).collect();
        number(&list, validators);
        *peers = list;
        // One with the same transport key may come in for one that is dropped. The swarm is gone only when the node stops.
        dropped.into_iter().chain(changes).for_each(|change| self.change(change));
    }
    fn peer_of(&self, member: &Member) -> Peer {
        let queue = |bytes| Queue::new(bytes, self.metrics.clone());
        Peer {
            number: AtomicU16::new(NOBODY),
            id: member.id,
            address: member.address.clone(),
            validator: member.validator.clone(),
            votes: queue(VOTES_BYTES),
            bulk: queue(BULK_BYTES),
            presence: Presence::default(),
            allowance: Allowance::new(Instant::now()),
            packets: AtomicBool::new(member.packets),
            streams: AtomicU8::new(0),
        }
    }
    fn change(&self, change: Change) {
        if let Change::Drop(peer) = &change {
            peer.packets.store(false, Ordering::Relaxed);
            peer.votes.clear();
            peer.bulk.clear();
        }
        let _stopping = self.changed.send(change);
    }
    /// What the swarm must do, the peers of the start included; taken once.
    pub fn changes(&self) -> Option<mpsc::UnboundedReceiver<Change>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
    /// Sends a message of consensus.
    pub fn send(&self, to: To, message: &Message) {
        let bytes = frame::message(message);
        if let (Message::Stored(_), To::One(index)) = (message, to) {
            // Who asked for it cannot check what stands in this queue before it has it.
            return self.push_before(index, bytes);
        }
        let lane = if matches!(message, Message::Stored(_)) { Lane::Bulk } else { Lane::Votes };
        match to {
            To::All => self.peers().iter().for_each(|p| self.push(p, lane, bytes.clone())),
            To::One(index) => self.push_to(index, lane, bytes),
        }
    }
    /// Sends a submission to every connected peer that may have its packets.
    pub fn spread(&self, submission: &Submission) {
        let bytes = frame::submission(submission);
        let readers = self.peers().into_iter().filter(|p| p.is_connected() && p.gets_packets());
        readers.for_each(|p| self.push(&p, Lane::Bulk, bytes.clone()));
    }
    /// Sends a submission to one peer, if that may have its packets.
    pub fn give(&self, to: &Peer, submission: &Submission) {
        if to.gets_packets() {
            self.push(to, Lane::Bulk, frame::submission(submission));
        }
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
    /// Nodes with both streams up that may have stroke packets, and so may give us some.
    pub fn readers(&self) -> Vec<ValidatorIndex> {
        let readers = self.peers().into_iter().filter(|p| p.is_connected() && p.gets_packets());
        let mut list: Vec<_> = readers.map(|p| p.index()).collect();
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
    fn push_before(&self, index: ValidatorIndex, bytes: Bytes) {
        if let Some(peer) = self.peers().iter().find(|p| p.index() == index) {
            self.metrics.sent.inc();
            self.metrics.sent_bytes.inc_by(bytes.len() as u64);
            peer.bulk.push_before(bytes);
        }
    }
    fn push(&self, peer: &Peer, lane: Lane, bytes: Bytes) {
        self.metrics.sent.inc();
        self.metrics.sent_bytes.inc_by(bytes.len() as u64);
        peer.queue(lane).push(bytes);
    }
}

/// Numbers the peers by the set that votes. An observer keeps its number as long as it is one.
fn number(peers: &[Arc<Peer>], validators: &ValidatorSet) {
    let seat = |peer: &Peer| validators.index_of(&peer.validator).map(|index| index.0);
    let observers: Vec<&Arc<Peer>> = peers.iter().filter(|p| seat(p).is_none()).collect();
    let kept = |number: u16| observers.iter().any(|p| p.index().0 == number);
    let mut free = (OBSERVERS..NOBODY).filter(|number| !kept(*number));
    for peer in peers {
        let number = match seat(peer) {
            Some(number) => number,
            None if (OBSERVERS..NOBODY).contains(&peer.index().0) => continue,
            None => free.next().unwrap_or(NOBODY),
        };
        peer.number.store(number, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;

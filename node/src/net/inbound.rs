//! What comes from peers: decoded, its signatures checked on the worker pool, then handed to consensus.
//!
//! Submissions come from and go to those peers alone that may have stroke packets. A message that is malformed or wrongly signed ends the stream that brought it. The same message is never verified
//! twice: consensus sends some of them again and again, and every validator passes on the same certificates.

use crate::appraisers::{Appraisers, Lane};
use crate::event_loop::Event;
use crate::intake::Intake;
use crate::lru::Lru;
use crate::net::frame::{self, Frame};
use crate::net::instance::Instance;
use crate::net::{Net, Peer};
use crate::stored::Stored;
use crate::submission::Submission;
use crate::telemetry::cpu::CpuClock;
use proto::{Canonical, ChainId, Digest, TxId, ValidatorIndex, ValidatorSet};
use replica::{Message, PeerMessage};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Memory for verified messages, in bytes.
const VERIFIED_BYTES: usize = 4 << 20;

/// The receiving half of the links.
pub struct Inbound {
    /// The network.
    pub chain: ChainId,
    /// Who votes now; the loop changes it with the epoch.
    pub validators: Arc<RwLock<ValidatorSet>>,
    /// Consensus.
    pub events: mpsc::Sender<Event>,
    /// Submissions.
    pub intake: Arc<Intake>,
    /// For answers.
    pub net: Net,
    /// Transactions on the disk and their packets.
    pub stored: Stored,
    /// Checks signatures.
    pub workers: Appraisers,
    /// Messages that were verified.
    pub verified: Arc<VerifiedMessages>,
}

impl Inbound {
    /// Takes a frame from an authenticated peer. The error ends the stream.
    pub async fn accept(self: &Arc<Self>, peer: &Arc<Peer>, bytes: &[u8]) -> Result<(), String> {
        self.intake.metrics.received.inc();
        let from = peer.index();
        let frame = frame::decode(bytes).map_err(|e| self.malformed(from, &e.to_string()))?;
        match frame {
            Frame::Submission(submission) => self.submission(peer, *submission).await,
            Frame::Rival(rival) => self.rival(peer, &rival),
            Frame::Message(message, bytes) => match *message {
                PeerMessage::WantTransactions(wanted) => self.wanted(peer, wanted),
                message if is_question(&message) && !peer.allowance.may_ask(Instant::now()) => {
                    self.intake.metrics.dropped.inc();
                }
                message => self.message(from, message, &bytes).await?,
            },
        }
        Ok(())
    }

    /// Unsigned: whoever lies with it fills no log.
    fn rival(&self, peer: &Peer, rival: &Instance) {
        self.intake.metrics.rivals.inc();
        if peer.allowance.may_warn(Instant::now()) {
            let from = peer.index().0;
            tracing::error!(validator = from, %rival, "a peer turned away another process with this node's key");
        }
    }

    async fn message(&self, from: ValidatorIndex, message: PeerMessage, bytes: &[u8]) -> Result<(), String> {
        let validators = self.validators.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(epoch) = message.foreign(validators.epoch()) {
            // Only that epoch's set could check it; all it tells is that one of us lags.
            let _stopping = self.events.send(Event::Foreign { from, epoch }).await;
            return Ok(());
        }
        let name = VerifiedMessages::name(&self.chain, &message, bytes);
        let message = match self.verified.get(&name) {
            Some(message) => message,
            None => self
                .verify(message, validators)
                .await
                .ok_or_else(|| self.malformed(from, "a signature does not hold"))?,
        };
        self.verified.keep(name, &message, bytes.len());
        let event = Event::Peer { from, message: Box::new(message) };
        // The loop is gone only when the node is stopping.
        let _stopping = self.events.send(event).await;
        Ok(())
    }

    async fn verify(&self, message: PeerMessage, validators: ValidatorSet) -> Option<Message> {
        let plain = matches!(message, PeerMessage::Status(_) | PeerMessage::CatchUp(_) | PeerMessage::WantProposal(_));
        if plain || matches!(message, PeerMessage::WantLastVote(_)) {
            return message.verify(&self.chain, &validators); // nothing is signed
        }
        let (chain, metrics) = (self.chain, self.intake.metrics.clone());
        let work = move || {
            let clock = CpuClock::start();
            let verified = message.verify(&chain, &validators);
            metrics.verify_message.observe(clock.elapsed());
            verified
        };
        self.workers.run(Lane::Verify, work).await?
    }

    /// Checks a submission beside the stream, so that questions behind it need not wait for the handwriting.
    async fn submission(&self, peer: &Peer, submission: Submission) {
        if !peer.gets_packets() {
            self.intake.metrics.dropped.inc();
            return;
        }
        let Ok(place) = peer.allowance.checks.clone().acquire_owned().await else { return };
        let intake = self.intake.clone();
        tokio::spawn(async move {
            intake.gossip(submission).await;
            drop(place);
        });
    }

    /// Answers with what we hold in memory, or find committed in the store. Who may not read packets gets none, whatever it
    /// asks for: the names of transactions are public.
    fn wanted(self: &Arc<Self>, peer: &Arc<Peer>, wanted: Vec<TxId>) {
        // Never waited for: votes come behind this question. A question too many is asked again later.
        let place = peer.allowance.answers.clone().try_acquire_owned().ok();
        let Some(place) = place.filter(|_| peer.gets_packets()) else {
            self.intake.metrics.dropped.inc();
            return;
        };
        let (this, peer) = (self.clone(), peer.clone());
        // Not awaited: the stream goes on while the store is read.
        drop(tokio::task::spawn_blocking(move || {
            let _place = place;
            wanted.iter().for_each(|tx| this.answer(&peer, tx));
        }));
    }
    fn answer(&self, peer: &Peer, tx: &TxId) {
        if let Some(held) = self.intake.submissions.get(tx) {
            return self.net.give(peer, &held.submission);
        }
        match self.stored.find(tx) {
            Ok(Some(submission)) => self.net.give(peer, &submission),
            Ok(None) => tracing::debug!(tx = %tx.short(), "a peer wants a transaction that is not here"),
            Err(problem) => tracing::warn!(tx = %tx.short(), problem, "a stored transaction cannot be read"),
        }
    }

    fn malformed(&self, from: ValidatorIndex, problem: &str) -> String {
        self.intake.metrics.malformed.inc();
        tracing::warn!(validator = from.0, problem, "a peer broke the protocol");
        problem.to_owned()
    }
}

/// Questions that the consensus thread answers itself.
fn is_question(message: &PeerMessage) -> bool {
    matches!(message, PeerMessage::CatchUp(_) | PeerMessage::WantProposal(_) | PeerMessage::WantLastVote(_))
}

/// Messages whose signatures were found good, by name.
pub struct VerifiedMessages {
    messages: Mutex<Lru<Digest, Message>>,
}

impl Default for VerifiedMessages {
    fn default() -> Self {
        Self { messages: Mutex::new(Lru::new(VERIFIED_BYTES)) }
    }
}

impl VerifiedMessages {
    /// A message's name: its digest; for a certificate the digest of what it certifies, because any quorum's votes are
    /// as good as another's.
    fn name(chain: &ChainId, message: &PeerMessage, bytes: &[u8]) -> Digest {
        match message {
            PeerMessage::Certificate(c) => Digest::sm3(&c.subject.signing_bytes(chain)),
            _ => Digest::sm3(bytes),
        }
    }
    fn get(&self, name: &Digest) -> Option<Message> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).get(name)
    }
    fn keep(&self, name: Digest, message: &Message, weight: usize) {
        if matches!(message, Message::Proposal(_) | Message::Vote(_) | Message::Certificate(_)) {
            self.messages.lock().unwrap_or_else(PoisonError::into_inner).put(name, message.clone(), weight);
        }
    }
    /// Remembers a certificate that consensus made here, so that the same one from peers costs nothing.
    pub fn remember(&self, chain: &ChainId, message: &Message) {
        if let Message::Certificate(certificate) = message {
            let name = Digest::sm3(&certificate.subject.signing_bytes(chain));
            self.keep(name, message, certificate.to_bytes().len());
        }
    }
}

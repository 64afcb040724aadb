//! The handshake on `/chirograph/auth/1`: each side proves that the validator key and the Noise-authenticated transport
//! key belong together, here and now. Nothing else is accepted from a peer before.
//!
//! Dialer and listener send `Hello` (certificate, nonce), then the listener's `Proof`, then the dialer's. A proof signs
//! chain, role, both transport keys, both nonces and the certificate's digest: the role and both keys prevent reflection
//! and relaying, the nonces prevent replay.

use crate::net::certificate::{Identity, NodeCertificate};
use crate::net::frame::wire::{Hello, Proof};
use crate::net::frame::{read_message, write_message};
use crate::net::instance::Instance;
use futures::{AsyncRead, AsyncWrite};
use libp2p::PeerId;
use proto::encode::tagged;
use proto::{Canonical, ChainId, PublicKey, Signature};
use std::io;

/// What a node shows of itself.
#[derive(Clone)]
pub struct Badge {
    /// Its keys.
    pub identity: Identity,
    /// Its certificate.
    pub certificate: NodeCertificate,
    /// This process.
    pub instance: Instance,
}

/// Whom the node expects at the other end.
#[derive(Clone)]
pub struct Expected {
    /// Transport identity, as Noise authenticated it.
    pub peer: PeerId,
    /// Validator key that genesis or the ledger gives to that identity.
    pub validator: PublicKey,
}

/// Why a handshake fails.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The stream broke, or held something else.
    #[error("the stream ended or held no handshake: {0}")]
    Stream(#[from] io::Error),
    /// The certificate cannot be read.
    #[error("the certificate is malformed: {0}")]
    Malformed(#[from] proto::Malformed),
    /// The other side is not who it must be.
    #[error("{0}")]
    Refused(&'static str),
    /// A second process uses one key.
    #[error("another process uses the same validator key ({0}); stop one of them")]
    Rival(Instance),
}

/// The two roles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Opened the connection.
    Dialer,
    /// Accepted it.
    Listener,
}

/// Runs the handshake in this role. On success the other side is `expected`, and knows who we are. Gives its process.
pub async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    role: Role,
    badge: &Badge,
    expected: &Expected,
) -> Result<Instance, AuthError> {
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce).map_err(|e| io::Error::other(e.to_string()))?;
    let (certificate, instance) = (badge.certificate.to_bytes(), badge.instance.to_bytes());
    let hello = Hello { certificate, nonce: nonce.to_vec(), instance };
    write_message(stream, &hello).await?;
    let theirs: Hello = read_message(stream).await?;
    let their_nonce = theirs.nonce.try_into().map_err(|_| AuthError::Refused("the nonce is not 32 bytes long"))?;
    let certificate = NodeCertificate::from_bytes(&theirs.certificate)?;
    let instance = Instance::from_bytes(&theirs.instance)?;
    check(&certificate, badge, expected)?;

    let meeting = Meeting {
        chain: badge.certificate.chain,
        peers: order(role, badge.identity.peer_id(), expected.peer),
        nonces: order(role, nonce, their_nonce),
    };
    let ours = badge.identity.validator.sign(&meeting.statement(role, &badge.certificate, &badge.instance));
    let ours = Proof { signature: ours.0.to_vec(), rival: Vec::new() };
    if role == Role::Listener {
        write_message(stream, &ours).await?;
    }
    let proof: Proof = read_message(stream).await?;
    let signature = proof.signature.try_into().map_err(|_| AuthError::Refused("the proof is not 64 bytes long"))?;
    let statement = meeting.statement(role.other(), &certificate, &instance);
    if !certificate.validator.verify(&statement, &Signature(signature)) {
        return Err(AuthError::Refused("the proof does not hold: the other side does not own the validator key"));
    }
    if role == Role::Dialer {
        write_message(stream, &ours).await?;
        // See `admit` and `turn_away`.
        let last: Proof = read_message(stream).await?;
        if !last.rival.is_empty() {
            return Err(AuthError::Rival(Instance::from_bytes(&last.rival)?));
        }
    }
    Ok(instance)
}

/// The listener's last word after a handshake that passed: an empty proof. Sent when it is ready for other streams.
pub async fn admit(stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    write_message(stream, &Proof::default()).await
}

/// The other last word: the dialer's key is in use by `rival`.
pub async fn turn_away(stream: &mut (impl AsyncWrite + Unpin), rival: &Instance) -> io::Result<()> {
    write_message(stream, &Proof { signature: Vec::new(), rival: rival.to_bytes() }).await
}

fn check(certificate: &NodeCertificate, badge: &Badge, expected: &Expected) -> Result<(), AuthError> {
    let refused = |why| Err(AuthError::Refused(why));
    if certificate.chain != badge.certificate.chain {
        return refused("the certificate is for another network");
    }
    if certificate.peer_id() != Some(expected.peer) {
        return refused("the certificate names another transport key than the one that Noise authenticated");
    }
    if certificate.validator != expected.validator {
        return refused("the certificate is not of the validator to which genesis gives this transport key");
    }
    if !certificate.holds() {
        return refused("the certificate's signatures do not hold");
    }
    Ok(())
}

impl Role {
    fn other(self) -> Self {
        match self {
            Self::Dialer => Self::Listener,
            Self::Listener => Self::Dialer,
        }
    }
}

/// The dialer's first.
fn order<T>(role: Role, ours: T, theirs: T) -> [T; 2] {
    match role {
        Role::Dialer => [ours, theirs],
        Role::Listener => [theirs, ours],
    }
}

/// What both sides know of one connection; the dialer's half stands first.
struct Meeting {
    chain: ChainId,
    peers: [PeerId; 2],
    nonces: [[u8; 32]; 2],
}

impl Meeting {
    /// The bytes that the side in `role` signs.
    fn statement(&self, role: Role, certificate: &NodeCertificate, instance: &Instance) -> Vec<u8> {
        let mut e = tagged("chirograph/auth");
        e.digest(&self.chain).u8(role as u8);
        for peer in &self.peers {
            e.bytes(&peer.to_bytes());
        }
        for nonce in &self.nonces {
            e.raw(nonce);
        }
        e.digest(&certificate.digest()).raw(&instance.to_bytes());
        e.finish()
    }
}

#[cfg(test)]
mod tests;

//! The node certificate: says that a transport key belongs to a validator, signed with both keys.
//!
//! The SM2 signature authorises the transport key; the Ed25519 signature proves that its owner agrees, so that nobody
//! can claim another's address. It is made anew at every start and is worth nothing without the proof in `auth`.

use libp2p::identity::{PeerId, PublicKey as PeerKey, ed25519};
use proto::encode::tagged;
use proto::{Canonical, ChainId, Decoder, Digest, Encoder, Malformed, PublicKey, SecretKey, Signature};

/// What is certified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeCertificate {
    /// The network.
    pub chain: ChainId,
    /// SM2 key of the validator.
    pub validator: PublicKey,
    /// Ed25519 transport key.
    pub peer: [u8; 32],
    /// Grows with every certificate of this validator: milliseconds since the epoch at which it was made.
    pub serial: u64,
    /// By the validator key.
    pub by_validator: Signature,
    /// By the transport key.
    pub by_peer: [u8; 64],
}

/// The two keys of a node.
#[derive(Clone)]
pub struct Identity {
    /// SM2 validator key.
    pub validator: SecretKey,
    /// Ed25519 transport key.
    pub peer: ed25519::Keypair,
}

impl Identity {
    /// Makes a certificate.
    pub fn certify(&self, chain: ChainId, serial: u64) -> NodeCertificate {
        let (validator, peer) = (self.validator.public().clone(), self.peer.public().to_bytes());
        let body = body(&chain, &validator, &peer, serial);
        let by_validator = self.validator.sign(&body);
        let mut by_peer = [0; 64];
        by_peer.copy_from_slice(&self.peer.sign(&body));
        NodeCertificate { chain, validator, peer, serial, by_validator, by_peer }
    }
    /// The transport identity.
    pub fn peer_id(&self) -> PeerId {
        PeerKey::from(self.peer.public()).to_peer_id()
    }
}

impl NodeCertificate {
    /// Checks both signatures.
    pub fn holds(&self) -> bool {
        let body = body(&self.chain, &self.validator, &self.peer, self.serial);
        let peer = ed25519::PublicKey::try_from_bytes(&self.peer);
        self.validator.verify(&body, &self.by_validator) && peer.is_ok_and(|key| key.verify(&body, &self.by_peer))
    }
    /// The transport identity that it names; `None` if its bytes are no key.
    pub fn peer_id(&self) -> Option<PeerId> {
        peer_id(&self.peer)
    }
}

/// The transport identity of an Ed25519 key.
pub fn peer_id(key: &[u8; 32]) -> Option<PeerId> {
    Some(PeerKey::from(ed25519::PublicKey::try_from_bytes(key).ok()?).to_peer_id())
}

fn body(chain: &ChainId, validator: &PublicKey, peer: &[u8; 32], serial: u64) -> Vec<u8> {
    let mut e = tagged("chirograph/node-certificate-body");
    e.digest(chain);
    validator.encode(&mut e);
    e.raw(peer).u64(serial);
    e.finish()
}

impl Canonical for NodeCertificate {
    const TAG: &'static str = "chirograph/node-certificate";

    fn encode_body(&self, e: &mut Encoder) {
        e.digest(&self.chain);
        self.validator.encode(e);
        e.raw(&self.peer).u64(self.serial).raw(&self.by_validator.0).raw(&self.by_peer);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            chain: Digest(d.raw("certificate.chain")?),
            validator: PublicKey::decode(d, "certificate.validator")?,
            peer: d.raw("certificate.peer")?,
            serial: d.u64("certificate.serial")?,
            by_validator: Signature(d.raw("certificate.by_validator")?),
            by_peer: d.raw("certificate.by_peer")?,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::keys::new_secret;

    pub(crate) fn identity() -> Identity {
        Identity { validator: new_secret().unwrap(), peer: ed25519::Keypair::generate() }
    }

    #[test]
    fn it_holds_and_survives_its_bytes() {
        let node = identity();
        let certificate = node.certify(Digest([1; 32]), 5);
        assert!(certificate.holds());
        assert_eq!(certificate.peer_id(), Some(node.peer_id()));
        assert_eq!(NodeCertificate::from_bytes(&certificate.to_bytes()).unwrap(), certificate);
    }

    #[test]
    fn every_field_is_signed_by_both() {
        let (node, other) = (identity(), identity());
        let good = node.certify(Digest([1; 32]), 5);
        assert!(!NodeCertificate { chain: Digest([2; 32]), ..good.clone() }.holds());
        assert!(!NodeCertificate { serial: 6, ..good.clone() }.holds());
        // Somebody else's transport key, signed by us alone.
        let stolen = NodeCertificate { peer: other.peer.public().to_bytes(), ..good.clone() };
        let body = body(&stolen.chain, &stolen.validator, &stolen.peer, stolen.serial);
        let stolen = NodeCertificate { by_validator: node.validator.sign(&body), ..stolen };
        assert!(!stolen.holds());
    }
}

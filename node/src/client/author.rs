//! Makes signed transactions and sealed packets for an organisation. Needs its secret key and the system's randomness.

use super::Terms;
use crate::fault::Fault;
use crate::submission::{SealedPacket, Submission};
use models::StrokePacket;
use models::packet::{Binding, Nonce as PacketNonce};
use proto::{Body, Canonical, Digest, Draft, Height, Name, Nonce, RequestId, SecretKey};
use zeroize::Zeroizing;

/// An organisation that submits.
#[derive(Clone, Debug)]
pub struct Author {
    /// Its identifier.
    pub org: Name,
    /// One of its registered keys.
    pub key: SecretKey,
}

/// One act of signing.
#[derive(Clone, Debug)]
pub struct Signing {
    /// Contract, case or archive file.
    pub matter: Name,
    /// Who claims to have written.
    pub signer: Name,
    /// Digest of the document.
    pub document: Digest,
    /// Why the signer signs.
    pub intent: String,
}

impl Author {
    /// A signed transaction with a fresh request id.
    pub fn submission(&self, terms: &Terms, body: Body, packets: Vec<SealedPacket>) -> Submission {
        let draft = Draft {
            chain: terms.chain,
            org: self.org.clone(),
            key: self.key.public().id(),
            request: RequestId(uuid::Uuid::new_v4().into_bytes()),
            expiry: terms.expiry_max,
            body,
        };
        Submission { transaction: draft.sign(&self.key).into_inner(), packets }
    }
    /// An enrolment. Packets that carry no attestation are bound to the signer and attested.
    pub fn enrolment(&self, terms: &Terms, signer: &Name, packets: Vec<StrokePacket>) -> Result<Submission, Fault> {
        let (mut references, mut sealed) = (Vec::new(), Vec::new());
        for mut packet in packets {
            if packet.attestation.is_none() {
                packet.binding = binding(signer.clone(), Digest::ZERO, terms.nonce);
                "enrolment".clone_into(&mut packet.binding.intent);
                packet.sign(&self.key);
            }
            let (commitment, one) = seal(&packet)?;
            references.push(commitment);
            sealed.push(one);
        }
        Ok(self.submission(terms, Body::Enroll { signer: signer.clone(), references }, sealed))
    }
    /// A signing. A packet that a capture device attested is taken as it is, nonce included; any other is bound to this
    /// signing and attested with our key.
    pub fn signing(&self, terms: &Terms, what: &Signing, mut packet: StrokePacket) -> Result<Submission, Fault> {
        if packet.attestation.is_none() {
            packet.binding = binding(what.signer.clone(), what.document, terms.nonce);
            packet.binding.intent.clone_from(&what.intent);
            packet.sign(&self.key);
        }
        let PacketNonce { height, block } = packet.binding.nonce;
        let (commitment, sealed) = seal(&packet)?;
        let body = Body::Sign {
            matter: what.matter.clone(),
            signer: what.signer.clone(),
            document: what.document,
            packet: commitment,
            nonce: Nonce { height, block },
        };
        Ok(self.submission(terms, body, vec![sealed]))
    }
}

fn binding(signer: Name, document: Digest, nonce: Nonce) -> Binding {
    let nonce = PacketNonce { height: Height(nonce.height.0), block: nonce.block };
    Binding { signer, document, nonce, intent: String::new() }
}

fn seal(packet: &StrokePacket) -> Result<(Digest, SealedPacket), Fault> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|e| Fault::system("randomness", e))?;
    Ok((packet.commitment(&salt), SealedPacket { salt, packet: Zeroizing::new(packet.to_bytes()) }))
}

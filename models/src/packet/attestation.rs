//! The capture device's or platform's SM2 signature over a packet. Whether the key belongs to anybody is the ledger's
//! question, not answered here.

use super::StrokePacket;
use proto::encode::tagged;
use proto::{Decoder, Encoder, Malformed, PublicKey, SecretKey, Signature};

/// A signature over the packet without this field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Key of the device or platform.
    pub key: PublicKey,
    /// SM2 over tag `chirograph/packet-attestation` ‖ binding ‖ device ‖ session ‖ samples.
    pub signature: Signature,
}

/// Why a packet is not attested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttestationFault {
    /// Nobody signed the packet.
    #[error("attestation: the packet carries none; sign it with the capture platform's key")]
    Absent,
    /// Somebody's signature is there and does not hold.
    #[error("attestation: the signature does not match the packet and the key it names")]
    BadSignature,
}

impl Attestation {
    pub(super) fn encode(&self, e: &mut Encoder) {
        self.key.encode(e);
        e.raw(&self.signature.0);
    }
    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let key = PublicKey::decode(d, "attestation.key")?;
        Ok(Self { key, signature: Signature(d.raw("attestation.signature")?) })
    }
}

impl StrokePacket {
    /// Signs the packet, replacing an attestation that is there.
    pub fn sign(&mut self, key: &SecretKey) {
        let signature = key.sign(&self.attested_bytes());
        self.attestation = Some(Attestation { key: key.public().clone(), signature });
    }
    /// Verifies the attestation against the key it names.
    pub fn verify_attestation(&self) -> Result<(), AttestationFault> {
        let attestation = self.attestation.as_ref().ok_or(AttestationFault::Absent)?;
        if attestation.key.verify(&self.attested_bytes(), &attestation.signature) {
            Ok(())
        } else {
            Err(AttestationFault::BadSignature)
        }
    }
    /// The bytes that an attestation signs.
    pub fn attested_bytes(&self) -> Vec<u8> {
        let mut e = tagged("chirograph/packet-attestation");
        self.encode_unsigned(&mut e);
        e.finish()
    }
}

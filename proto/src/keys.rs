//! SM2 keys and signatures (GB/T 32918.2, user id `1234567812345678`, 64-byte `r ‖ s`).
//!
//! Signing is deterministic (RFC 6979 with SM3), so the same vote signed twice is the same bytes. Key storage,
//! DER and PEM files live in the node; this file holds a secret only in memory.

use crate::encode::{Decoder, Encoder, Malformed, tagged};
use crate::ids::{Digest, KeyId};
use sm2::dsa::signature::{Signer, Verifier};
use std::fmt;

/// The default distinguishing identifier of GB/T 32918.2 and GM/T 0009.
pub const USER_ID: &str = "1234567812345678";

/// A raw `r ‖ s` signature. Not checked until somebody verifies it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", hex::encode(&self.0[..4]))
    }
}

/// A valid curve point with its id and precomputed Z value.
#[derive(Clone)]
pub struct PublicKey {
    bytes: [u8; 65],
    id: KeyId,
    inner: sm2::dsa::VerifyingKey,
}

impl PublicKey {
    /// Parses an uncompressed SEC1 point (`04 ‖ x ‖ y`) and checks that it is on the curve.
    pub fn from_bytes(bytes: &[u8; 65], field: &'static str) -> Result<Self, Malformed> {
        let rule = "must be an uncompressed SM2 point on the curve (65 bytes, 04 first)";
        if bytes[0] != 4 {
            return Err(Malformed::Rule { field, rule });
        }
        let inner =
            sm2::dsa::VerifyingKey::from_sec1_bytes(USER_ID, bytes).map_err(|_| Malformed::Rule { field, rule })?;
        Ok(Self { bytes: *bytes, id: key_id(bytes), inner })
    }
    /// Parses 130 hex digits.
    pub fn from_hex(text: &str, field: &'static str) -> Result<Self, Malformed> {
        let mut bytes = [0; 65];
        hex::decode_to_slice(text, &mut bytes)
            .map_err(|_| Malformed::Rule { field, rule: "must be 130 hex digits" })?;
        Self::from_bytes(&bytes, field)
    }
    /// The 65 SEC1 bytes.
    pub fn bytes(&self) -> &[u8; 65] {
        &self.bytes
    }
    /// Its identifier.
    pub fn id(&self) -> KeyId {
        self.id
    }
    /// Checks a signature over `message`.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        sm2::dsa::Signature::from_slice(&signature.0).is_ok_and(|s| self.inner.verify(message, &s).is_ok())
    }
    /// Writes the key.
    pub fn encode(&self, e: &mut Encoder) {
        e.raw(&self.bytes);
    }
    /// Reads a key.
    pub fn decode(d: &mut Decoder<'_>, field: &'static str) -> Result<Self, Malformed> {
        Self::from_bytes(&d.raw(field)?, field)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {}", self.id.short())
    }
}

/// A secret key. `Debug` shows only the public half; the scalar is wiped on drop by the `sm2` crate.
#[derive(Clone)]
pub struct SecretKey {
    inner: sm2::dsa::SigningKey,
    public: PublicKey,
}

impl SecretKey {
    /// From a 32-byte scalar; zero and values over the group order are refused.
    pub fn from_scalar(bytes: &[u8; 32], field: &'static str) -> Result<Self, Malformed> {
        let rule = "must be an SM2 private scalar between 1 and n-2";
        let inner = sm2::dsa::SigningKey::from_slice(USER_ID, bytes).map_err(|_| Malformed::Rule { field, rule })?;
        let mut point = [0; 65];
        point.copy_from_slice(&inner.verifying_key().to_sec1_bytes());
        let public = PublicKey::from_bytes(&point, field)?;
        Ok(Self { inner, public })
    }
    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
    /// The scalar, for writing a key file. Keep it out of logs.
    pub fn scalar(&self) -> [u8; 32] {
        self.inner.to_bytes().into()
    }
    /// Signs `message`.
    pub fn sign(&self, message: &[u8]) -> Signature {
        let s = self.inner.sign(message);
        Signature(s.to_bytes().into())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "secret half of {:?}", self.public)
    }
}

fn key_id(bytes: &[u8; 65]) -> KeyId {
    let mut e = tagged("chirograph/key");
    e.raw(bytes);
    Digest::sm3(&e.finish())
}

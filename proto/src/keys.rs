//! SM2 keys and signatures (GB/T 32918.2, user id `1234567812345678`, 64-byte `r ‖ s`).
//!
//! Signing is deterministic (RFC 6979 with SM3), so the same vote signed twice is the same bytes. Key storage,
//! DER and PEM files live in the node; this file holds a secret only in memory.

use crate::curve::{Affine, Fp, Jacobian, Scalar, Table, generator_table, multiply};
use crate::encode::{Decoder, Encoder, Malformed, tagged};
use crate::ids::{Digest, KeyId};
use sm2::dsa::signature::Signer;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

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

/// A valid curve point with its id and its Z value, made when they are first asked for, and, once it has been used a few
/// times, a table of its multiples. Clones share all of it.
#[derive(Clone)]
pub struct PublicKey(Arc<Parts>);

struct Parts {
    bytes: [u8; 65],
    id: OnceLock<KeyId>,
    /// `Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ G ‖ P)` (GB/T 32918.2 section 5.5), which opens every message.
    z: OnceLock<Digest>,
    point: Affine,
    uses: AtomicU32,
    table: OnceLock<Table>,
}

/// A key gets its table at this use: one that is seen once or twice would not earn the cost.
const TABLE_AT_USE: u32 = 3;

impl PublicKey {
    /// Parses an uncompressed SEC1 point (`04 ‖ x ‖ y`) and checks that it is on the curve.
    pub fn from_bytes(bytes: &[u8; 65], field: &'static str) -> Result<Self, Malformed> {
        let rule = "must be an uncompressed SM2 point on the curve (65 bytes, 04 first)";
        let point = Affine::from_sec1(bytes).ok_or(Malformed::Rule { field, rule })?;
        let (id, z, table) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Ok(Self(Arc::new(Parts { bytes: *bytes, id, z, point, uses: AtomicU32::new(0), table })))
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
        &self.0.bytes
    }
    /// Its identifier.
    pub fn id(&self) -> KeyId {
        *self.0.id.get_or_init(|| key_id(&self.0.bytes))
    }
    /// Checks a signature over `message` (GB/T 32918.2 section 7.1).
    pub fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        let z = self.0.z.get_or_init(|| z_value(&self.0.bytes));
        self.holds(&Digest::sm3_pair(&z.0, message), signature).is_some()
    }
    /// `Some` when `x(s·G + (r+s)·P) = r - e (mod n)`. Variable time: everything here is public.
    fn holds(&self, e: &Digest, signature: &Signature) -> Option<()> {
        let (r, s) = signature.0.split_first_chunk::<32>()?;
        let (r, s) = (Scalar::component(r)?, Scalar::component(s.first_chunk()?)?);
        let t = r.add(&s);
        if t.is_zero() {
            return None;
        }
        let sum = generator_table().multiply_add(&s, self.times(&t));
        let x = r.sub(&Scalar::reduce(&e.0));
        (!sum.z.is_zero() && x_is(&sum, &x)).then_some(())
    }
    fn times(&self, t: &Scalar) -> Jacobian {
        let parts = &*self.0;
        if parts.uses.load(Ordering::Relaxed) >= TABLE_AT_USE {
            return parts.table.get_or_init(|| Table::of_key(&parts.point)).multiply_add(t, Jacobian::INFINITY);
        }
        parts.uses.fetch_add(1, Ordering::Relaxed);
        multiply(&parts.point, t)
    }
    /// Writes the key.
    pub fn encode(&self, e: &mut Encoder) {
        e.raw(&self.0.bytes);
    }
    /// Reads a key.
    pub fn decode(d: &mut Decoder<'_>, field: &'static str) -> Result<Self, Malformed> {
        Self::from_bytes(&d.raw(field)?, field)
    }
}

/// Whether the point's x coordinate is congruent to `x` modulo n: it is `x` or, as p > n, perhaps `x + n`. Compared as
/// `X = x·Z²`, which saves an inversion.
fn x_is(point: &Jacobian, x: &Scalar) -> bool {
    let zz = point.z.square();
    let equals = |limbs| Fp::from_plain(&limbs).is_some_and(|x| x.mul(&zz) == point.x);
    equals(x.0) || x.plus_order().is_some_and(equals)
}

/// The parameters of the curve as they enter Z: `a ‖ b ‖ x_G ‖ y_G` (GB/T 32918.5).
#[rustfmt::skip]
const CURVE: [u8; 128] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
    0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0,
];

fn z_value(point: &[u8; 65]) -> Digest {
    let bits = (USER_ID.len() as u16) * 8;
    let id = [&bits.to_be_bytes(), USER_ID.as_bytes(), &CURVE].concat();
    Digest::sm3_pair(&id, &point[1..])
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}
impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {}", self.id().short())
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

#[cfg(test)]
mod tests;

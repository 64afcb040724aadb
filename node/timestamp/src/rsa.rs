//! RSA verification (RFC 8017): PKCS#1 v1.5 and PSS. No signing, no decryption, no secret: time may vary.
//!
//! The one big-number operation is `signature ^ e mod n`; what comes out is compared with the one encoding that is right.

use crate::hash::Hash;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

/// Shortest modulus that counts, in bits.
pub const BITS_MIN: usize = 2048;
/// Longest modulus that is computed with, in bits.
pub const BITS_MAX: usize = 8192;

/// A public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RsaKey<'a> {
    /// Modulus, big-endian, without leading zeros.
    pub modulus: &'a [u8],
    /// Exponent, big-endian, without leading zeros.
    pub exponent: &'a [u8],
}

impl RsaKey<'_> {
    /// Length of the modulus.
    pub fn bits(&self) -> usize {
        let top = self.modulus.first().map_or(0, |b| 8 - b.leading_zeros() as usize);
        self.modulus.len().saturating_sub(1) * 8 + top
    }
    /// Whether it is of a size that is computed with, and an odd modulus.
    pub fn is_usable(&self) -> bool {
        let odd = |n: &[u8]| n.last().is_some_and(|b| b & 1 == 1);
        (BITS_MIN..=BITS_MAX).contains(&self.bits())
            && odd(self.modulus)
            && odd(self.exponent)
            && self.exponent.len() <= 8
            && self.exponent != [1]
    }
    /// EMSA-PKCS1-v1_5 over a digest.
    pub fn verify_pkcs1(&self, (hash, digest): (Hash, &[u8]), signature: &[u8]) -> bool {
        let wanted = pkcs1(hash, digest, self.modulus.len());
        self.is_usable() && wanted.is_some() && self.open(signature) == wanted
    }
    /// EMSA-PSS over a digest; the mask uses the same hash.
    pub fn verify_pss(&self, (hash, digest): (Hash, &[u8]), salt: usize, signature: &[u8]) -> bool {
        if !self.is_usable() {
            return false;
        }
        self.open(signature).is_some_and(|encoded| pss(hash, digest, salt, (&encoded, self.bits() - 1)).is_some())
    }
    /// `signature ^ e mod n`, as long as the modulus.
    fn open(&self, signature: &[u8]) -> Option<Vec<u8>> {
        // As numbers of one length, big-endian bytes compare as the numbers do.
        if signature.len() != self.modulus.len() || signature >= self.modulus {
            return None;
        }
        let bits = u32::try_from(self.modulus.len() * 8).ok()?.next_multiple_of(64);
        let modulus = Odd::new(BoxedUint::from_be_slice(self.modulus, bits).ok()?).into_option()?;
        let base = BoxedUint::from_be_slice(signature, bits).ok()?;
        let exponent = BoxedUint::from_be_slice(self.exponent, 64).ok()?;
        let opened = BoxedMontyForm::new(base, &BoxedMontyParams::new_vartime(modulus)).pow(&exponent).retrieve();
        let bytes = opened.to_be_bytes();
        bytes.get(bytes.len().checked_sub(self.modulus.len())?..).map(<[u8]>::to_vec)
    }
}

/// `00 01 ff … ff 00 ‖ DigestInfo`.
fn pkcs1(hash: Hash, digest: &[u8], length: usize) -> Option<Vec<u8>> {
    use crate::der::{tag, write};
    let algorithm = write(tag::SEQUENCE, &[&write(tag::OID, &[hash.oid()]), &[5, 0]]);
    let info = write(tag::SEQUENCE, &[&algorithm, &write(tag::OCTETS, &[digest])]);
    let padding = length.checked_sub(info.len() + 3).filter(|n| *n >= 8)?;
    let mut out = vec![0, 1];
    out.resize(2 + padding, 0xff);
    out.push(0);
    out.extend_from_slice(&info);
    Some(out)
}

/// RFC 8017, 9.1.2, with the numbers of its steps.
fn pss(hash: Hash, digest: &[u8], salt_length: usize, (encoded, bits): (&[u8], usize)) -> Option<()> {
    let length = bits.div_ceil(8);
    // A modulus of 8k+1 bits has one leading byte more, which is zero.
    let (lead, encoded) = encoded.split_at_checked(encoded.len().checked_sub(length)?)?;
    let h_length = digest.len();
    let (&trailer, body) = encoded.split_last()?;
    if lead.iter().any(|b| *b != 0) || trailer != 0xbc || length < h_length + salt_length + 2 {
        return None; // 3, 4
    }
    let (masked, h) = body.split_at_checked(body.len().checked_sub(h_length)?)?; // 5
    let unused = 8 * length - bits;
    let top = 0xffu8.checked_shr(u32::try_from(unused).ok()?)?;
    if masked.first()? & !top != 0 {
        return None; // 6
    }
    let mut db: Vec<u8> = masked.iter().zip(mgf1(hash, h, masked.len())).map(|(a, b)| a ^ b).collect(); // 7, 8
    *db.first_mut()? &= top; // 9
    let (padding, salt) = db.split_at_checked(db.len().checked_sub(salt_length)?)?;
    let (&one, zeros) = padding.split_last()?;
    if one != 1 || zeros.iter().any(|b| *b != 0) {
        return None; // 10
    }
    (hash.digest(&[&[0; 8], digest, salt]) == h).then_some(()) // 12 to 14
}

fn mgf1(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for counter in 0u32.. {
        if out.len() >= length {
            break;
        }
        out.extend(hash.digest(&[seed, &counter.to_be_bytes()]));
    }
    out.truncate(length);
    out
}

//! Public keys of certificates, and whether a signature holds under one.

use crate::algorithm::Scheme;
use crate::der::{BadDer, Reader, Value, tag};
use crate::oid;
use crate::rsa::RsaKey;
use p256::ecdsa::signature::hazmat::PrehashVerifier;

/// A public key, as far as its kind is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// RSA.
    Rsa(RsaKey<'a>),
    /// A point on P-256, SEC1.
    P256(&'a [u8]),
    /// A point on P-384, SEC1.
    P384(&'a [u8]),
    /// A point on the curve of SM2, uncompressed.
    Sm2(&'a [u8]),
    /// Another kind; its object identifier.
    Unknown(&'a [u8]),
}

/// What can be said of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not hold, and why.
    Fails(String),
    /// This program cannot tell, and why.
    Unknown(String),
}

impl<'a> Key<'a> {
    /// Reads a SubjectPublicKeyInfo.
    pub fn of(info: &Value<'a>) -> Result<Self, BadDer> {
        let mut inside = info.inside();
        let mut algorithm = inside.sequence("public key")?;
        let kind = algorithm.oid("public key")?;
        let bits = inside.expect(tag::BITS, "public key")?.bits("public key")?;
        Ok(match kind {
            oid::RSA | oid::RSA_PSS => Self::Rsa(rsa(bits)?),
            oid::EC => match algorithm.oid("public key curve")? {
                oid::P256 => Self::P256(bits),
                oid::P384 => Self::P384(bits),
                oid::SM2 => Self::Sm2(bits),
                other => Self::Unknown(other),
            },
            other => Self::Unknown(other),
        })
    }
    /// Whether `signature` holds over the concatenation of `parts`.
    pub fn verify(&self, scheme: Scheme, parts: &[&[u8]], signature: &[u8]) -> Verdict {
        if !scheme.hash().is_sound() {
            return Verdict::Unknown(format!("{} is broken and proves nothing", scheme.hash().as_str()));
        }
        let digest = scheme.hash().digest(parts);
        let holds = match (self, scheme) {
            (Self::Rsa(key), _) if !key.is_usable() => {
                return Verdict::Unknown(format!("an RSA key of {} bits is not relied on here", key.bits()));
            }
            (Self::Rsa(key), Scheme::RsaPkcs1(hash)) => key.verify_pkcs1((hash, &digest), signature),
            (Self::Rsa(key), Scheme::RsaPss(hash, salt)) => key.verify_pss((hash, &digest), salt, signature),
            (Self::P256(point), Scheme::Ecdsa(_)) => p256(point, &digest, signature).is_some(),
            (Self::P384(point), Scheme::Ecdsa(_)) => p384(point, &digest, signature).is_some(),
            (Self::Sm2(point), Scheme::Sm2) => sm2(point, parts, signature).is_some(),
            (Self::Unknown(kind), _) => {
                return Verdict::Unknown(format!("keys of kind {} are not known here", oid::dotted(kind)));
            }
            _ => return Verdict::Fails(format!("{} does not fit the key of the certificate", scheme.text())),
        };
        if holds { Verdict::Holds } else { Verdict::Fails(format!("{} does not hold", scheme.text())) }
    }
}

fn rsa(bits: &[u8]) -> Result<RsaKey<'_>, BadDer> {
    let field = "RSA key";
    let mut inside = Reader::new(bits).sequence(field)?;
    let mut number = || Ok(inside.expect(tag::INTEGER, field)?.body);
    let (modulus, exponent) = (number()?, number()?);
    let plain = |n: &'static str, bytes: &'_ [u8]| {
        if bytes.first().is_none_or(|b| b & 0x80 != 0) { Err(BadDer(n)) } else { Ok(()) }
    };
    plain(field, modulus)?;
    plain(field, exponent)?;
    Ok(RsaKey {
        modulus: modulus.strip_prefix(&[0]).unwrap_or(modulus),
        exponent: exponent.strip_prefix(&[0]).unwrap_or(exponent),
    })
}

fn p256(point: &[u8], digest: &[u8], signature: &[u8]) -> Option<()> {
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?;
    let signature = p256::ecdsa::Signature::from_slice(&pair::<32>(signature)?).ok()?;
    key.verify_prehash(digest, &signature).ok()
}

fn p384(point: &[u8], digest: &[u8], signature: &[u8]) -> Option<()> {
    let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?;
    let signature = p384::ecdsa::Signature::from_slice(&pair::<48>(signature)?).ok()?;
    key.verify_prehash(digest, &signature).ok()
}

fn sm2(point: &[u8], parts: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = proto::PublicKey::from_bytes(point.try_into().ok()?, "certificate").ok()?;
    let signature = proto::Signature(pair::<32>(signature)?.try_into().ok()?);
    key.verify(&parts.concat(), &signature).then_some(())
}

/// `SEQUENCE { r, s }` as `r ‖ s` of fixed width.
fn pair<const N: usize>(signature: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(signature);
    let mut inside = reader.sequence("signature").ok()?;
    reader.end("signature").ok()?;
    let mut out = vec![0; 2 * N];
    for half in out.chunks_exact_mut(N) {
        let value = inside.expect(tag::INTEGER, "signature").ok()?.body;
        let value = value.strip_prefix(&[0]).unwrap_or(value);
        half.get_mut(N.checked_sub(value.len())?..)?.copy_from_slice(value);
    }
    inside.end("signature").ok()?;
    Some(out)
}

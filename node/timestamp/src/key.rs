//! Public keys of certificates, and whether a signature holds under one.

use crate::algorithm::Scheme;
use crate::der::{BadDer, Reader, Value, tag, whole};
use crate::oid;
use crate::rsa::RsaKey;
use crate::strict::natural;
use p256::ecdsa::signature::hazmat::PrehashVerifier;

/// A public key, as far as its kind is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// RSA.
    Rsa(RsaKey<'a>),
    /// A point on P-256, uncompressed.
    P256(&'a [u8]),
    /// A point on P-384, uncompressed.
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
        let field = "public key";
        let mut inside = Reader::new(info.raw).sequence(field)?;
        let mut algorithm = inside.sequence(field)?;
        let kind = algorithm.oid(field)?;
        let bits = inside.any(field)?.bits(field)?;
        inside.end(field)?;
        if kind == oid::RSA || kind == oid::RSA_PSS {
            return Ok(Self::Rsa(rsa(bits)?));
        }
        // A curve that is spelt out instead of named is none that is known.
        let curve = algorithm.oid(field).ok().filter(|_| kind == oid::EC);
        Ok(match (curve, bits) {
            (Some(oid::P256), [4, point @ ..]) if point.len() == 64 => Self::P256(bits),
            (Some(oid::P384), [4, point @ ..]) if point.len() == 96 => Self::P384(bits),
            (Some(oid::SM2), [4, point @ ..]) if point.len() == 64 => Self::Sm2(bits),
            _ => Self::Unknown(curve.unwrap_or(kind)),
        })
    }
    /// Whether `signature` holds over the concatenation of `parts`.
    pub fn verify(&self, scheme: Scheme, parts: &[&[u8]], signature: &[u8]) -> Verdict {
        if !scheme.hash().is_sound() {
            return Verdict::Unknown(format!("{} is broken and proves nothing", scheme.hash().as_str()));
        }
        let digest = scheme.hash().digest(parts);
        let holds = match (self, scheme) {
            (Self::Unknown(kind), _) => {
                return Verdict::Unknown(format!("keys of kind {} are not known here", oid::dotted(kind)));
            }
            (Self::Rsa(key), _) if !key.is_usable() => {
                return Verdict::Unknown(format!("an RSA key of {} bits is not relied on here", key.bits()));
            }
            (Self::Rsa(key), Scheme::RsaPkcs1(hash)) => key.verify_pkcs1((hash, &digest), signature),
            (Self::Rsa(key), Scheme::RsaPss(hash, salt)) => key.verify_pss((hash, &digest), salt, signature),
            (Self::P256(point), Scheme::Ecdsa(_)) => p256(point, &digest, signature).is_some(),
            (Self::P384(point), Scheme::Ecdsa(_)) => p384(point, &digest, signature).is_some(),
            (Self::Sm2(point), Scheme::Sm2) => sm2(point, parts, signature).is_some(),
            _ => return Verdict::Fails(format!("{} does not fit the key of the certificate", scheme.text())),
        };
        if holds { Verdict::Holds } else { Verdict::Fails(format!("{} does not hold", scheme.text())) }
    }
}

fn rsa(bits: &[u8]) -> Result<RsaKey<'_>, BadDer> {
    let field = "RSA key";
    let mut inside = Reader::new(whole(bits, field)?.raw).sequence(field)?;
    let mut number = || natural(inside.expect(tag::INTEGER, field)?.body).ok_or(BadDer(field));
    let (modulus, exponent) = (number()?, number()?);
    inside.end(field)?;
    Ok(RsaKey { modulus, exponent })
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
    let mut inside = Reader::new(whole(signature, "signature").ok()?.raw).sequence("signature").ok()?;
    let mut out = vec![0; 2 * N];
    for half in out.chunks_exact_mut(N) {
        let digits = natural(inside.expect(tag::INTEGER, "signature").ok()?.body)?;
        half.get_mut(N.checked_sub(digits.len())?..)?.copy_from_slice(digits);
    }
    inside.end("signature").ok()?;
    Some(out)
}

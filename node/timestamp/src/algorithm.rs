//! AlgorithmIdentifiers of signatures: which hash, which scheme.

use crate::der::{BadDer, Reader, Value};
use crate::hash::Hash;
use crate::oid;

/// Longest salt of RSASSA-PSS, in bytes.
const SALT_MAX: usize = 512;

/// How a signature is made, as far as it is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS with the length of its salt, in bytes.
    RsaPss(Hash, usize),
    /// ECDSA on the curve of the key.
    Ecdsa(Hash),
    /// SM2 with SM3 and the default user id.
    Sm2,
}

impl Scheme {
    /// The hash below it.
    pub fn hash(self) -> Hash {
        match self {
            Self::RsaPkcs1(hash) | Self::RsaPss(hash, _) | Self::Ecdsa(hash) => hash,
            Self::Sm2 => Hash::Sm3,
        }
    }
    /// Its name.
    pub fn text(self) -> String {
        match self {
            Self::RsaPkcs1(hash) => format!("RSA with {}", hash.as_str()),
            Self::RsaPss(hash, _) => format!("RSA-PSS with {}", hash.as_str()),
            Self::Ecdsa(hash) => format!("ECDSA with {}", hash.as_str()),
            Self::Sm2 => "SM2 with SM3".to_owned(),
        }
    }
    /// Reads an AlgorithmIdentifier of a signature; `None` if it is not known here. Some name only the kind of key, and
    /// the hash stands beside it, as `beside`.
    pub fn of(algorithm: &Value<'_>, beside: Option<Hash>) -> Option<Self> {
        let mut inside = algorithm.inside();
        match inside.oid("algorithm").ok()? {
            oid::RSA => beside.map(Self::RsaPkcs1),
            oid::RSA_PSS => pss(inside).ok().flatten(),
            oid::EC => beside.map(Self::Ecdsa),
            alone => Self::of_oid(alone),
        }
    }
    /// By its object identifier alone, as electronic seals name it; `None` if that does not say all, or is not known here.
    pub fn of_oid(oid: &[u8]) -> Option<Self> {
        match oid {
            oid::RSA_SHA1 => Some(Self::RsaPkcs1(Hash::Sha1)),
            oid::RSA_SHA256 => Some(Self::RsaPkcs1(Hash::Sha256)),
            oid::RSA_SHA384 => Some(Self::RsaPkcs1(Hash::Sha384)),
            oid::RSA_SHA512 => Some(Self::RsaPkcs1(Hash::Sha512)),
            oid::ECDSA_SHA1 => Some(Self::Ecdsa(Hash::Sha1)),
            oid::ECDSA_SHA256 => Some(Self::Ecdsa(Hash::Sha256)),
            oid::ECDSA_SHA384 => Some(Self::Ecdsa(Hash::Sha384)),
            oid::ECDSA_SHA512 => Some(Self::Ecdsa(Hash::Sha512)),
            oid::SM2_SM3 | oid::SM2_SIGN | oid::SM2 => Some(Self::Sm2),
            _ => None,
        }
    }
}

/// The value, if it is an AlgorithmIdentifier: `SEQUENCE { OID, … }`.
pub(crate) fn named<'a>(value: Value<'a>, field: &'static str) -> Result<Value<'a>, BadDer> {
    Reader::new(value.raw).sequence(field)?.oid(field)?;
    Ok(value)
}

/// The hash of an AlgorithmIdentifier, if it is known here.
pub fn hash(algorithm: &Value<'_>) -> Option<Hash> {
    Hash::of_oid(algorithm.inside().oid("digest algorithm").ok()?)
}

/// RSASSA-PSS-params: `[0] hash, [1] mask, [2] salt length, [3] trailer`. Only a mask with the same hash is known.
fn pss(mut after: Reader<'_>) -> Result<Option<Scheme>, BadDer> {
    let field = "RSASSA-PSS parameters";
    let mut inside = after.sequence(field)?;
    after.end(field)?;
    let (mut digest, mut mask, mut salt) = (Some(Hash::Sha1), Some(Hash::Sha1), 20);
    if let Some(v) = inside.optional(0xa0, field)? {
        digest = hash(&named(only(&v, field)?, field)?);
    }
    if let Some(v) = inside.optional(0xa1, field)? {
        let generator = named(only(&v, field)?, field)?;
        let mut generator = generator.inside();
        let known = generator.oid(field)? == oid::MGF1;
        mask = hash(&named(generator.any(field)?, field)?).filter(|_| known);
        generator.end(field)?;
    }
    if let Some(v) = inside.optional(0xa2, field)? {
        salt = only(&v, field)?.number(field)?;
    }
    let trailer = inside.optional(0xa3, field)?.map_or(Ok(1), |v| only(&v, field)?.number(field))?;
    inside.end(field)?;
    let salt = usize::try_from(salt).ok().filter(|n| *n <= SALT_MAX && trailer == 1);
    Ok(digest.zip(salt).filter(|(digest, _)| mask == Some(*digest)).map(|(digest, salt)| Scheme::RsaPss(digest, salt)))
}

/// The one value inside.
fn only<'a>(value: &Value<'a>, field: &'static str) -> Result<Value<'a>, BadDer> {
    let mut inside = value.inside();
    let one = inside.any(field)?;
    inside.end(field)?;
    Ok(one)
}

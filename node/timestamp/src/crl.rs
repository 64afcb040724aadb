//! Lists of revoked certificates (RFC 5280, section 5), as they were kept on the day of the token.
//!
//! A revocation counts from its date on. One for a compromised key counts for all of its life: nobody knows since when the
//! thief could sign.

use crate::algorithm::Scheme;
use crate::certificate::Certificate;
use crate::der::{BadDer, Reader, Value, tag};
use crate::instant::time;
use crate::key::Verdict;
use crate::oid;
use proto::TimeMs;

/// Most entries that are read.
const ENTRIES_MAX: usize = 100_000;
/// CRLReason keyCompromise.
const KEY_COMPROMISE: u8 = 1;
/// CRLReason cACompromise.
const CA_COMPROMISE: u8 = 2;

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList<'a> {
    tbs: &'a [u8],
    algorithm: Value<'a>,
    signature: &'a [u8],
    /// DER of the name of who signed it.
    pub issuer: &'a [u8],
    /// When it was made.
    pub this_update: TimeMs,
    entries: Vec<Entry<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry<'a> {
    serial: &'a [u8],
    at: TimeMs,
    compromised: bool,
}

impl<'a> RevocationList<'a> {
    /// Reads one that is alone in `bytes`.
    pub fn from_der(bytes: &'a [u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(bytes);
        let value = reader.expect(tag::SEQUENCE, "crl")?;
        reader.end("crl")?;
        Self::of(&value)
    }
    /// Reads one.
    pub fn of(value: &Value<'a>) -> Result<Self, BadDer> {
        let field = "crl";
        let mut outer = value.inside();
        let tbs = outer.expect(tag::SEQUENCE, field)?;
        let algorithm = outer.expect(tag::SEQUENCE, field)?;
        let signature = outer.expect(tag::BITS, field)?.bits(field)?;
        let mut inside = tbs.inside();
        inside.optional(tag::INTEGER, field)?;
        if inside.expect(tag::SEQUENCE, field)?.raw != algorithm.raw {
            return Err(BadDer(field));
        }
        let issuer = inside.expect(tag::SEQUENCE, field)?.raw;
        let this_update = time(&inside.any(field)?, field)?;
        for next in [tag::UTC_TIME, tag::TIME] {
            inside.optional(next, field)?;
        }
        let list = inside.optional(tag::SEQUENCE, field)?;
        let list = list.map(|v| v.inside().list(ENTRIES_MAX, field)).transpose()?.unwrap_or_default();
        let entries = list.iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { tbs: tbs.raw, algorithm, signature, issuer, this_update, entries })
    }
    /// Whether the authority `issuer` signed it.
    pub fn is_of(&self, issuer: &Certificate<'_>) -> bool {
        let scheme = Scheme::of(&self.algorithm, None).ok().flatten();
        let signed = |scheme| issuer.key.verify(scheme, &[self.tbs], self.signature) == Verdict::Holds;
        self.issuer == issuer.subject && issuer.may_sign_lists() && scheme.is_some_and(signed)
    }
    /// Whether it says that a certificate must not be relied on at that time.
    pub fn revokes(&self, serial: &[u8], at: TimeMs) -> bool {
        self.entries.iter().any(|e| e.serial == serial && (e.compromised || e.at <= at))
    }
}

fn entry<'a>(value: &Value<'a>) -> Result<Entry<'a>, BadDer> {
    let field = "crl entry";
    let mut inside = value.inside();
    let serial = inside.expect(tag::INTEGER, field)?.body;
    let at = time(&inside.any(field)?, field)?;
    let mut compromised = false;
    if let Some(extensions) = inside.optional(tag::SEQUENCE, field)? {
        for extension in extensions.inside().list(16, field)? {
            let mut inside = extension.inside();
            let is_reason = inside.oid(field)? == oid::CRL_REASON;
            inside.optional(tag::BOOLEAN, field)?;
            let mut value = Reader::new(inside.expect(tag::OCTETS, field)?.body);
            if is_reason {
                let reason = value.any(field)?.body;
                compromised = reason == [KEY_COMPROMISE] || reason == [CA_COMPROMISE];
            }
        }
    }
    Ok(Entry { serial, at, compromised })
}

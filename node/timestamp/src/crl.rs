//! Lists of revoked certificates (RFC 5280, section 5), as they were kept on the day of the token.
//!
//! A revocation counts from its date on. One for a compromised key counts for all of its life: nobody knows since when the
//! thief could sign.

use crate::algorithm::{self, Scheme};
use crate::certificate::Certificate;
use crate::der::{BadDer, Reader, Value, tag, whole};
use crate::extension;
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
        Self::of(&whole(bytes, "crl")?)
    }
    /// Reads one.
    pub fn of(value: &Value<'a>) -> Result<Self, BadDer> {
        let field = "crl";
        let mut outer = Reader::new(value.strict(field)?.raw).sequence(field)?;
        let tbs = outer.expect(tag::SEQUENCE, field)?;
        let algorithm = algorithm::named(outer.any(field)?, field)?;
        let signature = outer.any(field)?.bits(field)?;
        outer.end(field)?;
        let mut inside = tbs.inside();
        inside.optional(tag::INTEGER, field)?;
        if inside.any(field)?.raw != algorithm.raw {
            return Err(BadDer(field));
        }
        let issuer = inside.expect(tag::SEQUENCE, field)?.raw;
        let this_update = time(&inside.any(field)?, field)?;
        let next = inside.optional(tag::UTC_TIME, field)?;
        let next = next.map_or_else(|| inside.optional(tag::TIME, field), |v| Ok(Some(v)))?;
        next.map(|v| time(&v, field)).transpose()?;
        let list = inside.optional(tag::SEQUENCE, field)?;
        inside.optional(tag::CONTEXT_0, field)?;
        inside.end(field)?;
        let list = list.map_or(Ok(Vec::new()), |v| v.inside().list(ENTRIES_MAX, field))?;
        let entries = list.iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { tbs: tbs.raw, algorithm, signature, issuer, this_update, entries })
    }
    /// Whether it names `issuer`. What an authority's key signed against a certificate counts, whatever the authority's
    /// keyUsage says of lists: to pass over a revocation would be worse.
    pub fn names(&self, issuer: &Certificate<'_>) -> bool {
        self.issuer == issuer.subject
    }
    /// Whether the key of `issuer` signed it.
    pub fn verify(&self, issuer: &Certificate<'_>) -> Verdict {
        let unknown = || Verdict::Unknown("the list is signed with an algorithm that is not known here".to_owned());
        let scheme = Scheme::of(&self.algorithm, None);
        scheme.map_or_else(unknown, |scheme| issuer.key.verify(scheme, &[self.tbs], self.signature))
    }
    /// Whether it says that a certificate must not be relied on at that time.
    pub fn revokes(&self, serial: &[u8], at: TimeMs) -> bool {
        self.entries.iter().any(|e| e.serial == serial && (e.compromised || e.at <= at))
    }
}

fn entry<'a>(value: &Value<'a>) -> Result<Entry<'a>, BadDer> {
    let field = "crl entry";
    let mut inside = Reader::new(value.raw).sequence(field)?;
    let serial = inside.expect(tag::INTEGER, field)?.body;
    let at = time(&inside.any(field)?, field)?;
    let extensions = inside.optional(tag::SEQUENCE, field)?;
    inside.end(field)?;
    let extensions = extensions.map_or(Ok(Vec::new()), |v| extension::list(v.inside(), field))?;
    let reason = extensions.iter().find(|e| e.name == oid::CRL_REASON).map(|e| reason(e.value)).transpose()?;
    Ok(Entry { serial, at, compromised: reason.is_some_and(|r| r == [KEY_COMPROMISE] || r == [CA_COMPROMISE]) })
}

fn reason(value: &[u8]) -> Result<&[u8], BadDer> {
    Ok(Reader::new(whole(value, "crl reason")?.raw).expect(tag::ENUMERATED, "crl reason")?.body)
}

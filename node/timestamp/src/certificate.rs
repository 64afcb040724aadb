//! X.509 certificates (RFC 5280), as far as a chain at a moment in the past needs them. Bytes are kept as they came.

use crate::algorithm::{self, Scheme};
use crate::der::{BadDer, Reader, Value, tag, whole};
use crate::extension::{EXTENSIONS_MAX, Extension, list};
use crate::instant::{text, time};
use crate::key::{Key, Verdict};
use crate::oid;
use proto::TimeMs;

/// Bit 5 of keyUsage, as it stands in its first byte.
const KEY_CERT_SIGN: u8 = 0x04;

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate<'a> {
    /// Its whole DER.
    pub raw: &'a [u8],
    /// What its issuer signed.
    tbs: &'a [u8],
    algorithm: Value<'a>,
    signature: &'a [u8],
    /// Number, as its issuer gave it: content of an INTEGER.
    pub serial: &'a [u8],
    /// DER of the issuer's name.
    pub issuer: &'a [u8],
    /// DER of its own name.
    pub subject: &'a [u8],
    /// Valid from.
    pub not_before: TimeMs,
    /// Valid until.
    pub not_after: TimeMs,
    /// Its key.
    pub key: Key<'a>,
    /// What the extensions say.
    pub extensions: Extensions<'a>,
}

/// What is read of the extensions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extensions<'a> {
    /// May sign certificates: basicConstraints.
    pub is_ca: bool,
    /// How many more authorities may follow below it.
    pub path_max: Option<u64>,
    /// First byte of keyUsage, if there is one.
    pub usage: Option<u8>,
    /// Extended key usages, and whether the extension is critical.
    pub extended: Option<(Vec<&'a [u8]>, bool)>,
    /// Key identifier.
    pub key_id: Option<&'a [u8]>,
    /// A critical extension that is not known here.
    pub unknown: Option<&'a [u8]>,
}

impl<'a> Certificate<'a> {
    /// Reads one that is alone in `bytes`.
    pub fn from_der(bytes: &'a [u8]) -> Result<Self, BadDer> {
        Self::of(&whole(bytes, "certificate")?)
    }
    /// Reads one.
    pub fn of(value: &Value<'a>) -> Result<Self, BadDer> {
        let field = "certificate";
        let mut outer = Reader::new(value.strict(field)?.raw).sequence(field)?;
        let tbs = outer.expect(tag::SEQUENCE, field)?;
        let algorithm = algorithm::named(outer.any(field)?, field)?;
        let signature = outer.any(field)?.bits(field)?;
        outer.end(field)?;
        let mut inside = tbs.inside();
        version(&mut inside)?;
        let serial = inside.expect(tag::INTEGER, "certificate serial")?.body;
        // The algorithm stands in the signed part too, so that nobody swaps it outside.
        if inside.any("certificate algorithm")?.raw != algorithm.raw {
            return Err(BadDer("certificate algorithm"));
        }
        let issuer = inside.expect(tag::SEQUENCE, "certificate issuer")?.raw;
        let (not_before, not_after) = validity(inside.sequence("certificate validity")?)?;
        let subject = inside.expect(tag::SEQUENCE, "certificate subject")?.raw;
        let key = Key::of(&inside.expect(tag::SEQUENCE, "public key")?)?;
        let extensions = extensions(inside)?;
        Ok(Self {
            raw: value.raw,
            tbs: tbs.raw,
            algorithm,
            signature,
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            key,
            extensions,
        })
    }
    /// Whether it was valid then.
    pub fn is_valid_at(&self, at: TimeMs) -> bool {
        self.not_before <= at && at <= self.not_after
    }
    /// Whether the key of `issuer` signed it.
    pub fn verify(&self, issuer: &Certificate<'_>) -> Verdict {
        match Scheme::of(&self.algorithm, None) {
            Some(scheme) => issuer.key.verify(scheme, &[self.tbs], self.signature),
            None => Verdict::Unknown("the certificate is signed with an algorithm that is not known here".to_owned()),
        }
    }
    /// Whether it may sign other certificates.
    pub fn may_sign_certificates(&self) -> bool {
        self.extensions.is_ca && self.extensions.usage.is_none_or(|u| u & KEY_CERT_SIGN != 0)
    }
    /// Who it is, in a word.
    pub fn name(&self) -> String {
        display(self.subject)
    }
    /// When it was valid, for people.
    pub fn validity(&self) -> String {
        format!("{} to {}", text(self.not_before), text(self.not_after))
    }
}

fn version(inside: &mut Reader<'_>) -> Result<(), BadDer> {
    let field = "certificate version";
    let Some(holder) = inside.optional(tag::CONTEXT_0, field)? else { return Ok(()) };
    let mut holder = holder.inside();
    holder.expect(tag::INTEGER, field)?;
    holder.end(field)
}

fn validity(mut inside: Reader<'_>) -> Result<(TimeMs, TimeMs), BadDer> {
    let field = "certificate validity";
    let times = (time(&inside.any(field)?, field)?, time(&inside.any(field)?, field)?);
    inside.end(field)?;
    Ok(times)
}

fn extensions(mut after_key: Reader<'_>) -> Result<Extensions<'_>, BadDer> {
    let field = "certificate extensions";
    let mut found = Extensions::default();
    // [1] and [2] are unique identifiers, long out of use.
    after_key.optional(0x81, field)?;
    after_key.optional(0x82, field)?;
    let holder = after_key.optional(0xa3, field)?;
    after_key.end(field)?;
    let Some(holder) = holder else { return Ok(found) };
    let mut holder = holder.inside();
    let all = list(holder.sequence(field)?, field)?;
    holder.end(field)?;
    all.iter().try_for_each(|e| found.read(e))?;
    Ok(found)
}

impl<'a> Extensions<'a> {
    fn read(&mut self, e: &Extension<'a>) -> Result<(), BadDer> {
        match e.name {
            oid::BASIC_CONSTRAINTS => {
                let field = "basicConstraints";
                let mut inside = Reader::new(whole(e.value, field)?.raw).sequence(field)?;
                self.is_ca = inside.optional(tag::BOOLEAN, field)?.is_some_and(|v| v.body == [0xff]);
                self.path_max = inside.optional(tag::INTEGER, field)?.map(|v| v.number(field)).transpose()?;
                inside.end(field)?;
            }
            oid::KEY_USAGE => {
                let bits = whole(e.value, "keyUsage")?;
                if bits.tag != tag::BITS {
                    return Err(BadDer("keyUsage"));
                }
                self.usage = Some(bits.body.get(1).copied().unwrap_or(0));
            }
            oid::EXT_KEY_USAGE => self.extended = Some((uses(e.value)?, e.critical)),
            oid::SUBJECT_KEY_ID => {
                let mut inside = Reader::new(whole(e.value, "subjectKeyIdentifier")?.raw);
                self.key_id = Some(inside.expect(tag::OCTETS, "subjectKeyIdentifier")?.body);
            }
            _ => {}
        }
        let known = [oid::BASIC_CONSTRAINTS, oid::KEY_USAGE, oid::EXT_KEY_USAGE, oid::POLICIES];
        if e.critical && !known.contains(&e.name) {
            self.unknown = Some(e.name);
        }
        Ok(())
    }
}

/// `SEQUENCE OF OID`.
fn uses(value: &[u8]) -> Result<Vec<&[u8]>, BadDer> {
    let field = "extKeyUsage";
    let list = Reader::new(whole(value, field)?.raw).sequence(field)?.list(EXTENSIONS_MAX, field)?;
    list.iter().map(|v| if v.tag == tag::OID { Ok(v.body) } else { Err(BadDer(field)) }).collect()
}

/// The common name of a distinguished name, or its organisation, or nothing.
pub fn display(name: &[u8]) -> String {
    let part = |wanted: &[u8]| attribute(name, wanted);
    part(oid::COMMON_NAME).or_else(|| part(oid::ORGANIZATION)).unwrap_or_else(|| "(without a name)".to_owned())
}

fn attribute(name: &[u8], wanted: &[u8]) -> Option<String> {
    let sets = Reader::new(name).sequence("name").ok()?.list(32, "name").ok()?;
    for set in sets {
        for pair in set.inside().list(8, "name").ok()? {
            let mut inside = pair.inside();
            let found = inside.oid("name").ok()? == wanted;
            let value = inside.any("name").ok()?;
            if found {
                return Some(readable(&value));
            }
        }
    }
    None
}

/// UTF-8 as it is, BMPString from UTF-16; control characters become spaces, so that no name draws on a terminal. At most
/// 128 characters.
pub fn readable(value: &Value<'_>) -> String {
    let text = match value.tag {
        0x1e => {
            let units: Vec<u16> = value.body.chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(value.body).into_owned(),
    };
    text.chars().take(128).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

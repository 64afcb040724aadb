//! X.509 certificates (RFC 5280), as far as a chain at a moment in the past needs them. Bytes are kept as they came.

use crate::algorithm::Scheme;
use crate::der::{BadDer, Reader, Value, tag};
use crate::instant::{text, time};
use crate::key::{Key, Verdict};
use crate::oid;
use proto::TimeMs;

/// Most extensions that are read.
const EXTENSIONS_MAX: usize = 64;
/// Bit 5 of keyUsage, as it stands in its first byte.
const KEY_CERT_SIGN: u8 = 0x04;
/// Bit 6 of keyUsage.
const CRL_SIGN: u8 = 0x02;

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
        let mut reader = Reader::new(bytes);
        let value = reader.any("certificate")?;
        reader.end("certificate")?;
        Self::of(&value)
    }
    /// Reads one.
    pub fn of(value: &Value<'a>) -> Result<Self, BadDer> {
        let field = "certificate";
        if value.tag != tag::SEQUENCE {
            return Err(BadDer(field));
        }
        let mut outer = value.inside();
        let tbs = outer.expect(tag::SEQUENCE, field)?;
        let algorithm = outer.expect(tag::SEQUENCE, field)?;
        let signature = outer.expect(tag::BITS, field)?.bits(field)?;
        outer.end(field)?;
        let mut inside = tbs.inside();
        inside.optional(tag::CONTEXT_0, "certificate version")?;
        let serial = inside.expect(tag::INTEGER, "certificate serial")?.body;
        // The algorithm stands in the signed part too, so that nobody swaps it outside.
        if inside.expect(tag::SEQUENCE, "certificate algorithm")?.raw != algorithm.raw {
            return Err(BadDer("certificate algorithm"));
        }
        let issuer = inside.expect(tag::SEQUENCE, "certificate issuer")?.raw;
        let mut validity = inside.sequence("certificate validity")?;
        let not_before = time(&validity.any("certificate validity")?, "certificate validity")?;
        let not_after = time(&validity.any("certificate validity")?, "certificate validity")?;
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
            Ok(Some(scheme)) => issuer.key.verify(scheme, &[self.tbs], self.signature),
            _ => Verdict::Unknown("the certificate is signed with an algorithm that is not known here".to_owned()),
        }
    }
    /// Whether it may sign other certificates.
    pub fn may_sign_certificates(&self) -> bool {
        self.extensions.is_ca && self.extensions.usage.is_none_or(|u| u & KEY_CERT_SIGN != 0)
    }
    /// Whether it may sign lists of revoked certificates.
    pub fn may_sign_lists(&self) -> bool {
        self.extensions.usage.is_none_or(|u| u & CRL_SIGN != 0)
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

fn extensions(mut after_key: Reader<'_>) -> Result<Extensions<'_>, BadDer> {
    let field = "certificate extensions";
    let mut found = Extensions::default();
    let mut seen: Vec<&[u8]> = Vec::new();
    // [1] and [2] are unique identifiers, long out of use.
    after_key.optional(0x81, field)?;
    after_key.optional(0x82, field)?;
    let Some(list) = after_key.optional(0xa3, field)? else { return Ok(found) };
    for extension in list.inside().sequence(field)?.list(EXTENSIONS_MAX, field)? {
        let mut inside = extension.inside();
        let name = inside.oid(field)?;
        let critical = inside.optional(tag::BOOLEAN, field)?.is_some_and(|v| v.body == [0xff]);
        let value = inside.expect(tag::OCTETS, field)?.inside();
        if seen.contains(&name) {
            return Err(BadDer(field));
        }
        seen.push(name);
        found.read((name, critical), value)?;
    }
    Ok(found)
}

impl<'a> Extensions<'a> {
    fn read(&mut self, (name, critical): (&'a [u8], bool), mut value: Reader<'a>) -> Result<(), BadDer> {
        match name {
            oid::BASIC_CONSTRAINTS => {
                let mut inside = value.sequence("basicConstraints")?;
                self.is_ca = inside.optional(tag::BOOLEAN, "basicConstraints")?.is_some_and(|v| v.body == [0xff]);
                let path = inside.optional(tag::INTEGER, "basicConstraints")?;
                self.path_max = path.map(|v| v.number("basicConstraints")).transpose()?;
            }
            oid::KEY_USAGE => {
                let bits = value.expect(tag::BITS, "keyUsage")?.body;
                self.usage = Some(bits.get(1).copied().unwrap_or(0));
            }
            oid::EXT_KEY_USAGE => {
                let list = value.sequence("extKeyUsage")?.list(EXTENSIONS_MAX, "extKeyUsage")?;
                self.extended = Some((list.iter().map(|v| v.body).collect(), critical));
            }
            oid::SUBJECT_KEY_ID => self.key_id = Some(value.expect(tag::OCTETS, "subjectKeyIdentifier")?.body),
            oid::POLICIES => {}
            _ if critical => self.unknown = Some(name),
            _ => {}
        }
        Ok(())
    }
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

/// UTF-8 as it is, BMPString from UTF-16; control characters become spaces, so that no name draws on a terminal.
fn readable(value: &Value<'_>) -> String {
    let text = match value.tag {
        0x1e => {
            let units: Vec<u16> = value.body.chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(value.body).into_owned(),
    };
    text.chars().take(128).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

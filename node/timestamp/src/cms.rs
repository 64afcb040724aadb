//! CMS SignedData (RFC 5652, GB/T 35275): who signed what, and whether it holds. Trust in certificates is [`crate::chain`]'s.
//!
//! DER only, through and through but for the certificates and lists inside, which are each read by themselves. Signed
//! attributes are hashed as they came, with the tag of a SET.

use crate::algorithm::{self, Scheme, hash};
use crate::certificate::Certificate;
use crate::crl::RevocationList;
use crate::der::{BadDer, Reader, Value, tag};
use crate::instant::time;
use crate::key::Verdict;
use crate::oid;
use proto::TimeMs;

/// Most certificates, lists and signers that are read of each.
const PARTS_MAX: usize = 32;
/// Most attributes of a signer.
const ATTRIBUTES_MAX: usize = 64;

/// A signed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedData<'a> {
    /// Type of what is signed.
    pub content_type: &'a [u8],
    /// What is signed, if it is inside.
    pub content: Option<&'a [u8]>,
    /// Certificates that travel with it. Those that cannot be read are passed over.
    pub certificates: Vec<Certificate<'a>>,
    /// Revocation lists that travel with it.
    pub lists: Vec<RevocationList<'a>>,
    /// Who signed.
    pub signers: Vec<Signer<'a>>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer<'a> {
    named: Named<'a>,
    digest: Value<'a>,
    attributes: Option<Value<'a>>,
    algorithm: Value<'a>,
    signature: &'a [u8],
    unsigned: Option<Value<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named<'a> {
    Issuer { issuer: &'a [u8], serial: &'a [u8] },
    KeyId(&'a [u8]),
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo. `bytes` may go on after it: PDF pads with zeros.
    pub fn from_der(bytes: &'a [u8]) -> Result<Self, BadDer> {
        let mut info = Reader::new(bytes).sequence("ContentInfo")?;
        let kind = info.oid("contentType")?;
        if kind != oid::SIGNED_DATA && kind != oid::SIGNED_DATA_GM {
            return Err(BadDer("contentType"));
        }
        let mut holder = info.expect(tag::CONTEXT_0, "SignedData")?.inside();
        info.end("ContentInfo")?;
        let inside = holder.sequence("SignedData")?;
        holder.end("SignedData")?;
        Self::inside(inside)
    }
    /// Reads a SignedData that stands alone in `bytes`, without the ContentInfo that belongs around it: some programs write
    /// GB/T 35275 so.
    pub fn bare(bytes: &'a [u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(bytes);
        let inside = reader.sequence("SignedData")?;
        reader.end("SignedData")?;
        Self::inside(inside)
    }
    fn inside(mut inside: Reader<'a>) -> Result<Self, BadDer> {
        inside.strict(tag::INTEGER, "version")?;
        inside.strict(tag::SET, "digestAlgorithms")?;
        let (content_type, content) = encapsulated(&inside.strict(tag::SEQUENCE, "encapContentInfo")?)?;
        // One that cannot be read is as good as absent; it must be a value all the same.
        let certificates = optional_list(&mut inside, tag::CONTEXT_0, "certificates")?;
        let lists = optional_list(&mut inside, tag::CONTEXT_1, "crls")?;
        let signers = inside.strict(tag::SET, "signerInfos")?.inside().list(PARTS_MAX, "signerInfos")?;
        inside.end("SignedData")?;
        Ok(Self {
            content_type,
            content,
            certificates: certificates.iter().filter_map(|v| Certificate::of(v).ok()).collect(),
            lists: lists.iter().filter_map(|v| RevocationList::of(v).ok()).collect(),
            signers: signers.iter().map(signer).collect::<Result<_, _>>()?,
        })
    }
    /// The certificate that a signature names, among those inside and `others`.
    pub fn certificate<'c>(
        &'c self,
        signer: &Signer<'_>,
        others: &'c [Certificate<'a>],
    ) -> Option<&'c Certificate<'a>> {
        self.certificates.iter().chain(others).find(|c| signer.names(c))
    }
    /// Whether one of the signatures holds over what is signed: `content` in parts.
    pub fn verify(&self, signer: &Signer<'a>, certificate: &Certificate<'_>, content: &[&[u8]]) -> Verdict {
        signer.verify(self.content_type, certificate, content).unwrap_or_else(|e| Verdict::Fails(e.to_string()))
    }
}

fn encapsulated<'a>(value: &Value<'a>) -> Result<(&'a [u8], Option<&'a [u8]>), BadDer> {
    let (field, mut inside) = ("encapContentInfo", value.inside());
    let content_type = inside.oid(field)?;
    let holder = inside.optional(tag::CONTEXT_0, field)?;
    inside.end(field)?;
    let Some(holder) = holder else { return Ok((content_type, None)) };
    let mut holder = holder.inside();
    let content = holder.expect(tag::OCTETS, "eContent")?.body;
    holder.end("eContent")?;
    Ok((content_type, Some(content)))
}

fn optional_list<'a>(reader: &mut Reader<'a>, tag: u8, field: &'static str) -> Result<Vec<Value<'a>>, BadDer> {
    reader.optional(tag, field)?.map_or(Ok(Vec::new()), |v| v.inside().list(PARTS_MAX, field))
}

fn signer<'a>(value: &Value<'a>) -> Result<Signer<'a>, BadDer> {
    let mut inside = Reader::new(value.raw).sequence("signer")?;
    inside.expect(tag::INTEGER, "signer version")?;
    let named = named(&inside.any("signer id")?)?;
    let digest = algorithm::named(inside.any("signer digest")?, "signer digest")?;
    let attributes = inside.optional(tag::CONTEXT_0, "signed attributes")?;
    let algorithm = algorithm::named(inside.any("signature algorithm")?, "signature algorithm")?;
    let signature = inside.expect(tag::OCTETS, "signature")?.body;
    let unsigned = inside.optional(tag::CONTEXT_1, "unsigned attributes")?;
    inside.end("signer")?;
    attributes.iter().chain(&unsigned).try_for_each(well_formed)?;
    Ok(Signer { named, digest, attributes, algorithm, signature, unsigned })
}

fn named<'a>(id: &Value<'a>) -> Result<Named<'a>, BadDer> {
    let field = "signer id";
    match id.tag {
        tag::SEQUENCE => {
            let mut id = id.inside();
            let issuer = id.expect(tag::SEQUENCE, field)?.raw;
            let serial = id.expect(tag::INTEGER, field)?.body;
            id.end(field)?;
            Ok(Named::Issuer { issuer, serial })
        }
        0x80 => Ok(Named::KeyId(id.body)),
        _ => Err(BadDer(field)),
    }
}

/// Attributes are each `SEQUENCE { OID, SET }`.
fn well_formed(attributes: &Value<'_>) -> Result<(), BadDer> {
    let field = "attributes";
    for attribute in attributes.inside().list(ATTRIBUTES_MAX, field)? {
        let mut inside = Reader::new(attribute.raw).sequence(field)?;
        inside.oid(field)?;
        inside.expect(tag::SET, field)?;
        inside.end(field)?;
    }
    Ok(())
}

impl<'a> Signer<'a> {
    /// Whether it names that certificate.
    pub fn names(&self, c: &Certificate<'_>) -> bool {
        match self.named {
            Named::Issuer { issuer, serial } => issuer == c.issuer && serial == c.serial,
            Named::KeyId(id) => c.extensions.key_id == Some(id),
        }
    }
    /// The signature itself: what a time-stamp over it is about.
    pub fn signature(&self) -> &'a [u8] {
        self.signature
    }
    /// The only value of a signed attribute; `None` if there is none.
    pub fn attribute(&self, wanted: &[u8]) -> Result<Option<Value<'a>>, BadDer> {
        single(self.attributes.as_ref(), wanted)
    }
    /// The only value of an unsigned attribute; `None` if there is none.
    pub fn unsigned(&self, wanted: &[u8]) -> Result<Option<Value<'a>>, BadDer> {
        single(self.unsigned.as_ref(), wanted)
    }
    /// The time that the signer claims to have signed at.
    pub fn claimed_time(&self) -> Option<TimeMs> {
        let value = self.attribute(oid::SIGNING_TIME).ok()??;
        time(&value, "signingTime").ok()
    }
    /// Whether it signs attributes, and by them the content, and not the content itself.
    pub fn has_attributes(&self) -> bool {
        self.attributes.is_some()
    }
    /// How it is signed, for people.
    pub fn scheme(&self) -> String {
        let scheme = hash(&self.digest).and_then(|h| Scheme::of(&self.algorithm, Some(h)));
        scheme.map_or_else(|| "an unknown algorithm".to_owned(), Scheme::text)
    }
    fn verify(&self, content_type: &[u8], c: &Certificate<'_>, content: &[&[u8]]) -> Result<Verdict, BadDer> {
        let unknown = |what: &str| Ok(Verdict::Unknown(format!("{what} is not known here")));
        let Some(digest) = hash(&self.digest) else { return unknown("the digest algorithm") };
        let Some(scheme) = Scheme::of(&self.algorithm, Some(digest)) else {
            return unknown("the signature algorithm");
        };
        let Some(attributes) = &self.attributes else {
            return Ok(c.key.verify(scheme, content, self.signature));
        };
        if let Some(broken) = [digest, scheme.hash()].into_iter().find(|hash| !hash.is_sound()) {
            return Ok(Verdict::Unknown(format!("{} is broken and proves nothing", broken.as_str())));
        }
        if self.attribute(oid::CONTENT_TYPE)?.is_none_or(|v| v.tag != tag::OID || v.body != content_type) {
            return Ok(Verdict::Fails("the signed content type is another one".to_owned()));
        }
        let signed = self.attribute(oid::MESSAGE_DIGEST)?;
        if signed.is_none_or(|v| v.tag != tag::OCTETS || v.body != digest.digest(content)) {
            return Ok(Verdict::Fails("the signed digest is of other content".to_owned()));
        }
        let rest = attributes.raw.get(1..).unwrap_or_default();
        Ok(c.key.verify(scheme, &[&[tag::SET], rest], self.signature))
    }
}

fn single<'a>(attributes: Option<&Value<'a>>, wanted: &[u8]) -> Result<Option<Value<'a>>, BadDer> {
    let field = "attributes";
    let Some(set) = attributes else { return Ok(None) };
    let mut found = None;
    for attribute in set.inside().list(ATTRIBUTES_MAX, field)? {
        let mut inside = attribute.inside();
        if inside.oid(field)? == wanted {
            let mut values = inside.expect(tag::SET, field)?.inside();
            let value = values.any(field)?;
            values.end(field)?;
            if found.replace(value).is_some() {
                return Err(BadDer(field));
            }
        }
    }
    Ok(found)
}

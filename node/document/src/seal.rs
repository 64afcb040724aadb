//! Electronic seals, `SESeal`: GB/T 38540-2020, section 6, and the older layout of GM/T 0031-2014. Who may use it, from when
//! until when, and whether its maker signed it.
//!
//! The picture is not looked at, and neither is data of the maker's own (`extDatas`): they are signed, no more is said.

use proto::TimeMs;
use timestamp::algorithm::Scheme;
use timestamp::certificate::{Certificate, readable};
use timestamp::der::{BadDer, Reader, Value, tag, write};
use timestamp::{Hash, Verdict, instant, oid};

/// IA5String.
pub const IA5: u8 = 0x16;
/// UTF8String.
const UTF8: u8 = 0x0c;
/// PrintableString.
const PRINTABLE: u8 = 0x13;
/// Most certificates that a seal names.
const USERS_MAX: usize = 1024;

/// How the parts of a seal, and of a signature with it, are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// GM/T 0031-2014: versions 1 to 3.
    Older,
    /// GB/T 38540-2020: version 4; version 5 is laid out in the same way.
    Current,
}

impl Layout {
    /// Whether a version is laid out so.
    pub fn has(self, version: u64) -> bool {
        match self {
            Self::Older => (1..=3).contains(&version),
            Self::Current => (4..=5).contains(&version),
        }
    }
}

/// A seal, read but not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal<'a> {
    /// Its whole DER: what a file with the seal holds.
    pub raw: &'a [u8],
    /// Its layout's version.
    pub version: u64,
    /// Name, for people.
    pub name: String,
    /// May be used from then.
    pub from: TimeMs,
    /// May be used until then.
    pub until: TimeMs,
    /// Who made it.
    pub maker: Certificate<'a>,
    users: Users<'a>,
    signed: Signed<'a>,
}

/// Whose certificates may be used with it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Users<'a> {
    Certificates(Vec<&'a [u8]>),
    Digests(Vec<&'a [u8]>),
}

/// What the maker signed, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signed<'a> {
    info: Value<'a>,
    certificate: Value<'a>,
    algorithm: Value<'a>,
    signature: &'a [u8],
}

/// What is read of `SES_SealInfo`.
struct Info<'a> {
    version: u64,
    name: String,
    users: Users<'a>,
    from: TimeMs,
    until: TimeMs,
}

impl<'a> Seal<'a> {
    /// Reads one; its bytes were found to be DER already.
    pub fn of(value: &Value<'a>, layout: Layout) -> Result<Self, BadDer> {
        let field = "eseal";
        let mut outer = Reader::new(value.raw).sequence(field)?;
        let info = outer.expect(tag::SEQUENCE, "eSealInfo")?;
        let signed = match layout {
            Layout::Older => {
                let mut by = outer.sequence("signInfo")?;
                let signed = signed(info, &mut by)?;
                by.end("signInfo")?;
                signed
            }
            Layout::Current => {
                let signed = signed(info, &mut outer)?;
                outer.optional(tag::CONTEXT_0, "time-stamp of the seal")?;
                signed
            }
        };
        outer.end(field)?;
        let maker = Certificate::from_der(signed.certificate.body)?;
        let Info { version, name, users, from, until } = info_of(info, layout)?;
        Ok(Self { raw: value.raw, version, name, from, until, maker, users, signed })
    }
    /// Whether its maker signed it. Programs differ in what the maker signs: the information alone, or together with the
    /// certificate and the algorithm; both cover all that is read here.
    pub fn verify(&self) -> Verdict {
        let Signed { info, certificate, algorithm, signature } = self.signed;
        let Some(scheme) = Scheme::of_oid(algorithm.body) else {
            let algorithm = oid::dotted(algorithm.body);
            return Verdict::Unknown(format!("the seal is signed with {algorithm}, which is not known here"));
        };
        let together = write(tag::SEQUENCE, &[info.raw, certificate.raw, algorithm.raw]);
        let verify = |signed: &[u8]| self.maker.key.verify(scheme, &[signed], signature);
        match verify(info.raw) {
            Verdict::Fails(_) => match verify(&together) {
                Verdict::Fails(why) => Verdict::Fails(format!("`{}` did not make this seal: {why}", self.maker.name())),
                other => other,
            },
            other => other,
        }
    }
    /// Whether it may be used with this certificate.
    pub fn admits(&self, certificate: &Certificate<'_>) -> bool {
        let digests = [Hash::Sm3, Hash::Sha256].map(|hash| hash.digest(&[certificate.raw]));
        match &self.users {
            Users::Certificates(list) => list.contains(&certificate.raw),
            Users::Digests(list) => list.iter().any(|d| digests.iter().any(|own| own == d)),
        }
    }
    /// Whether it might be used then.
    pub fn is_valid_at(&self, at: TimeMs) -> bool {
        self.from <= at && at <= self.until
    }
    /// When it might be used, for people.
    pub fn validity(&self) -> String {
        format!("{} to {}", instant::text(self.from), instant::text(self.until))
    }
}

/// Certificate, algorithm and signature of the maker, behind what they sign.
fn signed<'a>(info: Value<'a>, by: &mut Reader<'a>) -> Result<Signed<'a>, BadDer> {
    let certificate = by.expect(tag::OCTETS, "certificate of the seal's maker")?;
    let algorithm = by.expect(tag::OID, "signature algorithm of the seal")?;
    let signature = by.any("signature of the seal")?.bits("signature of the seal")?;
    Ok(Signed { info, certificate, algorithm, signature })
}

fn info_of<'a>(info: Value<'a>, layout: Layout) -> Result<Info<'a>, BadDer> {
    let field = "eSealInfo";
    let mut inside = info.inside();
    let version = header(inside.sequence("seal header")?)?;
    inside.expect(IA5, "esID")?;
    let property = inside.sequence("seal property")?;
    inside.expect(tag::SEQUENCE, "seal picture")?;
    extensions(&mut inside, field)?;
    let (name, users, [from, until]) = property_of(property, layout)?;
    Ok(Info { version, name, users, from, until })
}

/// `extDatas [0]`; some programs write it without the tag.
pub fn extensions(inside: &mut Reader<'_>, field: &'static str) -> Result<(), BadDer> {
    if inside.optional(tag::CONTEXT_0, field)?.is_none() {
        inside.optional(tag::SEQUENCE, field)?;
    }
    inside.end(field)
}

/// `SES_Header`: `ES`, version, vendor.
fn header(mut inside: Reader<'_>) -> Result<u64, BadDer> {
    let field = "seal header";
    if inside.expect(IA5, field)?.body != b"ES" {
        return Err(BadDer(field));
    }
    let version = inside.any(field)?.number(field)?;
    inside.expect(IA5, field)?;
    inside.end(field)?;
    Ok(version)
}

/// `SES_ESPropertyInfo`: type, name, users, made, from, until.
fn property_of(mut inside: Reader<'_>, layout: Layout) -> Result<(String, Users<'_>, [TimeMs; 2]), BadDer> {
    let field = "seal property";
    inside.expect(tag::INTEGER, field)?;
    let name = readable(&inside.expect(UTF8, "seal name")?);
    let kind = match layout {
        Layout::Older => 1,
        Layout::Current => inside.any("certListType")?.number("certListType")?,
    };
    let list = inside.sequence("certList")?.list(USERS_MAX, "certList")?;
    let users = match kind {
        1 => Users::Certificates(list.iter().map(octets).collect::<Result<_, _>>()?),
        2 => Users::Digests(list.iter().map(digest).collect::<Result<_, _>>()?),
        _ => return Err(BadDer("certListType")),
    };
    let mut time = |field| instant::time(&inside.any(field)?, field);
    time("createDate")?;
    let times = [time("validStart")?, time("validEnd")?];
    inside.end(field)?;
    Ok((name, users, times))
}

fn octets<'a>(value: &Value<'a>) -> Result<&'a [u8], BadDer> {
    if value.tag == tag::OCTETS { Ok(value.body) } else { Err(BadDer("certList")) }
}

/// `SEQUENCE { type PrintableString, value OCTET STRING }`; the type is whatever the maker calls it.
fn digest<'a>(value: &Value<'a>) -> Result<&'a [u8], BadDer> {
    let field = "certDigestList";
    let mut inside = Reader::new(value.raw).sequence(field)?;
    inside.expect(PRINTABLE, field)?;
    let digest = inside.expect(tag::OCTETS, field)?.body;
    inside.end(field)?;
    Ok(digest)
}

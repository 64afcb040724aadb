//! TimeStampResp and TimeStampToken (RFC 3161, 2.4.2): what an authority answered.

use crate::algorithm;
use crate::cms::{SignedData, Signer};
use crate::der::{BadDer, Reader, Value, tag, whole};
use crate::extension::list;
use crate::hash::Hash;
use crate::instant::{resolution_ms, time};
use crate::oid;
use proto::TimeMs;

/// Most bytes of an answer.
pub const RESPONSE_BYTES_MAX: usize = 256 << 10;

/// Why an answer is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoToken {
    /// It cannot be read.
    #[error(transparent)]
    Der(#[from] BadDer),
    /// The authority refused.
    #[error("the authority refused: status {status}{text}")]
    Refused {
        /// PKIStatus.
        status: u64,
        /// What it said, if anything.
        text: String,
    },
    /// Longer than is read.
    #[error("the answer is longer than {RESPONSE_BYTES_MAX} bytes")]
    TooLong,
}

/// A token, read but not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// The signed message around it.
    pub signed: SignedData<'a>,
    /// What it says.
    pub info: TstInfo<'a>,
}

/// TSTInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TstInfo<'a> {
    /// Policy of the authority, an object identifier.
    pub policy: &'a [u8],
    /// Which hash the imprint is of; `None` if it is not known here.
    pub hash: Option<Hash>,
    /// Digest of what existed then.
    pub imprint: &'a [u8],
    /// Serial number, content of an INTEGER.
    pub serial: &'a [u8],
    /// The time.
    pub gen_time: TimeMs,
    /// The step of the clock as it is written, in milliseconds: a time without a fraction names a whole second.
    pub resolution_ms: u64,
    /// How exact it is, in milliseconds; `None` if the authority does not say.
    pub accuracy_ms: Option<u64>,
    /// Nonce of the request, content of an INTEGER.
    pub nonce: Option<&'a [u8]>,
    /// Whether it has no critical extension: none is known here.
    pub is_understood: bool,
}

impl<'a> Token<'a> {
    /// Reads a TimeStampResp, or the token alone.
    pub fn from_der(bytes: &'a [u8]) -> Result<Self, NoToken> {
        if bytes.len() > RESPONSE_BYTES_MAX {
            return Err(NoToken::TooLong);
        }
        let mut reader = Reader::new(bytes);
        let outer = reader.expect(tag::SEQUENCE, "TimeStampResp")?;
        reader.end("TimeStampResp")?;
        let token = match outer.inside().any("TimeStampResp")? {
            first if first.tag == tag::OID => outer,
            _ => granted(outer.inside())?,
        };
        let signed = SignedData::from_der(token.raw)?;
        if signed.content_type != oid::TST_INFO {
            return Err(BadDer("TSTInfo").into());
        }
        if signed.signers.len() != 1 || !signed.signers.iter().all(Signer::has_attributes) {
            return Err(BadDer("signerInfos").into());
        }
        let info = TstInfo::of(signed.content.ok_or(BadDer("TSTInfo"))?)?;
        Ok(Self { signed, info })
    }
}

/// PKIStatus 0 (granted) and 1 (granted with modifications) come with a token.
fn granted(mut outer: Reader<'_>) -> Result<Value<'_>, NoToken> {
    let mut inside = outer.strict(tag::SEQUENCE, "PKIStatusInfo")?.inside();
    let number = inside.expect(tag::INTEGER, "PKIStatus")?.number("PKIStatus")?;
    if number > 1 {
        let said = inside.optional(tag::SEQUENCE, "PKIStatusInfo")?;
        let first = said.and_then(|v| v.inside().any("PKIStatusInfo").ok());
        let clean = |v: Value<'_>| {
            let text = String::from_utf8_lossy(v.body).into_owned();
            format!(", `{}`", text.chars().take(200).filter(|c| !c.is_control()).collect::<String>())
        };
        return Err(NoToken::Refused { status: number, text: first.map_or_else(String::new, clean) });
    }
    let token = outer.expect(tag::SEQUENCE, "timeStampToken")?;
    outer.end("TimeStampResp")?;
    Ok(token)
}

impl<'a> TstInfo<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, BadDer> {
        let mut inside = Reader::new(whole(bytes, "TSTInfo")?.raw).sequence("TSTInfo")?;
        if inside.any("TSTInfo version")?.number("TSTInfo version")? != 1 {
            return Err(BadDer("TSTInfo version"));
        }
        let policy = inside.oid("TSTInfo policy")?;
        let (hash, imprint) = imprint(inside.sequence("messageImprint")?)?;
        let serial = inside.expect(tag::INTEGER, "TSTInfo serial")?.body;
        let written = inside.expect(tag::TIME, "genTime")?;
        let gen_time = time(&written, "genTime")?;
        let resolution_ms = resolution_ms(&String::from_utf8_lossy(written.body));
        let accuracy = inside.optional(tag::SEQUENCE, "accuracy")?;
        let accuracy_ms = accuracy.map(|v| millis(v.inside())).transpose()?;
        inside.optional(tag::BOOLEAN, "ordering")?;
        let nonce = inside.optional(tag::INTEGER, "nonce")?.map(|v| v.body);
        inside.optional(tag::CONTEXT_0, "tsa")?;
        let extensions = inside.optional(tag::CONTEXT_1, "TSTInfo extensions")?;
        let extensions = extensions.map_or(Ok(Vec::new()), |v| list(v.inside(), "TSTInfo extensions"))?;
        inside.end("TSTInfo")?;
        let is_understood = extensions.iter().all(|e| !e.critical);
        Ok(Self { policy, hash, imprint, serial, gen_time, resolution_ms, accuracy_ms, nonce, is_understood })
    }
    /// The latest moment that it can mean: its accuracy later, and not before the step of its clock is over.
    pub fn latest(&self) -> TimeMs {
        let inexact = self.accuracy_ms.unwrap_or(0).max(self.resolution_ms);
        TimeMs(self.gen_time.0.saturating_add(inexact))
    }
    /// Whether it answers a request with that nonce.
    pub fn answers(&self, nonce: u64) -> bool {
        let bytes = self.nonce.map(|n| n.strip_prefix(&[0]).unwrap_or(n));
        let wanted = nonce.to_be_bytes();
        let wanted = wanted.get(nonce.leading_zeros() as usize / 8..).unwrap_or_default();
        bytes.is_some_and(|b| b == wanted || (nonce == 0 && b.is_empty()))
    }
}

fn imprint(mut inside: Reader<'_>) -> Result<(Option<Hash>, &[u8]), BadDer> {
    let field = "messageImprint";
    let hash = algorithm::hash(&algorithm::named(inside.any(field)?, field)?);
    let imprint = inside.expect(tag::OCTETS, field)?.body;
    inside.end(field)?;
    Ok((hash, imprint))
}

/// `SEQUENCE { seconds, [0] millis, [1] micros }`, rounded up.
fn millis(mut inside: Reader<'_>) -> Result<u64, BadDer> {
    let field = "accuracy";
    let seconds = inside.optional(tag::INTEGER, field)?.map_or(Ok(0), |v| v.number(field))?;
    let mut part = |tag| inside.optional(tag, field)?.map_or(Ok(0), |v| v.implicit_number(field));
    let (millis, micros): (u64, u64) = (part(0x80)?, part(0x81)?);
    inside.end(field)?;
    Ok(seconds.saturating_mul(1000).saturating_add(millis).saturating_add(micros.div_ceil(1000)))
}

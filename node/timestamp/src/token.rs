//! TimeStampResp and TimeStampToken (RFC 3161, 2.4.2): what an authority answered.

use crate::cms::SignedData;
use crate::der::{BadDer, Reader, Value, tag};
use crate::hash::Hash;
use crate::instant::time;
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
    /// How exact it is, in milliseconds; `None` if the authority does not say.
    pub accuracy_ms: Option<u64>,
    /// Nonce of the request, content of an INTEGER.
    pub nonce: Option<&'a [u8]>,
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
            status => granted(&status, outer.inside())?,
        };
        let signed = SignedData::from_der(token.raw)?;
        if signed.content_type != oid::TST_INFO {
            return Err(BadDer("TSTInfo").into());
        }
        let info = TstInfo::of(signed.content.ok_or(BadDer("TSTInfo"))?)?;
        Ok(Self { signed, info })
    }
}

/// PKIStatus 0 (granted) and 1 (granted with modifications) come with a token.
fn granted<'a>(status: &Value<'a>, mut outer: Reader<'a>) -> Result<Value<'a>, NoToken> {
    let mut inside = status.inside();
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
    outer.any("PKIStatusInfo")?;
    Ok(outer.expect(tag::SEQUENCE, "timeStampToken")?)
}

impl<'a> TstInfo<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(bytes);
        let mut inside = reader.sequence("TSTInfo")?;
        reader.end("TSTInfo")?;
        if inside.expect(tag::INTEGER, "TSTInfo version")?.number("TSTInfo version")? != 1 {
            return Err(BadDer("TSTInfo version"));
        }
        let policy = inside.oid("TSTInfo policy")?;
        let mut message = inside.sequence("messageImprint")?;
        let hash = crate::algorithm::hash(&message.expect(tag::SEQUENCE, "messageImprint")?)?;
        let imprint = message.expect(tag::OCTETS, "messageImprint")?.body;
        let serial = inside.expect(tag::INTEGER, "TSTInfo serial")?.body;
        let gen_time = inside.expect(tag::TIME, "genTime")?;
        let gen_time = time(&gen_time, "genTime")?;
        let accuracy = inside.optional(tag::SEQUENCE, "accuracy")?;
        let accuracy_ms = accuracy.map(|v| millis(v.inside())).transpose()?;
        inside.optional(tag::BOOLEAN, "ordering")?;
        let nonce = inside.optional(tag::INTEGER, "nonce")?.map(|v| v.body);
        Ok(Self { policy, hash, imprint, serial, gen_time, accuracy_ms, nonce })
    }
    /// Whether it answers a request with that nonce.
    pub fn answers(&self, nonce: u64) -> bool {
        let bytes = self.nonce.map(|n| n.strip_prefix(&[0]).unwrap_or(n));
        let wanted = nonce.to_be_bytes();
        let wanted = wanted.get(nonce.leading_zeros() as usize / 8..).unwrap_or_default();
        bytes.is_some_and(|b| b == wanted || (nonce == 0 && b.is_empty()))
    }
}

/// `SEQUENCE { seconds, [0] millis, [1] micros }`, rounded up.
fn millis(mut inside: Reader<'_>) -> Result<u64, BadDer> {
    let field = "accuracy";
    let seconds = inside.optional(tag::INTEGER, field)?.map(|v| v.number(field)).transpose()?.unwrap_or(0);
    let mut part = |tag| -> Result<u64, BadDer> {
        let value = inside.optional(tag, field)?;
        value.map_or(Ok(0), |v| Value { tag: tag::INTEGER, ..v }.number(field))
    };
    let (millis, micros) = (part(0x80)?, part(0x81)?);
    Ok(seconds.saturating_mul(1000).saturating_add(millis).saturating_add(micros.div_ceil(1000)))
}

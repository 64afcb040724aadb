//! The document that was laid before the exporter: not the file itself, but which bytes it had, by the digest that the event
//! names. What it was called, and of which kind it is, is the exporter's word: the ledger does not hold it.

use crate::code;
use crate::verify::{Case, check};
use proto::{Body, Canonical, Check, Decoder, Digest, Encoder, Malformed};

/// Longest name of a file, in bytes.
const NAME_MAX: usize = 256;
/// Longest media type, in bytes.
const MEDIA_TYPE_MAX: usize = 128;

/// By which function a document's digest was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum DocumentHash {
    /// GB/T 32905.
    Sm3 = 1,
    /// FIPS 180-4.
    Sha256 = 2,
}

impl DocumentHash {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Sm3, Self::Sha256];

    /// Its name for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sm3 => "SM3",
            Self::Sha256 => "SHA-256",
        }
    }
    /// The digest of a document's bytes.
    pub fn of(self, bytes: &[u8]) -> Digest {
        match self {
            Self::Sm3 => Digest::sm3(bytes),
            Self::Sha256 => Digest::sha256(&[bytes]),
        }
    }
}

/// A document that somebody had at hand when the package was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Presented {
    /// What the file was called, without folders.
    pub name: String,
    /// Of which kind it is said to be, such as `application/pdf`.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// How its digest was made.
    pub hash: DocumentHash,
    /// Its digest.
    pub digest: Digest,
}

impl Presented {
    /// The description of these bytes by the hash with which the event of `body` names them; `None` if it does not name them.
    pub fn of(body: &Body, (name, media_type): (&str, &str), bytes: &[u8]) -> Option<Self> {
        let hash = DocumentHash::ALL.into_iter().find(|hash| body.document() == Some(&hash.of(bytes)))?;
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        Some(Self { name, media_type, size: bytes.len() as u64, hash, digest: hash.of(bytes) })
    }
}

/// `DOCUMENT`, where a document was presented.
pub(crate) fn checks(case: &Case<'_>) -> Option<Check> {
    let presented = case.dossier.document.as_ref()?;
    let body = &case.dossier.event.transaction.draft.body;
    let named = body.document() == Some(&presented.digest);
    let sized = !matches!(body, Body::Anchor { size, .. } if *size != presented.size);
    let Presented { name, size, hash, .. } = presented;
    let detail = match (named, sized) {
        (true, true) => {
            let word = "the name and kind are the maker's word";
            format!("`{name}`, {size} bytes: its {} is what the event names; {word}", hash.as_str())
        }
        (true, false) => format!("`{name}` is said to have {size} bytes, which is not what the event says"),
        (false, _) => format!("`{name}` is not the document that the event names"),
    };
    Some(check(code::DOCUMENT, named && sized, detail))
}

impl Canonical for Presented {
    const TAG: &'static str = "chirograph/presented-document";

    fn encode_body(&self, e: &mut Encoder) {
        e.text(&self.name).text(&self.media_type).u64(self.size).u8(self.hash as u8).digest(&self.digest);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let (name, media_type) = (d.text(NAME_MAX, "document.name")?, d.text(MEDIA_TYPE_MAX, "document.media_type")?);
        let (size, hash) = (d.u64("document.size")?, d.u8("document.hash")?);
        let unknown = Malformed::Unknown { field: "document.hash", value: hash.into() };
        let hash = DocumentHash::ALL.into_iter().find(|h| *h as u8 == hash).ok_or(unknown)?;
        Ok(Self { name, media_type, size, hash, digest: d.digest("document.digest")? })
    }
}

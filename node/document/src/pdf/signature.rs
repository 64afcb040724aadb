//! The signatures of a PDF (ISO 32000-1, 12.8): every one that any revision holds, and what each covers.
//!
//! A signature dictionary counts wherever a cross-reference of any revision leads to it, so that a later update cannot hide
//! it. The gap that its byte range leaves must be exactly its own `/Contents`: in a wider one, other content hides.

use super::Pdf;
use super::object::{Dict, Lexer, Object};
use super::revision::ending_at;
use super::xref::Place;
use crate::trust::{Trusted, trusted};
use proto::{Outcome, TimeMs};
use timestamp::cms::SignedData;
use timestamp::{Hash, Token, Verdict, oid};

/// Most places that are looked at for a signature.
const PLACES_MAX: usize = 4096;
/// Most signatures that are looked at.
const SIGNATURES_MAX: usize = 256;

/// A signature as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `[from, length, from, length]`.
    pub range: [usize; 4],
    /// The CMS message, with the zeros behind it.
    pub contents: Vec<u8>,
    /// `SubFilter`.
    pub format: String,
    /// Whether the gap in the range is exactly the contents.
    pub gap_is_contents: bool,
}

/// What can be said of one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Whether it holds over what it covers.
    pub outcome: Outcome,
    /// Why, in a sentence.
    pub detail: String,
    /// `SubFilter` of the PDF, or the method of the OFD.
    pub format: String,
    /// Name in the signer's certificate.
    pub signer: Option<String>,
    /// The time that the signer claims.
    pub claimed_time: Option<TimeMs>,
    /// The time of a time-stamp over it, or of itself if it is one.
    pub stamped_time: Option<TimeMs>,
    /// Whether it is a time-stamp over the document and no person's signature.
    pub is_time_stamp: bool,
    /// The revision that it covers whole, from 0; `None`: it leaves bytes out.
    pub revision: Option<usize>,
    /// Whether its certificate leads to a trusted root.
    pub trust: Trusted,
}

/// All signatures of a file in the order of what they cover.
pub fn find(pdf: &Pdf<'_>) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    let word = b"/ByteRange";
    let begins = begins(pdf);
    let mut from = 0;
    for _ in 0..PLACES_MAX {
        let found = pdf.file.get(from..).and_then(|r| r.windows(word.len()).position(|w| w == word));
        let Some(at) = found.map(|at| from + at) else { break };
        from = at + word.len();
        if let Some(found) = object_around(&begins, at).and_then(|begin| read(pdf, begin, at))
            && !out.contains(&found)
            && out.len() < SIGNATURES_MAX
        {
            out.push(found);
        }
    }
    out.sort_by_key(|f| f.range[2].saturating_add(f.range[3]));
    out
}

/// Where objects begin by the cross-references of any revision, in order.
fn begins(pdf: &Pdf<'_>) -> Vec<usize> {
    let places = pdf.sections.iter().flat_map(|s| s.places.values());
    let mut all: Vec<usize> = places.filter_map(|p| if let Place::At(at, _) = p { Some(*at) } else { None }).collect();
    all.sort_unstable();
    all
}

/// Where the object begins that holds the byte at `at`.
fn object_around(begins: &[usize], at: usize) -> Option<usize> {
    begins.get(begins.partition_point(|begin| *begin < at).checked_sub(1)?).copied()
}

fn read(pdf: &Pdf<'_>, begin: usize, at: usize) -> Option<Found> {
    let mut lexer = Lexer::new(pdf.file, begin);
    lexer.head()?;
    let object = lexer.object()?;
    let end = lexer.at;
    let dict = signature_in(object.dict()?, 0).filter(|_| at < end)?;
    let numbers: Vec<usize> = dict.get("ByteRange")?.array()?.iter().map(Object::number).collect::<Option<_>>()?;
    let range: [usize; 4] = numbers.try_into().ok()?;
    let contents = dict.get("Contents")?.text()?.to_vec();
    let format = if let Some(Object::Name(n)) = dict.get("SubFilter") {
        String::from_utf8_lossy(n).into_owned()
    } else {
        String::new()
    };
    let gap = range[0].checked_add(range[1]).zip(Some(range[2])).filter(|(a, b)| begin < *a && *b <= end);
    let gap = gap.and_then(|(a, b)| Some((pdf.file.get(a..b)?, a)));
    let gap_is_contents = gap.is_some_and(|(bytes, a)| {
        let mut lexer = Lexer::new(pdf.file, a);
        let is = lexer.object().is_some_and(|o| o.text() == Some(&contents[..]));
        bytes.first() == Some(&b'<') && is && lexer.at == a + bytes.len()
    });
    Some(Found { range, contents, format, gap_is_contents })
}

/// The dictionary itself, or one that stands directly in it as the value of a field.
fn signature_in(dict: &Dict, depth: usize) -> Option<&Dict> {
    if dict.get("ByteRange").is_some() {
        return Some(dict);
    }
    let inner = dict.entries.iter().filter_map(|(_, v)| v.dict()).filter(|_| depth < 4);
    inner.filter_map(|d| signature_in(d, depth + 1)).next()
}

/// Verifies one. `roots` are the certificates that the reader trusts, PEM.
pub fn verify(pdf: &Pdf<'_>, found: &Found, ends: &[usize], roots: &[&str]) -> Signature {
    let [a, b, c, d] = found.range;
    let part = |from: usize, length: usize| pdf.file.get(from..from.checked_add(length)?);
    let revision =
        c.checked_add(d).and_then(|end| ending_at(pdf.file, ends, end)).filter(|_| a == 0 && found.gap_is_contents);
    let base = Signature { revision, ..nothing(&found.format) };
    let (Some(first), Some(second)) = (part(a, b), part(c, d)) else {
        return Signature { detail: "its byte range lies outside the file".to_owned(), ..base };
    };
    if revision.is_none() {
        let detail = "its byte range leaves out bytes of the document besides the signature itself".to_owned();
        return Signature { detail, ..cms(base, (&found.contents, &[first, second]), roots).failed() };
    }
    match found.format.as_str() {
        "ETSI.RFC3161" => stamp(base, (&found.contents, &[first, second]), roots),
        "adbe.pkcs7.detached" | "ETSI.CAdES.detached" => cms(base, (&found.contents, &[first, second]), roots),
        other => {
            let detail = format!("signatures of the form `{other}` are not known here");
            Signature { outcome: Outcome::Indeterminate, detail, ..base }
        }
    }
}

/// A signature of which nothing is known yet, and which does not hold.
pub fn nothing(format: &str) -> Signature {
    let trust = Trusted { outcome: Outcome::Indeterminate, detail: "its certificate is not at hand".to_owned() };
    let (signer, claimed_time, stamped_time, revision) = (None, None, None, None);
    let (outcome, detail, format) = (Outcome::Invalid, String::new(), format.to_owned());
    Signature { outcome, detail, format, signer, claimed_time, stamped_time, is_time_stamp: false, revision, trust }
}

impl Signature {
    fn failed(self) -> Self {
        Self { outcome: Outcome::Invalid, ..self }
    }
    fn said(self, verdict: Verdict, holds: String) -> Self {
        let (outcome, detail) = match verdict {
            Verdict::Holds => (Outcome::Valid, holds),
            Verdict::Fails(why) => (Outcome::Invalid, why),
            Verdict::Unknown(why) => (Outcome::Indeterminate, why),
        };
        Self { outcome, detail, ..self }
    }
}

/// A CMS message over content that stands outside it.
pub fn cms(base: Signature, (message, content): (&[u8], &[&[u8]]), roots: &[&str]) -> Signature {
    let signed = match SignedData::from_der(message) {
        Ok(signed) => signed,
        Err(e) => return Signature { detail: format!("its message cannot be read: {e}"), ..base },
    };
    let [signer] = &signed.signers[..] else {
        return Signature { detail: "its message does not have exactly one signature".to_owned(), ..base };
    };
    let claimed_time = signer.claimed_time();
    let Some(certificate) = signed.certificate(signer, &[]) else {
        let detail = "its certificate is not in the message".to_owned();
        return Signature { outcome: Outcome::Indeterminate, detail, claimed_time, ..base };
    };
    let verdict = signed.verify(signer, certificate, content);
    let stamped_time =
        stamp_over(signer.unsigned(oid::SIGNATURE_TIME_STAMP).ok().flatten().map(|v| v.raw), signer.signature());
    let at = stamped_time.or(claimed_time);
    let trust = trusted(certificate, &signed, (roots, at));
    let known = Signature { signer: Some(certificate.name()), claimed_time, stamped_time, trust, ..base };
    known.said(verdict, format!("{} holds", signer.scheme()))
}

/// The time of a token over a signature, if the token holds in itself.
fn stamp_over(token: Option<&[u8]>, signature: &[u8]) -> Option<TimeMs> {
    let token = Token::from_der(token?).ok()?;
    let hash = token.info.hash?;
    let imprint = hash.digest(&[signature]);
    let appraised = timestamp::stamp::verify_token(&token, (hash, &imprint), ("", &[]));
    (appraised.checks[0].outcome == Outcome::Valid).then_some(token.info.gen_time)
}

/// A time-stamp over the document.
fn stamp(base: Signature, (message, content): (&[u8], &[&[u8]]), roots: &[&str]) -> Signature {
    let length = timestamp::der::split(message).map_or(0, |(value, _)| value.raw.len());
    let token = match Token::from_der(message.get(..length).unwrap_or_default()) {
        Ok(token) => token,
        Err(e) => return Signature { is_time_stamp: true, detail: e.to_string(), ..base },
    };
    let hash = token.info.hash.unwrap_or(Hash::Sha256);
    let imprint = hash.digest(content);
    let appraised = timestamp::stamp::verify_token(&token, (hash, &imprint), ("", roots));
    let [said, chain] = appraised.checks;
    Signature {
        outcome: said.outcome,
        detail: said.detail,
        signer: appraised.authority,
        stamped_time: appraised.gen_time,
        is_time_stamp: true,
        trust: Trusted { outcome: chain.outcome, detail: chain.detail },
        ..base
    }
}

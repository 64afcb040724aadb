//! The signatures of a PDF (ISO 32000-1, 12.8): every one that any revision holds, and what each covers.
//!
//! A signature dictionary counts wherever a cross-reference of any revision leads to its object, so that a later update cannot
//! hide it. The gap that its byte range leaves must be exactly its own `/Contents`: in a wider one, other content hides.

use super::effort::Effort;
use super::object::{Dict, Lexer, Object};
use super::revision::ending_at;
use super::xref::{Place, sections};
use crate::sealed::{self, Around};
use crate::trust::{Beside, Roots, Times, Trusted, trusted};
use proto::{Outcome, TimeMs};
use std::collections::BTreeSet;
use timestamp::cms::SignedData;
use timestamp::{Hash, Token, Verdict, oid};

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
    /// `Reference`: what its signer did not want to be changed.
    pub reference: Option<Object>,
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
    /// The electronic seal that it was made with.
    pub seal: Option<UsedSeal>,
}

/// An electronic seal, as its maker signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedSeal {
    /// Name, which its maker gave it.
    pub name: String,
    /// Name in its maker's certificate.
    pub maker: String,
    /// Whether the reader trusts its maker, and it had not run out.
    pub trust: Trusted,
}

/// All signatures of a file in the order of what they cover; `None`: there are more, or it would cost too much to find all.
///
/// `ends` are the ends of its revisions: a signature that an earlier revision led to is one, whatever later ones say.
pub fn find(file: &[u8], ends: &[usize], effort: &Effort) -> Option<Vec<Found>> {
    let mut places = BTreeSet::new();
    for end in ends.iter().copied().chain([file.len()]) {
        let sections = file.get(..end).and_then(|prefix| sections(prefix, effort)).unwrap_or_default();
        let rows = sections.iter().flat_map(|s| s.places.values());
        places.extend(rows.filter_map(|p| if let Place::At(at, _) = p { Some(*at) } else { None }));
    }
    let mut out: Vec<Found> = Vec::new();
    for at in places {
        let mut lexer = Lexer::new(file, at);
        let object = lexer.head().and_then(|_| lexer.object());
        effort.take(lexer.at.saturating_sub(at))?;
        for dict in object.iter().flat_map(|o| signatures_in(o)) {
            out.extend(read(file, dict, (at, lexer.at)).filter(|found| !out.contains(found)));
        }
        if out.len() > SIGNATURES_MAX {
            return None;
        }
    }
    out.sort_by_key(|f| f.range[2].saturating_add(f.range[3]));
    Some(out)
}

/// A signature dictionary in the object between two places.
fn read(file: &[u8], dict: &Dict, (begin, end): (usize, usize)) -> Option<Found> {
    let numbers: Vec<usize> = dict.get("ByteRange")?.array()?.iter().map(Object::number).collect::<Option<_>>()?;
    let range: [usize; 4] = numbers.try_into().ok()?;
    let contents = dict.get("Contents")?.text()?.to_vec();
    let format = if let Some(Object::Name(n)) = dict.get("SubFilter") {
        String::from_utf8_lossy(n).into_owned()
    } else {
        String::new()
    };
    let gap = range[0].checked_add(range[1]).zip(Some(range[2])).filter(|(a, b)| begin < *a && *b <= end);
    let gap = gap.and_then(|(a, b)| Some((file.get(a..b)?, a)));
    let gap_is_contents = gap.is_some_and(|(bytes, a)| {
        let mut lexer = Lexer::new(file, a);
        let is = lexer.object().is_some_and(|o| o.text() == Some(&contents[..]));
        bytes.first() == Some(&b'<') && is && lexer.at == a + bytes.len()
    });
    let reference = dict.get("Reference").cloned();
    Some(Found { range, contents, format, gap_is_contents, reference })
}

/// Every dictionary with a byte range: the object itself, or one that stands in it, as the value of a field does.
fn signatures_in(object: &Object) -> Vec<&Dict> {
    match object {
        Object::Dict(dict) if dict.get("ByteRange").is_some() => vec![dict],
        Object::Dict(dict) => dict.entries.iter().flat_map(|(_, value)| signatures_in(value)).collect(),
        Object::Array(items) => items.iter().flat_map(signatures_in).collect(),
        _ => Vec::new(),
    }
}

/// Verifies one.
pub fn verify(file: &[u8], found: &Found, ends: &[usize], roots: Roots<'_>) -> Signature {
    let [a, b, c, d] = found.range;
    let part = |from: usize, length: usize| file.get(from..from.checked_add(length)?);
    let revision =
        c.checked_add(d).and_then(|end| ending_at(file, ends, end)).filter(|_| a == 0 && found.gap_is_contents);
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
        // Seals of GB/T 38540 have no form of ISO's; this is the name that programs give it.
        "GM.sm2seal" => seal(base, (&found.contents, &[first, second]), roots),
        other => {
            let detail = format!("signatures of the form `{other}` are not known here");
            Signature { outcome: Outcome::Indeterminate, detail, ..base }
        }
    }
}

/// A signature with an electronic seal; zeros follow it.
fn seal(base: Signature, (value, content): (&[u8], &[&[u8]]), roots: Roots<'_>) -> Signature {
    let length = timestamp::der::split(value).map_or(value.len(), |(value, _)| value.raw.len());
    let (value, padding) = value.split_at(length);
    if padding.iter().any(|b| *b != 0) {
        return Signature { detail: "something follows the signature that no signature covers".to_owned(), ..base };
    }
    sealed::verify(base, value, &Around { place: None, content, seal: None, roots })
}

/// A signature of which nothing is known yet, and which does not hold.
pub fn nothing(format: &str) -> Signature {
    let trust = Trusted { outcome: Outcome::Indeterminate, detail: "its certificate is not at hand".to_owned() };
    let (signer, claimed_time, stamped_time, revision, seal) = (None, None, None, None, None);
    let (outcome, detail, format) = (Outcome::Invalid, String::new(), format.to_owned());
    Signature {
        outcome,
        detail,
        format,
        signer,
        claimed_time,
        stamped_time,
        is_time_stamp: false,
        revision,
        trust,
        seal,
    }
}

impl Signature {
    fn failed(self) -> Self {
        Self { outcome: Outcome::Invalid, ..self }
    }
    /// The same with what was found.
    pub fn said(self, verdict: Verdict, holds: String) -> Self {
        let (outcome, detail) = match verdict {
            Verdict::Holds => (Outcome::Valid, holds),
            Verdict::Fails(why) => (Outcome::Invalid, why),
            Verdict::Unknown(why) => (Outcome::Indeterminate, why),
        };
        Self { outcome, detail, ..self }
    }
}

/// A CMS message over content that stands outside it.
pub fn cms(base: Signature, (message, content): (&[u8], &[&[u8]]), roots: Roots<'_>) -> Signature {
    match SignedData::from_der(message) {
        Ok(signed) => signed_data(base, (&signed, content), roots),
        Err(e) => Signature { detail: format!("its message cannot be read: {e}"), ..base },
    }
}

/// The same, of a message that was read.
pub fn signed_data(base: Signature, (signed, content): (&SignedData<'_>, &[&[u8]]), roots: Roots<'_>) -> Signature {
    let [signer] = &signed.signers[..] else {
        return Signature { detail: "its message does not have exactly one signature".to_owned(), ..base };
    };
    let claimed_time = signer.claimed_time();
    let Some(certificate) = signed.certificate(signer, &[]) else {
        let detail = "its certificate is not in the message".to_owned();
        return Signature { outcome: Outcome::Indeterminate, detail, claimed_time, ..base };
    };
    let verdict = signed.verify(signer, certificate, content);
    let token = signer.unsigned(oid::SIGNATURE_TIME_STAMP).ok().flatten().map(|v| v.raw);
    let stamp = stamp_over(token, signer.signature(), roots);
    let stamped_time = stamp.map(|(time, _)| time);
    let proven = stamp.and_then(|(time, is_trusted)| is_trusted.then_some(time));
    let beside = Beside { certificates: &signed.certificates, lists: &signed.lists };
    let trust = trusted(certificate, beside, (roots, Times { proven, claimed: stamped_time.or(claimed_time) }));
    let known = Signature { signer: Some(certificate.name()), claimed_time, stamped_time, trust, ..base };
    known.said(verdict, format!("{} holds", signer.scheme()))
}

/// The time of a token over a signature, if the token holds in itself, and whether its authority is one that is trusted.
pub fn stamp_over(token: Option<&[u8]>, signature: &[u8], roots: Roots<'_>) -> Option<(TimeMs, bool)> {
    let token = Token::from_der(token?).ok()?;
    let hash = token.info.hash?;
    let imprint = hash.digest(&[signature]);
    let [said, chain] = timestamp::stamp::verify_token(&token, (hash, &imprint), ("", roots.pem)).checks;
    (said.outcome == Outcome::Valid).then_some((token.info.gen_time, chain.outcome == Outcome::Valid))
}

/// A time-stamp over the document.
fn stamp(base: Signature, (message, content): (&[u8], &[&[u8]]), roots: Roots<'_>) -> Signature {
    let length = timestamp::der::split(message).map_or(0, |(value, _)| value.raw.len());
    let token = match Token::from_der(message.get(..length).unwrap_or_default()) {
        Ok(token) => token,
        Err(e) => return Signature { is_time_stamp: true, detail: e.to_string(), ..base },
    };
    let hash = token.info.hash.unwrap_or(Hash::Sha256);
    let imprint = hash.digest(content);
    let appraised = timestamp::stamp::verify_token(&token, (hash, &imprint), ("", roots.pem));
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

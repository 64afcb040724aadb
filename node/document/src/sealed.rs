//! Signatures made with an electronic seal, `SES_Signature`: GB/T 38540-2020, section 7, and the older layout of
//! GM/T 0031-2014.
//!
//! In an OFD they are over its `Signature.xml`, in a PDF over its byte range. Valid here means all of it: the digest is of
//! these bytes, the signature holds, the seal's maker signed the seal,
//! the seal admits the signer, nothing had run out at the time that the signer says, and a seal that lies beside it is
//! the one that was used. Who the signer and the maker are is another question, which needs roots.

use crate::ofd::description::loose_time;
use crate::ofd::path::join;
use crate::pdf::signature::{Signature, UsedSeal, stamp_over};
use crate::seal::{IA5, Layout, Seal, extensions};
use crate::trust::{Beside, Roots, Times, Trusted, is_named, trusted};
use proto::{Outcome, TimeMs};
use timestamp::algorithm::Scheme;
use timestamp::der::{BadDer, Reader, Value, tag, whole};
use timestamp::{Certificate, Token, Verdict, instant, oid};

/// Most bytes of a signature, the seal with its picture included.
pub const SEALED_BYTES_MAX: usize = 16 << 20;

/// Why bytes are no signature with a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSeal {
    /// They cannot be read.
    #[error("{0}")]
    Der(#[from] BadDer),
    /// A version that is not known here.
    #[error("version {0} of electronic seals is not known here")]
    Version(u64),
    /// Longer than is read.
    #[error("it is longer than {SEALED_BYTES_MAX} bytes")]
    TooLong,
}

/// A signature, read but not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed<'a> {
    /// What is signed.
    to_sign: Value<'a>,
    seal: Seal<'a>,
    /// The signer's own word.
    time: Option<TimeMs>,
    data_hash: &'a [u8],
    property: &'a [u8],
    certificate: Certificate<'a>,
    algorithm: &'a [u8],
    signature: &'a [u8],
    stamp: Option<&'a [u8]>,
}

/// What a signature stands in.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// In an OFD, where the description lies.
    pub place: Option<&'a str>,
    /// What it is over, in parts: of an OFD the description, `Signature.xml`; of a PDF the byte range.
    pub content: &'a [&'a [u8]],
    /// The file of the seal, if the document names one: `Some(None)` if it is missing.
    pub seal: Option<Option<&'a [u8]>>,
    /// What the reader trusts.
    pub roots: Roots<'a>,
}

/// What can be said of a signature with a seal.
pub fn verify(base: Signature, value: &[u8], around: &Around<'_>) -> Signature {
    match Sealed::from_der(value) {
        Ok(sealed) => sealed.verify(base, around),
        Err(NoSeal::Version(n)) => {
            let detail = format!("an electronic seal of version {n}, which is not known here, was not verified");
            Signature { outcome: Outcome::Indeterminate, detail, ..base }
        }
        Err(e) => {
            let detail = format!("its value is neither a CMS message nor a signature with a seal: {e}");
            Signature { detail, ..base }
        }
    }
}

impl<'a> Sealed<'a> {
    /// Reads one in either layout.
    pub fn from_der(bytes: &'a [u8]) -> Result<Self, NoSeal> {
        let field = "SES_Signature";
        if bytes.len() > SEALED_BYTES_MAX {
            return Err(NoSeal::TooLong);
        }
        let mut outer = Reader::new(whole(bytes, field)?.raw).sequence(field)?;
        let layout = if outer.list(8, field)?.len() == 2 { Layout::Older } else { Layout::Current };
        let to_sign = outer.expect(tag::SEQUENCE, "toSign")?;
        let mut inside = to_sign.inside();
        let version = inside.any("version")?.number("version")?;
        if !layout.has(version) {
            return Err(NoSeal::Version(version));
        }
        let seal = Seal::of(&inside.expect(tag::SEQUENCE, "eseal")?, layout)?;
        if !layout.has(seal.version) {
            return Err(NoSeal::Version(seal.version));
        }
        let time = time_info(&inside.any("timeInfo")?, layout)?;
        let data_hash = inside.any("dataHash")?.bits("dataHash")?;
        let property = inside.expect(IA5, "propertyInfo")?.body;
        let by = if layout == Layout::Older { &mut inside } else { &mut outer };
        let certificate = Certificate::from_der(by.expect(tag::OCTETS, "cert")?.body)?;
        let algorithm = by.oid("signatureAlgID")?;
        extensions(&mut inside, "toSign")?;
        let signature = outer.any("signature")?.bits("signature")?;
        let stamp = outer.optional(tag::CONTEXT_0, "timeStamp")?.map(|v| stamp_of(&v)).transpose()?;
        outer.end(field)?;
        Ok(Self { to_sign, seal, time, data_hash, property, certificate, algorithm, signature, stamp })
    }
    /// What can be said of it.
    pub fn verify(&self, base: Signature, around: &Around<'_>) -> Signature {
        let stamp = stamp_over(self.stamp, self.signature, around.roots);
        let stamped_time = stamp.map(|(time, _)| time);
        let proven = stamp.and_then(|(time, is_trusted)| is_trusted.then_some(time));
        let verdicts = [
            self.data(around.content),
            self.signed(),
            self.seal.verify(),
            self.admitted(),
            self.in_time(),
            self.beside(around),
            self.place(around.place),
            self.stamped(stamped_time),
        ];
        let times = Times { proven, claimed: stamped_time.or(self.time) };
        let beside = [self.certificate.clone(), self.seal.maker.clone()];
        let beside = Beside { certificates: &beside, lists: &[] };
        let known = Signature {
            signer: Some(self.certificate.name()),
            claimed_time: self.time,
            stamped_time,
            trust: trusted(&self.certificate, beside, (around.roots, times)),
            seal: Some(self.used(trusted(&self.seal.maker, beside, (around.roots, times)), (around.roots, times))),
            ..base
        };
        let scheme = self.scheme().map_or_else(String::new, Scheme::text);
        let holds = format!("{scheme} holds, with the seal `{}` of `{}`", self.seal.name, self.seal.maker.name());
        known.said(together(verdicts), holds)
    }
    fn scheme(&self) -> Option<Scheme> {
        Scheme::of_oid(self.algorithm)
    }
    /// Whether it is about this document.
    fn data(&self, content: &[&[u8]]) -> Verdict {
        let Some(scheme) = self.scheme() else { return Verdict::Holds }; // `signed` tells
        if self.data_hash == scheme.hash().digest(content) {
            return Verdict::Holds;
        }
        Verdict::Fails("its dataHash is not the digest of what it was made for: that was altered".to_owned())
    }
    fn signed(&self) -> Verdict {
        let Some(scheme) = self.scheme() else {
            return Verdict::Unknown(format!("signatures with {} are not known here", oid::dotted(self.algorithm)));
        };
        self.certificate.key.verify(scheme, &[self.to_sign.raw], self.signature)
    }
    fn admitted(&self) -> Verdict {
        if self.seal.admits(&self.certificate) {
            return Verdict::Holds;
        }
        let (who, seal) = (self.certificate.name(), &self.seal.name);
        Verdict::Fails(format!("the seal `{seal}` may not be used with this certificate of `{who}`"))
    }
    /// Whether seal and certificates were valid when the signer says that it was made.
    fn in_time(&self) -> Verdict {
        let Some(at) = self.time else {
            return Verdict::Unknown("when it was made cannot be read from its timeInfo".to_owned());
        };
        let when = instant::text(at);
        if !self.seal.is_valid_at(at) {
            let (name, validity) = (&self.seal.name, self.seal.validity());
            return Verdict::Fails(format!("the seal `{name}` might not be used at {when}: {validity}"));
        }
        for c in [&self.certificate, &self.seal.maker] {
            if !c.is_valid_at(at) {
                let validity = c.validity();
                return Verdict::Fails(format!(
                    "the certificate of `{}` was not valid at {when}: {validity}",
                    c.name()
                ));
            }
        }
        Verdict::Holds
    }
    /// Viewers may draw the seal that lies beside the signature.
    fn beside(&self, around: &Around<'_>) -> Verdict {
        match around.seal {
            None => Verdict::Holds,
            Some(Some(file)) if file == self.seal.raw => Verdict::Holds,
            Some(Some(_)) => Verdict::Fails("the seal file in the package is not the seal that was used".to_owned()),
            Some(None) => Verdict::Fails("the seal file that it names is missing".to_owned()),
        }
    }
    /// Programs write the place of the description as what is protected. Elsewhere, its relative paths lead to other files.
    fn place(&self, place: Option<&str>) -> Verdict {
        let Some(path) = place else { return Verdict::Holds };
        let said = String::from_utf8_lossy(self.property).into_owned();
        let is_path = said.ends_with(".xml");
        if !is_path || join("", &said) == path {
            return Verdict::Holds;
        }
        let said: String = said.chars().filter(|c| !c.is_control()).take(128).collect();
        Verdict::Unknown(format!("it was made for a Signature.xml at {said}, and lies at {path}"))
    }
    fn stamped(&self, time: Option<TimeMs>) -> Verdict {
        if self.stamp.is_some() && time.is_none() {
            return Verdict::Unknown("the time-stamp beside it is not one over this signature".to_owned());
        }
        Verdict::Holds
    }
    /// The seal, whose maker's certificate leads as far as `maker` says. Who holds any certificate can make a seal of any name:
    /// a way to a root tells who the maker is, and not that it may make seals.
    fn used(&self, maker: Trusted, (roots, times): (Roots<'_>, Times)) -> UsedSeal {
        let (seal, mut trust) = (&self.seal, maker);
        let name = seal.maker.name();
        if trust.outcome == Outcome::Valid && !is_named(&seal.maker, roots) {
            let advice =
                "that it may make seals no certificate says: trust its own certificate if you know that it may";
            trust = Trusted::unknown(format!("{}; {advice}", trust.detail));
        }
        let at = times.proven.unwrap_or(roots.now);
        if !seal.is_valid_at(at) && trust.outcome == Outcome::Valid {
            let (when, validity) = (instant::text(at), seal.validity());
            let detail =
                format!("not to be used at {when} ({validity}): that it was used in time only the signer says");
            trust = Trusted::unknown(detail);
        }
        UsedSeal { name: seal.name.clone(), maker: name, trust }
    }
}

/// GeneralizedTime; in the older layout the bits of a time in any writing, or of a time-stamp, which is not verified here.
fn time_info(value: &Value<'_>, layout: Layout) -> Result<Option<TimeMs>, BadDer> {
    let field = "timeInfo";
    if layout == Layout::Current {
        return instant::time(value, field).map(Some);
    }
    let bits = value.bits(field)?;
    let der = whole(bits, field).ok();
    let known =
        der.and_then(|v| instant::time(&v, field).ok()).or_else(|| Some(Token::from_der(bits).ok()?.info.gen_time));
    Ok(known.or_else(|| loose_time(std::str::from_utf8(bits).ok()?)))
}

/// `[0] EXPLICIT BIT STRING`.
fn stamp_of<'a>(value: &Value<'a>) -> Result<&'a [u8], BadDer> {
    let field = "timeStamp";
    let mut inside = value.inside();
    let bits = inside.any(field)?.bits(field)?;
    inside.end(field)?;
    Ok(bits)
}

/// What fails outweighs what cannot be told; all that does is said.
fn together(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let (mut fails, mut unknown) = (Vec::new(), Vec::new());
    for verdict in verdicts {
        match verdict {
            Verdict::Holds => {}
            Verdict::Fails(why) => fails.push(why),
            Verdict::Unknown(why) => unknown.push(why),
        }
    }
    match (fails.is_empty(), unknown.is_empty()) {
        (false, _) => Verdict::Fails(fails.join("; ")),
        (true, false) => Verdict::Unknown(unknown.join("; ")),
        (true, true) => Verdict::Holds,
    }
}

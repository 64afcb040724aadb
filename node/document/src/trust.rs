//! Whether a signer's certificate led to a root that the reader trusts, at the time of the signature.
//!
//! The signer's own word for that time proves nothing: who signs with a certificate that has run out sets the clock back. So
//! it is judged at the time of a trusted time-stamp, or now.

use proto::{Outcome, TimeMs};
use timestamp::chain::{Chain, Material, chain};
use timestamp::crl::RevocationList;
use timestamp::{Certificate, Verdict, instant, pem};

/// Bits 0 and 1 of keyUsage: digitalSignature, nonRepudiation.
const SIGNS: u8 = 0xC0;
/// id-kp (RFC 5280, 4.2.1.12) in DER, and what under it is not for documents: TLS servers, code, time-stamps, OCSP.
const KEY_PURPOSE: [u8; 7] = [0x2B, 6, 1, 5, 5, 7, 3];
const OTHER_PURPOSES: [u8; 4] = [1, 3, 8, 9];

/// What a reader trusts.
#[derive(Debug, Clone, Copy)]
pub struct Roots<'a> {
    /// Certificates, PEM.
    pub pem: &'a [&'a str],
    /// The time of the reading.
    pub now: TimeMs,
}

/// When a signature was made, by whom.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// By a time-stamp whose authority is trusted.
    pub proven: Option<TimeMs>,
    /// By the signer, or a time-stamp of anybody.
    pub claimed: Option<TimeMs>,
}

/// What travels with a signature besides the signer's certificate.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a, 'b> {
    /// Certificates.
    pub certificates: &'b [Certificate<'a>],
    /// Revocation lists.
    pub lists: &'b [RevocationList<'a>],
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// Whether it did.
    pub outcome: Outcome,
    /// In a sentence.
    pub detail: String,
}

impl Trusted {
    /// What is at hand does not suffice.
    pub fn unknown(detail: impl Into<String>) -> Self {
        Self { outcome: Outcome::Indeterminate, detail: detail.into() }
    }
    fn of(found: Chain, at: TimeMs) -> Self {
        match found.verdict {
            Verdict::Holds => {
                let detail = format!("{} at {}", found.names.join(" ← "), instant::text(at));
                Self { outcome: Outcome::Valid, detail }
            }
            Verdict::Fails(detail) => Self { outcome: Outcome::Invalid, detail },
            Verdict::Unknown(detail) => Self::unknown(detail),
        }
    }
}

/// Searches a chain over the certificates that travel with the signature to the roots.
pub fn trusted(certificate: &Certificate<'_>, beside: Beside<'_, '_>, (roots, times): (Roots<'_>, Times)) -> Trusted {
    let Some(blocks) = roots.pem.iter().map(|r| pem::blocks(r)).collect::<Option<Vec<_>>>() else {
        return Trusted::unknown("the trusted roots are not PEM");
    };
    let blocks: Vec<pem::Block> = blocks.into_iter().flatten().collect();
    let anchors: Vec<Certificate<'_>> = blocks.iter().filter_map(|b| Certificate::from_der(&b.der).ok()).collect();
    if anchors.is_empty() {
        let name = certificate.name();
        return Trusted::unknown(format!("`{name}` names itself; no trusted root was given to check it against"));
    }
    let others: Vec<&Certificate<'_>> = beside.certificates.iter().collect();
    let lists: Vec<_> = beside.lists.iter().collect();
    let at = |at| Trusted::of(chain(certificate, Material { others: &others, roots: &anchors, lists: &lists, at }), at);
    let found = match (times.proven, at(roots.now)) {
        (Some(time), _) => at(time),
        (None, now) if now.outcome == Outcome::Valid => now,
        (None, now) => match times.claimed.map(at) {
            Some(then) if then.outcome != Outcome::Valid => then,
            Some(then) => Trusted::unknown(format!("{}, which only the signer says; now: {}", then.detail, now.detail)),
            None => Trusted::unknown(now.detail),
        },
    };
    if found.outcome == Outcome::Valid { for_documents(certificate).unwrap_or(found) } else { found }
}

/// Whether the reader trusts this certificate itself, and not only whoever issued it.
pub fn is_named(certificate: &Certificate<'_>, roots: Roots<'_>) -> bool {
    let is_it = |b: &pem::Block| b.label == pem::CERTIFICATE && b.der == certificate.raw;
    roots.pem.iter().filter_map(|text| pem::blocks(text)).flatten().any(|b| is_it(&b))
}

/// What its certificate says against its signing documents.
fn for_documents(certificate: &Certificate<'_>) -> Option<Trusted> {
    if certificate.extensions.usage.is_some_and(|u| u & SIGNS == 0) {
        let detail = "its certificate is not for signatures (keyUsage)".to_owned();
        return Some(Trusted { outcome: Outcome::Invalid, detail });
    }
    let (purposes, _) = certificate.extensions.extended.as_ref()?;
    let is_other =
        |oid: &&[u8]| oid.split_last().is_some_and(|(last, head)| head == KEY_PURPOSE && OTHER_PURPOSES.contains(last));
    let detail = "its certificate is for other purposes than documents (extendedKeyUsage)";
    purposes.iter().all(is_other).then(|| Trusted::unknown(detail))
}

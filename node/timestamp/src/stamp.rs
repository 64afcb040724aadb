//! The two checks of a time-stamp: what the token says and that its signature holds (`TSA_TOKEN`), and that the certificate
//! below it led to a trusted root *when it was made* (`TSA_CHAIN_AT_GENTIME`). Whether it has expired since does not matter.

use crate::algorithm;
use crate::certificate::Certificate;
use crate::chain::{Chain, Material, chain};
use crate::cms::Signer;
use crate::crl::RevocationList;
use crate::der::{BadDer, Reader, Value, tag};
use crate::hash::Hash;
use crate::instant::text;
use crate::key::Verdict;
use crate::oid;
use crate::pem;
use crate::token::Token;
use proto::{Check, Digest, Outcome, TimeMs};

/// Code of the check of the token itself.
pub const TSA_TOKEN: &str = "TSA_TOKEN";
/// Code of the check of the certificates below it.
pub const TSA_CHAIN_AT_GENTIME: &str = "TSA_CHAIN_AT_GENTIME";

/// A time-stamp as it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// TimeStampResp or token, DER.
    pub token: &'a [u8],
    /// Certificates and revocation lists of that day, PEM; may be empty.
    pub chain_pem: &'a str,
}

/// What was found, besides the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraised {
    /// `TSA_TOKEN`, then `TSA_CHAIN_AT_GENTIME`.
    pub checks: [Check; 2],
    /// The time, where the token could be read.
    pub gen_time: Option<TimeMs>,
    /// Name of the authority, where its certificate is at hand.
    pub authority: Option<String>,
}

/// Checks a stamp over `imprint` (SHA-256) against roots in PEM. Without roots the chain is indeterminate.
pub fn verify(stamp: Stamp<'_>, imprint: &Digest, roots_pem: &[&str]) -> Appraised {
    match Token::from_der(stamp.token) {
        Ok(token) => verify_token(&token, (Hash::Sha256, &imprint.0), (stamp.chain_pem, roots_pem)),
        Err(e) => unreadable(e.to_string()),
    }
}

fn unreadable(why: String) -> Appraised {
    let checks = [
        Check { code: TSA_TOKEN, outcome: Outcome::Invalid, detail: why },
        Check {
            code: TSA_CHAIN_AT_GENTIME,
            outcome: Outcome::Invalid,
            detail: "there is no token to check".to_owned(),
        },
    ];
    Appraised { checks, gen_time: None, authority: None }
}

/// Checks a token over a digest of any hash.
pub fn verify_token(token: &Token<'_>, imprint: (Hash, &[u8]), (chain_pem, roots_pem): (&str, &[&str])) -> Appraised {
    let (Some(material), Some(roots)) = (pem::blocks(chain_pem), blocks_of(roots_pem)) else {
        return unreadable("the certificates beside the token are not PEM".to_owned());
    };
    let extra = certificates(&material);
    let signer = token.signed.signers.first();
    let certificate = signer.and_then(|s| token.signed.certificate(s, &extra));
    let said = says(token, imprint).and_then(|()| signed(token, certificate));
    let lists: Vec<RevocationList<'_>> = lists(&material);
    let chained = match certificate {
        None => Err(Verdict::Unknown("the certificate of the authority is not at hand".to_owned())),
        Some(c) => below(token, c, (&extra, &lists, &certificates(&roots))),
    };
    let at = text(token.info.gen_time);
    let name = certificate.map(Certificate::name);
    let who = name.clone().unwrap_or_else(|| "an unknown authority".to_owned());
    let exact = token.info.accuracy_ms.map_or(String::new(), |ms| format!(", accurate to {ms} ms"));
    let checks = [
        check(TSA_TOKEN, said.map(|()| format!("`{who}` saw the header at {at}{exact}"))),
        check(TSA_CHAIN_AT_GENTIME, chained),
    ];
    Appraised { checks, gen_time: Some(token.info.gen_time), authority: name }
}

fn check(code: &'static str, result: Result<String, Verdict>) -> Check {
    let (outcome, detail) = match result {
        Ok(detail) => (Outcome::Valid, detail),
        Err(Verdict::Unknown(why)) => (Outcome::Indeterminate, why),
        Err(Verdict::Fails(why)) => (Outcome::Invalid, why),
        Err(Verdict::Holds) => (Outcome::Valid, String::new()),
    };
    Check { code, outcome, detail }
}

/// Whether it is about these bytes.
fn says(token: &Token<'_>, (hash, digest): (Hash, &[u8])) -> Result<(), Verdict> {
    match token.info.hash {
        Some(h) if h == hash && token.info.imprint == digest && !token.info.is_understood => {
            Err(Verdict::Unknown("the token has a critical extension, and none is known here".to_owned()))
        }
        Some(h) if h == hash && token.info.imprint == digest => Ok(()),
        Some(h) if h == hash => {
            Err(Verdict::Fails("the token is about something else: its imprint differs".to_owned()))
        }
        Some(h) => Err(Verdict::Fails(format!("the imprint is {}, not {}", h.as_str(), hash.as_str()))),
        None => Err(Verdict::Unknown("the imprint uses a hash that is not known here".to_owned())),
    }
}

/// Whether its one signature holds, and names the certificate that it was made with.
fn signed(token: &Token<'_>, certificate: Option<&Certificate<'_>>) -> Result<(), Verdict> {
    let [signer] = &token.signed.signers[..] else {
        return Err(Verdict::Fails("a token has exactly one signature".to_owned()));
    };
    let certificate =
        certificate.ok_or(Verdict::Unknown("the certificate of the authority is not at hand".to_owned()))?;
    match token.signed.verify(signer, certificate, &[token.signed.content.unwrap_or_default()]) {
        Verdict::Holds => {}
        other => return Err(other),
    }
    match named(signer).ok().flatten() {
        Some((hash, id)) if hash.digest(&[certificate.raw]) == id => Ok(()),
        Some(_) => Err(Verdict::Fails("the token was signed with another certificate than it names".to_owned())),
        None => Err(Verdict::Fails("the token does not name its certificate (signingCertificate)".to_owned())),
    }
}

/// Digest of the certificate by signingCertificateV2; where that is absent, by the older signingCertificate.
fn named<'a>(signer: &Signer<'a>) -> Result<Option<(Hash, &'a [u8])>, BadDer> {
    if let Some(value) = signer.attribute(oid::SIGNING_CERTIFICATE_V2)? {
        let mut id = first_id(value)?;
        let hash = match id.optional(tag::SEQUENCE, FIELD)? {
            Some(algorithm) => algorithm::hash(&algorithm).filter(|hash| hash.is_sound()),
            None => Some(Hash::Sha256),
        };
        return Ok(hash.zip(Some(id.expect(tag::OCTETS, FIELD)?.body)));
    }
    let Some(value) = signer.attribute(oid::SIGNING_CERTIFICATE)? else { return Ok(None) };
    Ok(Some((Hash::Sha1, first_id(value)?.expect(tag::OCTETS, FIELD)?.body)))
}

const FIELD: &str = "signingCertificate";

/// The inside of the first ESSCertID of `SEQUENCE { SEQUENCE { it, … }, … }`.
fn first_id<'a>(value: Value<'a>) -> Result<Reader<'a>, BadDer> {
    Reader::new(value.raw).sequence(FIELD)?.sequence(FIELD)?.sequence(FIELD)
}

type Beside<'a, 'b> = (&'b [Certificate<'a>], &'b [RevocationList<'a>], &'b [Certificate<'a>]);

/// Whether the authority might stamp, and was trusted, at that time.
fn below(token: &Token<'_>, c: &Certificate<'_>, (extra, lists, roots): Beside<'_, '_>) -> Result<String, Verdict> {
    match &c.extensions.extended {
        Some((uses, true)) if uses[..] == [oid::TIME_STAMPING] => {}
        _ => {
            let why = format!("`{}` is no certificate for time-stamping alone (critical extKeyUsage)", c.name());
            return Err(Verdict::Fails(why));
        }
    }
    let others: Vec<&Certificate<'_>> = token.signed.certificates.iter().chain(extra).collect();
    let lists: Vec<&RevocationList<'_>> = token.signed.lists.iter().chain(lists).collect();
    let material = Material { others: &others, roots, lists: &lists, at: token.info.gen_time };
    let Chain { verdict, names, lists_used } = chain(c, material);
    match verdict {
        Verdict::Holds => {
            let revocation = match lists_used {
                0 => "no revocation list of that day is kept".to_owned(),
                n => format!("not revoked by {n} lists of that day"),
            };
            Ok(format!("{} at {}; {revocation}", names.join(" ← "), text(token.info.gen_time)))
        }
        other => Err(other),
    }
}

fn blocks_of(texts: &[&str]) -> Option<Vec<pem::Block>> {
    let blocks = texts.iter().map(|t| pem::blocks(t)).collect::<Option<Vec<_>>>()?;
    Some(blocks.into_iter().flatten().collect())
}

fn certificates(blocks: &[pem::Block]) -> Vec<Certificate<'_>> {
    let wanted = blocks.iter().filter(|b| b.label == pem::CERTIFICATE);
    wanted.filter_map(|b| Certificate::from_der(&b.der).ok()).collect()
}

fn lists(blocks: &[pem::Block]) -> Vec<RevocationList<'_>> {
    let wanted = blocks.iter().filter(|b| b.label == pem::CRL);
    wanted.filter_map(|b| RevocationList::from_der(&b.der).ok()).collect()
}

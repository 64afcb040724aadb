//! OFD packages: their lists of signatures, with digests in SM3 and a signed value in CMS of OpenSSL's.

use super::maker::nobody;
use super::signer::{Signer, openssl};
use crate::{Format, appraise};
use proto::{Digest, Outcome};
use timestamp::pem;

/// A zip with stored entries.
pub fn zip(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let (at, size) = (out.len() as u32, (content.len() as u32).to_le_bytes());
        let shared =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0; 4], &size, &size, &(name.len() as u16).to_le_bytes(), &[0, 0]]
                .concat();
        out.extend([b"PK\x03\x04", &shared[..], name.as_bytes(), content].concat());
        directory.extend([b"PK\x01\x02\x14\0", &shared[..], &[0; 10], &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let (at, size, count) = (
        (out.len() as u32).to_le_bytes(),
        (directory.len() as u32).to_le_bytes(),
        (entries.len() as u16).to_le_bytes(),
    );
    out.extend([&directory, &b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size, &at, &[0, 0]].concat());
    out
}

pub const OFD: &str = r#"<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>"#;
pub const LIST: &str = r#"<ofd:Signatures xmlns:ofd="http://www.ofdspec.org/2016"><ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID="1" Type="Sign" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>"#;

pub fn signature(files: &[(&str, &[u8])]) -> String {
    let digest = |content: &[u8]| {
        let text = pem::encode("x", &Digest::sm3(content).0);
        text.lines().nth(1).unwrap().to_owned()
    };
    let one = |(name, content): &(&str, &[u8])| {
        format!(
            r#"<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{}</ofd:CheckValue></ofd:Reference>"#,
            digest(content)
        )
    };
    let references: String = files.iter().map(one).collect();
    format!(
        r#"<ofd:Signature xmlns:ofd="http://www.ofdspec.org/2016"><ofd:SignedInfo><ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod><ofd:SignatureDateTime>20261122070000Z</ofd:SignatureDateTime><ofd:References CheckMethod="1.2.156.10197.1.401">{references}</ofd:References></ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"#
    )
}

fn package(page: &[u8], xml: &str, value: Vec<u8>) -> Vec<u8> {
    zip(&[
        ("OFD.xml", OFD.into()),
        ("Doc_0/Document.xml", page.to_vec()),
        ("Doc_0/Signs/Signatures.xml", LIST.into()),
        ("Doc_0/Signs/Sign_0/Signature.xml", xml.into()),
        ("Doc_0/Signs/Sign_0/SignedValue.dat", value),
    ])
}

#[test]
fn digests_and_a_cms_value() {
    if !openssl() {
        return;
    }
    let signer = Signer::new("张三");
    let page = b"<ofd:Document/>";
    let xml = signature(&[("OFD.xml", OFD.as_bytes()), ("Doc_0/Document.xml", page)]);
    let value = signer.cms(xml.as_bytes());
    let found = appraise(&package(page, &xml, value.clone()), nobody());
    assert_eq!(found.format, Format::Ofd);
    let outcomes: Vec<Outcome> = found.checks.iter().map(|c| c.outcome).collect();
    let [valid, open] = [Outcome::Valid, Outcome::Indeterminate];
    // The list of signatures grows with each, so no signature covers it.
    assert_eq!(outcomes, [valid, open, valid], "{:?}", found.checks);
    assert_eq!(found.signatures[0].signer.as_deref(), Some("张三"));
    let altered = appraise(&package(b"<ofd:Document x='1'/>", &xml, value.clone()), nobody());
    assert_eq!((altered.checks[0].outcome, altered.checks[2].outcome), (Outcome::Invalid, Outcome::Invalid));
    let forged = xml.replace("20261122", "20251122");
    assert_eq!(appraise(&package(page, &forged, value), nobody()).checks[0].outcome, Outcome::Invalid);
}

/// A signature whose folder is the package's own: once everything counted as its own files, and nothing as uncovered.
#[test]
fn a_page_beside_a_signature_that_was_moved_up_is_not_covered() {
    if !openssl() {
        return;
    }
    let page = b"<ofd:Document/>";
    let xml = signature(&[("Doc_0/Document.xml", page)]);
    let value = Signer::new("张三").cms(xml.as_bytes());
    let forged = zip(&[
        ("OFD.xml", OFD.replace("Doc_0/Document.xml", "Doc_1/Document.xml").replace("Doc_0/Signs/", "").into()),
        ("Doc_0/Document.xml", page.to_vec()),
        ("Doc_1/Document.xml", b"<ofd:Document>forged</ofd:Document>".to_vec()),
        ("Signatures.xml", LIST.replace("Sign_0/", "S/").into()),
        ("S/Signature.xml", xml.clone().into()),
        ("S/SignedValue.dat", value),
    ]);
    let found = appraise(&forged, nobody());
    assert_eq!(found.checks[0].outcome, Outcome::Valid, "{:?}", found.checks);
    assert_eq!(found.checks[2].outcome, Outcome::Indeterminate, "{:?}", found.checks);
    assert!(found.checks[2].detail.contains("Doc_1/Document.xml"), "{:?}", found.checks);
}

#[test]
fn no_bytes_make_it_panic() {
    let page = b"<ofd:Document/>";
    let xml = signature(&[("OFD.xml", OFD.as_bytes())]);
    let whole = package(page, &xml, vec![1, 2, 3]);
    for end in 0..whole.len() {
        let _read = appraise(&whole[..end], nobody());
    }
    let mut state: u32 = 5;
    for _ in 0..2000 {
        let mut noise = whole.clone();
        for _ in 0..4 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % noise.len();
            noise[at] = (state >> 24) as u8;
        }
        let _read = appraise(&noise, nobody());
    }
}

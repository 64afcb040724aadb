//! Real signatures in a PDF: each is listed, and whatever happens around them is told.

use super::maker::{compressed, nobody, now, plain, receipt, update};
use super::signer::{Signer, openssl};
use crate::{Appraised, Roots, appraise, attach};
use proto::{Canonical, Check, Digest, Outcome};

fn outcome(a: &Appraised, code: &str) -> Vec<Outcome> {
    a.checks.iter().filter(|c| c.code == code).map(|c| c.outcome).collect()
}

fn overall_but_trust(a: &Appraised) -> Outcome {
    let checks: Vec<Check> = a.checks.iter().filter(|c| c.code != "SIGNER_TRUST").cloned().collect();
    Check::overall(&checks)
}

#[test]
fn two_signers_and_a_receipt() {
    if !openssl() {
        return;
    }
    let (first, second) = (Signer::new("王芳"), Signer::new("Li Lei"));
    for file in [plain(), compressed()] {
        let signed = second.sign(&first.sign(&file, 0), 1);
        let bound = attach(&signed, &receipt(Digest::sm3(&signed), 3).to_bytes()).unwrap();
        let found = appraise(&bound, nobody());
        let names: Vec<_> = found.signatures.iter().map(|s| s.signer.clone().unwrap()).collect();
        assert_eq!(names, ["王芳", "Li Lei"], "{:?}", found.checks);
        assert_eq!(outcome(&found, "DOCUMENT_SIGNATURE"), [Outcome::Valid; 2], "{:?}", found.checks);
        assert_eq!(outcome(&found, "DOCUMENT_CHANGES"), [Outcome::Valid], "{:?}", found.checks);
        assert_eq!(found.changed_after_last, Some(false));
        assert!(found.signatures.iter().all(|s| s.claimed_time.is_some()));
        // Who they are is another question, which needs roots.
        assert_eq!(outcome(&found, "SIGNER_TRUST"), [Outcome::Indeterminate; 2]);
        let roots = [first.certificate(), second.certificate()];
        let pem = [roots[0].as_str(), roots[1].as_str()];
        let known = appraise(&bound, Roots { pem: &pem, now: now() });
        assert_eq!(outcome(&known, "SIGNER_TRUST"), [Outcome::Valid; 2], "{:?}", known.checks);
    }
}

#[test]
fn every_byte_that_is_signed_counts() {
    if !openssl() {
        return;
    }
    let signer = Signer::new("王芳");
    let signed = signer.sign(&plain(), 0);
    let hole = signed.windows(11).position(|w| w == b"/Contents <").unwrap() + 11;
    for at in (0..signed.len()).step_by(7).filter(|at| !(hole..hole + 12_000).contains(at)) {
        let mut changed = signed.clone();
        changed[at] ^= 0x20;
        let found = appraise(&changed, nobody());
        let valid = outcome(&found, "DOCUMENT_SIGNATURE").contains(&Outcome::Valid);
        assert!(!valid, "byte {at}: {:?}", found.checks);
    }
}

#[test]
fn a_page_that_changes_after_signing_is_told() {
    if !openssl() {
        return;
    }
    let signer = Signer::new("王芳");
    let signed = signer.sign(&plain(), 0);
    let other = "<< /Length 5 >>\nstream\nother\nendstream".to_owned();
    let found = appraise(&update(&signed, &[(4, other)]), nobody());
    // The signature holds over its revision; the document is not what it was.
    assert_eq!(outcome(&found, "DOCUMENT_SIGNATURE"), [Outcome::Valid]);
    assert_eq!(outcome(&found, "DOCUMENT_CHANGES"), [Outcome::Invalid], "{:?}", found.checks);
    assert_eq!(found.changed_after_last, Some(true));
    let overlay =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Annots [8 0 R 15 0 R] >>".to_owned();
    let note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 200 100] >>".to_owned();
    let found = appraise(&update(&signed, &[(3, overlay), (15, note)]), nobody());
    assert_eq!(outcome(&found, "DOCUMENT_CHANGES"), [Outcome::Invalid], "{:?}", found.checks);
    let found = appraise(&update(&signed, &[(16, "(harmless)".to_owned())]), nobody());
    assert_eq!(outcome(&found, "DOCUMENT_CHANGES"), [Outcome::Indeterminate], "{:?}", found.checks);
}

#[test]
fn a_change_between_two_signatures_is_told() {
    if !openssl() {
        return;
    }
    let (first, second) = (Signer::new("a"), Signer::new("b"));
    let once = first.sign(&plain(), 0);
    let other = "<< /Length 5 >>\nstream\nother\nendstream".to_owned();
    let found = appraise(&second.sign(&update(&once, &[(4, other)]), 1), nobody());
    assert_eq!(outcome(&found, "DOCUMENT_SIGNATURE"), [Outcome::Valid; 2]);
    assert_eq!(overall_but_trust(&found), Outcome::Indeterminate, "{:?}", found.checks);
    assert!(found.checks.iter().any(|c| c.detail.contains("object 4")), "{:?}", found.checks);
}

#[test]
fn a_wider_gap_hides_nothing() {
    if !openssl() {
        return;
    }
    let signer = Signer::new("王芳");
    let signed = signer.sign(&plain(), 0);
    let text = String::from_utf8_lossy(&signed).into_owned();
    let at = text.find("/ByteRange [0 ").unwrap() + 14;
    let numbers: Vec<usize> = text[at..at + 32].split(' ').map(|n| n.parse().unwrap()).collect();
    // The signed bytes move to the end; between them and the hole there is room for other content.
    let (head, tail) = (&signed[..numbers[0]], &signed[numbers[1]..]);
    let mut forged = [head, &signed[numbers[0]..numbers[1]], b" /Evil (content) ", tail].concat();
    let new = format!("{:010} {:010} {:010}", numbers[0], numbers[1] + 17, numbers[2]);
    forged[at..at + 32].copy_from_slice(new.as_bytes());
    let found = appraise(&forged, nobody());
    assert!(!outcome(&found, "DOCUMENT_SIGNATURE").contains(&Outcome::Valid), "{:?}", found.checks);
}

#[test]
fn a_signature_that_a_later_revision_drops_is_still_listed() {
    if !openssl() {
        return;
    }
    let signer = Signer::new("王芳");
    let signed = signer.sign(&plain(), 0);
    let without = update(
        &signed,
        &[(1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()), (8, "null".to_owned()), (7, "null".to_owned())],
    );
    let found = appraise(&without, nobody());
    assert_eq!(found.signatures.len(), 1);
    assert_eq!(outcome(&found, "DOCUMENT_CHANGES"), [Outcome::Invalid], "{:?}", found.checks);
}

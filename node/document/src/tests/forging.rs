//! What forgers do to a signed PDF without touching a signed byte: each way is told.

use super::maker::{compressed, nobody, now, plain, update};
use super::signer::{Signer, openssl};
use crate::{Appraised, Roots, appraise};
use proto::Outcome;

const FORGED: &str = "<< /Length 7 >>\nstream\npay 999\nendstream";

fn changes(file: &[u8]) -> Vec<Outcome> {
    let found: Appraised = appraise(file, nobody());
    found.checks.iter().filter(|c| c.code == "DOCUMENT_CHANGES").map(|c| c.outcome).collect()
}

/// Told, and told again when the forger signs on top.
fn is_told(signed: &[u8], objects: &[(u32, String)]) {
    let forged = update(signed, objects);
    assert_eq!(changes(&forged), [Outcome::Invalid], "{:?}", appraise(&forged, nobody()).checks);
    let again = Signer::new("Mallory").sign(&forged, 1);
    assert!(changes(&again).contains(&Outcome::Indeterminate), "{:?}", appraise(&again, nobody()).checks);
}

fn page(contents: &str) -> String {
    format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents {contents} /Annots [8 0 R] >>")
}

fn object_stream(objects: &[(u32, &str)]) -> String {
    let (mut heads, mut content) = (String::new(), String::new());
    for (number, text) in objects {
        heads.push_str(&format!("{number} {} ", content.len()));
        content.push_str(&format!("{text} "));
    }
    let (count, first, length) = (objects.len(), heads.len(), heads.len() + content.len());
    format!("<< /Type /ObjStm /N {count} /First {first} /Length {length} >>\nstream\n{heads}{content}\nendstream")
}

#[test]
fn an_object_stream_that_is_written_again() {
    if !openssl() {
        return;
    }
    let signed = Signer::new("a").sign(&compressed(), 0);
    let pages = "<< /Type /Pages /Kids [17 0 R] /Count 1 >>";
    let stream = object_stream(&[(1, "null"), (2, pages), (3, "null")]);
    is_told(&signed, &[(5, stream), (17, page("16 0 R")), (16, FORGED.to_owned())]);
}

#[test]
fn a_false_place_inside_the_signature_hides_nothing() {
    if !openssl() {
        return;
    }
    let signed = Signer::new("a").sign(&plain(), 0);
    let forged = update(&signed, &[(4, FORGED.to_owned()), (15, "null".to_owned())]);
    let text = String::from_utf8_lossy(&forged).into_owned();
    let inside = signed.windows(7).position(|w| w == b"7 0 obj").unwrap() + 4;
    let row = text.rfind("15 1\n").unwrap() + 5;
    assert_eq!(forged.len(), text.len() - text.matches('\u{FFFD}').count() * 2);
    let shift = text.len() - forged.len();
    let mut hidden = forged.clone();
    hidden[row - shift..row - shift + 10].copy_from_slice(format!("{inside:010}").as_bytes());
    let found = appraise(&hidden, nobody());
    assert_eq!(found.signatures.len(), 1);
    assert_eq!(changes(&hidden), [Outcome::Invalid], "{:?}", found.checks);
}

#[test]
fn cross_references_that_were_planted_before_signing() {
    if !openssl() {
        return;
    }
    // A whole update lies in the signed bytes as the content of a stream that nothing shows.
    let at = |file: &[u8], what: &str| file.windows(what.len()).rposition(|w| w == what.as_bytes()).unwrap();
    let base = plain();
    let previous: usize = String::from_utf8_lossy(&base)
        .rsplit("startxref")
        .next()
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let begin = base.len() + "15 0 obj\n<< /Length 000000 >>\nstream\n".len();
    let four = format!("4 0 obj\n{FORGED}\nendobj\n");
    let table = format!("xref\n4 1\n{begin:010} 00000 n\r\ntrailer\n<< /Size 20 /Root 1 0 R /Prev {previous} >>\n");
    let planted = format!("<< /Length {:06} >>\nstream\n{four}{table}\nendstream", four.len() + table.len() + 1);
    let with = update(&base, &[(15, planted)]);
    let signed = Signer::new("a").sign(&with, 0);
    assert_eq!(changes(&signed), [Outcome::Valid]);
    let section = at(&signed, "xref\n4 1\n");
    let forged = [&signed[..], format!("startxref\n{section}\n%%EOF\n").as_bytes()].concat();
    assert_eq!(changes(&forged), [Outcome::Invalid], "{:?}", appraise(&forged, nobody()).checks);
    let unended = [&signed[..], format!("startxref\n{section}\n").as_bytes()].concat();
    assert_eq!(changes(&unended), [Outcome::Invalid], "{:?}", appraise(&unended, nobody()).checks);
}

#[test]
fn an_object_that_was_named_and_did_not_exist() {
    if !openssl() {
        return;
    }
    let shadow = update(&plain(), &[(3, page("[4 0 R 16 0 R]"))]);
    let signer = Signer::new("a");
    // The signer's program writes the page again as it stands.
    let signed = signer.sign_page(&shadow, &page("[4 0 R 16 0 R]"));
    assert_eq!(changes(&signed), [Outcome::Valid], "{:?}", appraise(&signed, nobody()).checks);
    is_told(&signed, &[(16, FORGED.to_owned())]);
}

#[test]
fn a_stream_whose_length_stands_elsewhere() {
    if !openssl() {
        return;
    }
    let content = |text: &str| format!("<< /Length 16 0 R >>\nstream\n{text}\nendstream");
    let base = update(&plain(), &[(4, content("pay 100")), (16, "7".to_owned())]);
    let signed = Signer::new("a").sign(&base, 0);
    is_told(&signed, &[(4, content("pay 999"))]);
}

#[test]
fn content_that_calls_itself_a_signature_field_or_metadata() {
    if !openssl() {
        return;
    }
    let signed = Signer::new("a").sign(&plain(), 0);
    let posing = FORGED.replace("/Length", "/FT /Sig /Subtype /Widget /Length");
    is_told(&signed, &[(3, page("[4 0 R 16 0 R]")), (16, posing)]);
    let metadata = FORGED.replace("/Length", "/Type /Metadata /Length");
    let base = update(&plain(), &[(4, metadata.replace("999", "100"))]);
    is_told(&Signer::new("a").sign(&base, 0), &[(4, metadata)]);
}

#[test]
fn the_look_of_a_signature_that_was_made_cannot_change() {
    if !openssl() {
        return;
    }
    let signed = Signer::new("a").sign(&plain(), 0);
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (s0) /V 7 0 R /Rect [0 0 200 100] /P 3 0 R /AP << /N 16 0 R >> >>";
    is_told(&signed, &[(8, field.to_owned()), (16, FORGED.to_owned())]);
}

#[test]
fn bytes_before_the_beginning_are_no_way_out() {
    if !openssl() {
        return;
    }
    let signed = Signer::new("a").sign(&plain(), 0);
    let found = appraise(&[b"\n", &update(&signed, &[(4, FORGED.to_owned())])[..]].concat(), nobody());
    assert_eq!(found.checks.iter().map(|c| c.outcome).collect::<Vec<_>>(), [Outcome::Indeterminate]);
}

#[test]
fn a_certificate_that_has_run_out_is_not_saved_by_the_signers_clock() {
    if !openssl() {
        return;
    }
    let signer = Signer::new("a");
    let signed = signer.sign(&plain(), 0);
    let root = signer.certificate();
    let trust = |days: u64| {
        let found = appraise(&signed, Roots { pem: &[&root], now: proto::TimeMs(now().0 + days * 86_400_000) });
        found.checks.iter().find(|c| c.code == "SIGNER_TRUST").unwrap().outcome
    };
    assert_eq!([trust(1), trust(200)], [Outcome::Valid, Outcome::Indeterminate]);
}

/// Files of a few kilobytes that once took minutes and gigabytes.
#[test]
fn small_files_make_little_work() {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 60 << 20], 6);
    let mut file = b"%PDF-1.7\n".to_vec();
    let at = file.len();
    let head = format!(
        "1 0 obj\n<< /Type /XRef /Size 67108864 /W [0 1 0] /Index [0 62914560] /Root 1 0 R /Filter /FlateDecode /Length {} >>\nstream\n",
        packed.len()
    );
    file.extend(
        [head.as_bytes(), &packed, format!("\nendstream\nendobj\nstartxref\n{at}\n%%EOF\n").as_bytes()].concat(),
    );
    let keys: String = (0..200_000).map(|n| format!("/k{n} 0 ")).collect();
    for file in [file, update(&plain(), &[(1, format!("<< /Type /Catalog /Pages 2 0 R {keys}>>"))])] {
        let found = appraise(&file, nobody());
        assert_eq!(found.checks.iter().map(|c| c.outcome).collect::<Vec<_>>(), [Outcome::Indeterminate]);
    }
}

//! Signatures that are seen: where they may lie, and what they may not hide.

use super::maker::{nobody, plain, update};
use super::signer::{Place, Signer, openssl};
use crate::appraise;
use crate::pdf::Pdf;
use crate::pdf::content::draws;
use crate::pdf::fixed::Fixed;
use crate::pdf::geometry::Rect;
use crate::pdf::page::pages;
use proto::Outcome;

/// An opaque look.
const LOOK: &str =
    "<< /Type /XObject /Subtype /Form /BBox [0 0 10 10] /Length 22 >>\nstream\n1 g 0 0 10 10 re f 0 g\nendstream";

fn page(annotations: &str) -> String {
    format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Annots [{annotations}] >>")
}

/// The second signature, which is seen: its rectangle and more, and what it looks like.
fn second(field: &str, look: &str) -> Place {
    let field = format!("{field} /AP << /N 15 0 R >>");
    let fields = "8 0 R 10 0 R".to_owned();
    Place { n: 1, page: page(&fields), fields, field, also: vec![(15, look.to_owned())], ..Place::default() }
}

/// Outcomes of the changes, and all that is said of them.
fn changes(file: &[u8]) -> (Vec<Outcome>, String) {
    let found = appraise(file, nobody());
    assert!(found.signatures.iter().all(|s| s.outcome == Outcome::Valid), "{:?}", found.checks);
    let all = found.checks.iter().filter(|c| c.code == "DOCUMENT_CHANGES");
    let (outcomes, said): (Vec<_>, Vec<_>) = all.map(|c| (c.outcome, c.detail.clone())).unzip();
    (outcomes, said.join("; "))
}

const NAMED: [Outcome; 2] = [Outcome::Valid; 2];
const OPEN: [Outcome; 2] = [Outcome::Valid, Outcome::Indeterminate];

#[test]
fn a_later_signature_hides_nothing_of_the_page() {
    if !openssl() {
        return;
    }
    let (alice, bob) = (Signer::new("Alice"), Signer::new("Bob"));
    let signed = alice.sign_at(&plain(), &Place { field: "/Rect [150 5 190 20]".to_owned(), ..Place::default() });
    let unbounded = LOOK.replace("/BBox [0 0 10 10]", "");
    let cases = [
        ("/Rect [120 60 160 80]", LOOK, NAMED, "field `s1` on page 1 at [120 60 160 80]"),
        ("/Rect [160.0 80 120. +60]", LOOK, NAMED, "at [120 60 160 80]"),
        ("/Rect [0 0 200 100]", LOOK, OPEN, "at [0 0 200 100] (it covers more than a tenth of the page)"),
        ("/Rect [110 60 190 95]", LOOK, OPEN, "more than a tenth"),
        ("/Rect [40 20 60 30]", LOOK, OPEN, "(it lies over what the page shows there"),
        ("/Rect [170 10 199 30]", LOOK, OPEN, "(it lies over another field"),
        ("/Rect [120 60 160 80]", &unbounded, OPEN, "no bounds"),
        ("/Rect [120 60 160 80] /F 28", LOOK, OPEN, "grows or turns"),
        ("/Rect [120 60 160]", LOOK, OPEN, "its rectangle cannot be read"),
        ("/Rect [0 0 0 0] /AA << /PV << /S /Hide /T (s0) >> >>", LOOK, OPEN, "an action"),
    ];
    for (field, look, outcomes, said) in cases {
        let (found, text) = changes(&bob.sign_at(&signed, &second(field, look)));
        assert!(found == outcomes && text.contains(said), "{field}: {found:?} {text}");
        let remedy = format!("look at revision 2, which is the first {} bytes of the file", signed.len());
        assert_eq!(outcomes == OPEN, text.contains(&remedy), "{field}: {text}");
    }
    for unseen in ["/Rect [0 0 0 0]", "/Rect [0 0 200 100] /F 2"] {
        let (found, text) = changes(&bob.sign_at(&signed, &second(unseen, LOOK)));
        assert_eq!(found, [Outcome::Valid], "{unseen}: {text}");
    }
}

#[test]
fn a_field_that_was_left_for_it_may_lie_on_its_line() {
    if !openssl() {
        return;
    }
    let (alice, bob) = (Signer::new("Alice"), Signer::new("Bob"));
    let left = |rect: &str| {
        let empty = format!("<< /Type /Annot /Subtype /Widget /FT /Sig /T (s1) /Rect {rect} /P 3 0 R >>");
        Place {
            fields: "8 0 R 10 0 R".to_owned(),
            page: page("8 0 R 10 0 R"),
            also: vec![(10, empty)],
            ..Place::default()
        }
    };
    for (rect, outcomes) in [("[40 20 80 40]", NAMED), ("[0 0 200 100]", OPEN)] {
        let signed = alice.sign_at(&plain(), &left(rect));
        let (found, text) = changes(&bob.sign_at(&signed, &second(&format!("/Rect {rect}"), LOOK)));
        assert_eq!(found, outcomes, "{text}");
        // Moved, it is another one.
        let (found, text) = changes(&bob.sign_at(&signed, &second("/Rect [41 20 81 40]", LOOK)));
        assert!(found.contains(&Outcome::Indeterminate), "{text}");
    }
    // Left by somebody after she had signed.
    let signed = alice.sign_at(&plain(), &Place::default());
    let Place { also, fields, page, .. } = left("[40 20 80 40]");
    let root = format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{fields}] /SigFlags 3 >> >>");
    let between = update(&signed, &[also[0].clone(), (3, page), (1, root)]);
    let (found, text) = changes(&bob.sign_at(&between, &second("/Rect [40 20 80 40]", LOOK)));
    assert!(found == OPEN && text.contains("over what the page shows"), "{text}");
}

#[test]
fn a_look_that_changes_after_signing_is_told() {
    if !openssl() {
        return;
    }
    let (alice, bob) = (Signer::new("Alice"), Signer::new("Bob"));
    let twice = bob.sign_at(&alice.sign(&plain(), 0), &second("/Rect [120 60 160 80]", LOOK));
    let forged = update(&twice, &[(15, LOOK.replace("1 g", "0 g"))]);
    let (found, text) = changes(&forged);
    assert!(found[0] == Outcome::Invalid && text.contains("object 15"), "{text}");
    // A third signer does not make it right, nor does one who covers the second.
    let third = |file: &[u8], rect: &str| {
        let fields = "8 0 R 10 0 R 12 0 R".to_owned();
        let field = format!("/Rect {rect} /AP << /N 16 0 R >>");
        let also = vec![(16, LOOK.to_owned())];
        alice.sign_at(file, &Place { n: 2, page: page(&fields), fields, field, also, ..Place::default() })
    };
    let (found, text) = changes(&third(&forged, "[0 0 0 0]"));
    assert!(found.contains(&Outcome::Indeterminate) && text.contains("object 15"), "{text}");
    let (found, text) = changes(&third(&twice, "[130 65 170 90]"));
    assert!(found.contains(&Outcome::Indeterminate) && text.contains("field `s2`"), "{text}");
}

/// Whether a page with this content, and these resources, draws within [120 60 160 80].
fn drawn(content: &str, resources: &str) -> Option<bool> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents [4 0 R] /Resources << {resources} >> >>"
    );
    let form = "<< /Type /XObject /Subtype /Form /BBox [0 0 50 50] /Matrix [2 0 0 2 100 50] /Length 13 >>\nstream\n10 10 5 5 re f\nendstream";
    let objects = [
        (3, page),
        (4, format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len())),
        (5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
        (6, "<< /Type /Font /Subtype /Type3 >>".to_owned()),
        (7, form.replace("13", "14")),
        (8, "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /Length 1 >>\nstream\nx\nendstream".to_owned()),
    ];
    let file = update(&plain(), &objects);
    let pdf = Pdf::open(&file).unwrap();
    draws(&pdf, &pages(&pdf)[0], Rect::of([120, 60, 160, 80].map(|n| Fixed::whole(n).unwrap())))
}

#[test]
fn what_a_page_draws_is_found() {
    let resources = "/Font << /F 5 0 R /T 6 0 R >> /XObject << /X 7 0 R /I 8 0 R >>";
    let yes = [
        "BT /F 10 Tf 130 70 Td (price) Tj ET",
        "BT /F 10 Tf 1 0 0 1 80 65 Tm (pr) Tj (ice 100) Tj ET",
        "BT /F 10 Tf 14 TL 130 80 Td T* (price) Tj ET",
        "BT /F 1 Tf 10 0 0 10 130 70 Tm [(p) 120 (rice)] TJ ET",
        "BT /F 10 Tf 160 0 0 -160 130 200 Tm (x) ' ET",
        "1 0 0 1 100 50 cm BT /F 10 Tf 30 20 Td (price) Tj ET",
        "q 1 0 0 1 30 10 cm 100 60 10 10 re f Q",
        "125 65 10 10 re B",
        "100 70 m 199 70 l S",
        "100 50 m 110 90 150 90 190 50 c f",
        "8 w 100 55 m 199 55 l S",
        "/P scn 0 0 200 100 re f",
        "q 20 0 0 20 130 65 cm /I Do Q",
        "q 20 0 0 20 130 65 cm BI /W 1 /H 1 ID \u{1}\u{2} EI Q",
        "/X Do",
        "/S sh",
    ];
    for content in yes {
        assert_eq!(drawn(content, resources), Some(true), "{content}");
    }
    let no = [
        "",
        "BT /F 10 Tf 20 40 Td (price 100, in words one hundred) Tj ET",
        "BT /F 10 Tf 130 90 Td (above) Tj 0 -60 Td (below) Tj ET",
        "0.9 g 0 0 200 100 re f 5 5 10 10 re f",
        "2 2 196 96 re S",
        "125 65 10 10 re W n",
        "q 5 0 0 5 130 65 cm Q 0 0 10 10 re f",
        "BI /W 1 /H 1 ID \u{1}125 65 10 10 re f EI ",
        "q .5 0 0 .5 0 0 cm /X Do Q",
    ];
    for content in no {
        assert_eq!(drawn(content, resources), Some(false), "{content}");
    }
    for content in ["BT /T 10 Tf (x) Tj ET", "/Z Do", "(", "1 2 cm", "0..5 w", "] f", "BT (x) Tj ET"] {
        assert_eq!(drawn(content, resources), None, "{content}");
    }
}

//! What signers forbid, as certifications and locks, and what was done in spite of it.

use super::maker::{nobody, plain, receipt, update};
use super::signer::{Place, Signer, openssl};
use crate::{CannotAttach, appraise, attach};
use proto::{Canonical, Digest, Outcome};

const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Annots";
const FORGED: &str = "<< /Length 7 >>\nstream\npay 999\nendstream";
/// A field with text, which is object 15.
const AMOUNT: &str = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (100) /Rect [120 60 160 80] /P 3 0 R >>";

fn page(annotations: &str) -> String {
    format!("{PAGE} [{annotations}] >>")
}

/// The first signature, beside the field, with these rules.
fn first(rules: &str) -> Place {
    Place {
        fields: "8 0 R 15 0 R".to_owned(),
        page: page("15 0 R 8 0 R"),
        signature: format!("/Reference [<< /Type /SigRef {rules} >>]"),
        also: vec![(15, AMOUNT.to_owned())],
        ..Place::default()
    }
}

fn certified(level: u8) -> Place {
    let rules = format!("/TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P {level} /V /1.2 >>");
    Place { catalogue: "/Perms << /DocMDP 7 0 R >>".to_owned(), ..first(&rules) }
}

fn second(first: &Place) -> Place {
    let (fields, page) = ("8 0 R 15 0 R 10 0 R".to_owned(), page("15 0 R 8 0 R 10 0 R"));
    Place { n: 1, fields, page, catalogue: first.catalogue.clone(), ..Place::default() }
}

fn filled() -> (u32, String) {
    (15, AMOUNT.replace("(100)", "(999)"))
}

/// Outcomes of the changes; and what is said to be forbidden.
fn changes(file: &[u8]) -> (Vec<Outcome>, String) {
    let found = appraise(file, nobody());
    let all: Vec<_> = found.checks.iter().filter(|c| c.code == "DOCUMENT_CHANGES").collect();
    let forbidden = all.iter().filter(|c| c.detail.contains("this was done after it"));
    (all.iter().map(|c| c.outcome).collect(), forbidden.map(|c| c.detail.clone()).collect())
}

fn is_forbidden(file: &[u8], said: &[&str]) {
    let (outcomes, text) = changes(file);
    assert!(outcomes.contains(&Outcome::Invalid), "{outcomes:?} {text}");
    assert!(said.iter().all(|said| text.contains(said)), "{said:?}: {text}");
}

/// Admitted or not, what changed is never called valid.
fn is_admitted(file: &[u8], outcomes: &[Outcome]) {
    let (found, text) = changes(file);
    assert!(found == outcomes && text.is_empty(), "{found:?} {text}: {:?}", appraise(file, nobody()).checks);
}

const VALID: Outcome = Outcome::Valid;
const OPEN: Outcome = Outcome::Indeterminate;

#[test]
fn a_certification_against_all_changes() {
    if !openssl() {
        return;
    }
    let (alice, bob) = (Signer::new("Alice"), Signer::new("Bob"));
    let place = certified(1);
    let signed = alice.sign_at(&plain(), &place);
    is_admitted(&signed, &[VALID]);
    let who = "signature 1 by `Alice` certified the document and admits no changes (DocMDP 1)";
    is_forbidden(&bob.sign_at(&signed, &second(&place)), &[who, "signature 2 was added (revision 3)"]);
    let forged = update(&signed, &[(4, FORGED.to_owned())]);
    is_forbidden(&forged, &[who, "object 4 (a dictionary) was overwritten (revision 3)"]);
    is_forbidden(&bob.sign_at(&forged, &second(&place)), &["object 4", "signature 2 was added (revision 4)"]);
    is_forbidden(&update(&signed, &[filled()]), &["object 15"]);
    let empty = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (s9) /Rect [0 0 0 0] /P 3 0 R >>".to_owned();
    is_forbidden(&update(&signed, &[(3, page("15 0 R 8 0 R 16 0 R")), (16, empty)]), &["something was added"]);
    // A level that is none, and one that is not said.
    let strange = Place { signature: place.signature.replace("/P 1", "/P 7"), ..place.clone() };
    is_forbidden(&bob.sign_at(&alice.sign_at(&plain(), &strange), &second(&place)), &["DocMDP 1"]);
    let silent = Place { signature: place.signature.replace("/P 1", ""), ..place.clone() };
    is_admitted(&bob.sign_at(&alice.sign_at(&plain(), &silent), &second(&place)), &[VALID]);
    assert_eq!(attach(&signed, &receipt(Digest::sm3(&signed), 3).to_bytes()), Err(CannotAttach::Certified));
}

#[test]
fn data_for_validation_and_time_stamps_are_always_admitted() {
    if !openssl() {
        return;
    }
    let alice = Signer::new("Alice");
    let place = certified(1);
    let signed = alice.sign_at(&plain(), &place);
    let root = format!(
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{}] /SigFlags 3 >> {} /DSS 16 0 R /Extensions << >> >>",
        place.fields, place.catalogue
    );
    let with = update(&signed, &[(1, root.clone()), (16, "<< /Type /DSS >>".to_owned())]);
    is_admitted(&with, &[OPEN]);
    let more = root.replace("/DSS", "/OpenAction << /S /Named >> /DSS");
    is_forbidden(&update(&signed, &[(1, more), (16, "<< >>".to_owned())]), &["object 1 (Catalog)"]);
    // No authority made it, which its own line says; what it does to the document is what a time-stamp does.
    let stamp = |file: &[u8], field: &str| {
        let (form, field) = ("ETSI.RFC3161".to_owned(), field.to_owned());
        alice.sign_at(file, &Place { form, field, ..second(&place) })
    };
    is_admitted(&stamp(&signed, "/Rect [0 0 0 0]"), &[VALID]);
    is_forbidden(&stamp(&signed, "/Rect [20 60 60 80]"), &["signature 2 was added"]);
}

#[test]
fn a_certification_that_admits_some_changes() {
    if !openssl() {
        return;
    }
    let (alice, bob) = (Signer::new("Alice"), Signer::new("Bob"));
    let note = "<< /Type /Annot /Subtype /Text /Rect [20 60 40 80] /Contents (seen) >>".to_owned();
    let noted = [(3, page("15 0 R 8 0 R 16 0 R")), (16, note)];
    for level in [2, 3] {
        let place = certified(level);
        let signed = alice.sign_at(&plain(), &place);
        is_admitted(&bob.sign_at(&signed, &second(&place)), &[VALID]);
        is_admitted(&update(&signed, &[filled()]), &[OPEN]);
        is_admitted(&bob.sign_at(&update(&signed, &[filled()]), &second(&place)), &[VALID, OPEN]);
        let forged = update(&signed, &[(4, FORGED.to_owned())]);
        is_forbidden(&bob.sign_at(&forged, &second(&place)), &[&format!("DocMDP {level}"), "object 4"]);
        let other_field = (15, AMOUNT.replace("/Rect [120 60", "/Rect [0 0"));
        is_forbidden(&update(&signed, &[other_field]), &["object 15"]);
        let noted = update(&signed, &noted);
        if level == 2 {
            is_forbidden(&noted, &["object 3 (Page)"]);
        } else {
            assert_eq!(changes(&noted).1, "");
            assert!(!changes(&noted).0.contains(&Outcome::Invalid), "{:?}", appraise(&noted, nobody()).checks);
        }
    }
}

#[test]
fn locked_fields_stay_as_they_were() {
    if !openssl() {
        return;
    }
    let (alice, bob) = (Signer::new("Alice"), Signer::new("Bob"));
    let rules = |lock: &str| first(&format!("/TransformMethod /FieldMDP /TransformParams << {lock} >>"));
    let in_field = |lock: &str| Place { field: format!("/Rect [0 0 0 0] /Lock << {lock} >>"), ..first("") };
    let locking = ["/Action /All", "/Action /Include /Fields [(amount)]", "/Action /Exclude /Fields [(amoun)]"];
    let free = ["/Action /Include /Fields [(amoun) (s9)]", "/Action /Exclude /Fields [(amount)]"];
    let between = |place: &Place| {
        let signed = alice.sign_at(&plain(), place);
        bob.sign_at(&update(&signed, &[filled()]), &second(place))
    };
    for lock in locking {
        for place in [rules(lock), in_field(lock)] {
            let said = "signature 1 by `Alice` locked fields, and this was done after it: the locked field `amount` was changed (revision 3)";
            is_forbidden(&between(&place), &[said]);
            is_admitted(&bob.sign_at(&alice.sign_at(&plain(), &place), &second(&place)), &[VALID]);
        }
    }
    for lock in free {
        is_admitted(&between(&rules(lock)), &[VALID, OPEN]);
    }
    // A lock may certify too.
    let place = in_field("/Action /Include /Fields [(s9)] /P 1");
    let signed = alice.sign_at(&plain(), &place);
    is_forbidden(&bob.sign_at(&signed, &second(&place)), &["admits no changes", "signature 2 was added"]);
    // What a value looks like is part of it.
    let seen = AMOUNT.replace("/Rect", "/AP << /N 17 0 R >> /Rect");
    let also = vec![(15, seen), (17, FORGED.replace("999", "100"))];
    let signed = alice.sign_at(&plain(), &Place { also, ..rules("/Action /All") });
    is_forbidden(&update(&signed, &[(17, FORGED.to_owned())]), &["the locked field `amount`"]);
}

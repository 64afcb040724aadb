//! When a full package is told to lack the references, and when it is not.

use super::super::outcome;
use super::*;
use evidence::{Dossier, code};

const PACKAGE: &[u8] = include_bytes!("../../../evidence/golden/v1-sign-full.evidence.zip");

/// What `export` says of the package, changed: the exit code, and whether it says that references are missing.
fn said(change: impl FnOnce(&mut Dossier)) -> (u8, bool) {
    let mut dossier = evidence::inspect(PACKAGE, None).dossier.unwrap();
    change(&mut dossier);
    let policy = Policy::of_genesis(dossier.genesis_id());
    let report = evidence::inspect(&dossier.package(), Some(&policy));
    let told = shown(&report, Path::new("package"), 0);
    (told.code, told.text.contains(" REFERENCES "))
}

fn uncompared(dossier: &mut Dossier) {
    dossier.references.clear();
    dossier.event.appraisal.as_mut().unwrap().template = Digest::ZERO;
}

#[test]
fn a_full_package_without_the_references_is_told_as_such() {
    assert_eq!(said(|_| {}), (outcome::OK, false), "all of them");
    assert_eq!(said(|d| d.references.clear()), (outcome::INDETERMINATE, true), "none");
    // Some of them are not what the signing was compared with: that is for PACKET_COMMIT, and worse than none.
    for missing in 0..3 {
        let some = |d: &mut Dossier| drop(d.references.remove(missing));
        assert_eq!(said(some), (outcome::INVALID, false), "all but {missing}");
    }
}

#[test]
fn a_package_that_holds_none_by_its_kind_is_not() {
    let of = |variant: Variant| {
        move |d: &mut Dossier| {
            d.variant = variant;
            d.references.clear();
            d.packet = d.packet.take().filter(|_| variant == Variant::Party);
        }
    };
    assert_eq!(said(of(Variant::Party)), (outcome::OK, false));
    assert_eq!(said(of(Variant::Public)), (outcome::OK, false));
    // Compared with nothing, so there are none; that the event was changed is for other checks.
    assert_eq!(said(uncompared), (outcome::INVALID, false));
    let unreadable = evidence::inspect(b"", None);
    assert_eq!(unreadable.checks[0].code, code::PACKAGE);
    assert!(without_references(&unreadable).is_none());
}

/// Nothing goes onto the ledger for a package that no access opens.
#[test]
fn only_a_signing_is_read_under_an_access() {
    let event = evidence::inspect(PACKAGE, None).dossier.unwrap().event;
    assert!(releasable(&event).is_ok());
    let said = |body: Body| {
        let mut other = event.clone();
        other.transaction.draft.body = body;
        let refused = releasable(&other).unwrap_err();
        assert_eq!(refused.code(), outcome::INVALID);
        refused.to_string()
    };
    let signer = proto::Name::new("somebody", "signer").unwrap();
    let enrolment = said(Body::Enroll { signer: signer.clone(), references: vec![Digest::ZERO] });
    assert!(enrolment.contains("(enroll)") && enrolment.contains("Export a signing that was compared"), "{enrolment}");
    let record =
        said(Body::Record { matter: signer.clone(), kind: signer, content: Digest::ZERO, note: String::new() });
    assert!(record.contains("no stroke packets"), "{record}");
}

//! Attaching receipts: not a byte before changes, nothing else is taken for ours, and every damage is an answer.

use super::maker::{compressed, nobody, plain, receipt, update};
use crate::pdf::attach::{CannotAttach, MARKS_MAX, attach, attached};
use crate::pdf::effort::Effort;
use crate::pdf::{Pdf, revision};
use crate::subjects;
use proto::{Canonical, Digest};
use std::rc::Rc;

fn bytes(file: &[u8], seq: u64) -> Vec<u8> {
    receipt(Digest::sm3(file), seq).to_bytes()
}

#[test]
fn a_receipt_goes_in_and_comes_out() {
    for file in [plain(), compressed()] {
        let receipt = bytes(&file, 3);
        let bound = attach(&file, &receipt).unwrap();
        assert!(bound.starts_with(&file), "earlier bytes stay");
        assert_eq!(bound, attach(&file, &receipt).unwrap(), "and the result is a function of both");
        let found = attached(&bound);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].before, found[0].end, &found[0].receipt), (file.len(), bound.len(), &receipt));
        let pdf = Pdf::open(&bound).unwrap();
        assert_eq!(revision::ends(&bound, &Rc::new(Effort::of(0))).unwrap().len(), 2);
        let (_, root) = pdf.root().unwrap();
        let tree = pdf.dict(pdf.dict(root.get("Names")).unwrap().get("EmbeddedFiles")).unwrap();
        let names = tree.get("Names").unwrap().array().unwrap();
        assert_eq!(names[0].text(), Some(&b"chirograph-receipt.bin"[..]));
        let spec = pdf.dict(names.get(1)).unwrap();
        let said = String::from_utf8(spec.get("Desc").unwrap().text().unwrap().to_vec()).unwrap();
        assert!(said.contains("event 3") && said.contains(&"09".repeat(32)), "{said}");
    }
}

#[test]
fn many_receipts_and_the_document_below_them() {
    let file = compressed();
    let once = attach(&file, &bytes(&file, 1)).unwrap();
    let twice = attach(&once, &bytes(&file, 2)).unwrap();
    assert_eq!(attached(&twice).len(), 2);
    let current: Vec<usize> = subjects(&twice).iter().filter(|s| s.is_current).map(|s| s.length).collect();
    assert_eq!(current, [twice.len(), once.len(), file.len()]);
    assert!(subjects(&twice).iter().any(|s| s.is(&Digest::sm3(&file))));
    // After another revision the old document is still found, but not as what the file is now.
    let changed = update(&twice, &[(9, "(note)".to_owned())]);
    let old = subjects(&changed).into_iter().find(|s| s.is(&Digest::sha256(&[&file]))).unwrap();
    assert!(!old.is_current);
}

/// Found by fuzzing: the receipt after the last place that is looked at was attached and never found again; and from the 32nd
/// on, the document below them was no longer told.
#[test]
fn a_receipt_is_found_again_or_not_attached() {
    let file = plain();
    let mut bound = file.clone();
    for n in 1..=MARKS_MAX {
        bound = attach(&bound, &bytes(&file, n as u64)).unwrap();
        assert_eq!(attached(&bound).len(), n);
    }
    let all = subjects(&bound);
    assert_eq!(all.len(), 1 + MARKS_MAX);
    assert!(all.iter().any(|s| s.is_current && s.is(&Digest::sm3(&file))), "{} lengths", all.len());
    assert_eq!(attach(&bound, &bytes(&file, 99)), Err(CannotAttach::TooMany));
}

#[test]
fn with_as_many_revisions_as_are_read_nothing_is_attached() {
    let mut file = plain();
    let taken = (0..400).find(|n| {
        file = update(&file, &[(9, format!("({n})"))]);
        attach(&file, &bytes(&file, 1)) == Err(CannotAttach::Full)
    });
    assert!(taken.is_some() && Pdf::open(&file).is_ok());
}

#[test]
fn what_only_looks_like_ours_is_not() {
    let file = plain();
    let receipt = bytes(&file, 3);
    let bound = attach(&file, &receipt).unwrap();
    // The receipt itself proves itself; everything around it is ours to the byte.
    let inside = bound.windows(receipt.len()).position(|w| w == receipt).unwrap();
    for at in (file.len()..bound.len()).filter(|at| !(inside..inside + receipt.len()).contains(at)) {
        let mut changed = bound.clone();
        changed[at] ^= 1;
        assert!(attached(&changed).is_empty(), "byte {at}");
    }
    for end in file.len()..bound.len() {
        assert!(attached(&bound[..end]).is_empty(), "cut at {end}");
    }
    let mut noted = bound.clone();
    noted.extend_from_slice(b"% more\n");
    assert_eq!(attached(&noted).len(), 1, "what follows is another matter");
}

#[test]
fn what_may_not_be_changed_is_left_alone() {
    let certified = update(&plain(), &[(1, "<< /Type /Catalog /Pages 2 0 R /Perms << /DocMDP 8 0 R >> >>".to_owned())]);
    assert_eq!(attach(&certified, &bytes(&certified, 1)), Err(CannotAttach::Certified));
    let text = String::from_utf8_lossy(&plain()).into_owned();
    assert!(matches!(attach(b"%PDF-1.7 nothing", &bytes(b"", 1)), Err(CannotAttach::Unreadable(_))));
    assert!(matches!(attach(text.as_bytes(), b"no receipt"), Err(CannotAttach::Receipt(_))));
}

#[test]
fn no_bytes_make_it_panic() {
    let mut state: u32 = 5;
    for file in [plain(), compressed()] {
        let bound = attach(&file, &bytes(&file, 3)).unwrap();
        for _ in 0..3000 {
            let mut noise = bound.clone();
            for _ in 0..6 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize % noise.len();
                noise[at] = (state >> 24) as u8;
            }
            let _read = (subjects(&noise), crate::appraise(&noise, nobody()));
        }
    }
}

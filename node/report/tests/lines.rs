//! What must stand on the certificate and in chapter 2 whatever else does: the last lines, the flags, the file presented.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../examples/sample/specimen.rs"]
mod specimen;

use report::facts::PresentedFile;
use report::mark::Mark;
use report::sheet::Sheet;
use report::typeface::Typefaces;
use report::{Drawings, Facts, Language, Variant, certificate, document};
use specimen::Specimen;

/// The printed text without spaces: lines are broken at some.
fn printed(sheets: &[Sheet]) -> String {
    let words = |mark: &Mark| if let Mark::Text(words) = mark { Some(words.text.replace(' ', "")) } else { None };
    sheets.iter().flat_map(|sheet| sheet.marks.iter().filter_map(words)).collect()
}

/// The last lines of the page say how to check it: nothing above may push them off.
#[test]
fn a_certificate_has_all_its_lines() {
    let specimen = Specimen::new(false);
    let mut facts = specimen.facts(Variant::Full);
    let flags = ["SYNTHETIC", "NO_PRESSURE", "OUTSIDE_VALIDATED", "FEW_REFERENCES", "MACHINE_MADE"];
    facts.appraisal.as_mut().unwrap().flags = flags.map(str::to_owned).to_vec();
    for (language, last) in [(Language::En, "howtocheckbyhand."), (Language::Zh, "复核步骤见其第8章。")] {
        let drawings = specimen.drawings(Variant::Full);
        let page = printed(&[certificate::sheet(&facts, drawings, (language, &Typefaces::new()))]);
        assert!(page.contains(last) && page.contains("MACHINE_MADE"), "{language:?}: {page}");
    }
}

#[test]
fn the_file_that_was_presented_is_named_as_its_makers_word() {
    let mut facts = Specimen::new(false).facts(Variant::Full);
    let report =
        |facts: &Facts, language| printed(&document::sheets(facts, Drawings::none(), (language, &Typefaces::new())));
    assert!(!report(&facts, Language::En).contains("Presentedwhenthepackagewasmade"));
    let (name, media_type, hash) = ("合同 7.pdf".to_owned(), "application/pdf".to_owned(), "SM3".to_owned());
    facts.document.as_mut().unwrap().presented = Some(PresentedFile { name, media_type, size: 444, hash });
    assert!(report(&facts, Language::En).contains("合同7.pdf,444bytes,application/pdf,digestbySM3"));
    assert!(report(&facts, Language::Zh).contains("合同7.pdf，444字节，application/pdf，摘要算法SM3"));
}

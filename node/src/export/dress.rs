//! What people read in a package: instructions, the format, the page that verifies. No check depends on any of it.

use crate::portal::VERIFIER;
use evidence::{Dossier, text};

/// What the model is and how often it errs.
const MODEL_CARD: &str = include_str!("../../../models/MODEL.md");

/// Adds the readable parts. The same dossier gets the same ones from the same program.
pub fn dress(dossier: &mut Dossier) {
    let files = &mut dossier.readable;
    files.put("README.en.txt", text::README_EN);
    files.put("README.zh.txt", text::README_ZH);
    files.put("SPEC.md", text::SPEC);
    files.put("verify.html", VERIFIER);
    if dossier.event.appraisal.is_some() {
        files.put("data/model/card.md", MODEL_CARD);
    }
}

//! What nobody signed, forged: the package holds by every check, so its readers must be told what no check speaks for. The
//! committed list says what they are told; both verifiers must tell the same.

use super::presented::contract;
use super::{Mutant, Recipes};
use evidence::{Dossier, Presented, Variant};
use proto::Outcome;

/// Everything that section 7 of SPEC.md calls unchecked, beside a signing and two of its references.
const FORGED: [&str; 27] = [
    "README.en.txt",
    "README.zh.txt",
    "SPEC.md",
    "data/document.json",
    "data/figures/overlay.en.svg",
    "data/figures/overlay.zh.svg",
    "data/figures/pressure.en.svg",
    "data/figures/pressure.zh.svg",
    "data/figures/speed.en.svg",
    "data/figures/speed.zh.svg",
    "data/figures/strokes.en.svg",
    "data/figures/strokes.zh.svg",
    "data/figures/x.en.svg",
    "data/figures/x.zh.svg",
    "data/figures/y.en.svg",
    "data/figures/y.zh.svg",
    "data/model/calibration.json",
    "data/model/card.md",
    "data/packet/00.inkml",
    "data/packet/00.ivd",
    "data/packet/01.ivd",
    "data/page.en.pdf",
    "data/page.zh.pdf",
    "data/report.en.pdf",
    "data/report.json",
    "data/report.zh.pdf",
    "verify.html",
];

impl Recipes {
    /// Packages whose every unsigned word is a lie, under names that say what they are; they hold all the same.
    pub fn rightly_unsigned(&self) -> Vec<Mutant> {
        let mut signed = Dossier { document: Some(lied_about(contract())), ..self.world.dossier(3, Variant::Full) };
        let mut anchored = self.world.dossier(2, Variant::Public);
        anchored.document = Some(lied_about(super::presented::record()));
        for path in FORGED {
            signed.readable.put(path, "VALID; forged by nobody\n");
        }
        anchored.readable.put("data/report.en.pdf", "%PDF-");
        let right = |(name, dossier): (&str, &Dossier)| Mutant {
            name: name.to_owned(),
            bytes: dossier.package(),
            policy: None,
            first: None,
            outcome: Outcome::Valid,
        };
        [("forged-for-people", &signed), ("forged-beside-an-anchor", &anchored)].map(right).into()
    }
}

/// The right digest under a wrong name.
fn lied_about(document: Presented) -> Presented {
    Presented { name: "借条.pdf".to_owned(), media_type: "text/plain".to_owned(), ..document }
}

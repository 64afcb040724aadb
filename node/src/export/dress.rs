//! What people read in a package: instructions, the format, the page that verifies, the report with its drawings, the packets
//! in formats that examiners' tools read. No check depends on any of it.

use super::calibration::calibration;
use super::narrate::narrate;
use crate::portal::VERIFIER;
use evidence::{Dossier, Files, text};
use models::formats::{Recording, inkml, iso19794_7};
use models::{Appraiser, StrokePacket};
use report::{Drawings, Language};

/// What the model is and how often it errs.
const MODEL_CARD: &str = include_str!("../../../models/MODEL.md");

/// Puts the readable parts in, in place of those that are there. The same dossier gets the same ones from the same program.
pub fn dress(dossier: &mut Dossier) {
    let mut files = Files::default();
    files.put("README.en.txt", text::README_EN);
    files.put("README.zh.txt", text::README_ZH);
    files.put("SPEC.md", text::SPEC);
    files.put("verify.html", VERIFIER);
    if let Some(appraisal) = &dossier.event.appraisal {
        files.put("data/model/card.md", MODEL_CARD);
        if let Some(model) = Appraiser::by_digest(&appraisal.model) {
            files.put("data/model/calibration.json", calibration(&model));
        }
    }
    exchange(dossier, &mut files);
    reports(dossier, &mut files);
    dossier.readable = files;
}

/// The packets as ISO/IEC 19794-7 and InkML; what a format cannot hold is left out, the packet itself is there.
fn exchange(dossier: &Dossier, files: &mut Files) {
    for (i, sealed) in dossier.packets() {
        let recording = Recording::of(&sealed.packet);
        if let Ok(bytes) = iso19794_7::write(&recording) {
            files.put(format!("data/packet/{i:02}.ivd"), bytes);
        }
        if let Ok(text) = inkml::write(&recording) {
            files.put(format!("data/packet/{i:02}.inkml"), text);
        }
    }
}

fn reports(dossier: &Dossier, files: &mut Files) {
    let Some(facts) = narrate(dossier) else { return };
    let references: Vec<StrokePacket> = dossier.references.iter().map(|r| r.packet.clone()).collect();
    let questioned = dossier.packet.as_ref().map(|p| &p.packet);
    let drawings = || Drawings { questioned, references: &references };
    files.put("data/report.json", facts.to_json());
    for (language, word) in [(Language::En, "en"), (Language::Zh, "zh")] {
        files.put(format!("data/report.{word}.pdf"), report::render(&facts, drawings(), language));
        files.put(format!("data/page.{word}.pdf"), report::page(&facts, drawings(), language));
        for figure in report::figures(&facts, drawings(), language) {
            files.put(format!("data/figures/{}.{word}.svg", figure.name), figure.scene.to_svg());
        }
    }
}

//! The two documents: the report and the one-page certificate. From facts to bytes, the same on every machine.

use crate::chapter::{self, Source};
use crate::drawings::Drawings;
use crate::facts::Facts;
use crate::ink::Ink;
use crate::language::Language;
use crate::mark::{Mark, Words};
use crate::print::{Label, print};
use crate::sheet::{self, Sheet};
use crate::text::{Text, lines};
use crate::typeface::{Face, Typefaces};
use crate::typesetter::Typesetter;

/// Size of running titles and page numbers.
const RUNNING: f32 = 7.6;

/// The report as PDF.
pub fn render(facts: &Facts, drawings: Drawings<'_>, language: Language) -> Vec<u8> {
    let faces = Typefaces::new();
    let sheets = sheets(facts, drawings, (language, &faces));
    let title = language.text(format!("电子签署证据报告 {}", facts.id), format!("Evidence report {}", facts.id));
    print(
        &sheets,
        &Label { title: &title, id: &id(facts, "report", language), time_ms: facts.checkpoint.time_ms, language },
        &faces,
    )
}

/// The sheets of the report.
pub fn sheets(facts: &Facts, drawings: Drawings<'_>, (language, faces): (Language, &Typefaces)) -> Vec<Sheet> {
    let blocks = chapter::all(Source { facts, drawings, l: language });
    let sheets = Typesetter::new(faces).set(&blocks);
    furnished(sheets, facts, (language.of("电子签署证据报告", "Evidence report"), language, faces))
}

/// Sheets with running title, page number and the event's hash.
pub(crate) fn furnished(
    mut sheets: Vec<Sheet>,
    facts: &Facts,
    (title, language, faces): (&str, Language, &Typefaces),
) -> Vec<Sheet> {
    let running = format!("{title}   {}", facts.id);
    let hash = language.text(format!("事件摘要 {}", &facts.event.hash), format!("event {}", &facts.event.hash));
    let count = sheets.len();
    for (index, sheet) in sheets.iter_mut().enumerate() {
        let page = language.text(format!("第{}页 / 共{count}页", index + 1), format!("page {} of {count}", index + 1));
        furnish(sheet, [running.as_str(), page.as_str(), hash.as_str()], faces);
    }
    sheets
}

/// Names the content of a file.
pub(crate) fn id(facts: &Facts, kind: &str, language: Language) -> String {
    let variant = facts.variant.as_str();
    format!("{}-{}-{}-{variant}-{kind}-{}", facts.id, facts.checkpoint.header, facts.event.hash, language.short())
}

/// Running title, page number and the event's hash.
fn furnish(sheet: &mut Sheet, [running, page, hash]: [&str; 3], faces: &Typefaces) {
    let mut put = |text: &str, (face, y): (Face, f32), right: bool| {
        let text = first_line(text, (face, faces));
        let width = faces.width(face, &text) * RUNNING;
        let x = if right { sheet::RIGHT - width } else { sheet::LEFT };
        sheet.marks.push(Mark::Text(Words { at: (x, y), size: RUNNING, face, ink: Ink::Dim, text }));
    };
    put(running, (Face::Regular, sheet::RUNNING), false);
    put(hash, (Face::Regular, sheet::FOLIO), false);
    put(page, (Face::Regular, sheet::FOLIO), true);
    for y in [sheet::RUNNING + 6.0, sheet::FOLIO - 12.0] {
        sheet.marks.push(Mark::rule((sheet::LEFT, y), (sheet::RIGHT, y), (0.4, Ink::Pale)));
    }
}

/// As much of a text as fits in a line.
fn first_line(text: &str, (face, faces): (Face, &Typefaces)) -> String {
    let text = Text::default().and(face, Ink::Dim, text);
    let line = lines(&text, (RUNNING, sheet::MEASURE * 0.78), faces).swap_remove(0);
    line.into_iter().map(|piece| piece.span.text).collect()
}

//! Nothing leaves the margins and nothing is lost, whatever is set.

use super::*;
use crate::block::{Table, heading, notice, paragraph};

/// Left, top, right and bottom of everything on a sheet.
fn extent(sheet: &Sheet, faces: &Typefaces) -> (f32, f32, f32, f32) {
    let mut all = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    let mut see = |x: f32, y: f32| {
        all = (all.0.min(x), all.1.min(y), all.2.max(x), all.3.max(y));
    };
    for mark in &sheet.marks {
        match mark {
            Mark::Text(w) => {
                see(w.at.0, w.at.1);
                see(w.at.0 + faces.width(w.face, &w.text) * w.size, w.at.1);
            }
            Mark::Line { points, .. } => points.iter().for_each(|p| see(p.0, p.1)),
            Mark::Area { corners, .. } => corners.iter().for_each(|p| see(p.0, p.1)),
            Mark::Disc { at, radius, .. } => {
                see(at.0 - radius, at.1 - radius);
                see(at.0 + radius, at.1 + radius);
            }
        }
    }
    all
}

fn bare(sheets: &[Sheet]) -> String {
    let text = |mark: &Mark| if let Mark::Text(w) = mark { Some(w.text.clone()) } else { None };
    sheets.iter().flat_map(|s| s.marks.iter().filter_map(text)).collect()
}

#[test]
fn all_stays_within_the_margins() {
    let faces = Typefaces::new();
    let long = "很长的文字 with some Latin, ".repeat(400);
    let mut table =
        Table::new(&[0.1, 0.5, 0.4], &["号", "title", "很长很长很长很长很长很长很长很长很长很长很长的表头"]);
    table.row(["1".into(), long.as_str().into(), Text::mono("ab".repeat(500))]);
    (0..60).for_each(|i| table.row([i.to_string().into(), "x".into(), "y".into()]));
    let blocks = [
        heading("1", &"标题".repeat(60)),
        paragraph(long.as_str()),
        notice(long.as_str()),
        table.into(),
        Block::Command { typed: "cat ".repeat(300), expected: "f0".repeat(900) },
        heading("1.1", "last"),
    ];
    let sheets = Typesetter::new(&faces).set(&blocks);
    assert!(sheets.len() > 8, "{}", sheets.len());
    for sheet in &sheets {
        let (left, top, right, bottom) = extent(sheet, &faces);
        assert!(left >= sheet::LEFT - 0.01 && right <= sheet::RIGHT + 0.01, "{left} {right}");
        assert!(top >= sheet::TOP - 0.01 && bottom <= sheet::BOTTOM + 0.01, "{top} {bottom}");
    }
    // In reading order the halves of what was cut are next to one another.
    assert_eq!(bare(&sheets).matches("ab").count(), 500);
}

#[test]
fn a_heading_is_never_last() {
    let faces = Typefaces::new();
    for filler in 0..60 {
        let mut blocks: Vec<Block> = (0..filler).map(|_| paragraph("文字")).collect();
        blocks.extend([heading("2.1", "题目"), paragraph("后文")]);
        let sheets = Typesetter::new(&faces).set(&blocks);
        let on = sheets.iter().position(|s| !s.headings.is_empty()).unwrap();
        assert!(bare(&sheets[on..=on]).contains("后文"));
    }
}

#[test]
fn the_head_of_a_table_is_on_every_sheet() {
    let faces = Typefaces::new();
    let mut table = Table::new(&[1.0], &["HEAD"]);
    (0..120).for_each(|i| table.row([format!("row {i}").into()]));
    let sheets = Typesetter::new(&faces).set(&[table.into()]);
    assert!(sheets.len() > 2 && sheets.iter().all(|s| bare(std::slice::from_ref(s)).contains("HEAD")));
}

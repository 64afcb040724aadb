//! Sheets as a PDF file: PDF/A-2a, tagged for readers who do not see it, with embedded, subset fonts and an outline. No clock and no random id goes in, so the same
//! sheets give the same bytes.

use crate::calendar::parts;
use crate::ink::Ink;
use crate::language::Language;
use crate::mark::{Mark, Place, Words};
use crate::part::Role;
use crate::sheet::{self, Sheet};
use crate::structure::Structure;
use crate::typeface::{Face, Typefaces};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Configuration, Validator};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{ArtifactType, ContentTag, SpanTag};
use krilla::text::{Font, GlyphId, KrillaGlyph};

/// What the file says of itself.
pub struct Label<'a> {
    /// Title.
    pub title: &'a str,
    /// Names the content; the file's id follows from it.
    pub id: &'a str,
    /// The file's date, as PDF/A wants one: the checkpoint's, because nobody's clock is read. Milliseconds since 1970.
    pub time_ms: u64,
    /// Language.
    pub language: Language,
}

/// A circle's quarter as one cubic: how far the handles lie from the ends.
const QUARTER: f32 = 0.552_284_8;

/// Prints.
pub fn print(sheets: &[Sheet], label: &Label<'_>, faces: &Typefaces) -> Vec<u8> {
    let configuration = Configuration::new_with_validator(Validator::A2_A);
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let fonts = Face::ALL.map(|face| Font::new(face.file().into(), 0).expect("the committed fonts parse: tested"));
    let mut structure = Structure::default();
    for sheet in sheets {
        let settings = PageSettings::from_wh(sheet::WIDTH, sheet::HEIGHT).expect("A4 has a size");
        let mut page = document.start_page_with(settings);
        let mut pen = Pen { surface: page.surface(), fonts: &fonts, faces };
        pen.sheet(sheet, &mut structure);
        drop(pen);
        page.finish();
    }
    document.set_tag_tree(structure.tree(label.language.tag()));
    document.set_outline(outline(sheets));
    document.set_metadata(
        Metadata::new()
            .title(label.title.to_owned())
            .language(label.language.tag().to_owned())
            .creator("chirograph".to_owned())
            .creation_date(date(label.time_ms))
            .document_id(label.id.to_owned()),
    );
    document.finish().expect("marks are finite and text has glyphs, so that PDF/A-2a holds: tested")
}

fn date(ms: u64) -> DateTime {
    let [year, month, day, hour, minute, second] = parts(ms);
    let small = |v: u64| u8::try_from(v).expect("parts of a date are below 60");
    let year = u16::try_from(year.min(9999)).expect("a year of four digits");
    let day = DateTime::new(year).month(small(month)).day(small(day));
    day.hour(small(hour)).minute(small(minute)).second(small(second)).utc_offset_hour(8).utc_offset_minute(0)
}

fn outline(sheets: &[Sheet]) -> Outline {
    let mut outline = Outline::new();
    let mut chapter: Option<OutlineNode> = None;
    for (page, sheet) in sheets.iter().enumerate() {
        for (title, is_chapter, y) in &sheet.headings {
            let node = OutlineNode::new(title.clone(), XyzDestination::new(page, Point::from_xy(sheet::LEFT, *y)));
            match &mut chapter {
                Some(open) if !is_chapter => open.push_child(node),
                _ => chapter.replace(node).into_iter().for_each(|done| outline.push_child(done)),
            }
        }
    }
    chapter.into_iter().for_each(|done| outline.push_child(done));
    outline
}

/// Draws marks on a surface.
struct Pen<'s, 'a> {
    surface: Surface<'s>,
    fonts: &'a [Font; 3],
    faces: &'a Typefaces,
}

impl Pen<'_, '_> {
    /// Everything on a sheet, back to front; what is to be read is told to `structure`.
    fn sheet(&mut self, sheet: &Sheet, structure: &mut Structure) {
        let mut drawn = 0;
        for part in &sheet.parts {
            self.ornament(&sheet.marks[drawn..part.marks.start]);
            let tag =
                if let Role::Figure(_) = part.role { ContentTag::Other } else { ContentTag::Span(SpanTag::empty()) };
            let id = self.surface.start_tagged(tag);
            sheet.marks[part.marks.clone()].iter().for_each(|mark| self.mark(mark));
            self.surface.end_tagged();
            structure.take(part.block, &part.role, id);
            drawn = part.marks.end;
        }
        self.ornament(&sheet.marks[drawn..]);
    }

    fn ornament(&mut self, marks: &[Mark]) {
        if !marks.is_empty() {
            self.surface.start_tagged(ContentTag::Artifact(ArtifactType::Other));
            marks.iter().for_each(|mark| self.mark(mark));
            self.surface.end_tagged();
        }
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Text(words) => self.words(words),
            Mark::Line { points, width, ink, dashed } => self.line(points, stroke(*width, *ink, *dashed)),
            Mark::Area { corners, ink } => self.area(polygon(corners), *ink),
            Mark::Disc { at, radius, fill, rim } => {
                self.area(circle(*at, *radius), *fill);
                self.outline(circle(*at, *radius), stroke(0.6, *rim, false));
            }
        }
    }

    fn words(&mut self, words: &Words) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(words.ink)));
        let mut x = words.at.0;
        for run in self.faces.runs(words.face, &words.text) {
            let text = &words.text[run.range];
            let mut width = 0.0;
            let glyph = |(at, c): (usize, char)| {
                let glyph = self.faces.glyph(run.face, c);
                width += glyph.advance;
                KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
            };
            let glyphs: Vec<KrillaGlyph> = text.char_indices().map(glyph).collect();
            let font = self.fonts[run.face as usize].clone();
            self.surface.draw_glyphs(Point::from_xy(x, words.at.1), &glyphs, font, text, words.size, false);
            x += width * words.size;
        }
    }

    fn line(&mut self, points: &[Place], stroke: Stroke) {
        let mut path = PathBuilder::new();
        for (index, (x, y)) in points.iter().enumerate() {
            if index == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
        }
        self.outline(path.finish(), stroke);
    }

    fn outline(&mut self, path: Option<Path>, stroke: Stroke) {
        let Some(path) = path else { return };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(stroke));
        self.surface.draw_path(&path);
    }

    fn area(&mut self, path: Option<Path>, ink: Ink) {
        let Some(path) = path else { return };
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(ink)));
        self.surface.draw_path(&path);
    }
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn stroke(width: f32, ink: Ink, dashed: bool) -> Stroke {
    Stroke {
        paint: colour(ink).into(),
        width,
        miter_limit: 10.0,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        opacity: NormalizedF32::ONE,
        dash: dashed.then(|| StrokeDash { array: vec![3.0, 2.0], offset: 0.0 }),
    }
}

fn colour(ink: Ink) -> rgb::Color {
    let [r, g, b] = ink.rgb();
    rgb::Color::new(r, g, b)
}

fn polygon(corners: &[Place]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (index, (x, y)) in corners.iter().enumerate() {
        if index == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    path.close();
    path.finish()
}

fn circle((x, y): Place, r: f32) -> Option<Path> {
    let k = r * QUARTER;
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.cubic_to(x + r, y + k, x + k, y + r, x, y + r);
    path.cubic_to(x - k, y + r, x - r, y + k, x - r, y);
    path.cubic_to(x - r, y - k, x - k, y - r, x, y - r);
    path.cubic_to(x + k, y - r, x + r, y - k, x + r, y);
    path.close();
    path.finish()
}

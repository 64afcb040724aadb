//! The embedded fonts: which characters they have and how wide these are. No shaping: Chinese and Latin text without
//! ligatures needs none.

use proto::visible::is_hidden;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, GlyphId, MetadataProvider};
use std::borrow::Cow;

/// A face of the report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Face {
    /// Running text.
    Regular,
    /// Headings and heads of tables.
    Bold,
    /// Digests and commands.
    Mono,
}

/// Bytes of the font files, in the order of [`Face`].
const FILES: [&[u8]; 3] = [
    include_bytes!("../fonts/NotoSansSC-Regular.otf"),
    include_bytes!("../fonts/NotoSansSC-Bold.otf"),
    include_bytes!("../fonts/NotoSansMono-Ascii.otf"),
];

/// Units of an em in each of them.
const UNITS: f32 = 1000.0;

impl Face {
    /// All faces.
    pub const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Mono];

    /// The font file.
    pub fn file(self) -> &'static [u8] {
        FILES[self as usize]
    }
}

/// A piece of text that one face can print.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// The face.
    pub face: Face,
    /// First and last byte (exclusive) in the text.
    pub range: std::ops::Range<usize>,
}

/// A glyph with its advance in em.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u32,
    /// How far it moves the pen, in em.
    pub advance: f32,
}

/// All faces, ready for use.
pub struct Typefaces {
    faces: [Typeface; 3],
}

struct Typeface {
    characters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

impl Typefaces {
    /// Reads the embedded fonts.
    pub fn new() -> Self {
        Self { faces: Face::ALL.map(Typeface::new) }
    }
    /// The text as it can be printed: what no face has (rare characters, controls, marks that turn the direction of
    /// writing) stands as its code point, so that nothing is a box and nothing is invisible. Line breaks become spaces.
    pub fn legible<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let plain = |c| self.has(Face::Regular, c) && !is_hidden(c);
        if text.chars().all(plain) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 16);
        for c in text.chars() {
            match c {
                '\n' | '\r' | '\t' => out.push(' '),
                c if plain(c) => out.push(c),
                c => out.push_str(&format!("[U+{:04X}]", u32::from(c))),
            }
        }
        Cow::Owned(out)
    }
    /// Cuts legible text into runs: what `face` lacks is printed in the regular one.
    pub fn runs(&self, face: Face, text: &str) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (at, c) in text.char_indices() {
            let face = if self.has(face, c) { face } else { Face::Regular };
            let end = at + c.len_utf8();
            match runs.last_mut() {
                Some(run) if run.face == face => run.range.end = end,
                _ => runs.push(Run { face, range: at..end }),
            }
        }
        runs
    }
    /// The glyph of a character; of the empty box if the face lacks it.
    pub fn glyph(&self, face: Face, c: char) -> Glyph {
        let typeface = &self.faces[face as usize];
        let id = typeface.characters.map(c).unwrap_or(GlyphId::NOTDEF);
        Glyph { id: id.to_u32(), advance: typeface.metrics.advance_width(id).unwrap_or(0.0) / UNITS }
    }
    /// Width of legible text at size 1.
    pub fn width(&self, face: Face, text: &str) -> f32 {
        text.chars().fold(0.0, |sum, c| sum + self.advance(face, c))
    }
    /// Advance of one character at size 1, in the face that prints it.
    pub fn advance(&self, face: Face, c: char) -> f32 {
        let face = if self.has(face, c) { face } else { Face::Regular };
        self.glyph(face, c).advance
    }
    fn has(&self, face: Face, c: char) -> bool {
        self.faces[face as usize].characters.map(c).is_some()
    }
}

impl Default for Typefaces {
    fn default() -> Self {
        Self::new()
    }
}

impl Typeface {
    fn new(face: Face) -> Self {
        let font = FontRef::new(face.file()).expect("the committed fonts parse: tested");
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        Self { characters: font.charmap(), metrics }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_one_em_wide_and_digits_have_one_width() {
        let faces = Typefaces::new();
        assert_eq!(faces.width(Face::Regular, "签名"), 2.0);
        assert_eq!(faces.width(Face::Bold, "签名"), 2.0);
        assert_eq!(faces.width(Face::Regular, "1"), faces.width(Face::Regular, "8"));
        assert_eq!(faces.width(Face::Mono, "iW"), 2.0 * faces.width(Face::Mono, "m"));
    }

    #[test]
    fn what_no_face_has_is_its_code_point() {
        let faces = Typefaces::new();
        assert_eq!(faces.legible("张三"), "张三");
        assert_eq!(faces.legible("a\u{202e}b"), "a[U+202E]b");
        assert_eq!(faces.legible("\u{9f98}龘\u{10ffff}"), "[U+9F98]龘[U+10FFFF]".replace('龘', "[U+9F98]"));
        assert_eq!(faces.legible("a\nb"), "a b");
    }

    #[test]
    fn a_bold_name_falls_back_to_the_regular_weight() {
        let faces = Typefaces::new();
        let runs = faces.runs(Face::Bold, "张赟1");
        assert_eq!(runs.iter().map(|r| r.face).collect::<Vec<_>>(), [Face::Bold, Face::Regular, Face::Bold]);
        assert_eq!(faces.runs(Face::Mono, "a签").len(), 2);
    }
}

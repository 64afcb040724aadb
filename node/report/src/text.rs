//! Text with emphasis, and how it is broken into lines: Latin at spaces, Chinese between characters, except that closing
//! punctuation never begins a line and opening punctuation never ends one. What is wider than a line is cut anywhere.

use crate::ink::Ink;
use crate::typeface::{Face, Typefaces};

/// Text of one style.
#[derive(Clone, PartialEq, Debug)]
pub struct Span {
    /// Face.
    pub face: Face,
    /// Colour.
    pub ink: Ink,
    /// The text as given; made legible when it is set.
    pub text: String,
}

/// Text of several styles.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// Regular text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::default().and(Face::Regular, Ink::Black, text)
    }
    /// Emphasised.
    pub fn strong(text: impl Into<String>) -> Self {
        Self::default().and(Face::Bold, Ink::Black, text)
    }
    /// Digests and commands.
    pub fn mono(text: impl Into<String>) -> Self {
        Self::default().and(Face::Mono, Ink::Black, text)
    }
    /// Secondary.
    pub fn dim(text: impl Into<String>) -> Self {
        Self::default().and(Face::Regular, Ink::Dim, text)
    }
    /// With more text behind it.
    #[must_use]
    pub fn and(mut self, face: Face, ink: Ink, text: impl Into<String>) -> Self {
        self.0.push(Span { face, ink, text: text.into() });
        self
    }
    /// With another text behind it.
    #[must_use]
    pub fn then(mut self, other: impl Into<Self>) -> Self {
        self.0.extend(other.into().0);
        self
    }
    /// Without styles.
    pub fn bare(&self) -> String {
        self.0.iter().map(|s| s.text.as_str()).collect()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

/// A piece of a line: text of one style and how far it stands from the line's begin.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// From the begin of the line, points.
    pub x: f32,
    /// Style and legible text.
    pub span: Span,
}

/// A line.
pub type Line = Vec<Piece>;

/// What is not broken, with its width.
struct Atom {
    face: Face,
    ink: Ink,
    text: String,
    width: f32,
    space: bool,
    /// Belongs to the atom before it.
    tied: bool,
}

/// Breaks text of a size into lines of at most `width` points; at least one line.
pub fn lines(text: &Text, (size, width): (f32, f32), faces: &Typefaces) -> Vec<Line> {
    let mut breaker = Breaker { width, lines: vec![vec![]], x: 0.0 };
    let atoms = atoms(text, size, faces);
    let mut group: Vec<Atom> = Vec::new();
    for atom in atoms {
        if !atom.tied && !group.is_empty() {
            breaker.place(std::mem::take(&mut group), size, faces);
        }
        group.push(atom);
    }
    breaker.place(group, size, faces);
    breaker.lines
}

struct Breaker {
    width: f32,
    lines: Vec<Line>,
    x: f32,
}

impl Breaker {
    /// Places what must stay together.
    fn place(&mut self, group: Vec<Atom>, size: f32, faces: &Typefaces) {
        let width = group.iter().fold(0.0, |sum, atom| sum + atom.width);
        if group.iter().all(|atom| atom.space) {
            // A space at the end of a line hangs over its edge, where nobody sees it.
            if self.x > 0.0 && self.x + width <= self.width {
                group.into_iter().for_each(|atom| self.put(atom));
            }
            return;
        }
        if self.x > 0.0 && self.x + width > self.width {
            self.next_line();
        }
        if width <= self.width {
            group.into_iter().for_each(|atom| self.put(atom));
        } else {
            group.into_iter().for_each(|atom| self.cut(&atom, size, faces));
        }
    }
    /// Places what is wider than a line, character by character.
    fn cut(&mut self, atom: &Atom, size: f32, faces: &Typefaces) {
        for c in atom.text.chars() {
            let width = faces.advance(atom.face, c) * size;
            if self.x > 0.0 && self.x + width > self.width {
                self.next_line();
            }
            self.put(Atom { face: atom.face, ink: atom.ink, text: c.into(), width, space: false, tied: false });
        }
    }
    fn put(&mut self, atom: Atom) {
        let x = self.x;
        self.x += atom.width;
        let line = self.lines.last_mut().expect("there is a line from the begin");
        match line.last_mut() {
            Some(piece) if piece.span.face == atom.face && piece.span.ink == atom.ink => {
                piece.span.text.push_str(&atom.text);
            }
            _ => line.push(Piece { x, span: Span { face: atom.face, ink: atom.ink, text: atom.text } }),
        }
    }
    fn next_line(&mut self) {
        self.lines.push(vec![]);
        self.x = 0.0;
    }
}

fn atoms(text: &Text, size: f32, faces: &Typefaces) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let mut opened = false;
    for span in &text.0 {
        let mut begun = false;
        for c in faces.legible(&span.text).chars() {
            let width = faces.advance(span.face, c) * size;
            let (space, wide) = (c == ' ', is_wide(c));
            // A word grows; everything else is an atom of its own.
            if let Some(last) = atoms.last_mut()
                && begun
                && !space
                && !wide
                && !last.space
                && !last.text.chars().any(is_wide)
            {
                last.text.push(c);
                last.width += width;
                opened = false;
                continue;
            }
            let after_word = atoms.last().is_some_and(|last| !last.space && !last.text.chars().any(is_wide));
            let joins = !space && !wide && !begun && after_word;
            let tied = !space && (opened || CLOSING.contains(c) || joins);
            atoms.push(Atom { face: span.face, ink: span.ink, text: c.into(), width, space, tied });
            opened = OPENING.contains(c);
            begun = true;
        }
    }
    atoms
}

/// Characters that lines may be broken around.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x2014..=0x2026 | 0x2460..=0x24FF | 0x3000..=0x9FFF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
}

const CLOSING: &str = "，。、；：？！）》」』】〕”’％…—·";
const OPENING: &str = "（《「『【〔“‘";

#[cfg(test)]
mod tests;

//! A drawing of a certain size: marks from its own upper left corner. It becomes a figure in a report or a file in SVG.

use crate::ink::Ink;
use crate::mark::{Mark, Place, Words};
use crate::typeface::{Face, Typefaces};

/// A drawing.
#[derive(Clone, PartialEq, Debug)]
pub struct Scene {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// What it shows, for people who cannot see it.
    pub description: String,
    /// What is drawn, back to front.
    pub marks: Vec<Mark>,
}

/// Which point of a text its position means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// The left end.
    Left,
    /// The middle.
    Middle,
    /// The right end.
    Right,
}

impl Scene {
    /// An empty drawing.
    pub fn new((width, height): (f32, f32), description: String) -> Self {
        Self { width, height, description, marks: Vec::new() }
    }
    /// Adds a mark.
    pub fn put(&mut self, mark: Mark) {
        self.marks.push(mark);
    }
    /// Adds a line through points; fewer than two draw nothing.
    pub fn line(&mut self, points: Vec<Place>, (width, ink): (f32, Ink)) {
        if points.len() > 1 {
            self.put(Mark::Line { points, width, ink, dashed: false });
        }
    }
    /// Adds a text.
    pub fn label(&mut self, (text, anchor): (&str, Anchor), at: Place, (size, ink): (f32, Ink)) {
        let faces = Typefaces::new();
        let text = faces.legible(text).into_owned();
        let width = faces.width(Face::Regular, &text) * size;
        let shift = match anchor {
            Anchor::Left => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::Right => width,
        };
        // A text that would leave the drawing is pushed back into it.
        let x = (at.0 - shift).min(self.width - width).max(0.0);
        self.put(Mark::Text(Words { at: (x, at.1), size, face: Face::Regular, ink, text }));
    }
}

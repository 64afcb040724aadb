//! What can be put on paper: text, lines, areas and discs, placed in points (1/72 inch) from the upper left corner. A sheet
//! and a plot are lists of marks; how they become PDF or SVG is not their business.

use crate::ink::Ink;
use crate::typeface::Face;

/// A point, in points to the right and down.
pub type Place = (f32, f32);

/// One mark.
#[derive(Clone, PartialEq, Debug)]
pub enum Mark {
    /// A line of text; `at` is the left end of its base line.
    Text(Words),
    /// A line through points.
    Line {
        /// At least two points.
        points: Vec<Place>,
        /// Width of the line.
        width: f32,
        /// Colour.
        ink: Ink,
        /// Whether it is dashed.
        dashed: bool,
    },
    /// A filled polygon.
    Area {
        /// At least three corners.
        corners: Vec<Place>,
        /// Colour.
        ink: Ink,
    },
    /// A filled disc with a rim.
    Disc {
        /// Centre.
        at: Place,
        /// Radius.
        radius: f32,
        /// Colour of the inside.
        fill: Ink,
        /// Colour of the rim.
        rim: Ink,
    },
}

/// Text of one face and size.
#[derive(Clone, PartialEq, Debug)]
pub struct Words {
    /// Left end of the base line.
    pub at: Place,
    /// Height of the em square.
    pub size: f32,
    /// Face; characters that it lacks come from the regular one.
    pub face: Face,
    /// Colour.
    pub ink: Ink,
    /// The text, legible (see [`crate::typeface::Typefaces::legible`]).
    pub text: String,
}

impl Mark {
    /// The same mark elsewhere.
    #[must_use]
    pub fn moved(mut self, (dx, dy): Place) -> Self {
        let shift = |p: &mut Place| *p = (p.0 + dx, p.1 + dy);
        match &mut self {
            Self::Text(words) => shift(&mut words.at),
            Self::Line { points, .. } => points.iter_mut().for_each(shift),
            Self::Area { corners, .. } => corners.iter_mut().for_each(shift),
            Self::Disc { at, .. } => shift(at),
        }
        self
    }
    /// The same mark at another scale, lines and text included.
    #[must_use]
    pub fn scaled(mut self, factor: f32) -> Self {
        let scale = |p: &mut Place| *p = (p.0 * factor, p.1 * factor);
        match &mut self {
            Self::Text(words) => {
                scale(&mut words.at);
                words.size *= factor;
            }
            Self::Line { points, width, .. } => {
                points.iter_mut().for_each(scale);
                *width *= factor;
            }
            Self::Area { corners, .. } => corners.iter_mut().for_each(scale),
            Self::Disc { at, radius, .. } => {
                scale(at);
                *radius *= factor;
            }
        }
        self
    }
    /// A filled rectangle.
    pub fn rectangle((x, y): Place, (width, height): Place, ink: Ink) -> Self {
        Self::Area { corners: vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)], ink }
    }
    /// A straight line.
    pub fn rule(from: Place, to: Place, (width, ink): (f32, Ink)) -> Self {
        Self::Line { points: vec![from, to], width, ink, dashed: false }
    }
}

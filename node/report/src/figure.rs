//! The drawings of a report: the strokes with their order and direction, the writing over its references, and speed,
//! pressure and position over time. They show; they do not judge.

mod path;
mod plot;

use crate::curve::{Curve, Quantity};
use crate::drawings::Drawings;
use crate::facts::{Facts, Stretch};
use crate::language::Language;
use crate::scene::Scene;

/// Width of every drawing, points.
pub const WIDTH: f32 = 462.0;

/// A drawing with its name (also its file name) and caption.
#[derive(Clone, PartialEq, Debug)]
pub struct Figure {
    /// `strokes`, `overlay`, `speed`, `pressure`, `x` or `y`.
    pub name: &'static str,
    /// What it shows.
    pub caption: String,
    /// The drawing.
    pub scene: Scene,
}

/// Every drawing that can be made of these packets; none without the questioned one.
pub fn figures(facts: &Facts, drawings: Drawings<'_>, language: Language) -> Vec<Figure> {
    let Some(questioned) = drawings.questioned else { return Vec::new() };
    let mut all = vec![path::strokes(questioned, language)];
    if !drawings.references.is_empty() {
        all.push(path::overlay(questioned, drawings.references, language));
    }
    let Some(curve) = Curve::of(questioned) else { return all };
    let references: Vec<_> =
        drawings.references.iter().filter_map(Curve::of).map(|reference| curve.aligned(&reference)).collect();
    let stretches = facts.writing.explanation.as_ref().map_or(&[][..], |e| &e.stretches);
    for quantity in Quantity::ALL {
        if quantity != Quantity::Pressure || curve.has_pressure {
            all.push(plot::plot(&plot::Plot { curve: &curve, references: &references, quantity, stretches }, language));
        }
    }
    all
}

/// Which stretches belong into the plot of a quantity.
fn belongs(stretch: &Stretch, quantity: Quantity) -> bool {
    match quantity {
        Quantity::Speed => stretch.aspect == "speed",
        Quantity::Pressure => stretch.aspect == "pressure" || stretch.aspect == "pen_lift",
        Quantity::X | Quantity::Y => stretch.aspect == "shape" || stretch.aspect == "order",
    }
}

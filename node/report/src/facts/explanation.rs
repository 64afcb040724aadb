//! Where the questioned signature differs from the references, as [`models::meaning`] finds it. It explains what can be seen,
//! not how the likelihood ratio came about.

use models::meaning;
use serde::{Deserialize, Serialize};

/// What can be seen.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// References compared with.
    pub references: u32,
    /// Whether pressure was compared.
    pub pressure: bool,
    /// Stretches that stand out, most striking first.
    pub stretches: Vec<Stretch>,
    /// Features of the whole.
    pub whole: Vec<Whole>,
}

/// A stretch of the questioned signature.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Stretch {
    /// Begin, ms since the first sample, pauses of more than a second shortened to one.
    pub from_ms: u32,
    /// End.
    pub to_ms: u32,
    /// `shape`, `speed`, `pressure`, `pen_lift` or `order`.
    pub aspect: String,
    /// `other`, `faster`, `slower`, `harder`, `softer`, `lifted`, `touching`, `earlier` or `later`.
    pub direction: String,
    /// Mean deviation, thousandths of the references' own variation at that place.
    pub deviation_milli: u32,
}

/// A feature of the whole signature.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Whole {
    /// Its name in the model.
    pub feature: String,
    /// Deviations of the references above (negative: below) their mean, thousandths.
    pub deviations_milli: i32,
}

impl Explanation {
    /// Of the model's explanation.
    pub fn of(explanation: &meaning::Explanation) -> Self {
        let whole = |w: &meaning::Whole| Whole { feature: w.feature.to_owned(), deviations_milli: w.deviations_milli };
        Self {
            references: explanation.references as u32,
            pressure: explanation.pressure,
            stretches: explanation.stretches.iter().map(Stretch::of).collect(),
            whole: explanation.whole.iter().map(whole).collect(),
        }
    }
}

impl Stretch {
    fn of(stretch: &meaning::Stretch) -> Self {
        Self {
            from_ms: stretch.from_ms,
            to_ms: stretch.to_ms,
            aspect: aspect(stretch.aspect).to_owned(),
            direction: direction(stretch.direction).to_owned(),
            deviation_milli: stretch.deviation_milli,
        }
    }
}

fn aspect(aspect: meaning::Aspect) -> &'static str {
    match aspect {
        meaning::Aspect::Shape => "shape",
        meaning::Aspect::Speed => "speed",
        meaning::Aspect::Pressure => "pressure",
        meaning::Aspect::PenLift => "pen_lift",
        meaning::Aspect::Order => "order",
    }
}

fn direction(direction: meaning::Direction) -> &'static str {
    match direction {
        meaning::Direction::Other => "other",
        meaning::Direction::Faster => "faster",
        meaning::Direction::Slower => "slower",
        meaning::Direction::Harder => "harder",
        meaning::Direction::Softer => "softer",
        meaning::Direction::Lifted => "lifted",
        meaning::Direction::Touching => "touching",
        meaning::Direction::Earlier => "earlier",
        meaning::Direction::Later => "later",
    }
}

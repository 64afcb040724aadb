//! What stays the same in everything that a writer writes: size, slant, rhythm, muscles, grip.

use super::random::Random;

/// A writer's hand. Lengths are in units of 0.01 mm, times in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Habit {
    /// Height of a character.
    pub height: f64,
    /// Width of a character as a part of its height.
    pub aspect: f64,
    /// From one character to the next, as a part of the width.
    pub advance: f64,
    /// Whether the name runs downward.
    pub vertical: bool,
    /// Sideways shift per height.
    pub slant: f64,
    /// Rise of the base line per length.
    pub rise: f64,
    /// Chance that two strokes of a character are joined.
    pub joining: f64,
    /// Chance that a corner is cut.
    pub haste: f64,
    /// Usual time from one movement's command to the next.
    pub interval: f64,
    /// Ratio of a movement's response time (e^mu) to its interval: how much movements overlap.
    pub overlap: f64,
    /// Spread of a movement's lognormal.
    pub sigma: f64,
    /// How much the writer's signatures differ, around 1.
    pub looseness: f64,
    /// Usual pressure, 0 to 1.
    pub pressure: f64,
    /// How much the pressure falls with speed.
    pub lightness: f64,
    /// Seconds in which the pressure rises when the pen lands.
    pub landing: f64,
    /// Direction of the pen, tenths of a degree.
    pub azimuth: f64,
    /// Steepness of the pen, tenths of a degree.
    pub altitude: f64,
}

impl Habit {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            height: random.between(1100.0, 2300.0),
            aspect: random.between(0.75, 1.15),
            advance: random.between(0.85, 1.2),
            vertical: random.chance(0.1),
            slant: random.between(-0.15, 0.35),
            rise: random.between(-0.06, 0.14),
            joining: random.between(0.15, 0.75),
            haste: random.between(0.0, 0.4),
            interval: random.between(0.045, 0.075),
            overlap: random.between(1.3, 2.1),
            sigma: random.between(0.17, 0.3),
            looseness: random.between(1.0, 2.4),
            pressure: random.between(0.4, 0.8),
            lightness: random.between(0.05, 0.35),
            landing: random.between(0.02, 0.06),
            azimuth: random.between(1000.0, 1900.0),
            altitude: random.between(420.0, 740.0),
        }
    }
}

//! Stretches of a signature where something lies far outside what the references have among themselves: found in a curve
//! of deviations, joined where they nearly touch, weighed by how far and how long.

use super::track::STEP_MS;
use serde::Serialize;

/// A deviation from which a point belongs to a stretch; 1 is the references' own variation.
const FROM: f64 = 2.0;
/// Shortest stretch, points of the questioned signature or of what the references take for it, whichever is longer.
const POINTS_MIN: usize = 6;
/// Shortest stretch of the questioned signature itself.
const OWN_POINTS_MIN: usize = 3;
/// Most points of a reference that one point counts for.
pub const SPAN_MAX: usize = 3;
/// Stretches of one aspect that are no further apart than this are one, points.
const GAP_MAX: usize = 5;
/// Half the width of the moving mean, points.
const SMOOTH: usize = 4;
/// Deviations are not stated beyond this, thousandths.
const DEVIATION_MAX_MILLI: f64 = 99_999.0;

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// Where the pen is and where it goes.
    Shape,
    /// How fast it goes.
    Speed,
    /// How hard it presses.
    Pressure,
    /// Whether it touches.
    PenLift,
    /// When this part is written.
    Order,
}

/// To which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// No side: another shape.
    Other,
    /// Faster than the references.
    Faster,
    /// Slower.
    Slower,
    /// Pressed harder.
    Harder,
    /// Pressed less.
    Softer,
    /// Lifted where the references touch.
    Lifted,
    /// Touching where the references are lifted.
    Touching,
    /// Written earlier than in the references.
    Earlier,
    /// Written later.
    Later,
}

/// One stretch of the questioned signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// Begin, ms since the first sample, pauses of more than a second shortened to one.
    pub from_ms: u32,
    /// End.
    pub to_ms: u32,
    /// What differs.
    pub aspect: Aspect,
    /// To which side.
    pub direction: Direction,
    /// Mean deviation in thousandths of the references' own variation at that place.
    pub deviation_milli: u32,
}

/// For people who read English: `1.20 s to 1.76 s: presses less, 3.0 times what is usual`.
impl std::fmt::Display for Stretch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = |ms: u32| f64::from(ms) / 1000.0;
        let difference = match self.direction {
            Direction::Other => "another shape",
            Direction::Faster => "faster",
            Direction::Slower => "slower",
            Direction::Harder => "presses harder",
            Direction::Softer => "presses less",
            Direction::Lifted => "lifted where the references touch",
            Direction::Touching => "touches where the references are lifted",
            Direction::Earlier => "written earlier",
            Direction::Later => "written later",
        };
        let times = f64::from(self.deviation_milli) / 1000.0;
        let (from, to) = (seconds(self.from_ms), seconds(self.to_ms));
        write!(f, "{from:.2} s to {to:.2} s: {difference}, {times:.1} times what is usual")
    }
}

/// Deviations of one aspect at each point: how far, and to which side.
pub struct Curve {
    /// The aspect.
    pub aspect: Aspect,
    /// Size at each point, 1 being usual.
    pub size: Vec<f64>,
    /// Signed difference at each point.
    pub side: Vec<f64>,
    /// How many points of the references each stands for, 1 to [`SPAN_MAX`]: what is written in half the time is no less a
    /// difference for having half the points.
    pub span: Vec<usize>,
}

impl Curve {
    /// The stretches that stand out.
    pub fn stretches(&self) -> Vec<Stretch> {
        let places: Vec<usize> = self.span.iter().enumerate().flat_map(|(i, n)| std::iter::repeat_n(i, *n)).collect();
        let size = smoothed(&places.iter().map(|i| self.size[*i]).collect::<Vec<_>>());
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for i in (0..size.len()).filter(|i| size[*i] >= FROM) {
            match runs.last_mut() {
                Some((_, end)) if i <= *end + GAP_MAX => *end = i + 1,
                _ => runs.push((i, i + 1)),
            }
        }
        runs.retain(|(from, to)| to - from >= POINTS_MIN);
        let own = |(from, to): (usize, usize)| ((places[from], places[to - 1] + 1), mean(&size[from..to]));
        let stretches = runs.into_iter().map(own).filter(|((from, to), _)| to - from >= OWN_POINTS_MIN);
        stretches.map(|(run, deviation)| self.stretch(run, deviation)).collect()
    }
    fn stretch(&self, (from, to): (usize, usize), deviation: f64) -> Stretch {
        let direction = self.aspect.direction(mean(&self.side[from..to]) > 0.0);
        Stretch::new((from, to), (self.aspect, direction), deviation)
    }
}

impl Stretch {
    /// Of points `from..to`.
    pub fn new((from, to): (usize, usize), (aspect, direction): (Aspect, Direction), deviation: f64) -> Self {
        let deviation_milli = (deviation * 1000.0 + 0.5).clamp(0.0, DEVIATION_MAX_MILLI) as u32;
        Self { from_ms: from as u32 * STEP_MS, to_ms: to as u32 * STEP_MS, aspect, direction, deviation_milli }
    }
    /// What stands out more comes first in a report: how far beyond the usual, for how long.
    pub fn weight(&self) -> u64 {
        u64::from(self.deviation_milli.saturating_sub(1000)) * u64::from(self.to_ms - self.from_ms)
    }
}

impl Aspect {
    fn direction(self, more: bool) -> Direction {
        match (self, more) {
            (Self::Shape, _) => Direction::Other,
            (Self::Speed, true) => Direction::Faster,
            (Self::Speed, false) => Direction::Slower,
            (Self::Pressure, true) => Direction::Harder,
            (Self::Pressure, false) => Direction::Softer,
            (Self::PenLift, true) => Direction::Touching,
            (Self::PenLift, false) => Direction::Lifted,
            (Self::Order, true) => Direction::Later,
            (Self::Order, false) => Direction::Earlier,
        }
    }
}

fn smoothed(values: &[f64]) -> Vec<f64> {
    let window = |i: usize| &values[i.saturating_sub(SMOOTH)..(i + SMOOTH + 1).min(values.len())];
    (0..values.len()).map(|i| mean(window(i))).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |s, v| s + v) / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(high: &[(usize, usize)]) -> Curve {
        let size: Vec<f64> =
            (0..100).map(|i| if high.iter().any(|(from, to)| (*from..*to).contains(&i)) { 5.0 } else { 1.0 }).collect();
        Curve { aspect: Aspect::Speed, side: vec![-1.0; size.len()], span: vec![1; size.len()], size }
    }

    #[test]
    fn a_high_run_is_a_stretch_and_neighbours_are_joined() {
        let one = curve(&[(20, 40)]).stretches();
        assert_eq!((one.len(), one[0].direction), (1, Direction::Slower));
        assert!((340..=400).contains(&one[0].from_ms) && (800..=860).contains(&one[0].to_ms), "{one:?}");
        assert_eq!(curve(&[(20, 40), (46, 60)]).stretches().len(), 1);
        assert_eq!(curve(&[(20, 40), (60, 80)]).stretches().len(), 2);
    }

    #[test]
    fn half_the_time_is_no_smaller_a_difference() {
        let mut short = curve(&[(50, 52)]);
        assert!(short.stretches().is_empty());
        short.span[50..52].fill(2);
        let found = short.stretches();
        assert_eq!(found.len(), 1);
        assert!((940..=1000).contains(&found[0].from_ms) && (1040..=1100).contains(&found[0].to_ms), "{found:?}");
    }

    #[test]
    fn a_twitch_is_none() {
        assert!(curve(&[(50, 51)]).stretches().is_empty());
        assert!(curve(&[]).stretches().is_empty());
    }
}

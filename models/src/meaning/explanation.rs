//! Where and how a questioned signature differs from its references: stretches by shape, speed, pressure, pen lifts and
//! order, measured in units of how much the references differ from one another at the same place, and each feature of the
//! whole. Data for a report: it explains what can be seen, not how the likelihood ratio came about.

use super::stretch::{Aspect, Curve, Direction, SPAN_MAX, Stretch};
use super::track::{QUALITIES, Track, differences, quality};
use crate::arithmetic::hypot;
use crate::evidence::Habit;
use crate::globals::{GLOBAL_NAMES, GLOBALS, WITHOUT_PRESSURE, globals};
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::template::{REFERENCES_MAX, REFERENCES_MIN};
use crate::trace::Trace;
use serde::Serialize;

/// Most stretches of an explanation.
const STRETCHES_MAX: usize = 12;
/// Mean difference along the path between two signatures of one person, in the order of [`quality`]: of 30 writers with
/// ten references each. It stands in for the references' own where they are few. Pen lifts count for twice what was
/// measured: they are none or one, and mostly none.
const USUAL: [f64; QUALITIES] = [0.11, 0.21, 0.28, 0.21, 0.27, 0.086, 0.076];
/// How many references it counts for.
const USUAL_COUNTS: f64 = 2.0;

/// Shortest part that is looked for elsewhere, points.
const PART_MIN: usize = 8;
/// A part was written at another time if it fits there this much better than where it is held against.
const FITS_BETTER: f64 = 0.4;
/// Mean distance from which a part is misplaced at all, deviations of the signature.
const MISPLACED: f64 = 0.5;
/// How far off in time the better place must be, points.
const ELSEWHERE: usize = 12;

/// What can be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// References compared with.
    pub references: usize,
    /// Whether pressure was compared.
    pub pressure: bool,
    /// Length of the questioned signature, ms, pauses of more than a second shortened to one.
    pub duration_ms: u32,
    /// Stretches that stand out, most striking first; at most 12.
    pub stretches: Vec<Stretch>,
    /// Features of the whole.
    pub whole: Vec<Whole>,
}

/// A feature of the whole signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Whole {
    /// Its name.
    pub feature: &'static str,
    /// How many of the references' standard deviations it is above (or, negative, below) their mean, thousandths.
    pub deviations_milli: i32,
}

/// For people who read English: `log_width 3.1 deviations above the references`.
impl std::fmt::Display for Whole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = if self.deviations_milli < 0 { "below" } else { "above" };
        let deviations = f64::from(self.deviations_milli.unsigned_abs()) / 1000.0;
        write!(f, "{} {deviations:.1} deviations {side} the references", self.feature)
    }
}

/// Explains. `within` is the deviation of each global feature within one person, from the model's constants.
pub fn explain(
    questioned: &StrokePacket,
    references: &[StrokePacket],
    within: &[f64; GLOBALS],
) -> Result<Explanation, Refusal> {
    let found = references.len();
    if !(REFERENCES_MIN..=REFERENCES_MAX).contains(&found) {
        return Err(Refusal::ReferenceCount { found, min: REFERENCES_MIN, max: REFERENCES_MAX });
    }
    let trace = Trace::new(questioned)?;
    let traces = references.iter().enumerate().map(|(i, r)| reference(i, r)).collect::<Result<Vec<_>, _>>()?;
    let (ours, tracks) = (Track::of(&trace), traces.iter().map(Track::of).collect::<Vec<_>>());
    let pressure = ours.has_pressure && tracks.iter().all(|t| t.has_pressure);
    let comparison = Comparison { ours: &ours, references: &tracks, pressure };
    let mut stretches = comparison.stretches();
    stretches.sort_by_key(|s| (std::cmp::Reverse(s.weight()), s.from_ms));
    stretches.truncate(STRETCHES_MAX);
    let whole = whole(&trace, &traces, (within, pressure));
    let duration_ms = (trace.seconds * 1000.0) as u32;
    Ok(Explanation { references: found, pressure, duration_ms, stretches, whole })
}

fn reference(index: usize, packet: &StrokePacket) -> Result<Trace, Refusal> {
    Trace::new(packet).map_err(|reason| Refusal::Reference { index, reason: Box::new(reason) })
}

fn whole(trace: &Trace, references: &[Trace], (within, pressure): (&[f64; GLOBALS], bool)) -> Vec<Whole> {
    let theirs: Vec<_> = references.iter().map(globals).collect();
    let unusual = Habit::of(&theirs, within).unusual(&globals(trace));
    let shown = if pressure { GLOBALS } else { WITHOUT_PRESSURE };
    let feature = |(feature, z): (&'static str, f64)| Whole { feature, deviations_milli: (z * 1000.0).round() as i32 };
    GLOBAL_NAMES.into_iter().zip(unusual).take(shown).map(feature).collect()
}

/// The questioned signature beside its references.
struct Comparison<'a> {
    ours: &'a Track,
    references: &'a [Track],
    pressure: bool,
}

/// How far each point is off in one quality.
struct Off {
    /// Times the usual variation.
    size: Vec<f64>,
    /// Signed, in the quality's own unit.
    side: Vec<f64>,
}

impl Comparison<'_> {
    fn stretches(&self) -> Vec<Stretch> {
        use quality::{COS, DOWN, PRESSURE, SIN, SPEED, X, Y};
        let spans = self.spans();
        let mut curves = vec![
            self.curve(Aspect::Shape, &[X, Y, COS, SIN], &spans),
            self.curve(Aspect::Speed, &[SPEED], &spans),
            self.curve(Aspect::PenLift, &[DOWN], &spans),
        ];
        if self.pressure {
            curves.push(self.curve(Aspect::Pressure, &[PRESSURE], &spans));
        }
        let mut stretches: Vec<Stretch> = curves.iter().flat_map(Curve::stretches).collect();
        stretches.extend(self.misplaced());
        stretches
    }
    fn curve(&self, aspect: Aspect, qualities: &[usize], spans: &[usize]) -> Curve {
        let offs: Vec<Off> = qualities.iter().map(|q| self.off(*q)).collect();
        let mean = |i: usize| offs.iter().fold(0.0, |s, off| s + off.size[i]) / offs.len() as f64;
        let size = (0..self.ours.len()).map(mean).collect();
        // Only aspects of one quality have sides.
        let side = offs.into_iter().next().map_or_else(Vec::new, |off| off.side);
        Curve { aspect, size, side, span: spans.to_vec() }
    }
    /// How many points of the references each of ours is held against, on average.
    fn spans(&self) -> Vec<usize> {
        let mut sums = vec![0; self.ours.len()];
        for reference in self.references {
            let aligned = self.ours.aligned(reference, self.pressure);
            sums.iter_mut().zip(aligned).for_each(|(sum, range)| *sum += range.count());
        }
        let n = self.references.len();
        sums.into_iter().map(|sum| ((sum + n / 2) / n).clamp(1, SPAN_MAX)).collect()
    }
    fn off(&self, quality: usize) -> Off {
        let n = self.references.len() as f64;
        let variations = self.variations(quality);
        let (mut size, mut side) = (vec![0.0; self.ours.len()], vec![0.0; self.ours.len()]);
        let mut usual = vec![0.0; self.ours.len()];
        for (reference, variation) in self.references.iter().zip(&variations) {
            for (i, (signed, apart)) in differences(self.ours, reference, (quality, self.pressure)).iter().enumerate() {
                size[i] += apart / n;
                side[i] += signed / n;
            }
            for (i, range) in self.ours.aligned(reference, self.pressure).into_iter().enumerate() {
                let count = range.clone().count() as f64;
                usual[i] += range.fold(0.0, |s, j| s + variation[j]) / count / n;
            }
        }
        size.iter_mut().zip(&usual).for_each(|(size, usual)| *size /= usual);
        Off { size, side }
    }
    /// At each point of each reference how far the other references are off there: half of it as measured at the point,
    /// half as over the whole, and the usual variation besides.
    fn variations(&self, quality: usize) -> Vec<Vec<f64>> {
        let others = (self.references.len() - 1) as f64;
        let local = |(at, reference): (usize, &Track)| {
            let mut sum = vec![0.0; reference.len()];
            for (_, other) in self.references.iter().enumerate().filter(|(i, _)| *i != at) {
                let apart = differences(reference, other, (quality, self.pressure));
                sum.iter_mut().zip(apart).for_each(|(sum, (_, apart))| *sum += apart / others);
            }
            sum
        };
        let local: Vec<Vec<f64>> = self.references.iter().enumerate().map(local).collect();
        let points = local.iter().map(Vec::len).sum::<usize>() as f64;
        let overall = local.iter().flatten().fold(0.0, |s, v| s + v) / points;
        let mixed =
            |here: &f64| (USUAL_COUNTS * USUAL[quality] + others * 0.5 * (here + overall)) / (USUAL_COUNTS + others);
        local.iter().map(|values| values.iter().map(mixed).collect()).collect()
    }

    /// Parts between two pen lifts that most references have too, but at another time.
    fn misplaced(&self) -> Vec<Stretch> {
        let parts = parts(&self.ours.values[quality::DOWN]);
        parts.into_iter().filter_map(|part| self.elsewhere(part)).collect()
    }
    fn elsewhere(&self, (from, to): (usize, usize)) -> Option<Stretch> {
        let found: Vec<Place> = self.references.iter().filter_map(|r| self.better_place((from, to), r)).collect();
        if found.len() * 2 <= self.references.len() {
            return None;
        }
        let earlier = found.iter().filter(|place| place.later_there).count() * 2 > found.len();
        let direction = if earlier { Direction::Earlier } else { Direction::Later };
        let apart = found.iter().fold(0.0, |s, place| s + place.apart) / found.len() as f64;
        let usual = (USUAL[quality::X] + USUAL[quality::Y]) * 0.5;
        Some(Stretch::new((from, to), (Aspect::Order, direction), apart / usual))
    }
    fn better_place(&self, (from, to): (usize, usize), reference: &Track) -> Option<Place> {
        let aligned = self.ours.aligned(reference, self.pressure);
        let apart = (from..to).fold(0.0, |s, i| s + self.apart(i, reference, *aligned[i].start())) / (to - from) as f64;
        let shifted = |start: usize| {
            (from..to).fold(0.0, |s, i| s + self.apart(i, reference, start + i - from)) / (to - from) as f64
        };
        let starts = 0..(reference.len() + 1).checked_sub(to - from)?;
        let best = starts.map(|start| (shifted(start), start)).min_by(|a, b| a.0.total_cmp(&b.0))?;
        let here = *aligned[from].start();
        let moved = best.1.abs_diff(here) > ELSEWHERE && apart > MISPLACED && best.0 < apart * FITS_BETTER;
        moved.then_some(Place { apart, later_there: best.1 > here })
    }
    fn apart(&self, i: usize, reference: &Track, j: usize) -> f64 {
        let of = |q: usize| self.ours.values[q][i] - reference.values[q][j];
        hypot(of(quality::X), of(quality::Y))
    }
}

/// Where in a reference a part fits better.
struct Place {
    /// Mean distance from what it is held against.
    apart: f64,
    later_there: bool,
}

/// Points between pen-down and pen-up.
fn parts(down: &[f64]) -> Vec<(usize, usize)> {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for (i, _) in down.iter().enumerate().filter(|(_, d)| **d > 0.5) {
        match parts.last_mut() {
            Some((_, end)) if *end == i => *end = i + 1,
            _ => parts.push((i, i + 1)),
        }
    }
    parts.retain(|(from, to)| to - from >= PART_MIN);
    parts
}

#[cfg(test)]
mod tests;

//! The numbers that speak against a writer: what warping measures against the references, in relation to how far the
//! references lie from one another, and how far each global feature is above or below what the references have.
//!
//! Dividing by the square root of the references' own spread is DsDTW's normalisation (Jiang et al., TIFS 2022). Weighing
//! the numbers is `llr`'s task.

use crate::arithmetic::ln;
use crate::dtw::{MEASURES, MEASURES_WITHOUT_PRESSURE, Measures, measure_names};
use crate::globals::{GLOBAL_NAMES, GLOBALS, WITHOUT_PRESSURE};

/// Measures below this count as this: two genuine signatures do not come closer, and a replay gains nothing by it.
pub const DISTANCE_FLOOR: f64 = 0.02;
/// How many references the within-person deviation of all writers counts for.
const PRIOR_REFERENCES: f64 = 5.0;
/// A global feature further off than this says no more than this.
const Z_MAX: f64 = 12.0;

/// How many references there are; each class is weighed and calibrated on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum References {
    /// 1.
    One,
    /// 2 to 4.
    Few,
    /// 5 or more.
    Many,
}

/// The conditions that are calibrated separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// Class of the number of references.
    pub references: References,
    /// Whether pressure is compared: it is in the packet and in all references.
    pub pressure: bool,
}

impl Condition {
    /// All, in the order of the constants file.
    pub const ALL: [Self; 6] = [
        Self { references: References::One, pressure: true },
        Self { references: References::One, pressure: false },
        Self { references: References::Few, pressure: true },
        Self { references: References::Few, pressure: false },
        Self { references: References::Many, pressure: true },
        Self { references: References::Many, pressure: false },
    ];
    /// The condition of a comparison with `references` references.
    pub fn new(references: usize, pressure: bool) -> Self {
        let references = match references {
            0 | 1 => References::One,
            2..=4 => References::Few,
            _ => References::Many,
        };
        Self { references, pressure }
    }
    /// Position in [`Self::ALL`].
    pub fn index(self) -> usize {
        self.references as usize * 2 + usize::from(!self.pressure)
    }
    /// Name in the constants file.
    pub fn name(self) -> &'static str {
        ["one+pressure", "one", "few+pressure", "few", "many+pressure", "many"][self.index()]
    }
    fn globals(self) -> usize {
        if self.pressure { GLOBALS } else { WITHOUT_PRESSURE }
    }
    fn measures(self) -> usize {
        if self.pressure { MEASURES } else { MEASURES_WITHOUT_PRESSURE }
    }
    /// Names of the numbers of evidence, in order.
    pub fn evidence_names(self) -> Vec<String> {
        let mut names = Vec::new();
        if self.references != References::One {
            names.extend(["distance_nearest", "distance_relative"].map(String::from));
        }
        names.extend(measure_names().take(self.measures()).map(String::from));
        let globals = &GLOBAL_NAMES[..self.globals()];
        names.extend(globals.iter().map(|name| format!("above_{name}")));
        names.extend(globals.iter().map(|name| format!("below_{name}")));
        names
    }
}

/// How far the references lie from one another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean over references of the distance to the nearest other one.
    pub nearest: f64,
    /// Mean of each measure over all pairs.
    pub mean: Measures,
}

impl Spread {
    /// From the measures of the pairs `(i, j)`, `i < j < n`; `None` for fewer than two references.
    pub fn of(n: usize, mut compare: impl FnMut(usize, usize) -> Measures) -> Option<Self> {
        if n < 2 {
            return None;
        }
        let mut nearest = vec![f64::MAX; n];
        let mut mean = [0.0; MEASURES];
        for j in 1..n {
            for i in 0..j {
                let measures = compare(i, j);
                mean.iter_mut().zip(measures).for_each(|(sum, value)| *sum += value);
                nearest[i] = nearest[i].min(measures[0]);
                nearest[j] = nearest[j].min(measures[0]);
            }
        }
        let pairs = (n * (n - 1) / 2) as f64;
        let nearest = nearest.iter().fold(0.0, |s, d| s + d) / n as f64;
        Some(Self { nearest, mean: mean.map(|m| m / pairs) })
    }
}

/// How the references' global features lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habit {
    mean: [f64; GLOBALS],
    deviation: [f64; GLOBALS],
}

impl Habit {
    /// Of at least one reference. `within` is the deviation within one person that all writers share: few references
    /// say little about a person's own.
    pub fn of(references: &[[f64; GLOBALS]], within: &[f64; GLOBALS]) -> Self {
        let n = references.len() as f64;
        let mean = std::array::from_fn(|g| references.iter().fold(0.0, |s, r| s + r[g]) / n);
        let deviation = std::array::from_fn(|g: usize| {
            let squares = references.iter().fold(0.0, |s, r| s + (r[g] - mean[g]) * (r[g] - mean[g]));
            ((squares + PRIOR_REFERENCES * within[g] * within[g]) / (n + PRIOR_REFERENCES)).sqrt()
        });
        Self { mean, deviation }
    }
    /// How many deviations each feature is off, and to which side.
    pub fn unusual(&self, globals: &[f64; GLOBALS]) -> [f64; GLOBALS] {
        std::array::from_fn(|g| {
            let z = (globals[g] - self.mean[g]) / (self.deviation[g] + 1e-9);
            z.clamp(-Z_MAX, Z_MAX)
        })
    }
}

/// The evidence of one comparison, in the order of [`Condition::evidence_names`]. `measured` has one row a reference.
pub fn evidence(
    condition: Condition,
    measured: &[Measures],
    spread: Option<&Spread>,
    unusual: &[f64; GLOBALS],
) -> Vec<f64> {
    let count = measured.len() as f64;
    let mean = |k: usize| measured.iter().fold(0.0, |s, d| s + d[k]) / count;
    let mut out = Vec::with_capacity(2 + MEASURES + 2 * GLOBALS);
    if let Some(s) = spread {
        let nearest = measured.iter().fold(f64::MAX, |m, d| if d[0] < m { d[0] } else { m });
        out.push(log(nearest) - 0.5 * log(s.nearest));
        out.push(log(mean(0)) - log(s.mean[0]));
    }
    for k in 0..condition.measures() {
        out.push(log(mean(k)) - spread.map_or(0.0, |s| 0.5 * log(s.mean[k])));
    }
    let off = &unusual[..condition.globals()];
    out.extend(off.iter().map(|z| if *z > 0.0 { *z } else { 0.0 }));
    out.extend(off.iter().map(|z| if *z < 0.0 { -*z } else { 0.0 }));
    out
}

/// Natural logarithm, from [`DISTANCE_FLOOR`] on.
pub(crate) fn log(distance: f64) -> f64 {
    ln(if distance > DISTANCE_FLOOR { distance } else { DISTANCE_FLOOR })
}

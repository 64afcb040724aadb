//! The numbers that speak for or against a writer: distances to the references, set in relation to how far the
//! references lie from one another, and how unusual the global features are. Weighing them is `llr`'s task.

use crate::arithmetic::ln;
use crate::dtw::{KIND_NAMES, KINDS};
use crate::globals::{GLOBAL_NAMES, GLOBALS, WITHOUT_PRESSURE};

/// Distances below this count as this: two genuine signatures do not come closer, and a replay gains nothing by it.
pub const DISTANCE_FLOOR: f64 = 0.02;
/// How many references the within-person deviation of all writers counts for.
const PRIOR_REFERENCES: f64 = 5.0;
/// A global feature further off than this says no more than this.
const Z_MAX: f64 = 8.0;

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
    /// Names of the numbers of evidence, in order.
    pub fn evidence_names(self) -> Vec<String> {
        let roles: &[&str] =
            if self.references == References::One { &["distance"] } else { &["nearest", "mean", "relative"] };
        let distances = KIND_NAMES.iter().flat_map(|kind| roles.iter().map(move |role| format!("{kind}_{role}")));
        distances.chain(GLOBAL_NAMES[..self.globals()].iter().map(|name| format!("z_{name}"))).collect()
    }
}

/// How far the references lie from one another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean over references of the distance to the nearest other one.
    pub nearest: [f64; KINDS],
    /// Mean over all pairs.
    pub mean: [f64; KINDS],
}

impl Spread {
    /// From the distances of the pairs `(i, j)`, `i < j < n`; `None` for fewer than two references.
    pub fn of(n: usize, distance: impl Fn(usize, usize) -> [f64; KINDS]) -> Option<Self> {
        if n < 2 {
            return None;
        }
        let mut nearest = vec![[f64::MAX; KINDS]; n];
        let mut mean = [0.0; KINDS];
        for j in 1..n {
            for i in 0..j {
                for (k, d) in distance(i, j).into_iter().enumerate() {
                    mean[k] += d;
                    nearest[i][k] = nearest[i][k].min(d);
                    nearest[j][k] = nearest[j][k].min(d);
                }
            }
        }
        let pairs = (n * (n - 1) / 2) as f64;
        let average = |k: usize| nearest.iter().fold(0.0, |s, row| s + row[k]) / n as f64;
        Some(Self { nearest: std::array::from_fn(average), mean: mean.map(|m| m / pairs) })
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
    /// How many deviations each feature is off.
    pub fn unusual(&self, globals: &[f64; GLOBALS]) -> [f64; GLOBALS] {
        std::array::from_fn(|g| {
            let z = ((globals[g] - self.mean[g]) / (self.deviation[g] + 1e-9)).abs();
            if z < Z_MAX { z } else { Z_MAX }
        })
    }
}

/// The evidence of one comparison, in the order of [`Condition::evidence_names`]. `distances` has one row a reference.
pub fn evidence(
    condition: Condition,
    distances: &[[f64; KINDS]],
    spread: Option<&Spread>,
    unusual: &[f64; GLOBALS],
) -> Vec<f64> {
    let mut out = Vec::with_capacity(3 * KINDS + GLOBALS);
    for k in 0..KINDS {
        let nearest = distances.iter().fold(f64::MAX, |m, d| if d[k] < m { d[k] } else { m });
        let mean = distances.iter().fold(0.0, |s, d| s + d[k]) / distances.len() as f64;
        match spread {
            None => out.push(log(mean)),
            Some(s) => {
                out.push(log(nearest) - 0.5 * log(s.nearest[k]));
                out.push(log(mean) - 0.5 * log(s.mean[k]));
                out.push(log(mean) - log(s.mean[k]));
            }
        }
    }
    out.extend_from_slice(&unusual[..condition.globals()]);
    out
}

fn log(distance: f64) -> f64 {
    ln(if distance > DISTANCE_FLOOR { distance } else { DISTANCE_FLOOR })
}

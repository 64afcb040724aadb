//! Whether a movement is one that no hand makes: a sum of small decision trees over the numbers of `movement`, and over what is
//! odd about each of them beside the others.
//!
//! Trees, because a program may be too even as well as too uneven, and is given away by few numbers together. Beside the others,
//! because a program that gets every number right by itself seldom gets right how a hand's numbers go together: who writes fast
//! also slows in curves. The constants are fitted by `attacks` in `models/train` on people's signatures, genuine and imitated,
//! against writings of many kinds of programs; the file is compiled in.
//! A movement recorded by another kind of device than those was not seen in fitting, so more is asked before it is flagged.

use super::forest::Tree;
use super::movement::{FEATURES, features};
use super::reports::{FITTED_US, Reports, STEP_US};
use crate::packet::{DigitiserKind, StrokePacket};
use crate::trace::Trace;
use std::sync::LazyLock;

/// What was fitted; a model's digest covers it.
pub const CONSTANTS: &str = include_str!("machine.txt");
/// First line of a constants file.
const HEADER: &str = "chirograph attack constants 3";
/// What is further off than this many deviations says no more than this.
const Z_MAX: f64 = 4.0;
/// Most trees of a file.
const TREES_MAX: usize = 512;
/// What is weighed: each number by itself, and beside the others.
pub const INPUTS: usize = 2 * FEATURES;

/// What decides on movement beside the constants; a model's digest covers it.
pub(super) const LIMITS: [f64; 4] = [Z_MAX, FITTED_US as f64, *STEP_US.start() as f64, *STEP_US.end() as f64];

static SHIPPED: LazyLock<Machine> =
    LazyLock::new(|| Machine::parse(CONSTANTS).expect("the committed constants parse: tested"));

/// A fitted classifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Log odds above this are a program's, on the kind of device that was fitted on.
    pub limit: f64,
    /// The same on other devices.
    pub limit_elsewhere: f64,
    /// Log odds before anything is looked at.
    pub bias: f64,
    /// One for each number.
    pub terms: [Term; FEATURES],
    /// One for each number beside the others.
    pub beside: [Beside; FEATURES],
    /// What they say.
    pub trees: Vec<Tree>,
}

/// What one number is like in people.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Term {
    /// Mean over people.
    pub mean: f64,
    /// Deviation over people.
    pub deviation: f64,
}

/// One number beside the others: how far it is from what they let expect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beside {
    /// Of the deviations of all numbers, itself included: a row of the inverse of people's covariance, by the root of its
    /// diagonal, so that a person's result has deviation 1.
    pub parts: [f64; FEATURES],
}

/// Whether the movement is one that no hand makes.
pub(super) fn made(packet: &StrokePacket, trace: &Trace, reports: Reports) -> bool {
    let pen = matches!(packet.device.kind, DigitiserKind::EmrPen | DigitiserKind::Synthetic);
    let limit = if pen && reports.are_fitted_to() { SHIPPED.limit } else { SHIPPED.limit_elsewhere };
    SHIPPED.log_odds(&features(trace)) > limit
}

impl Machine {
    /// The one that nodes use.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }
    /// How many deviations each number is off, by itself.
    pub fn off(&self, numbers: &[f64]) -> [f64; FEATURES] {
        std::array::from_fn(|i| self.terms[i].off(numbers[i]))
    }
    /// What is weighed: how far each number is off by itself, then beside the others.
    pub fn inputs(&self, numbers: &[f64]) -> [f64; INPUTS] {
        let off = self.off(numbers);
        std::array::from_fn(|i| if i < FEATURES { off[i] } else { self.beside[i - FEATURES].off(&off) })
    }
    /// Natural log odds that a program moved.
    pub fn log_odds(&self, numbers: &[f64]) -> f64 {
        let inputs = self.inputs(numbers);
        self.trees.iter().fold(self.bias, |sum, tree| sum + tree.value(&inputs))
    }
    /// Reads a constants file; `None` if a line is missing, out of place or too many.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        lines.next().filter(|line| *line == HEADER)?;
        let mut one = |name: &str| numbers::<1>(lines.next()?, name).map(|[v]| v);
        let (limit, limit_elsewhere, bias) = (one("limit")?, one("limit_elsewhere")?, one("bias")?);
        let mut terms = [Term::default(); FEATURES];
        for (index, term) in terms.iter_mut().enumerate() {
            let [mean, deviation] = numbers(lines.next()?, &format!("movement {index}"))?;
            *term = Term { mean, deviation };
        }
        let mut beside = [Beside { parts: [0.0; FEATURES] }; FEATURES];
        for (index, row) in beside.iter_mut().enumerate() {
            *row = Beside { parts: numbers(lines.next()?, &format!("beside {index}"))? };
        }
        let trees: Vec<Tree> = lines.map(|line| Tree::parse(line, INPUTS)).collect::<Option<_>>()?;
        (trees.len() <= TREES_MAX).then_some(Self { limit, limit_elsewhere, bias, terms, beside, trees })
    }
    /// Writes the file that [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let Self { limit, limit_elsewhere, bias, .. } = self;
        let mut out = format!("{HEADER}\nlimit {limit}\nlimit_elsewhere {limit_elsewhere}\nbias {bias}\n");
        for (i, Term { mean, deviation }) in self.terms.iter().enumerate() {
            out.push_str(&format!("movement {i} {mean} {deviation}\n"));
        }
        for (i, Beside { parts }) in self.beside.iter().enumerate() {
            let parts: String = parts.iter().map(|part| format!(" {part}")).collect();
            out.push_str(&format!("beside {i}{parts}\n"));
        }
        self.trees.iter().for_each(|tree| out.push_str(&tree.to_text()));
        out
    }
}

impl Term {
    fn off(&self, value: f64) -> f64 {
        ((value - self.mean) / (self.deviation + 1e-9)).clamp(-Z_MAX, Z_MAX)
    }
}

impl Beside {
    /// From how far all numbers are off by themselves.
    fn off(&self, off: &[f64; FEATURES]) -> f64 {
        self.parts.iter().zip(off).fold(0.0, |sum, (part, z)| sum + part * z).clamp(-Z_MAX, Z_MAX)
    }
}

/// The numbers after a name, exactly so many.
fn numbers<const N: usize>(line: &str, name: &str) -> Option<[f64; N]> {
    let words = line.strip_prefix(name)?.strip_prefix(' ')?.split(' ');
    let values: Vec<f64> = words.map(|w| w.parse().ok()).collect::<Option<_>>()?;
    values.try_into().ok()
}

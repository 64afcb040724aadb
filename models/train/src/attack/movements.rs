//! Movements of people and of programs as numbers, and the classifier fitted to them.

use crate::attack::chance::Chance;
use crate::attack::people::Person;
use crate::attack::strokes::Strokes;
use crate::attack::{disguises, elsewhere, machines};
use crate::{boosting, logistic, workers};
use models::StrokePacket;
use models::attacks::{Beside, FEATURES, Machine, Term};
use models::features::moments;
use models::trace::Trace;
use std::collections::BTreeMap;

/// Added to the variances of people's numbers, so that two that nearly say the same do not blow up what is beside them.
const RIDGE: f64 = 0.05;
/// Digits of what the constants file keeps of a covariance.
const DIGITS: f64 = 1e4;
/// Writers are left out in so many groups.
pub const FOLDS: u32 = 5;

/// The numbers of a movement.
type Numbers = [f64; FEATURES];

/// Who or what moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mover {
    /// The signer.
    Signer,
    /// Somebody who imitates the signer.
    Imitator,
    /// A person at a rate of [`elsewhere::RATES`], by its place there.
    PersonElsewhere(usize),
    /// A program at such a rate.
    ProgramElsewhere(usize),
    /// A species of [`machines::ALL`] under a disguise of [`disguises::ALL`], by their places there.
    Program(usize, usize),
}

/// One movement.
pub struct Movement {
    /// Who moved.
    pub mover: Mover,
    /// 1 or 2.
    pub task: u32,
    /// Number of the writer, or of the one whose shape was used.
    pub writer: u32,
    /// What the classifier looks at; `None` if the packet is refused anyway.
    pub numbers: Option<Vec<f64>>,
}

impl Movement {
    fn of(mover: Mover, person: &Person, packet: &StrokePacket) -> Self {
        let trace = Trace::new(packet).ok().filter(|t| models::inspection::inspect(packet, t).is_ok());
        let numbers = trace.map(|t| models::attacks::movement(&t));
        Self { mover, task: person.task, writer: person.number, numbers }
    }
    /// Nothing of a recording that is refused anyway, because it is too slow for one.
    fn unless_refused(self) -> Option<Self> {
        self.numbers.is_some().then_some(self)
    }
    /// Whether a program made it.
    pub fn is_program(&self) -> bool {
        matches!(self.mover, Mover::Program(..))
    }
    /// The family of its species; empty for people.
    pub fn family(&self) -> &'static str {
        if let Mover::Program(species, _) = self.mover { machines::ALL[species].family } else { "" }
    }
    /// Whether it is fitted to; of other devices there are no recordings, only guesses.
    fn is_fitted_to(&self) -> bool {
        !matches!(self.mover, Mover::PersonElsewhere(_) | Mover::ProgramElsewhere(_))
    }
    /// Which group of writers it is of.
    pub fn fold(&self) -> u32 {
        self.writer % FOLDS
    }
}

/// All movements; of each program's about one in eight of what could be made.
pub fn all(people: &[Person]) -> Vec<Movement> {
    workers::map(people.len(), |i| of_person(i, &people[i])).into_iter().flatten().collect()
}

fn of_person(index: usize, person: &Person) -> Vec<Movement> {
    let mut out = Vec::new();
    for (i, packet) in person.genuine.iter().chain(&person.forged).enumerate() {
        let mover = if i < person.genuine.len() { Mover::Signer } else { Mover::Imitator };
        out.push(Movement::of(mover, person, packet));
        let mut chance = Chance::of(&[9, index as u64, i as u64]);
        let rate = i % elsewhere::RATES.len();
        let moved = elsewhere::recorded(&Strokes::of(packet), &mut chance, elsewhere::RATES[rate]);
        out.extend(Movement::of(Mover::PersonElsewhere(rate), person, &moved.packet()).unless_refused());
    }
    for (g, packet) in person.genuine.iter().enumerate() {
        let real = Strokes::of(packet);
        for (s, species) in machines::ALL.iter().enumerate() {
            let disguises = disguises::ALL.iter().enumerate();
            for (n, disguise) in disguises.filter(|(n, _)| (g + n + s + index).is_multiple_of(8)) {
                let mut chance = Chance::of(&[index as u64, g as u64, s as u64, n as u64]);
                let made = (disguise.add)(&(species.make)(&real, &mut chance), &mut chance);
                out.push(Movement::of(Mover::Program(s, n), person, &made.packet()));
            }
            let rate = (g + s + index) % elsewhere::RATES.len();
            let mut chance = Chance::of(&[8, index as u64, g as u64, s as u64]);
            let made = (species.make)(&real, &mut chance);
            let moved = elsewhere::recorded(&made, &mut chance, elsewhere::RATES[rate]);
            out.extend(Movement::of(Mover::ProgramElsewhere(rate), person, &moved.packet()).unless_refused());
        }
    }
    out
}

/// Fits to all movements that `used` names. Limits are left at 0.
pub fn fit(movements: &[Movement], used: impl Fn(&Movement) -> bool) -> Machine {
    let rows: Vec<(&Movement, &Vec<f64>)> = movements
        .iter()
        .filter(|m| m.is_fitted_to() && used(m))
        .filter_map(|m| Some((m, m.numbers.as_ref()?)))
        .collect();
    let mut machine = scale(&rows);
    let inputs: Vec<_> = rows.iter().map(|(_, numbers)| machine.inputs(numbers)).collect();
    let weights = Weights::of(&rows);
    let weighed: Vec<logistic::Row<'_>> = rows
        .iter()
        .zip(&inputs)
        .map(|((m, _), inputs)| logistic::Row { inputs, positive: m.is_program(), weight: weights.weight(m) })
        .collect();
    (machine.bias, machine.trees) = boosting::grow(&weighed);
    machine
}

/// Means and deviations over people.
fn scale(rows: &[(&Movement, &Vec<f64>)]) -> Machine {
    let people: Vec<&Vec<f64>> =
        rows.iter().filter(|(m, _)| matches!(m.mover, Mover::Signer | Mover::Imitator)).map(|(_, n)| *n).collect();
    let mut machine =
        Machine { limit: 0.0, limit_elsewhere: 0.0, bias: 0.0, trees: Vec::new(), ..Machine::shipped().clone() };
    for (i, term) in machine.terms.iter_mut().enumerate() {
        let (mean, deviation) = moments(&people.iter().map(|n| n[i]).collect::<Vec<_>>());
        *term = Term { mean, deviation };
    }
    let off: Vec<_> = people.iter().map(|n| machine.off(n)).collect();
    machine.beside = beside(&off);
    machine
}

/// From how far people's numbers are off: rows of the inverse of their covariance, each by the root of its diagonal.
fn beside(off: &[Numbers]) -> [Beside; FEATURES] {
    let mean = |i: usize| off.iter().map(|z| z[i]).sum::<f64>() / off.len() as f64;
    let means: Numbers = std::array::from_fn(mean);
    let covariance = |i: usize, j: usize| {
        let products = off.iter().map(|z| (z[i] - means[i]) * (z[j] - means[j]));
        products.sum::<f64>() / off.len() as f64 + if i == j { RIDGE } else { 0.0 }
    };
    let rows: Vec<Vec<f64>> = (0..FEATURES).map(|i| (0..FEATURES).map(|j| covariance(i, j)).collect()).collect();
    std::array::from_fn(|i| {
        let unit = (0..FEATURES).map(|j| f64::from(u8::from(i == j))).collect();
        let row = logistic::solve(rows.clone(), unit);
        let root = row[i].sqrt();
        Beside { parts: std::array::from_fn(|j| (row[j] / root * DIGITS).round() / DIGITS) }
    })
}

/// Weights of the groups: people together and programs together have one half; families of programs share theirs evenly.
struct Weights(BTreeMap<&'static str, usize>);

impl Weights {
    fn of(rows: &[(&Movement, &Vec<f64>)]) -> Self {
        let mut counts = BTreeMap::new();
        rows.iter().for_each(|(m, _)| *counts.entry(m.family()).or_default() += 1);
        Self(counts)
    }
    fn weight(&self, m: &Movement) -> f64 {
        let families = self.0.keys().filter(|family| !family.is_empty()).count() as f64;
        let whole = match m.mover {
            Mover::Program(_, disguise) => disguises::ALL[disguise].weight * 0.5 / families,
            _ => 0.5,
        };
        whole / self.0.get(m.family()).map_or(1.0, |n| *n as f64)
    }
}

/// Log odds of every movement by a classifier that knew neither its writer nor, if named, this family of programs.
/// Refused packets have infinite odds.
pub fn held_out(movements: &[Movement], without: Option<&str>) -> Vec<f64> {
    let fits = workers::map(FOLDS as usize, |fold| {
        fit(movements, |m| m.fold() != fold as u32 && without.is_none_or(|f| m.family() != f))
    });
    let odds = |m: &Movement| m.numbers.as_ref().map_or(f64::INFINITY, |n| fits[m.fold() as usize].log_odds(n));
    movements.iter().map(odds).collect()
}

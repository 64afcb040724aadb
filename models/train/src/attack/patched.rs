//! Fits the check for patchworks to people's genuine signatures against what was put together of their references, and judges
//! writers that it was not fitted to. What a comparison measures is `models::attacks::patchwork`'s business.

use crate::attack::chance::Chance;
use crate::attack::patchworks::{self, Loot};
use crate::attack::people::Person;
use crate::attack::strokes::Strokes;
use crate::logistic::{self, Effort, Row};
use crate::{metrics, workers};
use models::StrokePacket;
use models::attacks::Nearness;
use models::attacks::patchwork::{self, Among, Closeness, Numbers, Patchwork, Rests, WEIGHED};
use models::features::Series;
use models::graph::Kernel;
use models::trace::Trace;
use models::{dtw, evidence::Spread};
use std::collections::BTreeMap;

/// Parts that the writers are divided into, as for the check of whole copies.
const FOLDS: u32 = 5;
/// Genuine signatures, percent, that a fitted limit may stop.
const BPCER_PERCENT: f64 = 0.1;
/// A number says nothing more beyond so many percent of the genuine signatures that are looked at.
const MOST_PERCENT: f64 = 50.0;
/// Penalty on standardised weights.
const PENALTY: f64 = 1e-4;
/// The species that are fitted to; the others are new to the check.
const FITTED: [&str; 5] = [
    "strokes moved by 1 mm, noise 1",
    "strokes moved by 0.8 mm, turned, scaled",
    "bend 4 %",
    "strokes of two by turns",
    "a third of the way between two",
];
/// Which of the genuine signatures are references, from and how many: of both sessions, few and many.
const DRAWS: [(usize, usize); 8] = [(0, 5), (5, 5), (10, 5), (15, 5), (0, 3), (3, 3), (12, 3), (0, 10)];

/// One signature beside some references.
pub struct Beside {
    /// 1 or 2.
    pub task: u32,
    /// The signer.
    pub number: u32,
    /// The place of its species in [`patchworks::ALL`].
    pub species: Option<usize>,
    /// How many references.
    pub references: usize,
    closeness: Closeness,
    /// `None` where too little of it moves.
    rests: Option<Rests>,
    among: Among,
}

/// Every genuine signature beside references that it is none of, and every kind of patchwork.
pub fn all(people: &[Person]) -> Vec<Beside> {
    workers::map(people.len(), |index| of_person(index, &people[index])).into_iter().flatten().collect()
}

fn series(packet: &StrokePacket) -> Option<Series> {
    Trace::new(packet).ok().map(|trace| Series::of(&trace))
}

/// Some references of one person.
struct References<'a> {
    person: &'a Person,
    series: &'a [Series],
    reversed: Vec<Series>,
    spread: Spread,
    among: Among,
}

impl<'a> References<'a> {
    fn new(person: &'a Person, series: &'a [Series]) -> Option<Self> {
        let reversed: Vec<Series> = series.iter().map(Series::reversed).collect();
        let spread =
            Spread::of(series.len(), |i, j| dtw::compare(&series[i], &reversed[j], person.task == 2).measures)?;
        let among = patchwork::among(series, Kernel::best())?;
        Some(Self { person, series, reversed, spread, among })
    }
    fn beside(&self, species: Option<usize>, own: &Series) -> Beside {
        let measured: Vec<_> =
            self.reversed.iter().map(|reversed| dtw::compare(own, reversed, self.person.task == 2).measures).collect();
        let Self { person: Person { task, number, .. }, series, spread, among, .. } = self;
        let closeness = patchwork::closeness(&measured, spread);
        let rests = patchwork::rests(own, &series.iter().collect::<Vec<_>>(), Kernel::best());
        Beside { task: *task, number: *number, species, references: series.len(), closeness, rests, among: *among }
    }
}

fn of_person(index: usize, person: &Person) -> Vec<Beside> {
    let own: Vec<Series> = person.genuine.iter().filter_map(series).collect();
    let mut all = Vec::new();
    for (from, count) in DRAWS.into_iter().filter(|(from, count)| from + count < own.len()) {
        let Some(references) = References::new(person, &own[from..from + count]) else { continue };
        let others = own.iter().enumerate().filter(|(i, _)| !(from..from + count).contains(i));
        all.extend(others.map(|(_, series)| references.beside(None, series)));
        let made = made(index, person, (from, count));
        all.extend(made.iter().filter_map(|(s, packet)| Some(references.beside(Some(*s), &series(packet)?))));
    }
    all
}

/// One of each species for each of some references, with its place; the randomness is named by person and reference.
pub fn made(index: usize, person: &Person, (from, count): (usize, usize)) -> Vec<(usize, StrokePacket)> {
    let mut references: Vec<Strokes> = person.genuine[from..from + count].iter().map(Strokes::of).collect();
    let mut all = Vec::new();
    for at in 0..count {
        let imitation = Strokes::of(&person.forged[(from + at) % person.forged.len()]);
        let loot = Loot { references: &references, imitation: &imitation };
        for (s, species) in patchworks::ALL.iter().enumerate() {
            let mut chance = Chance::of(&[index as u64, (from + at) as u64, s as u64]);
            all.push((s, (species.make)(&loot, &mut chance).packet()));
        }
        references.rotate_left(1);
    }
    all
}

/// Fits to the writers that `used` names.
pub fn fit(all: &[Beside], used: impl Fn(u32) -> bool) -> Patchwork {
    let used: Vec<&Beside> = all.iter().filter(|b| used(b.number)).collect();
    let mut check = Patchwork { limit: 0.0, bias: 0.0, usual: usual(&used), terms: [Nearness::default(); WEIGHED] };
    let numbers = |b: &&Beside| numbers(&check, b);
    let genuine: Vec<Numbers> = used.iter().filter(|b| b.species.is_none()).filter_map(numbers).collect();
    let fitted = |b: &&&Beside| b.species.is_some_and(|s| FITTED.contains(&patchworks::ALL[s].name));
    let copies: Vec<Numbers> = used.iter().filter(fitted).filter_map(numbers).collect();
    let most: Numbers =
        std::array::from_fn(|k| metrics::quantile(&genuine.iter().map(|n| n[k]).collect::<Vec<_>>(), MOST_PERCENT));
    let near = |n: &Numbers| -> Numbers { std::array::from_fn(|k| n[k].min(most[k])) };
    let weighed = [(&genuine, false), (&copies, true)];
    let inputs: Vec<(Numbers, bool, f64)> = weighed
        .into_iter()
        .flat_map(|(list, positive)| list.iter().map(move |n| (n, positive, 0.5 / list.len() as f64)))
        .map(|(n, positive, weight)| (near(n), positive, weight))
        .collect();
    let rows: Vec<Row<'_>> =
        inputs.iter().map(|(inputs, positive, weight)| Row { inputs, positive: *positive, weight: *weight }).collect();
    let fusion = logistic::fit_decreasing(&rows, PENALTY, (0, Effort::SETTLED));
    check.bias = fusion.bias;
    check.terms = std::array::from_fn(|k| Nearness { most: most[k], weight: fusion.weights[k] });
    let odds: Vec<f64> = used.iter().filter(|b| b.species.is_none()).map(|b| odds(&check, b)).collect();
    check.limit = metrics::threshold_at(&odds, BPCER_PERCENT);
    check
}

/// What references leave of one another, over all writers alike.
fn usual(used: &[&Beside]) -> Rests {
    let mut of = BTreeMap::new();
    for b in used {
        of.entry((b.task, b.number, b.among.mean.map(f64::to_bits))).or_insert(b.among.mean);
    }
    let sum = of.values().fold(Rests::default(), |sum, mean| std::array::from_fn(|k| sum[k] + mean[k]));
    sum.map(|sum| sum / of.len().max(1) as f64)
}

/// For each signature whether a check that was fitted to other writers calls it a patchwork.
pub fn held_out(all: &[Beside]) -> Vec<bool> {
    let fits = workers::map(FOLDS as usize, |out| fit(all, |number| number % FOLDS != out as u32));
    all.iter().map(|b| is_flagged(&fits[(b.number % FOLDS) as usize], b)).collect()
}

fn is_flagged(check: &Patchwork, b: &Beside) -> bool {
    odds(check, b) > check.limit
}

/// What is weighed of those that are looked at.
fn numbers(check: &Patchwork, b: &Beside) -> Option<Numbers> {
    let rests = b.rests.filter(|_| patchwork::is_near(&b.closeness))?;
    Some(check.numbers(&b.closeness, &rests, &b.among))
}

fn odds(check: &Patchwork, b: &Beside) -> f64 {
    numbers(check, b).map_or(f64::MIN, |numbers| check.log_odds(&numbers))
}

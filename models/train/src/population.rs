//! The scores of one condition by draw and by user, and the error rates that follow when every user has a weight. With
//! all weights 1 these are the rates; with the weights of a bootstrap sample they are one sample of the rates.

use crate::ranked::{Item, Ranked};
use crate::scored::Scored;
use crate::trials::Writer;
use std::collections::{BTreeMap, BTreeSet};

/// Natural logarithm of a milliban.
pub const LN_MILLIBAN: f64 = std::f64::consts::LN_10 / 1000.0;

/// Scores, ready to be weighed.
pub struct Population {
    /// Users' numbers; a weight has the same index.
    pub users: Vec<u32>,
    /// By draw: against skilled imitations, against random persons.
    draws: Vec<[Ranked; 2]>,
    people: Vec<Person>,
}

/// What one user's trials add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Person {
    /// Mean over draws of the equal error rate with a threshold of the user's own.
    eer: [Option<f64>; 2],
    /// Cost in bits and number of stated LLRs, of genuine signatures and of skilled imitations.
    cost: [(f64, f64); 2],
}

/// Error rates; `None` where there is nobody to tell apart.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rates {
    /// Mean over draws of the equal error rate with one threshold for all users, percent.
    pub eer_global: Option<f64>,
    /// Mean over users and draws with a threshold each, percent.
    pub eer_user: Option<f64>,
    /// As `eer_global`, against random persons.
    pub eer_random: Option<f64>,
    /// Cost of the stated LLRs, bits.
    pub cllr: Option<f64>,
}

impl Population {
    /// Sorts the scores of a condition.
    pub fn new(trials: &[Scored]) -> Self {
        let numbers: BTreeSet<u32> = trials.iter().map(|t| t.user).collect();
        let users: Vec<u32> = numbers.into_iter().collect();
        let index = |user: u32| users.binary_search(&user).expect("every trial's user is listed");
        let (mut by_draw, mut by_user): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) = Default::default();
        for trial in trials {
            by_draw.entry(trial.draw).or_default().push((index(trial.user), trial));
            by_user.entry(trial.user).or_default().push((0, trial));
        }
        let draws = by_draw.values().map(|trials| ranked(trials)).collect();
        let people = by_user.values().map(|trials| person(trials)).collect();
        Self { users, draws, people }
    }
    /// The rates with a weight for each user.
    pub fn rates(&self, weights: &[f64]) -> Rates {
        let global = |other: usize| mean(self.draws.iter().filter_map(|d| d[other].eer(weights)));
        let people = || self.people.iter().zip(weights).filter(|(_, w)| **w > 0.0);
        let (sum, count) =
            people().filter_map(|(p, w)| Some((p.eer[0]? * w, *w))).fold((0.0, 0.0), |(s, n), (e, w)| (s + e, n + w));
        let cost = |kind: usize| {
            let add = |(s, n): (f64, f64), (p, w): (&Person, &f64)| (s + w * p.cost[kind].0, n + w * p.cost[kind].1);
            let (sum, count) = people().fold((0.0, 0.0), add);
            (count > 0.0).then(|| sum / count)
        };
        Rates {
            eer_global: global(0),
            eer_user: (count > 0.0).then(|| sum / count),
            eer_random: global(1),
            cllr: cost(0).zip(cost(1)).map(|(genuine, other)| 0.5 * (genuine + other)),
        }
    }
    /// Every user once.
    pub fn once(&self) -> Vec<f64> {
        vec![1.0; self.users.len()]
    }
    /// Equal error rates of the single draws, skilled.
    pub fn eer_by_draw(&self) -> Vec<f64> {
        self.draws.iter().filter_map(|d| d[0].eer(&self.once())).collect()
    }
    /// How many draws there are.
    pub fn draws(&self) -> usize {
        self.draws.len()
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Genuine signatures against skilled imitations and against random persons.
fn ranked(trials: &[(usize, &Scored)]) -> [Ranked; 2] {
    [Writer::Skilled, Writer::Random].map(|other| {
        let of_interest = trials.iter().filter(|(_, t)| t.writer == Writer::Genuine || t.writer == other);
        let item =
            |(user, t): &(usize, &Scored)| Item { score: t.score, user: *user, genuine: t.writer == Writer::Genuine };
        Ranked::new(of_interest.map(item).collect())
    })
}

fn person(trials: &[(usize, &Scored)]) -> Person {
    let mut by_draw: BTreeMap<usize, Vec<(usize, &Scored)>> = BTreeMap::new();
    trials.iter().for_each(|(_, t)| by_draw.entry(t.draw).or_default().push((0, t)));
    let ranked: Vec<[Ranked; 2]> = by_draw.values().map(|trials| ranked(trials)).collect();
    let eer = [0, 1].map(|other| mean(ranked.iter().filter_map(|r| r[other].eer(&[1.0]))));
    let cost = [(Writer::Genuine, -1.0), (Writer::Skilled, 1.0)].map(|(writer, sign)| {
        let stated = trials.iter().filter(|(_, t)| t.writer == writer).filter_map(|(_, t)| t.stated);
        stated.fold((0.0, 0.0), |(sum, n), s| (sum + bits(sign * f64::from(s.llr) * LN_MILLIBAN), n + 1.0))
    });
    Person { eer, cost }
}

/// log2(1 + e^v).
fn bits(v: f64) -> f64 {
    models::arithmetic::ln(1.0 + models::arithmetic::exp(v)) / std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scored::Stated;

    fn trial(user: u32, draw: usize, writer: Writer, llr: i32) -> Scored {
        let stated = Some(Stated { llr, llr_random: None, flags: 0 });
        Scored { user, draw, writer, score: f64::from(llr), stated }
    }

    /// User 1 is told apart, user 2 is not; user 2's scores all lie lower.
    fn two_users() -> Population {
        use Writer::{Genuine, Random, Skilled};
        let mut trials = Vec::new();
        for draw in 0..2 {
            trials.extend([trial(1, draw, Genuine, 1000), trial(1, draw, Skilled, 500), trial(1, draw, Random, -900)]);
            trials.extend([trial(2, draw, Genuine, 0), trial(2, draw, Skilled, 0)]);
        }
        Population::new(&trials)
    }

    #[test]
    fn global_and_personal_thresholds() {
        let population = two_users();
        let rates = population.rates(&population.once());
        assert_eq!((rates.eer_global, rates.eer_user, rates.eer_random), (Some(50.0), Some(25.0), Some(0.0)));
        assert_eq!(population.rates(&[1.0, 0.0]).eer_user, Some(0.0));
        assert_eq!(population.rates(&[0.0, 1.0]).eer_random, None);
    }

    #[test]
    fn cost_is_that_of_all_trials() {
        let rates = two_users().rates(&[1.0, 1.0]);
        let ln = |llr: f64| llr * LN_MILLIBAN;
        let expected = crate::metrics::cllr(&[ln(1000.0), 0.0], &[ln(500.0), 0.0]);
        assert!((rates.cllr.unwrap() - expected).abs() < 1e-12);
    }
}

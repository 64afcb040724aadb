//! Cross-validation of the model with a network, without a leak: whoever is scored taught neither the network, nor the
//! fusion, nor the calibration.
//!
//! For each fifth of the users left out, the fusion is fitted to the others by networks that saw neither the fifth nor the
//! user's own fifth, and calibrated on scores that fusions without the user's fifth gave. It reads no files.

use crate::calibration::{self, Fitted, Input, PENALTY, RANDOM_SHARE, affine, scaled, weighted};
use crate::corpus::Corpus;
use crate::distances::{Distances, Graphs};
use crate::limits::elub;
use crate::logistic::{self, Effort};
use crate::networks::{FOLDS, Networks, Protocol};
use crate::trials::{DRAWS, Tables, Trial, Writer};
use crate::workers;
use models::constants::{Constants, Fusion, Stated};
use models::evidence::{Condition, References};
use models::graph::gallery;
use models::llr::{LLR_LIMIT, Thresholds, log_odds};
use models::variability;
use models::yardstick;
use std::collections::BTreeMap;

/// What is asked: the enrolled writer against whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Somebody who practised.
    Skilled,
    /// Somebody else.
    Random,
}

/// What is asked, and how many of the last numbers of evidence may have either sign.
#[derive(Clone, Copy)]
struct Question {
    against: Against,
    free: usize,
}

/// Which numbers of evidence are weighed.
struct Selection {
    kept: Vec<bool>,
    /// How many of the last of them are of the references alone.
    free: usize,
}

impl Selection {
    fn of(condition: Condition, wanted: &dyn Fn(&str) -> bool) -> Self {
        let beside: &[&str] = if condition.references == References::One { &[] } else { &variability::NAMES };
        let graph = gallery::evidence_names(condition.references);
        let names = condition.evidence_names();
        let names = names.iter().map(String::as_str).chain(graph.iter().copied());
        let names = names.chain(yardstick::evidence_names(condition.references).iter().copied());
        let free = beside.iter().filter(|name| wanted(name)).count();
        Self { kept: names.chain(beside.iter().copied()).map(wanted).collect(), free }
    }
    fn apply(&self, trials: &mut [Trial]) {
        for trial in trials {
            let mut kept = self.kept.iter();
            trial.evidence.retain(|_| kept.next().is_some_and(|kept| *kept));
        }
    }
    /// Both questions.
    fn questions(&self) -> [Question; 2] {
        [Against::Skilled, Against::Random].map(|against| Question { against, free: self.free })
    }
}

/// Everything that trials are made of.
pub struct Study<'a> {
    corpus: &'a Corpus,
    folds: BTreeMap<u32, usize>,
    tables: Tables,
    /// With the network that left out fold `a` and the user's own; none where only the latter is asked for.
    without: Vec<Distances>,
    /// With the network that left out the user's own fold only.
    shipped: Distances,
}

/// Held-out scores of a condition, natural logarithms.
pub struct HeldOut {
    /// The trials.
    pub trials: Vec<Trial>,
    /// Calibrated against skilled imitations.
    pub skilled: Vec<f64>,
    /// Calibrated against random persons.
    pub random: Vec<f64>,
}

impl<'a> Study<'a> {
    /// Compares everything with everything. The error is of the backend that the networks run by.
    pub fn new(corpus: &'a Corpus, networks: &Networks) -> Result<Self, String> {
        let folds = networks.roll().folds(&corpus.numbers());
        let fold = |user: u32| folds[&user];
        let graphs = Graphs::of(corpus);
        let without = |a: usize| Distances::compute(corpus, &graphs, |user| networks.without(a, fold(user)));
        let nested = networks.protocol() == Protocol::Nested;
        let without = (0..FOLDS).filter(|_| nested).map(without).collect::<Result<_, _>>()?;
        let shipped = Distances::compute(corpus, &graphs, |user| networks.without(fold(user), fold(user)))?;
        Ok(Self { corpus, tables: Tables::compute(corpus), without, shipped, folds })
    }
    fn fold(&self, user: u32) -> usize {
        self.folds[&user]
    }
    fn trials(&self, (condition, of): (Condition, &Selection), left_out: Option<usize>) -> Vec<Trial> {
        let within = calibration::within(self.corpus, |user| Some(self.fold(user)) != left_out);
        let distances = left_out.and_then(|a| self.without.get(a)).unwrap_or(&self.shipped);
        let mut trials = self.tables.trials_beside((self.corpus, Some(distances)), condition, &within);
        of.apply(&mut trials);
        trials
    }
    /// Scores of writers by what had not seen them.
    pub fn held_out(&self, condition: Condition) -> HeldOut {
        self.held_out_with(condition, &|_| true)
    }
    /// The same by a model that weighs the numbers of evidence with certain names only.
    pub fn held_out_with(&self, condition: Condition, wanted: &dyn Fn(&str) -> bool) -> HeldOut {
        let of = Selection::of(condition, wanted);
        let mut out = HeldOut { trials: self.trials((condition, &of), None), skilled: vec![], random: vec![] };
        out.skilled = vec![0.0; out.trials.len()];
        out.random = out.skilled.clone();
        let folds = workers::map(FOLDS, |a| {
            let trials = self.trials((condition, &of), Some(a));
            let fusions = of.questions().map(|question| self.fit(&trials, Some(a), question));
            let unseen = trials.iter().enumerate().filter(|(_, t)| self.fold(t.user) == a);
            unseen.map(|(i, t)| (i, fusions.each_ref().map(|f| log_odds(f, &t.evidence)))).collect::<Vec<_>>()
        });
        for (i, [skilled, random]) in folds.into_iter().flatten() {
            (out.skilled[i], out.random[i]) = (skilled, random);
        }
        out
    }
    /// A fusion of the trials outside the fold, calibrated on what fusions without one more fold gave.
    fn fit(&self, trials: &[Trial], left_out: Option<usize>, question: Question) -> Fusion {
        let mut raw = vec![0.0; trials.len()];
        let mut seen = Vec::new();
        for b in (0..FOLDS).filter(|b| Some(*b) != left_out) {
            let fusion = fuse(trials, |user| self.fold(user) != b && Some(self.fold(user)) != left_out, question);
            for (i, trial) in trials.iter().enumerate().filter(|(_, t)| self.fold(t.user) == b) {
                raw[i] = log_odds(&fusion, &trial.evidence);
                seen.push(i);
            }
        }
        let slope = match question.against {
            Against::Skilled => affine(trials, &raw, &seen),
            Against::Random => affine_random(trials, &raw, &seen),
        };
        scaled(&fuse(trials, |user| Some(self.fold(user)) != left_out, question), &slope)
    }
    /// What is shipped, and the held-out scores that its figures come from.
    pub fn ship(&self) -> Fitted {
        let within = calibration::within(self.corpus, |_| true);
        let (mut fusions, mut stated, mut held_out) = (Vec::new(), Vec::new(), Vec::new());
        let parts = workers::map(Condition::ALL.len(), |at| {
            let of = Selection::of(Condition::ALL[at], &|_| true);
            let trials = self.trials((Condition::ALL[at], &of), None);
            of.questions().map(|question| self.fit(&trials, None, question))
        });
        for (condition, [skilled, random]) in Condition::ALL.into_iter().zip(parts) {
            let out = self.held_out(condition);
            let limit = limit(&out.trials, &out.skilled, Writer::Skilled);
            let limit_random = limit_of_random(&out);
            fusions.push(skilled);
            stated.push(Stated { random, limit, limit_random });
            held_out.push((condition, out.trials, out.skilled));
        }
        let thresholds = reachable(calibration::thresholds(&held_out), &stated);
        let (too_variable, too_like) = calibration::limits(self.corpus);
        Fitted { constants: Constants { within, fusions, stated, thresholds, too_variable, too_like }, held_out }
    }
}

fn limit_of_random(out: &HeldOut) -> i32 {
    limit(&out.trials, &out.random, Writer::Random)
}

/// Rejection must be possible in every condition, so it begins above the least that any of them states, in steps of 50.
fn reachable(thresholds: Thresholds, stated: &[Stated]) -> Thresholds {
    let least = stated.iter().map(|s| s.limit).min().unwrap_or(LLR_LIMIT) / 50 * 50;
    Thresholds { reject_below: thresholds.reject_below.max(-least), ..thresholds }
}

/// In milliban, never beyond what the first model states.
fn limit(trials: &[Trial], scores: &[f64], other: Writer) -> i32 {
    let of = |writer| -> Vec<f64> {
        trials.iter().zip(scores).filter(|(t, _)| t.writer == writer).map(|(_, s)| *s).collect()
    };
    let bound = elub(&of(Writer::Genuine), &of(other), DRAWS as f64);
    ((bound / std::f64::consts::LN_10 * 1000.0) as i32).min(LLR_LIMIT)
}

/// Evidence is distances: none may speak for the writer by being larger. The last `free` numbers are of the
/// references alone.
fn fuse(trials: &[Trial], seen: impl Fn(u32) -> bool, question: Question) -> Fusion {
    let (share, unwanted) = match question.against {
        Against::Skilled => (RANDOM_SHARE, None),
        Against::Random => (1.0, Some(Writer::Skilled)),
    };
    let kept = trials.iter().filter(|t| Some(t.writer) != unwanted && seen(t.user));
    let inputs: Vec<Input<'_>> = kept.map(|t| (t.writer, t.evidence.as_slice())).collect();
    logistic::fit_decreasing(&weighted(&inputs, share), PENALTY, (question.free, Effort::SETTLED))
}

fn affine_random(trials: &[Trial], raw: &[f64], which: &[usize]) -> Fusion {
    let inputs: Vec<Input<'_>> = which
        .iter()
        .filter(|i| trials[**i].writer != Writer::Skilled)
        .map(|i| (trials[*i].writer, std::slice::from_ref(&raw[*i])))
        .collect();
    logistic::fit(&weighted(&inputs, 1.0), AFFINE_PENALTY)
}

/// Random forgeries are nearly always told apart: without a penalty the slope would grow without bound.
const AFFINE_PENALTY: f64 = 1e-3;

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(user: u32, writer: Writer, evidence: f64) -> Trial {
        Trial { task: 1, user, draw: 0, writer, questioned: [0, 0], evidence: vec![evidence] }
    }

    #[test]
    fn a_condition_that_states_little_can_still_reject() {
        let stated = |limit| Stated { limit, ..Stated::default() };
        let all = reachable(Thresholds { accept_at: 750, reject_below: -1550 }, &[stated(1520), stated(1900)]);
        assert_eq!(all, Thresholds { accept_at: 750, reject_below: -1500 });
        let wide = reachable(all, &[stated(2000)]);
        assert_eq!(wide, all);
    }

    #[test]
    fn each_question_is_fitted_to_its_own_kind() {
        let mut trials = Vec::new();
        for user in 0..40 {
            let shift = f64::from(user % 5) * 0.1;
            let kinds = [(Writer::Genuine, 0.0), (Writer::Skilled, 1.0), (Writer::Random, 3.0), (Writer::Random, 3.1)];
            trials.extend(kinds.map(|(writer, evidence)| trial(user, writer, evidence + shift)));
        }
        let at = |against| fuse(&trials, |_| true, Question { against, free: 0 });
        let zero = |f: &Fusion| -f.bias / f.weights[0];
        let (skilled, random) = (at(Against::Skilled), at(Against::Random));
        assert!(zero(&skilled) < 1.2, "{}", zero(&skilled));
        assert!(zero(&random) > zero(&skilled), "random persons are further away");
    }
}

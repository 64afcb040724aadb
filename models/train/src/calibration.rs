//! Writer-disjoint cross-validation, calibration on what it left out, and the fit of all data that is committed.

use crate::corpus::Corpus;
use crate::logistic::{self, Effort, Row};
use crate::metrics::{quantile, threshold_at};
use crate::trials::{Tables, Trial, Writer};
use crate::workers;
use models::constants::{Constants, Fusion};
use models::evidence::Condition;
use models::features::moments;
use models::globals::GLOBALS;
use models::llr::{Thresholds, log_odds};

/// Folds; a user number is in the same fold in both tasks.
const FOLDS: usize = 10;
/// Penalty on standardised weights.
pub(crate) const PENALTY: f64 = 0.02;
/// Share of random forgeries in the weight of all forgeries.
pub(crate) const RANDOM_SHARE: f64 = 0.25;
/// Skilled forgeries that may be accepted with five references and pressure, percent.
const ACCEPT_FMR: f64 = 1.0;
/// Genuine signatures that may be rejected there, percent.
const REJECT_FNMR: f64 = 1.0;

/// What the fit gives.
pub struct Fitted {
    /// To be committed.
    pub constants: Constants,
    /// Per condition: trials and their calibrated log odds, each by a model that had not seen the writer.
    pub held_out: Vec<(Condition, Vec<Trial>, Vec<f64>)>,
}

/// Fits everything.
pub fn fit(corpus: &Corpus, tables: &Tables) -> Fitted {
    let within = within(corpus, |_| true);
    let mut fusions = Vec::new();
    let mut held_out = Vec::new();
    for condition in Condition::ALL {
        let (trials, raw, calibrated) = cross_validate(corpus, tables, condition);
        let all: Vec<usize> = (0..trials.len()).collect();
        let slope = affine(&trials, &raw, &all);
        fusions.push(scaled(&fuse(&tables.trials(corpus, condition, &within), |_| true), &slope));
        held_out.push((condition, trials, calibrated));
    }
    let thresholds = thresholds(&held_out);
    let (too_variable, too_like) = limits(corpus);
    Fitted {
        constants: Constants { within, fusions, stated: Vec::new(), thresholds, too_variable, too_like },
        held_out,
    }
}

/// Trials, their held-out log odds, and these calibrated by a function that had not seen the fold either.
pub fn cross_validate(corpus: &Corpus, tables: &Tables, condition: Condition) -> (Vec<Trial>, Vec<f64>, Vec<f64>) {
    let numbers = corpus.numbers();
    let fold = |user: u32| numbers.binary_search(&user).unwrap_or(0) % FOLDS;
    let trials = tables.trials(corpus, condition, &within(corpus, |_| true));
    let mut raw = vec![0.0; trials.len()];
    let left_out = workers::map(FOLDS, |left_out| {
        let seen = |user: u32| fold(user) != left_out;
        let here = tables.trials(corpus, condition, &within(corpus, seen));
        let fusion = fuse(&here, seen);
        let unseen = here.iter().enumerate().filter(|(_, t)| !seen(t.user));
        unseen.map(|(i, trial)| (i, log_odds(&fusion, &trial.evidence))).collect::<Vec<_>>()
    });
    left_out.into_iter().flatten().for_each(|(i, value)| raw[i] = value);
    let mut calibrated = vec![0.0; trials.len()];
    for left_out in 0..FOLDS {
        let (out, seen): (Vec<usize>, Vec<usize>) = (0..trials.len()).partition(|i| fold(trials[*i].user) == left_out);
        let slope = affine(&trials, &raw, &seen);
        out.iter().for_each(|i| calibrated[*i] = log_odds(&slope, &[raw[*i]]));
    }
    (trials, raw, calibrated)
}

/// Deviation of the global features within one person.
pub(crate) fn within(corpus: &Corpus, seen: impl Fn(u32) -> bool) -> [f64; GLOBALS] {
    let users: Vec<_> = corpus.tasks.iter().flatten().filter(|u| seen(u.number)).collect();
    std::array::from_fn(|g| {
        let with_feature: Vec<f64> = users
            .iter()
            .map(|u| moments(&u.genuine.iter().map(|s| s.writing.globals()[g]).collect::<Vec<_>>()).1)
            .filter(|d| *d > 0.0)
            .collect();
        let squares: f64 = with_feature.iter().map(|d| d * d).sum();
        (squares / with_feature.len() as f64).sqrt()
    })
}

/// Evidence is distances: none may speak for the writer by being larger, or a forger could go and make it larger.
fn fuse(trials: &[Trial], seen: impl Fn(u32) -> bool) -> Fusion {
    let inputs: Vec<Input<'_>> =
        trials.iter().filter(|t| seen(t.user)).map(|t| (t.writer, t.evidence.as_slice())).collect();
    logistic::fit_decreasing(&weighted(&inputs, RANDOM_SHARE), PENALTY, (0, Effort::EXACT))
}

/// Calibration is to skilled forgeries alone: the statement is about somebody who practised.
pub(crate) fn affine(trials: &[Trial], raw: &[f64], which: &[usize]) -> Fusion {
    let inputs: Vec<Input<'_>> = which
        .iter()
        .filter(|i| trials[**i].writer != Writer::Random)
        .map(|i| (trials[*i].writer, std::slice::from_ref(&raw[*i])))
        .collect();
    logistic::fit(&weighted(&inputs, 0.0), 0.0)
}

pub(crate) type Input<'a> = (Writer, &'a [f64]);

/// Half the weight on genuine signatures.
pub(crate) fn weighted<'a>(inputs: &[Input<'a>], random_share: f64) -> Vec<Row<'a>> {
    let count = |w: Writer| inputs.iter().filter(|(writer, _)| *writer == w).count().max(1) as f64;
    let shares = [
        0.5 / count(Writer::Genuine),
        0.5 * (1.0 - random_share) / count(Writer::Skilled),
        0.5 * random_share / count(Writer::Random),
    ];
    let row = |(w, inputs): &Input<'a>| Row { inputs, positive: *w == Writer::Genuine, weight: shares[*w as usize] };
    inputs.iter().map(row).collect()
}

pub(crate) fn scaled(fusion: &Fusion, slope: &Fusion) -> Fusion {
    let factor = slope.weights[0];
    Fusion { bias: slope.bias + factor * fusion.bias, weights: fusion.weights.iter().map(|w| factor * w).collect() }
}

/// From the best-measured condition, five references with pressure, in steps of 50 milliban.
pub(crate) fn thresholds(held_out: &[(Condition, Vec<Trial>, Vec<f64>)]) -> Thresholds {
    let (_, trials, scores) = &held_out[Condition::new(5, true).index()];
    let of = |w: Writer| -> Vec<f64> {
        let milliban = |v: &f64| f64::from(models::llr::milliban(*v));
        trials.iter().zip(scores).filter(|(t, _)| t.writer == w).map(|(_, v)| milliban(v)).collect()
    };
    let accept = (threshold_at(&of(Writer::Skilled), ACCEPT_FMR) / 50.0).ceil() * 50.0;
    let reject = (quantile(&of(Writer::Genuine), REJECT_FNMR) / 50.0).floor() * 50.0;
    Thresholds { accept_at: accept as i32, reject_below: reject as i32 }
}

/// References are refused if they lie further apart on average than the two most unlike genuine signatures of any user; a
/// signature is flagged that is half as far from a reference as the two most alike ones of any user.
pub(crate) fn limits(corpus: &Corpus) -> (f64, f64) {
    let (mut widest, mut closest) = (0.0_f64, f64::MAX);
    for (task, user) in corpus.tasks.iter().enumerate().flat_map(|(t, users)| users.iter().map(move |u| (t, u))) {
        for i in 0..user.genuine.len() {
            for j in 0..i {
                let (a, b) = (user.genuine[i].writing.series(), user.genuine[j].writing.series());
                let d = models::dtw::compare(a, &b.reversed(), task == 1).measures[0];
                (widest, closest) = (widest.max(d), closest.min(d));
            }
        }
    }
    (widest, closest * 0.5)
}

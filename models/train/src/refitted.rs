//! The first model, fitted anew for each fold to the users outside it: how it does on writers that it has never seen,
//! measured on the users that the committed constants were fitted to.

use crate::calibration::cross_validate;
use crate::corpus::Corpus;
use crate::scored::{Scored, Scores, Stated, System};
use crate::setting::Setting;
use crate::trials::{Tables, Trial};
use models::Appraiser;
use models::evidence::Condition;
use models::llr::{Thresholds, milliban};
use std::sync::OnceLock;

/// Held-out scores of the conditions asked about so far.
pub struct Refitted<'a> {
    appraiser: Appraiser,
    corpus: &'a Corpus,
    tables: Tables,
    held_out: [OnceLock<(Vec<Trial>, Vec<f64>)>; Condition::ALL.len()],
}

impl<'a> Refitted<'a> {
    /// Compares all signatures; the users must be complete.
    pub fn new(corpus: &'a Corpus) -> Self {
        Self { appraiser: Appraiser::first(), corpus, tables: Tables::compute(corpus), held_out: Default::default() }
    }
    fn held_out(&self, condition: Condition) -> &(Vec<Trial>, Vec<f64>) {
        self.held_out[condition.index()].get_or_init(|| {
            let (trials, _, calibrated) = cross_validate(self.corpus, &self.tables, condition);
            (trials, calibrated)
        })
    }
}

impl System for Refitted<'_> {
    fn mode(&self) -> &'static str {
        "cross-validated"
    }
    fn name(&self) -> String {
        self.appraiser.name().to_owned()
    }
    fn digest(&self) -> String {
        self.appraiser.digest().to_string()
    }
    fn thresholds(&self) -> Thresholds {
        self.appraiser.thresholds()
    }
    fn references(&self) -> &'static [usize] {
        &[5, 3, 1]
    }
    fn score(&self, _: &Corpus, setting: Setting) -> Scores {
        let (trials, calibrated) = self.held_out(setting.condition());
        let here = trials.iter().zip(calibrated).filter(|(trial, _)| trial.task + 1 == setting.task);
        let scored = |(trial, score): (&Trial, &f64)| Scored {
            user: trial.user,
            draw: trial.draw,
            writer: trial.writer,
            score: *score,
            stated: Some(Stated { llr: milliban(*score), llr_random: None, flags: 0 }),
        };
        Scores { trials: here.map(scored).collect(), notes: Vec::new() }
    }
}

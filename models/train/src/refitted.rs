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

/// Held-out scores of every condition.
pub struct Refitted {
    appraiser: Appraiser,
    held_out: Vec<(Vec<Trial>, Vec<f64>)>,
}

impl Refitted {
    /// Fits everything; the users must be complete.
    pub fn new(corpus: &Corpus) -> Self {
        let tables = Tables::compute(corpus);
        let condition = |condition: &Condition| {
            let (trials, _, calibrated) = cross_validate(corpus, &tables, *condition);
            (trials, calibrated)
        };
        Self { appraiser: Appraiser::first(), held_out: Condition::ALL.iter().map(condition).collect() }
    }
}

impl System for Refitted {
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
        let (trials, calibrated) = &self.held_out[setting.condition().index()];
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

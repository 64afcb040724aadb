//! The model with a network under cross-validation: every writer is scored by a network, a fusion and a calibration that
//! had not seen the writer. A condition is computed when it is first asked about.

use crate::corpus::Corpus;
use crate::nested::{HeldOut, Study};
use crate::networks::Networks;
use crate::scored::{Scored, Scores, Stated, System};
use crate::setting::Setting;
use models::Appraiser;
use models::evidence::Condition;
use models::llr::{Thresholds, limited};
use std::sync::OnceLock;

/// Held-out scores of the conditions asked about so far.
pub struct Crossed<'a> {
    appraiser: Appraiser,
    study: Study<'a>,
    held_out: [OnceLock<HeldOut>; Condition::ALL.len()],
}

impl<'a> Crossed<'a> {
    /// Compares all signatures by all networks; the users must be complete.
    pub fn new(appraiser: Appraiser, corpus: &'a Corpus, networks: &Networks) -> Self {
        Self { appraiser, study: Study::new(corpus, networks), held_out: Default::default() }
    }
    /// How far LLRs are stated: against a skilled imitation and against a random person, milliban.
    fn limits(&self, condition: Condition) -> [i32; 2] {
        let stated = &self.appraiser.constants().stated[condition.index()];
        [stated.limit, stated.limit_random]
    }
}

impl System for Crossed<'_> {
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
        let condition = setting.condition();
        let held_out = self.held_out[condition.index()].get_or_init(|| self.study.held_out(condition));
        let [limit, limit_random] = self.limits(condition);
        let scored = |(at, trial): (usize, &crate::trials::Trial)| {
            let (skilled, random) = (held_out.skilled[at], held_out.random[at]);
            let llr_random = Some(limited(random, limit_random));
            Scored {
                user: trial.user,
                draw: trial.draw,
                writer: trial.writer,
                score: skilled,
                stated: Some(Stated { llr: limited(skilled, limit), llr_random, flags: 0 }),
            }
        };
        let here = held_out.trials.iter().enumerate().filter(|(_, trial)| trial.task + 1 == setting.task);
        Scores { trials: here.map(scored).collect(), notes: Vec::new() }
    }
}

//! The model with a network under cross-validation: every writer is scored by a network, a fusion and a calibration that
//! had not seen the writer. A condition is computed when it is first asked about.

use crate::checked::{Checks, check};
use crate::corpus::Corpus;
use crate::nested::{HeldOut, Study};
use crate::networks::{Networks, Protocol};
use crate::scored::{Scored, Scores, Stated, System};
use crate::setting::Setting;
use crate::trials::Trial;
use models::Appraiser;
use models::evidence::Condition;
use models::llr::{Thresholds, limited};
use std::sync::OnceLock;

/// Held-out scores of the conditions asked about so far.
pub struct Crossed<'a> {
    appraiser: Appraiser,
    protocol: Protocol,
    backend: &'static str,
    study: Study<'a>,
    held_out: [OnceLock<HeldOut>; Condition::ALL.len()],
}

impl<'a> Crossed<'a> {
    /// Compares all signatures by all networks; the users must be complete.
    pub fn new(appraiser: Appraiser, corpus: &'a Corpus, networks: &Networks) -> Result<Self, String> {
        let (protocol, backend) = (networks.protocol(), networks.backend());
        let study = Study::new(corpus, networks)?;
        Ok(Self { appraiser, protocol, backend, study, held_out: Default::default() })
    }
    /// How far LLRs are stated: against a skilled imitation and against a random person, milliban.
    fn limits(&self, condition: Condition) -> [i32; 2] {
        let stated = &self.appraiser.constants().stated[condition.index()];
        [stated.limit, stated.limit_random]
    }
}

impl System for Crossed<'_> {
    fn mode(&self) -> &'static str {
        match self.protocol {
            Protocol::Nested => "cross-validated",
            Protocol::OwnFold => {
                "cross-validated, fusion fitted to distances by networks that had seen the scored fold"
            }
        }
    }
    fn name(&self) -> String {
        self.appraiser.name().to_owned()
    }
    fn digest(&self) -> String {
        self.appraiser.digest().to_string()
    }
    fn backend(&self) -> &'static str {
        self.backend
    }
    fn thresholds(&self) -> Thresholds {
        self.appraiser.thresholds()
    }
    fn references(&self) -> &'static [usize] {
        &[5, 3, 1]
    }
    fn score(&self, corpus: &Corpus, setting: Setting) -> Scores {
        let condition = setting.condition();
        let held_out = self.held_out[condition.index()].get_or_init(|| self.study.held_out(condition));
        let [limit, limit_random] = self.limits(condition);
        let (places, trials): (Vec<usize>, Vec<&Trial>) =
            held_out.trials.iter().enumerate().filter(|(_, trial)| trial.task + 1 == setting.task).unzip();
        let checks = check(&self.appraiser, (&corpus.tasks[setting.task - 1], setting), &trials);
        let scored = |((at, trial), flags): ((usize, &Trial), Checks)| {
            let (skilled, random) = (held_out.skilled[at], held_out.random[at]);
            let llr_random = Some(limited(random, limit_random));
            Scored {
                user: trial.user,
                draw: trial.draw,
                writer: trial.writer,
                score: if flags.is_some() { skilled } else { f64::NEG_INFINITY },
                stated: flags.map(|flags| Stated { llr: limited(skilled, limit), llr_random, flags }),
            }
        };
        Scores { trials: places.into_iter().zip(trials).zip(checks).map(scored).collect(), notes: Vec::new() }
    }
}

//! A run of the evaluation: a system is asked under every condition, and its figures become a table, JSON and plots.

use crate::corpus::Corpus;
use crate::figures::{Band, Figures};
use crate::plots::{self, Subject};
use crate::scored::System;
use crate::setting::Setting;
use serde::Serialize;
use std::path::Path;

/// What was measured.
#[derive(Debug, Serialize)]
pub struct Evaluation {
    /// The model's name.
    pub model: String,
    /// Its digest.
    pub digest: String,
    /// What it was asked about.
    pub data: Data,
    /// `cross-validated` or `shipped`.
    pub mode: &'static str,
    /// Which code computed: `native` is normative.
    pub backend: &'static str,
    /// Figures by condition.
    pub conditions: Vec<Figures>,
    /// What was missing or refused.
    pub notes: Vec<String>,
    /// Rates of the attack checks, if they were asked for.
    pub attacks: Option<Vec<serde_json::Value>>,
}

/// How much data there was.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Data {
    /// Different user numbers.
    pub users: usize,
    /// Signatures of both tasks.
    pub signatures: usize,
}

impl Evaluation {
    /// Asks about every condition of the tasks; plots go into `plots` as they are made.
    pub fn run(
        system: &dyn System,
        (corpus, tasks): (&Corpus, &[usize]),
        plots: Option<&Path>,
    ) -> Result<Self, String> {
        let data = Data { users: corpus.numbers().len(), signatures: corpus.signatures() };
        let (model, digest, mode) = (system.name(), system.digest(), system.mode());
        let backend = system.backend();
        let mut out = Self { model, digest, data, mode, backend, conditions: vec![], notes: vec![], attacks: None };
        out.notes.clone_from(&corpus.notes);
        let present = tasks.iter().rev().filter(|task| !corpus.tasks[**task - 1].is_empty());
        for setting in present.flat_map(|task| Setting::of_task(*task, system.references())) {
            let scores = system.score(corpus, setting);
            if !scores.trials.is_empty() {
                out.conditions.push(Figures::of(setting, &scores, system.thresholds()));
                if let Some(folder) = plots {
                    let caption = format!("{}, {}, {} users", out.model, out.mode, data.users);
                    plots::write(folder, &Subject { setting, scores: &scores, caption })?;
                }
            }
            out.notes.extend(scores.notes);
        }
        Ok(out)
    }
    /// The table and the notes under it.
    pub fn to_text(&self) -> String {
        let mut out = format!("model {} {}\n", self.model, self.digest);
        out += &format!(
            "{}, {} backend; {} users, {} signatures\n\n",
            self.mode, self.backend, self.data.users, self.data.signatures
        );
        out += &format!(
            "{:<38} {:>24} {:>19} {:>8} {:>17} {:>6} {:>7} {:>20} {:>20}\n",
            "condition",
            "skilled EER global %",
            "per user %",
            "random %",
            "Cllr (min)",
            "FNMR*",
            "users",
            "genuine a/v/r/x %",
            "skilled a/v/r/x %",
        );
        self.conditions.iter().for_each(|figures| out += &line(figures));
        out += "\n[95 % interval over writers]; ±: sd over draws. * genuine missed where 1 % of skilled match, %.\n";
        out +=
            "a/v/r/x: accepted, for review, rejected, refused (not appraised, or flagged as machine-made or attack).\n";
        out += "Per user: the threshold is chosen on each user's test scores; it shows separation, nobody can deploy it.\n";
        self.notes.iter().for_each(|note| out += &format!("note: {note}\n"));
        out
    }
}

fn line(f: &Figures) -> String {
    let number = |v: Option<f64>, digits: usize| v.map_or("-".to_owned(), |v| format!("{v:.digits$}"));
    let ends = |v: Option<[f64; 2]>| v.map_or(String::new(), |[a, b]| format!(" [{a:.1} {b:.1}]"));
    let global = format!("{}±{}", number(f.eer_global_pct, 2), number(f.eer_global_sd, 2));
    let cllr = format!("{} ({})", number(f.cllr, 3), number(f.cllr_min, 3));
    format!(
        "{:<38} {:>24} {:>19} {:>8} {:>17} {:>6} {:>7} {:>20} {:>20}\n",
        f.setting.title(),
        global + &ends(f.ci95.eer_global_pct),
        number(f.eer_user_pct, 2) + &ends(f.ci95.eer_user_pct),
        number(f.eer_random_pct, 2),
        cllr,
        number(f.fnmr_at_fmr1_pct, 1),
        f.counts.users,
        band(&f.bands.genuine),
        band(&f.bands.skilled),
    )
}

fn band(b: &Band) -> String {
    format!("{:.1}/{:.1}/{:.1}/{:.1}", b.accept_pct, b.review_pct, b.reject_pct, b.refused_pct)
}

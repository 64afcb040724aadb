//! What each part of the model is worth and what it costs: held-out error rates of models that leave parts out, beside the
//! time that a comparison with five references takes on this machine. Nothing here changes what is shipped.

use crate::corpus::{Corpus, Signature};
use crate::figures::Figures;
use crate::nested::Study;
use crate::scored::{Scored, Scores, Stated};
use crate::setting::Setting;
use crate::team::Team;
use models::graph::elastic::Questioned;
use models::graph::{Embedding, Graph};
use models::llr::{LLR_LIMIT, Thresholds, limited};
use models::trace::Trace;
use models::{Appraiser, StrokePacket, dtw};
use serde::Serialize;
use std::hint::black_box;

/// Task 2 with pressure: where all parts have something to say.
pub const SETTING: Setting = Setting { task: 2, pressure: true, references: 5 };
/// Each step is timed so often, and the least counts: what else runs on a machine can only add.
const REPEATS: usize = 40;
/// Users of whom a genuine signature and an imitation are timed.
const TIMED: usize = 24;

/// Parts that a model may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    warping: bool,
    globals: bool,
    network: bool,
}

/// The models that are compared, from the least to the whole.
const MODELS: [(&str, Parts); 7] = [
    ("global features", Parts { warping: false, globals: true, network: false }),
    ("network", Parts { warping: false, globals: false, network: true }),
    ("network, global features", Parts { warping: false, globals: true, network: true }),
    ("warping", Parts { warping: true, globals: false, network: false }),
    ("warping, global features", Parts { warping: true, globals: true, network: false }),
    ("warping, network", Parts { warping: true, globals: false, network: true }),
    ("all", Parts { warping: true, globals: true, network: true }),
];

impl Parts {
    /// Whether a number of evidence comes from these parts.
    fn give(self, name: &str) -> bool {
        match name {
            _ if name.starts_with("graph") => self.network,
            _ if name.starts_with("above_") || name.starts_with("below_") => self.globals,
            _ => self.warping,
        }
    }
}

/// One model.
#[derive(Debug, Clone, Serialize)]
pub struct Point {
    /// What it has.
    pub model: &'static str,
    /// Of an opinion with five references kept ready, all checks included, microseconds.
    pub us: f64,
    /// Skilled imitations, one threshold for all.
    pub eer_global_pct: Option<f64>,
    /// The same with a threshold for each user.
    pub eer_user_pct: Option<f64>,
    /// Bits.
    pub cllr: Option<f64>,
}

/// Measures every model.
pub fn measure(study: &Study<'_>, thresholds: Thresholds, costs: &Costs) -> Vec<Point> {
    let point = |(model, parts): (&'static str, Parts)| {
        let figures = Figures::of(SETTING, &scores(study, parts), thresholds);
        let Figures { eer_global_pct, eer_user_pct, cllr, .. } = figures;
        Point { model, us: costs.sum(parts), eer_global_pct, eer_user_pct, cllr }
    };
    MODELS.into_iter().map(point).collect()
}

fn scores(study: &Study<'_>, parts: Parts) -> Scores {
    let held_out = study.held_out_with(SETTING.condition(), &|name| parts.give(name));
    let trials = held_out.trials.iter().zip(&held_out.skilled).filter(|(t, _)| t.task + 1 == SETTING.task);
    let scored = trials.map(|(t, score)| {
        let stated = Stated { llr: limited(*score, LLR_LIMIT), llr_random: None, flags: 0 };
        Scored { user: t.user, draw: t.draw, writer: t.writer, score: *score, stated: Some(stated) }
    });
    Scores { trials: scored.collect(), notes: Vec::new() }
}

/// Mean microseconds of an opinion and of steps of it.
pub struct Costs {
    /// All of it, by the shipped model.
    opinion: f64,
    warping: f64,
    network: f64,
}

impl Costs {
    /// With these networks, on this machine.
    pub fn of(network: &Team, corpus: &Corpus) -> Result<Self, String> {
        let (users, mut sums, mut n) =
            (&corpus.tasks[SETTING.task - 1], Self { opinion: 0.0, warping: 0.0, network: 0.0 }, 0.0);
        for user in users.iter().take(TIMED) {
            let references = &user.genuine[..SETTING.references];
            for questioned in [&user.genuine[SETTING.references + 5], &user.forged[0]] {
                sums.add(network, references, questioned)?;
                n += 1.0;
            }
        }
        Ok(Self { opinion: sums.opinion / n, warping: sums.warping / n, network: sums.network / n })
    }
    fn add(&mut self, network: &Team, references: &[Signature], questioned: &Signature) -> Result<(), String> {
        let embed = |s: &Signature| -> Option<Embedding> {
            Some(network.embed(&Graph::of(&Trace::new(&s.packet).ok()?, s.writing.series(), true)))
        };
        let embeddings: Vec<_> = references.iter().filter_map(embed).collect();
        let (model, packet) = (Appraiser::graph(), &questioned.packet);
        let packets: Vec<StrokePacket> = references.iter().map(|r| r.packet.clone()).collect();
        let template = model.enrol(&packets).map_err(|e| e.to_string())?;
        self.opinion += least(|| model.appraise(black_box(packet), Some(&template)).is_ok());
        self.warping += least(|| {
            let reversed = questioned.writing.series().reversed();
            references.iter().map(|r| dtw::compare(r.writing.series(), &reversed, true).measures[0]).sum::<f64>()
        });
        let trace = Trace::new(packet).map_err(|e| e.to_string())?;
        self.network += least(|| {
            let graph = Graph::of(black_box(&trace), questioned.writing.series(), true);
            let embedding = Questioned::new(&network.embed(&graph));
            embeddings.iter().map(|e| embedding.distance(e)).max()
        });
        Ok(())
    }
    fn sum(&self, parts: Parts) -> f64 {
        let of = |part: bool, us: f64| if part { us } else { 0.0 };
        self.opinion - of(!parts.warping, self.warping) - of(!parts.network, self.network)
    }
}

impl std::fmt::Display for Costs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { opinion, warping, network } = self;
        write!(f, "an opinion with 5 references: {opinion:.0} us; warping {warping:.0}, networks {network:.0}")
    }
}

#[expect(clippy::disallowed_types, reason = "the appraiser has no clock: what it costs is measured from outside")]
fn least<T>(mut work: impl FnMut() -> T) -> f64 {
    let one = |_| {
        let start = std::time::Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..REPEATS).map(one).fold(f64::MAX, f64::min)
}

/// The table.
pub fn to_text(points: &[Point]) -> String {
    let mut out = format!("{:<28} {:>8} {:>10} {:>10} {:>7}\n", "model", "us", "EER %", "per user %", "Cllr");
    let number = |v: Option<f64>, digits: usize| v.map_or("-".to_owned(), |v| format!("{v:.digits$}"));
    for Point { model, us, eer_global_pct, eer_user_pct, cllr } in points {
        let (global, user) = (number(*eer_global_pct, 2), number(*eer_user_pct, 2));
        out += &format!("{model:<28} {us:>8.0} {global:>10} {user:>10} {:>7}\n", number(*cllr, 3));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::evidence::Condition;
    use models::graph::gallery;

    #[test]
    fn every_number_of_evidence_is_of_one_part() {
        let condition: Condition = SETTING.condition();
        let names = condition.evidence_names();
        let graph = gallery::evidence_names(condition.references).iter().copied();
        let one = |warping, globals, network| Parts { warping, globals, network };
        let parts = [one(true, false, false), one(false, true, false), one(false, false, true)];
        let beside =
            models::yardstick::evidence_names(condition.references).iter().copied().chain(models::variability::NAMES);
        for name in names.iter().map(String::as_str).chain(graph).chain(beside) {
            assert_eq!(parts.iter().filter(|p| p.give(name)).count(), 1, "{name}");
        }
        assert!(
            parts[2].give("graph_variable_mean") && parts[0].give("variable_mean") && parts[1].give("above_seconds")
        );
    }

    #[test]
    fn the_whole_costs_most() {
        let costs = Costs { opinion: 7.0, warping: 2.0, network: 4.0 };
        assert_eq!(MODELS.map(|(_, parts)| costs.sum(parts)), [1.0, 5.0, 5.0, 3.0, 3.0, 7.0, 7.0]);
    }
}

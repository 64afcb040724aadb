//! The error rates of one condition, as they are printed and written to JSON. Percent unless a name says otherwise; `null`
//! where nobody was there to be told apart.

use crate::bootstrap::intervals;
use crate::metrics::{cllr, mean_and_deviation};
use crate::pooled::cllr_min;
use crate::population::{LN_MILLIBAN, Population};
use crate::ranked::{Item, Ranked};
use crate::scored::{Scored, Scores, Stated};
use crate::setting::Setting;
use crate::trials::Writer;
use models::llr::Thresholds;
use proto::flags;
use serde::Serialize;
use std::collections::BTreeMap;

/// All of it.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// The condition.
    #[serde(flatten)]
    pub setting: Setting,
    /// Equal error rate against skilled imitations, one threshold for all users, mean over draws.
    pub eer_global_pct: Option<f64>,
    /// Its standard deviation over draws.
    pub eer_global_sd: Option<f64>,
    /// The same with a threshold per user, chosen on that user's test scores: separation, not a rate anybody can have.
    pub eer_user_pct: Option<f64>,
    /// Equal error rate against random persons, one threshold.
    pub eer_random_pct: Option<f64>,
    /// Cost of the stated LLRs on genuine signatures and skilled imitations, bits.
    pub cllr: Option<f64>,
    /// The same after the best monotone calibration.
    pub cllr_min: Option<f64>,
    /// What calibration loses: the difference.
    pub cllr_cal: Option<f64>,
    /// Cost of the LLRs stated against a random person, bits.
    pub cllr_random: Option<f64>,
    /// Genuine signatures missed where 1 % of skilled imitations match.
    pub fnmr_at_fmr1_pct: Option<f64>,
    /// 95 % intervals, from drawing writers.
    pub ci95: Ci95,
    /// How many of what.
    pub counts: Counts,
    /// What the recommended thresholds decide.
    pub bands: Bands,
    /// Refused comparisons by flag: genuine, skilled, random. What was not appraised has the name `NOT_APPRAISED`.
    pub refused_by: BTreeMap<&'static str, [usize; 3]>,
}

/// Lower and upper end.
#[derive(Debug, Clone, Serialize)]
pub struct Ci95 {
    /// Of the rate of that name.
    pub eer_global_pct: Option<[f64; 2]>,
    /// Of the rate of that name.
    pub eer_user_pct: Option<[f64; 2]>,
    /// Of the rate of that name.
    pub eer_random_pct: Option<[f64; 2]>,
    /// Of the cost of that name.
    pub cllr: Option<[f64; 2]>,
}

/// Comparisons, each draw counted.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Counts {
    /// Users.
    pub users: usize,
    /// Draws of references.
    pub draws: usize,
    /// Genuine signatures.
    pub genuine: usize,
    /// Skilled imitations.
    pub skilled: usize,
    /// Other people's own signatures.
    pub random: usize,
}

/// Decisions by who wrote.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Bands {
    /// The enrolled person.
    pub genuine: Band,
    /// Somebody who practised.
    pub skilled: Band,
    /// Somebody at random.
    pub random: Band,
}

/// Shares that sum to 100.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Band {
    /// Accepted.
    pub accept_pct: f64,
    /// For review by a person.
    pub review_pct: f64,
    /// Rejected by the LLR.
    pub reject_pct: f64,
    /// Refused: not appraised, or flagged as made by a machine or as an attack.
    pub refused_pct: f64,
}

impl Figures {
    /// Of a condition's scores.
    pub fn of(setting: Setting, scores: &Scores, thresholds: Thresholds) -> Self {
        let population = Population::new(&scores.trials);
        let rates = population.rates(&population.once());
        let of = |w: Writer| scores.trials.iter().filter(|t| t.writer == w).copied().collect::<Vec<_>>();
        let [genuine, skilled, random] = [Writer::Genuine, Writer::Skilled, Writer::Random].map(of);
        let least = cllr_min(&finite(&genuine), &finite(&skilled));
        let by_draw = population.eer_by_draw();
        let counts = Counts {
            users: population.users.len(),
            draws: population.draws(),
            genuine: genuine.len(),
            skilled: skilled.len(),
            random: random.len(),
        };
        Self {
            setting,
            eer_global_pct: rounded(rates.eer_global),
            eer_global_sd: rounded((!by_draw.is_empty()).then(|| mean_and_deviation(&by_draw).1)),
            eer_user_pct: rounded(rates.eer_user),
            eer_random_pct: rounded(rates.eer_random),
            cllr: rounded(rates.cllr),
            cllr_min: rounded(least),
            cllr_cal: rounded(rates.cllr.zip(least).map(|(all, least)| all - least)),
            cllr_random: rounded(cllr_random(&genuine, &random)),
            fnmr_at_fmr1_pct: rounded(pooled(&genuine, &skilled).miss_at(1.0, &[1.0])),
            ci95: ci95(&population),
            counts,
            bands: Bands {
                genuine: band(&genuine, thresholds),
                skilled: band(&skilled, thresholds),
                random: band(&random, thresholds),
            },
            refused_by: refused_by(&scores.trials),
        }
    }
}

/// All draws together, as plots show them.
pub fn pooled(genuine: &[Scored], other: &[Scored]) -> Ranked {
    let item = |t: &Scored| Item { score: t.score, user: 0, genuine: t.writer == Writer::Genuine };
    Ranked::new(genuine.iter().chain(other).map(item).collect())
}

fn finite(trials: &[Scored]) -> Vec<f64> {
    trials.iter().filter(|t| t.stated.is_some()).map(|t| t.score).collect()
}

fn cllr_random(genuine: &[Scored], random: &[Scored]) -> Option<f64> {
    let natural = |trials: &[Scored]| -> Vec<f64> {
        let llr = trials.iter().filter_map(|t| t.stated?.llr_random);
        llr.map(|v| f64::from(v) * LN_MILLIBAN).collect()
    };
    let (genuine, random) = (natural(genuine), natural(random));
    (!genuine.is_empty() && !random.is_empty()).then(|| cllr(&genuine, &random))
}

fn ci95(population: &Population) -> Ci95 {
    let all = intervals(population);
    let rounded = |ends: Option<[f64; 2]>| ends.map(|e| e.map(round));
    Ci95 {
        eer_global_pct: rounded(all.eer_global),
        eer_user_pct: rounded(all.eer_user),
        eer_random_pct: rounded(all.eer_random),
        cllr: rounded(all.cllr),
    }
}

fn refused_by(trials: &[Scored]) -> BTreeMap<&'static str, [usize; 3]> {
    let mut all: BTreeMap<&'static str, [usize; 3]> = BTreeMap::new();
    for trial in trials.iter().filter(|t| t.is_refused()) {
        let refusing = |s: Stated| flags::names(s.flags & (flags::FLAGS_ATTACK | flags::FLAGS_SYNTHETIC));
        for name in trial.stated.map_or(vec!["NOT_APPRAISED"], refusing) {
            all.entry(name).or_default()[trial.writer as usize] += 1;
        }
    }
    all
}

fn band(trials: &[Scored], thresholds: Thresholds) -> Band {
    let share = |keep: &dyn Fn(&Scored) -> bool| {
        round(100.0 * trials.iter().filter(|t| keep(t)).count() as f64 / trials.len().max(1) as f64)
    };
    let within = |from: i32, below: i32| {
        share(&move |t| !t.is_refused() && t.stated.is_some_and(|s| (from..below).contains(&s.llr)))
    };
    Band {
        accept_pct: within(thresholds.accept_at, i32::MAX),
        review_pct: within(thresholds.reject_below, thresholds.accept_at),
        reject_pct: within(i32::MIN, thresholds.reject_below),
        refused_pct: share(&Scored::is_refused),
    }
}

/// Four digits behind the point: more would be noise.
fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

fn rounded(value: Option<f64>) -> Option<f64> {
    value.map(round)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::flags::FLAG_REPLAY;

    fn trial(writer: Writer, llr: i32, flags: u32) -> Scored {
        let stated = Some(Stated { llr, llr_random: None, flags });
        Scored { user: 1, draw: 0, writer, score: f64::from(llr), stated }
    }

    #[test]
    fn bands_count_refusals_apart_and_sum_to_all() {
        let refused = Scored { score: f64::NEG_INFINITY, stated: None, ..trial(Writer::Genuine, 0, 0) };
        let trials = [
            trial(Writer::Genuine, 850, 0),
            trial(Writer::Genuine, 849, 0),
            trial(Writer::Genuine, -1601, 0),
            trial(Writer::Genuine, 2000, FLAG_REPLAY),
            refused,
        ];
        let band = band(&trials, Thresholds { accept_at: 850, reject_below: -1600 });
        assert_eq!([band.accept_pct, band.review_pct, band.reject_pct, band.refused_pct], [20.0, 20.0, 20.0, 40.0]);
    }

    #[test]
    fn refusals_are_counted_by_flag() {
        let refused = Scored { stated: None, ..trial(Writer::Skilled, 0, 0) };
        let by = refused_by(&[trial(Writer::Genuine, 0, FLAG_REPLAY | 2), trial(Writer::Genuine, 0, 2), refused]);
        assert_eq!(by.into_iter().collect::<Vec<_>>(), [("NOT_APPRAISED", [0, 1, 0]), ("REPLAY", [1, 0, 0])]);
    }

    #[test]
    fn json_has_the_names_that_readers_rely_on() {
        let setting = Setting { task: 2, pressure: true, references: 5 };
        let trials = vec![trial(Writer::Genuine, 1000, 0), trial(Writer::Skilled, -1000, 0)];
        let scores = Scores { trials, notes: vec![] };
        let figures = Figures::of(setting, &scores, Thresholds { accept_at: 850, reject_below: -1600 });
        let json = serde_json::to_value(&figures).unwrap();
        assert_eq!((&json["task"], &json["references"], &json["pressure"]), (&2.into(), &5.into(), &true.into()));
        assert_eq!((&json["eer_global_pct"], &json["eer_user_pct"]), (&0.0.into(), &0.0.into()));
        assert!(json["eer_random_pct"].is_null() && json["ci95"]["eer_global_pct"].is_null());
        assert_eq!(json["counts"]["skilled"], 1);
        assert!((json["cllr"].as_f64().unwrap() - 0.1375).abs() < 1e-4);
    }
}

//! What an audit found: every difference by event and field, and totals.

use models::Opinion;
use proto::flags::{FLAG_REPLAY, names};
use proto::{Appraisal, Seq, Thresholds};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// One field of one event that is not as the ledger says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The event.
    pub seq: Seq,
    /// Field of its appraisal.
    pub field: &'static str,
    /// What the ledger says.
    pub recorded: String,
    /// What was found now.
    pub found: String,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Report {
    /// Who computed.
    pub backend: String,
    /// Signing events that were appraised again, by the name of their model.
    pub appraised: BTreeMap<String, u64>,
    /// Differences, in the order of events.
    pub differences: Vec<Difference>,
    /// Signing events that could not be appraised again, and why.
    pub not_checked: Vec<(Seq, String)>,
    /// Largest difference of a ratio against a skilled imitator, milliban.
    pub max_llr: u32,
    /// Largest difference of a ratio against a random person, milliban.
    pub max_llr_random: u32,
    /// Time that appraising took, without reading.
    pub seconds: f64,
}

impl Report {
    /// Compares an opinion with what is recorded; `replayed` is what the signer's earlier packets say.
    pub fn compare(&mut self, seq: Seq, recorded: &Appraisal, found: (&Opinion, bool), thresholds: Thresholds) {
        let (opinion, replayed) = found;
        let flags = opinion.flags | if replayed { FLAG_REPLAY } else { 0 };
        let gap = |a: Option<i32>, b: Option<i32>| a.zip(b).map_or(0, |(a, b)| a.abs_diff(b));
        self.max_llr = self.max_llr.max(gap(recorded.llr, opinion.llr));
        self.max_llr_random = self.max_llr_random.max(gap(recorded.llr_random, opinion.llr_random));
        let flag_text = |flags: u32| format!("{flags:#x} {}", names(flags).join("+"));
        let band = thresholds.band_of(opinion.llr, &recorded.template);
        let fields = [
            ("llr", number(recorded.llr), number(opinion.llr)),
            ("llr_random", number(recorded.llr_random), number(opinion.llr_random)),
            ("band", recorded.band.as_str().to_owned(), band.as_str().to_owned()),
            ("grade", recorded.grade.to_string(), opinion.grade.to_string()),
            ("flags", flag_text(recorded.flags), flag_text(flags)),
        ];
        let differ = fields.into_iter().filter(|(_, recorded, found)| recorded != found);
        self.differences.extend(differ.map(|(field, recorded, found)| Difference { seq, field, recorded, found }));
    }
    /// Events that were appraised again.
    pub fn total(&self) -> u64 {
        self.appraised.values().sum()
    }
    fn per_second(&self) -> f64 {
        if self.seconds > 0.0 { self.total() as f64 / self.seconds } else { 0.0 }
    }
    fn events_that_differ(&self) -> usize {
        let mut events: Vec<Seq> = self.differences.iter().map(|d| d.seq).collect();
        events.dedup();
        events.len()
    }
    /// For people: one line for each difference, then totals.
    pub fn text(&self) -> String {
        let mut t = String::new();
        let mut line = |text: String| writeln!(t, "{text}").expect("a String takes every write");
        for d in &self.differences {
            line(format!("event {}  {}: recorded {}, found {}", d.seq, d.field, d.recorded, d.found));
        }
        for (seq, why) in &self.not_checked {
            line(format!("event {seq}  not checked: {why}"));
        }
        for (model, count) in &self.appraised {
            line(format!("{count} signings appraised again by {model}"));
        }
        line(format!("{} events differ, {} were not checked", self.events_that_differ(), self.not_checked.len()));
        line(format!("largest difference of a ratio: {} milliban ({} random)", self.max_llr, self.max_llr_random));
        line(format!("{:.3} s appraising, {:.0} a second, by {}", self.seconds, self.per_second(), self.backend));
        t.trim_end().to_owned()
    }
    /// For programs.
    pub fn json(&self) -> Value {
        let difference =
            |d: &Difference| json!({ "event": d.seq.0, "field": d.field, "recorded": d.recorded, "found": d.found });
        let differences: Vec<Value> = self.differences.iter().map(difference).collect();
        let skipped: Vec<Value> =
            self.not_checked.iter().map(|(seq, why)| json!({ "event": seq.0, "reason": why })).collect();
        json!({
            "backend": self.backend, "appraised": self.total(), "models": self.appraised,
            "events_that_differ": self.events_that_differ(), "differences": differences, "not_checked": skipped,
            "max_llr_difference_millibans": self.max_llr,
            "max_llr_random_difference_millibans": self.max_llr_random,
            "seconds": self.seconds, "per_second": self.per_second(),
        })
    }
}

fn number(llr: Option<i32>) -> String {
    llr.map_or("none".to_owned(), |v| v.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::{Band, Digest, Grade};

    fn recorded() -> Appraisal {
        Appraisal {
            model: Digest::ZERO,
            template: Digest([1; 32]),
            llr: Some(900),
            llr_random: Some(1900),
            band: Band::Accept,
            grade: Grade::B,
            flags: 2,
            seen: 4,
            fingerprints: Vec::new(),
        }
    }

    #[test]
    fn every_field_that_differs_has_its_line() {
        let (mut report, thresholds) = (Report::default(), Thresholds { accept_at: 500, reject_below: -500 });
        let same = Opinion { llr: Some(900), llr_random: Some(1900), grade: Grade::B, flags: 2 };
        report.compare(Seq(7), &recorded(), (&same, false), thresholds);
        assert_eq!(report.differences, []);
        let other = Opinion { llr: Some(-600), llr_random: None, grade: Grade::C, flags: 0 };
        report.compare(Seq(8), &recorded(), (&other, true), thresholds);
        let fields: Vec<&str> = report.differences.iter().map(|d| d.field).collect();
        assert_eq!(fields, ["llr", "llr_random", "band", "grade", "flags"]);
        assert_eq!((report.max_llr, report.max_llr_random, report.events_that_differ()), (1500, 0, 1));
        assert!(report.text().contains("event 8  band: recorded accept, found reject"), "{}", report.text());
        assert!(report.differences[4].found.contains("REPLAY"));
    }
}

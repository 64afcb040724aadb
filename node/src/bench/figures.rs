//! The figures of a load, for people and programs.

use super::load::Fate;
use super::machine::{bytes_below, cpu_ms, metrics};
use crate::localnet::Running;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// Timings of a node that add up to where the time goes, with what they are.
const PARTS: [(&str, &str); 8] = [
    ("verify", "SM2: transactions"),
    ("verify_message", "SM2: consensus messages"),
    ("appraise", "appraisal"),
    ("admit", "admission in all"),
    ("step", "consensus and ledger"),
    ("write", "disk: write"),
    ("sync", "disk: sync"),
    ("commit", "submit to commit"),
];

/// The state of all living nodes and of this process at one moment.
#[derive(Clone, Default, Debug)]
pub struct Snapshot {
    nodes_cpu_ms: f64,
    own_cpu_ms: f64,
    bytes: u64,
    sums: BTreeMap<String, f64>,
    nodes: usize,
}

impl Snapshot {
    /// Reads everything from the first `alive` nodes.
    pub async fn take(running: &Running, alive: usize) -> Self {
        let mut s = Self { own_cpu_ms: cpu_ms(std::process::id()), nodes: alive, ..Self::default() };
        for i in 0..alive {
            s.nodes_cpu_ms += running.pid(i).map_or(0.0, cpu_ms);
            s.bytes += bytes_below(&running.net().home(i).join("data"));
            for (name, value) in metrics(running.net().nodes[i].metrics).await {
                *s.sums.entry(name).or_default() += value;
            }
        }
        s
    }
    fn sum(&self, name: &str) -> f64 {
        self.sums.get(&format!("chirograph_{name}")).copied().unwrap_or(0.0)
    }
}

/// What a load showed.
pub struct Figures {
    /// Submissions per second asked for.
    pub rate: f64,
    /// Validators.
    pub validators: usize,
    /// Killed before the load.
    pub dead: usize,
    /// From the first submission's time to the last answer.
    pub took: Duration,
    /// Of every submission.
    pub fates: Vec<Fate>,
    /// Before the load.
    pub before: Snapshot,
    /// After it.
    pub after: Snapshot,
    /// This machine.
    pub machine: String,
    /// Where the packets came from.
    pub packets: String,
}

impl Figures {
    fn latencies_ms(&self) -> Vec<f64> {
        let mut all: Vec<f64> = self
            .fates
            .iter()
            .filter_map(|f| match f {
                Fate::Committed(time) => Some(time.as_secs_f64() * 1000.0),
                _ => None,
            })
            .collect();
        all.sort_by(f64::total_cmp);
        all
    }
    fn reasons(&self) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
        let (mut refused, mut lost) = (BTreeMap::new(), BTreeMap::new());
        for fate in &self.fates {
            match fate {
                Fate::Committed(_) => {}
                Fate::Refused(reason) => *refused.entry(reason.clone()).or_default() += 1,
                Fate::Lost(problem) => *lost.entry(problem.clone()).or_default() += 1,
            }
        }
        (refused, lost)
    }
    /// Milliseconds of all nodes' work on one committed event, and how often it was done for it.
    fn parts(&self, committed: f64) -> Vec<(&'static str, &'static str, f64, f64)> {
        let grown = |name: String| self.after.sum(&name) - self.before.sum(&name);
        let one = |&(name, what): &(&'static str, &'static str)| {
            let seconds = grown(format!("{name}_seconds_sum"));
            (name, what, seconds * 1000.0 / committed, grown(format!("{name}_seconds_count")) / committed)
        };
        PARTS.iter().map(one).collect()
    }
    /// For programs.
    pub fn json(&self) -> Value {
        let latencies = self.latencies_ms();
        let committed = latencies.len() as f64;
        let per_event = |v: f64| if committed > 0.0 { json!(v / committed) } else { Value::Null };
        let (refused, lost) = self.reasons();
        let parts: Map<String, Value> = self
            .parts(committed.max(1.0))
            .into_iter()
            .map(|(name, what, ms, count)| {
                (name.to_owned(), json!({ "what": what, "ms_per_event": ms, "per_event": count }))
            })
            .collect();
        let bytes = self.after.bytes.saturating_sub(self.before.bytes) as f64 / self.after.nodes as f64;
        json!({
            "committed_per_s": committed / self.took.as_secs_f64(),
            "p50_ms": percentile(&latencies, 50.0), "p95_ms": percentile(&latencies, 95.0),
            "p99_ms": percentile(&latencies, 99.0), "max_ms": percentile(&latencies, 100.0),
            "cpu_ms_per_event": per_event(self.after.nodes_cpu_ms - self.before.nodes_cpu_ms),
            "bytes_per_event": per_event(bytes),
            "generator_cpu_ms_per_event": per_event(self.after.own_cpu_ms - self.before.own_cpu_ms),
            "validators": self.validators, "dead": self.dead, "rate": self.rate, "packets": self.packets,
            "submitted": self.fates.len(), "committed": latencies.len(), "refused": refused, "lost": lost,
            "seconds": self.took.as_secs_f64(), "blocks": self.blocks(), "parts": parts, "machine": self.machine,
        })
    }
    fn blocks(&self) -> f64 {
        (self.after.sum("height") - self.before.sum("height")) / self.after.nodes as f64
    }
    /// For people.
    pub fn text(&self) -> String {
        let j = self.json();
        let n = |key: &str| j[key].as_f64().map_or("-".to_owned(), |v| format!("{v:.1}"));
        let (refused, lost) = self.reasons();
        let mut t = format!(
            "{} validators, {} dead, {} submissions ({}) at {} per second\n{}\n",
            self.validators,
            self.dead,
            self.fates.len(),
            self.packets,
            self.rate,
            self.machine
        );
        let mut row = |what: &str, value: String| {
            writeln!(t, "{what:<42}{value:>12}").expect("a String takes every write");
        };
        row("committed events per second", n("committed_per_s"));
        row("submit to commit, p50 ms", n("p50_ms"));
        row("submit to commit, p95 ms", n("p95_ms"));
        row("submit to commit, p99 ms", n("p99_ms"));
        row("CPU of all validators, ms per event", n("cpu_ms_per_event"));
        row("bytes on disk per event and validator", n("bytes_per_event"));
        row("CPU of the load generator, ms per event", n("generator_cpu_ms_per_event"));
        row("blocks", n("blocks"));
        row("committed", j["committed"].to_string());
        row("refused", format!("{refused:?}"));
        row("lost", format!("{lost:?}"));
        writeln!(t, "where the time goes, all validators together:").expect("a String takes every write");
        for (_, what, ms, count) in self.parts(self.latencies_ms().len().max(1) as f64) {
            writeln!(t, "  {what:<30}{ms:>10.3} ms per event{count:>10.2} times").expect("a String takes every write");
        }
        t.trim_end().to_owned()
    }
}

pub(super) fn percentile(sorted: &[f64], p: f64) -> Value {
    if sorted.is_empty() {
        return Value::Null;
    }
    let rank = (p / 100.0 * sorted.len() as f64).ceil() as usize;
    json!(sorted[rank.clamp(1, sorted.len()) - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let at = |p| percentile(&values, p).as_f64();
        assert_eq!((at(50.0), at(99.0), at(100.0)), (Some(50.0), Some(99.0), Some(100.0)));
        assert_eq!(percentile(&[], 50.0), Value::Null);
    }

    #[test]
    fn figures_count_every_fate() {
        let fates = vec![
            Fate::Committed(Duration::from_millis(10)),
            Fate::Refused("STROKE_SCORE_LOW".into()),
            Fate::Lost("gone".into()),
        ];
        let snapshot = Snapshot { nodes: 4, ..Snapshot::default() };
        let (before, after) = (snapshot.clone(), Snapshot { nodes_cpu_ms: 8.0, bytes: 4000, ..snapshot });
        let figures = Figures {
            rate: 1.0,
            validators: 4,
            dead: 0,
            took: Duration::from_secs(2),
            fates,
            before,
            after,
            machine: String::new(),
            packets: "synthetic".into(),
        };
        let j = figures.json();
        assert_eq!((j["committed_per_s"].as_f64(), j["p50_ms"].as_f64()), (Some(0.5), Some(10.0)));
        assert_eq!((j["cpu_ms_per_event"].as_f64(), j["bytes_per_event"].as_f64()), (Some(8.0), Some(1000.0)));
        assert_eq!((j["refused"]["STROKE_SCORE_LOW"].as_u64(), j["lost"]["gone"].as_u64()), (Some(1), Some(1)));
        assert!(figures.text().contains("where the time goes"));
    }
}

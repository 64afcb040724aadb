//! What is measured and checked in a lab: speed beside the floor, partitions, one-sided loss.

use crate::figures::{Reading, quantile};
use crate::lab::{Demand, Lab};
use serde_json::{Value, json};
use std::time::Duration;

/// Submissions per second in checks: enough that there is always something to decide.
const CHECK_RATE: f64 = 3.0;
/// How long a partition lasts: longer than a node waits before it says that it hears too few.
const CUT: Duration = Duration::from_secs(14);
/// The reason of a refusal for as long as an earlier packet of the signer is missing at the node that was asked.
const COME_BACK: &str = "HISTORY_UNAVAILABLE";
/// How long the cut-off may need to stand where the others stood when the partition was mended.
const CATCH_UP: Duration = Duration::from_secs(60);

/// Numbers of demonstration writings, so that no load repeats another's.
pub struct Trials {
    lab: Lab,
    begin: u64,
}

impl Trials {
    /// On this lab.
    pub fn new(lab: Lab) -> Self {
        Self { lab, begin: 0 }
    }
    fn demand(&mut self, rate: f64, seconds: u64) -> Demand {
        self.begin += 1_000;
        Demand { rate, seconds, begin: self.begin }
    }
    fn all(&self) -> Vec<usize> {
        (0..self.lab.plan.validators).collect()
    }

    /// Speed at this rate, beside the floor.
    pub fn speed(&mut self, rate: f64, seconds: u64) -> Result<Value, String> {
        let all = self.all();
        // Enrolments, connections and the first views are not measured.
        self.load(&all, rate, 2)?;
        let (before, floor) = (self.pages()?, self.lab.plan.topology.floor(all.len()));
        let load = self.load(&all, rate, seconds)?;
        let pairs: Vec<(Reading, Reading)> = before.into_iter().zip(self.pages()?).collect();
        let ms = |name: &str, p| quantile(&pairs, name, p).map(|(seconds, _)| seconds * 1000.0);
        let blocks = quantile(&pairs, "finalization_seconds", 0.5).map_or(0.0, |(_, count)| count);
        Ok(json!({
            "topology": self.lab.plan.topology.name, "validators": all.len(), "rate": rate, "seconds": seconds,
            "floor_ms": { "finality": floor.finality, "notarization": floor.notarization, "interval": floor.interval },
            "finality_ms": { "p50": ms("finalization_seconds", 0.5), "p99": ms("finalization_seconds", 0.99) },
            "notarization_ms": { "p50": ms("notarization_seconds", 0.5), "p99": ms("notarization_seconds", 0.99) },
            "interval_ms": { "p50": ms("block_interval_seconds", 0.5), "p99": ms("block_interval_seconds", 0.99) },
            "submit_to_commit_ms": { "p50": load["p50_ms"], "p99": load["p99_ms"] },
            "blocks": blocks, "submitted": load["submitted"], "committed": load["committed"],
            "refused": load["refused"], "lost": load["lost"],
        }))
    }

    /// As many as may fail are cut off: the others go on, they do not, and they catch up.
    pub fn minority(&mut self) -> Result<Value, String> {
        let all = self.all();
        let (most, few) = all.split_at(all.len() - (all.len() - 1) / 3);
        self.lab.switch.partition(&[most, few]);
        let demand = self.demand(CHECK_RATE, CUT.as_secs() + 4);
        let load = self.lab.load(most, demand)?;
        std::thread::sleep(Duration::from_secs(3));
        let before = self.lab.heights();
        std::thread::sleep(CUT - Duration::from_secs(3));
        let (after, alarm) = (self.lab.heights(), self.lab.status(few)?);
        self.lab.switch.heal();
        let goal = most.iter().map(|i| after[*i]).max().unwrap_or(0);
        let took =
            self.lab.until("the cut-off to catch up", CATCH_UP, |l| few.iter().all(|i| l.heights()[*i] >= goal))?;
        let load = load.finish()?;
        let checks = [
            ("the majority goes on", most.iter().all(|i| after[*i] > before[*i])),
            ("the minority decides nothing", few.iter().all(|i| after[*i] == before[*i])),
            ("its status says why", alarm.to_string().contains("NO_QUORUM")),
            ("every submission to the majority is committed", load["committed"] == load["submitted"]),
            ("nothing forked", self.agree()?),
        ];
        let facts =
            json!({ "heights_before": before, "heights_after": after, "caught_up_ms": took.as_millis() as u64 });
        Ok(verdict("partition with a minority", &checks, facts))
    }

    /// No part has a quorum: nothing is decided until the parts meet again, and then everything.
    pub fn halves(&mut self) -> Result<Value, String> {
        let all = self.all();
        let (left, right) = all.split_at(all.len() / 2);
        self.lab.switch.partition(&[left, right]);
        let demand = self.demand(CHECK_RATE, 6);
        // What was on its way when the wire was cut may still be decided.
        std::thread::sleep(Duration::from_secs(3));
        let before = self.lab.heights();
        let load = self.lab.load(&all, demand)?;
        std::thread::sleep(CUT - Duration::from_secs(3));
        let after = self.lab.heights();
        self.lab.switch.heal();
        let goal = after.iter().max().copied().unwrap_or(0) + 1;
        let took =
            self.lab.until("a block after the partition", CATCH_UP, |l| l.heights().iter().all(|h| *h >= goal))?;
        let load = load.finish()?;
        let checks = [
            ("no half decides anything", before == after),
            ("what was taken meanwhile is committed after it, and what was not is told to come back", accounted(&load)),
            ("nothing forked", self.agree()?),
        ];
        let facts = json!({ "heights_before": before, "heights_after": after, "went_on_ms": took.as_millis() as u64,
            "load": load });
        Ok(verdict("partition without a majority", &checks, facts))
    }

    /// One host's packets are lost on their way out, and none on their way in.
    pub fn one_sided_loss(&mut self, part: f64) -> Result<Value, String> {
        let all = self.all();
        let kept = self.lab.plan.topology.loss;
        self.lab.switch.lose(0, part);
        let load = self.load(&all, CHECK_RATE, 10)?;
        self.lab.switch.lose(0, kept);
        let checks = [
            ("every submission is committed", load["committed"] == load["submitted"]),
            ("nothing forked", self.agree()?),
        ];
        let facts = json!({ "part": part, "p50_ms": load["p50_ms"], "p99_ms": load["p99_ms"], "load": load });
        Ok(verdict("one-sided loss", &checks, facts))
    }

    fn load(&mut self, nodes: &[usize], rate: f64, seconds: u64) -> Result<Value, String> {
        let demand = self.demand(rate, seconds);
        self.lab.load(nodes, demand)?.finish()
    }
    fn pages(&self) -> Result<Vec<Reading>, String> {
        let all: Option<Vec<Reading>> = self.lab.readings().into_iter().collect();
        all.ok_or_else(|| "a node's metrics cannot be read".to_owned())
    }
    /// Waits until all stand at one height, and compares what they hold there.
    fn agree(&mut self) -> Result<bool, String> {
        let all = self.all();
        self.lab.until("all to stand at one height", CATCH_UP, |l| {
            let heights = l.heights();
            heights.iter().all(|h| *h == heights[0])
        })?;
        let status = self.lab.status(&all)?;
        let mut headers: Vec<&str> =
            status["nodes"].as_array().into_iter().flatten().filter_map(|n| n["header"].as_str()).collect();
        let answered = headers.len() == all.len();
        headers.dedup();
        Ok(status["fork"].is_null() && answered && headers.len() == 1)
    }
}

/// Whether every submission was committed, or not taken for now. A node that was cut off between a block and one of its
/// packets has no opinion on that signer until it can fetch the packet, and says so at once; it then holds nothing to lose.
fn accounted(load: &Value) -> bool {
    let count = |v: &Value| v.as_u64().unwrap_or(0);
    count(&load["committed"]) > 0
        && count(&load["committed"]) + count(&load["refused"][COME_BACK]) == count(&load["submitted"])
}

fn verdict(name: &str, checks: &[(&str, bool)], facts: Value) -> Value {
    let rows: Vec<Value> = checks.iter().map(|(what, held)| json!({ "what": what, "held": held })).collect();
    json!({ "check": name, "held": checks.iter().all(|(_, held)| *held), "checks": rows, "facts": facts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_be_missing_but_what_was_told_to_come_back() {
        let load = |committed, refused: Value| json!({ "submitted": 5, "committed": committed, "refused": refused });
        assert!(accounted(&load(5, json!({}))) && accounted(&load(3, json!({ COME_BACK: 2 }))));
        assert!(!accounted(&load(3, json!({}))), "lost");
        assert!(!accounted(&load(3, json!({ "STROKE_SCORE_LOW": 2 }))), "refused for good");
        assert!(!accounted(&load(0, json!({ COME_BACK: 5 }))), "nothing was taken at all");
    }
}

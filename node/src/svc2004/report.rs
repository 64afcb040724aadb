//! What the job found: counts for people and programs. Scores are not in it.

use super::agreement::NodeState;
use super::attempt::{Answer, Class, band};
use crate::registry;
use proto::{Band, Digest, Outcome};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Counts of one class.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Committed in the accept band.
    pub accept: usize,
    /// Committed in the review band.
    pub review: usize,
    /// Committed without comparison.
    pub uncompared: usize,
    /// Refused, by reason.
    pub refused: BTreeMap<String, usize>,
}

/// Everything.
#[derive(Clone, Default, Debug)]
pub struct Report {
    /// Whether a program wrote the signatures.
    pub synthetic: bool,
    /// The handwriting model in force.
    pub model: Digest,
    /// Signers enrolled.
    pub enrolled: usize,
    /// Signers whose enrolment was refused, with the reason.
    pub enrol_refused: Vec<(String, String)>,
    /// By class.
    pub tallies: BTreeMap<Class, Tally>,
    /// Genuine signatures that were left out because they were committed as another person's.
    pub withheld: usize,
    /// Receipts that verified offline.
    pub receipts_verified: usize,
    /// Receipts that did not.
    pub receipts_failed: usize,
    /// Complete matters.
    pub matters_verified: usize,
    /// Matters that did not verify.
    pub matters_failed: usize,
    /// Events in all matters.
    pub events_in_matters: usize,
    /// Submissions without a meaningful answer.
    pub failures: Vec<String>,
    /// Whether all nodes hold the same ledger.
    pub nodes_agree: bool,
    /// Each node's ledger.
    pub nodes: Vec<NodeState>,
    /// Time for all of it.
    pub seconds: f64,
}

impl Tally {
    /// All refusals.
    pub fn refuse(&self) -> usize {
        self.refused.values().sum()
    }
    fn submitted(&self) -> usize {
        self.accept + self.review + self.uncompared + self.refuse()
    }
    fn json(&self) -> Value {
        json!({
            "submitted": self.submitted(), "accept": self.accept, "review": self.review, "refuse": self.refuse(),
            "uncompared": self.uncompared, "refused_by_reason": self.refused,
        })
    }
}

impl Report {
    /// Counts an enrolment.
    pub fn enrolment(&mut self, signer: &str, answer: &Answer) {
        match answer {
            Answer::Committed(_, verdict) => {
                self.enrolled += 1;
                self.receipt(*verdict);
            }
            Answer::Refused(reason, _) => self.enrol_refused.push((signer.to_owned(), reason.clone())),
            Answer::Failed(problem) => self.failures.push(format!("enrolment of {signer}: {problem}")),
        }
    }
    /// Counts a signing.
    pub fn signing(&mut self, class: Class, answer: &Answer) {
        let tally = self.tallies.entry(class).or_default();
        match answer {
            Answer::Committed(receipt, verdict) => {
                match band(receipt) {
                    Band::Accept => tally.accept += 1,
                    Band::Review => tally.review += 1,
                    Band::Uncompared | Band::Reject => tally.uncompared += 1,
                }
                self.receipt(*verdict);
            }
            Answer::Refused(reason, _) => *tally.refused.entry(reason.clone()).or_default() += 1,
            Answer::Failed(problem) => self.failures.push(format!("{}: {problem}", class.as_str())),
        }
    }
    fn receipt(&mut self, verdict: Outcome) {
        *(if verdict == Outcome::Valid { &mut self.receipts_verified } else { &mut self.receipts_failed }) += 1;
    }
    /// Whether everything held that the network promises. What the appraiser thought of signatures is no part of it.
    pub fn held(&self) -> bool {
        self.nodes_agree
            && self.enrolled > 0
            && self.receipts_verified > 0
            && self.receipts_failed + self.matters_failed + self.failures.len() == 0
    }
    fn model_name(&self) -> &'static str {
        registry::name(&self.model).unwrap_or("not in this program")
    }
    fn tally(&self, class: Class) -> Tally {
        self.tallies.get(&class).cloned().unwrap_or_default()
    }
    /// For programs.
    pub fn json(&self) -> Value {
        let nodes: Vec<Value> = self
            .nodes
            .iter()
            .map(|n| {
                let h = &n.header;
                json!({
                    "url": n.url, "height": h.height.0, "ledger_size": h.ledger_size,
                    "ledger_sum": h.ledger_sum.to_string(), "sm3_root": h.sm3_root.to_string(),
                    "sha256_root": h.sha256_root.to_string(), "state_root": h.state_root.to_string(),
                    "checkpoint_valid": n.checkpoint_valid,
                })
            })
            .collect();
        let refused: Vec<Value> = self.enrol_refused.iter().map(|(s, r)| json!({ "signer": s, "reason": r })).collect();
        json!({
            "model": self.model_name(), "model_digest": self.model.to_string(),
            "synthetic": self.synthetic, "users": self.enrolled + self.enrol_refused.len(), "enrolled": self.enrolled,
            "enroll_refused": refused, "genuine": self.tally(Class::Genuine).json(),
            "forged": self.tally(Class::Forged).json(), "random": self.tally(Class::Random).json(),
            "genuine_withheld": self.withheld, "receipts_verified": self.receipts_verified,
            "receipts_failed": self.receipts_failed, "matters_verified": self.matters_verified,
            "matters_failed": self.matters_failed, "events_in_matters": self.events_in_matters,
            "failures": self.failures, "nodes_agree": self.nodes_agree, "nodes": nodes, "seconds": self.seconds,
        })
    }
    /// For people.
    pub fn text(&self) -> String {
        let mut t = String::new();
        let kind = if self.synthetic { "SYNTHETIC signatures (no evidence of accuracy)" } else { "real signatures" };
        let mut line = |text: String| writeln!(t, "{text}").expect("a String takes every write");
        line(format!("model {} ({})", self.model_name(), self.model.short()));
        line(format!("{} of {} signers enrolled; {kind}", self.enrolled, self.enrolled + self.enrol_refused.len()));
        for (signer, reason) in &self.enrol_refused {
            line(format!("  enrolment of {signer} refused: {reason}"));
        }
        line(format!("{:<9}{:>10}{:>9}{:>9}{:>9}   refused by reason", "", "submitted", "accept", "review", "refuse"));
        for class in [Class::Genuine, Class::Forged, Class::Random] {
            let c = self.tally(class);
            let reasons: Vec<String> = c.refused.iter().map(|(r, n)| format!("{r} {n}")).collect();
            let (name, reasons) = (class.as_str(), reasons.join(", "));
            line(format!("{name:<9}{:>10}{:>9}{:>9}{:>9}   {reasons}", c.submitted(), c.accept, c.review, c.refuse()));
        }
        line(format!("receipts verified offline: {}, failed: {}", self.receipts_verified, self.receipts_failed));
        line(format!(
            "matters verified complete: {}, failed: {}, with {} events",
            self.matters_verified, self.matters_failed, self.events_in_matters
        ));
        for failure in self.failures.iter().take(10) {
            line(format!("FAILED {failure}"));
        }
        for n in &self.nodes {
            let h = &n.header;
            line(format!(
                "{}  height {}  events {}  sum {}  SM3 root {}  SHA-256 root {}  state {}",
                n.url,
                h.height,
                h.ledger_size,
                h.ledger_sum.short(),
                h.sm3_root.short(),
                h.sha256_root.short(),
                h.state_root.short()
            ));
        }
        let verdict = if self.nodes_agree { "hold the same ledger" } else { "DISAGREE" };
        line(format!("{} nodes {verdict}; {:.1} s in all", self.nodes.len(), self.seconds));
        t.trim_end().to_owned()
    }
}

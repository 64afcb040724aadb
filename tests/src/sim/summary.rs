//! What a sweep came to: lines for people, JSON for machines, and the command that repeats a failure.

use crate::sim::finding::Rule;
use crate::sim::mutant::Mutant;
use crate::sim::plan::Plan;
use crate::sim::sweep::{Outcome, Sweep};
use replica::{Input, Message};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A message in a few words.
pub fn brief(message: &Message) -> String {
    match message {
        Message::Proposal(p) => format!("proposal of view {} at height {}", p.header.view, p.header.height),
        Message::Vote(v) => format!("{} of view {} by {}", v.subject.kind.as_str(), v.subject.view, v.validator),
        Message::Certificate(c) => format!("{} certificate of view {}", c.kind.as_str(), c.view),
        Message::Chain(c) => format!("chain of {} blocks", c.blocks.len()),
        other => format!("{other:?}").chars().take(80).collect(),
    }
}

/// What comes to consensus in a few words.
pub fn admitted(input: &Input) -> String {
    match input {
        Input::Admitted { transaction, rivals, .. } => format!("{:?} beside {rivals:?}", transaction.id()),
        other => format!("{other:?}"),
    }
}

/// One line about a seed.
pub fn line(outcome: &Outcome) -> String {
    let seed = outcome.plan.seed;
    match &outcome.result {
        Ok(r) => format!(
            "seed {seed}: ok, height {}, epoch {}, {} events, {} crashes, {} messages, {} refused, {} faults proven, healed in {} ms, \
             trace {:?}",
            r.height, r.epochs, r.events, r.crashes, r.messages, r.refused, r.faults, r.healed_ms, r.trace
        ),
        Err(v) => {
            format!("seed {seed}: FAILED after {} ms: {}\n  repeat: {}", v.at_ms, v.finding, command(&outcome.plan))
        }
    }
}

/// The command line that repeats one run.
pub fn command(plan: &Plan) -> String {
    let mut command = format!("scripts/sim --seeds {}..{} --validators {}", plan.seed, plan.seed + 1, plan.validators);
    if let Some(mutant) = plan.mutant {
        command += &format!(" --mutant {}", mutant.as_str());
    }
    if plan.changes > 0 && !plan.mutant.is_some_and(Mutant::needs_changes) {
        command += " --changes";
    }
    if plan.copies > 0 && !plan.mutant.is_some_and(Mutant::needs_copies) {
        command += " --copies";
    }
    if !plan.byzantine.is_empty() && plan.wipe > 0 {
        command += " --lost-disks";
    }
    if let Some(twins) = plan.twins {
        command += &format!(" --twins {}:{}", twins.depth, twins.groups);
    } else if plan.mutant.is_none() && !plan.byzantine.is_empty() {
        let first = plan.byzantine[0].1;
        let same = plan.byzantine.iter().all(|(_, kind)| *kind == first) && !plan.drawn;
        let kind = if same { format!(":{}", first.as_str()) } else { String::new() };
        command += &format!(" --byzantine {}{kind}", plan.byzantine.len());
    }
    command
}

/// Says now and then how far a long sweep is.
#[derive(Debug)]
pub struct Progress {
    total: u64,
    done: AtomicU64,
}

impl Progress {
    /// Of so many seeds.
    pub fn new(total: u64) -> Self {
        Self { total, done: AtomicU64::new(0) }
    }
    /// One more is done.
    pub fn one_more(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(1_000) {
            println!("{done} of {} seeds", self.total);
        }
    }
}

/// The sum of a sweep.
#[derive(Clone, Debug)]
pub struct Summary {
    /// What was run.
    pub sweep: Sweep,
    /// Seeds that ended.
    pub seeds: usize,
    /// Wall time.
    pub seconds: f64,
    /// Blocks, events, crashes, messages, refused messages, proven faults, changes of the set, and
    /// those whose block was proposed again, rescues, and second rescues, in all good runs.
    pub totals: [u64; 10],
    /// Longest healing, in simulated milliseconds.
    pub healed_ms_max: u64,
    /// With too many faulty validators: runs in which agreement broke, the culprits being named.
    pub broken: usize,
    /// Seeds that failed: seed, rule, sentence, command.
    pub failed: Vec<(u64, Rule, String, String)>,
}

impl Summary {
    /// Adds the outcomes up.
    pub fn of(sweep: &Sweep, outcomes: &[Outcome], seconds: f64) -> Self {
        let mut sum = Self {
            sweep: sweep.clone(),
            seeds: outcomes.len(),
            seconds,
            totals: [0; 10],
            healed_ms_max: 0,
            broken: 0,
            failed: Vec::new(),
        };
        for outcome in outcomes {
            match &outcome.result {
                Ok(r) => {
                    let counts = [r.events, r.crashes, r.messages, r.refused, r.faults].map(|n| n as u64);
                    sum.totals[0] += r.height.0;
                    sum.totals[6] += r.epochs.0;
                    sum.totals[7] += r.closed_late as u64;
                    sum.totals[8] += u64::from(r.rescued);
                    sum.totals[9] += u64::from(r.relapsed);
                    sum.totals[1..].iter_mut().zip(counts).for_each(|(total, count)| *total += count);
                    sum.healed_ms_max = sum.healed_ms_max.max(r.healed_ms);
                    sum.broken += usize::from(r.broken);
                }
                Err(v) => {
                    let command = command(&outcome.plan);
                    sum.failed.push((outcome.plan.seed, v.finding.rule, v.finding.text.clone(), command));
                }
            }
        }
        sum
    }
    /// Whether a mutant was caught by what must catch it.
    pub fn caught(&self) -> bool {
        let by = self.sweep.mutant.map_or(&[][..], |m| m.caught_by());
        self.failed.iter().any(|(_, rule, _, _)| by.contains(rule))
    }
    fn by_rule(&self) -> BTreeMap<&'static str, usize> {
        self.failed.iter().fold(BTreeMap::new(), |mut all, (_, rule, _, _)| {
            *all.entry(rule.as_str()).or_default() += 1;
            all
        })
    }
    /// For machines.
    pub fn to_json(&self) -> String {
        let failed = self.failed.iter().take(100);
        let failed: Vec<_> = failed
            .map(|(seed, rule, text, command)| {
                json!({ "seed": seed, "rule": rule.as_str(), "finding": text, "repeat": command })
            })
            .collect();
        let [blocks, events, crashes, messages, refused, faults, changes, late, rescues, again] = self.totals;
        let (count, kind) = self.sweep.byzantine;
        let value = json!({
            "seeds": { "first": self.sweep.seeds.start, "end": self.sweep.seeds.end, "run": self.seeds },
            "validators": self.sweep.validators,
            "byzantine": { "count": count, "kind": kind.map(|k| k.as_str()) },
            "mutant": self.sweep.mutant.map(|m| m.as_str()),
            "seconds": self.seconds,
            "blocks": blocks, "events": events, "crashes": crashes, "messages": messages,
            "refused": refused, "faults_proven": faults, "changes_of_the_set": changes, "closed_late": late, "rescues": rescues, "second_rescues": again, "agreement_broken": self.broken,
            "healed_ms_max": self.healed_ms_max,
            "failed": self.failed.len(), "by_rule": self.by_rule(), "failures": failed,
        });
        format!("{value:#}\n")
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [blocks, events, crashes, messages, refused, faults, changes, late, rescues, again] = self.totals;
        let rate = self.seeds as f64 / self.seconds.max(0.001);
        writeln!(
            f,
            "{} seeds in {:.1} s ({rate:.1} a second), {} failed",
            self.seeds,
            self.seconds,
            self.failed.len()
        )?;
        write!(
            f,
            "{blocks} blocks, {events} events, {crashes} crashes, {messages} messages, {refused} refused, {faults} faults \
             proven, {changes} changes of the set ({late} late, {rescues} rescues, {again} again), agreement broken in {}, healed within {} ms",
            self.broken, self.healed_ms_max
        )?;
        if self.failed.is_empty() { Ok(()) } else { write!(f, "\nbroken rules: {:?}", self.by_rule()) }
    }
}

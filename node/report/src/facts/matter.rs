//! The steps of a matter with their hash chain. A long matter is shown by its ends; the proof covers all of it.

use super::event::statement;
use proto::event::{matter_sum_zero, next_sum};
use proto::{Canonical, ChainId, MatterFile};
use serde::{Deserialize, Serialize};

/// Most steps that are listed: the first half and the last half of these.
pub const STEPS_MAX: usize = 100;

/// A contract, case or archive file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Matter {
    /// Its identifier.
    pub name: String,
    /// Events that the ledger holds of it at the checkpoint, as the state tree proves.
    pub count: u64,
    /// Chain sum after the last of them.
    pub sum: String,
    /// `Sum_0` of this matter.
    pub sum_zero: String,
    /// The steps, first to last.
    pub steps: Vec<Step>,
    /// Steps in the middle that are not listed.
    pub omitted: u64,
}

/// One step.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Position, from 1.
    pub number: u64,
    /// Position in the ledger.
    pub seq: u64,
    /// Block.
    pub height: u64,
    /// Time of that block.
    pub time_ms: u64,
    /// Kind of event.
    pub kind: String,
    /// Who submitted it.
    pub organisation: String,
    /// Whether it is a control node, a handwritten signing.
    pub control: bool,
    /// What the submitter says.
    pub statement: Option<String>,
    /// Hash of the event.
    pub hash: String,
    /// Chain sum after it: SM3(sum before ‖ hash).
    pub sum: String,
}

impl Matter {
    /// Of a matter that is present; `None` for a proof of absence.
    pub fn of(file: &MatterFile, chain: &ChainId) -> Option<Self> {
        let leaf = file.proof.leaf.as_ref()?;
        let zero = matter_sum_zero(chain, &file.proof.matter);
        let mut sum = zero;
        let mut steps: Vec<Step> = Vec::with_capacity(file.events.len());
        for event in &file.events {
            sum = next_sum(&sum, &event.digest());
            steps.push(Step::of(event, sum.to_string()));
        }
        let omitted = steps.len().saturating_sub(STEPS_MAX);
        let first = steps.len().min(STEPS_MAX / 2);
        steps.drain(first..first + omitted);
        Some(Self {
            name: file.proof.matter.to_string(),
            count: leaf.count,
            sum: leaf.sum.to_string(),
            sum_zero: zero.to_string(),
            steps,
            omitted: omitted as u64,
        })
    }
    /// The sum before a step that is listed, if its predecessor is listed too.
    pub fn sum_before(&self, step: &Step) -> Option<&str> {
        if step.number == 1 {
            return Some(&self.sum_zero);
        }
        self.steps.iter().find(|s| s.number + 1 == step.number).map(|s| s.sum.as_str())
    }
}

impl Step {
    fn of(event: &proto::Event, sum: String) -> Self {
        let draft = &event.transaction.draft;
        Self {
            number: event.matter_seq,
            seq: event.seq.0,
            height: event.height.0,
            time_ms: event.time.0,
            kind: event.kind().as_str().to_owned(),
            organisation: draft.org.to_string(),
            control: event.is_control_node(),
            statement: statement(&draft.body),
            hash: event.digest().to_string(),
            sum,
        }
    }
}

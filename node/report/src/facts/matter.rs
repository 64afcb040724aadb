//! The steps of a matter with their hash chain. A long matter is shown by its ends, the event itself with the step before it, and
//! the steps that carry evidence of will; the proof covers all of it.

use super::event::statement;
use super::will;
use proto::event::{matter_sum_zero, next_sum};
use proto::{Canonical, ChainId, MatterFile, Seq};
use serde::{Deserialize, Serialize};

/// So many steps at each end are always listed.
pub const ENDS_MAX: usize = 50;
/// Of the steps that carry evidence of will so many are, those next to the event.
pub const WILLS_MAX: usize = 40;

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
    /// Steps that are not listed.
    pub omitted: u64,
    /// Those of them that carry evidence of will.
    #[serde(default)]
    pub omitted_wills: u64,
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
    /// How will was shown, if it carries the digest of such a result: `sms`, `liveness`, …
    #[serde(default)]
    pub will: Option<String>,
    /// Hash of the event.
    pub hash: String,
    /// Chain sum after it: SM3(sum before ‖ hash).
    pub sum: String,
}

impl Matter {
    /// Of a matter that is present, `own` being the event that is reported on; `None` for a proof of absence.
    pub fn of(file: &MatterFile, chain: &ChainId, own: Seq) -> Option<Self> {
        let leaf = file.proof.leaf.as_ref()?;
        let zero = matter_sum_zero(chain, &file.proof.matter);
        let mut sum = zero;
        let mut steps: Vec<Step> = Vec::with_capacity(file.events.len());
        for event in &file.events {
            sum = next_sum(&sum, &event.digest());
            steps.push(Step::of(event, sum.to_string()));
        }
        let (steps, left_out) = shortened(steps, own.0);
        Some(Self {
            name: file.proof.matter.to_string(),
            count: leaf.count,
            sum: leaf.sum.to_string(),
            sum_zero: zero.to_string(),
            steps,
            omitted: left_out.len() as u64,
            omitted_wills: left_out.iter().filter(|step| step.will.is_some()).count() as u64,
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

/// The steps that are listed, and those that are not. The event is told with the step before it: its link is checked by hand.
fn shortened(steps: Vec<Step>, own: u64) -> (Vec<Step>, Vec<Step>) {
    let (count, own) = (steps.len(), steps.iter().position(|step| step.seq == own));
    let mut wills: Vec<usize> = (0..count).filter(|i| steps[*i].will.is_some()).collect();
    wills.sort_by_key(|i| own.map_or(*i, |own| own.abs_diff(*i)));
    wills.truncate(WILLS_MAX);
    let listed = |i: usize| {
        let is_at_an_end = i < ENDS_MAX || i + ENDS_MAX >= count;
        is_at_an_end || own.is_some_and(|own| own == i || own == i + 1) || wills.contains(&i)
    };
    let (kept, left_out): (Vec<_>, Vec<_>) = steps.into_iter().enumerate().partition(|(i, _)| listed(*i));
    let bare = |steps: Vec<(usize, Step)>| steps.into_iter().map(|(_, step)| step).collect();
    (bare(kept), bare(left_out))
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
            will: will::method(&draft.body),
            hash: event.digest().to_string(),
            sum,
        }
    }
}

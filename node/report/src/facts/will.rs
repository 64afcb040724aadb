//! What providers found about the signer's will, where their results were presented, and the steps of the matter whose result was
//! not.

use super::{Facts, Step};
use proto::{Body, Event, IntentResult};
use serde::{Deserialize, Serialize};

/// Begin of the kind of a step that carries a result.
const KIND: &str = "intent.";

/// A provider's result.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Will {
    /// `sms`, `liveness`, …
    pub method: String,
    /// Who found it.
    pub provider: String,
    /// Whether the signer passed.
    pub passed: bool,
    /// What else the provider says.
    pub note: String,
    /// When, by the provider's clock.
    pub time_ms: u64,
    /// Position in the ledger of the step that carries it.
    pub seq: Option<u64>,
    /// Whether that step came into the matter only after the signing.
    pub late: bool,
}

impl Will {
    /// Of a result; `step` carries it.
    pub fn of(result: &IntentResult, step: Option<&Event>, signing: &Event) -> Self {
        let finding = &result.finding;
        Self {
            method: finding.method.as_str().to_owned(),
            provider: result.provider.to_string(),
            passed: finding.passed,
            note: finding.note.clone(),
            time_ms: finding.time.0,
            seq: step.map(|e| e.seq.0),
            late: step.is_some_and(|e| IntentResult::is_late(e, signing)),
        }
    }
}

/// The method of a step that carries a result.
pub(super) fn method(body: &Body) -> Option<String> {
    let Body::Record { kind, .. } = body else { return None };
    kind.as_str().strip_prefix(KIND).map(str::to_owned)
}

impl Facts {
    /// Steps that are listed and carry the digest of a result that nobody presented.
    pub fn wills_withheld(&self) -> Vec<&Step> {
        let presented = |step: &&Step| self.wills.iter().any(|w| w.seq == Some(step.seq));
        let steps = self.matter.iter().flat_map(|m| &m.steps).filter(|step| step.will.is_some());
        steps.filter(|step| !presented(step)).collect()
    }
}

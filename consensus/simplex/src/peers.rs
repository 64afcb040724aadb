//! What we remember of the other validators: who is absent, and whom we helped lately.

use proto::{ValidatorIndex, View};
use std::collections::BTreeMap;

/// One entry a validator; nothing else grows.
#[derive(Clone, Debug)]
pub(crate) struct Peers {
    /// A validator not heard of for more views than this is absent: one turn of every leader.
    turn: u64,
    heard: BTreeMap<ValidatorIndex, View>,
    helped: BTreeMap<ValidatorIndex, u64>,
}

impl Peers {
    /// Everybody counts as present when we start in `view`.
    pub fn new(validators: impl Iterator<Item = ValidatorIndex>, view: View) -> Self {
        let heard: BTreeMap<_, _> = validators.map(|i| (i, view)).collect();
        Self { turn: u64::try_from(heard.len()).unwrap_or(u64::MAX), heard, helped: BTreeMap::new() }
    }
    /// `who` spoke about `view`.
    pub fn hear(&mut self, who: ValidatorIndex, view: View) {
        if let Some(last) = self.heard.get_mut(&who) {
            *last = view.max(*last);
        }
    }
    /// The highest view about which each of them spoke.
    pub fn heard(&self) -> impl Iterator<Item = (ValidatorIndex, View)> {
        self.heard.iter().map(|(who, view)| (*who, *view))
    }
    /// Whether `who` missed a whole turn of leaders before `view`.
    pub fn is_absent(&self, who: ValidatorIndex, view: View) -> bool {
        self.heard.get(&who).is_some_and(|last| last.0.saturating_add(self.turn) < view.0)
    }
    /// Whether `who` may be helped at `clock` (once every `pause_ms`), and notes that it is.
    pub fn may_help(&mut self, who: ValidatorIndex, clock: u64, pause_ms: u64) -> bool {
        let due = self.helped.get(&who).is_none_or(|last| clock >= last.saturating_add(pause_ms));
        if due && self.heard.contains_key(&who) {
            self.helped.insert(who, clock);
        }
        due
    }
}

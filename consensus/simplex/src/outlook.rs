//! What the engine waits for, in numbers and names: for operators and tests. Nothing is decided from it.

use crate::engine::Engine;
use crate::slot::{Opinion, Slot};
use proto::{Epoch, ValidatorIndex, View, VoteKind};

/// The present view, and the oldest one below it that lacks its finalize certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Whose votes count.
    pub epoch: Epoch,
    /// The view we are in.
    pub view: View,
    /// Who leads it.
    pub leader: ValidatorIndex,
    /// Milliseconds since we entered it, on a clock that counts only time that passed.
    pub age_ms: u64,
    /// Milliseconds since there is something to do in it; `None`: nobody works, and nothing is late.
    pub busy_ms: Option<u64>,
    /// How long such a view may take before it is given up, in milliseconds. It doubles with each that fails.
    pub patience_ms: u64,
    /// What the leader proposed.
    pub proposal: Proposed,
    /// Who stands for a block of this view.
    pub notarize: Vec<ValidatorIndex>,
    /// Who gave this view up.
    pub nullify: Vec<ValidatorIndex>,
    /// The lowest view with a notarized block that is not final.
    pub unfinalized: Option<Unfinalized>,
    /// The highest view in which each validator was heard of.
    pub heard: Vec<(ValidatorIndex, View)>,
}

/// What became of the leader's proposal, as far as we know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proposed {
    /// It has not come.
    #[default]
    Nothing,
    /// It came, and what it stands on, its transactions or our opinion of them is missing.
    Undecided,
    /// We would stand for it.
    Valid,
    /// We refused it.
    Invalid,
}

/// A notarized block without its finalize certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinalized {
    /// Its view.
    pub view: View,
    /// Who voted that it be final.
    pub finalize: Vec<ValidatorIndex>,
    /// Who gave that view up instead.
    pub nullify: Vec<ValidatorIndex>,
}

impl Engine {
    /// What we wait for.
    pub fn outlook(&self) -> Outlook {
        let slot = self.views.get(self.view);
        let voters = |kind| slot.map(|s| s.voters(kind)).unwrap_or_default();
        Outlook {
            epoch: self.epoch(),
            view: self.view,
            leader: self.leader(self.view),
            age_ms: self.pace.age_ms(),
            busy_ms: self.pace.busy_ms(),
            patience_ms: self.pace.patience(),
            proposal: slot.map(proposed).unwrap_or_default(),
            notarize: voters(VoteKind::Notarize),
            nullify: voters(VoteKind::Nullify),
            unfinalized: self.unfinalized(),
            heard: self.peers.heard().collect(),
        }
    }
    fn unfinalized(&self) -> Option<Unfinalized> {
        let mut open = self.views.from(self.finalized.view.next()).take_while(|(v, _)| *v < self.view);
        let (view, slot) = open.find(|(_, s)| s.certificate(VoteKind::Notarize).is_some())?;
        let (finalize, nullify) = (slot.voters(VoteKind::Finalize), slot.voters(VoteKind::Nullify));
        Some(Unfinalized { view, finalize, nullify })
    }
}

fn proposed(slot: &Slot) -> Proposed {
    let opinions: Vec<Opinion> = slot.candidates().map(|(_, c)| c.opinion).collect();
    let invalid = |o: &Opinion| matches!(o, Opinion::Invalid { .. });
    match opinions.as_slice() {
        [] => Proposed::Nothing,
        all if all.contains(&Opinion::Valid) => Proposed::Valid,
        all if all.iter().all(invalid) => Proposed::Invalid,
        _ => Proposed::Undecided,
    }
}

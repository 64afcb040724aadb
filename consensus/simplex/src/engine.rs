//! The engine: one pure function from what happened to what is to be done.

use crate::actions::Actions;
use crate::input::Input;
use crate::setup::{Head, Setup};
use proto::{Certificate, Digest, Proposal, TimeMs, ValidatorIndex, Verified, View};

/// The order of one ledger, seen by one validator.
#[derive(Debug)]
pub struct Engine {
    setup: Setup,
}

impl Engine {
    /// An engine as it was when the last record of the journal was persisted.
    pub fn new(setup: Setup) -> Self {
        Self { setup }
    }
    /// Takes one input. Total: a wrong input is ignored or answered, never a panic.
    pub fn step(&mut self, _now: TimeMs, _input: Input) -> Actions {
        Actions::default()
    }
    /// The view we are in.
    pub fn view(&self) -> View {
        View(0)
    }
    /// The last finalized block that we hold a certificate for or have committed.
    pub fn finalized(&self) -> Head {
        self.setup.finalized
    }
    /// Who leads a view.
    pub fn leader(&self, view: View) -> ValidatorIndex {
        let count = u64::try_from(self.setup.validators.count()).unwrap_or(1);
        ValidatorIndex(u16::try_from(view.0 % count).unwrap_or(0))
    }
    /// At most `max` certificates of views above `above`, in order of view: what a lagging peer needs to come to ours.
    pub fn certificates_above(&self, _above: View, _max: usize) -> Vec<Verified<Certificate>> {
        Vec::new()
    }
    /// A proposal that we keep, for a peer that asks.
    pub fn proposal(&self, _block: &Digest) -> Option<&Verified<Proposal>> {
        None
    }
}

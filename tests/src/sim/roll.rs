//! Who votes in which epoch, as an outsider learns it from what validators say of themselves: one set for each epoch, and
//! the machine behind each place in it. How a set comes about is the ledger's business; `audit` follows that.

use crate::sim::consortium::number;
use crate::sim::finding::{Finding, Rule};
use ledger::Birth;
use proto::{Epoch, ValidatorIndex, ValidatorSet};
use std::collections::BTreeMap;

/// The sets so far.
#[derive(Clone, Debug)]
pub struct Roll {
    sets: BTreeMap<Epoch, (ValidatorSet, Vec<u16>)>,
    newest: Epoch,
}

impl Roll {
    /// The set of genesis.
    pub fn new(birth: &Birth) -> Self {
        let mut roll = Self { sets: BTreeMap::new(), newest: birth.validators.epoch() };
        roll.insert(&birth.validators);
        roll
    }
    fn insert(&mut self, set: &ValidatorSet) {
        let numbers = set.iter().map(|v| number(&v.key).unwrap_or(u16::MAX)).collect();
        self.sets.insert(set.epoch(), (set.clone(), numbers));
        self.newest = self.newest.max(set.epoch());
    }
    /// Process `at` goes by this set.
    pub fn goes_by(&mut self, at: usize, set: &ValidatorSet) -> Result<(), Finding> {
        match self.set(set.epoch()) {
            Some(known) if known == set => Ok(()),
            Some(_) => Err(Rule::Epochs.broken(format!("process {at} has another set in epoch {}", set.epoch()))),
            None => {
                self.insert(set);
                Ok(())
            }
        }
    }
    /// Who votes in an epoch; `None`: nobody entered it yet.
    pub fn set(&self, epoch: Epoch) -> Option<&ValidatorSet> {
        self.sets.get(&epoch).map(|(set, _)| set)
    }
    /// Who votes in the newest epoch that anybody entered.
    pub fn newest(&self) -> &ValidatorSet {
        self.set(self.newest).expect("the newest epoch is one of them")
    }
    /// The number of the key at a place.
    pub fn owner(&self, epoch: Epoch, place: ValidatorIndex) -> Option<u16> {
        self.sets.get(&epoch)?.1.get(usize::from(place.0)).copied()
    }
}

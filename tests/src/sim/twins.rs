//! Twins scenarios (Bano et al. 2020): some validators run twice with one key, and in each of the first views the network
//! falls into groups that do not hear one another. For four validators and few views all of them are run, for more a
//! sample. What the groups are is all that differs; crashes and losses are the business of ordinary seeds.

use crate::sim::byzantine::Kind;
use crate::sim::dice::Dice;
use crate::sim::plan::Plan;

/// Which group each process is in.
pub type Groups = Vec<usize>;

/// A family of scenarios.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Twins {
    /// Views in which the network is divided.
    pub depth: u32,
    /// Most groups into which it falls.
    pub groups: usize,
}

impl Twins {
    /// All ways to divide the processes of a network with one validator twice.
    fn divisions(self, processes: usize) -> Vec<Groups> {
        let mut all = vec![vec![]];
        for _ in 0..processes {
            all = all.into_iter().flat_map(|groups| self.longer(groups)).collect();
        }
        all
    }
    fn longer(self, groups: Groups) -> impl Iterator<Item = Groups> {
        let used = groups.iter().max().map_or(0, |most| most + 1);
        (0..=used.min(self.groups - 1)).map(move |group| [groups.as_slice(), &[group]].concat())
    }
    /// How many scenarios there are for four validators: every way in every view, for each validator that is twice.
    pub fn count(self, validators: u16) -> u64 {
        let ways = self.divisions(usize::from(validators) + 1).len() as u64;
        u64::from(validators) * ways.pow(self.depth)
    }
    /// A scenario by number, up to four validators; a sample drawn from the number above, with as many twins as may be
    /// faulty.
    pub fn plan(self, number: u64, validators: u16) -> Plan {
        let few = validators <= 4;
        let plan = if few { self.exhaustive(number, validators) } else { self.sampled(number, validators) };
        Plan { twins: Some(self), ..plan }
    }
    fn exhaustive(self, number: u64, validators: u16) -> Plan {
        let divisions = self.divisions(usize::from(validators) + 1);
        let ways = divisions.len() as u64;
        let culprit = u16::try_from(number % u64::from(validators)).unwrap();
        let digit = |view| usize::try_from(number / u64::from(validators) / ways.pow(view) % ways).unwrap();
        let scenario = (0..self.depth).map(|view| divisions[digit(view)].clone()).collect();
        still(number, validators, vec![(culprit, Kind::Twin)], scenario)
    }
    fn sampled(self, number: u64, validators: u16) -> Plan {
        let mut dice = Dice::new(number ^ 0x7717);
        let twins = (validators - 1) / 3;
        let culprits = (0..twins).map(|i| ((dice.index(4) as u16 + i) % validators, Kind::Twin));
        let mut culprits: Vec<_> = culprits.collect();
        culprits.dedup();
        let processes = usize::from(validators) + culprits.len();
        let scenario = (0..self.depth).map(|_| (0..processes).map(|_| dice.index(self.groups)).collect()).collect();
        still(number, validators, culprits, scenario)
    }
    /// Whether a scenario is the lesser of the two that differ only in which twin is which.
    pub fn is_canonical(self, plan: &Plan) -> bool {
        let Some((place, _)) = plan.byzantine.first().filter(|_| plan.byzantine.len() == 1) else { return true };
        let swapped = plan.scenario.iter().map(|groups| {
            let mut groups = groups.clone();
            groups.swap(usize::from(*place), usize::from(plan.validators));
            normal(&groups)
        });
        plan.scenario <= swapped.collect()
    }
}

/// Groups numbered in the order in which they appear.
fn normal(groups: &Groups) -> Groups {
    let mut names: Vec<usize> = Vec::new();
    let name = |group: &usize| {
        names.iter().position(|n| n == group).unwrap_or_else(|| {
            names.push(*group);
            names.len() - 1
        })
    };
    groups.iter().map(name).collect()
}

/// A plan in which nothing goes wrong but what the scenario says.
fn still(seed: u64, validators: u16, byzantine: Vec<(u16, Kind)>, scenario: Vec<Groups>) -> Plan {
    Plan {
        byzantine,
        scenario,
        faults_ms: 2_500,
        transactions: 6,
        pace_ms: (5, 60),
        loss: 0,
        doubled: 0,
        delay_ms: (2, 9),
        crash: 0,
        power: 0,
        blackout: 0,
        partition: 0,
        turn_ms: 0,
        skew_ms: 20,
        drift_ppm: 0,
        jumps: 0,
        wipe: 0,
        ..Plan::new(seed, validators)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_divisions_are_there_once() {
        let twins = Twins { depth: 2, groups: 5 };
        assert_eq!(twins.divisions(5).len(), 52); // the fifth Bell number
        assert_eq!(Twins { depth: 1, groups: 2 }.divisions(5).len(), 16);
        assert_eq!(twins.count(4), 4 * 52 * 52);
        let canonical = (0..twins.count(4)).filter(|n| twins.is_canonical(&twins.plan(*n, 4))).count();
        assert!(canonical > 5_408 && canonical < 6_500, "{canonical} of {} are left", twins.count(4));
    }
}

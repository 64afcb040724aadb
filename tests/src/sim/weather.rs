//! The network between validators: who hears whom, how late, how often; and how busy the clients are.

use crate::sim::dice::Dice;
use crate::sim::plan::Plan;
use std::collections::BTreeSet;

/// Links that are cut at present, as (from, to): cuts may be one-sided.
#[derive(Clone, Debug)]
pub struct Weather {
    cut: BTreeSet<(usize, usize)>,
    calm: bool,
    /// Least and greatest time between two submissions.
    pub pace_ms: (u64, u64),
}

impl Weather {
    /// Nothing is cut yet.
    pub fn new(pace_ms: (u64, u64)) -> Self {
        Self { cut: BTreeSet::new(), calm: false, pace_ms }
    }
    /// Healed for good: no loss, little delay.
    pub fn heal(&mut self) {
        self.cut.clear();
        self.calm = true;
    }
    /// Turns, as the plan has it, over so many processes.
    pub fn turn(&mut self, plan: &Plan, count: usize, dice: &mut Dice) {
        self.cut.clear();
        // a rush, a lull, or the usual
        self.pace_ms = [(1, 10), plan.pace_ms, plan.pace_ms, (plan.pace_ms.1, plan.pace_ms.1 * 4)][dice.index(4)];
        if self.calm || !dice.chance(plan.partition) {
            return;
        }
        let group: BTreeSet<usize> = match dice.below(3) {
            0 => BTreeSet::from([dice.index(count)]),
            1 => (0..count / 2).map(|_| dice.index(count)).collect(),
            _ => (0..count).filter(|_| dice.chance(500)).collect(),
        };
        // both ways, only outward, or only inward
        let (out, back) = [(true, true), (true, false), (false, true)][dice.index(3)];
        for &inside in &group {
            for outside in (0..count).filter(|o| !group.contains(o)) {
                self.cut.extend(out.then_some((inside, outside)));
                self.cut.extend(back.then_some((outside, inside)));
            }
        }
    }
    /// When a message sent now arrives: no time, one, or two.
    pub fn carry(&self, link: (usize, usize), plan: &Plan, dice: &mut Dice) -> Vec<u64> {
        if self.calm {
            return vec![dice.between(1, 10)];
        }
        if self.cut.contains(&link) || dice.chance(plan.loss) {
            return vec![];
        }
        let times = if dice.chance(plan.doubled) { 2 } else { 1 };
        (0..times).map(|_| dice.between(plan.delay_ms.0, plan.delay_ms.1)).collect()
    }
}

//! A validator's clock: off by an amount, a little too fast or too slow, and set to and fro by somebody now and then.

use crate::sim::consortium::DAWN;
use crate::sim::dice::Dice;
use crate::sim::plan::Plan;
use proto::TimeMs;

/// Within this much of the true time when all is well, in milliseconds.
const HEALTHY_MS: u64 = 200;

/// The clock of one machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    offset_ms: i64,
    drift_ppm: i64,
    last: TimeMs,
}

impl Clock {
    /// A clock as wrong as the plan has it.
    pub fn new(plan: &Plan, dice: &mut Dice) -> Self {
        let drift_ppm = either(plan.drift_ppm, dice);
        Self { offset_ms: either(plan.skew_ms, dice), drift_ppm, last: TimeMs(0) }
    }
    /// Somebody sets the clock.
    pub fn jump(&mut self, plan: &Plan, dice: &mut Dice) {
        self.offset_ms = either(plan.jump_ms, dice);
    }
    /// Somebody sets it right.
    pub fn heal(&mut self, dice: &mut Dice) {
        self.offset_ms = either(HEALTHY_MS, dice);
        self.drift_ppm = 0;
    }
    /// What it shows at a true time.
    pub fn read(&self, now: TimeMs) -> TimeMs {
        let drift = i64::try_from(now.0.saturating_sub(DAWN.0)).unwrap() * self.drift_ppm / 1_000_000;
        TimeMs(now.0.saturating_add_signed(self.offset_ms + drift))
    }
    /// Whether it was set back since this was asked last.
    pub fn was_set_back(&mut self, now: TimeMs) -> bool {
        let clock = self.read(now);
        clock < std::mem::replace(&mut self.last, clock)
    }
}

/// A number from `-most` to `most`.
fn either(most: u64, dice: &mut Dice) -> i64 {
    i64::try_from(dice.below(2 * most + 1)).unwrap() - i64::try_from(most).unwrap()
}

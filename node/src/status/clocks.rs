//! How far this machine's clock is from the other validators', as their blocks show it. Nothing is decided from it.

use proto::{TimeMs, ValidatorIndex};
use std::collections::BTreeMap;

/// Fewest validators whose clocks say something of ours.
const OTHERS_MIN: usize = 2;

/// What the newest block of each showed when it came.
#[derive(Clone, Default, Debug)]
pub struct Clocks(BTreeMap<ValidatorIndex, i64>);

impl Clocks {
    /// A block of a leader carries its clock.
    pub fn note(&mut self, leader: ValidatorIndex, theirs: TimeMs, ours: TimeMs) {
        let [theirs, ours] = [theirs, ours].map(|t| i64::try_from(t.0).unwrap_or(i64::MAX));
        self.0.insert(leader, theirs.saturating_sub(ours));
    }
    /// Another set of validators is numbered anew.
    pub fn forget(&mut self) {
        self.0.clear();
    }
    /// How far half of the others at least are ahead of this clock (less than 0: behind it), milliseconds; 0 where they are on
    /// both sides, `None` while too few were heard. What is on the way for long looks behind.
    pub fn ahead_ms(&self) -> Option<i64> {
        let mut all: Vec<i64> = self.0.values().copied().collect();
        all.sort_unstable();
        let (low, high) = (*all.get(all.len().saturating_sub(1) / 2)?, *all.get(all.len() / 2)?);
        (all.len() >= OTHERS_MIN).then_some(if low > 0 { low } else { high.min(0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: TimeMs = TimeMs(1_000_000);

    fn of(offsets: &[i64]) -> Clocks {
        let mut clocks = Clocks::default();
        for (i, offset) in offsets.iter().enumerate() {
            let index = ValidatorIndex(u16::try_from(i).unwrap());
            clocks.note(index, TimeMs(OURS.0.checked_add_signed(*offset).unwrap()), OURS);
        }
        clocks
    }

    #[test]
    fn one_clock_that_is_off_is_its_own_and_most_are_ours() {
        assert_eq!(of(&[]).ahead_ms(), None);
        assert_eq!(of(&[90_000]).ahead_ms(), None);
        assert_eq!(of(&[90_000, -20, -30]).ahead_ms(), Some(-20));
        assert_eq!(of(&[90_000, -20]).ahead_ms(), Some(0));
        assert_eq!(of(&[5_000, 5_100, -20]).ahead_ms(), Some(5_000));
        assert_eq!(of(&[-5_000, -5_100, 20]).ahead_ms(), Some(-5_000));
        assert_eq!(of(&[4_000, 5_000]).ahead_ms(), Some(4_000));
        let mut clocks = of(&[4_000, 5_000]);
        clocks.forget();
        assert_eq!(clocks.ahead_ms(), None);
    }
}

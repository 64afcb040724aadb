//! A clock that never runs backwards and never stands still, made of the wall clock and of one that only counts.
//!
//! Operators and time servers set wall clocks back and forth. Timers that hang on such a clock would sleep until it has
//! caught up again; so, while it is behind what was read before, time goes on at half its speed. Reading the two clocks is
//! the shell's business; nothing here decides safety.

use proto::TimeMs;

/// The clock of one process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steady {
    last: TimeMs,
    counted: u64,
}

impl Steady {
    /// The time, given the wall clock and milliseconds counted since any fixed moment.
    pub fn read(&mut self, wall: TimeMs, counted: u64) -> TimeMs {
        let slow = TimeMs(self.last.0.saturating_add(counted.saturating_sub(self.counted) / 2));
        if wall >= slow {
            // only a step that was seen is used up: half a millisecond is not lost for ever
            (self.last, self.counted) = (wall, counted);
        } else if slow > self.last {
            (self.last, self.counted) = (slow, counted);
        }
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_wall_and_goes_on_slowly_when_that_is_set_back() {
        let mut clock = Steady::default();
        assert_eq!(clock.read(TimeMs(10_000), 0), TimeMs(10_000));
        assert_eq!(clock.read(TimeMs(10_500), 500), TimeMs(10_500));
        assert_eq!(clock.read(TimeMs(3_000), 1_500), TimeMs(11_000));
        let mut at = 1_500;
        for _ in 0..1_000 {
            at += 1;
            clock.read(TimeMs(3_000), at);
        }
        assert_eq!(clock.read(TimeMs(3_000), at), TimeMs(11_500));
        assert_eq!(clock.read(TimeMs(20_000), at + 1), TimeMs(20_000));
    }
}

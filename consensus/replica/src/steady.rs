//! The time that timers hang on: it counts what passed, and never runs backwards.
//!
//! Wall clocks are set to and fro by operators and time servers. A timer that hung on one would sleep until it has caught
//! up again. Blocks carry the wall clock's time all the same; nothing here decides safety.

use proto::TimeMs;

/// Counts the steps of the wall clock that go forward.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steady {
    wall: Option<TimeMs>,
    now: TimeMs,
}

impl Steady {
    /// The time for timers, given the wall clock's. The first reading is the same.
    pub fn read(&mut self, wall: TimeMs) -> TimeMs {
        let passed = self.wall.map_or(wall.0, |last| wall.0.saturating_sub(last.0));
        self.now = TimeMs(self.now.0.saturating_add(passed));
        self.wall = Some(wall);
        self.now
    }
    /// When the wall clock will show a moment of ours, if nobody sets it.
    pub fn on_wall(&self, at: TimeMs) -> TimeMs {
        let ahead = at.0.saturating_sub(self.now.0);
        TimeMs(self.wall.unwrap_or_default().0.saturating_add(ahead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_set_back_does_not_stop_it() {
        let mut clock = Steady::default();
        assert_eq!(clock.read(TimeMs(10_000)), TimeMs(10_000));
        assert_eq!(clock.read(TimeMs(10_500)), TimeMs(10_500));
        assert_eq!(clock.read(TimeMs(3_000)), TimeMs(10_500));
        assert_eq!(clock.read(TimeMs(3_100)), TimeMs(10_600));
        assert_eq!(clock.on_wall(TimeMs(10_700)), TimeMs(3_200));
        assert_eq!(clock.on_wall(TimeMs(10_000)), TimeMs(3_100), "what is due is due at once");
    }
}

//! How much processor time a piece of work takes on its thread. Unlike wall time it does not grow when the machine is
//! busy with something else, so figures of different runs can be compared.

use rustix::time::{ClockId, Timespec, clock_gettime};
use std::time::Duration;

/// Started when made.
pub struct CpuClock(Duration);

impl CpuClock {
    /// Starts now, on this thread.
    pub fn start() -> Self {
        Self(used())
    }
    /// Processor time of this thread since the start.
    pub fn elapsed(&self) -> Duration {
        used().saturating_sub(self.0)
    }
}

fn used() -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = Duration::from_secs(u64::try_from(tv_sec).unwrap_or(0));
    seconds + Duration::from_nanos(u64::try_from(tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleeping_costs_nothing_and_working_does() {
        let clock = CpuClock::start();
        std::thread::sleep(Duration::from_millis(30));
        assert!(clock.elapsed() < Duration::from_millis(20));
        let mut n = 0u64;
        while clock.elapsed() < Duration::from_millis(25) {
            n = std::hint::black_box(n + 1);
        }
        assert!(n > 0);
    }
}

//! When to lose patience: the timers of one view. Only liveness depends on anything here.
//!
//! A view without work has no timer at all. It is *armed* when somebody knows of work or shows activity in it; from then
//! on the leader has `leader_ms` and the certificate another `view_ms`, both doubled for every view that failed of late
//! and halved for every one that succeeded.

use crate::setup::Timing;
use proto::TimeMs;

/// Timeouts double at most this often: 64 times the genesis value.
const DOUBLINGS_MAX: u32 = 6;

/// Timers of the current view, on a clock of their own that counts only time that passed: a wall clock that jumps back
/// stops it for the moment, and one that jumps ahead costs a view.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    timing: Timing,
    doublings: u32,
    wall: Option<TimeMs>,
    clock: u64,
    entered: u64,
    armed: Option<u64>,
    repeated: u64,
}

/// What the passing of time calls for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Due {
    /// The leader may finish an unfinalized tail with an empty block.
    pub finish: bool,
    /// The leader should have proposed.
    pub leader: bool,
    /// There should be a certificate.
    pub view: bool,
    /// Everything that was said in vain is said again.
    pub repeat: bool,
}

impl Pace {
    pub fn new(timing: Timing) -> Self {
        Self { timing, doublings: 0, wall: None, clock: 0, entered: 0, armed: None, repeated: 0 }
    }
    /// Time passes.
    pub fn advance(&mut self, now: TimeMs) {
        self.clock += now.0.saturating_sub(self.wall.unwrap_or(now).0);
        self.wall = Some(now);
    }
    /// A view begins; `failed` is whether the one before did, if that tells anything about the time it needs.
    pub fn enter(&mut self, failed: Option<bool>) {
        self.doublings = match failed {
            Some(true) => (self.doublings + 1).min(DOUBLINGS_MAX),
            Some(false) => self.doublings.saturating_sub(1),
            None => self.doublings,
        };
        self.armed = None;
        (self.entered, self.repeated) = (self.clock, self.clock);
    }
    /// Starts the timers if there is a reason and they do not run; stops them if there is none.
    pub fn arm(&mut self, reason: bool) {
        if reason && self.armed.is_none() {
            self.armed = Some(self.clock);
            self.repeated = self.clock;
        }
        if !reason {
            self.armed = None;
        }
    }
    /// What is due now.
    pub fn due(&self) -> Due {
        let Some(armed) = self.armed else { return Due::default() };
        let [finish, leader, view] = self.deadlines(armed).map(|at| at <= self.clock);
        Due { finish, leader, view, repeat: self.repeat_at() <= self.clock }
    }
    /// Everything was said again just now.
    pub fn repeated(&mut self) {
        self.repeated = self.clock;
    }
    /// The next moment at which something becomes due that is not due yet.
    pub fn wake_at(&self) -> Option<TimeMs> {
        let armed = self.armed?;
        let later = self.deadlines(armed).into_iter().chain([self.repeat_at()]);
        let next = later.filter(|at| *at > self.clock).min()?;
        Some(TimeMs(self.wall?.0.saturating_add(next - self.clock)))
    }
    /// Milliseconds on the engine's own clock.
    pub fn clock(&self) -> u64 {
        self.clock
    }
    /// How long ago the view began, in milliseconds.
    pub fn age_ms(&self) -> u64 {
        self.clock - self.entered
    }
    /// For how long there has been something to do in it, in milliseconds.
    pub fn busy_ms(&self) -> Option<u64> {
        self.armed.map(|at| self.clock - at)
    }
    /// How long a view may take altogether, in milliseconds.
    pub fn patience(&self) -> u64 {
        self.grown(self.timing.leader_ms).saturating_add(self.grown(self.timing.view_ms))
    }
    fn deadlines(&self, armed: u64) -> [u64; 3] {
        let leader = self.grown(self.timing.leader_ms);
        [leader / 2, leader, self.patience()].map(|ms| armed.saturating_add(ms))
    }
    fn repeat_at(&self) -> u64 {
        self.repeated.saturating_add(self.patience())
    }
    fn grown(&self, ms: u64) -> u64 {
        ms.saturating_mul(1 << self.doublings)
    }
}

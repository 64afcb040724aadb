//! The Sigma-Lognormal model: where the pen is when commands overlap. See Plamondon, "A kinematic theory of rapid human
//! movements" (1995), and O'Reilly and Plamondon (2009). A movement here goes along a bow of small sideways deviation
//! instead of a circular arc, so that no trigonometry is needed.

use crate::arithmetic::{exp, ln};

/// One command: go there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Movement {
    /// Where to, in units of 0.01 mm.
    pub to: (f64, f64),
    /// Whether the pen touches.
    pub down: bool,
    /// Seconds until the next command.
    pub interval: f64,
    /// e^mu: seconds from the command to half of the way.
    pub response: f64,
    /// Spread of the lognormal.
    pub sigma: f64,
    /// Sideways deviation as a part of the way.
    pub bow: f64,
    /// Pressure, 0 to 1.
    pub pressure: f64,
}

/// A movement with its place in time and space.
#[derive(Debug, Clone, Copy)]
struct Scheduled {
    movement: Movement,
    way: (f64, f64),
    command_s: f64,
    /// When all of the way is done.
    over_s: f64,
}

/// All movements of a signature.
#[derive(Debug, Clone)]
pub(super) struct Movements {
    offset: (f64, f64),
    start: (f64, f64),
    last: (f64, f64),
    scheduled: Vec<Scheduled>,
    next_command_s: f64,
}

/// What the hand does at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hand {
    pub x: f64,
    pub y: f64,
    pub down: bool,
    pub pressure: f64,
}

impl Movements {
    /// Nothing yet; `offset` is where on the tablet the plan's origin lies.
    pub(super) fn starting_at(offset: (f64, f64)) -> Self {
        Self { offset, start: (0.0, 0.0), last: (0.0, 0.0), scheduled: Vec::new(), next_command_s: 0.0 }
    }
    /// Where the pen lands first.
    pub(super) fn place(&mut self, start: (f64, f64)) {
        (self.start, self.last) = (start, start);
    }
    pub(super) fn push(&mut self, movement: Movement) {
        let way = (movement.to.0 - self.last.0, movement.to.1 - self.last.1);
        let mut scheduled = Scheduled { movement, way, command_s: self.next_command_s, over_s: 0.0 };
        scheduled.over_s = scheduled.quantile_s(TAIL);
        self.scheduled.push(scheduled);
        self.last = movement.to;
        self.next_command_s += movement.interval;
    }
    /// When the writing begins: the first movement is just felt.
    pub(super) fn begin_s(&self) -> f64 {
        self.scheduled.first().map_or(0.0, |s| s.quantile_s(-2.2))
    }
    /// When the last movement is over.
    pub(super) fn end_s(&self) -> f64 {
        self.scheduled.last().map_or(0.0, |s| s.quantile_s(2.0))
    }
    /// The hand at time `t` in seconds after the first command.
    pub(super) fn at(&self, t: f64) -> Hand {
        let mut hand = Hand {
            x: self.offset.0 + self.start.0,
            y: self.offset.1 + self.start.1,
            down: true,
            pressure: self.scheduled.first().map_or(0.0, |s| s.movement.pressure),
        };
        for s in &self.scheduled {
            if t <= s.command_s {
                break;
            }
            let done = s.done(t);
            let side = s.movement.bow * done * (1.0 - done) * 4.0;
            hand.x += s.way.0 * done - s.way.1 * side;
            hand.y += s.way.1 * done + s.way.0 * side;
        }
        if let Some(s) = self.leading(t) {
            (hand.down, hand.pressure) = (s.movement.down, s.movement.pressure);
        }
        hand
    }
    /// The movement that decides about the pen: the one whose half is nearest in time.
    fn leading(&self, t: f64) -> Option<&Scheduled> {
        let far = |s: &&Scheduled| (s.command_s + s.movement.response - t).abs();
        self.scheduled.iter().min_by(|a, b| far(a).total_cmp(&far(b)))
    }
}

impl Scheduled {
    /// When the lognormal's argument has this many deviations.
    fn quantile_s(&self, deviations: f64) -> f64 {
        self.command_s + self.movement.response * exp(deviations * self.movement.sigma)
    }
    /// Part of the way that is done, 0 to 1: the lognormal's distribution function. `t` is after the command.
    fn done(&self, t: f64) -> f64 {
        if t >= self.over_s {
            return 1.0;
        }
        let since = t - self.command_s;
        normal_distribution(ln(since / self.movement.response) / self.movement.sigma)
    }
}

/// Deviations beyond which a lognormal is taken as over.
const TAIL: f64 = 5.0;

/// The normal distribution function by Abramowitz and Stegun 26.2.17 (error below 1e-7), cut at five deviations.
fn normal_distribution(z: f64) -> f64 {
    if z.abs() > TAIL {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let mut series = 1.330_274_429;
    for coefficient in [-1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530] {
        series = series * t + coefficient;
    }
    let tail = 0.398_942_280_4 * exp(-0.5 * z * z) * series * t;
    if z > 0.0 { 1.0 - tail } else { tail }
}

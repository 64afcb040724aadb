//! How one signature differs from the writer's plan: the day, the moment, the muscles. Never the plan itself.

use super::habit::Habit;
use super::movement::{Movement, Movements};
use super::random::Random;
use super::shape::{Shape, Target};

/// One signature's deviations. Sizes of deviations follow what genuine signatures of one hand show: 2 to 3 % of the
/// height from target to target, 5 % in time.
#[derive(Debug, Clone)]
pub(super) struct Variation {
    random: Random,
    noise: Random,
    looseness: f64,
    size: f64,
    stretch: f64,
    turn: f64,
    slant: f64,
    slowness: f64,
    pressure: f64,
    hesitant: bool,
}

impl Variation {
    /// `names` is {writer, day, signature}.
    pub(super) fn new(habit: &Habit, names: [u64; 3]) -> Self {
        let [writer, day, signature] = names;
        let mut of_day = Random::of(&[writer, DAY, day]);
        let mut random = Random::of(&[writer, SIGNATURE, day, signature]);
        let k = habit.looseness;
        let mut both = |day: f64, now: f64| of_day.normal(k * day) + random.normal(k * now);
        let size = crate::arithmetic::exp(both(0.02, 0.025));
        let (stretch, turn, slant) = (1.0 + both(0.01, 0.015), both(0.008, 0.014), both(0.01, 0.015));
        let slowness = crate::arithmetic::exp(both(0.03, 0.04));
        let pressure = 1.0 + both(0.03, 0.04);
        let noise = Random::of(&[writer, NOISE, signature]);
        Self { random, noise, looseness: k, size, stretch, turn, slant, slowness, pressure, hesitant: false }
    }
    /// The same deviations with pauses and less sureness.
    pub(super) fn hesitant(mut self) -> Self {
        self.hesitant = true;
        self.looseness *= 1.3;
        self
    }
    /// Random numbers for the tablet's and the hand's noise.
    pub(super) fn noise(&self) -> Random {
        self.noise.clone()
    }

    /// The movements that the hand makes.
    pub(super) fn movements(&self, shape: &Shape, habit: &Habit) -> Movements {
        let mut random = self.random.clone();
        let (mut drift, mut from) = ((0.0, 0.0), None);
        let mut movements = Movements::starting_at(self.start(shape, &mut random));
        let mean = mean_way(shape);
        for target in &shape.targets {
            drift = (self.drift(drift.0, shape, &mut random), self.drift(drift.1, shape, &mut random));
            let place = self.place(target, drift);
            let Some(from) = from.replace(place) else {
                movements.place(place);
                continue;
            };
            let way = crate::arithmetic::hypot(place.0 - from.0, place.1 - from.1);
            // Isochrony: a longer way is made faster, so that it takes only a little longer.
            let interval = shape.interval * target.tempo * (0.55 + 0.45 * (way / mean).sqrt().min(2.0));
            movements.push(self.movement(target, (place, interval), habit, &mut random));
        }
        movements
    }

    fn movement(
        &self,
        target: &Target,
        (to, interval): ((f64, f64), f64),
        habit: &Habit,
        random: &mut Random,
    ) -> Movement {
        let k = self.looseness;
        let pause = if self.hesitant && random.chance(0.07) { random.between(0.06, 0.2) } else { 0.0 };
        let interval = interval * self.slowness * random.factor(0.05 * k) + pause;
        Movement {
            to,
            down: target.down,
            interval,
            response: interval * habit.overlap * random.factor(0.04 * k),
            sigma: habit.sigma * random.factor(0.05 * k),
            bow: target.bow + random.normal(0.02 * k),
            pressure: habit.pressure * target.emphasis * self.pressure * random.factor(0.04 * k),
        }
    }

    /// Deviation from the plan, which carries on from one target to the next.
    fn drift(&self, last: f64, shape: &Shape, random: &mut Random) -> f64 {
        0.5 * last + random.normal(0.018 * self.looseness * shape.height)
    }
    fn place(&self, target: &Target, drift: (f64, f64)) -> (f64, f64) {
        let (x, y) = (target.x + drift.0, target.y + drift.1);
        let (x, y) = (self.size * self.stretch * (x + self.slant * y), self.size * y / self.stretch);
        (x - self.turn * y, y + self.turn * x)
    }
    /// Where the plan's origin lies, so that the name stands about in the middle of the pad.
    fn start(&self, shape: &Shape, random: &mut Random) -> (f64, f64) {
        let middle = |of: fn(&Target) -> f64| {
            let (low, high) = shape.targets.iter().map(of).fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
            (low + high) / 2.0
        };
        (6350.0 - middle(|t| t.x) + random.normal(150.0), 4850.0 - middle(|t| t.y) + random.normal(150.0))
    }
}

fn mean_way(shape: &Shape) -> f64 {
    let ways = shape.targets.windows(2).map(|w| crate::arithmetic::hypot(w[1].x - w[0].x, w[1].y - w[0].y));
    ways.sum::<f64>() / shape.targets.len() as f64
}

const DAY: u64 = 11;
const SIGNATURE: u64 = 12;
const NOISE: u64 = 13;

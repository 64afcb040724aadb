//! The plan of a signature: targets that the pen is sent to, in order. A writer's plan never changes; what the hand
//! makes of it does.

use super::habit::Habit;
use super::hanzi::Character;
use super::random::Random;

/// One target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Target {
    /// Place in units of 0.01 mm, from the first character's lower left corner.
    pub x: f64,
    pub y: f64,
    /// Whether the pen touches on its way there.
    pub down: bool,
    /// Time given to the movement, relative to the writer's usual interval.
    pub tempo: f64,
    /// Bow of the way there: sideways deviation as a part of its length.
    pub bow: f64,
    /// Pressure on the way there, relative to the writer's usual.
    pub emphasis: f64,
}

/// The targets of a whole signature.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    pub targets: Vec<Target>,
    /// Height of a character.
    pub height: f64,
    /// Seconds from one movement to the next.
    pub interval: f64,
}

/// Longest time that a plan may take, in seconds; who has much to write writes faster.
const LONGEST_S: f64 = 3.4;
/// Habitual deviation from the printed form, as a part of the height.
const CHARACTERFUL: f64 = 0.055;

impl Shape {
    pub(super) fn new(name: &[&Character], habit: &Habit, random: &mut Random) -> Self {
        let mut targets = Vec::new();
        for (index, character) in name.iter().enumerate() {
            let cell = Cell::new(index as f64, habit, random);
            cell.write(character, &mut targets, random);
        }
        let interval = habit.interval.min(LONGEST_S / targets.len() as f64);
        Self { targets, height: habit.height, interval }
    }

    /// What a practised forger makes of it: near in shape, not in rhythm and pressure.
    pub(super) fn copied(&self, random: &mut Random) -> Self {
        let size = random.factor(0.06);
        let slower = random.between(1.0, 1.45);
        let mut copy = self.clone();
        for target in &mut copy.targets {
            target.x = size * target.x + random.normal(0.022 * self.height);
            target.y = size * target.y + random.normal(0.022 * self.height);
            target.tempo *= random.factor(0.15);
            target.bow = 0.6 * target.bow + random.normal(0.06);
            target.emphasis = 0.4 * target.emphasis + 0.6 * random.factor(0.18);
        }
        copy.interval *= slower;
        copy
    }
}

/// Where one character stands and how the writer writes it there.
struct Cell<'a> {
    habit: &'a Habit,
    origin: (f64, f64),
    scale: f64,
}

impl<'a> Cell<'a> {
    fn new(index: f64, habit: &'a Habit, random: &mut Random) -> Self {
        let step = index * habit.height * habit.advance * if habit.vertical { -1.0 } else { habit.aspect };
        let (along, across) = (step + random.normal(0.05 * habit.height), random.normal(0.07 * habit.height));
        let origin = if habit.vertical { (across, along) } else { (along, across + habit.rise * step) };
        Self { habit, origin, scale: habit.height * random.factor(0.12) }
    }

    fn write(&self, character: &Character, targets: &mut Vec<Target>, random: &mut Random) {
        for (index, stroke) in character.strokes.iter().enumerate() {
            // The first target of all has no way to it; between characters the pen is lifted more often.
            let joining = if index == 0 { 0.25 * self.habit.joining } else { self.habit.joining };
            let joined = !targets.is_empty() && random.chance(joining);
            for (corner, &point) in stroke.iter().enumerate() {
                let inner = corner > 0 && corner + 1 < stroke.len();
                if inner && random.chance(self.habit.haste) {
                    continue;
                }
                targets.push(self.target(point, corner > 0 || joined, random));
            }
        }
    }

    fn target(&self, (x, y): (f64, f64), down: bool, random: &mut Random) -> Target {
        let (x, y) = (x + random.normal(CHARACTERFUL), y + random.normal(CHARACTERFUL));
        Target {
            x: self.origin.0 + self.scale * (self.habit.aspect * x + self.habit.slant * y),
            y: self.origin.1 + self.scale * (y + self.habit.rise * x),
            down,
            tempo: random.factor(0.18) * if down { 1.0 } else { 1.3 },
            bow: random.normal(0.1),
            emphasis: random.factor(0.16),
        }
    }
}

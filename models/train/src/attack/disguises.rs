//! What an attacker adds to a program's movement, so that it is less even than a program's: scatter, reports that were taken
//! a little earlier or later than they say, a hand that wanders, a tremor, what a poor digitiser does. How a program moves is in `machines`.

use crate::attack::chance::Chance;
use crate::attack::machines::STEP_S;
use crate::attack::replays;
use crate::attack::strokes::{Pen, Strokes};
use models::arithmetic::exp;

/// Weight of disguises that make a program's writing what a poor digitiser makes of a person's: with more, less is found of the
/// others.
const POOR: f64 = 0.08;

/// One way to disguise.
pub struct Disguise {
    /// Its name in the report.
    pub name: &'static str,
    /// How much writings under it count in fitting.
    pub weight: f64,
    /// Disguises a writing.
    pub add: fn(&Strokes, &mut Chance) -> Strokes,
}

/// All of them; the first is none. How much is added is drawn anew each time where the name does not say it.
pub const ALL: [Disguise; 12] = [
    Disguise { name: "noise 0", weight: 1.0, add: |s, _| s.clone() },
    Disguise { name: "noise 1", weight: 1.0, add: |s, c| replays::noise(s, c, 1.0) },
    Disguise { name: "noise 2", weight: 1.0, add: |s, c| replays::noise(s, c, 2.0) },
    Disguise { name: "noise 3", weight: 1.0, add: |s, c| replays::noise(s, c, 3.0) },
    Disguise { name: "uneven sampling", weight: 1.0, add: uneven },
    Disguise { name: "uneven sampling + noise 1", weight: 1.0, add: |s, c| replays::noise(&uneven(s, c), c, 1.0) },
    Disguise { name: "wandering", weight: 1.0, add: wandering },
    Disguise { name: "wandering + uneven sampling", weight: 1.0, add: |s, c| uneven(&wandering(s, c), c) },
    Disguise { name: "tremor", weight: 1.0, add: tremor },
    Disguise { name: "sticking", weight: POOR, add: sticking },
    Disguise { name: "sticking + uneven sampling", weight: POOR, add: |s, c| sticking(&uneven(s, c), c) },
    Disguise { name: "coarse steps", weight: POOR, add: coarse },
];

/// Each report from where the pen was half a millisecond to five before or after.
fn uneven(s: &Strokes, c: &mut Chance) -> Strokes {
    let deviation = 0.0005 * exp(c.between(0.0, 2.3)) / STEP_S;
    let place = |i: usize| s.pens.get(i).filter(|p| p.state.is_down());
    let pens = s.pens.iter().enumerate().map(|(i, p)| {
        let (before, after) = (place(i.wrapping_sub(1)).unwrap_or(p), place(i + 1).unwrap_or(p));
        let by = 0.5 * c.normal(deviation);
        Pen { x: p.x + (after.x - before.x) * by, y: p.y + (after.y - before.y) * by, ..*p }
    });
    Strokes { device: s.device.clone(), pens: pens.collect() }
}

/// Noise that forgets what it was after a few reports.
fn wandering(s: &Strokes, c: &mut Chance) -> Strokes {
    let (hold, deviation) = (c.between(0.5, 0.95), c.between(1.0, 6.0));
    let fresh = deviation * (1.0 - hold * hold).sqrt();
    let mut off = (c.normal(deviation), c.normal(deviation));
    s.map(|p| {
        off = (hold * off.0 + c.normal(fresh), hold * off.1 + c.normal(fresh));
        Pen { x: p.x + off.0, y: p.y + off.1, ..*p }
    })
}

/// To and fro, 6 to 13 times a second, in a direction that turns, with a little noise.
fn tremor(s: &Strokes, c: &mut Chance) -> Strokes {
    let (turn, size) = (std::f64::consts::TAU * c.between(6.0, 13.0) * STEP_S, c.between(1.0, 8.0));
    // Two resonators that are kicked by chance, so that size and phase change.
    let (hold, mut state) = (exp(-STEP_S / 0.2), [(0.0, 0.0); 2]);
    let (cosine, sine) = turned(turn);
    let kick = size * (1.0 - hold * hold).sqrt();
    s.map(|p| {
        for (re, im) in &mut state {
            (*re, *im) = (hold * (cosine * *re - sine * *im) + c.normal(kick), hold * (sine * *re + cosine * *im));
        }
        Pen { x: p.x + state[0].0 + c.normal(0.5), y: p.y + state[1].0 + c.normal(0.5), ..*p }
    })
}

/// A coordinate stays until the pen is so far away and then follows at that distance, as digitisers with hysteresis do.
fn sticking(s: &Strokes, c: &mut Chance) -> Strokes {
    let (slack, mut at) = (c.between(0.7, 4.0), [f64::NAN; 2]);
    s.map(|p| {
        for (at, v) in at.iter_mut().zip([p.x, p.y]) {
            *at = if at.is_nan() { v } else { at.clamp(v - slack, v + slack) };
        }
        Pen { x: at[0], y: at[1], ..*p }
    })
}

/// In steps of some units.
fn coarse(s: &Strokes, c: &mut Chance) -> Strokes {
    let step = c.between(1.5, 5.0);
    s.map(|p| Pen { x: (p.x / step).round() * step, y: (p.y / step).round() * step, ..*p })
}

/// Cosine and sine of less than a right angle, by their series: the same bits everywhere.
fn turned(angle: f64) -> (f64, f64) {
    let square = angle * angle;
    let cosine = 1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0)));
    let sine = angle * (1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0)));
    (cosine, sine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::Writer;

    #[test]
    fn disguises_move_the_pen_and_nothing_else() {
        let plain = Strokes::of(&Writer::new(4).sign(1));
        for (n, disguise) in ALL.iter().enumerate() {
            let made = (disguise.add)(&plain, &mut Chance::of(&[n as u64]));
            let off = plain.pens.iter().zip(&made.pens).map(|(a, b)| (a.x - b.x).abs() + (a.y - b.y).abs());
            let mean = off.sum::<f64>() / plain.pens.len() as f64;
            assert!(if n == 0 { mean == 0.0 } else { (0.2..40.0).contains(&mean) }, "{}: {mean}", disguise.name);
            assert!(
                plain.pens.iter().zip(&made.pens).all(|(a, b)| a.t == b.t && a.state == b.state),
                "{}",
                disguise.name
            );
        }
    }

    #[test]
    fn angles_are_turned() {
        let (cosine, sine) = turned(0.8);
        assert!((cosine - 0.696_706_709).abs() < 1e-6 && (sine - 0.717_356_091).abs() < 1e-6);
    }
}

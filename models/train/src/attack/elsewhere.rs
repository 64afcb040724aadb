//! Movements as another digitiser would have recorded them: at other rates, its clock even or not, with scatter or without.
//!
//! Made of recordings at 100 Hz, because there are no others. At half the rate every second report is left and nothing is made
//! up; at all others places are put between reports, which is smoother than what a digitiser gives. So what is measured here says
//! how careful to be, and no error rate of any device.

use crate::attack::chance::Chance;
use crate::attack::machines::catmull;
use crate::attack::strokes::{Pen, Strokes};

/// Rates that stand for other devices, Hz.
pub const RATES: [f64; 5] = [50.0, 60.0, 75.0, 120.0, 133.0];
/// Reports are at least so far apart, s.
const APART_S: f64 = 0.001;
/// Longest time between reports of the recording that a curve goes through, s.
const NEXT_S: f64 = 0.02;

/// A movement at this rate; how even the clock and how sure the place is are drawn.
pub fn recorded(s: &Strokes, c: &mut Chance, hz: f64) -> Strokes {
    let uneven = [0.0, 0.0, 0.0005, 0.002][c.below(4)];
    let (scatter, smooth) = ([0.0, 0.0, 0.5, 1.0][c.below(4)], c.below(2) == 0);
    let mut pens: Vec<Pen> = Vec::new();
    for k in 0..=(s.seconds() * hz) as usize {
        let t = (k as f64 / hz + c.normal(uneven)).clamp(0.0, s.seconds());
        let Some(p) = s.at(t).filter(|p| pens.last().is_none_or(|last| p.t > last.t + APART_S)) else { continue };
        let (x, y) = if smooth { curve(s, &p) } else { (p.x, p.y) };
        pens.push(Pen { x: x + c.normal(scatter), y: y + c.normal(scatter), ..p });
    }
    let mut device = s.device.clone();
    device.rate_mhz = (hz * 1000.0) as u32;
    device.time_quantum_us = device.time_quantum_us.min(1000);
    Strokes { device, pens }
}

/// On a curve through two reports before and two after, where there are four of one run.
fn curve(s: &Strokes, p: &Pen) -> (f64, f64) {
    let next = s.pens.partition_point(|q| q.t < p.t).clamp(1, s.pens.len() - 1);
    let knots = &s.pens[next.saturating_sub(2)..(next + 2).min(s.pens.len())];
    let together = knots.windows(2).all(|w| w[1].t - w[0].t < NEXT_S) && knots.iter().all(|k| k.state == p.state);
    if knots.len() == 4 && together { catmull(knots, p.t) } else { (p.x, p.y) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::Writer;

    #[test]
    fn reports_are_as_many_as_the_rate_says_and_lie_on_the_shape() {
        let real = Strokes::of(&Writer::new(4).sign(1));
        for hz in RATES {
            let made = recorded(&real, &mut Chance::of(&[1]), hz);
            let asked = real.seconds() * hz;
            let share = made.pens.len() as f64 / (asked + 1.0);
            assert!((0.5..1.01).contains(&share), "{hz}: {share}");
            let near = |p: &Pen| real.pens.iter().any(|q| (p.x - q.x).abs() + (p.y - q.y).abs() < 200.0);
            let off = made.pens.iter().filter(|p| !near(p)).count();
            assert!(off * 50 < made.pens.len(), "{hz}: {off}");
            assert!(made.pens.windows(2).all(|w| w[0].t < w[1].t), "{hz}");
        }
    }
}

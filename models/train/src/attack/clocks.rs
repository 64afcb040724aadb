//! Packets whose time stamps were changed. The movement that they tell stays what it was.

use crate::attack::chance::Chance;
use crate::attack::strokes::{Pen, Strokes};
use models::StrokePacket;

/// One way to change time stamps.
pub struct Species {
    /// Its name in the report.
    pub name: &'static str,
    /// Makes one.
    pub make: fn(&Strokes, &mut Chance) -> StrokePacket,
}

/// All species.
pub const ALL: &[Species] = &[
    Species { name: "10 % slower or faster", make: |s, c| scaled(s, c, 1.1).packet() },
    Species { name: "30 % slower or faster", make: |s, c| scaled(s, c, 1.3).packet() },
    Species { name: "jitter of 3 ms", make: |s, c| jittered(s, c, 0.003).packet() },
    Species { name: "slower here, faster there", make: |s, c| uneven(s, c).packet() },
    Species { name: "finer than the clock", make: |s, _| finer(s.packet()) },
    Species { name: "longer than the session", make: |s, _| longer(s.packet()) },
    Species { name: "times backwards", make: |s, _| backwards(s.packet()) },
];

fn scaled(s: &Strokes, c: &mut Chance, factor: f64) -> Strokes {
    let f = if c.unit() < 0.5 { factor } else { 1.0 / factor };
    s.map(|p| Pen { t: p.t * f, ..*p })
}

fn jittered(s: &Strokes, c: &mut Chance, deviation: f64) -> Strokes {
    let mut last = -1.0;
    s.map(|p| {
        last = f64::max(last + 0.001, p.t + c.normal(deviation));
        Pen { t: last, ..*p }
    })
}

/// Each tenth of the writing at its own pace.
fn uneven(s: &Strokes, c: &mut Chance) -> Strokes {
    let pace: Vec<f64> = (0..11).map(|_| c.between(0.6, 1.6)).collect();
    let (mut t, mut before) = (0.0, 0.0);
    s.map(|p| {
        t += (p.t - before) * pace[(p.t / s.seconds() * 10.0) as usize];
        before = p.t;
        Pen { t, ..*p }
    })
}

fn finer(mut packet: StrokePacket) -> StrokePacket {
    packet.samples.iter_mut().skip(1).for_each(|s| s.t_us += 137);
    packet
}

fn longer(mut packet: StrokePacket) -> StrokePacket {
    packet.session.prompt_to_pen_ms = 1500;
    packet.session.total_ms = 400;
    packet
}

fn backwards(mut packet: StrokePacket) -> StrokePacket {
    let end = packet.duration_us();
    packet.samples.iter_mut().skip(1).for_each(|s| s.t_us = end - s.t_us);
    packet
}

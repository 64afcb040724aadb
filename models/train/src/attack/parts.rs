//! Packets that do not hold one whole signature: cropped, with a stroke missing, two in one, halves of two.

use crate::attack::chance::Chance;
use crate::attack::strokes::{Pen, Strokes};

/// One way to take or put together.
pub struct Species {
    /// Its name in the report.
    pub name: &'static str,
    /// Makes one of a signature and another one of the same signer.
    pub make: fn(&Strokes, &Strokes, &mut Chance) -> Strokes,
}

/// All species.
pub const ALL: &[Species] = &[
    Species { name: "last 20 % missing", make: |s, _, _| part(s, 0.0, 0.8) },
    Species { name: "last 30 % missing", make: |s, _, _| part(s, 0.0, 0.7) },
    Species { name: "last 40 % missing", make: |s, _, _| part(s, 0.0, 0.6) },
    Species { name: "last 50 % missing", make: |s, _, _| part(s, 0.0, 0.5) },
    Species { name: "first 20 % missing", make: |s, _, _| part(s, 0.2, 1.0) },
    Species { name: "first 30 % missing", make: |s, _, _| part(s, 0.3, 1.0) },
    Species { name: "first 50 % missing", make: |s, _, _| part(s, 0.5, 1.0) },
    Species { name: "middle 30 % missing", make: |s, _, _| joined(&part(s, 0.0, 0.35), &part(s, 0.65, 1.0)) },
    Species { name: "a stroke missing", make: |s, _, c| without_a_stroke(s, c) },
    Species { name: "the same twice", make: |s, _, _| joined(s, s) },
    Species { name: "two signatures", make: |s, o, _| joined(s, o) },
    Species { name: "one and a half", make: |s, o, _| joined(s, &part(o, 0.0, 0.5)) },
    Species { name: "halves of two", make: |s, o, _| joined(&part(s, 0.0, 0.5), &part(o, 0.5, 1.0)) },
];

/// The reports from one part of the count to another.
fn part(s: &Strokes, from: f64, to: f64) -> Strokes {
    let n = s.pens.len() as f64;
    let pens = &s.pens[(n * from) as usize..(n * to) as usize];
    let start = pens[0].t;
    Strokes { device: s.device.clone(), pens: pens.iter().map(|p| Pen { t: p.t - start, ..*p }).collect() }
}

/// One after the other, 150 ms between them.
pub(crate) fn joined(a: &Strokes, b: &Strokes) -> Strokes {
    let end = a.seconds() + 0.15;
    let mut out = a.clone();
    out.pens.extend(b.pens.iter().map(|p| Pen { t: p.t + end, ..*p }));
    out
}

/// Without one stroke, if there are several; what follows moves up.
fn without_a_stroke(s: &Strokes, c: &mut Chance) -> Strokes {
    let down = |i: usize| s.pens[i].state.is_down();
    let starts: Vec<usize> = (0..s.pens.len()).filter(|i| down(*i) && (*i == 0 || !down(*i - 1))).collect();
    if starts.len() < 2 {
        return part(s, 0.0, 0.75);
    }
    let which = c.below(starts.len());
    let from = starts[which];
    let to = starts.get(which + 1).copied().unwrap_or(s.pens.len());
    let removed = s.pens.get(to).map_or(0.0, |p| p.t - s.pens[from].t);
    let mut pens = s.pens[..from].to_vec();
    pens.extend(s.pens[to..].iter().map(|p| Pen { t: p.t - removed, ..*p }));
    let start = pens.first().map_or(0.0, |p| p.t);
    Strokes { device: s.device.clone(), pens: pens.iter().map(|p| Pen { t: p.t - start, ..*p }).collect() }
}

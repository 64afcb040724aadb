//! Signatures put together of references: strokes moved one by one, strokes of several, paths half-way between two, a bent
//! copy in another time, an imitation in the time and with the pressure of a reference. What an attacker does who holds the
//! references and knows that copies of one writing as a whole are found.

use crate::attack::alignment::{half_way, in_time_of};
use crate::attack::chance::Chance;
use crate::attack::replays;
use crate::attack::strokes::{Pen, Strokes};

/// What an attacker has.
pub struct Loot<'a> {
    /// All references, the one to begin with first.
    pub references: &'a [Strokes],
    /// Somebody else's imitation.
    pub imitation: &'a Strokes,
}

/// One way to put a signature together.
pub struct Species {
    /// Its name in the report.
    pub name: &'static str,
    /// Makes one.
    pub make: fn(&Loot<'_>, &mut Chance) -> Strokes,
}

/// All species.
pub const ALL: &[Species] = &[
    Species { name: "strokes moved by 1 mm", make: |l, c| moved(&l.references[0], c, 100.0) },
    Species {
        name: "strokes moved by 1 mm, noise 1",
        make: |l, c| replays::noise(&moved(&l.references[0], c, 100.0), c, 1.0),
    },
    Species {
        name: "strokes moved by 2 mm, noise 5",
        make: |l, c| replays::noise(&moved(&l.references[0], c, 200.0), c, 5.0),
    },
    Species { name: "strokes moved by 0.8 mm, turned, scaled", make: |l, c| jittered(&l.references[0], c, 80.0) },
    Species { name: "bend 4 %", make: |l, c| replays::bend(&l.references[0], c, 0.04) },
    Species {
        name: "bend 4 %, warp 8 %",
        make: |l, c| replays::bend(&replays::warp(&l.references[0], c, 0.08), c, 0.04),
    },
    Species {
        name: "strokes turned, scaled, bend 3 %, warp 8 %",
        make: |l, c| replays::bend(&replays::warp(&jittered(&l.references[0], c, 60.0), c, 0.08), c, 0.03),
    },
    Species { name: "strokes of two by turns", make: |l, _| by_turns(&l.references[..2]) },
    Species { name: "strokes of all by turns", make: |l, _| by_turns(l.references) },
    Species { name: "two strokes swapped", make: |l, c| swapped(&l.references[0], c) },
    Species { name: "half-way between two", make: |l, _| half_way(&l.references[0], &l.references[1], 0.5) },
    Species { name: "a third of the way between two", make: |l, _| half_way(&l.references[0], &l.references[1], 0.33) },
    Species {
        name: "half-way between two, noise 1",
        make: |l, c| replays::noise(&half_way(&l.references[0], &l.references[1], 0.5), c, 1.0),
    },
    Species { name: "an imitation in a reference's time", make: |l, _| in_time_of(&l.references[0], l.imitation) },
];

/// The strokes, each with what the pen does until the next begins.
fn strokes(s: &Strokes) -> Vec<&[Pen]> {
    let down = |i: usize| s.pens[i].state.is_down();
    let begins = |i: usize| i == 0 || (down(i) && (!down(i - 1) || s.pens[i].t > s.pens[i - 1].t + 0.04));
    let mut starts: Vec<usize> = (0..s.pens.len()).filter(|i| begins(*i)).collect();
    starts.push(s.pens.len());
    starts.windows(2).map(|w| &s.pens[w[0]..w[1]]).collect()
}

fn with(s: &Strokes, pens: Vec<Pen>) -> Strokes {
    Strokes { device: s.device.clone(), pens }
}

fn moved(s: &Strokes, c: &mut Chance, deviation: f64) -> Strokes {
    let shifted = |stroke: &[Pen]| {
        let (dx, dy) = (c.normal(deviation).round(), c.normal(deviation).round());
        stroke.iter().map(|p| Pen { x: p.x + dx, y: p.y + dy, ..*p }).collect::<Vec<_>>()
    };
    with(s, strokes(s).into_iter().flat_map(shifted).collect())
}

fn jittered(s: &Strokes, c: &mut Chance, deviation: f64) -> Strokes {
    let changed = |stroke: &[Pen]| {
        let own = with(s, stroke.to_vec());
        let ((cx, cy), turn) = (own.centre(), c.normal(0.035));
        let (sx, sy) = (1.0 + c.normal(0.04), 1.0 + c.normal(0.04));
        let (dx, dy) = (cx + c.normal(deviation), cy + c.normal(deviation));
        let change = |p: &Pen| {
            let (x, y) = ((p.x - cx) * sx, (p.y - cy) * sy);
            Pen { x: dx + x - turn * y, y: dy + y + turn * x, ..*p }
        };
        stroke.iter().map(change).collect::<Vec<_>>()
    };
    with(s, strokes(s).into_iter().flat_map(changed).collect())
}

/// One stroke of each in turn, where the first has its own; of those that have as many.
fn by_turns(references: &[Strokes]) -> Strokes {
    let first = strokes(&references[0]);
    let all: Vec<_> = references.iter().map(|r| strokes(r)).filter(|s| s.len() == first.len()).collect();
    let mut pens: Vec<Pen> = Vec::new();
    for (n, own) in first.iter().enumerate() {
        let source = all[n % all.len()][n];
        let pause = if n == 0 { 0.0 } else { own[0].t - first[n - 1].last().map_or(0.0, |p| p.t) };
        let start = pens.last().map_or(0.0, |p| p.t) + pause - source[0].t;
        let centre = |stroke: &[Pen]| with(&references[0], stroke.to_vec()).centre();
        let ((x, y), (cx, cy)) = (centre(own), centre(source));
        pens.extend(source.iter().map(|p| Pen { t: p.t + start, x: p.x + x - cx, y: p.y + y - cy, ..*p }));
    }
    with(&references[0], pens)
}

fn swapped(s: &Strokes, c: &mut Chance) -> Strokes {
    let mut parts = strokes(s);
    if parts.len() > 1 {
        let at = c.below(parts.len() - 1);
        parts.swap(at, at + 1);
    }
    let mut pens: Vec<Pen> = Vec::new();
    for part in parts {
        let start = pens.last().map_or(0.0, |p| p.t + 0.06) - part[0].t;
        pens.extend(part.iter().map(|p| Pen { t: p.t + start, ..*p }));
    }
    with(s, pens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::Writer;

    #[test]
    fn patchworks_are_writings_and_no_copies() {
        let references: Vec<Strokes> = (0..3).map(|n| Strokes::of(&Writer::new(3).sign(n))).collect();
        let imitation = Strokes::of(&Writer::new(4).sign(0));
        let loot = Loot { references: &references, imitation: &imitation };
        for species in ALL {
            let made = (species.make)(&loot, &mut Chance::of(&[1]));
            assert!(made.pens[0].t == 0.0 && made.pens.windows(2).all(|w| w[0].t < w[1].t), "{}", species.name);
            assert!(references.iter().all(|r| r.pens != made.pens), "{}", species.name);
            assert!(models::trace::Trace::new(&made.packet()).is_ok(), "{}", species.name);
        }
    }
}

//! Pieces of recordings as signatures: an end cut off, a stroke left out of the middle, the beginning of one signature with
//! the end of another. What an attacker does who holds a few recordings and knows that whole copies are found.

use crate::attack::chance::Chance;
use crate::attack::parts::joined;
use crate::attack::replays;
use crate::attack::strokes::{Pen, Strokes};

/// What is cut off, left out or put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// So many percent of the reports at the beginning and at the end.
    Cut(u32, u32),
    /// A stroke that is neither the first nor the last; a sixth in the middle where there is none.
    StrokeLeftOut,
    /// The beginning of one and the end of another, where the pen is up next to the middle.
    Spliced,
    /// The same, and a twentieth off either end.
    SplicedAndCut,
}

/// One way to make a signature of pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Species {
    /// Its name in the report.
    pub name: String,
    way: Way,
    /// Whether it is moved and every report is off by a little.
    noisy: bool,
}

impl Species {
    /// Whether it takes a second recording.
    pub fn of_two(&self) -> bool {
        matches!(self.way, Way::Spliced | Way::SplicedAndCut)
    }
    /// Makes one of a signature, and of another one of the same signer where it takes two.
    pub fn make(&self, s: &Strokes, other: &Strokes, c: &mut Chance) -> Strokes {
        let made = match self.way {
            Way::Cut(first, last) => cut(s, first, last),
            Way::StrokeLeftOut => without_a_stroke(s, c),
            Way::Spliced => spliced(s, other),
            Way::SplicedAndCut => cut(&spliced(s, other), 5, 5),
        };
        if self.noisy { replays::noise(&replays::shift(&made, c), c, 5.0) } else { made }
    }
}

/// All species.
pub fn all() -> Vec<Species> {
    let mut ways = Vec::new();
    for percent in [5, 10, 15, 20, 25] {
        ways.push((format!("first {percent} % cut off"), Way::Cut(percent, 0)));
        ways.push((format!("last {percent} % cut off"), Way::Cut(0, percent)));
    }
    for percent in [3, 5, 8, 10, 13] {
        ways.push((format!("{percent} % cut off each end"), Way::Cut(percent, percent)));
    }
    ways.push(("a middle stroke left out".into(), Way::StrokeLeftOut));
    ways.push(("halves of two, at a pen-up".into(), Way::Spliced));
    ways.push(("halves of two, 5 % off each end".into(), Way::SplicedAndCut));
    let both = |(name, way): (String, Way)| {
        let noisy = Species { name: format!("{name}, shift, noise 5"), way, noisy: true };
        [Species { name, way, noisy: false }, noisy]
    };
    ways.into_iter().flat_map(both).collect()
}

fn of(s: &Strokes, pens: &[Pen]) -> Strokes {
    let start = pens.first().map_or(0.0, |p| p.t);
    Strokes { device: s.device.clone(), pens: pens.iter().map(|p| Pen { t: p.t - start, ..*p }).collect() }
}

fn cut(s: &Strokes, first: u32, last: u32) -> Strokes {
    let n = s.pens.len();
    let reports = |percent: u32| n * percent as usize / 100;
    of(s, &s.pens[reports(first)..n - reports(last)])
}

/// Where the pen comes down.
fn starts(s: &Strokes) -> Vec<usize> {
    let down = |i: usize| s.pens[i].state.is_down();
    (0..s.pens.len())
        .filter(|i| down(*i) && (*i == 0 || !down(*i - 1) || s.pens[*i].t > s.pens[*i - 1].t + 0.04))
        .collect()
}

fn without_a_stroke(s: &Strokes, c: &mut Chance) -> Strokes {
    let starts = starts(s);
    let n = s.pens.len();
    let (from, to) = if starts.len() < 3 {
        (n * 5 / 12, n * 7 / 12)
    } else {
        let which = 1 + c.below(starts.len() - 2);
        (starts[which], starts[which + 1])
    };
    let mut out = s.clone();
    let removed = s.pens[to].t - s.pens[from].t;
    out.pens.truncate(from);
    out.pens.extend(s.pens[to..].iter().map(|p| Pen { t: p.t - removed, ..*p }));
    out
}

fn spliced(s: &Strokes, other: &Strokes) -> Strokes {
    joined(&of(s, &s.pens[..parting(s)]), &of(other, &other.pens[parting(other)..]))
}

/// The place next to the middle where the pen comes down; the middle where it does not between a quarter and three.
fn parting(s: &Strokes) -> usize {
    let n = s.pens.len();
    let near = starts(s).into_iter().filter(|i| 4 * i > n && 4 * i < 3 * n);
    near.min_by_key(|i| i.abs_diff(n / 2)).unwrap_or(n / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::Writer;

    #[test]
    fn pieces_are_shorter_and_begin_at_no_time() {
        let [one, two] = [0, 1].map(|n| Strokes::of(&Writer::new(3).sign(n)));
        for species in all() {
            let made = species.make(&one, &two, &mut Chance::of(&[1]));
            assert!(made.pens[0].t == 0.0 && made.pens.windows(2).all(|w| w[0].t < w[1].t), "{}", species.name);
            assert!(species.of_two() || made.pens.len() < one.pens.len(), "{}", species.name);
            assert_ne!(made.pens, one.pens);
        }
    }
}

//! How much of a longer writing a shorter one covers, by elastic matching with free ends: the shorter one may begin and end
//! anywhere on the longer, but leaves nothing of itself out.
//!
//! Points of the longer one do not wait for one another within a step, so vector lanes run across them and never split a sum:
//! the bits are the same with any vector width. Nothing is decided here.

use crate::features::{Series, channel};
use crate::graph::Kernel;
use crate::graph::kernel::{Loops, Work};

/// Every second point of a series (which has 50 a second) is matched.
const STRIDE: usize = 2;
/// What is compared: direction, and velocity.
const CHANNELS: [usize; 4] = [channel::COS, channel::SIN, channel::DX, channel::DY];
/// How many points further on the next match may be.
const FURTHEST: usize = 2;

/// Part of each reference that lies before the first and after the last match.
pub(super) fn left_over(writing: &Series, references: &[Series], kernel: Kernel) -> Vec<f64> {
    let references = references.iter().map(Points::of).collect();
    kernel.run(Covering { writing: Points::of(writing), references })
}

/// Each channel at every point that is matched.
struct Points([Vec<f32>; CHANNELS.len()]);

impl Points {
    fn of(series: &Series) -> Self {
        Self(CHANNELS.map(|c| series.channel(c).iter().step_by(STRIDE).copied().collect()))
    }
    fn len(&self) -> usize {
        self.0[0].len()
    }
}

struct Covering {
    writing: Points,
    references: Vec<Points>,
}

impl Work for Covering {
    type Out = Vec<f64>;

    #[inline(always)]
    fn run<L: Loops>(self) -> Vec<f64> {
        let mut parts = Vec::with_capacity(self.references.len());
        for reference in &self.references {
            let [mut before, mut now] = [Ways::to(reference.len()), Ways::to(reference.len())];
            for i in 0..self.writing.len() {
                now.step(&before, self.writing.0.each_ref().map(|c| c[i]), reference);
                std::mem::swap(&mut before, &mut now);
            }
            parts.push(1.0 - before.covered() as f64 / reference.len() as f64);
        }
        parts
    }
}

/// The cheapest way so far that ends at each point of the reference, behind [`FURTHEST`] to which there is none.
struct Ways {
    cost: Vec<f32>,
    /// Where it began.
    start: Vec<u32>,
}

impl Ways {
    /// Nothing matched yet, so a first match may be anywhere.
    fn to(len: usize) -> Self {
        let mut cost = vec![f32::INFINITY; FURTHEST];
        cost.resize(FURTHEST + len, 0.0);
        let mut start = vec![0; FURTHEST];
        start.extend(0..len as u32);
        Self { cost, start }
    }

    /// Matches the next point. Of equally cheap ways: from the same place, from two before, from the one before.
    #[inline(always)]
    fn step(&mut self, before: &Self, point: [f32; CHANNELS.len()], reference: &Points) {
        let n = reference.len();
        let [p, q, r, s] = reference.0.each_ref().map(|c| &c[..n]);
        let (cost, start) = (&mut self.cost[FURTHEST..][..n], &mut self.start[FURTHEST..][..n]);
        let [furthest, nearer, same] = [0, 1, 2].map(|k| (&before.cost[k..][..n], &before.start[k..][..n]));
        for j in 0..n {
            let (mut least, mut from) = (same.0[j], same.1[j]);
            (least, from) = if furthest.0[j] < least { (furthest.0[j], furthest.1[j]) } else { (least, from) };
            (least, from) = if nearer.0[j] < least { (nearer.0[j], nearer.1[j]) } else { (least, from) };
            let off = [point[0] - p[j], point[1] - q[j], point[2] - r[j], point[3] - s[j]];
            cost[j] = least + off.iter().fold(0.0, |sum, d| sum + d * d);
            start[j] = from;
        }
    }

    /// Points from the first to the last match of the cheapest way.
    fn covered(&self) -> usize {
        let mut end = FURTHEST;
        for (j, cost) in self.cost.iter().enumerate().skip(FURTHEST) {
            end = if *cost < self.cost[end] { j } else { end };
        }
        end - FURTHEST + 1 - self.start[end] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Writer;
    use crate::trace::Trace;

    fn series(n: u64) -> Series {
        Series::of(&Trace::new(&Writer::new(3).sign(n)).unwrap())
    }
    fn points(series: &Series) -> Vec<[f32; 4]> {
        (0..series.len).step_by(STRIDE).map(|i| CHANNELS.map(|c| series.channel(c)[i])).collect()
    }

    /// The same in place, from the last point of the reference to the first.
    fn in_place(writing: &[[f32; 4]], reference: &[[f32; 4]]) -> f64 {
        let mut ways: Vec<(f32, usize)> = (0..reference.len()).map(|start| (0.0, start)).collect();
        for (i, point) in writing.iter().enumerate() {
            for j in (0..reference.len()).rev() {
                let from = if i == 0 { j } else { j.saturating_sub(2) };
                let mut best = ways[j];
                for way in &ways[from..j] {
                    best = if way.0 < best.0 { *way } else { best };
                }
                let off = point.iter().zip(&reference[j]).map(|(a, b)| a - b);
                ways[j] = (best.0 + off.fold(0.0, |s, d| s + d * d), best.1);
            }
        }
        let mut end = 0;
        for (j, way) in ways.iter().enumerate() {
            end = if way.0 < ways[end].0 { j } else { end };
        }
        1.0 - (end + 1 - ways[end].1) as f64 / reference.len() as f64
    }

    #[test]
    fn agrees_with_a_table_in_place_on_all_loops() {
        let references: Vec<Series> = (0..4).map(series).collect();
        for n in 4..12 {
            let writing = series(n);
            let expected: Vec<f64> = references.iter().map(|r| in_place(&points(&writing), &points(r))).collect();
            for kernel in [Kernel::portable(), Kernel::best()] {
                assert_eq!(left_over(&writing, &references, kernel), expected, "{n}");
            }
        }
    }

    #[test]
    fn a_writing_covers_itself() {
        let one = series(1);
        assert_eq!(left_over(&one, std::slice::from_ref(&one), Kernel::best()), [0.0]);
    }
}

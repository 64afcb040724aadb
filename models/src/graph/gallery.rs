//! The embeddings of a signer's references: how far a signature is from them, in relation to how far they are from one
//! another. The same three numbers that `evidence` takes from time warping; weighing them is not done here.

use super::elastic::{self, Matched, Questioned};
use super::embedding::Embedding;
use super::kernel::Kernel;
use crate::evidence::{References, log};
use crate::pairs::Pairs;
use crate::yardstick::{Sides, Yardstick};

/// A distance of 1 in the network's units is this as an integer.
const UNIT: f64 = 65_536.0;

/// References, ready to be compared with.
#[derive(Debug, Clone)]
pub struct Gallery {
    references: Vec<Embedding>,
    spread: Option<Spread>,
    yardsticks: Vec<Yardstick<1>>,
}

/// How far references lie from one another, in the network's units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean over references of the distance to the nearest other one.
    pub nearest: f64,
    /// Mean over all pairs.
    pub mean: f64,
}

/// Names of the numbers of [`evidence`], in order.
pub fn evidence_names(references: References) -> &'static [&'static str] {
    match references {
        References::One => &["graph"],
        _ => &["graph_nearest", "graph_relative", "graph"],
    }
}

impl Gallery {
    /// Of at least one reference.
    pub fn new(references: Vec<Embedding>) -> Self {
        let asked: Vec<Questioned> = references.iter().map(Questioned::new).collect();
        let matched = Pairs::of(references.len(), |one, other| asked[other].matched(&references[one]));
        let spread = Spread::of(references.len(), |i, j| matched.at(i, j).distance);
        let yardsticks = Yardstick::among(references.len(), |one, other| in_units(matched.at(one, other)));
        Self { references, spread, yardsticks }
    }
    /// The evidence on a signature by certain loops, and how it measures by the yardstick of each reference.
    pub fn evidence(&self, questioned: &Embedding, kernel: Kernel) -> (Vec<f64>, Vec<[f64; 2]>) {
        let questioned = Questioned::with_kernel(questioned, kernel);
        let matched: Vec<Matched> = self.references.iter().map(|r| questioned.matched(r)).collect();
        let distances: Vec<u32> = matched.iter().map(|m| m.distance).collect();
        let measured = self.yardsticks.iter().zip(&matched).map(|(stick, m)| stick.measure(&in_units(m), 0..1));
        (evidence(&distances, self.spread.as_ref()), measured.collect())
    }
    /// How far the references lie from one another; `None` if there is one only.
    pub fn spread(&self) -> Option<&Spread> {
        self.spread.as_ref()
    }
    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        let embeddings = self.references.iter().map(|r| size_of::<Embedding>() + r.memory_bytes());
        embeddings.sum::<usize>() + size_of_val(self.yardsticks.as_slice())
    }
}

impl Spread {
    /// From the distances of the pairs `(i, j)`, `i < j < n`; `None` for fewer than two references.
    pub fn of(n: usize, distance: impl Fn(usize, usize) -> u32) -> Option<Self> {
        if n < 2 {
            return None;
        }
        let (mut nearest, mut sum) = (vec![u32::MAX; n], 0.0);
        for j in 1..n {
            for i in 0..j {
                let d = distance(i, j);
                sum += f64::from(d);
                nearest[i] = nearest[i].min(d);
                nearest[j] = nearest[j].min(d);
            }
        }
        let nearest = nearest.iter().fold(0.0, |s, d| s + f64::from(*d));
        Some(Self { nearest: nearest / n as f64 / UNIT, mean: sum / (n * (n - 1) / 2) as f64 / UNIT })
    }
}

/// In the network's units.
pub fn in_units(matched: &Matched) -> Sides<1> {
    matched.sides.map(|side| side.map(|d| d * elastic::UNIT as f64 / UNIT))
}

/// From the distances to each reference, in the order of [`evidence_names`]: logarithms of the nearest over the
/// references' nearest, of the mean over the references' mean, and over its square root.
pub fn evidence(distances: &[u32], spread: Option<&Spread>) -> Vec<f64> {
    let mean = distances.iter().fold(0.0, |s, d| s + f64::from(*d)) / distances.len() as f64 / UNIT;
    let Some(spread) = spread else { return vec![log(mean)] };
    let nearest = f64::from(distances.iter().copied().min().unwrap_or(0)) / UNIT;
    vec![log(nearest) - 0.5 * log(spread.nearest), log(mean) - log(spread.mean), log(mean) - 0.5 * log(spread.mean)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_in_relation_to_the_spread() {
        let spread = Spread::of(3, |i, j| [65_536, 2 * 65_536, 3 * 65_536][i + j - 1]).unwrap();
        assert_eq!((spread.nearest, spread.mean), ((1.0 + 1.0 + 2.0) / 3.0, 2.0));
        assert_eq!(evidence(&[2 * 65_536, 2 * 65_536], Some(&Spread { nearest: 4.0, mean: 2.0 }))[..2], [0.0, 0.0]);
        assert_eq!(evidence(&[65_536], None), [0.0]);
        assert_eq!(evidence(&[0], None), evidence(&[65], None), "nothing is gained by being closer than the floor");
        assert!(Spread::of(1, |_, _| 0).is_none());
    }

    #[test]
    fn names_match_numbers() {
        let embedding = |v| Embedding::from_rows(8, &[v; 64]);
        for n in 1..=6 {
            let gallery = Gallery::new((0..n).map(|i| embedding(i * 10)).collect());
            let references = crate::evidence::Condition::new(usize::from(n.unsigned_abs()), true).references;
            let (numbers, measured) = gallery.evidence(&embedding(5), Kernel::portable());
            assert_eq!(numbers.len(), evidence_names(references).len());
            assert_eq!(measured.len(), gallery.references.len());
        }
    }
}

//! The embeddings of a signer's references: how far a signature is from them, in relation to how far they are from one
//! another. The same three numbers that `evidence` takes from time warping; weighing them is not done here.

use super::elastic::Questioned;
use super::embedding::Embedding;
use super::kernel::Kernel;
use crate::evidence::{References, log};

/// A distance of 1 in the network's units is this as an integer.
const UNIT: f64 = 65_536.0;

/// References, ready to be compared with.
#[derive(Debug, Clone)]
pub struct Gallery {
    references: Vec<Embedding>,
    spread: Option<Spread>,
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
        let spread = Spread::of(references.len(), |i, j| super::elastic::distance(&references[i], &references[j]));
        Self { references, spread }
    }
    /// The evidence on a signature, by certain loops.
    pub fn evidence(&self, questioned: &Embedding, kernel: Kernel) -> Vec<f64> {
        let questioned = Questioned::with_kernel(questioned, kernel);
        let distances: Vec<u32> = self.references.iter().map(|r| questioned.distance(r)).collect();
        evidence(&distances, self.spread.as_ref())
    }
    /// How far the references lie from one another; `None` if there is one only.
    pub fn spread(&self) -> Option<&Spread> {
        self.spread.as_ref()
    }
    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        self.references.iter().map(|r| size_of::<Embedding>() + r.memory_bytes()).sum()
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
            assert_eq!(gallery.evidence(&embedding(5), Kernel::portable()).len(), evidence_names(references).len());
        }
    }
}

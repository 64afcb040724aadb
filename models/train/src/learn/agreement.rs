//! How far the integers are from what was learnt: distances between signatures by both. Says nothing about how well
//! either tells people apart.

use super::lesson::Lesson;
use super::network::Network;
use super::person::Person;
use models::graph::{Network as Integers, elastic};
use std::fmt;

/// Signatures of a person that are compared with the first.
const EACH: usize = 12;
/// Scale of rows, times that of a result.
const UNIT: f64 = 256.0 * elastic::UNIT as f64;

/// Relative differences of distances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Distances.
    pub pairs: usize,
    /// In the mean.
    pub mean: f64,
    /// At most.
    pub max: f64,
}

impl Agreement {
    /// Compares some signatures of each person with the first, by both networks.
    pub fn of(people: &[&Person], floats: &Network, integers: &Integers) -> Self {
        let apart: Vec<f64> = people.iter().flat_map(|person| differences(person, floats, integers)).collect();
        let mean = apart.iter().sum::<f64>() / apart.len().max(1) as f64;
        Self { pairs: apart.len(), mean, max: apart.iter().copied().fold(0.0, f64::max) }
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pairs, mean, max } = self;
        write!(f, "{pairs} distances by integers differ by {:.3} % in the mean, {:.3} % at most", mean * 1e2, max * 1e2)
    }
}

fn differences(person: &Person, floats: &Network, integers: &Integers) -> Vec<f64> {
    let stride = (person.genuine.len() + person.forged.len()).div_ceil(EACH + 1).max(1);
    let lessons: Vec<&Lesson> = person.originals().step_by(stride).collect();
    let rows = floats.embed(&lessons);
    let embeddings: Vec<_> = lessons.iter().map(|l| integers.embed(&l.graph)).collect();
    let one = |i: usize| {
        let exact = distance([&rows[0], &rows[i]], integers.width());
        let rounded = f64::from(elastic::distance(&embeddings[0], &embeddings[i])) / UNIT;
        (rounded - exact).abs() / exact
    };
    (1..lessons.len()).map(one).collect()
}

/// The definition of `models::graph::elastic`, without its roundings.
fn distance(rows: [&Vec<f32>; 2], width: usize) -> f64 {
    let [a, b] = rows.map(|r| r.chunks_exact(width).collect::<Vec<_>>());
    let (n, m) = (a.len(), b.len());
    let (short, long) = (n.min(m), n.max(m));
    let half = long.div_ceil(4).max(3).max((long - short).div_ceil(short));
    let mut before = vec![f64::INFINITY; m + 1];
    before[0] = 0.0;
    for (i, a) in a.iter().enumerate() {
        let mut now = vec![f64::INFINITY; m + 1];
        for (j, b) in b.iter().enumerate().filter(|(j, _)| (i * m).abs_diff(j * n) <= half * short) {
            now[j + 1] = euclidean(a, b) + before[j].min(before[j + 1]).min(now[j]);
        }
        before = now;
    }
    before[m] / (n + m) as f64
}

fn euclidean(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt()
}

//! Each reference as its own yardstick: how far a signature is from it, as a multiple of how far the other references are. What lies
//! far from a reference that is unlike the others is thereby not held against anybody; such a one is also easier to come near to.
//!
//! Differences along the matching path are taken twice, with each moment of the reference counting once and with each moment of
//! the other signature (`per_moment`): what was left out shows in one, what was put in shows in the other. Distances by the
//! length of the path, as `evidence` has them, cannot tell a long stay from many differences. A single reference is measured from in
//! deviations of the functions of time and in units of the network. Weighing the numbers is `llr`'s task.

use crate::evidence::{DISTANCE_FLOOR, References, log};
use std::ops::Range;

/// Mean differences of `W` channels: over the moments of a reference, and over those of the signature compared with it.
pub type Sides<const W: usize> = [[f64; W]; 2];

/// Names of the numbers by time warping, then by the network, each as [`evidence`] gives them.
const NAMES: [&str; 8] = [
    "moments_nearest",
    "moments",
    "moments_there_nearest",
    "moments_there",
    "graph_moments_nearest",
    "graph_moments",
    "graph_moments_there_nearest",
    "graph_moments_there",
];

/// The same of one reference.
const NAMES_OF_ONE: [&str; 4] = ["moments", "moments_there", "graph_moments", "graph_moments_there"];

/// Names of the numbers, in order.
pub fn evidence_names(references: References) -> &'static [&'static str] {
    if references == References::One { &NAMES_OF_ONE } else { &NAMES }
}

/// How far the other references are from one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Yardstick<const W: usize>(Sides<W>);

impl<const W: usize> Yardstick<W> {
    /// Of each of `n` references, from how far every other one is from it; without another one it is 1.
    pub fn among(n: usize, apart: impl Fn(usize, usize) -> Sides<W>) -> Vec<Self> {
        let of = |one: usize| {
            let mut mean = [[0.0; W]; 2];
            for other in (0..n).filter(|other| *other != one) {
                let sides = mean.iter_mut().zip(apart(one, other));
                sides.for_each(|(mean, side)| mean.iter_mut().zip(side).for_each(|(m, d)| *m += d / (n - 1) as f64));
            }
            Self(mean)
        };
        if n == 1 { vec![Self([[1.0; W]; 2])] } else { (0..n).map(of).collect() }
    }
    /// How often it is contained in how far a signature is from the reference, on either side, on average over channels.
    pub fn measure(&self, apart: &Sides<W>, channels: Range<usize>) -> [f64; 2] {
        std::array::from_fn(|side| {
            let (usual, here, count) = (&self.0[side], &apart[side], channels.len() as f64);
            let times = |c: usize| here[c] / if usual[c] > DISTANCE_FLOOR { usual[c] } else { DISTANCE_FLOOR };
            channels.clone().fold(0.0, |sum, c| sum + times(c)) / count
        })
    }
}

/// From what was measured from each reference: for either side the logarithms of the nearest, if there are several, and of
/// the mean.
pub fn evidence(measured: &[[f64; 2]]) -> Vec<f64> {
    let mut out = Vec::with_capacity(NAMES.len() / 2);
    for side in 0..2 {
        let all = || measured.iter().map(|m| m[side]);
        if measured.len() > 1 {
            out.push(log(all().fold(f64::MAX, |least, d| if d < least { d } else { least })));
        }
        out.push(log(all().fold(0.0, |sum, d| sum + d) / measured.len() as f64));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_far_as_the_other_references_is_one() {
        let sticks = Yardstick::among(3, |one, other| [[(one + other) as f64, 1.0], [2.0, 0.0]]);
        // From the reference 0 the others are 1 and 2 away.
        assert_eq!(sticks[0].measure(&[[1.5, 1.0], [2.0, 0.0]], 0..1), [1.0, 1.0]);
        assert_eq!(sticks[0].measure(&[[4.5, 1.0], [4.0, 0.0]], 0..2), [2.0, 1.0]);
        assert_eq!(evidence(&[[1.0, 1.0], [1.0, 1.0]]), [0.0; 4]);
    }

    #[test]
    fn copies_of_one_another_are_no_yardstick_of_nothing() {
        let sticks = Yardstick::among(2, |_, _| [[0.0], [0.0]]);
        assert_eq!(sticks[0].measure(&[[1.0], [0.0]], 0..1), [1.0 / DISTANCE_FLOOR, 0.0]);
    }

    #[test]
    fn one_reference_is_measured_from_as_it_is() {
        let sticks = Yardstick::<1>::among(1, |_, _| unreachable!());
        let measured: Vec<_> = sticks.iter().map(|stick| stick.measure(&[[1.0], [0.5]], 0..1)).collect();
        assert_eq!(measured, [[1.0, 0.5]]);
        assert_eq!(evidence(&measured).len() * 2, evidence_names(References::One).len());
        assert_eq!(evidence(&[measured[0]; 2]).len() * 2, evidence_names(References::Few).len());
    }

    #[test]
    fn further_is_never_nearer() {
        let sticks = Yardstick::among(3, |_, _| [[0.5], [0.25]]);
        let all = |d: f64| {
            let measured: Vec<_> = sticks.iter().map(|stick| stick.measure(&[[d], [1.0]], 0..1)).collect();
            evidence(&measured)
        };
        assert!(all(1.0)[0] < all(1.1)[0] && all(1.0)[1] < all(1.1)[1] && all(1.0)[2] == all(1.1)[2]);
    }
}

//! The same functions of every number of a list, several at once where the processor can: the same operations on each, so the
//! same bits as one by one. Nothing is added up here.

use super::{ATAN_EIGHTHS, angle, hypot, logarithm};
use crate::graph::kernel::{Kernel, Loops, Work};

/// Makes every number its natural logarithm, as [`super::ln`].
pub fn logarithms(values: &mut [f64]) {
    Kernel::best().run(Logarithms(values));
}

/// The angle of each vector, as [`super::atan2`].
pub fn angles(y: &[f64], x: &[f64]) -> Vec<f64> {
    Kernel::best().run(Angles { x, y })
}

/// The length of each vector, as [`super::hypot`].
pub fn lengths(x: &[f64], y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| hypot(*x, *y)).collect()
}

struct Logarithms<'a>(&'a mut [f64]);

impl Work for Logarithms<'_> {
    type Out = ();

    #[inline(always)]
    fn run<L: Loops>(self) {
        for value in self.0 {
            *value = logarithm(*value);
        }
    }
}

struct Angles<'a> {
    x: &'a [f64],
    y: &'a [f64],
}

impl Work for Angles<'_> {
    type Out = Vec<f64>;

    #[inline(always)]
    fn run<L: Loops>(self) -> Vec<f64> {
        let n = self.x.len().min(self.y.len());
        let mut all = vec![0.0; n];
        let (x, y, to) = (&self.x[..n], &self.y[..n], &mut all[..n]);
        for i in 0..n {
            to[i] = angle(y[i], x[i], nearest);
        }
        all
    }
}

/// By comparing with every boundary: a table cannot be read at several places at once.
#[inline(always)]
fn nearest(t: f64) -> (f64, f64) {
    let (place, mut found) = (t * 8.0 + 0.5, (0.0, ATAN_EIGHTHS[0]));
    for k in 1..9 {
        let past = place >= f64::from(k);
        found.0 = if past { f64::from(k) * 0.125 } else { found.0 };
        found.1 = if past { ATAN_EIGHTHS[k as usize] } else { found.1 };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{atan2, ln};
    use super::*;

    #[test]
    fn lists_have_the_bits_of_single_numbers_on_all_loops() {
        let numbers: Vec<f64> =
            (0..997).map(|i| f64::from(i * i - 40_000) * 0.013).chain([-0.0, 1e-310, 1e300]).collect();
        let turned: Vec<f64> = numbers.iter().rev().copied().collect();
        for kernel in [Kernel::portable(), Kernel::best()] {
            let mut logs = numbers.clone();
            kernel.run(Logarithms(&mut logs));
            let angles = kernel.run(Angles { x: &numbers, y: &turned });
            for (i, (x, y)) in numbers.iter().zip(&turned).enumerate() {
                assert_eq!(logs[i].to_bits(), ln(*x).to_bits(), "ln {x}");
                assert_eq!(angles[i].to_bits(), atan2(*y, *x).to_bits(), "atan2 {y} {x}");
            }
        }
    }
}

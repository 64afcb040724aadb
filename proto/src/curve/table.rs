//! Precomputed multiples of a point, so that a multiplication is additions only.
//!
//! Row `j` holds `1..=2^(w-1)` times `2^(w·j)·P`. `w = 8` for the generator (264 KiB, once per process); `w = 4` for a
//! key that is seen again (33 KiB, about a quarter of a millisecond to make).

use super::point::{Affine, Jacobian};
use super::scalar::Scalar;
use std::sync::OnceLock;

/// Digit width of a key's table.
const KEY_WIDTH: usize = 4;
/// Digit width of the generator's table.
const GENERATOR_WIDTH: usize = 8;

/// Multiples of one point.
#[derive(Debug)]
pub(crate) struct Table {
    width: usize,
    multiples: Vec<Affine>,
}

impl Table {
    /// A table for a key.
    pub(crate) fn of_key(point: &Affine) -> Self {
        Self::new(point, KEY_WIDTH)
    }
    fn new(point: &Affine, width: usize) -> Self {
        let half = 1 << (width - 1);
        let mut base = Jacobian::from(*point);
        let mut multiples = Vec::with_capacity((256 / width + 1) * half);
        for _ in 0..=256 / width {
            let mut multiple = base;
            for _ in 0..half {
                multiples.push(multiple);
                multiple = multiple.add(&base);
            }
            for _ in 0..width {
                base = base.double();
            }
        }
        Self { width, multiples: Jacobian::normalize(&multiples) }
    }
    /// `sum + scalar·P`.
    pub(crate) fn multiply_add(&self, scalar: &Scalar, mut sum: Jacobian) -> Jacobian {
        let half = 1 << (self.width - 1);
        for (digit, row) in scalar.signed_digits(self.width).zip(self.multiples.chunks_exact(half)) {
            if let Some(at) = (digit.unsigned_abs() as usize).checked_sub(1) {
                sum = sum.add_affine(&if digit < 0 { row[at].negate() } else { row[at] });
            }
        }
        sum
    }
}

/// The generator's table.
pub(crate) fn generator_table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::new(&Affine::generator(), GENERATOR_WIDTH))
}

/// `scalar·P` for a point without a table: signed digits of five bits over eight doublings-free odd and even multiples.
pub(crate) fn multiply(point: &Affine, scalar: &Scalar) -> Jacobian {
    const WIDTH: usize = 5;
    let mut multiples = [Jacobian::from(*point); 1 << (WIDTH - 1)];
    for i in 1..multiples.len() {
        multiples[i] = multiples[i - 1].add_affine(point);
    }
    let digits: Vec<i32> = scalar.signed_digits(WIDTH).collect();
    let mut sum = Jacobian::INFINITY;
    for digit in digits.into_iter().rev() {
        for _ in 0..WIDTH {
            sum = sum.double();
        }
        if let Some(at) = (digit.unsigned_abs() as usize).checked_sub(1) {
            let m = multiples[at];
            sum = if digit < 0 { sum.add(&m.negate()) } else { sum.add(&m) };
        }
    }
    sum
}

//! The inner loops, twice: plain, and with AVX2 where the processor has it. Both give the same bits, for integers add
//! up to the same sum in any order and nothing can overflow (`weights` proves it when it reads a network). Which loops
//! run is chosen once and never changes a result.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;
mod taps;

pub(super) use taps::{Tap, Taps};

use super::columns::Columns;
use super::rows::Padded;

/// Cells of an anti-diagonal that are computed together.
pub(super) const LANES: usize = 8;

/// Which loops run. A value with AVX2 exists only where the processor has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Loops);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loops {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Kernel {
    /// Plain loops, on any machine.
    pub fn portable() -> Self {
        Self(Loops::Portable)
    }
    /// The fastest that this processor has.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            return Self(Loops::Avx2);
        }
        Self::portable()
    }
    /// For reports: `portable` or `avx2`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Loops::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Loops::Avx2 => "avx2",
        }
    }

    /// Adds to each row of `sums` the products of `taps` with the rows of `input` from the same row on.
    pub(super) fn convolve(self, sums: &mut [i32], input: &Padded, taps: &Taps) {
        match self.0 {
            Loops::Portable => portable::convolve(sums, input, taps),
            #[cfg(target_arch = "x86_64")]
            Loops::Avx2 => avx2::convolve(sums, input, taps),
        }
    }
    /// From sums to activations.
    pub(super) fn finish(self, finish: &Finish, out: &mut [i16]) {
        match self.0 {
            Loops::Portable => portable::finish(finish, out),
            #[cfg(target_arch = "x86_64")]
            Loops::Avx2 => avx2::finish(finish, out),
        }
    }
    /// Costs of reaching the cells of one anti-diagonal.
    pub(super) fn diagonal(self, diagonal: Diagonal) {
        match self.0 {
            Loops::Portable => portable::diagonal(diagonal),
            #[cfg(target_arch = "x86_64")]
            Loops::Avx2 => avx2::diagonal(diagonal),
        }
    }
}

/// What becomes of a layer's sums. Everything is row after row of one width.
pub(super) struct Finish<'a> {
    pub(super) sums: &'a [i32],
    /// What is added behind the shift.
    pub(super) residual: Option<&'a [i16]>,
    /// At least 1.
    pub(super) shift: u32,
    /// Whether negative values become 0 before the residual is added.
    pub(super) relu: bool,
    /// Bounds of an output.
    pub(super) range: [i32; 2],
}

/// Cells of one anti-diagonal, and what they are reached from; all slices begin at the first cell.
pub(super) struct Diagonal<'a> {
    /// One signature, from the row of the first cell on …
    pub(super) a: (&'a Columns, usize),
    /// … and the other, reversed, from its column on.
    pub(super) b: (&'a Columns, usize),
    pub(super) left: &'a [i32],
    pub(super) below: &'a [i32],
    pub(super) earlier: &'a [i32],
    /// Written in blocks of [`LANES`], so beyond `cells` too.
    pub(super) now: &'a mut [i32],
    pub(super) cells: usize,
}

#[cfg(test)]
mod tests;

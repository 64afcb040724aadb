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
pub(crate) const LANES: usize = 8;

/// Which loops run. A value with AVX2 exists only where the processor has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Kernel {
    /// Plain loops, on any machine.
    pub fn portable() -> Self {
        Self(Kind::Portable)
    }
    /// The fastest that this processor has.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            return Self(Kind::Avx2);
        }
        Self::portable()
    }
    /// For reports: `portable` or `avx2`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
        }
    }

    /// Adds to each row of `sums` the products of `taps` with the rows of `input` from the same row on.
    pub(super) fn convolve(self, sums: &mut [i32], input: &Padded, taps: &Taps) {
        match self.0 {
            Kind::Portable => portable::convolve(sums, input, taps),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => avx2::convolve(sums, input, taps),
        }
    }
    /// From sums to activations.
    pub(super) fn finish(self, finish: &Finish, out: &mut [i16]) {
        match self.0 {
            Kind::Portable => portable::finish(finish, out),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => avx2::finish(finish, out),
        }
    }
    /// Does work that is written once, compiled for these loops: the same operations in the same order.
    pub(crate) fn run<W: Work>(self, work: W) -> W::Out {
        match self.0 {
            Kind::Portable => work.run::<portable::Plain>(),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => avx2::run(work),
        }
    }
}

/// Work that is compiled once for each kind of loops. What shall be compiled so must be inlined into `run`.
pub(crate) trait Work {
    /// What it gives.
    type Out;
    /// Does it.
    fn run<L: Loops>(self) -> Self::Out;
}

/// The innermost loops of one kind.
pub(crate) trait Loops {
    /// Costs of reaching the cells of one anti-diagonal of two series of functions, of which the first `USED` count.
    fn line<const USED: usize>(line: Line);
    /// The same of two embeddings.
    fn diagonal(diagonal: Diagonal);
    /// Of `N` points of a path with the points of another that lie under them, summed over the points in order: x there by x here, y
    /// there by x here, and both by y here; for [`LANES`] places of the first path, each one point further on.
    fn products<const N: usize>(here: [&[f32; N]; 2], there: Under) -> [[f32; LANES]; 4];
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
pub(crate) struct Line<'a> {
    /// One signature …
    pub(crate) a: Functions<'a>,
    /// … and the other, reversed.
    pub(crate) b: Functions<'a>,
    pub(crate) left: &'a [f32],
    pub(crate) below: &'a [f32],
    pub(crate) earlier: &'a [f32],
    /// Written in blocks of [`LANES`], so beyond `cells` too.
    pub(crate) now: &'a mut [f32],
    pub(crate) cells: usize,
}

/// Functions of time one after the other, from the first cell's value of the first of them on.
#[derive(Clone, Copy)]
pub(crate) struct Functions<'a> {
    pub(crate) data: &'a [f32],
    /// From one function to the next.
    pub(crate) stride: usize,
}

/// What lies under a path.
#[derive(Clone, Copy)]
pub(crate) struct Under<'a> {
    /// From the point under the first one on, in its first place; x and y.
    pub(crate) points: [&'a [f32]; 2],
    /// How many points further the one under the next point lies.
    pub(crate) apart: usize,
}

/// As [`Line`], of embeddings.
pub(crate) struct Diagonal<'a> {
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

//! The inner loops with 256-bit vectors. The only file of this repository with `unsafe`: what needs it is reading and
//! writing whole vectors, whose bounds are asserted first, and calling functions that need AVX2, which the private
//! value [`super::Kernel`] proves to be there. It holds no arithmetic that `portable` does not.
#![allow(unsafe_code)]

use super::{Diagonal, Finish, Functions, LANES, Line, Loops, Padded, Taps, Under, Work};
use crate::graph::columns::Columns;
use crate::graph::rows::GROUP;
use std::arch::x86_64::{
    __m256, __m256i, _mm256_add_epi32, _mm256_add_ps, _mm256_cvtepi32_ps, _mm256_cvttps_epi32, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_min_epi32, _mm256_min_ps, _mm256_mul_ps, _mm256_set1_epi32,
    _mm256_set1_ps, _mm256_setzero_ps, _mm256_setzero_si256, _mm256_sqrt_ps, _mm256_storeu_ps, _mm256_storeu_si256,
    _mm256_sub_epi16, _mm256_sub_ps,
};

/// Sums in a vector.
const WIDTH: usize = 8;
const _: () = assert!(LANES == WIDTH);

pub(super) fn convolve(sums: &mut [i32], input: &Padded, taps: &Taps) {
    // SAFETY: a Kernel with these loops is made only after AVX2 was detected.
    unsafe { convolve_avx2(sums, input, taps) }
}

pub(super) fn finish(finish: &Finish, out: &mut [i16]) {
    // SAFETY: as in `convolve`.
    unsafe { finish_avx2(finish, out) }
}

pub(super) fn run<W: Work>(work: W) -> W::Out {
    // SAFETY: as in `convolve`.
    unsafe { run_avx2(work) }
}

/// What is inlined here is compiled for wide vectors.
#[target_feature(enable = "avx2")]
fn run_avx2<W: Work>(work: W) -> W::Out {
    work.run::<Wide>()
}

/// The loops with 256-bit vectors. Private, and handed only to work that [`run_avx2`] does.
struct Wide;

impl Loops for Wide {
    #[inline(always)]
    fn line<const USED: usize>(line: Line) {
        // SAFETY: only `run_avx2` names this type, and it runs only where AVX2 is.
        unsafe { line_avx2::<USED>(line) }
    }
    #[inline(always)]
    fn diagonal(diagonal: Diagonal) {
        // SAFETY: as in `line`.
        unsafe { diagonal_avx2(diagonal) }
    }
    #[inline(always)]
    fn products<const N: usize>(here: [&[f32; N]; 2], there: Under) -> [[f32; LANES]; 4] {
        // SAFETY: as in `line`.
        unsafe { products_avx2(here, there) }
    }
}

/// The plain loop, compiled for wide vectors.
#[target_feature(enable = "avx2")]
fn finish_avx2(finish: &Finish, out: &mut [i16]) {
    super::portable::finish(finish, out);
}

#[target_feature(enable = "avx2")]
fn convolve_avx2(sums: &mut [i32], input: &Padded, taps: &Taps) {
    assert_eq!((input.stride, taps.inputs % 2, taps.outputs % WIDTH), (taps.inputs, 0, 0));
    let rows = sums.len() / taps.outputs;
    assert_eq!((rows % GROUP, sums.len()), (0, rows * taps.outputs), "rows come in whole groups");
    for (offset, weights) in taps.each() {
        assert!(weights.len() == taps.inputs * taps.outputs);
        assert!(input.data.len() >= (rows + offset) * taps.inputs);
    }
    for row in (0..rows).step_by(GROUP) {
        let mut output = 0;
        while output + 2 * WIDTH <= taps.outputs {
            block::<2>(sums, input, taps, [row, output]);
            output += 2 * WIDTH;
        }
        if output < taps.outputs {
            block::<1>(sums, input, taps, [row, output]);
        }
    }
}

/// The sums of [`GROUP`] rows from `row` and `V` vectors of outputs from `output` on, which must lie inside `sums`.
#[target_feature(enable = "avx2")]
fn block<const V: usize>(sums: &mut [i32], input: &Padded, taps: &Taps, [row, output]: [usize; 2]) {
    let mut all = [[_mm256_setzero_si256(); V]; GROUP];
    for (r, all) in all.iter_mut().enumerate() {
        let from = &sums[(row + r) * taps.outputs + output..][..V * WIDTH];
        // SAFETY: `from` has V vectors.
        (0..V).for_each(|v| all[v] = unsafe { load(from.as_ptr().add(v * WIDTH)) });
    }
    for (offset, weights) in taps.each() {
        let rows = input.data[(row + offset) * taps.inputs..][..GROUP * taps.inputs].as_chunks().0;
        let (a, rest) = rows.split_at(taps.inputs / 2);
        let (b, rest) = rest.split_at(taps.inputs / 2);
        let (c, d) = rest.split_at(taps.inputs / 2);
        // In step, so that nothing is multiplied or checked to find a place.
        let pairs = a.iter().zip(b).zip(c).zip(d);
        for (weights, (((a, b), c), d)) in weights.chunks_exact(2 * taps.outputs).zip(pairs) {
            let weights = &weights[2 * output..][..2 * V * WIDTH];
            let mut vectors = [_mm256_setzero_si256(); V];
            // SAFETY: `weights` has V vectors of 2 · WIDTH weights.
            (0..V).for_each(|v| vectors[v] = unsafe { load(weights.as_ptr().add(2 * v * WIDTH)) });
            for (all, pair) in all.iter_mut().zip([a, b, c, d]) {
                let h = _mm256_set1_epi32(both(*pair));
                (0..V).for_each(|v| all[v] = _mm256_add_epi32(all[v], _mm256_madd_epi16(h, vectors[v])));
            }
        }
    }
    for (r, all) in all.iter().enumerate() {
        let to = &mut sums[(row + r) * taps.outputs + output..][..V * WIDTH];
        // SAFETY: `to` has V vectors.
        (0..V).for_each(|v| unsafe { _mm256_storeu_si256(to.as_mut_ptr().add(v * WIDTH).cast(), all[v]) });
    }
}

/// Whether each function that is used has `end` values.
#[inline(always)]
fn reaches<const USED: usize>(f: Functions, end: usize) -> bool {
    f.data.len() >= (USED - 1) * f.stride + end
}

#[inline]
#[target_feature(enable = "avx2")]
fn line_avx2<const USED: usize>(line: Line) {
    let Line { a, b, left, below, earlier, now, cells } = line;
    let end = cells.next_multiple_of(LANES);
    assert!(reaches::<USED>(a, end) && reaches::<USED>(b, end));
    assert!(left.len() >= end && below.len() >= end && earlier.len() >= end && now.len() >= end);
    for k in (0..end).step_by(LANES) {
        let mut sums = _mm256_setzero_ps();
        // From function to function by adding, so that nothing is multiplied or checked to find a place.
        let (mut in_a, mut in_b) = (a.data[k..].as_ptr(), b.data[k..].as_ptr());
        for _ in 0..USED {
            // SAFETY: both reach `end`, and k is a whole vector before it.
            let difference = unsafe { _mm256_sub_ps(floats(in_a), floats(in_b)) };
            sums = _mm256_add_ps(sums, _mm256_mul_ps(difference, difference));
            (in_a, in_b) = (in_a.wrapping_add(a.stride), in_b.wrapping_add(b.stride));
        }
        // SAFETY: each of the slices has `end` values or more, and k is a whole vector before it.
        unsafe {
            let aside = _mm256_min_ps(floats(left.as_ptr().add(k)), floats(below.as_ptr().add(k)));
            let least = _mm256_min_ps(aside, floats(earlier.as_ptr().add(k)));
            _mm256_storeu_ps(now.as_mut_ptr().add(k), _mm256_add_ps(_mm256_sqrt_ps(sums), least));
        }
    }
}

/// The columns from a moment on, and how far it is from one to the next.
///
/// # Panics
/// If there are not so many pairs of columns with `end` moments from there on.
#[inline(always)]
fn from((columns, at): (&Columns, usize), pairs: usize, end: usize) -> (&[i16], usize) {
    let (values, step) = (&columns.values()[2 * at..], 2 * columns.stride());
    assert!(columns.width() == 2 * pairs && pairs > 0 && values.len() >= (pairs - 1) * step + 2 * end);
    (values, step)
}

#[inline]
#[target_feature(enable = "avx2")]
fn diagonal_avx2(d: Diagonal) {
    let Diagonal { a, b, left, below, earlier, now, cells } = d;
    let end = cells.next_multiple_of(LANES);
    let pairs = a.0.width() / 2;
    let (a, step_a) = from(a, pairs, end);
    let (b, step_b) = from(b, pairs, end);
    assert!(left.len() >= end && below.len() >= end && earlier.len() >= end && now.len() >= end);
    for k in (0..end).step_by(LANES) {
        let mut sums = _mm256_setzero_si256();
        let (mut in_a, mut in_b) = (a[2 * k..].as_ptr(), b[2 * k..].as_ptr());
        for _ in 0..pairs {
            // SAFETY: `from` has seen that each column has `end` pairs, and k is a whole vector before it.
            let difference = unsafe { _mm256_sub_epi16(load(in_a), load(in_b)) };
            sums = _mm256_add_epi32(sums, _mm256_madd_epi16(difference, difference));
            (in_a, in_b) = (in_a.wrapping_add(step_a), in_b.wrapping_add(step_b));
        }
        let costs = _mm256_cvttps_epi32(_mm256_sqrt_ps(_mm256_cvtepi32_ps(sums)));
        // SAFETY: each of the slices has `end` values or more, and k is a whole vector before it.
        unsafe {
            let aside = _mm256_min_epi32(load(left.as_ptr().add(k)), load(below.as_ptr().add(k)));
            let least = _mm256_min_epi32(aside, load(earlier.as_ptr().add(k)));
            _mm256_storeu_si256(now.as_mut_ptr().add(k).cast(), _mm256_add_epi32(costs, least));
        }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn products_avx2<const N: usize>([x, y]: [&[f32; N]; 2], under: Under) -> [[f32; LANES]; 4] {
    let end = (N - 1) * under.apart + LANES;
    let [under_x, under_y] = under.points;
    assert!(under_x.len() >= end && under_y.len() >= end);
    let mut sums = [_mm256_setzero_ps(); 4];
    for k in 0..N {
        let at = k * under.apart;
        // SAFETY: both reach `end`, which is a whole vector after the last of these.
        let (there_x, there_y) = unsafe { (floats(under_x.as_ptr().add(at)), floats(under_y.as_ptr().add(at))) };
        let (x, y) = (_mm256_set1_ps(x[k]), _mm256_set1_ps(y[k]));
        sums[0] = _mm256_add_ps(sums[0], _mm256_mul_ps(there_x, x));
        sums[1] = _mm256_add_ps(sums[1], _mm256_mul_ps(there_y, x));
        sums[2] = _mm256_add_ps(sums[2], _mm256_mul_ps(there_x, y));
        sums[3] = _mm256_add_ps(sums[3], _mm256_mul_ps(there_y, y));
    }
    let mut out = [[0.0; LANES]; 4];
    // SAFETY: a vector is as long as what it is written to.
    out.iter_mut().zip(sums).for_each(|(out, sum)| unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sum) });
    out
}

/// Two values in the halves of one, the first in the lower.
fn both(pair: [i16; 2]) -> i32 {
    let [low, high] = pair.map(|v| u32::from(v.cast_unsigned()));
    (low | high << 16).cast_signed()
}

/// A whole vector, at any alignment.
///
/// # Safety
/// 32 bytes from `from` on must be readable.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load<T>(from: *const T) -> __m256i {
    // SAFETY: by the contract of this function.
    unsafe { _mm256_loadu_si256(from.cast()) }
}

/// A whole vector, at any alignment.
///
/// # Safety
/// 32 bytes from `from` on must be readable.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn floats(from: *const f32) -> __m256 {
    // SAFETY: by the contract of this function.
    unsafe { _mm256_loadu_ps(from) }
}

//! The inner loops in plain Rust, for any machine. Sums use wrapping operations only because they cannot overflow: a
//! check at each would keep a compiler from using vectors.

use super::{Diagonal, Finish, LANES, Line, Loops, Padded, Taps, Under};

/// The loops in plain Rust.
pub(super) struct Plain;

impl Loops for Plain {
    fn line<const USED: usize>(line: Line) {
        self::line::<USED>(line);
    }
    fn diagonal(diagonal: Diagonal) {
        self::diagonal(diagonal);
    }
    fn products<const N: usize>(here: [&[f32; N]; 2], there: Under) -> [[f32; LANES]; 4] {
        self::products(here, there)
    }
}

pub(super) fn convolve(sums: &mut [i32], input: &Padded, taps: &Taps) {
    for (i, sums) in sums.chunks_exact_mut(taps.outputs).enumerate() {
        for (offset, weights) in taps.each() {
            let row = &input.data[(i + offset) * input.stride..][..taps.inputs];
            for (pair, weights) in row.as_chunks().0.iter().zip(weights.chunks_exact(2 * taps.outputs)) {
                add_pair(sums, *pair, weights);
            }
        }
    }
}

/// Most activations are 0 after a `relu`.
#[inline(always)]
fn add_pair(sums: &mut [i32], pair: [i16; 2], weights: &[i16]) {
    if pair == [0, 0] {
        return;
    }
    let repeated: [i16; 2 * LANES] = std::array::from_fn(|l| pair[l % 2]);
    let blocks = sums.as_chunks_mut::<LANES>().0.iter_mut();
    for (sums, weights) in blocks.zip(weights.as_chunks().0) {
        add_products(sums, &repeated, weights);
    }
}

/// Adds a[0] · b[0] + a[1] · b[1] and so on: in this form compilers know the instruction that does it at once.
#[inline(always)]
fn add_products(sums: &mut [i32; LANES], a: &[i16; 2 * LANES], b: &[i16; 2 * LANES]) {
    for l in 0..LANES {
        let first = i32::from(a[2 * l]).wrapping_mul(i32::from(b[2 * l]));
        let second = i32::from(a[2 * l + 1]).wrapping_mul(i32::from(b[2 * l + 1]));
        sums[l] = sums[l].wrapping_add(first.wrapping_add(second));
    }
}

/// Always inlined, so that it is compiled once for plain and once for wide vectors.
#[inline(always)]
pub(super) fn finish(f: &Finish, out: &mut [i16]) {
    let (half, floor, [low, high]) = (1 << (f.shift - 1), if f.relu { 0 } else { i32::MIN }, f.range);
    let value = |sum: i32| (sum.wrapping_add(half) >> f.shift).max(floor);
    let to = out.iter_mut().zip(f.sums);
    match f.residual {
        None => to.for_each(|(out, sum)| *out = value(*sum).clamp(low, high) as i16),
        Some(residual) => to.zip(residual).for_each(|((out, sum), r)| {
            *out = value(*sum).wrapping_add(i32::from(*r)).clamp(low, high) as i16;
        }),
    }
}

fn line<const USED: usize>(line: Line) {
    for k in (0..line.cells).step_by(LANES) {
        let mut costs = [0.0; LANES];
        for c in 0..USED {
            let (a, b) = (lanes(line.a.data, c * line.a.stride + k), lanes(line.b.data, c * line.b.stride + k));
            for l in 0..LANES {
                let d = a[l] - b[l];
                costs[l] += d * d;
            }
        }
        let (left, below, earlier) = (lanes(line.left, k), lanes(line.below, k), lanes(line.earlier, k));
        for l in 0..LANES {
            costs[l] = costs[l].sqrt() + least(least(left[l], below[l]), earlier[l]);
        }
        line.now[k..k + LANES].copy_from_slice(&costs);
    }
}

#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

fn diagonal(d: Diagonal) {
    for k in (0..d.cells).step_by(LANES) {
        let mut costs = costs(d.a, d.b, k);
        let (left, below, earlier) = (lanes(d.left, k), lanes(d.below, k), lanes(d.earlier, k));
        for l in 0..LANES {
            costs[l] = costs[l].wrapping_add(left[l].min(below[l]).min(earlier[l]));
        }
        d.now[k..k + LANES].copy_from_slice(&costs);
    }
}

#[inline(always)]
fn costs((a, i): (&super::Columns, usize), (b, j): (&super::Columns, usize), k: usize) -> [i32; LANES] {
    let mut sums = [0_i32; LANES];
    for (a, b) in a.pairs().zip(b.pairs()) {
        let (a, b) = (&a[2 * (i + k)..][..2 * LANES], &b[2 * (j + k)..][..2 * LANES]);
        let mut difference = [0; 2 * LANES];
        (0..2 * LANES).for_each(|l| difference[l] = a[l].wrapping_sub(b[l]));
        add_products(&mut sums, &difference, &difference);
    }
    sums.map(|sum| (sum as f32).sqrt() as i32)
}

fn products<const N: usize>([x, y]: [&[f32; N]; 2], under: Under) -> [[f32; LANES]; 4] {
    let mut sums = [[0.0; LANES]; 4];
    for k in 0..N {
        let [there_x, there_y] = under.points.map(|points| lanes(points, k * under.apart));
        for l in 0..LANES {
            sums[0][l] += there_x[l] * x[k];
            sums[1][l] += there_y[l] * x[k];
            sums[2][l] += there_x[l] * y[k];
            sums[3][l] += there_y[l] * y[k];
        }
    }
    sums
}

#[inline(always)]
fn lanes<T>(values: &[T], at: usize) -> &[T; LANES] {
    values[at..].first_chunk().expect("every row ends with LANES spare cells")
}

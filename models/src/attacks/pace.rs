//! How time passes in one writing where it passes evenly in another: in windows along the path, how much of it a constant
//! ratio of both paces leaves unexplained. Who re-times a copy slows and hastens smoothly; who writes again does not.
//! Sums of integers, so any order gives the same bits. Nothing is decided here.

use super::profile::SHAPE;

/// Half widths of the windows, points of a path of [`SHAPE`] points; in proportion fewer of one that has fewer.
const HALVES: [usize; 3] = [8, 16, 32];
/// Numbers of a comparison: two of each width.
pub(super) const UNEVEN: usize = 2 * HALVES.len();
/// A moment is 1/65,535 of the duration; results are in 1/10,000 of it.
const PER_MOMENT: f64 = 10_000.0 / 65_535.0;
/// Mean square of what rounding does to moments, generously.
const ROUNDING: f64 = 4.0;

/// Of the moments of points that belong together, at equal steps of the path. For each width: the unexplained share of the time that passes in a window, the median, in 1/10,000; and the root mean
/// square of the unexplained time, in 1/10,000 of the duration.
#[inline(always)]
pub(super) fn uneven(a: &[u16], b: &[u16]) -> [f64; UNEVEN] {
    let mut out = [0.0; UNEVEN];
    for (out, half) in out.chunks_exact_mut(2).zip(HALVES) {
        out.copy_from_slice(&of_width(a, b, half * a.len() / SHAPE));
    }
    out
}

#[inline(always)]
fn of_width(a: &[u16], b: &[u16], half: usize) -> [f64; 2] {
    let starts = (0..a.len() - 2 * half).step_by(half / 2);
    let windows = starts.map(|at| Window::of(&a[at..at + 2 * half], &b[at..at + 2 * half]));
    let (mut shares, mut sum) = (Vec::with_capacity(SHAPE / 4), 0.0);
    for Window { spread, rest } in windows {
        shares.push((rest / (spread + ROUNDING)).sqrt());
        sum += rest;
    }
    shares.sort_unstable_by(f64::total_cmp);
    [shares[shares.len() / 2] * 10_000.0, (sum / shares.len() as f64).sqrt() * PER_MOMENT]
}

/// Mean squares of the moments of `b` in a window: about their mean, and about the line that their moments in `a` give.
struct Window {
    spread: f64,
    rest: f64,
}

impl Window {
    /// At most 64 moments below 2^16: no sum reaches 2^38, and no product of one with 64 or with itself 2^53 or 2^88.
    #[inline(always)]
    fn of(a: &[u16], b: &[u16]) -> Self {
        let n = a.len() as i64;
        let mut sums = [0_i64; 5];
        for (u, v) in a.iter().zip(b) {
            let (u, v) = (i64::from(*u), i64::from(*v));
            sums.iter_mut().zip([u, v, u * u, u * v, v * v]).for_each(|(sum, term)| *sum += term);
        }
        let [u, v, uu, uv, vv] = sums;
        let [uu, uv, vv] = [n * uu - u * u, n * uv - u * v, n * vv - v * v].map(|m| m as f64);
        let square = (n * n) as f64;
        let rest = vv - uv * uv / (uu + n as f64);
        Self { spread: vv / square, rest: if rest > 0.0 { rest / square } else { 0.0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(of: impl Fn(f64) -> f64) -> [u16; SHAPE] {
        std::array::from_fn(|i| (of(i as f64 / SHAPE as f64) * 60_000.0) as u16)
    }

    #[test]
    fn smooth_changes_of_pace_are_explained_and_jolts_are_not() {
        let even = moments(|t| t);
        assert!(uneven(&even, &even).iter().all(|v| *v < 3.0), "{:?}", uneven(&even, &even));
        let smooth = uneven(&even, &moments(|t| 0.7 * t + 0.3 * t * t));
        let jolt = |t: f64| f64::from(u8::from(((t * 24.0) as u32).is_multiple_of(2)));
        let jolted = uneven(&even, &moments(|t| t + 0.02 * jolt(t)));
        for (smooth, jolted) in smooth.into_iter().zip(jolted) {
            assert!(4.0 * smooth < jolted, "{smooth} {jolted}");
        }
    }

    #[test]
    fn any_moments_give_numbers() {
        let wild: [u16; SHAPE] = std::array::from_fn(|i| if i % 2 == 0 { u16::MAX } else { 0 });
        for (a, b) in [(wild, [0; SHAPE]), ([0; SHAPE], wild), (wild, wild), ([0; SHAPE], [0; SHAPE])] {
            assert!(uneven(&a, &b).iter().all(|v| v.is_finite()));
        }
    }
}

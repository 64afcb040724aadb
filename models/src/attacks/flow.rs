//! Where the pen was at equal times, made from a profile at three resolutions: what a copied stretch keeps whatever stood
//! before and after it, up to a linear change of time and an affine one of place.

use super::align::Vector;
use super::profile::{Profile, SHAPE, SHAPE_UNIT};

/// Points at the finest resolution; half as many at each coarser one.
pub(super) const POINTS: usize = 256;
/// How many resolutions there are.
pub(super) const LEVELS: usize = 3;

/// The pen at equal times from the first point of the profile to the last, in whitened units.
pub(super) struct Flow {
    /// Coarse to fine.
    levels: [Vec<Vector>; LEVELS],
}

impl Flow {
    pub(super) fn of(profile: &Profile) -> Self {
        let fine = even(profile);
        let middle = halved(&fine);
        Self { levels: [halved(&middle), middle, fine] }
    }
    pub(super) fn level(&self, level: usize) -> &[Vector] {
        &self.levels[level]
    }
}

fn even(profile: &Profile) -> Vec<Vector> {
    let moment = |i: usize| f32::from(profile.moments[i]);
    let (first, last) = (moment(0), moment(SHAPE - 1));
    let mut next = 1;
    (0..POINTS)
        .map(|i| {
            let t = first + (last - first) * (i as f32 / (POINTS - 1) as f32);
            while next + 1 < SHAPE && moment(next) < t {
                next += 1;
            }
            let (before, after) = (moment(next - 1), moment(next));
            let share = if after > before { ((t - before) / (after - before)).clamp(0.0, 1.0) } else { 0.0 };
            [0, 1].map(|k| {
                let [a, b] = [next - 1, next].map(|j| f32::from(profile.shape[j][k]) / SHAPE_UNIT);
                a + (b - a) * share
            })
        })
        .collect()
}

/// Half as many points, each a mean of four (weights 1 3 3 1).
fn halved(points: &[Vector]) -> Vec<Vector> {
    let at = |i: usize| points[i.min(points.len() - 1)];
    let one = |i: usize| {
        let [a, b, c, d] = [(2 * i).saturating_sub(1), 2 * i, 2 * i + 1, 2 * i + 2].map(at);
        [0, 1].map(|k| (a[k] + 3.0 * (b[k] + c[k]) + d[k]) * 0.125)
    };
    (0..points.len() / 2).map(one).collect()
}

/// A place between two points of so many: the first of them, and the share of the second. `t` is a part of the time; before
/// the beginning and after the end stand the first and the last.
#[inline(always)]
pub(super) fn place(points: usize, t: f32) -> (usize, f32) {
    let at = (t * points as f32 - 0.5).clamp(0.0, (points - 1) as f32);
    let first = (at as usize).min(points - 2);
    (first, at - first as f32)
}

/// The pen at a part of the time.
#[inline(always)]
pub(super) fn at(points: &[Vector], t: f32) -> Vector {
    let (i, share) = place(points.len(), t);
    let (a, b) = (points[i], points[i + 1]);
    [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
}

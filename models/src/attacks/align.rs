//! Bringing one path onto another: by a rotation point by point, or by the affine map that fits matched points best.

use super::elastic::Matches;
use super::profile::SHAPE;

/// In whitened units.
pub(super) type Vector = [f32; 2];
/// A path at equal steps of length.
pub(super) type Path = [Vector; SHAPE];

/// Matches further apart do not say how the paths are aligned.
const NEAR: f32 = 0.16;

/// An affine map: new = m · old + shift.
#[derive(Debug, Clone, Copy)]
pub(super) struct Map {
    m: [f32; 4],
    shift: Vector,
}

impl Map {
    const IDENTITY: Self = Self { m: [1.0, 0.0, 0.0, 1.0], shift: [0.0, 0.0] };

    /// The rotation that brings `b` nearest to `a`, point by point.
    #[inline(always)]
    pub(super) fn rotation(a: &[Vector], b: &[Vector]) -> Self {
        let (mut c, mut s) = (0.0, 0.0);
        for (a, b) in a.iter().zip(b) {
            c += a[0] * b[0] + a[1] * b[1];
            s += a[1] * b[0] - a[0] * b[1];
        }
        let length = squared([c, s]).sqrt();
        if length < 1e-6 {
            return Self::IDENTITY;
        }
        let (c, s) = (c / length, s / length);
        Self { m: [c, -s, s, c], shift: [0.0, 0.0] }
    }
    /// The map that brings the matches in `b` nearest to `a`, those nearer than the cap.
    #[inline(always)]
    pub(super) fn nearest(a: &Path, b: &Path, matches: &Matches) -> Self {
        let pairs = || a.iter().zip(matches).map(|(a, j)| (*a, b[usize::from(*j)]));
        let near = || pairs().filter(|(a, b)| squared(minus(*a, *b)) < NEAR * NEAR);
        let n = near().count() as f32;
        if n < SHAPE as f32 / 4.0 {
            return Self::IDENTITY;
        }
        let sum = |v: fn(Vector, Vector) -> f32| near().fold(0.0, |s, (a, b)| s + v(a, b)) / n;
        let (ma, mb) = ([sum(|a, _| a[0]), sum(|a, _| a[1])], [sum(|_, b| b[0]), sum(|_, b| b[1])]);
        let mut g = [0.0f32; 7];
        for (a, b) in near() {
            let (a, b) = (minus(a, ma), minus(b, mb));
            let terms = [b[0] * b[0], b[0] * b[1], b[1] * b[1], a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
            g.iter_mut().zip(terms).for_each(|(g, t)| *g += t);
        }
        let [xx, xy, yy, ax, ay, bx, by] = g;
        let det = xx * yy - xy * xy;
        if det < 1e-3 * xx * yy || det <= 0.0 {
            return Self::IDENTITY;
        }
        let m = [
            (ax * yy - ay * xy) / det,
            (ay * xx - ax * xy) / det,
            (bx * yy - by * xy) / det,
            (by * xx - bx * xy) / det,
        ];
        Self { m, shift: [ma[0] - m[0] * mb[0] - m[1] * mb[1], ma[1] - m[2] * mb[0] - m[3] * mb[1]] }
    }
    #[inline(always)]
    pub(super) fn point(&self, p: Vector) -> Vector {
        let (m, shift) = (self.m, self.shift);
        [m[0] * p[0] + m[1] * p[1] + shift[0], m[2] * p[0] + m[3] * p[1] + shift[1]]
    }
    #[inline(always)]
    pub(super) fn apply(&self, path: &Path) -> Path {
        path.map(|p| self.point(p))
    }
}

/// The difference of two vectors.
#[inline(always)]
pub(super) fn minus(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1]]
}

/// The square of a vector's length.
#[inline(always)]
pub(super) fn squared(v: Vector) -> f32 {
    v[0] * v[0] + v[1] * v[1]
}

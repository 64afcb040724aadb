//! Bringing one path onto another: by a rotation point by point, or by the affine map that fits matched points best.

use super::elastic::Matches;
use super::profile::{SHAPE, SHAPE_UNIT};

/// In whitened units.
pub(super) type Vector = [f32; 2];

/// A path at equal steps of length; its coordinates lie apart, so that loops work on many points at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path {
    pub(super) x: [f32; SHAPE],
    pub(super) y: [f32; SHAPE],
}

impl Path {
    /// From the whole numbers of a profile.
    #[inline(always)]
    pub(super) fn of(shape: &[[i16; 2]; SHAPE]) -> Self {
        let mut path = Self { x: [0.0; SHAPE], y: [0.0; SHAPE] };
        for (i, [x, y]) in shape.iter().enumerate() {
            (path.x[i], path.y[i]) = (f32::from(*x) / SHAPE_UNIT, f32::from(*y) / SHAPE_UNIT);
        }
        path
    }
    #[inline(always)]
    pub(super) fn point(&self, i: usize) -> Vector {
        [self.x[i], self.y[i]]
    }
}

/// Matches further apart do not say how the paths are aligned.
pub(super) const NEAR: f32 = 0.16;

/// An affine map: new = m · old + shift.
#[derive(Debug, Clone, Copy)]
pub(super) struct Map {
    pub(super) m: [f32; 4],
    shift: Vector,
}

impl Map {
    pub(super) const IDENTITY: Self = Self { m: [1.0, 0.0, 0.0, 1.0], shift: [0.0, 0.0] };

    /// The rotation that brings the second points of pairs nearest to the first.
    #[inline(always)]
    pub(super) fn rotation(pairs: impl Iterator<Item = [Vector; 2]>) -> Self {
        let (mut c, mut s) = (0.0, 0.0);
        for [a, b] in pairs {
            c += a[0] * b[0] + a[1] * b[1];
            s += a[1] * b[0] - a[0] * b[1];
        }
        Self::turning(c, s)
    }
    /// The rotation towards a vector.
    #[inline(always)]
    pub(super) fn turning(c: f32, s: f32) -> Self {
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
        let mut pairs = [[[0.0; 2]; 2]; SHAPE];
        let mut count = 0;
        let mut all = 0;
        for (i, j) in matches.pairs() {
            let pair = [a.point(i), b.point(j)];
            // Overwritten by the next if it is too far.
            pairs[count] = pair;
            count += usize::from(squared(minus(pair[0], pair[1])) < NEAR * NEAR);
            all += 1;
        }
        if 4 * count < all {
            return Self::IDENTITY;
        }
        Self::between(&pairs[..count])
    }
    /// The affine map that brings the second points of pairs nearest to the first.
    #[inline(always)]
    fn between(pairs: &[[Vector; 2]]) -> Self {
        let mut sums = [0.0f32; 4];
        for [a, b] in pairs {
            sums.iter_mut().zip([a[0], a[1], b[0], b[1]]).for_each(|(sum, v)| *sum += v);
        }
        let [ax, ay, bx, by] = sums.map(|sum| sum / pairs.len() as f32);
        let (ma, mb) = ([ax, ay], [bx, by]);
        let mut g = [0.0f32; 7];
        for [a, b] in pairs {
            let (a, b) = (minus(*a, ma), minus(*b, mb));
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
        let mut out = *path;
        for i in 0..SHAPE {
            [out.x[i], out.y[i]] = self.point(path.point(i));
        }
        out
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

//! A short stretch of a writing: the pen's velocity at some of its moments. Knows nothing of other writings.

use super::velocity::Velocity;

/// Points of a stretch, 50 a second.
pub(super) const LENGTH: usize = 20;
/// Keeps what hardly moves from being explained by anything, in the square of the writing's deviation.
pub(super) const FLOOR: f32 = 2e-3;

/// A stretch in so many points.
pub(super) struct Stretch<const N: usize> {
    pub(super) x: [f32; N],
    pub(super) y: [f32; N],
    /// Mean square of the velocity.
    pub(super) energy: f32,
}

impl<const N: usize> Stretch<N> {
    /// From the middle to each point at the writing's own pace.
    #[inline(always)]
    pub(super) fn offset(k: usize) -> f32 {
        ((k as f32 + 0.5) / N as f32 - 0.5) * LENGTH as f32
    }
    /// The one that begins at a point.
    #[inline(always)]
    pub(super) fn of(own: &Velocity, start: usize) -> Self {
        let mut stretch = Self { x: [0.0; N], y: [0.0; N], energy: 0.0 };
        for k in 0..N {
            let at = start as f32 + 0.5 * LENGTH as f32 + Self::offset(k);
            (stretch.x[k], stretch.y[k]) = own.at(at);
            stretch.energy += (stretch.x[k] * stretch.x[k] + stretch.y[k] * stretch.y[k]) / N as f32;
        }
        stretch
    }
}

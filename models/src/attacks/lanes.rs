//! Other paths beside one another, eight at a time: what is done to a point is done to the same point of each, by loops over
//! numbers that lie one after another, which compilers turn into wide instructions.
//!
//! A long history is compared with one packet, so there are always others to fill the lanes with. What happens in a lane
//! does not depend on its neighbours, and lanes that nobody needs repeat the last path.

use super::align::Path;
use super::profile::SHAPE;

/// Paths beside one another.
pub(super) const LANES: usize = 8;
/// One number of each.
pub(super) type Lane = [f32; LANES];

/// The points of [`LANES`] paths, coordinates apart: the first points of all, the second points of all, and so on.
pub(super) struct Paths {
    pub(super) x: [f32; SHAPE * LANES],
    pub(super) y: [f32; SHAPE * LANES],
}

impl Paths {
    /// Of at least one and at most [`LANES`] paths.
    #[inline(always)]
    pub(super) fn of<'a>(path: impl Fn(usize) -> &'a Path, count: usize) -> Self {
        let mut all = Self { x: [0.0; SHAPE * LANES], y: [0.0; SHAPE * LANES] };
        let paths: [&Path; LANES] = std::array::from_fn(|l| path(l.min(count - 1)));
        for (i, (x, y)) in all.x.chunks_exact_mut(LANES).zip(all.y.chunks_exact_mut(LANES)).enumerate() {
            for l in 0..LANES {
                (x[l], y[l]) = (paths[l].x[i], paths[l].y[i]);
            }
        }
        all
    }
}

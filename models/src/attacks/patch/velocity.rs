//! The pen's velocity at any moment of a writing. Knows nothing of stretches.

use crate::attacks::lanes::{LANES, Lane};
use crate::features::{Series, channel};

/// Velocities in units of the writing's own deviation, with the first and last repeated at the ends.
pub(super) struct Velocity {
    /// x and y of one point beside one another.
    both: Vec<f32>,
    /// Points before the first.
    room: f32,
    /// Last moment that lies between two points, from the first point of the room on.
    last: f32,
}

impl Velocity {
    /// With so many points of room at either end.
    pub(super) fn of(series: &Series, room: usize) -> Self {
        let [x, y] = [channel::DX, channel::DY].map(|c| series.channel(c));
        let last = series.len.saturating_sub(1);
        let at = |i: usize| [x, y].map(|v| v.get(i.saturating_sub(room).min(last)).copied().unwrap_or(0.0));
        let points = series.len + 2 * room;
        Self { both: (0..points).flat_map(at).collect(), room: room as f32, last: points as f32 - 2.0 }
    }
    /// Between two points; beyond the room, at its end.
    #[inline(always)]
    pub(super) fn at(&self, moment: f32) -> (f32, f32) {
        self.between(Place::of(self.inside(moment)))
    }
    /// At several moments, step by step, so that all but reading is done in lanes.
    #[inline(always)]
    pub(super) fn at_each(&self, moments: Lane) -> (Lane, Lane) {
        let (mut places, mut x, mut y) = ([Place { first: 0, share: 0.0 }; LANES], [0.0; LANES], [0.0; LANES]);
        for l in 0..LANES {
            places[l] = Place::of(self.inside(moments[l]));
        }
        for l in 0..LANES {
            (x[l], y[l]) = self.between(places[l]);
        }
        (x, y)
    }
    /// From the first point of the room on.
    #[inline(always)]
    fn inside(&self, moment: f32) -> f32 {
        let moment = moment + self.room;
        let moment = if moment < self.last { moment } else { self.last };
        if moment > 1.0 { moment } else { 1.0 }
    }
    #[inline(always)]
    fn between(&self, place: Place) -> (f32, f32) {
        let [x, y, next_x, next_y] = self.both[2 * place.first..][..4] else { return (0.0, 0.0) };
        (x + (next_x - x) * place.share, y + (next_y - y) * place.share)
    }
}

/// Between which points a moment lies.
#[derive(Clone, Copy)]
struct Place {
    first: usize,
    share: f32,
}

impl Place {
    /// Of a moment of at least half a point and less than two million: its whole part by adding and taking away what has no
    /// room for fractions, which costs a tenth of a conversion that asks for everything that a float may be. A whole moment may
    /// come as the point before and all of the way on.
    #[inline(always)]
    fn of(at: f32) -> Self {
        const WHOLE: f32 = 8_388_608.0;
        let raised = at - 0.5 + WHOLE;
        Self { first: (raised.to_bits() & 0x007f_ffff) as usize, share: at - (raised - WHOLE) }
    }
}

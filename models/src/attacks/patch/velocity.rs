//! The pen's velocity at any moment of a writing. Knows nothing of stretches.

use crate::features::{Series, channel};

/// Velocities in units of the writing's own deviation, with the first and last repeated at the ends.
pub(super) struct Velocity {
    /// x and y of one point beside one another.
    both: Vec<f32>,
    /// Points before the first.
    room: f32,
}

impl Velocity {
    /// With so many points of room at either end.
    pub(super) fn of(series: &Series, room: usize) -> Self {
        let [x, y] = [channel::DX, channel::DY].map(|c| series.channel(c));
        let last = series.len.saturating_sub(1);
        let at = |i: usize| [x, y].map(|v| v.get(i.saturating_sub(room).min(last)).copied().unwrap_or(0.0));
        Self { both: (0..series.len + 2 * room).flat_map(at).collect(), room: room as f32 }
    }
    /// Between two points; beyond the room, at its end.
    #[inline(always)]
    pub(super) fn at(&self, moment: f32) -> (f32, f32) {
        let last = (self.both.len() / 2) as f32 - 2.0;
        let moment = moment + self.room;
        let moment = if moment < last { moment } else { last };
        let Place { first, share } = Place::of(if moment > 1.0 { moment } else { 1.0 });
        let [x, y, next_x, next_y] = self.both[2 * first..][..4] else { return (0.0, 0.0) };
        (x + (next_x - x) * share, y + (next_y - y) * share)
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

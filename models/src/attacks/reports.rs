//! How often a digitiser reported, and which of its reports the movement check looks at: its numbers change with the rate, and
//! they were fitted to 100 reports a second. Nothing is decided here.
//!
//! Of a digitiser that is a multiple as fast, so many reports are passed over: what is left is what one of 100 a second
//! would have reported. Nothing is ever put between reports, because what is interpolated is smoother than a hand.

use crate::trace::{Point, Trace};
use std::borrow::Cow;

/// Time from report to report that the constants are fitted on, us.
pub(super) const FITTED_US: u32 = 10_000;
/// Times that are as good, us.
pub(super) const STEP_US: std::ops::RangeInclusive<u32> = 9_000..=11_200;

/// The reports of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reports {
    /// Each that comes this many after the last one is looked at.
    every: u32,
    /// Median time from one of them to the next, us.
    step_us: u32,
}

impl Reports {
    pub(super) fn of(trace: &Trace) -> Self {
        let mut steps: Vec<u32> =
            trace.points.windows(2).filter(|w| w[1].down).map(|w| w[1].t_us - w[0].t_us).collect();
        if steps.is_empty() {
            return Self { every: 1, step_us: 0 };
        }
        let half = steps.len() / 2;
        let step = *steps.select_nth_unstable(half).1;
        let every = ((FITTED_US + step / 2) / step.max(1)).max(1);
        Self { every, step_us: step.saturating_mul(every) }
    }
    /// Whether the constants were fitted to reports like these.
    pub(super) fn are_fitted_to(self) -> bool {
        STEP_US.contains(&self.step_us)
    }
    /// Those that are looked at; of every run of the pen on the surface the first is.
    pub(super) fn thinned(self, points: &[Point]) -> Cow<'_, [Point]> {
        if self.every == 1 {
            return Cow::Borrowed(points);
        }
        let runs = points.chunk_by(|a, b| a.down == b.down);
        let some = |run: &'_ [Point]| run.iter().step_by(self.every as usize).copied().collect::<Vec<Point>>();
        Cow::Owned(runs.flat_map(some).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Writer;

    /// A signature as a digitiser with this time between reports gives it.
    fn at(step_us: u32) -> Trace {
        let mut trace = Trace::new(&Writer::new(3).sign(1)).unwrap();
        for (i, point) in trace.points.iter_mut().enumerate() {
            point.t_us = i as u32 * step_us;
        }
        trace
    }

    #[test]
    fn rates_that_were_fitted_to_and_their_multiples() {
        for (step, every, fitted) in
            [(10_000, 1, true), (5_000, 2, true), (3_333, 3, true), (1_000, 10, true), (20_000, 1, false)]
        {
            let reports = Reports::of(&at(step));
            assert_eq!((reports.every, reports.are_fitted_to()), (every, fitted), "{step}");
        }
        for step in [16_667, 13_333, 8_333, 7_519, 4_167] {
            assert!(!Reports::of(&at(step)).are_fitted_to(), "{step}");
        }
    }

    #[test]
    fn a_recording_twice_as_fast_is_the_same_to_the_check() {
        let slow = at(10_000);
        let mut fast = slow.clone();
        let middle =
            |w: &[Point]| Point { t_us: (w[0].t_us + w[1].t_us) / 2, x: w[0].x + 7.0, down: w[0].down, ..w[1] };
        fast.points = slow.points.windows(2).flat_map(|w| [w[0], middle(w)]).collect();
        let last = slow.points.len() - 1;
        assert_eq!(Reports::of(&fast).thinned(&fast.points).as_ref(), &slow.points[..last]);
    }
}

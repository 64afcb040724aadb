//! Strokes: what lies between putting the pen down and lifting it. Lengths and speeds are recomputed from the raw samples.

use models::arithmetic::hypot;
use models::packet::{Sample, StrokePacket};
use serde::{Deserialize, Serialize};

/// Most strokes that are listed.
pub const STROKES_MAX: usize = 60;

/// One stroke.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Stroke {
    /// Position in the order of writing, from 1.
    pub number: u32,
    /// Pen down, ms since the first sample.
    pub from_ms: u32,
    /// Last report before the pen is lifted.
    pub to_ms: u32,
    /// Length of the path, micrometres; in units of the device where their size is unknown.
    pub length_um: u64,
    /// Length by time, micrometres a second.
    pub speed_um_s: u64,
    /// Mean pressure, thousandths of the device's range; `null` if not sensed.
    pub pressure_permille: Option<u32>,
}

impl Stroke {
    /// Every stroke of a packet.
    pub fn all(packet: &StrokePacket) -> Vec<Self> {
        runs(packet).into_iter().zip(1..).map(|(run, number)| Self::of(packet, run, number)).collect()
    }
    fn of(packet: &StrokePacket, run: &[Sample], number: u32) -> Self {
        let um = if packet.device.nm_per_unit == 0 { 1.0 } else { f64::from(packet.device.nm_per_unit) / 1000.0 };
        let step = |w: &[Sample]| hypot(f64::from(w[1].x) - f64::from(w[0].x), f64::from(w[1].y) - f64::from(w[0].y));
        let length = run.windows(2).map(step).fold(0.0, |s, v| s + v) * um;
        let (from, to) = (run[0].t_us, run[run.len() - 1].t_us);
        let us = f64::from(to.saturating_sub(from));
        let speed = if us > 0.0 { length * 1e6 / us } else { 0.0 };
        let top = u64::from(packet.device.pressure_levels.saturating_sub(1));
        let sum: u64 = run.iter().map(|s| u64::from(s.pressure)).sum();
        let mean = |top: u64| (sum * 1000 / (top * run.len() as u64)).min(1000) as u32;
        Self {
            number,
            from_ms: from / 1000,
            to_ms: to / 1000,
            length_um: length as u64,
            speed_um_s: speed as u64,
            pressure_permille: (top > 0).then(|| mean(top)),
        }
    }
}

/// How many strokes.
pub fn count(packet: &StrokePacket) -> u32 {
    runs(packet).len() as u32
}

/// The samples of each stroke; none is empty.
pub fn runs(packet: &StrokePacket) -> Vec<&[Sample]> {
    packet.samples.split(|s| !s.pen.is_down()).filter(|run| !run.is_empty()).collect()
}

//! A packet's samples as the appraiser sees them: cleaned of clock jitter, scaled to hundredths of a millimetre, and
//! resampled to 100 Hz. The raw samples in the packet stay as they are; this is a working copy.
//!
//! Here the time of a packet is judged (monotone, long enough, not too long); shape, speed and grade are judged in
//! `inspection`.

use crate::arithmetic::hypot;
use crate::lowpass::lowpass;
use crate::packet::{Sample, StrokePacket};
use crate::refusal::Refusal;

/// Fewest pen-down samples: what a signature of 0.4 s has at 100 Hz.
pub const DOWN_SAMPLES_MIN: usize = 40;
/// Shortest writing, ms.
pub const DURATION_MIN_MS: u32 = 400;
/// A longer pause between two samples counts as this, us: a writer who was interrupted is not another writer. In the
/// development data 1 in 100 genuine signatures has one, the longest of 27 s.
pub const PAUSE_MAX_US: u32 = 1_000_000;
/// Longest writing, pauses shortened, ms. Twice the longest of the development data; bounds the cost of an appraisal.
pub const DURATION_MAX_MS: u32 = 20_000;
/// Furthest that a sample may lie before an earlier one, us. In the development data 55 of 546,093 steps go back, by 8 to
/// 25 ms: the tablet's clock was adjusted.
pub const BACK_MAX_US: u32 = 50_000;
/// Most samples, in percent, whose time is not after the one before (0.15 % of the development data, 1.6 % of its
/// worst recording).
pub const REPEATED_MAX_PERCENT: usize = 20;
/// Step of the working copy, us.
const STEP_US: u32 = 10_000;

/// The working copy.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Samples whose time is after all earlier ones, in 0.01 mm.
    pub points: Vec<Point>,
    /// Position at 100 Hz, 0.01 mm, pen-up gaps bridged by straight lines.
    pub x: Vec<f64>,
    /// As `x`.
    pub y: Vec<f64>,
    /// `x` without jitter.
    pub smooth_x: Vec<f64>,
    /// `y` without jitter.
    pub smooth_y: Vec<f64>,
    /// Pressure at 100 Hz, 0 to 1; all 0 if [`Self::has_pressure`] is false.
    pub pressure: Vec<f64>,
    /// Whether pressure is sensed and varies.
    pub has_pressure: bool,
    /// Share of samples with the pen up, 0 to 1, as recorded.
    pub up_share: f64,
    /// Times the pen was put down.
    pub strokes: u32,
    /// From first to last sample, s.
    pub seconds: f64,
    /// Samples dropped because their time was not after an earlier one.
    pub dropped: usize,
}

/// One sample that was kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// us since the first.
    pub t_us: u32,
    /// 0.01 mm.
    pub x: f64,
    /// 0.01 mm.
    pub y: f64,
    /// 0 to 1.
    pub pressure: f64,
    /// Whether the tip touches.
    pub down: bool,
}

impl Trace {
    /// Makes the working copy, or says what is wrong with the packet's time.
    pub fn new(packet: &StrokePacket) -> Result<Self, Refusal> {
        let found = packet.samples.iter().filter(|s| s.pen.is_down()).count();
        if found < DOWN_SAMPLES_MIN {
            return Err(Refusal::TooFewSamples { found, min: DOWN_SAMPLES_MIN });
        }
        let kept = without_pauses(in_time(&packet.samples)?);
        check_duration(kept[kept.len() - 1].t_us)?;
        Ok(Self::from_points(scaled(&kept, packet), packet.samples.len()))
    }

    fn from_points(points: Vec<Point>, raw: usize) -> Self {
        let has_pressure = varies(&points);
        let x = resample(&points, |p| p.x);
        let y = resample(&points, |p| p.y);
        let pressure = if has_pressure { resample(&points, |p| p.pressure) } else { vec![0.0; x.len()] };
        Self {
            smooth_x: lowpass(&x),
            smooth_y: lowpass(&y),
            x,
            y,
            pressure,
            has_pressure,
            up_share: points.iter().filter(|p| !p.down).count() as f64 / points.len() as f64,
            strokes: pen_downs(&points),
            seconds: f64::from(points[points.len() - 1].t_us) / 1e6,
            dropped: raw - points.len(),
            points,
        }
    }

    /// Whether the pen was down at each step of the 100 Hz grid, as the last sample not after it says.
    pub fn down(&self) -> Vec<bool> {
        let mut last = 0;
        let at = |step: usize| {
            while self.points.get(last + 1).is_some_and(|p| p.t_us as usize <= step * STEP_US as usize) {
                last += 1;
            }
            self.points[last].down
        };
        (0..self.x.len()).map(at).collect()
    }

    /// Speed at 100 Hz between neighbouring points of the given path, 0.01 mm per step.
    pub fn speeds(x: &[f64], y: &[f64]) -> Vec<f64> {
        x.windows(2).zip(y.windows(2)).map(|(x, y)| hypot(x[1] - x[0], y[1] - y[0])).collect()
    }
}

/// Keeps the samples that are later than all before them.
fn in_time(samples: &[Sample]) -> Result<Vec<Sample>, Refusal> {
    let mut kept: Vec<Sample> = Vec::with_capacity(samples.len());
    for (index, sample) in samples.iter().enumerate() {
        match kept.last() {
            Some(last) if sample.t_us <= last.t_us => {
                let back_us = last.t_us - sample.t_us;
                if back_us > BACK_MAX_US {
                    return Err(Refusal::TimeNotMonotone { index, back_us, max_us: BACK_MAX_US });
                }
            }
            _ => kept.push(*sample),
        }
    }
    let found = samples.len() - kept.len();
    if found * 100 > samples.len() * REPEATED_MAX_PERCENT {
        return Err(Refusal::TimeRepeated { found, total: samples.len() });
    }
    Ok(kept)
}

fn without_pauses(mut samples: Vec<Sample>) -> Vec<Sample> {
    let (mut removed, mut last) = (samples[0].t_us, samples[0].t_us);
    for sample in &mut samples {
        removed += (sample.t_us - last).saturating_sub(PAUSE_MAX_US);
        last = sample.t_us;
        sample.t_us -= removed;
    }
    samples
}

fn check_duration(us: u32) -> Result<(), Refusal> {
    let found_ms = us / 1000;
    if found_ms < DURATION_MIN_MS {
        return Err(Refusal::TooShort { found_ms, min_ms: DURATION_MIN_MS });
    }
    if found_ms > DURATION_MAX_MS {
        return Err(Refusal::TooLong { found_ms, max_ms: DURATION_MAX_MS });
    }
    Ok(())
}

/// To hundredths of a millimetre and pressure 0 to 1. A device of unknown scale is taken at its word of 0.01 mm.
fn scaled(samples: &[Sample], packet: &StrokePacket) -> Vec<Point> {
    let device = &packet.device;
    let unit = if device.nm_per_unit == 0 { 1.0 } else { f64::from(device.nm_per_unit) / 10_000.0 };
    let levels = f64::from(device.pressure_levels.saturating_sub(1));
    let pressure = |raw: u16| if levels > 0.0 { (f64::from(raw) / levels).min(1.0) } else { 0.0 };
    let (x0, y0) = (f64::from(samples[0].x), f64::from(samples[0].y));
    samples
        .iter()
        .map(|s| Point {
            t_us: s.t_us,
            x: (f64::from(s.x) - x0) * unit,
            y: (f64::from(s.y) - y0) * unit,
            pressure: pressure(s.pressure),
            down: s.pen.is_down(),
        })
        .collect()
}

/// A mouse and most fingers report one constant pressure: that is none.
fn varies(points: &[Point]) -> bool {
    let mut down = points.iter().filter(|p| p.down).map(|p| p.pressure);
    let first = down.next();
    down.any(|p| Some(p) != first)
}

fn pen_downs(points: &[Point]) -> u32 {
    let starts = points.windows(2).filter(|w| w[1].down && !w[0].down).count();
    u32::try_from(starts).unwrap_or(u32::MAX) + u32::from(points[0].down)
}

/// Linear interpolation on the 100 Hz grid that starts at the first point.
fn resample(points: &[Point], value: impl Fn(&Point) -> f64) -> Vec<f64> {
    let end = points[points.len() - 1].t_us;
    let mut next = 1;
    (0..=end / STEP_US)
        .map(|step| {
            let t = step * STEP_US;
            while next + 1 < points.len() && points[next].t_us < t {
                next += 1;
            }
            let (a, b) = (&points[next - 1], &points[next]);
            let share = f64::from(t - a.t_us) / f64::from(b.t_us - a.t_us);
            value(a) + (value(b) - value(a)) * share
        })
        .collect()
}

#[cfg(test)]
mod tests;

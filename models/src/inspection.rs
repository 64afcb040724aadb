//! What can be said of a packet alone: the refusals that need no references, its grade, and flags for the reader.
//!
//! Limits are chosen on 2,400 recordings of 30 writers so that no genuine one is refused; the reasons stand beside them.
//! A flag never changes a likelihood ratio.

use crate::arithmetic::hypot;
use crate::features::moments;
use crate::globals::extent;
use crate::grade::{Recording, grade};
use crate::packet::{DigitiserKind, PenState, StrokePacket};
use crate::refusal::Refusal;
use crate::trace::{Point, Trace};
use proto::Grade;

pub use proto::flags::{
    FLAG_CLOCK_TAMPERED, FLAG_EVEN_SPEED, FLAG_FEW_REFERENCES, FLAG_INCOMPLETE, FLAG_MACHINE_MADE, FLAG_MERGED,
    FLAG_NAMES, FLAG_NO_PRESSURE, FLAG_OUTSIDE_VALIDATED, FLAG_REPLAY, FLAG_SAMPLES_LOST, FLAG_SLOW_RATE,
    FLAG_SYNTHETIC, FLAG_TEMPLATE_OLD, FLAG_TIME_REPEATED, FLAG_TOO_FEW_SESSIONS, FLAG_TOO_LIKE_A_REFERENCE,
    FLAG_UNKNOWN_SCALE, FLAG_UNTRUSTED_SAMPLES,
};

/// Slowest report rate, millihertz: 50 Hz less 2 % tolerance.
const RATE_MIN_MHZ: u32 = 49_000;
/// 100 Hz less 2 % tolerance.
const RATE_VALIDATED_MHZ: u32 = 98_000;
/// Fastest pen-down movement, 0.01 mm/ms (400 is 4 m/s). The fastest of the development data is 115.
const SPEED_MAX: f64 = 400.0;
/// Shortest stretch over which a speed is measured, us: shorter ones divide jitter of the clock.
const SPEED_SPAN_US: u32 = 8_000;
/// Smallest sum of width and height, 0.01 mm.
const EXTENT_MIN: f64 = 200.0;
/// Coefficient of variation of the speed below which no hand wrote. Genuine signatures have at least 0.38, the same
/// shapes drawn at constant speed at most 0.31.
const SPEED_VARIATION_MIN: f64 = 0.33;
/// Below this the packet is flagged.
const SPEED_VARIATION_LOW: f64 = 0.40;

/// Samples that no recording had which the error rates were measured on: of the other end of the pen, out of a browser's bundles,
/// and those that the capture side itself says came from software.
const UNVALIDATED: u8 = PenState::ERASER | PenState::COALESCED | PenState::UNTRUSTED;

/// The outcome of an inspection that refused nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspection {
    /// Forensic grade.
    pub grade: Grade,
    /// `FLAG_*` bits.
    pub flags: u32,
}

/// What is measured to decide; all of it without opinion on the writer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Median report rate while the pen is down, millihertz.
    pub rate_mhz: u32,
    /// Missing pen-down reports, thousandths.
    pub lost_permille: u32,
    /// Fastest pen-down movement, 0.01 mm/ms.
    pub top_speed: f64,
    /// Coefficient of variation of the speed.
    pub speed_variation: f64,
}

impl Measured {
    /// Measures a trace.
    pub fn of(trace: &Trace) -> Self {
        let (rate_mhz, lost_permille) = reports(&trace.points);
        Self { rate_mhz, lost_permille, top_speed: top_speed(&trace.points), speed_variation: speed_variation(trace) }
    }
}

/// Inspects a packet whose trace is already made.
pub fn inspect(packet: &StrokePacket, trace: &Trace) -> Result<Inspection, Refusal> {
    let measured = Measured::of(trace);
    refuse(trace, &measured)?;
    let levels = if trace.has_pressure { packet.device.pressure_levels } else { 0 };
    let grade = grade(&Recording {
        rate_mhz: measured.rate_mhz,
        pressure_levels: levels,
        hover: packet.device.hover,
        attested: packet.attestation.is_some(),
        lost_permille: measured.lost_permille,
    });
    Ok(Inspection { grade, flags: flags(packet, trace, &measured) })
}

fn refuse(trace: &Trace, m: &Measured) -> Result<(), Refusal> {
    if m.rate_mhz < RATE_MIN_MHZ {
        return Err(Refusal::RateTooLow { found_mhz: m.rate_mhz, min_mhz: RATE_MIN_MHZ });
    }
    if m.top_speed > SPEED_MAX {
        return Err(Refusal::ImpossibleKinematics { found: m.top_speed as u32, max: SPEED_MAX as u32 });
    }
    let (width, height) = (extent(&trace.x), extent(&trace.y));
    if width + height < EXTENT_MIN {
        return Err(Refusal::NoExtent { width: width as i64, height: height as i64 });
    }
    if m.speed_variation < SPEED_VARIATION_MIN {
        let permille = |v: f64| (v * 1000.0) as u32;
        let (found_permille, min_permille) = (permille(m.speed_variation), permille(SPEED_VARIATION_MIN));
        return Err(Refusal::ConstantSpeed { found_permille, min_permille });
    }
    Ok(())
}

/// [`FLAG_OUTSIDE_VALIDATED`] for a packet with samples of a kind that no recording of the validation had, or 0. The first
/// model did not ask.
pub fn unvalidated(packet: &StrokePacket) -> u32 {
    if has(packet, UNVALIDATED) { FLAG_OUTSIDE_VALIDATED } else { 0 }
}

fn has(packet: &StrokePacket, bits: u8) -> bool {
    packet.samples.iter().any(|s| s.pen.0 & bits != 0)
}

fn flags(packet: &StrokePacket, trace: &Trace, m: &Measured) -> u32 {
    let device = &packet.device;
    let slow = m.rate_mhz < RATE_VALIDATED_MHZ;
    [
        (FLAG_SYNTHETIC, device.kind == DigitiserKind::Synthetic),
        (FLAG_NO_PRESSURE, !trace.has_pressure),
        (FLAG_SAMPLES_LOST, m.lost_permille >= 10),
        (FLAG_TIME_REPEATED, trace.dropped * 100 >= packet.samples.len()),
        (FLAG_SLOW_RATE, slow),
        (FLAG_EVEN_SPEED, m.speed_variation < SPEED_VARIATION_LOW),
        (FLAG_UNKNOWN_SCALE, device.nm_per_unit == 0),
        (FLAG_UNTRUSTED_SAMPLES, has(packet, PenState::UNTRUSTED)),
        (FLAG_OUTSIDE_VALIDATED, slow || device.kind != DigitiserKind::EmrPen),
    ]
    .iter()
    .fold(0, |all, (flag, set)| if *set { all | flag } else { all })
}

/// Median rate in millihertz and missing reports in thousandths, both from neighbouring pen-down samples.
fn reports(points: &[Point]) -> (u32, u32) {
    let mut steps: Vec<u32> =
        points.windows(2).filter(|w| w[0].down && w[1].down).map(|w| w[1].t_us - w[0].t_us).collect();
    steps.sort_unstable();
    let Some(&median) = steps.get(steps.len() / 2) else { return (0, 1000) };
    let lost: u64 = steps.iter().map(|dt| u64::from((dt + median / 2) / median).saturating_sub(1)).sum();
    let permille = lost * 1000 / (lost + steps.len() as u64);
    (u32::try_from(1_000_000_000 / u64::from(median)).unwrap_or(u32::MAX), permille as u32)
}

fn top_speed(points: &[Point]) -> f64 {
    let mut top = 0.0;
    for run in points.split(|p| !p.down) {
        let mut j = 0;
        for a in run {
            while j < run.len() && run[j].t_us < a.t_us + SPEED_SPAN_US {
                j += 1;
            }
            let Some(b) = run.get(j) else { break };
            let speed = hypot(b.x - a.x, b.y - a.y) * 1000.0 / f64::from(b.t_us - a.t_us);
            top = if speed > top { speed } else { top };
        }
    }
    top
}

/// Standard deviation by mean of the smoothed speed, moments of rest left out.
fn speed_variation(trace: &Trace) -> f64 {
    let speeds = Trace::speeds(&trace.smooth_x, &trace.smooth_y);
    let top = speeds.iter().fold(0.0, |m, v| if *v > m { *v } else { m });
    let moving: Vec<f64> = speeds.into_iter().filter(|v| *v > 0.02 * top).collect();
    let (mean, deviation) = moments(&moving);
    if mean > 0.0 { deviation / mean } else { 0.0 }
}

#[cfg(test)]
mod tests;

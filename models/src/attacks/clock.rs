//! Whether the time stamps can be a digitiser's.
//!
//! A packet declares what its clock and its report rate are; stamps that contradict the declaration were changed, and so
//! were those that jump about where a digitiser reports evenly. What a packet does not declare is not held against it: 0
//! stands for unknown. Order and length of time are judged in `trace`.

use crate::packet::{DigitiserKind, PenState, Sample, StrokePacket};

/// Furthest that the measured rate may be off the declared one, permille. In the development data it is off by 10 at most.
const RATE_OFF_PERMILLE: u64 = 50;
/// Most steps, permille, that may be off the usual step by more than a fifth. 28 in the worst recording of the data.
const UNEVEN_PERMILLE: usize = 150;
/// Fewest steps that say anything.
const STEPS_MIN: usize = 30;
/// How much longer than the time that the session declares a writing may be, us.
const SLACK_US: u64 = 1_000_000;

/// What decides on clocks; a model's digest covers it.
pub(super) const LIMITS: [f64; 4] =
    [RATE_OFF_PERMILLE as f64, UNEVEN_PERMILLE as f64, STEPS_MIN as f64, SLACK_US as f64];

/// Whether the time stamps are none that the declared device makes.
pub(super) fn tampered(packet: &StrokePacket) -> bool {
    let steps = steps(&packet.samples);
    off_the_quantum(packet) || longer_than_the_session(packet) || off_the_rate(packet, &steps) || uneven(packet, &steps)
}

/// Sorted steps between neighbouring reports of a pen that touches.
fn steps(samples: &[Sample]) -> Vec<u32> {
    let down = samples.windows(2).filter(|w| w[0].pen.is_down() && w[1].pen.is_down());
    let mut steps: Vec<u32> = down.map(|w| w[1].t_us.saturating_sub(w[0].t_us)).filter(|dt| *dt > 0).collect();
    steps.sort_unstable();
    steps
}

fn off_the_quantum(packet: &StrokePacket) -> bool {
    let quantum = packet.device.time_quantum_us;
    quantum > 1 && packet.samples.iter().any(|s| s.t_us % quantum != 0)
}

fn longer_than_the_session(packet: &StrokePacket) -> bool {
    let session = &packet.session;
    let declared = u64::from(session.total_ms) * 1000;
    let needed = u64::from(session.prompt_to_pen_ms) * 1000 + u64::from(packet.duration_us());
    session.total_ms > 0 && needed > declared + SLACK_US
}

/// The mean of the steps without lost reports, against the declared rate.
fn off_the_rate(packet: &StrokePacket, steps: &[u32]) -> bool {
    let declared = u64::from(packet.device.rate_mhz);
    if declared == 0 || steps.len() < STEPS_MIN {
        return false;
    }
    let median = steps[steps.len() / 2];
    let whole = steps.iter().take_while(|dt| u64::from(**dt) * 5 < u64::from(median) * 8);
    let (count, sum) = whole.fold((0u64, 0u64), |(n, sum), dt| (n + 1, sum + u64::from(*dt)));
    let measured = count * 1_000_000_000 / sum.max(1);
    measured.abs_diff(declared) * 1000 > declared * RATE_OFF_PERMILLE
}

/// Only of pens that report by themselves: a browser hands on several reports at once.
fn uneven(packet: &StrokePacket, steps: &[u32]) -> bool {
    let coalesced = packet.samples.iter().any(|s| s.pen.0 & PenState::COALESCED != 0);
    if packet.device.kind != DigitiserKind::EmrPen || coalesced || steps.len() < STEPS_MIN {
        return false;
    }
    // A coarse clock makes a step of 7.5 ms one of 7 or 8.
    let median = steps[steps.len() / 2];
    let most = (median / 5).max(packet.device.time_quantum_us);
    let off = steps.iter().filter(|dt| dt.abs_diff(median) > most).count();
    off * 1000 > steps.len() * UNEVEN_PERMILLE
}

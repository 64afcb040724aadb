//! Tests of the working copy: what is refused for its times, and what cleaning does.

use super::*;
use crate::writer::Writer;

fn packet() -> StrokePacket {
    Writer::new(3).sign(0)
}

fn code(packet: &StrokePacket) -> &'static str {
    Trace::new(packet).unwrap_err().code()
}

#[test]
fn is_on_a_grid_of_100_hz() {
    let packet = packet();
    let trace = Trace::new(&packet).unwrap();
    assert_eq!(trace.x.len(), packet.duration_us() as usize / 10_000 + 1);
    assert_eq!((trace.x[0], trace.y[0]), (0.0, 0.0));
    assert!(trace.has_pressure && trace.pressure.iter().all(|p| (0.0..=1.0).contains(p)));
    assert_eq!(trace.smooth_x.len(), trace.x.len());
}

#[test]
fn refuses_too_little() {
    let mut few = packet();
    let mut left = DOWN_SAMPLES_MIN - 1;
    few.samples.retain(|s| {
        let keep = !s.pen.is_down() || left > 0;
        left -= usize::from(s.pen.is_down() && left > 0);
        keep
    });
    assert_eq!(code(&few), "STROKE_TOO_FEW_SAMPLES");
    few.samples.clear();
    assert_eq!(code(&few), "STROKE_TOO_FEW_SAMPLES");

    let mut short = packet();
    short.samples.iter_mut().for_each(|s| s.t_us /= 20);
    assert_eq!(code(&short), "STROKE_TOO_SHORT");
}

#[test]
fn refuses_too_much_but_forgives_a_pause() {
    let mut slow = packet();
    slow.samples.iter_mut().for_each(|s| s.t_us *= 12);
    assert_eq!(code(&slow), "STROKE_TOO_LONG");

    let mut paused = packet();
    let half = paused.samples.len() / 2;
    paused.samples[half..].iter_mut().for_each(|s| s.t_us += 60_000_000);
    let (trace, before) = (Trace::new(&paused).unwrap(), Trace::new(&packet()).unwrap());
    assert!(trace.seconds <= before.seconds + 1.0);
}

#[test]
fn tolerates_jitter_of_the_clock_and_refuses_disorder() {
    let mut jitter = packet();
    jitter.samples[50].t_us = jitter.samples[49].t_us - 8_000;
    assert_eq!(Trace::new(&jitter).unwrap().dropped, 1);

    let mut back = packet();
    back.samples[50].t_us = back.samples[49].t_us - BACK_MAX_US - 1;
    let refusal = Trace::new(&back).unwrap_err();
    assert_eq!(refusal, Refusal::TimeNotMonotone { index: 50, back_us: BACK_MAX_US + 1, max_us: BACK_MAX_US });

    let mut frozen = packet();
    let n = frozen.samples.len();
    for s in (0..n - 1).step_by(3) {
        frozen.samples[s + 1].t_us = frozen.samples[s].t_us;
    }
    assert_eq!(code(&frozen), "STROKE_TIME_REPEATED");
}

#[test]
fn a_constant_pressure_is_none() {
    let mut mouse = packet();
    mouse.samples.iter_mut().for_each(|s| s.pressure = if s.pen.is_down() { 512 } else { 0 });
    let trace = Trace::new(&mouse).unwrap();
    assert!(!trace.has_pressure && trace.pressure.iter().all(|p| *p == 0.0));
}

#[test]
fn the_unit_does_not_matter_when_it_is_declared() {
    let mut fine = packet();
    fine.device.nm_per_unit /= 2;
    fine.samples.iter_mut().for_each(|s| (s.x, s.y) = (s.x * 2, s.y * 2));
    assert_eq!(Trace::new(&fine).unwrap().x, Trace::new(&packet()).unwrap().x);
}

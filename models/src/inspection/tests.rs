//! Tests of the hard refusals and flags, each on a packet that differs from a good one in one respect.

use super::*;
use crate::packet::Sample;
use crate::writer::Writer;

fn packet() -> StrokePacket {
    Writer::new(4).sign(0)
}

fn inspected(packet: &StrokePacket) -> Result<Inspection, Refusal> {
    inspect(packet, &Trace::new(packet).unwrap())
}

fn code(packet: &StrokePacket) -> &'static str {
    inspected(packet).unwrap_err().code()
}

#[test]
fn a_synthetic_packet_passes_and_says_what_it_is() {
    let inspection = inspected(&packet()).unwrap();
    assert_eq!(inspection.grade, Grade::B);
    assert_eq!(inspection.flags, FLAG_SYNTHETIC | FLAG_OUTSIDE_VALIDATED);
}

#[test]
fn refuses_what_no_hand_does() {
    let mut teleport = packet();
    let at = teleport.samples.windows(3).position(|w| w.iter().all(|s| s.pen.is_down())).unwrap() + 1;
    teleport.samples[at].x += 20_000;
    assert_eq!(code(&teleport), "STROKE_IMPOSSIBLE_KINEMATICS");
}

/// The same shape, drawn with a steady hand: equal steps along the path at equal times.
fn at_constant_speed(mut packet: StrokePacket) -> StrokePacket {
    let step = 30.0;
    let mut out: Vec<Sample> = vec![packet.samples[0]];
    let (mut x, mut y) = (f64::from(packet.samples[0].x), f64::from(packet.samples[0].y));
    for target in packet.samples.drain(..) {
        loop {
            let (dx, dy) = (f64::from(target.x) - x, f64::from(target.y) - y);
            let rest = (dx * dx + dy * dy).sqrt();
            if rest < step {
                break;
            }
            (x, y) = (x + dx * step / rest, y + dy * step / rest);
            out.push(Sample { t_us: out.len() as u32 * 10_000, x: x as i32, y: y as i32, ..target });
        }
    }
    packet.samples = out;
    packet
}

#[test]
fn refuses_a_drawing_at_constant_speed() {
    assert_eq!(code(&at_constant_speed(packet())), "STROKE_CONSTANT_SPEED");
}

#[test]
fn refuses_a_dot_and_a_slow_device() {
    let mut dot = packet();
    dot.samples.iter_mut().for_each(|s| (s.x, s.y) = (s.x / 200, s.y / 200));
    assert_eq!(code(&dot), "STROKE_NO_EXTENT");

    let mut slow = packet();
    slow.samples = slow.samples.iter().copied().step_by(3).collect();
    assert_eq!(code(&slow), "STROKE_RATE_TOO_LOW");
}

#[test]
fn flags_what_an_examiner_must_know() {
    let flags = |packet: &StrokePacket| inspected(packet).unwrap().flags;
    let mut unknown = packet();
    unknown.device.nm_per_unit = 0;
    assert!(flags(&unknown) & FLAG_UNKNOWN_SCALE != 0);

    let mut flat = packet();
    flat.device.pressure_levels = 0;
    assert!(flags(&flat) & FLAG_NO_PRESSURE != 0);
    assert_eq!(inspected(&flat).unwrap().grade, Grade::C);

    let mut untrusted = packet();
    untrusted.samples[7].pen.0 |= PenState::UNTRUSTED;
    assert!(flags(&untrusted) & FLAG_UNTRUSTED_SAMPLES != 0);

    let mut lossy = packet();
    let mut n = 0;
    lossy.samples.retain(|_| {
        n += 1;
        n % 20 != 0
    });
    assert!(flags(&lossy) & FLAG_SAMPLES_LOST != 0);
}

#[test]
fn half_the_rate_is_grade_d() {
    let mut slow = packet();
    slow.samples = slow.samples.iter().copied().step_by(2).collect();
    let inspection = inspected(&slow).unwrap();
    assert_eq!(inspection.grade, Grade::D);
    assert!(inspection.flags & FLAG_SLOW_RATE != 0);
}

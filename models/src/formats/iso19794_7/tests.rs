//! Tests of the ISO/IEC 19794-7 reader and writer, against bytes put together by hand. No conformance suite of
//! ISO/IEC 29109-7 is at hand.

use super::*;
use crate::packet::{Device, DigitiserKind};
use proptest::prelude::*;

fn device() -> Device {
    Device { nm_per_unit: 10_000, pressure_levels: 1024, tilt: true, ..Device::default() }
}

fn sample(t_us: u32, x: i32, y: i32, pen: PenState) -> Sample {
    let tilt = Some(Tilt { azimuth_ddeg: 1550, altitude_ddeg: 710 });
    Sample { t_us, x, y, pressure: 439, pen, tilt }
}

/// Bytes put together by hand from the standard's tables, so that reader and writer cannot be wrong alike.
#[rustfmt::skip]
const BY_HAND: &[u8] = &[
    b'S', b'D', b'I', 0, b' ', b'1', b'0', 0,
    0b1100_0001, 0b0110_0110,                  // X Y, T F S, Az El
    0x80, 0xb4, 0x80, 0x80, 0xb4, 0x80,        // X, Y: 100 to the millimetre
    0x80, 0xb4, 0x80,                          // T: 100 to the second
    0x20, 0x03, 0xff,                          // F: at most 1023
    0x00,                                      // S
    0x80, 0x9a, 0x00, 0x80, 0x9a, 0x00,        // Az, El: 10 to the degree
    0x00,
    0x00, 0, 0, 2,
    0x80, 0x01, 0x7f, 0xfe, 0, 0, 0x01, 0xb7, 1, 0x06, 0x0e, 0x02, 0xc6,
    0x80, 0x02, 0x7f, 0xfd, 0, 3, 0x01, 0xb7, 0, 0x06, 0x0e, 0x02, 0xc6,
];

#[test]
fn a_record_made_by_hand_is_read_and_written() {
    let samples = vec![sample(0, 1, -2, PenState::DOWN), sample(30_000, 2, -3, PenState::UP)];
    let recording = Recording { device: device(), samples };
    // The gcd of the times would be 30 ms, of which no scaling value is an exact third; 1 ms is the finest round unit.
    let written = write(&recording).unwrap();
    assert_eq!(read(&written).unwrap(), recording);
    assert_eq!(read(BY_HAND).unwrap(), recording);
}

#[test]
fn ten_milliseconds_are_written_as_a_hundred_to_the_second() {
    let samples = vec![sample(0, 1, -2, PenState::DOWN), sample(10_000, 2, -3, PenState::UP)];
    let written = write(&Recording { device: device(), samples }).unwrap();
    let mut expected = BY_HAND.to_vec();
    let tick = expected.len() - 8;
    expected[tick] = 1;
    assert_eq!(written, expected);
}

#[test]
fn constant_dt_and_missing_tip_switch_are_understood() {
    // X Y DT F; DT constant at 100 to the second; F without range.
    let head = [b"SDI\0 10\0".as_slice(), &[0b1100_0000, 0b1100_0000, 0, 0, 0x84, 0xb4, 0x80, 0, 0]].concat();
    let body = [0, 0, 0, 2, 0x80, 0, 0x80, 0, 0, 9, 0x80, 1, 0x80, 1, 0, 0];
    let read = read(&[head, body.to_vec()].concat()).unwrap();
    let expected = [
        Sample { t_us: 0, x: 0, y: 0, pressure: 9, pen: PenState::DOWN, tilt: None },
        Sample { t_us: 10_000, x: 1, y: 1, pressure: 0, pen: PenState::UP, tilt: None },
    ];
    assert_eq!(read.samples, expected);
    assert_eq!((read.device.nm_per_unit, read.device.pressure_levels), (0, 65536));
}

#[test]
fn what_channels_cannot_hold_survives_in_extended_data() {
    let mut samples = vec![sample(0, 3_000_000, i32::MIN, PenState(127)), sample(1_234_567, 5, 6, PenState::DOWN)];
    samples[1].tilt = None;
    let recording = Recording { device: Device { tilt: false, ..device() }, samples };
    let bytes = write(&recording).unwrap();
    assert_eq!(read(&bytes).unwrap().samples, recording.samples);
}

#[test]
fn extended_data_that_contradicts_the_channels_is_refused() {
    let samples = vec![sample(0, 1, 2, PenState(127)), sample(10_000, 5, 6, PenState::DOWN)];
    let mut bytes = write(&Recording { device: device(), samples }).unwrap();
    let x_of_first_point = 35;
    bytes[x_of_first_point] ^= 1;
    let message = read(&bytes).unwrap_err().to_string();
    assert!(message.contains("extended data: the exact samples differ"), "{message}");
}

#[test]
fn bad_records_are_refused_with_the_place_and_the_field() {
    let change = |at: usize, to: &[u8]| {
        let mut bytes = BY_HAND.to_vec();
        bytes.splice(at..at + to.len(), to.iter().copied());
        bytes
    };
    let mut long = BY_HAND.to_vec();
    long.push(0);
    let cases = [
        (vec![], "byte 0: format identifier: takes 4 bytes"),
        (change(0, b"FMR\0"), "byte 0: format identifier: must be `SDI`"),
        (change(4, b"020\0"), "byte 4: version: must be"),
        (change(8, &[0x40]), "byte 8: channel inclusion: X and Y are required"),
        (change(10, &[0x82]), "byte 10: X: its trend was removed"),
        (change(10, &[0x84]), "byte 10: X: is marked constant"),
        (change(14, &[0]), "byte 8: Y: must have the same scaling"),
        (change(31, &[0xff, 0xff, 0xff]), "byte 31: number of points: 16777215; there must be 1 to 8192"),
        (change(31, &[0, 0, 0]), "byte 31: number of points: 0"),
        (change(31, &[0, 0, 3]), "byte 34: points: takes 39 bytes, the file has 26 left"),
        (change(30, &[0x80]), "byte 60: extended data length: takes 2 bytes"),
        (change(42, &[2]), "byte 34: S: 2; must be 0 or 1"),
        (change(43, &[0xff]), "byte 34: Az: 65294 tenths of a degree; at most 3599"),
        (change(38, &[0, 4]), "byte 47: T: must be 0 to 71 minutes after"),
        (long, "byte 60: end: 1 bytes are left over"),
    ];
    for (bytes, expected) in cases {
        let message = read(&bytes).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message} should start with {expected}");
    }
}

#[test]
fn a_synthetic_signature_needs_no_extended_data() {
    let packet = crate::writer::Writer::new(1).sign(0);
    let bytes = write(&Recording::of(&packet)).unwrap();
    assert_eq!(bytes[30], 0, "the body's preamble");
    let back = read(&bytes).unwrap();
    assert_eq!(back.samples, packet.samples);
    assert_eq!((back.device.nm_per_unit, back.device.kind), (10_000, DigitiserKind::Unknown));
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let coordinate = prop_oneof![-30_000..30_000i32, any::<i32>()];
    let tilt = proptest::option::of((0u16..3600, 0u16..=900));
    let pen = prop_oneof![Just(1u8), Just(2u8), 0u8..128];
    (any::<u32>(), coordinate.clone(), coordinate, any::<u16>(), pen, tilt).prop_map(
        |(t_us, x, y, pressure, pen, tilt)| {
            let tilt = tilt.map(|(azimuth_ddeg, altitude_ddeg)| Tilt { azimuth_ddeg, altitude_ddeg });
            Sample { t_us, x, y, pressure, pen: PenState(pen), tilt }
        },
    )
}

proptest! {
    #[test]
    fn samples_round_trip_exactly(mut samples in proptest::collection::vec(any_sample(), 1..40), nm in 0u32..2_000_000) {
        samples[0].t_us = 0;
        let recording = Recording { device: Device { nm_per_unit: nm, ..device() }, samples };
        prop_assert_eq!(read(&write(&recording).unwrap()).unwrap().samples, recording.samples);
    }

    #[test]
    fn damaged_records_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let packet = crate::writer::Writer::new(1).sign(0);
        let mut bytes = write(&Recording::of(&packet)).unwrap();
        let at = at.index(bytes.len().min(80));
        bytes[at] = byte;
        let _ = read(&bytes);
        let _ = read(&bytes[..cut.index(bytes.len())]);
    }

    #[test]
    fn random_bytes_after_the_version_never_panic(tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&[b"SDI\0 10\0\xc1\x66".as_slice(), &tail].concat());
    }
}

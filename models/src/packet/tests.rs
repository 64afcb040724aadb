//! Tests of the packet: one encoding, refusals that name the field, golden bytes, attestation.

use super::*;
use proptest::prelude::*;
use proto::{Height, Name, SecretKey, TimeMs};

/// A small packet that uses every field; its bytes are golden, so it must never change.
fn every_field() -> StrokePacket {
    let tilt = Tilt { azimuth_ddeg: 1840, altitude_ddeg: 900 };
    let sample = |t_us, x, y, pressure, pen| Sample { t_us, x, y, pressure, pen, tilt: Some(tilt) };
    let mut packet = StrokePacket {
        binding: Binding {
            signer: Name::new("signer-7", "signer").unwrap(),
            document: Digest::sm3(b"document"),
            nonce: Nonce { height: Height(41), block: Digest::sm3(b"block 41") },
            intent: "同意".to_owned(),
        },
        device: device(),
        session: session(),
        samples: vec![
            sample(0, 2933, 5678, 710, PenState::DOWN),
            sample(10_000, 2933, 5671, 709, PenState::DOWN),
            sample(20_000, 2899, 5702, 0, PenState::UP),
            Sample { tilt: None, ..sample(19_000, -3, i32::MIN, u16::MAX, PenState(127)) },
            sample(u32::MAX, i32::MAX, 0, 1, PenState::DOWN),
        ],
        attestation: None,
    };
    packet.sign(&SecretKey::from_scalar(&[7; 32], "key").unwrap());
    packet
}

fn device() -> Device {
    Device {
        maker: "Example".to_owned(),
        model: "Pad 1".to_owned(),
        serial: "0001".to_owned(),
        system: "any".to_owned(),
        app: "golden".to_owned(),
        kind: DigitiserKind::EmrPen,
        nm_per_unit: 10_000,
        scale_uncertainty_permille: 5,
        area_width: 12_700,
        area_height: 9_700,
        orientation: Orientation::Deg90,
        pressure_levels: 1024,
        rate_mhz: 100_000,
        time_quantum_us: 10_000,
        hover: true,
        tilt: true,
    }
}

fn session() -> Session {
    Session {
        device_time: TimeMs(1_700_000_000_000),
        canvas_width_um: 127_000,
        canvas_height_um: 50_000,
        guide_line: true,
        shown: Some(Digest::sm3(b"screen")),
        attempts: 2,
        discarded: vec![Digest::sm3(b"first attempt")],
        prompt: "4711".to_owned(),
        prompt_to_pen_ms: 900,
        total_ms: 6000,
        posture: Posture::Seated,
        instrument: Instrument::Stylus,
        place: Some(Place { latitude_cdeg: 3127, longitude_cdeg: -9000 }),
    }
}

/// Adding a line is a decision; changing one breaks every receipt that commits to a packet.
#[test]
fn golden_bytes_and_digests_do_not_change() {
    let packet = every_field();
    let actual = [
        ("packet", hex::encode(packet.to_bytes())),
        ("digest", packet.digest().to_string()),
        ("samples_digest", packet.samples_digest().to_string()),
        ("commitment_salt_01", packet.commitment(&[1; 32]).to_string()),
    ];
    let actual: String = actual.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
    assert_eq!(actual, include_str!("../../golden/packet.txt"));
}

#[test]
fn attestation_covers_every_part_before_it() {
    let good = every_field();
    good.verify_attestation().unwrap();
    let changes: [fn(&mut StrokePacket); 4] = [
        |p| p.binding.nonce.height = Height(42),
        |p| p.device.rate_mhz += 1,
        |p| p.session.attempts = 1,
        |p| p.samples[1].pressure += 1,
    ];
    for change in changes {
        let mut bad = good.clone();
        change(&mut bad);
        assert_eq!(bad.verify_attestation(), Err(AttestationFault::BadSignature));
    }
    let bare = StrokePacket { attestation: None, ..good };
    assert_eq!(bare.verify_attestation(), Err(AttestationFault::Absent));
}

#[test]
fn samples_digest_ignores_the_context_and_commitment_does_not() {
    let (one, mut other) = (every_field(), every_field());
    other.binding.document = Digest::sm3(b"another document");
    assert_eq!(one.samples_digest(), other.samples_digest());
    assert_ne!(one.commitment(&[0; 32]), other.commitment(&[0; 32]));
    assert_ne!(one.commitment(&[0; 32]), one.commitment(&[1; 32]));
}

#[test]
fn check_names_the_field_at_fault() {
    type Break = fn(&mut StrokePacket);
    let cases: [(Break, &str); 9] = [
        (|p| p.binding.intent = "x".repeat(INTENT_MAX + 1), "binding.intent"),
        (|p| p.device.maker = "a\nb".to_owned(), "device.maker"),
        (|p| p.device.serial = "x".repeat(DEVICE_TEXT_MAX + 1), "device.serial"),
        (|p| p.session.discarded = vec![Digest::ZERO; DISCARDED_MAX + 1], "session.discarded"),
        (|p| p.session.place = Some(Place { latitude_cdeg: 9001, longitude_cdeg: 0 }), "session.place.latitude_cdeg"),
        (|p| p.samples[0].t_us = 1, "samples.t_us"),
        (|p| p.samples[0].pen = PenState(128), "samples.pen"),
        (|p| p.samples[0].tilt = Some(Tilt { azimuth_ddeg: 3600, altitude_ddeg: 0 }), "samples.tilt.azimuth_ddeg"),
        (|p| p.samples = vec![p.samples[0]; SAMPLES_MAX + 1], "samples"),
    ];
    for (break_it, field) in cases {
        let mut packet = every_field();
        break_it(&mut packet);
        let message = packet.check().unwrap_err().to_string();
        assert!(message.starts_with(&format!("{field}:")), "{message} should name {field}");
    }
    every_field().check().unwrap();
}

#[test]
fn a_packet_over_the_byte_cap_is_refused_before_it_is_read() {
    let mut packet = every_field();
    let jump = |i: usize| if i.is_multiple_of(2) { i32::MAX } else { i32::MIN };
    packet.samples = (0..SAMPLES_MAX)
        .map(|i| Sample {
            t_us: (i as u32) * 1000,
            x: jump(i),
            y: jump(i),
            pressure: 0,
            pen: PenState::DOWN,
            tilt: None,
        })
        .collect();
    // Two channels that jump across their whole range take over 64 KiB; a third would break the cap.
    packet.check().unwrap();
    for (i, sample) in packet.samples.iter_mut().enumerate() {
        sample.t_us = if i == 0 || i.is_multiple_of(2) { 0 } else { u32::MAX };
    }
    assert!(matches!(packet.check(), Err(Malformed::TooLong { field: "packet", .. })));
}

#[test]
fn a_long_form_number_is_refused() {
    let mut packet = every_field();
    packet.samples.truncate(1);
    packet.attestation = None;
    let bytes = packet.to_bytes();
    // The column of t is `00 00` (a zero, no more follow) right after the count of 1.
    let at = bytes.windows(6).position(|w| w == [0, 0, 0, 1, 0, 0]).unwrap() + 4;
    let mut long = bytes.clone();
    long.splice(at..=at, [0x80, 0]);
    assert!(StrokePacket::from_bytes(&bytes).is_ok());
    assert!(matches!(StrokePacket::from_bytes(&long), Err(Malformed::Rule { field: "samples.t_us", .. })));
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let tilt = proptest::option::of((0u16..3600, 0u16..=900));
    (any::<u32>(), any::<i32>(), any::<i32>(), any::<u16>(), 0u8..128, tilt).prop_map(
        |(t_us, x, y, pressure, pen, tilt)| {
            let tilt = tilt.map(|(azimuth_ddeg, altitude_ddeg)| Tilt { azimuth_ddeg, altitude_ddeg });
            Sample { t_us, x, y, pressure, pen: PenState(pen), tilt }
        },
    )
}

proptest! {
    #[test]
    fn any_samples_round_trip(mut samples in proptest::collection::vec(any_sample(), 0..60)) {
        if let Some(first) = samples.first_mut() {
            first.t_us = 0;
        }
        let packet = StrokePacket { samples, attestation: None, ..every_field() };
        prop_assert_eq!(StrokePacket::from_bytes(&packet.to_bytes()).unwrap(), packet);
    }

    /// What decodes at all is the one encoding of what it decodes to.
    #[test]
    fn damaged_bytes_never_panic_and_never_alias(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = every_field().to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(packet) = StrokePacket::from_bytes(&bytes) {
            prop_assert_eq!(packet.to_bytes(), bytes);
        }
    }

    #[test]
    fn random_columns_never_panic(tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut e = tagged(StrokePacket::TAG);
        let packet = every_field();
        packet.binding.encode(&mut e);
        packet.device.encode(&mut e);
        packet.session.encode(&mut e);
        e.count(20).raw(&tail);
        let bytes = e.finish();
        if let Ok(packet) = StrokePacket::from_bytes(&bytes) {
            prop_assert_eq!(packet.to_bytes(), bytes);
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(StrokePacket::from_bytes(&bytes).is_err());
    }
}

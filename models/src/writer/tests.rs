//! Tests of the synthetic writer: that it is one person, that it says what it is, and that the appraiser takes it for a
//! hand. The last is a test of the writer, not of the appraiser.

use super::*;
use crate::packet::{DigitiserKind, PenState};
use crate::{Appraiser, Template};
use proto::Canonical;

/// These digests are of every machine and of every version: examples and load tests are written down with seeds.
#[test]
fn a_seed_is_the_same_person_for_ever() {
    let (one, other) = (Writer::new(1), Writer::new(2));
    let digests = [one.sign(0), one.sign(17), other.forge(&one, 3)].map(|packet| packet.samples_digest().to_string());
    let actual = format!("{} {}\n{}\n", one.name(), other.name(), digests.join("\n"));
    assert_eq!(actual, include_str!("../../golden/writer.txt"));
}

#[test]
fn every_packet_is_labelled_and_well_formed() {
    for seed in 0..60 {
        let writer = Writer::new(seed);
        let packet = if seed % 2 == 0 { writer.sign(seed) } else { writer.forge(&Writer::new(seed + 1), seed) };
        packet.check().unwrap();
        assert_eq!(packet.device.kind, DigitiserKind::Synthetic);
        assert_eq!(packet.device.app, SYNTHETIC_APP);
        assert!(packet.device.maker.contains("synthetic"));
        assert!(packet.to_bytes().len() < 4096, "{} bytes", packet.to_bytes().len());
    }
}

#[test]
fn recordings_look_like_those_of_a_signature_pad() {
    for seed in 0..300 {
        let samples = Writer::new(seed).sign(seed).samples;
        assert!((60..=500).contains(&samples.len()), "{} samples", samples.len());
        assert!(samples.windows(2).all(|w| w[1].t_us > w[0].t_us));
        assert!(samples[0].pen.is_down(), "starts with the first touch");
        assert_eq!(samples[samples.len() - 1].pen, PenState::UP, "ends with a lift");
        assert!(samples.windows(2).all(|w| w[0].pen.is_down() || w[1].pen.is_down()), "one report to a lift");
        assert!(samples.iter().all(|s| s.pen.is_down() == (s.pressure > 0)));
        assert!(samples.iter().all(|s| (0..12_700).contains(&s.x) && (0..9_700).contains(&s.y)), "on the pad");
    }
}

#[test]
fn two_signatures_differ_and_a_forgery_claims_its_victim() {
    let (writer, forger) = (Writer::new(5), Writer::new(6));
    assert_ne!(writer.sign(0).samples_digest(), writer.sign(1).samples_digest());
    let forgery = forger.forge(&writer, 0);
    assert_eq!(forgery.binding.signer, writer.signer());
    assert_ne!(forgery.samples_digest(), writer.sign(0).samples_digest());
}

/// Counts {accept, review, reject}.
fn bands(appraiser: &Appraiser, template: &Template, packets: impl Iterator<Item = StrokePacket>) -> [usize; 3] {
    let at = appraiser.thresholds();
    let mut counts = [0; 3];
    for packet in packets {
        let llr = appraiser.appraise(&packet, Some(template)).unwrap().llr.unwrap();
        counts[if llr >= at.accept_at {
            0
        } else if llr >= at.reject_below {
            1
        } else {
            2
        }] += 1;
    }
    counts
}

#[test]
fn the_appraiser_knows_a_synthetic_hand_from_its_forger_and_from_strangers() {
    let appraiser = Appraiser::first();
    let mut totals = [[0; 3]; 3];
    for seed in 0..12 {
        let writer = Writer::new(seed);
        let references: Vec<_> = (0..5).map(|n| writer.sign(n)).collect();
        let template = appraiser.enrol(&references).unwrap();
        let genuine = (5..15).map(|n| writer.sign(n));
        let forged = (1..6).map(|n| Writer::new(seed + 100 * n).forge(&writer, n));
        let random = (1..6).map(|n| Writer::new(seed + 200 * n).sign(n));
        let all: [Box<dyn Iterator<Item = StrokePacket>>; 3] = [Box::new(genuine), Box::new(forged), Box::new(random)];
        for (total, packets) in totals.iter_mut().zip(all) {
            let counts = bands(&appraiser, &template, packets);
            total.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        }
    }
    let [genuine, forged, random] = totals;
    assert!(genuine[0] >= 108 && genuine[2] == 0, "genuine: {genuine:?} of 120");
    assert!(forged[0] <= 6, "forged: {forged:?} of 60");
    assert!(random[2] >= 58 && random[0] == 0, "random: {random:?} of 60");
}

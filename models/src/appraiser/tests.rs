//! Tests of enrolment and opinion; how well the model tells people apart is measured by the fitting program, not here.

use super::*;
use crate::inspection::FLAG_NO_PRESSURE;
use crate::packet::{DigitiserKind, PenState, Sample};
use crate::writer::Writer;
use proptest::prelude::*;

fn references(n: u64) -> Vec<StrokePacket> {
    let writer = Writer::new(11);
    (0..n).map(|i| writer.sign(i)).collect()
}

#[test]
fn the_committed_constants_are_complete_and_no_distance_speaks_for_a_writer() {
    let model = Appraiser::first();
    for (condition, fusion) in Condition::ALL.iter().zip(&model.constants.fusions) {
        assert_eq!(fusion.weights.len(), condition.evidence_names().len());
        assert!(fusion.weights.iter().all(|w| *w <= 0.0), "{}", condition.name());
    }
    assert!(model.thresholds().reject_below < model.thresholds().accept_at);
    assert_eq!(model.constants.to_text(), FIRST_CONSTANTS);
}

#[test]
fn enrols_one_to_ten_different_references() {
    let model = Appraiser::first();
    assert_eq!(model.enrol(&[]).unwrap_err().code(), "ENROL_REFERENCE_COUNT");
    assert_eq!(model.enrol(&references(11)).unwrap_err().code(), "ENROL_REFERENCE_COUNT");
    let mut twice = references(3);
    twice.push(twice[1].clone());
    assert_eq!(model.enrol(&twice).unwrap_err(), Refusal::ReferenceRepeated { first: 1, second: 3 });
    for n in [1, 2, 10] {
        let template = model.enrol(&references(n)).unwrap();
        assert_eq!(template.references(), n as usize);
        assert!(template.memory_bytes() > 10_000 * n as usize);
    }
}

#[test]
fn a_bad_reference_is_named() {
    let mut packets = references(3);
    packets[2].samples.truncate(10);
    let refusal = Appraiser::first().enrol(&packets).unwrap_err();
    assert_eq!(refusal.code(), "STROKE_TOO_FEW_SAMPLES");
    assert!(refusal.to_string().starts_with("references[2]: samples: "));
}

#[test]
fn references_of_different_hands_are_refused() {
    let strangers: Vec<StrokePacket> = (0..5).map(|seed| Writer::new(seed).sign(0)).collect();
    let refusal = Appraiser::first().enrol(&strangers).unwrap_err();
    assert_eq!(refusal.code(), "ENROL_REFERENCES_TOO_VARIABLE");
}

#[test]
fn a_new_enrolment_is_of_one_hand() {
    let model = Appraiser::graph();
    for seed in 0..8 {
        for count in [2, 3, 5] {
            let own: Vec<StrokePacket> = (0..count).map(|n| Writer::new(seed).sign(n)).collect();
            assert!(model.enrol_new(&own).is_ok(), "writer {seed}, {count} references");
        }
    }
    let mut mixed: Vec<StrokePacket> = (0..5).map(|n| Writer::new(1).sign(n)).collect();
    mixed[3] = Writer::new(2).sign(0);
    assert_eq!(model.coherence(&mixed).unwrap().odd(), [3]);
    mixed[1] = Writer::new(3).sign(0);
    assert!(model.enrol_new(&mixed).is_err());
    assert!(model.coherence(&mixed[..1]).unwrap().odd().is_empty());
}

#[test]
fn references_outside_the_validated_conditions_give_no_number() {
    let model = Appraiser::graph();
    let of = |kind: DigitiserKind| {
        let mut packets = references(6);
        packets.iter_mut().for_each(|packet| packet.device.kind = kind);
        packets
    };
    let (pen, mut mixed) = (of(DigitiserKind::EmrPen), of(DigitiserKind::EmrPen));
    mixed[3] = of(DigitiserKind::Finger).remove(3);
    let opinion =
        |references: &[StrokePacket]| model.appraise(&pen[5], Some(&model.enrol(&references[..5]).unwrap())).unwrap();
    let (inside, outside) = (opinion(&pen), opinion(&mixed));
    assert!(inside.llr.is_some() && inside.flags & FLAG_OUTSIDE_VALIDATED == 0);
    assert_eq!((outside.llr, outside.llr_random), (None, None));
    assert_ne!(outside.flags & FLAG_OUTSIDE_VALIDATED, 0);
}

/// What the error rates were measured on had none of them.
#[test]
fn samples_of_an_eraser_a_browser_or_a_program_give_no_number() {
    let model = Appraiser::graph();
    let mut packets = references(6);
    packets.iter_mut().for_each(|packet| packet.device.kind = DigitiserKind::EmrPen);
    let template = model.enrol(&packets[..5]).unwrap();
    for bit in [PenState::ERASER, PenState::COALESCED, PenState::UNTRUSTED] {
        let mut packet = packets[5].clone();
        packet.samples[7].pen.0 |= bit;
        let opinion = model.appraise(&packet, Some(&template)).unwrap();
        assert_eq!((opinion.llr, opinion.flags & FLAG_OUTSIDE_VALIDATED != 0), (None, true));
    }
    assert!(model.appraise(&packets[5], Some(&template)).unwrap().llr.is_some());
}

/// How people move at such rates is not known to the check for machine-made movement. Of a pen that is twice as fast every second
/// report is one of a pen that is known.
#[test]
fn only_rates_whose_movements_are_known_give_a_number() {
    let model = Appraiser::graph();
    let mut packets = references(6);
    packets.iter_mut().for_each(|packet| packet.device.kind = DigitiserKind::EmrPen);
    let template = model.enrol(&packets[..5]).unwrap();
    let mut odd = packets[5].clone();
    odd.samples.iter_mut().for_each(|sample| sample.t_us = sample.t_us / 4 * 3);
    let opinion = model.appraise(&odd, Some(&template)).unwrap();
    assert_eq!((opinion.llr, opinion.flags & FLAG_OUTSIDE_VALIDATED != 0), (None, true));
    let mut fast = packets[5].clone();
    let middle = |w: &[Sample]| Sample {
        t_us: u32::midpoint(w[0].t_us, w[1].t_us),
        x: i32::midpoint(w[0].x, w[1].x),
        y: i32::midpoint(w[0].y, w[1].y),
        ..w[0]
    };
    fast.samples = fast.samples.windows(2).flat_map(|w| [w[0], middle(w)]).collect();
    let opinion = model.appraise(&fast, Some(&template)).unwrap();
    assert!(opinion.llr.is_some() && opinion.flags & FLAG_OUTSIDE_VALIDATED == 0);
}

#[test]
fn without_a_template_there_is_no_comparison() {
    let opinion = Appraiser::first().appraise(&references(1)[0], None).unwrap();
    assert_eq!((opinion.llr, opinion.grade), (None, Grade::B));
}

#[test]
fn a_poor_recording_is_graded_but_not_compared() {
    let model = Appraiser::first();
    let template = model.enrol(&references(5)).unwrap();
    let mut poor = Writer::new(11).sign(20);
    poor.samples = poor.samples.iter().copied().step_by(2).collect();
    assert_eq!(model.appraise(&poor, None).unwrap().grade, Grade::D);
    assert_eq!(model.appraise(&poor, Some(&template)).unwrap_err().code(), "STROKE_GRADE_TOO_LOW");
}

#[test]
fn a_copy_of_a_reference_is_flagged() {
    let model = Appraiser::first();
    let packets = references(5);
    let template = model.enrol(&packets).unwrap();
    let mut copy = packets[3].clone();
    copy.samples.iter_mut().step_by(7).for_each(|s| s.x += 2);
    assert!(model.appraise(&copy, Some(&template)).unwrap().flags & FLAG_TOO_LIKE_A_REFERENCE != 0);
    let fresh = model.appraise(&Writer::new(11).sign(30), Some(&template)).unwrap();
    assert!(fresh.flags & FLAG_TOO_LIKE_A_REFERENCE == 0);
}

#[test]
fn pressure_is_compared_only_if_all_have_it() {
    let model = Appraiser::first();
    let mut packets = references(5);
    let with = model.enrol(&packets).unwrap();
    packets[0].device.pressure_levels = 0;
    let without = model.enrol(&packets).unwrap();
    let questioned = Writer::new(11).sign(20);
    let mut flat = questioned.clone();
    flat.device.pressure_levels = 0;
    let llr = |packet: &StrokePacket, template: &Template| model.appraise(packet, Some(template)).unwrap().llr;
    assert_eq!(llr(&flat, &with), llr(&flat, &without));
    assert!(model.appraise(&flat, Some(&with)).unwrap().flags & FLAG_NO_PRESSURE != 0);
}

#[test]
fn digests_name_model_and_template() {
    let model = Appraiser::first();
    assert_eq!(model.digest(), Appraiser::first().digest());
    let (a, b) = (model.enrol(&references(5)).unwrap(), model.enrol(&references(4)).unwrap());
    assert_eq!(a.digest(), model.enrol(&references(5)).unwrap().digest());
    assert_ne!(a.digest(), b.digest());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever samples a stranger sends, the answer is an opinion or a refusal.
    #[test]
    fn hostile_samples_never_panic(
        raw in proptest::collection::vec((0u32..40_000, any::<i32>(), any::<i32>(), any::<u16>(), 0u8..128), 0..600),
        nm_per_unit in any::<u32>(),
        pressure_levels in any::<u32>(),
    ) {
        let model = Appraiser::first();
        let mut packet = references(1).remove(0);
        let mut t_us = 0;
        packet.samples = raw.into_iter().map(|(dt, x, y, pressure, pen)| {
            t_us += dt;
            crate::Sample { t_us, x, y, pressure, pen: crate::packet::PenState(pen), tilt: None }
        }).collect();
        packet.device.nm_per_unit = nm_per_unit;
        packet.device.pressure_levels = pressure_levels;
        let template = model.enrol(&references(2)).unwrap();
        if let Ok(opinion) = model.appraise(&packet, Some(&template)) {
            prop_assert!(opinion.llr.is_some());
        }
        // Past the refusals: the comparison itself must bear it too.
        if let Ok(trace) = Trace::new(&packet) {
            let writing = Writing::of(&trace);
            let compared = model.compare(&writing, &template, |pressure| model.embed(&trace, &writing, pressure));
            let (llr, _) = model.state(compared.condition, &compared.log_odds);
            prop_assert!((-2000..=2000).contains(&llr));
        }
    }
}

#[test]
fn a_model_is_found_by_its_digest_and_its_name() {
    for model in Appraiser::all() {
        assert_eq!(Appraiser::by_digest(&model.digest()).unwrap().name(), model.name());
        assert_eq!(Appraiser::by_name(model.name()).unwrap().digest(), model.digest());
    }
    assert_eq!(Appraiser::all()[0].digest(), Appraiser::current().digest());
    assert!(Appraiser::by_digest(&proto::Digest::ZERO).is_none());
    assert!(Appraiser::by_name("no-such-model").is_none());
}

#[test]
fn a_model_is_named_by_its_bytes() {
    for model in Appraiser::all() {
        assert_eq!(proto::Digest::sm3(&model.bytes()), model.digest(), "{}", model.name());
    }
}

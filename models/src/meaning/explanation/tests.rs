//! Synthetic signatures of which one stretch was changed in a known way: the explanation must name that stretch and what was
//! done to it.

use super::*;
use crate::Writer;
use crate::appraiser::Appraiser;
use crate::packet::{PenState, Sample};

const SEED: u64 = 11;

fn references(n: u64) -> Vec<StrokePacket> {
    (0..n).map(|i| Writer::new(SEED).sign(i)).collect()
}

fn explained(questioned: &StrokePacket, n: u64) -> Explanation {
    explain(questioned, &references(n), &Appraiser::first().constants().within).unwrap()
}

/// Indices of the samples of the middle fifth, and its times in ms.
fn middle(packet: &StrokePacket) -> (std::ops::Range<usize>, std::ops::Range<u32>) {
    let n = packet.samples.len();
    let range = n * 2 / 5..n * 3 / 5;
    let times = packet.samples[range.start].t_us / 1000..packet.samples[range.end].t_us / 1000;
    (range, times)
}

/// The most striking stretch of an aspect; it must lie mostly within `times`.
fn striking(questioned: &StrokePacket, aspect: Aspect, times: &std::ops::Range<u32>) -> Stretch {
    let explanation = explained(questioned, 5);
    let stretch = *explanation.stretches.iter().find(|s| s.aspect == aspect).expect("the change is seen");
    let inside = stretch.to_ms.min(times.end).saturating_sub(stretch.from_ms.max(times.start));
    assert!(inside * 2 > stretch.to_ms - stretch.from_ms, "{stretch:?} {times:?} of {:?}", explanation.stretches);
    stretch
}

fn questioned() -> StrokePacket {
    Writer::new(SEED).sign(7)
}

#[test]
fn an_untouched_signature_has_little_that_stands_out() {
    let explanation = explained(&questioned(), 5);
    let striking: Vec<_> = explanation.stretches.iter().filter(|s| s.deviation_milli > 4000).collect();
    assert!(striking.is_empty(), "{striking:?}");
    assert!(explanation.stretches.iter().all(|s| s.aspect != Aspect::Order));
    assert!(explanation.pressure && explanation.references == 5 && explanation.whole.len() == GLOBALS);
}

#[test]
fn a_slow_stretch() {
    let mut packet = questioned();
    let (range, _) = middle(&packet);
    let before: Vec<u32> = packet.samples.iter().map(|s| s.t_us).collect();
    for i in 1..packet.samples.len() {
        let step = before[i] - before[i - 1];
        packet.samples[i].t_us = packet.samples[i - 1].t_us + if range.contains(&i) { step * 3 } else { step };
    }
    let times = packet.samples[range.start].t_us / 1000..packet.samples[range.end].t_us / 1000;
    assert_eq!(striking(&packet, Aspect::Speed, &times).direction, Direction::Slower);
    let seconds = explained(&packet, 5).whole[0];
    assert!(seconds.feature == "log_seconds" && seconds.deviations_milli > 1000);
}

#[test]
fn a_soft_stretch_and_a_hard_one() {
    for (factor, direction) in [(0.3, Direction::Softer), (1.7, Direction::Harder)] {
        let mut packet = questioned();
        let (range, times) = middle(&packet);
        let top = packet.device.pressure_levels as f64 - 1.0;
        let change = |s: &mut Sample| s.pressure = (f64::from(s.pressure) * factor).min(top) as u16;
        packet.samples[range].iter_mut().for_each(change);
        assert_eq!(striking(&packet, Aspect::Pressure, &times).direction, direction);
    }
}

#[test]
fn a_bent_stretch() {
    let mut packet = questioned();
    let (range, times) = middle(&packet);
    let height = packet.samples.iter().map(|s| s.y).max().unwrap() - packet.samples.iter().map(|s| s.y).min().unwrap();
    let n = range.len() as i32;
    for (k, sample) in packet.samples[range].iter_mut().enumerate() {
        // A bow: nothing at its ends, a whole height in its middle.
        sample.y += height * 4 * k as i32 / n * (n - k as i32) / n;
    }
    striking(&packet, Aspect::Shape, &times);
}

#[test]
fn a_lifted_stretch() {
    let mut packet = questioned();
    let (range, times) = middle(&packet);
    packet.samples[range].iter_mut().for_each(|s| s.pen = PenState::UP);
    assert_eq!(striking(&packet, Aspect::PenLift, &times).direction, Direction::Lifted);
}

/// The samples cut where the pen comes down, with the time that each part takes.
fn strokes(packet: &StrokePacket) -> Vec<Vec<Sample>> {
    let mut strokes: Vec<Vec<Sample>> = vec![vec![]];
    for (i, sample) in packet.samples.iter().enumerate() {
        if i > 0 && sample.pen.is_down() && !packet.samples[i - 1].pen.is_down() {
            strokes.push(vec![]);
        }
        strokes.last_mut().unwrap().push(*sample);
    }
    strokes
}

#[test]
fn strokes_in_another_order() {
    let mut packet = questioned();
    let mut strokes = strokes(&packet);
    let half = strokes.len() / 2;
    strokes.rotate_left(half);
    let mut t_us = 0;
    packet.samples = strokes
        .into_iter()
        .flat_map(|stroke| {
            let (first, start) = (stroke[0].t_us, t_us);
            t_us += stroke[stroke.len() - 1].t_us - first + 10_000;
            stroke.into_iter().map(move |s| Sample { t_us: s.t_us - first + start, ..s })
        })
        .collect();
    let explanation = explained(&packet, 5);
    let order: Vec<_> = explanation.stretches.iter().filter(|s| s.aspect == Aspect::Order).collect();
    assert!(!order.is_empty(), "{:?}", explanation.stretches);
    assert!(order.iter().any(|s| s.direction == Direction::Earlier && s.from_ms < explanation.duration_ms / 2));
}

#[test]
fn one_reference_is_enough_and_none_is_refused() {
    assert!(explained(&questioned(), 1).references == 1);
    let within = Appraiser::first().constants().within;
    assert_eq!(explain(&questioned(), &[], &within).unwrap_err().code(), "ENROL_REFERENCE_COUNT");
}

#[test]
fn without_pressure_nothing_is_said_of_it() {
    let mut packet = questioned();
    packet.device.pressure_levels = 0;
    let explanation = explained(&packet, 5);
    assert!(!explanation.pressure && explanation.whole.len() == WITHOUT_PRESSURE);
    assert!(explanation.stretches.iter().all(|s| s.aspect != Aspect::Pressure));
}

#[test]
fn as_json_it_is_integers_and_names() {
    let json = serde_json::to_value(explained(&questioned(), 5)).unwrap();
    assert!(json["whole"][0]["deviations_milli"].is_i64() && json["duration_ms"].is_u64());
}

#[test]
fn what_differs_can_be_read() {
    let stretch = Stretch {
        from_ms: 1200,
        to_ms: 1760,
        aspect: Aspect::Pressure,
        direction: Direction::Softer,
        deviation_milli: 3024,
    };
    assert_eq!(stretch.to_string(), "1.20 s to 1.76 s: presses less, 3.0 times what is usual");
    let whole = |deviations_milli| Whole { feature: "log_width", deviations_milli }.to_string();
    assert_eq!(whole(-3149), "log_width 3.1 deviations below the references");
    assert_eq!(whole(2500), "log_width 2.5 deviations above the references");
}

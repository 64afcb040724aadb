//! Tests of the InkML reader and writer: foreign files, refusals with their places, exact round trips. No schema check.

use super::*;
use crate::packet::{Device, DigitiserKind, Orientation};
use proptest::prelude::*;

/// In the manner of other people's files: namespace prefix, differences, orientation left out, a group, an annotation.
const FOREIGN: &str = r#"<?xml version="1.0"?>
<i:ink xmlns:i="http://www.w3.org/2003/InkML">
  <i:annotation type="note">a &amp; b</i:annotation>
  <i:definitions><i:context xml:id="c"><i:inkSource xml:id="s" manufacturer="M &lt;1&gt;" model="P">
    <i:traceFormat>
      <i:channel name="X" type="integer"/><i:channel name="Y" type="integer"/>
      <i:channel name="Z" type="decimal"/><i:channel name="T" type="decimal" units="s"/>
      <i:channel name="F" type="integer" max="2047"/>
      <i:intermittentChannels><i:channel name="S" type="boolean"/></i:intermittentChannels>
    </i:traceFormat>
    <i:sampleRate uniform="true" value="133.333"/>
    <i:channelProperties>
      <i:channelProperty channel="X" name="resolution" value="1000" units="1/cm"/>
    </i:channelProperties>
  </i:inkSource></i:context>
  <i:trace>9 9 9 9 9</i:trace></i:definitions>
  <i:traceGroup>
  <i:trace>10 20 ? 100.5 #1F, 11'-2 * 100.51 *, 12"1 .5 100.520123 30 F</i:trace>
  <i:trace type="penUp"><![CDATA[-5-6 0 100.53 0]]></i:trace>
  </i:traceGroup>
</i:ink>"#;

fn sample(t_us: u32, x: i32, y: i32, pressure: u16, pen: PenState) -> Sample {
    Sample { t_us, x, y, pressure, pen, tilt: None }
}

#[test]
fn a_foreign_file_is_read() {
    let read = read(FOREIGN.as_bytes()).unwrap();
    let expected = [
        sample(0, 10, -20, 31, PenState::DOWN),
        sample(10_000, 11, -18, 31, PenState::DOWN),
        sample(20_123, 12, -17, 30, PenState::UP),
        sample(30_000, -5, 6, 0, PenState::UP),
    ];
    assert_eq!(read.samples, expected);
    let device = Device {
        maker: "M <1>".to_owned(),
        model: "P".to_owned(),
        nm_per_unit: 10_000,
        pressure_levels: 2048,
        rate_mhz: 133_333,
        ..Device::default()
    };
    assert_eq!(read.device, device);
}

/// A document of three channels around `traces`.
fn around(traces: &str) -> String {
    format!(
        "<ink><traceFormat><channel name=\"X\"/><channel name=\"Y\"/><channel name=\"T\"/></traceFormat>\n{traces}</ink>"
    )
}

#[test]
fn bad_documents_are_refused_with_the_place_and_the_field() {
    let bomb = "<!DOCTYPE ink [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><ink/>";
    let deep = format!("<ink>{}", "<a>".repeat(40));
    let wide = format!("<ink {}/>", (0..40).map(|i| format!("a{i}='' ")).collect::<String>());
    let many = format!("<trace>{}</trace>", "1 1 1,".repeat(SAMPLES_MAX + 1));
    let cases = [
        (bomb.to_owned(), "line 1, column 1: DOCTYPE: document type declarations are not read"),
        (deep, "line 1, column 99: xml: elements are nested deeper"),
        (wide, "line 1, column 1: xml: an element has more than 32 attributes"),
        ("<html/>".to_owned(), "line 1, column 1: ink: must be the root"),
        ("<ink><trace>".to_owned(), "line 1, column 13: xml"),
        ("<ink><trace>1 2 3</trace></ink>".to_owned(), "file: T: the channel is missing; times are required"),
        (around(""), "file: trace: there are no points"),
        (around("<trace>1 2 3, 1 2</trace>"), "line 2, column 18: trace: the point has fewer values"),
        (around("<trace>1 2 3 4</trace>"), "line 2, column 14: trace: a comma should follow"),
        (around("<trace>1 NaN 3</trace>"), "line 2, column 10: trace: must be a decimal number"),
        (around("<trace>1 1e9 3</trace>"), "line 2, column 10: trace: must be a decimal number"),
        (around("<trace>1.5 2 3</trace>"), "line 2, column 8: X: 1.5; must be a whole number"),
        (around("<trace>9999999999 2 3</trace>"), "line 2, column 8: X: 9999999999; must be"),
        (around("<trace>1 ? 3</trace>"), "line 2, column 8: Y: is `?`"),
        (around("<trace>1 2 3,\n1 2 2</trace>"), "line 3, column 1: T: must be 0 to 71 minutes after"),
        (around("<trace>1 2 3,'1 2 3,* 2 3</trace>"), "line 2, column 21: trace: `*` among differences"),
        (around("<trace>1 &a; 3</trace>"), "line 2, column 10: trace: entities are not read"),
        (around("<trace>1 2 <!-- 5 -->3</trace>"), "line 2, column 22: trace: its text is interrupted"),
        (around("<trace type=\"x\">1 2 3</trace>"), "line 2, column 1: trace: type must be"),
        (around("<trace type=\"indeterminate\">1 2 3</trace>"), "line 2, column 29: trace: is of type indeterminate"),
        (around("<traceFormat/>"), "line 2, column 1: traceFormat: more than one"),
        (around(&many), "line 2, column 49160: trace: more than 8192 points"),
    ];
    for (text, expected) in cases {
        let message = read(text.as_bytes()).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message} should start with {expected}");
    }
    assert!(read(&[0xff]).unwrap_err().to_string().starts_with("byte 0: text"));
    assert!(read(&vec![b' '; super::super::FILE_BYTES_MAX + 1]).is_err());
}

#[test]
fn differences_carry_on_until_another_order_is_given() {
    let text = around("<trace>10 0 0,'1'0'10,2-1 10,\"1 0 10,0 0 10,!5!6!90</trace>");
    let read = read(text.as_bytes()).unwrap();
    let x: Vec<i32> = read.samples.iter().map(|s| s.x).collect();
    let y: Vec<i32> = read.samples.iter().map(|s| s.y).collect();
    let t: Vec<u32> = read.samples.iter().map(|s| s.t_us / 1000).collect();
    assert_eq!(x, [10, 11, 13, 16, 19, 5]);
    assert_eq!(y, [0, 0, 1, 1, 1, -6]);
    assert_eq!(t, [0, 10, 20, 30, 40, 90]);
}

#[test]
fn values_stated_twice_must_agree() {
    let packet = crate::writer::Writer::new(1).sign(0);
    let text = write(&Recording::of(&packet)).unwrap();
    let forged = text
        .replace("name=\"chirograph.nm_per_unit\" value=\"10000\"", "name=\"chirograph.nm_per_unit\" value=\"9000\"");
    assert_ne!(text, forged);
    let message = read(forged.as_bytes()).unwrap_err().to_string();
    assert!(message.contains("nm_per_unit: contradicts the standard element"), "{message}");
}

#[test]
fn a_synthetic_signature_survives_with_its_device() {
    let recording = Recording::of(&crate::writer::Writer::new(1).sign(0));
    let text = write(&recording).unwrap();
    assert_eq!(read(text.as_bytes()).unwrap(), recording);
    assert!(!text.contains(PEN_CHANNEL), "standard channels suffice");
    let strokes = recording.samples.windows(2).filter(|w| !w[0].pen.is_down() && w[1].pen.is_down()).count() + 1;
    assert_eq!(text.matches("type=\"penDown\"").count(), strokes, "one trace per stroke");
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let tilt = proptest::option::of((0u16..3600, 0u16..=900));
    let pen = prop_oneof![Just(1u8), Just(2u8), 0u8..128];
    (any::<u32>(), any::<i32>(), any::<i32>(), any::<u16>(), pen, tilt).prop_map(|(t_us, x, y, pressure, pen, tilt)| {
        let tilt = tilt.map(|(azimuth_ddeg, altitude_ddeg)| Tilt { azimuth_ddeg, altitude_ddeg });
        Sample { t_us, x, y, pressure, pen: PenState(pen), tilt }
    })
}

fn any_device() -> impl Strategy<Value = Device> {
    let numbers = (any::<u32>(), any::<u16>(), any::<u32>(), any::<u32>(), any::<u32>(), any::<u32>());
    let text = "[ -~ü王]{0,12}";
    (numbers, text, text, any::<bool>(), any::<bool>()).prop_map(|(n, maker, app, hover, tilt)| Device {
        maker,
        app,
        nm_per_unit: n.0,
        scale_uncertainty_permille: n.1,
        area_width: n.2,
        area_height: n.3,
        pressure_levels: n.4,
        rate_mhz: n.5,
        hover,
        tilt,
        kind: DigitiserKind::ActivePen,
        orientation: Orientation::Deg270,
        ..Device::default()
    })
}

proptest! {
    #[test]
    fn recordings_round_trip_exactly(device in any_device(), mut samples in proptest::collection::vec(any_sample(), 1..30)) {
        samples[0].t_us = 0;
        let recording = Recording { device, samples };
        let text = write(&recording).unwrap();
        prop_assert_eq!(read(text.as_bytes()).unwrap(), recording);
    }

    #[test]
    fn damaged_documents_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = FOREIGN.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = read(&bytes);
        let _ = read(&bytes[..cut.index(bytes.len())]);
    }

    #[test]
    fn random_traces_never_panic(trace in "[0-9#.,*?!'\"+ TFe王-]{0,60}") {
        let _ = read(around(&format!("<trace>{}</trace>", trace)).as_bytes());
    }
}

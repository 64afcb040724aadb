//! The model's bits, pinned: opinions on synthetic packets and a digest of their features must be exactly those in
//! `golden/scores.txt`, on every machine and in every build profile. A difference means that validators would disagree.
//!
//! `CHIROGRAPH_REGENERATE=1 cargo test -p chirograph-models --test golden_scores` writes the file anew: an explicit act,
//! right only when the model itself was changed.

use models::features::{CHANNELS, Series};
use models::trace::Trace;
use models::{Appraiser, StrokePacket, Template, Writer};
use proto::Digest;

const WRITERS: u64 = 6;

fn path() -> String {
    format!("{}/golden/scores.txt", env!("CARGO_MANIFEST_DIR"))
}

/// Bits of the time functions, of which everything else follows.
fn features(packet: &StrokePacket) -> String {
    let series = Series::of(&Trace::new(packet).expect("a synthetic packet has good times"));
    let values = (0..CHANNELS).flat_map(|c| series.channel(c));
    let bytes: Vec<u8> = values.flat_map(|v| v.to_bits().to_be_bytes()).collect();
    Digest::sm3(&bytes).short()
}

fn line(appraiser: &Appraiser, what: &str, packet: &StrokePacket, template: &Template) -> String {
    let opinion = appraiser.appraise(packet, Some(template)).expect("a synthetic packet is appraised");
    let llr = opinion.llr.expect("there is a template");
    format!("{what} features {} llr {llr} grade {} flags {}\n", features(packet), opinion.grade, opinion.flags)
}

fn without_pressure(mut packet: StrokePacket) -> StrokePacket {
    packet.device.pressure_levels = 0;
    packet
}

fn opinions(appraiser: &Appraiser, seed: u64) -> String {
    let (writer, other) = (Writer::new(seed), Writer::new(seed + 1000));
    let mut out = String::new();
    for references in [1, 3, 5] {
        let packets: Vec<StrokePacket> = (0..references).map(|n| writer.sign(n)).collect();
        let template = appraiser.enrol(&packets).expect("synthetic references enrol");
        let mut add = |what: &str, packet: StrokePacket| {
            let what = format!("writer {seed} references {references} {what}");
            out += &line(appraiser, &what, &packet, &template);
            out += &line(appraiser, &format!("{what} without pressure"), &without_pressure(packet), &template);
        };
        add("genuine", writer.sign(20));
        add("forged", other.forge(&writer, 0));
        add("stranger", other.sign(0));
    }
    out
}

#[test]
fn opinions_are_the_same_bits_everywhere() {
    let appraiser = Appraiser::first();
    let mut text = format!("model {}\n", appraiser.digest());
    (0..WRITERS).for_each(|seed| text += &opinions(&appraiser, seed));
    if std::env::var_os("CHIROGRAPH_REGENERATE").is_some() {
        std::fs::write(path(), &text).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(path()).expect("golden/scores.txt is committed");
    for (line, (ours, theirs)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(ours, theirs, "golden/scores.txt line {}", line + 1);
    }
    assert_eq!(text.lines().count(), golden.lines().count());
}

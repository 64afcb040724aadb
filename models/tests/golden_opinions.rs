//! The bits of the model with a network, as it is shipped: of 504 synthetic packets the features, the embedding and the
//! opinion must be exactly those in `golden/opinions.txt`, with and without vector loops, in every build profile and on
//! every machine. A difference means that validators would disagree.
//!
//! `CHIROGRAPH_REGENERATE=1 cargo test -p chirograph-models --test golden_opinions` writes the file anew: an explicit act,
//! right only when the model itself was changed.

use models::features::{CHANNELS, Series};
use models::graph::Kernel;
use models::trace::Trace;
use models::{Appraiser, StrokePacket, Template, Writer};
use proto::Digest;

const WRITERS: u64 = 56;
/// Signatures of each kind and writer.
const EACH: u64 = 3;
/// Writers that plain loops are asked about too: without optimisation they take a hundred times as long.
const PLAIN: u64 = if cfg!(debug_assertions) { 6 } else { WRITERS };

fn path() -> String {
    format!("{}/golden/opinions.txt", env!("CARGO_MANIFEST_DIR"))
}

fn features(packet: &StrokePacket) -> String {
    let series = Series::of(&Trace::new(packet).expect("a synthetic packet has good times"));
    let values = (0..CHANNELS).flat_map(|c| series.channel(c));
    let bytes: Vec<u8> = values.flat_map(|v| v.to_bits().to_be_bytes()).collect();
    Digest::sm3(&bytes).short()
}

fn embeddings(appraiser: &Appraiser, packet: &StrokePacket) -> String {
    let network = appraiser.network().expect("this model has a network");
    let graphs = appraiser.graphs(packet).expect("a synthetic packet has good times");
    let rows = graphs.iter().flat_map(|graph| network.embed(graph).to_rows());
    let bytes: Vec<u8> = rows.flat_map(i16::to_be_bytes).collect();
    Digest::sm3(&bytes).short()
}

/// A third of the writers' packets have no pressure.
fn as_written(seed: u64, mut packet: StrokePacket) -> StrokePacket {
    if seed % 3 == 2 {
        packet.device.pressure_levels = 0;
    }
    packet
}

fn line(appraiser: &Appraiser, packet: &StrokePacket, template: &Template) -> String {
    let opinion = appraiser.appraise(packet, Some(template)).expect("a synthetic packet is appraised");
    let (llr, random) = (opinion.llr.expect("it is compared"), opinion.llr_random.expect("this model states it"));
    let (features, embeddings) = (features(packet), embeddings(appraiser, packet));
    format!("features {features} embeddings {embeddings} llr {llr} random {random} flags {}\n", opinion.flags)
}

/// Writers enrol with 1, 3 or 5 references.
fn opinions(appraiser: &Appraiser, seed: u64) -> String {
    let (writer, other) = (Writer::new(seed), Writer::new(seed + 1000));
    let references: Vec<StrokePacket> = (0..1 + seed % 3 * 2).map(|n| as_written(seed, writer.sign(n))).collect();
    let template = appraiser.enrol(&references).expect("synthetic references enrol");
    let packets = |n| [writer.sign(20 + n), other.forge(&writer, n), other.sign(n)];
    let lines = (0..EACH).flat_map(packets).map(|p| line(appraiser, &as_written(seed, p), &template));
    lines.map(|line| format!("writer {seed} references {} {line}", references.len())).collect()
}

fn all(appraiser: &Appraiser, writers: u64) -> String {
    let mut text = format!("model {}\n", appraiser.digest());
    (0..writers).for_each(|seed| text += &opinions(appraiser, seed));
    text
}

#[test]
fn opinions_are_the_same_bits_with_and_without_vectors() {
    let text = all(&Appraiser::graph(), WRITERS);
    if std::env::var_os("CHIROGRAPH_REGENERATE").is_some() {
        std::fs::write(path(), &text).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(path()).expect("golden/opinions.txt is committed");
    let portable = all(&Appraiser::graph().with_kernel(Kernel::portable()), PLAIN);
    for (line, (ours, theirs)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(ours, theirs, "golden/opinions.txt line {}", line + 1);
    }
    for (line, (ours, plain)) in text.lines().zip(portable.lines()).enumerate() {
        assert_eq!(ours, plain, "vector loops and plain ones differ in line {}", line + 1);
    }
    assert_eq!((text.lines().count(), golden.lines().count()), (505, 505));
}

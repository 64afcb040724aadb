//! The bits of the graph network, pinned over 500 synthetic packets: time functions, graph, embedding and elastic
//! distance must be exactly those in `golden/graph.txt`, on every machine, in every build profile and with every kind of
//! loop. The network here has random weights: any weights pin the arithmetic.
//!
//! `CHIROGRAPH_REGENERATE=1 cargo test -p chirograph-models --test golden_graph` writes the file anew: an explicit act,
//! right only when the arithmetic itself was changed.

use models::features::{CHANNELS, Series};
use models::graph::elastic::Questioned;
use models::graph::weights::{EDGES, Layer, Weights};
use models::graph::{Embedding, Graph, Kernel, Network};
use models::trace::Trace;
use models::{StrokePacket, Writer};
use proto::Digest;

#[path = "networks/random.rs"]
mod random;

const WRITERS: u64 = 25;
const PACKETS: u64 = 20;

/// One in so many writers is also given to plain loops: without optimisation they take a hundred times as long.
const PLAIN_EVERY: u64 = if cfg!(debug_assertions) { 10 } else { 1 };

fn path() -> String {
    format!("{}/golden/graph.txt", env!("CARGO_MANIFEST_DIR"))
}

/// Mostly genuine; every fifth imitated.
fn packet(seed: u64, n: u64) -> StrokePacket {
    let writer = Writer::new(seed);
    if n % 5 == 4 { Writer::new(seed + 1000).forge(&writer, n) } else { writer.sign(n) }
}

fn of_i16(values: impl IntoIterator<Item = i16>) -> String {
    Digest::sm3(&values.into_iter().flat_map(i16::to_be_bytes).collect::<Vec<_>>()).short()
}

fn of_series(series: &Series) -> String {
    let values = (0..CHANNELS).flat_map(|c| series.channel(c));
    Digest::sm3(&values.flat_map(|v| v.to_bits().to_be_bytes()).collect::<Vec<_>>()).short()
}

/// Inputs, then strokes and neighbours at full and at half resolution.
fn of_graph(graph: &Graph) -> String {
    let levels = [0, 1].map(|halvings| graph.level(halvings));
    let edges = levels.iter().flat_map(|level| {
        let neighbours = level.neighbours().into_iter().flatten();
        level.strokes().to_vec().into_iter().chain(neighbours).map(u16::cast_signed)
    });
    of_i16(graph.inputs().iter().copied().chain(edges))
}

/// The lines of one writer, with the same network on each kind of loops.
fn lines(networks: &[Network], seed: u64) -> String {
    let mut first: Option<Embedding> = None;
    let mut line = |n: u64| {
        let trace = Trace::new(&packet(seed, n)).expect("a synthetic packet has good times");
        let series = Series::of(&trace);
        let graph = Graph::of(&trace, &series, n % 4 != 3);
        let [embedding, again] = [0, 1].map(|k| networks[k].embed(&graph));
        assert_eq!(embedding, again, "writer {seed} packet {n}: {:?}", networks[1].kernel());
        let first = first.get_or_insert_with(|| embedding.clone());
        let [distance, again] =
            [0, 1].map(|k| Questioned::with_kernel(first, networks[k].kernel()).distance(&embedding));
        assert_eq!(distance, again, "writer {seed} packet {n}: {:?}", networks[1].kernel());
        let rows = of_i16(embedding.to_rows());
        let (features, graph) = (of_series(&series), of_graph(&graph));
        format!("writer {seed} packet {n} features {features} graph {graph} embedding {rows} distance {distance}\n")
    };
    (0..PACKETS).map(&mut line).collect()
}

#[test]
fn embeddings_are_the_same_bits_everywhere() {
    let weights = random::typical(1, 16).to_bytes();
    let network = Network::parse(&weights).expect("random weights are in range");
    let plain = [network.clone().with_kernel(Kernel::portable()), network.clone()];
    let twice = [network.clone(), network];
    let networks = |seed: u64| if seed.is_multiple_of(PLAIN_EVERY) { &plain } else { &twice };
    let text: String = (0..WRITERS).map(|seed| lines(networks(seed), seed)).collect();
    let text = format!("weights {}\n{text}", Digest::sm3(&weights));
    if std::env::var_os("CHIROGRAPH_REGENERATE").is_some() {
        std::fs::write(path(), &text).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(path()).expect("golden/graph.txt is committed");
    for (line, (ours, theirs)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(ours, theirs, "golden/graph.txt line {}", line + 1);
    }
    assert_eq!(text.lines().count(), golden.lines().count());
    println!("{} packets, loops {:?}", text.lines().count() - 1, plain.map(|n| n.kernel().name()));
}

//! LibTorch against the pinned bits: over the 500 packets of `golden/graph.txt` its embeddings and their distances must be
//! those of the native loops. In `f32` they need not; how far off they are is printed.

#![cfg(feature = "tch")]

use models::features::Series;
use models::graph::elastic::Questioned;
use models::graph::weights::{EDGES, Layer, Weights};
use models::graph::{Embedding, Graph, Network};
use models::torch::{Backend, Device, Precision};
use models::trace::Trace;
use models::{StrokePacket, Writer};
use proto::Digest;

#[path = "networks/random.rs"]
mod random;

const WRITERS: u64 = 25;
const PACKETS: u64 = 20;

/// As in `golden_graph.rs`.
fn packet(seed: u64, n: u64) -> StrokePacket {
    let writer = Writer::new(seed);
    if n % 5 == 4 { Writer::new(seed + 1000).forge(&writer, n) } else { writer.sign(n) }
}

fn graph((seed, n): (u64, u64)) -> Graph {
    let trace = Trace::new(&packet(seed, n)).expect("a synthetic packet has good times");
    Graph::of(&trace, &Series::of(&trace), n % 4 != 3)
}

fn named() -> impl Iterator<Item = (u64, u64)> {
    (0..WRITERS).flat_map(|seed| (0..PACKETS).map(move |n| (seed, n)))
}

/// Each packet's distance to its writer's first.
fn distances(embeddings: &[Embedding]) -> Vec<u32> {
    let of = |writer: &[Embedding]| {
        let first = Questioned::new(&writer[0]);
        writer.iter().map(|e| first.distance(e)).collect::<Vec<_>>()
    };
    embeddings.chunks(PACKETS as usize).flat_map(of).collect()
}

fn short(embedding: &Embedding) -> String {
    let rows = embedding.to_rows();
    Digest::sm3(&rows.iter().flat_map(|v| v.to_be_bytes()).collect::<Vec<_>>()).short()
}

fn torch(precision: Precision, graphs: &[Graph]) -> Vec<Embedding> {
    let network = Network::parse(&random::typical(1, 16).to_bytes()).expect("random weights are in range");
    let backend = Backend::new(&network, Device::Cpu, precision).expect("there is a processor");
    backend.embed(graphs).expect("LibTorch computes")
}

#[test]
fn torch_gives_the_golden_embeddings() {
    let golden = std::fs::read_to_string(format!("{}/golden/graph.txt", env!("CARGO_MANIFEST_DIR")));
    let golden = golden.expect("golden/graph.txt is committed");
    let embeddings = torch(Precision::Exact, &named().map(graph).collect::<Vec<_>>());
    let found = named().zip(&embeddings).zip(distances(&embeddings));
    let mut lines = golden.lines().skip(1);
    for (((seed, n), embedding), distance) in found {
        let line = lines.next().expect("a line for each packet");
        assert!(line.starts_with(&format!("writer {seed} packet {n} ")), "{line}");
        let ours = format!(" embedding {} distance {distance}", short(embedding));
        assert!(line.ends_with(&ours), "LibTorch says{ours}: {line}");
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn torch_in_f32_comes_near() {
    let graphs: Vec<Graph> = named().map(graph).collect();
    let [exact, fast] = [Precision::Exact, Precision::Fast].map(|p| torch(p, &graphs));
    let equal = exact.iter().zip(&fast).filter(|(a, b)| a == b).count();
    let gaps = distances(&exact).into_iter().zip(distances(&fast)).map(|(a, b)| a.abs_diff(b));
    let worst = gaps.max().expect("there are packets");
    println!("f32: {equal} of {} embeddings are equal, distances differ by at most {worst}/256", exact.len());
    assert!(worst < 256, "differ by {worst}/256");
}

//! LibTorch against the pinned bits: over the 500 packets of `golden/graph.txt` its embeddings and their distances must be
//! those of the native loops, and so must the opinions of every model. In `f32` they need not; how far off they are is
//! printed.

#![cfg(feature = "tch")]

use models::features::Series;
use models::graph::elastic::Questioned;
use models::graph::weights::{EDGES, Layer, Weights};
use models::graph::{Embedding, Graph, Network};
use models::torch::{Backend, Bulk, Device, Precision, set_threads};
use models::trace::Trace;
use models::{Appraiser, Opinion, StrokePacket, Writer};
use proto::Digest;
use std::sync::Arc;

#[path = "networks/random.rs"]
mod random;

const WRITERS: u64 = 25;
const PACKETS: u64 = 20;
/// The first of each writer are references, the others are appraised.
const REFERENCES: usize = 4;

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
    set_threads(1);
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

fn writers() -> Vec<Vec<StrokePacket>> {
    (0..WRITERS).map(|seed| (0..PACKETS).map(|n| packet(seed, n)).collect()).collect()
}

fn native(model: &Appraiser, writers: &[Vec<StrokePacket>]) -> Vec<Opinion> {
    let of = |packets: &Vec<StrokePacket>| {
        let template = model.enrol(&packets[..REFERENCES]).expect("synthetic references enrol");
        let opinion = |p| model.appraise(p, Some(&template)).expect("a synthetic packet is appraised");
        packets[REFERENCES..].iter().map(opinion).collect::<Vec<_>>()
    };
    writers.iter().flat_map(of).collect()
}

fn in_bulk(model: &Appraiser, writers: &[Vec<StrokePacket>], precision: Precision) -> Vec<Opinion> {
    set_threads(1);
    let bulk = Bulk::new(model.clone(), (Device::Cpu, precision), 2).expect("there is a processor");
    let sets: Vec<&[StrokePacket]> = writers.iter().map(|w| &w[..REFERENCES]).collect();
    let templates = bulk.enrol_all(&sets).expect("LibTorch computes");
    let mut questions = Vec::new();
    for (writer, template) in writers.iter().zip(templates) {
        let template = Arc::new(template.expect("synthetic references enrol"));
        questions.extend(writer[REFERENCES..].iter().map(|p| (p, Some(template.clone()))));
    }
    let opinions = bulk.appraise_all(questions).expect("LibTorch computes").into_iter();
    opinions.map(|o| o.expect("a synthetic packet is appraised")).collect()
}

/// Largest difference of a ratio, milliban.
fn apart(a: &[Opinion], b: &[Opinion]) -> u32 {
    let gap = |a: Option<i32>, b: Option<i32>| a.zip(b).map_or(0, |(a, b)| a.abs_diff(b));
    let gaps = a.iter().zip(b).map(|(a, b)| gap(a.llr, b.llr).max(gap(a.llr_random, b.llr_random)));
    gaps.max().expect("there are opinions")
}

#[test]
fn torch_opinions_are_the_native_ones() {
    let writers = writers();
    for model in Appraiser::all() {
        let ours = native(&model, &writers);
        let exact = in_bulk(&model, &writers, Precision::Exact);
        let fast = in_bulk(&model, &writers, Precision::Fast);
        let [exact_apart, fast_apart] = [&exact, &fast].map(|o| apart(&ours, o));
        println!(
            "{}: max |ΔLLR| over {} opinions: {exact_apart} in f64, {fast_apart} in f32",
            model.name(),
            ours.len()
        );
        assert!(ours == exact, "{}: opinions differ", model.name());
    }
}

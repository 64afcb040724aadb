//! What the network costs on one core: the graph of a signature, its embedding, and the elastic matching with one and
//! with five references, with the plain loops and with the fastest of this processor. Packets are synthetic; the network
//! has the size of the shipped one and random weights, which cost the same.

use criterion::{Criterion, criterion_group, criterion_main};
use models::features::Series;
use models::graph::elastic::Questioned;
use models::graph::weights::{EDGES, Layer, Weights};
use models::graph::{Embedding, Graph, Kernel, Network};
use models::trace::Trace;
use models::{StrokePacket, Writer};
use std::hint::black_box;

#[path = "../tests/networks/random.rs"]
mod random;

/// The first seconds of a synthetic packet, about as long as an average signature of SVC2004.
const SECONDS: u32 = 3;

fn trace(n: u64) -> Trace {
    let mut packet: StrokePacket = Writer::new(1).sign(n);
    packet.samples.retain(|s| s.t_us <= SECONDS * 1_000_000);
    Trace::new(&packet).expect("a synthetic packet has good times")
}

fn graph(c: &mut Criterion) {
    let (weights, questioned) = (random::typical(1, 16), trace(20));
    let series = Series::of(&questioned);
    let nodes = Graph::of(&questioned, &series, true);
    c.bench_function("graph", |b| b.iter(|| Graph::of(black_box(&questioned), &series, true)));
    c.bench_function("graph, neighbours", |b| b.iter(|| black_box(&nodes).level(1).neighbours()));
    for kernel in [Kernel::portable(), Kernel::best()] {
        let network = Network::parse(&weights.to_bytes()).expect("random weights are in range").with_kernel(kernel);
        let embed = |n| network.embed(&Graph::of(&trace(n), &Series::of(&trace(n)), true));
        let references: Vec<Embedding> = (0..5).map(embed).collect();
        let embedding = network.embed(&nodes);
        println!("{} nodes, embedding {} x {}", nodes.len(), embedding.len(), embedding.width());
        println!("{} parameters, reference {} bytes", network.parameters(), references[0].memory_bytes());

        let name = kernel.name();
        c.bench_function(&format!("embed, {name}"), |b| b.iter(|| network.embed(black_box(&nodes))));
        let compare = |references: &[Embedding]| -> u32 {
            let questioned = Questioned::with_kernel(&embedding, kernel);
            references.iter().map(|r| questioned.distance(r)).sum()
        };
        c.bench_function(&format!("elastic, 1 reference, {name}"), |b| b.iter(|| compare(black_box(&references[..1]))));
        c.bench_function(&format!("elastic, 5 references, {name}"), |b| b.iter(|| compare(black_box(&references))));
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = graph
}
criterion_main!(benches);

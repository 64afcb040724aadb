//! LibTorch beside the native loops: embeddings of 64 signatures, on one thread and on two. The time of a line is that
//! of the whole batch; criterion's `elem/s` are signatures. Packets are synthetic; the network has the size of the
//! shipped one and random weights, which cost the same. Where LibTorch finds a GPU, that too.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use models::features::Series;
use models::graph::weights::{EDGES, Layer, Weights};
use models::graph::{Graph, Network};
use models::torch::{Backend, Device, Precision, set_threads};
use models::trace::Trace;
use models::{StrokePacket, Writer};

#[path = "../tests/networks/random.rs"]
mod random;

const BATCH: usize = 64;
/// The first seconds of a synthetic packet, about as long as an average signature of SVC2004.
const SECONDS: u32 = 3;

fn graph(n: usize) -> Graph {
    let mut packet: StrokePacket = Writer::new(n as u64 / 8).sign(n as u64);
    packet.samples.retain(|s| s.t_us <= SECONDS * 1_000_000);
    let trace = Trace::new(&packet).expect("a synthetic packet has good times");
    Graph::of(&trace, &Series::of(&trace), true)
}

fn native(network: &Network, graphs: &[Graph], threads: usize) {
    std::thread::scope(|scope| {
        for part in graphs.chunks(graphs.len().div_ceil(threads)) {
            scope.spawn(move || part.iter().for_each(|g| drop(std::hint::black_box(network.embed(g)))));
        }
    });
}

fn torch(c: &mut Criterion) {
    let weights = random::typical(1, 16);
    let network = Network::parse(&weights.to_bytes()).expect("random weights are in range");
    let graphs: Vec<Graph> = (0..BATCH).map(graph).collect();
    println!("{} nodes in {BATCH} signatures", graphs.iter().map(Graph::len).sum::<usize>());
    let mut group = c.benchmark_group("embed 64 signatures");
    group.throughput(Throughput::Elements(BATCH as u64)).sample_size(20);
    for threads in [1, 2] {
        let name = format!("native, {}", network.kernel().name());
        group.bench_function(BenchmarkId::new(name, threads), |b| b.iter(|| native(&network, &graphs, threads)));
        set_threads(threads);
        for (device, precision) in
            [Device::Cpu, Device::Cuda(0)].into_iter().flat_map(|d| [Precision::Exact, Precision::Fast].map(|p| (d, p)))
        {
            let Ok(backend) = Backend::new(&network, device, precision) else { continue };
            let name = BenchmarkId::new(format!("tch, {device}, {precision:?}"), threads);
            group.bench_function(name, |b| b.iter(|| backend.embed(&graphs)));
        }
    }
    group.finish();
}

criterion_group!(benches, torch);
criterion_main!(benches);

//! LibTorch against the native loops, on synthetic signatures and networks with every kind of layer and edge.

use super::*;
use crate::features::Series;
use crate::graph::random::{self, Numbers, Shape};
use crate::trace::Trace;
use crate::writer::Writer;

/// The typical one, with ends that average, and every third time one that is halved again and sees neighbours.
fn network(seed: u64) -> Network {
    let mut weights = random::typical(seed, 16);
    weights.out_pool = [1, 2, 4][seed as usize % 3];
    if seed % 3 == 2 {
        let end = Shape {
            taps: 3,
            dilation: 1,
            pool_before: true,
            residual: false,
            relu: false,
            inputs: 48,
            outputs: 16,
            shift: 9,
            edges: 11,
        };
        weights.layers[4] = random::layer(&end, &mut Numbers::new(seed));
    }
    Network::parse(&weights.to_bytes()).unwrap()
}

fn graphs(writers: std::ops::Range<u64>, each: u64) -> Vec<Graph> {
    let graph = |(writer, n): (u64, u64)| {
        let trace = Trace::new(&Writer::new(writer).sign(n)).unwrap();
        Graph::of(&trace, &Series::of(&trace), n % 2 == 0)
    };
    writers.flat_map(|w| (0..each).map(move |n| (w, n))).map(graph).collect()
}

/// Largest difference of an activation, and how many differ.
fn difference(network: &Network, precision: Precision, graphs: &[Graph]) -> (i32, usize) {
    let found = Backend::new(network, Device::Cpu, precision).unwrap().embed(graphs).unwrap();
    assert_eq!(found.len(), graphs.len());
    let (mut most, mut differ) = (0, 0);
    for (graph, found) in graphs.iter().zip(&found) {
        let (native, found) = (network.embed(graph).to_rows(), found.to_rows());
        assert_eq!(native.len(), found.len());
        let apart = native.iter().zip(&found).map(|(a, b)| i32::from(*a - *b).abs());
        most = most.max(apart.clone().max().unwrap());
        differ += apart.filter(|d| *d > 0).count();
    }
    (most, differ)
}

#[test]
fn exact_precision_gives_the_native_integers() {
    let graphs = graphs(0..20, 5);
    for seed in 0..6 {
        assert_eq!(difference(&network(seed), Precision::Exact, &graphs), (0, 0), "network {seed}");
    }
}

#[test]
fn the_activations_that_are_compared_are_not_trivial() {
    let rows = network(1).embed(&graphs(3..4, 1)[0]).to_rows();
    let distinct: std::collections::BTreeSet<i16> = rows.iter().copied().collect();
    assert!(distinct.len() > 50, "{} distinct values", distinct.len());
}

#[test]
fn fast_precision_differs_by_rounding_only() {
    let (most, _) = difference(&network(2), Precision::Fast, &graphs(0..10, 2));
    assert!(most <= 8, "differs by {most}");
}

#[test]
fn results_do_not_depend_on_threads_or_neighbours_in_the_batch() {
    let (graphs, network) = (graphs(0..6, 3), network(4));
    let backend = Backend::new(&network, Device::Cpu, Precision::Exact).unwrap();
    set_threads(2);
    let together = backend.embed(&graphs).unwrap();
    set_threads(1);
    let alone = graphs.iter().map(|g| backend.embed(std::slice::from_ref(g)).unwrap().remove(0));
    assert!(alone.eq(together));
}

#[test]
fn groups_are_bounded_and_lose_nothing() {
    let graphs = graphs(0..80, 3);
    let groups = groups(&graphs);
    assert!(groups.len() > 1);
    assert!(groups.iter().all(|g| g.iter().map(Graph::len).sum::<usize>() <= NODES_MAX));
    assert_eq!(groups.concat(), graphs);
    assert!(super::groups(&[]).is_empty());
}

#[test]
fn a_device_that_is_not_there_is_named() {
    let fault = Backend::new(&network(0), Device::Cuda(99), Precision::Exact).unwrap_err();
    assert!(fault.to_string().contains("cuda:99"), "{fault}");
    assert_eq!("cuda:3".parse::<Device>().unwrap(), Device::Cuda(3));
    assert!("cuda:-1".parse::<Device>().unwrap_err().to_string().contains("cuda:-1"));
}

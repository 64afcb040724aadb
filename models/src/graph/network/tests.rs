//! The network against its definition, written down a second time without any of its tricks.

use super::*;
use crate::features::Series;
use crate::graph::weights::{EDGES, LINEAR_MAX, RELU_MAX};
use crate::trace::Trace;
use crate::writer::Writer;

#[path = "../../../tests/networks/random.rs"]
mod random;
use random::{Numbers, Shape, layer};

fn graph(seed: u64) -> Graph {
    let trace = Trace::new(&Writer::new(seed).sign(seed)).unwrap();
    Graph::of(&trace, &Series::of(&trace), true)
}

type Table = Vec<Vec<i64>>;

fn mean_of_stroke(h: &Table, level: &Level, stroke: i64, c: usize) -> i64 {
    let of = |i: &usize| i64::from(level.strokes()[*i]) == stroke;
    let members: Vec<i64> = (0..h.len()).filter(of).map(|i| h[i][c]).collect();
    let n = members.len() as i64;
    if n == 0 { 0 } else { (2 * members.iter().sum::<i64>() + n).div_euclid(2 * n) }
}

fn sum(layer: &Layer, h: &Table, level: &Level, (i, o): (usize, usize)) -> i64 {
    let at = |weights: &[i16], tap: usize, c: usize| i64::from(weights[(tap * layer.inputs + c) * layer.outputs + o]);
    let mut sum = i64::from(layer.bias[o]);
    let near = level.neighbours()[i];
    let stroke = i64::from(level.strokes()[i]);
    for c in 0..layer.inputs {
        for tap in 0..layer.taps {
            let node = i as i64 + (tap as i64 - (layer.taps / 2) as i64) * layer.dilation as i64;
            let row = usize::try_from(node).ok().and_then(|node| h.get(node));
            sum += row.map_or(0, |row| at(&layer.temporal, tap, c) * row[c]);
        }
        let mean = (near.iter().map(|n| h[usize::from(*n)][c]).sum::<i64>() + 2) >> 2;
        let inputs = [mean].into_iter().chain([0, -1, 1].map(|k| mean_of_stroke(h, level, stroke + k, c)));
        for (edge, input) in layer.edges.iter().zip(inputs) {
            sum += edge.as_ref().map_or(0, |weights| at(weights, 0, c) * input);
        }
    }
    sum
}

fn halved(h: &Table) -> Table {
    let max = |rows: &[Vec<i64>]| (0..rows[0].len()).map(|c| rows.iter().map(|r| r[c]).max().unwrap()).collect();
    h.chunks(2).map(max).collect()
}

fn textbook(network: &Network, graph: &Graph) -> Vec<i16> {
    let mut h: Table = graph.inputs().chunks(INPUTS).map(|r| r.iter().map(|v| i64::from(*v)).collect()).collect();
    let mut halvings = 0;
    for layer in network.layers() {
        if layer.pool_before {
            h = halved(&h);
            halvings += 1;
        }
        let level = graph.level(halvings);
        let out = |i: usize, o: usize| {
            let z = (sum(layer, &h, &level, (i, o)) + (1 << (layer.shift - 1))) >> layer.shift;
            let z = if layer.relu { z.max(0) } else { z } + if layer.residual { h[i][o] } else { 0 };
            let (relu, linear) = (i64::from(RELU_MAX), i64::from(LINEAR_MAX));
            if layer.relu { z.clamp(0, relu) } else { z.clamp(-linear, linear) }
        };
        h = (0..h.len()).map(|i| (0..layer.outputs).map(|o| out(i, o)).collect()).collect();
    }
    let mean = |rows: &[Vec<i64>], c: usize| {
        let p = rows.len() as i64;
        (2 * rows.iter().map(|r| r[c]).sum::<i64>() + p).div_euclid(2 * p) as i16
    };
    h.chunks(network.out_pool())
        .flat_map(|rows| (0..rows[0].len()).map(|c| mean(rows, c)).collect::<Vec<_>>())
        .collect()
}

/// Two to four small layers of every kind.
fn any_weights(seed: u64) -> Weights {
    let numbers = &mut Numbers::new(seed);
    let count = 2 + numbers.below(3) as usize;
    let (mut layers, mut inputs) = (vec![], INPUTS);
    for i in 0..count {
        let last = i + 1 == count;
        let outputs = if last { 8 * (1 + numbers.below(2) as usize) } else { 1 + numbers.below(20) as usize };
        let residual = numbers.below(2) == 1;
        let outputs = if residual && !last { inputs } else { outputs };
        let shape = Shape {
            taps: 1 + 2 * numbers.below(3) as usize,
            dilation: 1 + numbers.below(3) as usize,
            pool_before: numbers.below(3) == 0,
            residual: residual && outputs == inputs,
            relu: !last && numbers.below(4) > 0,
            inputs,
            outputs,
            shift: 8,
            edges: numbers.below(16) as usize,
        };
        inputs = outputs;
        layers.push(layer(&shape, numbers));
    }
    Weights { out_pool: 1 << numbers.below(3), layers }
}

#[test]
fn agrees_with_the_definition() {
    let graphs = [1, 5].map(graph);
    for seed in 0..20 {
        let network = Network::parse(&any_weights(seed).to_bytes()).unwrap();
        let graph = &graphs[seed as usize % graphs.len()];
        let expected = textbook(&network, graph);
        assert!(expected.iter().any(|v| *v != expected[0]), "network {seed} says nothing");
        assert_eq!(network.embed(graph).to_rows(), expected, "network {seed}");
        let portable = network.clone().with_kernel(Kernel::portable());
        assert_eq!(portable.embed(graph), network.embed(graph), "network {seed}");
    }
}

#[test]
fn a_typical_network_uses_its_range_and_is_the_same_on_all_loops() {
    let network = Network::parse(&random::typical(1, 16).to_bytes()).unwrap();
    let graph = graph(2);
    let embedding = network.embed(&graph);
    assert_eq!((embedding.len(), embedding.width()), (graph.len().div_ceil(2), 16));
    let rows = embedding.to_rows();
    let saturated = rows.iter().filter(|v| v.abs() == LINEAR_MAX).count();
    assert!(saturated * 10 < rows.len(), "{saturated} of {} saturated", rows.len());
    assert_eq!(rows, textbook(&network, &graph));
    assert_eq!(network.with_kernel(Kernel::portable()).embed(&graph), embedding);
}

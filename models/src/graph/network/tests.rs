//! The network against its definition, written down a second time without any of its tricks.

use super::*;
use crate::features::Series;
use crate::graph::random::{self, Numbers, Shape, layer};
use crate::graph::weights::{EDGES, LINEAR_MAX, RELU_MAX};
use crate::trace::Trace;
use crate::writer::Writer;

fn graph(seed: u64) -> Graph {
    let trace = Trace::new(&Writer::new(seed).sign(seed)).unwrap();
    Graph::of(&trace, &Series::of(&trace), true)
}

type Table = Vec<Vec<i64>>;

/// ⌊mean + 1/2⌋ of each channel.
fn mean(rows: &[&Vec<i64>]) -> Vec<i64> {
    let p = rows.len() as i64;
    (0..rows[0].len()).map(|c| (2 * rows.iter().map(|r| r[c]).sum::<i64>() + p).div_euclid(2 * p)).collect()
}

/// What each edge brings to node `i`: neighbours, own, previous and next stroke.
fn brought(h: &Table, level: &Level, i: usize) -> [Vec<i64>; EDGES] {
    let near = level.neighbours()[i].map(|n| &h[usize::from(n)]);
    let of_neighbours = (0..h[0].len()).map(|c| (near.iter().map(|row| row[c]).sum::<i64>() + 2) >> 2).collect();
    let of_stroke = |k: i64| {
        let wanted = i64::from(level.strokes()[i]) + k;
        let members = h.iter().zip(level.strokes()).filter(|(_, s)| i64::from(**s) == wanted);
        let members: Vec<&Vec<i64>> = members.map(|(row, _)| row).collect();
        if members.is_empty() { vec![0; h[0].len()] } else { mean(&members) }
    };
    [of_neighbours, of_stroke(0), of_stroke(-1), of_stroke(1)]
}

fn sums(layer: &Layer, h: &Table, level: &Level, i: usize) -> Vec<i64> {
    let mut sums: Vec<i64> = layer.bias.iter().map(|b| i64::from(*b)).collect();
    let mut add = |weights: &[i16], row: &[i64]| {
        for (c, v) in row.iter().enumerate() {
            let weights = &weights[c * layer.outputs..];
            sums.iter_mut().zip(weights).for_each(|(sum, w)| *sum += i64::from(*w) * v);
        }
    };
    for (tap, weights) in layer.temporal.chunks(layer.inputs * layer.outputs).enumerate() {
        let node = i as i64 + (tap as i64 - (layer.taps / 2) as i64) * layer.dilation as i64;
        if let Some(row) = usize::try_from(node).ok().and_then(|node| h.get(node)) {
            add(weights, row);
        }
    }
    if layer.edges.iter().any(Option::is_some) {
        let brought = brought(h, level, i);
        let both = layer.edges.iter().zip(&brought);
        both.for_each(|(weights, row)| weights.iter().for_each(|weights| add(weights, row)));
    }
    sums
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
        let out = |i: usize, o: usize, sum: i64| {
            let z = (sum + (1 << (layer.shift - 1))) >> layer.shift;
            let z = if layer.relu { z.max(0) } else { z } + if layer.residual { h[i][o] } else { 0 };
            let (relu, linear) = (i64::from(RELU_MAX), i64::from(LINEAR_MAX));
            if layer.relu { z.clamp(0, relu) } else { z.clamp(-linear, linear) }
        };
        let row = |i: usize| {
            let sums = sums(layer, &h, &level, i).into_iter().enumerate();
            sums.map(|(o, sum)| out(i, o, sum)).collect()
        };
        h = (0..h.len()).map(row).collect();
    }
    let groups = h.chunks(network.out_pool()).map(|rows| mean(&rows.iter().collect::<Vec<_>>()));
    groups.flatten().map(|v| v as i16).collect()
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

//! Tests of the nodes of a graph; what a network makes of them is tested beside it.

use super::*;
use crate::writer::Writer;

fn graph(pressure: bool) -> (Trace, Graph) {
    let trace = Trace::new(&Writer::new(3).sign(0)).unwrap();
    let graph = Graph::of(&trace, &Series::of(&trace), pressure);
    (trace, graph)
}

#[test]
fn has_a_node_each_20_ms() {
    let (trace, graph) = graph(true);
    assert_eq!(graph.len(), trace.x.len().div_ceil(2));
    assert_eq!(graph.inputs().len(), graph.len() * INPUTS);
    let level = graph.level(0);
    assert_eq!((level.len(), level.stroke_count()), (graph.len(), trace.strokes as usize));
    assert_eq!(graph.level(1).len(), graph.len().div_ceil(2));
}

#[test]
fn inputs_are_the_series_in_1_256() {
    let (trace, graph) = graph(true);
    let series = Series::of(&trace);
    for (i, node) in graph.inputs().chunks_exact(INPUTS).enumerate() {
        for (c, input) in node.iter().take(CHANNELS).enumerate() {
            let textbook = (series.channel(c)[i] * 256.0 + 0.5).floor().clamp(-2047.0, 2047.0) as i16;
            assert_eq!(*input, textbook);
        }
        assert_eq!(node[CHANNELS].abs(), 256);
    }
}

#[test]
fn without_pressure_its_inputs_are_zero_and_the_rest_stays() {
    let ((_, with), (_, without)) = (graph(true), graph(false));
    for (a, b) in with.inputs().chunks_exact(INPUTS).zip(without.inputs().chunks_exact(INPUTS)) {
        assert_eq!((&a[..13], a[15]), (&b[..13], b[15]));
        assert_eq!(b[13..15], [0, 0]);
    }
    assert!(with.inputs().chunks_exact(INPUTS).any(|node| node[13] != 0));
}

#[test]
fn rounds_to_the_nearest_and_halves_up() {
    let cases = [(0.0, 0), (0.5, 1), (-0.5, 0), (1.4, 1), (-1.4, -1), (-1.6, -2), (1e9, 2047), (-1e9, -2047)];
    for (v, expected) in cases {
        assert_eq!(quantised(v / 256.0), expected, "{v}");
    }
    assert_eq!([0.0, -0.04, 1e9, -1e9].map(grid), [0, -1, 1 << 20, -(1 << 20)]);
}

#[test]
fn the_air_belongs_to_the_stroke_before_it() {
    let down = |text: &str| text.chars().map(|c| c == '-').collect::<Vec<_>>();
    assert_eq!(numbered(&down("  --  - --")), [0, 0, 0, 0, 0, 0, 1, 1, 2, 2]);
    assert_eq!(numbered(&down("   ")), [0, 0, 0]);
}

//! One signature as the network is shown it while learning: exactly what it will be shown in use, and where that is.
//! Who wrote it is not here.

use models::StrokePacket;
use models::features::Series;
use models::graph::level::NEIGHBOURS;
use models::graph::{Graph, INPUTS};
use models::trace::Trace;

/// One signature.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// All of it, for measuring afterwards.
    pub graph: Graph,
    neighbours: Vec<[u16; NEIGHBOURS]>,
    strokes: Vec<u16>,
}

impl Lesson {
    /// Of a packet, with the pressure that it has. `None` if its time is refused.
    pub fn of(packet: &StrokePacket) -> Option<Self> {
        let trace = Trace::new(packet).ok()?;
        let graph = Graph::of(&trace, &Series::of(&trace), true);
        let level = graph.level(1);
        Some(Self { neighbours: level.neighbours(), strokes: level.strokes().to_vec(), graph })
    }
    /// Nodes at 50 Hz.
    pub fn len(&self) -> usize {
        self.graph.len()
    }
    /// Whether there is no node; a packet's graph always has some.
    pub fn is_empty(&self) -> bool {
        self.graph.is_empty()
    }
    /// Node after node, in units of a standard deviation.
    pub fn inputs(&self) -> impl Iterator<Item = [f32; INPUTS]> {
        let nodes = self.graph.inputs().as_chunks().0.iter();
        nodes.map(|node: &[i16; INPUTS]| node.map(|v| f32::from(v) / 256.0))
    }
    /// Of the nodes at 25 Hz.
    pub fn neighbours(&self) -> &[[u16; NEIGHBOURS]] {
        &self.neighbours
    }
    /// Of the nodes at 25 Hz.
    pub fn strokes(&self) -> &[u16] {
        &self.strokes
    }
}

//! One signature as the network is shown it while learning: exactly what it will be shown in use, and where that is.
//! Who wrote it is not here.

use models::StrokePacket;
use models::features::{Series, channel};
use models::graph::level::NEIGHBOURS;
use models::graph::{Graph, INPUTS};
use models::trace::Trace;

/// One signature.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// All of it, for measuring afterwards.
    pub graph: Graph,
    inputs: Vec<[f32; INPUTS]>,
    neighbours: Vec<[u16; NEIGHBOURS]>,
    strokes: Vec<u16>,
}

impl Lesson {
    /// Of a packet, with the pressure that it has. `None` if its time is refused.
    pub fn of(packet: &StrokePacket) -> Option<Self> {
        let trace = Trace::new(packet).ok()?;
        let graph = Graph::of(&trace, &Series::of(&trace), true);
        let level = graph.level(1);
        let inputs = graph.inputs().as_chunks().0.iter().map(|node: &[i16; INPUTS]| node.map(|v| f32::from(v) / 256.0));
        let (inputs, neighbours) = (inputs.map(without_angle).collect(), level.neighbours());
        Some(Self { inputs, neighbours, strokes: level.strokes().to_vec(), graph })
    }
    /// The same signature as somebody else could write it.
    #[must_use]
    pub fn seen(&self, as_if: Symmetry) -> Self {
        let mut other = self.clone();
        if as_if.backwards {
            other.turn_back();
        }
        other.inputs.iter_mut().for_each(|node| as_if.mirror(node));
        other
    }
    fn turn_back(&mut self) {
        let (nodes, strokes) = (self.neighbours.len() as u16, self.strokes.iter().copied().max().unwrap_or(0));
        self.inputs.reverse();
        self.inputs.iter_mut().for_each(|node| BACKWARDS.iter().for_each(|c| node[*c] = -node[*c]));
        self.neighbours.reverse();
        self.neighbours.iter_mut().flatten().for_each(|j| *j = nodes - 1 - *j);
        self.strokes.reverse();
        self.strokes.iter_mut().for_each(|s| *s = strokes - *s);
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
        self.inputs.iter().copied()
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

/// A way in which the signatures of one person, genuine and forged alike, become those of a person who is not there: their
/// shapes mirrored, their movements run backwards. Whoever could be told apart still can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Symmetry {
    /// Left and right exchanged.
    pub sideways: bool,
    /// Up and down exchanged.
    pub upside_down: bool,
    /// Across and up exchanged.
    pub crossed: bool,
    /// From the end to the beginning.
    pub backwards: bool,
}

/// What changes sign when time runs backwards.
const BACKWARDS: [usize; 6] =
    [channel::DX, channel::DY, channel::COS, channel::SIN, channel::TANGENTIAL, channel::DPRESSURE];
const ACROSS: [usize; 3] = [channel::X, channel::DX, channel::COS];
const UP: [usize; 3] = [channel::Y, channel::DY, channel::SIN];

impl Symmetry {
    /// One of the sixteen by the lowest four bits.
    pub fn of_bits(bits: usize) -> Self {
        let bit = |k: usize| bits >> k & 1 == 1;
        Self { sideways: bit(0), upside_down: bit(1), crossed: bit(2), backwards: bit(3) }
    }
    fn mirror(self, node: &mut [f32; INPUTS]) {
        for (across, up) in ACROSS.into_iter().zip(UP) {
            if self.sideways {
                node[across] = -node[across];
            }
            if self.upside_down {
                node[up] = -node[up];
            }
            if self.crossed {
                node.swap(across, up);
            }
        }
    }
}

/// The direction is shown by its cosine and sine only: as an angle it has no mirror image.
fn without_angle(mut node: [f32; INPUTS]) -> [f32; INPUTS] {
    node[channel::ANGLE] = 0.0;
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson() -> Lesson {
        Lesson::of(&models::Writer::new(5).sign(0)).unwrap()
    }

    fn only(bit: usize) -> Symmetry {
        Symmetry::of_bits(1 << bit)
    }

    #[test]
    fn each_symmetry_changes_something_and_twice_nothing() {
        let lesson = lesson();
        for bit in 0..4 {
            let (once, twice) = (lesson.seen(only(bit)), lesson.seen(only(bit)).seen(only(bit)));
            assert_ne!(once.inputs, lesson.inputs);
            assert_eq!((&twice.inputs, &twice.neighbours), (&lesson.inputs, &lesson.neighbours));
            assert_eq!(twice.strokes, lesson.strokes);
        }
    }

    #[test]
    fn backwards_the_last_node_is_the_first_and_its_neighbours_come_along() {
        let (lesson, back) = (lesson(), lesson().seen(only(3)));
        let last = lesson.neighbours.len() - 1;
        assert_eq!(back.inputs[0][channel::X], lesson.inputs[lesson.len() - 1][channel::X]);
        assert_eq!(back.inputs[0][channel::DX], -lesson.inputs[lesson.len() - 1][channel::DX]);
        assert_eq!(usize::from(back.neighbours[0][0]), last - usize::from(lesson.neighbours[last][0]));
        assert_eq!(back.strokes[0], 0);
    }
}

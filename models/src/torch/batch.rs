//! Many graphs as one matrix: the nodes of all, one below another, without gaps, and for each edge the number of the row
//! that it leads to. An edge out of a signature leads to one more row, of zeros.

use super::TorchFault;
use super::place::Place;
use crate::graph::level::NEIGHBOURS;
use crate::graph::{Graph, Level};
use tch::Tensor;

/// The graphs after some poolings by two. Tables are made when a layer first asks for them.
pub(super) struct Batch {
    levels: Vec<Level>,
    place: Place,
    neighbours: Option<Tensor>,
    strokes: Option<Strokes>,
}

/// The strokes of all graphs, one below another.
pub(super) struct Strokes {
    /// How many there are; also the number of the row of zeros behind them.
    pub(super) len: usize,
    /// The stroke of each node.
    pub(super) of_nodes: Tensor,
    /// Nodes of each stroke, in a column.
    pub(super) counts: Tensor,
    /// The stroke before each, in the same graph.
    pub(super) previous: Tensor,
    /// The stroke after each.
    pub(super) next: Tensor,
}

impl Batch {
    pub(super) fn of(graphs: &[Graph], halvings: u32, place: Place) -> Self {
        let levels = graphs.iter().map(|g| g.level(halvings)).collect();
        Self { levels, place, neighbours: None, strokes: None }
    }
    /// Nodes of each graph.
    pub(super) fn lens(&self) -> impl Iterator<Item = usize> {
        self.levels.iter().map(Level::len)
    }
    /// Nodes of all; also the number of the row of zeros behind them.
    pub(super) fn nodes(&self) -> usize {
        self.lens().sum()
    }
    /// First row and number of rows of each graph.
    fn spans(&self) -> impl Iterator<Item = (usize, usize)> {
        self.lens().scan(0, |start, len| {
            *start += len;
            Some((*start - len, len))
        })
    }

    /// The rows that the taps of each node read, node after node.
    pub(super) fn taps(&self, taps: usize, dilation: usize) -> Result<Tensor, TorchFault> {
        let (outside, reach) = (self.nodes() as i64, (taps / 2 * dilation) as i64);
        let mut rows = Vec::with_capacity(self.nodes() * taps);
        for (start, len) in self.spans() {
            let row = |at: i64| if (0..len as i64).contains(&at) { start as i64 + at } else { outside };
            let of_node = |i: i64| (0..taps as i64).map(move |tap| row(i - reach + tap * dilation as i64));
            rows.extend((0..len as i64).flat_map(of_node));
        }
        self.place.index(&rows)
    }

    /// Maxima of two nodes each; a last odd one stands alone.
    pub(super) fn halved(&self, rows: &Tensor) -> Result<Tensor, TorchFault> {
        let node = |second: usize| {
            let of = |(start, len): (usize, usize)| {
                (0..len).step_by(2).map(move |i| (start + (i + second).min(len - 1)) as i64)
            };
            self.place.index(&self.spans().flat_map(of).collect::<Vec<_>>())
        };
        let first = rows.f_index_select(0, &node(0)?)?;
        Ok(first.f_maximum(&rows.f_index_select(0, &node(1)?)?)?)
    }

    /// The rows of the spatial neighbours of each node, node after node.
    pub(super) fn neighbours(&mut self) -> Result<&Tensor, TorchFault> {
        if self.neighbours.is_none() {
            let mut rows = Vec::with_capacity(self.nodes() * NEIGHBOURS);
            for ((start, _), level) in self.spans().zip(&self.levels) {
                rows.extend(level.neighbours().as_flattened().iter().map(|n| start as i64 + i64::from(*n)));
            }
            self.neighbours = Some(self.place.index(&rows)?);
        }
        Ok(self.neighbours.as_ref().expect("made above"))
    }

    pub(super) fn strokes(&mut self) -> Result<&Strokes, TorchFault> {
        if self.strokes.is_none() {
            self.strokes = Some(Strokes::of(&self.levels, self.place)?);
        }
        Ok(self.strokes.as_ref().expect("made above"))
    }
}

impl Strokes {
    fn of(levels: &[Level], place: Place) -> Result<Self, TorchFault> {
        let len = levels.iter().map(Level::stroke_count).sum();
        let (mut of_nodes, mut counts) = (Vec::new(), vec![0_i64; len]);
        let (mut previous, mut next) = (Vec::with_capacity(len), Vec::with_capacity(len));
        for level in levels {
            let (start, own) = (previous.len(), level.stroke_count());
            of_nodes.extend(level.strokes().iter().map(|s| (start + usize::from(*s)) as i64));
            previous.extend((0..own).map(|s| if s > 0 { start + s - 1 } else { len } as i64));
            next.extend((0..own).map(|s| if s + 1 < own { start + s + 1 } else { len } as i64));
        }
        of_nodes.iter().for_each(|stroke| counts[*stroke as usize] += 1);
        Ok(Self {
            len,
            of_nodes: place.index(&of_nodes)?,
            counts: place.matrix(&counts, [len, 1])?,
            previous: place.index(&previous)?,
            next: place.index(&next)?,
        })
    }
}

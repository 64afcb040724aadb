//! Nodes at one resolution: where they are, in which stroke, and which others lie near them. What the nodes carry is
//! not here, and neither is what becomes of it.

use super::kernel::{Kernel, Loops, Work};

/// Spatial neighbours of a node.
pub const NEIGHBOURS: usize = 4;
/// Nodes nearer than this in time are no spatial neighbours: the temporal edges reach them.
const APART: usize = 4;

/// The nodes of a graph after some poolings by two. A pooled node has the place and the stroke of its first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Sixteenths of 0.01 mm.
    positions: Vec<[i32; 2]>,
    strokes: Vec<u16>,
}

impl Level {
    /// Strokes that have no node at this level are skipped in counting, so that every stroke has one.
    pub(super) fn new(positions: Vec<[i32; 2]>, strokes: &[u16]) -> Self {
        let mut changes = 0_u16;
        let number = |i: usize| {
            changes += u16::from(i > 0 && strokes[i] != strokes[i - 1]);
            changes
        };
        Self { strokes: (0..strokes.len()).map(number).collect(), positions }
    }
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.positions.len()
    }
    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }
    /// The stroke of each node, counted from 0 without gaps.
    pub fn strokes(&self) -> &[u16] {
        &self.strokes
    }
    /// Number of strokes.
    pub fn stroke_count(&self) -> usize {
        self.strokes.last().map_or(0, |last| usize::from(*last) + 1)
    }
    /// The nearest nodes in space of each node, nearest first, of equals the earlier; none within four steps in time.
    /// Where there are fewer, those there are repeat in turn; where there is none, the node itself.
    pub fn neighbours(&self) -> Vec<[u16; NEIGHBOURS]> {
        let [x, y] = [0, 1].map(|axis| {
            let own = self.positions.iter().map(|p| f64::from(p[axis]));
            own.chain([BEYOND; BLOCK]).collect()
        });
        Kernel::best().run(Seeking { x, y, nodes: self.len() })
    }
}

/// Nodes whose distances are computed together.
const BLOCK: usize = 8;
/// Where there is no node.
const BEYOND: f64 = 1e150;

/// Positions, and a block of places without a node.
struct Seeking {
    x: Vec<f64>,
    y: Vec<f64>,
    nodes: usize,
}

impl Work for Seeking {
    type Out = Vec<[u16; NEIGHBOURS]>;

    #[inline(always)]
    fn run<L: Loops>(self) -> Self::Out {
        let mut all = Vec::with_capacity(self.nodes);
        for i in 0..self.nodes {
            let mut best = Nearest { found: 0, squares: [f64::INFINITY; NEIGHBOURS], nodes: [i as u16; NEIGHBOURS] };
            self.look(&mut best, i, 0..i.saturating_sub(APART));
            self.look(&mut best, i, (i + APART + 1).min(self.nodes)..self.nodes);
            all.push(best.repeated());
        }
        all
    }
}

impl Seeking {
    /// Block after block: most have nothing that is near enough. Squares are integers below 2^43: exact.
    #[inline(always)]
    fn look(&self, best: &mut Nearest, i: usize, among: std::ops::Range<usize>) {
        let (here_x, here_y) = (self.x[i], self.y[i]);
        for start in among.clone().step_by(BLOCK) {
            let (x, y, mut squares) = (&self.x[start..start + BLOCK], &self.y[start..start + BLOCK], [0.0; BLOCK]);
            for k in 0..BLOCK {
                let (dx, dy) = (x[k] - here_x, y[k] - here_y);
                squares[k] = dx * dx + dy * dy;
            }
            let worst = best.squares[NEIGHBOURS - 1];
            let near = squares.iter().fold(false, |any, square| any | (*square < worst));
            if near {
                let inside = &squares[..BLOCK.min(among.end - start)];
                inside.iter().enumerate().for_each(|(k, square)| best.offer(*square, (start + k) as u16));
            }
        }
    }
}

struct Nearest {
    found: usize,
    squares: [f64; NEIGHBOURS],
    nodes: [u16; NEIGHBOURS],
}

impl Nearest {
    #[inline(always)]
    fn offer(&mut self, square: f64, node: u16) {
        if square < self.squares[NEIGHBOURS - 1] {
            self.insert(square, node);
        }
    }
    /// Behind its equals, which are earlier.
    fn insert(&mut self, square: f64, node: u16) {
        let mut at = NEIGHBOURS - 1;
        while at > 0 && self.squares[at - 1] > square {
            self.squares[at] = self.squares[at - 1];
            self.nodes[at] = self.nodes[at - 1];
            at -= 1;
        }
        (self.squares[at], self.nodes[at]) = (square, node);
        self.found = (self.found + 1).min(NEIGHBOURS);
    }
    fn repeated(mut self) -> [u16; NEIGHBOURS] {
        if self.found > 0 {
            (self.found..NEIGHBOURS).for_each(|k| self.nodes[k] = self.nodes[k - self.found]);
        }
        self.nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: usize) -> Level {
        Level::new((0..n).map(|i| [i as i32 * 10, 0]).collect(), &vec![0; n])
    }

    /// Sorts every candidate by distance and index.
    fn textbook(level: &Level, i: usize) -> [u16; NEIGHBOURS] {
        let at = |j: usize| level.positions[j].map(i64::from);
        let mut all: Vec<(i64, usize)> = (0..level.len())
            .filter(|j| i.abs_diff(*j) > 4)
            .map(|j| ((at(i)[0] - at(j)[0]).pow(2) + (at(i)[1] - at(j)[1]).pow(2), j))
            .collect();
        all.sort_unstable();
        all.truncate(NEIGHBOURS);
        std::array::from_fn(|k| all.get(k % all.len().max(1)).map_or(i as u16, |(_, j)| *j as u16))
    }

    proptest::proptest! {
        #[test]
        fn neighbours_agree_with_the_textbook(
            points in proptest::collection::vec((-40..40_i32, -1..2_i32), 1..60),
            scale in proptest::sample::select(vec![1, 26_000]),
        ) {
            let positions = points.iter().map(|(x, y)| [x * scale, y * scale]).collect();
            let level = Level::new(positions, &vec![0; points.len()]);
            let found = level.neighbours();
            for (i, found) in found.into_iter().enumerate() {
                proptest::prop_assert_eq!(found, textbook(&level, i), "node {}", i);
            }
        }
    }

    #[test]
    fn of_equals_the_earlier_and_few_repeat() {
        assert_eq!(line(12).neighbours()[6], [1, 11, 0, 1]);
        assert_eq!(line(5).neighbours()[2], [2; NEIGHBOURS]);
        assert_eq!(line(6).neighbours()[0], [5; NEIGHBOURS]);
        assert_eq!(line(7).neighbours()[0], [5, 6, 5, 6]);
    }

    #[test]
    fn strokes_without_a_node_are_not_counted() {
        let level = Level::new(vec![[0, 0]; 5], &[0, 2, 2, 3, 7]);
        assert_eq!(level.strokes(), [0, 1, 1, 2, 3]);
        assert_eq!(level.stroke_count(), 4);
    }
}

//! The network in floating point, with gradients: the same function as `models::graph::network`, without its roundings.
//! Values are in units of 1; their largest is that of the integers.

use super::batch::{Batch, Shown};
use super::lesson::Lesson;
use super::recipe::Recipe;
use crate::attack::chance::Chance;
use models::features::channel;
use models::graph::INPUTS;
use models::graph::weights::EDGES;
use tch::nn::Path;
use tch::{Kind, Tensor};

/// Largest activation of a layer, and largest absolute output of the last.
pub const CAP: f64 = 8.0;
/// Taps of the graph layers.
const GRAPH_TAPS: usize = 3;
/// Signatures that are computed at once when nothing is learnt.
const TOGETHER: usize = 50;

/// What a layer is like; its fields are those of `models::graph::weights::Layer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "as there")]
pub struct Shape {
    pub taps: usize,
    pub dilation: usize,
    pub pool_before: bool,
    pub residual: bool,
    pub relu: bool,
    pub edges: bool,
    pub inputs: usize,
    pub outputs: usize,
}

/// One layer.
#[derive(Debug)]
pub struct Layer {
    /// What it is like.
    pub shape: Shape,
    /// `[taps * inputs, outputs]`.
    pub temporal: Tensor,
    /// `[outputs]`.
    pub bias: Tensor,
    /// `[inputs, outputs]` each, in the order of `models::graph::weights::edge`; none or all.
    pub edges: Vec<Tensor>,
}

/// All layers.
#[derive(Debug)]
pub struct Network {
    /// From input to output.
    pub layers: Vec<Layer>,
    out_pool: usize,
}

/// Rows per moment of several signatures, and how many are real.
#[derive(Debug)]
pub struct Embedded {
    /// `[B, N, width]`, zeros behind the real ones.
    pub rows: Tensor,
    /// At least 1 each.
    pub lens: Vec<usize>,
}

/// The layers of a recipe.
fn shapes(recipe: &Recipe) -> Vec<Shape> {
    let first = Shape {
        taps: recipe.taps,
        dilation: 1,
        pool_before: false,
        residual: false,
        relu: true,
        edges: false,
        inputs: INPUTS,
        outputs: recipe.first,
    };
    let mut shapes = vec![first];
    let mut inputs = recipe.first;
    for (i, dilation) in recipe.dilations.iter().enumerate() {
        let (pool_before, residual, outputs) = (i == 0, inputs == recipe.hidden, recipe.hidden);
        let taps = GRAPH_TAPS;
        shapes.push(Shape { taps, dilation: *dilation, pool_before, residual, edges: true, inputs, outputs, ..first });
        inputs = outputs;
    }
    shapes.push(Shape { taps: 1, relu: false, inputs, outputs: recipe.width, ..first });
    shapes
}

impl Network {
    /// With weights by chance, among the variables at `path`.
    pub fn new(path: &Path, recipe: &Recipe, chance: &mut Chance) -> Self {
        let layers = shapes(recipe).into_iter().enumerate();
        let layers = layers.map(|(i, shape)| Layer::new(&(path / format!("layer{i}")), shape, chance)).collect();
        Self { layers, out_pool: recipe.out_pool }
    }
    /// Rows averaged at the end.
    pub fn out_pool(&self) -> usize {
        self.out_pool
    }
    /// The embeddings, `pool` rows of the last layer averaged to one. `keep` multiplies what goes into the last layer,
    /// where something is dropped.
    pub fn forward(&self, batch: &Batch, pool: usize, keep: impl Fn(&Tensor) -> Option<Tensor>) -> Embedded {
        let mut h = &batch.inputs * &batch.masks[0];
        let mut halvings = 0;
        for (i, layer) in self.layers.iter().enumerate() {
            if layer.shape.pool_before {
                h = h.slice(1, 0, None, 2).maximum(&h.slice(1, 1, None, 2));
                halvings = 1;
            }
            if let Some(kept) = (i + 1 == self.layers.len()).then(|| keep(&h)).flatten() {
                h *= kept;
            }
            h = layer.forward(&h, batch) * &batch.masks[halvings];
        }
        pooled(&h, batch, pool)
    }
    /// The embeddings of any number of whole signatures, row after row, as the network is used.
    pub fn embed(&self, lessons: &[&Lesson]) -> Vec<Vec<f32>> {
        let device = self.layers[0].bias.device();
        let group = |group: &[&Lesson]| {
            let batch = Shown::new(group, usize::MAX).into_batch(group, device);
            let embedded = tch::no_grad(|| self.forward(&batch, self.out_pool, |_| None));
            let own = |(b, len): (usize, &usize)| floats(&embedded.rows.get(b as i64).narrow(0, 0, *len as i64));
            embedded.lens.iter().enumerate().map(own).collect::<Vec<_>>()
        };
        lessons.chunks(TOGETHER).flat_map(group).collect()
    }
}

/// All values, the last dimension fastest.
pub fn floats(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor.detach().to_device(tch::Device::Cpu).to_kind(Kind::Float).flatten(0, -1).contiguous();
    Vec::try_from(&flat).expect("a flat tensor of floats on the CPU is a vector")
}

/// The first layer does not look at the angle, which is never shown: a weight that nothing teaches would be noise in use.
fn without_angle(temporal: &Tensor, taps: usize) {
    for tap in 0..taps {
        let _ = temporal.get((tap * INPUTS + channel::ANGLE) as i64).zero_();
    }
}

fn by_chance(shape: [usize; 2], deviation: f64, chance: &mut Chance) -> Tensor {
    let values: Vec<f32> = (0..shape[0] * shape[1]).map(|_| chance.normal(deviation) as f32).collect();
    Tensor::from_slice(&values).reshape(shape.map(|n| n as i64))
}

impl Layer {
    /// He's deviations; less where several sums meet.
    fn new(path: &Path, shape: Shape, chance: &mut Chance) -> Self {
        let Shape { inputs, outputs, .. } = shape;
        let rows = shape.taps * inputs;
        let gain = if shape.relu { 2.0 } else { 1.0 };
        let share = if shape.residual { 0.5 } else { 1.0 };
        let temporal = by_chance([rows, outputs], (gain / rows as f64).sqrt() * share, chance);
        if !shape.edges && shape.relu {
            without_angle(&temporal, shape.taps);
        }
        let count = if shape.edges { EDGES } else { 0 };
        let mut edge = |e: usize| {
            let weights = by_chance([inputs, outputs], (gain / inputs as f64).sqrt() * 0.25, chance);
            path.var_copy(&format!("edge{e}"), &weights)
        };
        Self {
            shape,
            edges: (0..count).map(&mut edge).collect(),
            temporal: path.var_copy("temporal", &temporal),
            bias: path.zeros("bias", &[outputs as i64]),
        }
    }
    fn forward(&self, h: &Tensor, batch: &Batch) -> Tensor {
        let mut sums = in_time(h, self.shape).matmul(&self.temporal) + &self.bias;
        if let [near, own, previous, next] = self.edges.as_slice() {
            let means = batch.shares.bmm(h);
            let parts = means.matmul(own) + later(&means.matmul(previous)) + earlier(&means.matmul(next));
            sums = sums + batch.near.bmm(h).matmul(near) + batch.strokes.bmm(&parts);
        }
        match (self.shape.relu, self.shape.residual) {
            (false, _) => sums.clamp(-CAP, CAP),
            (true, false) => sums.clamp(0.0, CAP),
            (true, true) => (sums.relu() + h).clamp_max(CAP),
        }
    }
}

/// The nodes that the taps look at, side by side; zeros outside.
fn in_time(h: &Tensor, shape: Shape) -> Tensor {
    if shape.taps == 1 {
        return h.shallow_clone();
    }
    let (reach, len) = ((shape.taps / 2 * shape.dilation) as i64, h.size()[1]);
    let padded = h.constant_pad_nd([0, 0, reach, reach]);
    let tap = |t: usize| padded.narrow(1, (t * shape.dilation) as i64, len);
    Tensor::cat(&(0..shape.taps).map(tap).collect::<Vec<_>>(), 2)
}

/// Each stroke's to the stroke after it.
fn later(strokes: &Tensor) -> Tensor {
    strokes.narrow(1, 0, strokes.size()[1] - 1).constant_pad_nd([0, 0, 1, 0])
}

/// Each stroke's to the stroke before it.
fn earlier(strokes: &Tensor) -> Tensor {
    strokes.narrow(1, 1, strokes.size()[1] - 1).constant_pad_nd([0, 0, 0, 1])
}

/// Means of `many` rows each; the last ones may be of fewer.
fn pooled(rows: &Tensor, batch: &Batch, many: usize) -> Embedded {
    if many == 1 {
        return Embedded { rows: rows.shallow_clone(), lens: batch.lens.clone() };
    }
    let sums = |t: &Tensor| {
        let size = t.size();
        let groups = (size[1] as usize).div_ceil(many) as i64;
        let padded = t.constant_pad_nd([0, 0, 0, groups * many as i64 - size[1]]);
        padded.reshape([size[0], groups, many as i64, size[2]]).sum_dim_intlist(2, false, None::<Kind>)
    };
    let counts = sums(&batch.masks[1]).clamp_min(1.0);
    Embedded { rows: sums(rows) / counts, lens: batch.lens.iter().map(|len| len.div_ceil(many)).collect() }
}

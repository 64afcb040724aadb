//! Networks with weights from a small generator, for tests and benchmarks of everything but accuracy. They have learned
//! nothing and say nothing about who wrote. Whoever includes this file imports the three types below.

use super::{EDGES, Layer, Weights};

/// xorshift64*: any sequence will do, as long as it is the same everywhere.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    /// From −`max` to `max`.
    pub fn signed(&mut self, max: i32) -> i32 {
        self.below(2 * max as u64 + 1) as i32 - max
    }
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }
}

/// What of a layer is not drawn.
pub struct Shape {
    pub taps: usize,
    pub dilation: usize,
    pub pool_before: bool,
    pub residual: bool,
    pub relu: bool,
    pub inputs: usize,
    pub outputs: usize,
    pub shift: u32,
    pub edges: usize,
}

/// A layer whose outputs neither vanish nor all saturate.
pub fn layer(shape: &Shape, numbers: &mut Numbers) -> Layer {
    let matrix = shape.inputs * shape.outputs;
    let mut draw = |count: usize| (0..count).map(|_| numbers.signed(100) as i16).collect::<Vec<_>>();
    let temporal = draw(shape.taps * matrix);
    let edges: [_; EDGES] = std::array::from_fn(|e| (shape.edges >> e & 1 == 1).then(|| draw(matrix)));
    let bias = (0..shape.outputs).map(|_| numbers.signed(20_000)).collect();
    let Shape { taps, dilation, pool_before, residual, relu, inputs, outputs, shift, .. } = *shape;
    Layer { taps, dilation, pool_before, residual, relu, inputs, outputs, shift, bias, temporal, edges }
}

/// Of the size that is to be shipped: 16 → 32, halved, three layers of 48 with every edge, 48 → `width`.
pub fn typical(seed: u64, width: usize) -> Weights {
    let numbers = &mut Numbers::new(seed);
    let plain = Shape {
        taps: 5,
        dilation: 1,
        pool_before: false,
        residual: false,
        relu: true,
        inputs: 16,
        outputs: 32,
        shift: 8,
        edges: 0,
    };
    let first = layer(&plain, numbers);
    let wide = Shape { inputs: 48, outputs: 48, residual: true, edges: 15, shift: 10, ..plain };
    let second = layer(&Shape { inputs: 32, pool_before: true, residual: false, shift: 9, ..wide }, numbers);
    let third = layer(&Shape { dilation: 2, ..wide }, numbers);
    let fourth = layer(&Shape { dilation: 4, ..wide }, numbers);
    let last = Shape { taps: 1, dilation: 1, outputs: width, residual: false, relu: false, edges: 0, shift: 9, ..wide };
    Weights { out_pool: 1, layers: vec![first, second, third, fourth, layer(&last, numbers)] }
}

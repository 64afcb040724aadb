//! The elastic distance with a soft minimum (Cuturi and Blondel, 2017), and its gradient: what the network is taught to
//! make small for one hand and large for two. In use the minimum is hard; see `models::graph::elastic`.
//!
//! LibTorch does not know these recursions. They run here on plain numbers and give both the value and its gradient G by
//! the costs D; Σ D·G plus a constant then has that value and, for LibTorch, that gradient.

use super::network::floats;
use tch::{Kind, Tensor};

/// Half width of the band, as a part of the longer signature …
const BAND: f32 = 0.25;
/// … and at least this.
const BAND_MIN: f32 = 3.0;
/// A cell outside the band.
const OUTSIDE: f32 = 1e8;
/// A smaller share in the path counts for nothing; arithmetic far below is slow.
const SHARE_MIN: f32 = 1e-30;

/// The distances of pairs: `costs` is `[P, N, M]`, of which the first `lens` rows and columns count. `[P]`.
pub fn distances(costs: &Tensor, lens: &[(usize, usize)], softness: f32) -> Tensor {
    let (size, flat) = (costs.size(), floats(costs));
    let (rows, stride) = (size[1] as usize, size[2] as usize);
    let mut gradient = vec![0.0; flat.len()];
    let mut paths = Paths::new(rows, stride, softness);
    let pairs = flat.chunks_exact(rows * stride).zip(gradient.chunks_exact_mut(rows * stride));
    let mut values = Vec::with_capacity(lens.len());
    for ((costs, gradient), lens) in pairs.zip(lens) {
        values.push(paths.forward(costs, *lens));
        paths.backward(gradient, *lens);
    }
    let gradient = Tensor::from_slice(&gradient).reshape(&size).to_device(costs.device());
    let linear = (costs * gradient).sum_dim_intlist([1, 2].as_slice(), false, None::<Kind>);
    let constant = Tensor::from_slice(&values).to_device(costs.device()) - linear.detach();
    linear + constant
}

/// Room for the recursions of one pair after another.
struct Paths {
    softness: f32,
    stride: usize,
    /// Soft least cost of the paths to each cell, with a row and a column before the first.
    least: Vec<f32>,
    /// Shares of the steps (1,1), (1,0) and (0,1) into each cell.
    shares: Vec<[f32; 3]>,
}

impl Paths {
    fn new(rows: usize, stride: usize, softness: f32) -> Self {
        let least = vec![OUTSIDE; (rows + 1) * (stride + 1)];
        Self { softness, stride, least, shares: vec![[0.0; 3]; rows * stride] }
    }

    fn forward(&mut self, costs: &[f32], (n, m): (usize, usize)) -> f32 {
        let width = self.stride + 1;
        self.least[..(n + 1) * width].fill(OUTSIDE);
        self.least[0] = 0.0;
        for i in 1..=n {
            let (low, high) = band(i, n, m);
            for j in low..=high {
                let cell = i * width + j;
                let before = [self.least[cell - width - 1], self.least[cell - width], self.least[cell - 1]];
                let (soft, shares) = soft_least(before, self.softness);
                let at = (i - 1) * self.stride + j - 1;
                self.least[cell] = costs[at] + soft;
                self.shares[at] = shares;
            }
        }
        self.least[n * width + m]
    }

    /// `gradient` is zero before.
    fn backward(&self, gradient: &mut [f32], (n, m): (usize, usize)) {
        gradient[(n - 1) * self.stride + m - 1] = 1.0;
        for i in (1..=n).rev() {
            let (low, high) = band(i, n, m);
            for j in (low..=high).rev() {
                let at = (i - 1) * self.stride + j - 1;
                let own = gradient[at];
                if own < SHARE_MIN {
                    continue;
                }
                let [both, down, across] = self.shares[at];
                if i > 1 && j > 1 {
                    gradient[at - self.stride - 1] += own * both;
                }
                if i > 1 {
                    gradient[at - self.stride] += own * down;
                }
                if j > 1 {
                    gradient[at - 1] += own * across;
                }
            }
        }
    }
}

/// First and last column of row `i`, from 1.
fn band(i: usize, n: usize, m: usize) -> (usize, usize) {
    let reach = (BAND * n.max(m) as f32).max(BAND_MIN);
    let centre = (i * m) as f32 / n as f32;
    (((centre - reach) as usize).max(1), ((centre + reach) as usize + 1).min(m))
}

/// −γ ln Σ exp(−v/γ), and the share of each.
fn soft_least(values: [f32; 3], softness: f32) -> (f32, [f32; 3]) {
    let least = values[0].min(values[1]).min(values[2]);
    let weights = values.map(|v| ((least - v) / softness).exp());
    let sum = weights[0] + weights[1] + weights[2];
    (least - softness * sum.ln(), weights.map(|w| w / sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::chance::Chance;

    fn costs(n: usize, m: usize) -> Vec<f32> {
        let mut chance = Chance::of(&[7, n as u64, m as u64]);
        (0..n * m).map(|_| chance.between(0.0, 30.0) as f32).collect()
    }

    fn value(costs: &[f32], n: usize, m: usize, softness: f32) -> f32 {
        Paths::new(n, m, softness).forward(costs, (n, m))
    }

    #[test]
    fn the_gradient_is_that_of_the_value() {
        let (n, m, step) = (9, 11, 0.25);
        let costs = costs(n, m);
        let mut paths = Paths::new(n, m, 5.0);
        paths.forward(&costs, (n, m));
        let mut gradient = vec![0.0; n * m];
        paths.backward(&mut gradient, (n, m));
        for at in 0..n * m {
            let moved = |by: f32| {
                let mut costs = costs.clone();
                costs[at] += by;
                value(&costs, n, m, 5.0)
            };
            let slope = (moved(step) - moved(-step)) / (2.0 * step);
            assert!((slope - gradient[at]).abs() < 2e-3, "cell {at}: {slope} and {}", gradient[at]);
        }
    }

    #[test]
    fn almost_hard_it_is_the_least_cost_of_a_path() {
        let (n, m) = (5, 4); // within the band everywhere
        let costs = costs(n, m);
        let mut least = vec![vec![f32::INFINITY; m + 1]; n + 1];
        least[0][0] = 0.0;
        for i in 1..=n {
            for j in 1..=m {
                let before = least[i - 1][j - 1].min(least[i - 1][j]).min(least[i][j - 1]);
                least[i][j] = costs[(i - 1) * m + j - 1] + before;
            }
        }
        assert!((value(&costs, n, m, 1e-3) - least[n][m]).abs() < 1e-2);
    }

    #[test]
    fn libtorch_sees_value_and_gradient() {
        let (n, m) = (6, 7);
        let numbers = costs(n, m);
        let tensor = Tensor::from_slice(&numbers).reshape([1, n as i64, m as i64]).set_requires_grad(true);
        let found = distances(&tensor, &[(n, m)], 5.0);
        assert!((floats(&found)[0] - value(&numbers, n, m, 5.0)).abs() < 1e-3);
        found.sum(Kind::Float).backward();
        assert!((floats(&tensor.grad())[n * m - 1] - 1.0).abs() < 1e-6);
    }
}

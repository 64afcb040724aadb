//! Prior-weighted logistic regression with an L2 penalty, by Newton's method, with weights that may be held below zero.

use models::constants::Fusion;

/// One observation.
pub struct Row<'a> {
    /// The inputs.
    pub inputs: &'a [f64],
    /// Whether it is of the first class.
    pub positive: bool,
    /// Its weight.
    pub weight: f64,
}

/// How long Newton's method goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Most steps of the last fit.
    steps: usize,
    /// Most steps of those before it, which only have to tell the signs of weights.
    draft: usize,
    /// A step that moves no standardised weight further than this is the last.
    settled: f64,
}

impl Effort {
    /// Until the bits repeat: what the constants of the first model were made with.
    pub const EXACT: Self = Self { steps: 25, draft: 9, settled: 0.0 };
    /// Until nothing that matters moves, from where the fit before it ended.
    pub const SETTLED: Self = Self { steps: 25, draft: 25, settled: 1e-9 };
}

/// Fits log odds = bias + weights · inputs. The penalty acts on standardised inputs; weights come back for raw ones.
pub fn fit(rows: &[Row<'_>], penalty: f64) -> Fusion {
    let used: Vec<usize> = (0..rows[0].inputs.len()).collect();
    let search = Search { penalty, steps: Effort::EXACT.steps, settled: 0.0 };
    search.newton(rows, &used, vec![0.0; used.len() + 1]).0
}

/// As [`fit`], but no weight is positive: inputs that would get one are left out, until none would. The last `free` inputs
/// may have either sign.
pub fn fit_decreasing(rows: &[Row<'_>], penalty: f64, (free, effort): (usize, Effort)) -> Fusion {
    let bound = rows[0].inputs.len() - free;
    let mut used: Vec<usize> = (0..rows[0].inputs.len()).collect();
    let mut from = vec![0.0; used.len() + 1];
    let Effort { steps, draft, settled } = effort;
    loop {
        let (drafted, theta) = Search { penalty, steps: draft, settled }.newton(rows, &used, from);
        let wanted = |k: usize| k >= bound || drafted.weights[k] <= 0.0;
        from = used
            .iter()
            .zip(&theta)
            .filter(|(k, _)| wanted(**k))
            .map(|(_, t)| *t)
            .chain(theta.last().copied())
            .collect();
        let before = used.len();
        used.retain(|k| wanted(*k));
        if settled == 0.0 {
            from.fill(0.0);
        }
        if used.len() == before {
            return Search { penalty, steps, settled }.newton(rows, &used, from).0;
        }
    }
}

/// One search for the least cost.
struct Search {
    penalty: f64,
    steps: usize,
    settled: f64,
}

impl Search {
    /// Fits the inputs `used`; the weights of the others are 0. Also where it ended, in standardised weights.
    fn newton(&self, rows: &[Row<'_>], used: &[usize], mut theta: Vec<f64>) -> (Fusion, Vec<f64>) {
        let n = used.len();
        let (mean, deviation) = standard(rows, used);
        let standardised = |row: &Row<'_>| -> Vec<f64> {
            let x = used
                .iter()
                .zip(&mean)
                .zip(&deviation)
                .map(|((k, mean), deviation)| (row.inputs[*k] - mean) / deviation);
            x.chain([1.0]).collect()
        };
        let x: Vec<Vec<f64>> = rows.iter().map(standardised).collect();
        for _ in 0..self.steps {
            let before = theta.clone();
            let step = self.step(rows, &x, &theta);
            let furthest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
            theta.iter_mut().zip(step).for_each(|(t, s)| *t -= s);
            if theta == before || furthest < self.settled {
                break;
            }
        }
        let mut weights = vec![0.0; rows[0].inputs.len()];
        used.iter().enumerate().for_each(|(at, k)| weights[*k] = theta[at] / deviation[at]);
        let bias = theta[n] - used.iter().zip(&mean).map(|(k, m)| weights[*k] * m).sum::<f64>();
        (Fusion { bias, weights }, theta)
    }
    /// What Newton's method takes off the standardised weights.
    fn step(&self, rows: &[Row<'_>], x: &[Vec<f64>], theta: &[f64]) -> Vec<f64> {
        let n = theta.len() - 1;
        let mut gradient = vec![0.0; n + 1];
        let mut hessian = vec![vec![0.0; n + 1]; n + 1];
        for (row, x) in rows.iter().zip(x) {
            accumulate(row, (x, theta), &mut gradient, &mut hessian);
        }
        for k in 0..n {
            gradient[k] += self.penalty * theta[k];
            hessian[k][k] += self.penalty;
        }
        hessian[n][n] += 1e-9;
        solve(hessian, gradient)
    }
}

/// Adds one observation's part, at standardised inputs `x` and weights `theta`.
fn accumulate(row: &Row<'_>, (x, theta): (&[f64], &[f64]), gradient: &mut [f64], hessian: &mut [Vec<f64>]) {
    let z: f64 = x.iter().zip(theta).map(|(x, t)| x * t).sum();
    let p = 1.0 / (1.0 + models::arithmetic::exp(-z));
    let error = (p - f64::from(u8::from(row.positive))) * row.weight;
    let curvature = row.weight * p * (1.0 - p);
    for (i, xi) in x.iter().enumerate() {
        gradient[i] += error * xi;
        let factor = curvature * xi;
        for (h, xj) in hessian[i].iter_mut().zip(x) {
            *h += factor * xj;
        }
    }
}

fn standard(rows: &[Row<'_>], used: &[usize]) -> (Vec<f64>, Vec<f64>) {
    let moments = |k: &usize| {
        let column: Vec<f64> = rows.iter().map(|r| r.inputs[*k]).collect();
        let (mean, deviation) = models::features::moments(&column);
        (mean, deviation.max(1e-9))
    };
    used.iter().map(moments).unzip()
}

/// Gaussian elimination with pivoting of a symmetric positive system.
pub(crate) fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for c in 0..n {
        let pivot = (c..n).max_by(|i, j| a[*i][c].abs().total_cmp(&a[*j][c].abs())).unwrap_or(c);
        a.swap(c, pivot);
        b.swap(c, pivot);
        for r in c + 1..n {
            let factor = a[r][c] / a[c][c];
            let upper = a[c].clone();
            a[r].iter_mut().zip(&upper).skip(c).for_each(|(v, u)| *v -= factor * u);
            b[r] -= factor * b[c];
        }
    }
    for r in (0..n).rev() {
        let known: f64 = (r + 1..n).map(|k| a[r][k] * b[k]).sum();
        b[r] = (b[r] - known) / a[r][r];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 60 observations of a class that inputs 0 speaks against, 1 is noise and 2 speaks for.
    fn inputs() -> Vec<([f64; 3], bool)> {
        let noise = |i: usize, k: usize| ((i * 37 + k * 101) % 17) as f64 / 17.0 - 0.5;
        let one = |i: usize| {
            let positive = i.is_multiple_of(2);
            let shift = if positive { 0.4 } else { -0.4 };
            ([noise(i, 0) - shift, noise(i, 1), noise(i, 2) + 0.5 * shift], positive)
        };
        (0..60).map(one).collect()
    }

    fn weights(free: usize, effort: Effort) -> Vec<f64> {
        let all = inputs();
        let rows: Vec<Row<'_>> =
            all.iter().map(|(inputs, positive)| Row { inputs, positive: *positive, weight: 1.0 / 60.0 }).collect();
        fit_decreasing(&rows, 0.01, (free, effort)).weights
    }

    #[test]
    fn no_weight_is_positive_but_those_that_may_be() {
        let bound = weights(0, Effort::EXACT);
        assert!(bound[0] < 0.0 && bound[1] <= 0.0 && bound[2] == 0.0, "{bound:?}");
        let free = weights(1, Effort::EXACT);
        assert!(free[0] < 0.0 && free[1] <= 0.0 && free[2] > 0.1, "{free:?}");
    }

    #[test]
    fn what_has_settled_is_what_more_steps_give() {
        for free in [0, 1] {
            let both = weights(free, Effort::EXACT).into_iter().zip(weights(free, Effort::SETTLED));
            both.for_each(|(exact, settled)| assert!((exact - settled).abs() < 1e-9, "{exact} {settled}"));
        }
    }
}

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

/// Newton's method has long converged.
const STEPS: usize = 25;
/// Enough to tell the sign of a weight.
const STEPS_DRAFT: usize = 9;

/// Fits log odds = bias + weights · inputs. The penalty acts on standardised inputs; weights come back for raw ones.
pub fn fit(rows: &[Row<'_>], penalty: f64) -> Fusion {
    newton(rows, penalty, (&(0..rows[0].inputs.len()).collect::<Vec<_>>(), STEPS))
}

/// As [`fit`], but no weight is positive: inputs that would get one are left out, until none would.
pub fn fit_decreasing(rows: &[Row<'_>], penalty: f64) -> Fusion {
    let mut used: Vec<usize> = (0..rows[0].inputs.len()).collect();
    loop {
        let draft = newton(rows, penalty, (&used, STEPS_DRAFT));
        let before = used.len();
        used.retain(|k| draft.weights[*k] <= 0.0);
        if used.len() == before {
            return newton(rows, penalty, (&used, STEPS));
        }
    }
}

/// Fits the inputs `used`; the weights of the others are 0.
fn newton(rows: &[Row<'_>], penalty: f64, (used, steps): (&[usize], usize)) -> Fusion {
    let n = used.len();
    let (mean, deviation) = standard(rows, used);
    let standardised = |row: &Row<'_>| -> Vec<f64> {
        let x =
            used.iter().zip(&mean).zip(&deviation).map(|((k, mean), deviation)| (row.inputs[*k] - mean) / deviation);
        x.chain([1.0]).collect()
    };
    let x: Vec<Vec<f64>> = rows.iter().map(standardised).collect();
    let mut theta = vec![0.0; n + 1];
    for _ in 0..steps {
        let mut gradient = vec![0.0; n + 1];
        let mut hessian = vec![vec![0.0; n + 1]; n + 1];
        for (row, x) in rows.iter().zip(&x) {
            accumulate(row, (x, &theta), &mut gradient, &mut hessian);
        }
        for k in 0..n {
            gradient[k] += penalty * theta[k];
            hessian[k][k] += penalty;
        }
        hessian[n][n] += 1e-9;
        let step = solve(hessian, gradient);
        let before = theta.clone();
        theta.iter_mut().zip(step).for_each(|(t, s)| *t -= s);
        if theta == before {
            break;
        }
    }
    let mut weights = vec![0.0; rows[0].inputs.len()];
    used.iter().enumerate().for_each(|(at, k)| weights[*k] = theta[at] / deviation[at]);
    let bias = theta[n] - used.iter().zip(&mean).map(|(k, m)| weights[*k] * m).sum::<f64>();
    Fusion { bias, weights }
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
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
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

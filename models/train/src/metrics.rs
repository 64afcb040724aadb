//! Error rates of scores of which greater speaks for the enrolled writer.

/// Equal error rate, percent, at the threshold where both rates are closest.
pub fn eer(genuine: &[f64], other: &[f64]) -> f64 {
    let (mut g, mut o) = (genuine.to_vec(), other.to_vec());
    g.sort_by(f64::total_cmp);
    o.sort_by(f64::total_cmp);
    let below = |sorted: &[f64], t: f64| sorted.partition_point(|v| *v < t) as f64 / sorted.len() as f64;
    let rates = |t: &f64| (below(&g, *t), 1.0 - below(&o, *t));
    let best = g.iter().chain(&o).map(rates).min_by(|a, b| (a.0 - a.1).abs().total_cmp(&(b.0 - b.1).abs()));
    best.map_or(0.0, |(miss, false_match)| 50.0 * (miss + false_match))
}

/// Cost of the log likelihood ratios (natural logarithm), bits.
pub fn cllr(genuine: &[f64], other: &[f64]) -> f64 {
    let cost = |v: f64| models::arithmetic::ln(1.0 + models::arithmetic::exp(v)) / std::f64::consts::LN_2;
    let mean = |values: &[f64], sign: f64| values.iter().map(|v| cost(sign * v)).sum::<f64>() / values.len() as f64;
    0.5 * (mean(genuine, -1.0) + mean(other, 1.0))
}

/// Percent of scores that are at least `threshold`.
pub fn share_from(scores: &[f64], threshold: f64) -> f64 {
    100.0 * scores.iter().filter(|v| **v >= threshold).count() as f64 / scores.len().max(1) as f64
}

/// The least threshold that at most `percent` of the scores reach.
pub fn threshold_at(scores: &[f64], percent: f64) -> f64 {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let allowed = (sorted.len() as f64 * percent / 100.0) as usize;
    sorted.get(allowed).map_or(f64::MIN, |v| v + 1e-9)
}

/// The value below which `percent` of the scores lie.
pub fn quantile(scores: &[f64], percent: f64) -> f64 {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * percent / 100.0) as usize]
}

/// Mean and standard deviation.
pub fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    models::features::moments(values)
}

//! The best that any monotone calibration could make of scores: pool adjacent violators. It sees the answers, so what it
//! gives is a bound and never a calibration to use.

/// Cost of the log likelihood ratios (bits) after the best monotone calibration; both kinds weigh the same.
pub fn cllr_min(genuine: &[f64], other: &[f64]) -> Option<f64> {
    if genuine.is_empty() || other.is_empty() {
        return None;
    }
    let (g, o) = (1.0 / genuine.len() as f64, 1.0 / other.len() as f64);
    let with = |scores: &[f64], block: Block| scores.iter().map(|s| (*s, block)).collect::<Vec<_>>();
    let mut items =
        [with(genuine, Block { genuine: g, other: 0.0 }), with(other, Block { genuine: 0.0, other: o })].concat();
    items.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut blocks: Vec<Block> = Vec::new();
    for equal in items.chunk_by(|a, b| a.0 == b.0) {
        blocks.push(equal.iter().fold(Block::default(), |sum, (_, b)| sum.and(b)));
        while let [.., lower, upper] = blocks.as_slice() {
            if lower.ratio() < upper.ratio() {
                break;
            }
            let joined = lower.and(upper);
            blocks.truncate(blocks.len() - 2);
            blocks.push(joined);
        }
    }
    Some(blocks.iter().map(Block::cost).sum::<f64>() * 0.5)
}

/// Neighbouring scores that get one likelihood ratio.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    genuine: f64,
    other: f64,
}

impl Block {
    fn and(&self, more: &Self) -> Self {
        Self { genuine: self.genuine + more.genuine, other: self.other + more.other }
    }
    /// The likelihood ratio as a share, so that it stays finite: 1 without others.
    fn ratio(&self) -> f64 {
        self.genuine / (self.genuine + self.other)
    }
    fn cost(&self) -> f64 {
        let bits = |weight: f64, share: f64| if weight > 0.0 { -weight * models::arithmetic::ln(share) } else { 0.0 };
        let share = self.ratio();
        (bits(self.genuine, share) + bits(self.other, 1.0 - share)) / std::f64::consts::LN_2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separated_scores_cost_nothing_and_useless_ones_a_bit() {
        assert_eq!(cllr_min(&[2.0, 3.0], &[0.0, 1.0]), Some(0.0));
        let useless = cllr_min(&[1.0, 1.0], &[1.0, 1.0]).unwrap();
        assert!((useless - 1.0).abs() < 1e-12);
        // Worse than useless cannot be: the order is not turned round.
        assert!((cllr_min(&[0.0], &[1.0]).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(cllr_min(&[], &[1.0]), None);
    }

    #[test]
    fn never_more_than_the_cost_of_the_scores_themselves() {
        let (genuine, other) = ([-0.5, 0.4, 1.2, 3.0], [-4.0, -1.0, 0.3, 0.9]);
        let cost = crate::metrics::cllr(&genuine, &other);
        let least = cllr_min(&genuine, &other).unwrap();
        assert!(least > 0.0 && least < cost, "{least} {cost}");
    }
}

//! From evidence to a likelihood ratio: log10 LR that the enrolled writer wrote it and not somebody who practised the
//! signature, in thousandths. One affine function per condition, so that a report can show what each number added.

use crate::constants::Fusion;

/// LLRs are not stated beyond this: 30 writers do not support more than a factor of one hundred.
pub const LLR_LIMIT: i32 = 2000;
/// 1000 / ln 10.
const MILLIBAN: f64 = 434.294_481_903_251_8;

/// Where the bands of a verdict lie, in milliban. `accept` at `accept_at` or more, `reject` below `reject_below`, between
/// them `review`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Least LLR that is accepted.
    pub accept_at: i32,
    /// LLRs below this are rejected.
    pub reject_below: i32,
}

/// Natural logarithm of the odds, at even prior odds.
pub fn log_odds(fusion: &Fusion, evidence: &[f64]) -> f64 {
    fusion.weights.iter().zip(evidence).fold(fusion.bias, |sum, (w, e)| sum + w * e)
}

/// The integer that enters the ledger: rounded half up, limited to ±[`LLR_LIMIT`].
pub fn milliban(log_odds: f64) -> i32 {
    limited(log_odds, LLR_LIMIT)
}

/// As [`milliban`], with a limit of its own.
pub fn limited(log_odds: f64, limit: i32) -> i32 {
    let limit = f64::from(limit);
    (log_odds * MILLIBAN + 0.5).floor().clamp(-limit, limit) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_of_ten_is_a_thousand_milliban() {
        assert_eq!(milliban(std::f64::consts::LN_10), 1000);
        assert_eq!(milliban(-std::f64::consts::LN_10), -1000);
        assert_eq!((milliban(1e9), milliban(-1e9), milliban(0.0)), (LLR_LIMIT, -LLR_LIMIT, 0));
    }

    #[test]
    fn evidence_is_weighed() {
        let fusion = Fusion { bias: 1.0, weights: vec![2.0, -1.0] };
        assert_eq!(log_odds(&fusion, &[0.5, 3.0]), -1.0);
    }
}

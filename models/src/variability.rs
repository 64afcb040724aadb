//! How far a signer's references lie from one another, as numbers beside the evidence: the same for everything that is
//! compared with them, so nobody gains by making a distance larger or smaller.
//!
//! DsDTW divides distances by the square root of the references' own (Jiang et al., TIFS 2022). With these numbers the
//! fusion learns that exponent for each condition, and how the hands of the careless differ from those of the careful.
//! Weighing them is `llr`'s task.

use crate::evidence;
use crate::evidence::log;
use crate::graph::gallery;

/// Names, in order: by time warping and by the network, to the nearest other reference and in the mean of all pairs.
pub const NAMES: [&str; 4] = ["variable_nearest", "variable_mean", "graph_variable_nearest", "graph_variable_mean"];
/// Logarithms of the spreads by time warping lie in here in the development data (2 to 8 references, either task, with
/// and without pressure). A template outside says no more than the most even or the most uneven hand that was seen.
const WARPED: [f64; 2] = [-0.9, 0.4];
/// The same of spreads by the network, in its units.
const SEEN: [f64; 2] = [-0.25, 0.95];

/// The numbers; none for a single reference.
pub fn variability(warped: Option<&evidence::Spread>, seen: Option<&gallery::Spread>) -> Vec<f64> {
    let (Some(warped), Some(seen)) = (warped, seen) else { return Vec::new() };
    let within = |spread: f64, [low, high]: [f64; 2]| log(spread).clamp(low, high);
    vec![
        within(warped.nearest, WARPED),
        within(warped.mean[0], WARPED),
        within(seen.nearest, SEEN),
        within(seen.mean, SEEN),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtw::MEASURES;

    #[test]
    fn a_number_for_each_name_and_none_for_one_reference() {
        let warped = evidence::Spread { nearest: 1.0, mean: [1.0; MEASURES] };
        let seen = gallery::Spread { nearest: 1.0, mean: 1.0 };
        assert_eq!(variability(Some(&warped), Some(&seen)), [0.0; NAMES.len()]);
        assert!(variability(None, None).is_empty());
    }

    #[test]
    fn a_template_unlike_any_that_was_seen_says_no_more_than_the_furthest() {
        let at = |d| {
            let warped = evidence::Spread { nearest: d, mean: [d; MEASURES] };
            variability(Some(&warped), Some(&gallery::Spread { nearest: d, mean: d }))
        };
        assert_eq!(at(0.0), [-0.9, -0.9, -0.25, -0.25]);
        assert_eq!(at(1e9), [0.4, 0.4, 0.95, 0.95]);
    }
}

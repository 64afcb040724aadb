//! Confidence intervals: whole writers are drawn with replacement, because the signatures of one writer do not err
//! independently. The seed is fixed, so a run can be repeated.

use crate::population::{Population, Rates};
use crate::workers;

/// Samples drawn.
const SAMPLES: usize = 1000;
/// Samples a job takes.
const AT_ONCE: usize = 50;

/// The middle 95 % of each rate over all samples; `None` where fewer than two writers leave nothing to draw.
#[derive(Debug, Clone, Copy, Default)]
pub struct Intervals {
    /// As [`Rates::eer_global`].
    pub eer_global: Option<[f64; 2]>,
    /// As [`Rates::eer_user`].
    pub eer_user: Option<[f64; 2]>,
    /// As [`Rates::eer_random`].
    pub eer_random: Option<[f64; 2]>,
    /// As [`Rates::cllr`].
    pub cllr: Option<[f64; 2]>,
}

/// Draws and measures.
pub fn intervals(population: &Population) -> Intervals {
    let users = population.users.len();
    if users < 2 {
        return Intervals::default();
    }
    let samples = weights(users);
    let batches = workers::map(SAMPLES / AT_ONCE, |batch| {
        let mine = &samples[batch * AT_ONCE..][..AT_ONCE];
        mine.iter().map(|weights| population.rates(weights)).collect::<Vec<_>>()
    });
    let rates: Vec<Rates> = batches.into_iter().flatten().collect();
    let middle = |of: fn(&Rates) -> Option<f64>| middle(rates.iter().filter_map(of).collect());
    Intervals {
        eer_global: middle(|r| r.eer_global),
        eer_user: middle(|r| r.eer_user),
        eer_random: middle(|r| r.eer_random),
        cllr: middle(|r| r.cllr),
    }
}

/// How often each user is in each sample.
fn weights(users: usize) -> Vec<Vec<f64>> {
    let mut state: u64 = 95;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut sample = || {
        let mut weights = vec![0.0; users];
        (0..users).for_each(|_| weights[next() % users] += 1.0);
        weights
    };
    (0..SAMPLES).map(|_| sample()).collect()
}

fn middle(mut values: Vec<f64>) -> Option<[f64; 2]> {
    values.sort_by(f64::total_cmp);
    let at = |permille: usize| values.get((values.len().saturating_sub(1) * permille + 500) / 1000).copied();
    Some([at(25)?, at(975)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_as_many_users() {
        let weights = weights(7);
        assert!(weights.iter().all(|w| w.iter().sum::<f64>() == 7.0));
        assert!(weights.iter().any(|w| w.contains(&0.0)));
    }

    #[test]
    fn the_middle_leaves_a_fortieth_at_either_end() {
        assert_eq!(middle((0..=1000).map(f64::from).collect()), Some([25.0, 975.0]));
        assert_eq!(middle(vec![]), None);
    }
}

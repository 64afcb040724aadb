//! How far a likelihood ratio may be stated: the empirical lower and upper bounds (ELUB) of Vergeer, van Es, de Jongh,
//! Alberink and Stoel, Science & Justice 56 (2016) 482-491. A ratio beyond them would rest on the shape of a curve where
//! there is no data: one more misleading signature would make it worse than saying nothing.

/// Step in which bounds are looked for, natural logarithm.
const STEP: f64 = 0.05;
/// Furthest looked at: a factor of a million.
const FURTHEST: f64 = 13.8;

/// The largest |ln LR| that both samples support. `genuine` and `other` are held-out natural-logarithm ratios; `repeats`
/// says how often each signature is among them (once for every draw of references).
pub fn elub(genuine: &[f64], other: &[f64], repeats: f64) -> f64 {
    let upper = furthest(|t| worse_than_silence((genuine, other), repeats, t));
    // With the roles changed the lower bound is the upper one of the reciprocal.
    let negated = |values: &[f64]| values.iter().map(|v| -v).collect::<Vec<_>>();
    let (g, o) = (negated(genuine), negated(other));
    let lower = furthest(|t| worse_than_silence((&o, &g), repeats, t));
    upper.min(lower)
}

fn furthest(worse: impl Fn(f64) -> bool) -> f64 {
    let steps = (FURTHEST / STEP) as u32;
    let first_bad = (1..=steps).find(|k| worse(f64::from(*k) * STEP)).unwrap_or(steps + 1);
    f64::from(first_bad - 1) * STEP
}

/// Whether deciding by the ratio at odds of `t` against costs more than always deciding for the other, when one more
/// signature of each kind misleads.
fn worse_than_silence((genuine, other): (&[f64], &[f64]), repeats: f64, t: f64) -> bool {
    let share = |count: usize, of: usize| (count as f64 / repeats + 1.0) / (of as f64 / repeats + 1.0);
    let missed = share(genuine.iter().filter(|v| **v <= t).count(), genuine.len());
    let matched = share(other.iter().filter(|v| **v > t).count(), other.len());
    models::arithmetic::exp(t) * matched + missed.min(1.0) >= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_well_told_signatures_support_less_than_a_thousand() {
        let (genuine, other) = (vec![20.0; 1000], vec![-20.0; 1000]);
        let limit = elub(&genuine, &other, 1.0);
        assert!((6.5..=6.91).contains(&limit), "{limit}");
        assert!(elub(&genuine[..100], &other[..100], 1.0) < 4.7);
        assert!(elub(&genuine, &other, 10.0) < 4.7, "ten draws of a signature are not ten signatures");
    }

    #[test]
    fn nothing_is_supported_where_nothing_is_told_apart() {
        let same: Vec<f64> = (0..100).map(|i| f64::from(i) / 50.0 - 1.0).collect();
        assert_eq!(elub(&same, &same, 1.0), 0.0);
    }
}

//! Scores in order, so that error rates at every threshold follow from one pass, with a weight for each user: a bootstrap
//! sample is a set of weights. A signature whose score equals the threshold counts as accepted.

/// Genuine and other scores of one draw of references, ascending.
#[derive(Debug, Clone, Default)]
pub struct Ranked {
    items: Vec<Item>,
}

/// A score, the index of its user, and whether it is genuine.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Greater speaks for the enrolled writer.
    pub score: f64,
    /// Index of the user's weight.
    pub user: usize,
    /// Whether the enrolled person wrote.
    pub genuine: bool,
}

/// Error rates at one threshold, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Scores of at least this are accepted.
    pub threshold: f64,
    /// Share of genuine signatures below it.
    pub miss: f64,
    /// Share of the others not below it.
    pub false_match: f64,
}

impl Ranked {
    /// Sorts.
    pub fn new(mut items: Vec<Item>) -> Self {
        items.sort_by(|a, b| a.score.total_cmp(&b.score));
        Self { items }
    }
    /// The rates at each different score, ascending; `None` if either kind has no weight.
    pub fn rates(&self, weights: &[f64]) -> Option<Vec<Rates>> {
        let total = |genuine: bool| -> f64 {
            self.items.iter().filter(|i| i.genuine == genuine).map(|i| weights[i.user]).sum()
        };
        let (all_genuine, all_other) = (total(true), total(false));
        if all_genuine <= 0.0 || all_other <= 0.0 {
            return None;
        }
        let (mut genuine, mut other, mut out) = (0.0, 0.0, Vec::new());
        for equal in self.items.chunk_by(|a, b| a.score == b.score) {
            let (miss, false_match) = (genuine / all_genuine, 1.0 - other / all_other);
            out.push(Rates { threshold: equal[0].score, miss, false_match });
            for item in equal {
                *(if item.genuine { &mut genuine } else { &mut other }) += weights[item.user];
            }
        }
        Some(out)
    }
    /// Equal error rate, percent: the mean of both rates at the threshold where they are closest, the lowest if several are.
    pub fn eer(&self, weights: &[f64]) -> Option<f64> {
        let apart = |r: &Rates| (r.miss - r.false_match).abs();
        let rates = self.rates(weights)?;
        let best = rates.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))?;
        Some(50.0 * (best.miss + best.false_match))
    }
    /// Percent of genuine signatures missed at the lowest threshold where at most `percent` of the others match.
    pub fn miss_at(&self, percent: f64, weights: &[f64]) -> Option<f64> {
        let rates = self.rates(weights)?;
        Some(rates.iter().find(|r| r.false_match * 100.0 <= percent).map_or(100.0, |r| 100.0 * r.miss))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(genuine: &[f64], other: &[f64]) -> Ranked {
        let items = |scores: &[f64], genuine| {
            scores.iter().enumerate().map(move |(user, s)| Item { score: *s, user, genuine }).collect::<Vec<_>>()
        };
        Ranked::new([items(genuine, true), items(other, false)].concat())
    }

    fn eer(genuine: &[f64], other: &[f64]) -> Option<f64> {
        ranked(genuine, other).eer(&[1.0; 8])
    }

    #[test]
    fn separated_scores_have_no_error_and_equal_ones_are_guesses() {
        assert_eq!(eer(&[2.0, 3.0], &[0.0, 1.0]), Some(0.0));
        assert_eq!(eer(&[0.0, 1.0], &[2.0, 3.0]), Some(100.0));
        assert_eq!(eer(&[5.0; 4], &[5.0; 4]), Some(50.0));
        assert_eq!(eer(&[5.0; 4], &[]), None);
    }

    #[test]
    fn ties_at_a_limit_are_not_split() {
        // A threshold at the limit accepts a quarter of the others, one above it nobody: no threshold between them.
        assert_eq!(eer(&[2000.0; 4], &[2000.0, 0.0, 0.0, 0.0]), Some(12.5));
        assert_eq!(ranked(&[2000.0; 4], &[2000.0, 0.0, 0.0, 0.0]).miss_at(1.0, &[1.0; 8]), Some(100.0));
    }

    #[test]
    fn a_refused_signature_is_below_all() {
        assert_eq!(eer(&[f64::NEG_INFINITY, 2.0], &[f64::NEG_INFINITY, 1.0]), Some(50.0));
        assert_eq!(eer(&[1.0, 2.0], &[f64::NEG_INFINITY; 2]), Some(0.0));
    }

    #[test]
    fn a_weight_of_two_is_two_users() {
        let once = ranked(&[1.0, 3.0], &[2.0, 0.0]);
        let twice = ranked(&[1.0, 3.0, 3.0], &[2.0, 0.0, 0.0]);
        assert_eq!(once.eer(&[1.0, 2.0]), twice.eer(&[1.0; 3]));
        assert_eq!(once.eer(&[0.0, 1.0]), Some(0.0));
    }
}

//! A share of errors with its confidence interval.

/// `errors` of `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate {
    /// Wrongly classified.
    pub errors: usize,
    /// All.
    pub n: usize,
}

impl Rate {
    /// Of decisions, `true` where the check erred.
    pub fn of(wrong: impl IntoIterator<Item = bool>) -> Self {
        let mut rate = Self::default();
        wrong.into_iter().for_each(|wrong| rate.add(wrong));
        rate
    }
    /// Counts one more.
    pub fn add(&mut self, wrong: bool) {
        self.errors += usize::from(wrong);
        self.n += 1;
    }
    /// Percent.
    pub fn percent(&self) -> f64 {
        100.0 * self.errors as f64 / self.n.max(1) as f64
    }
    /// 95 % interval in percent (Wilson 1927). It takes attempts as independent; those of one writer are not quite.
    pub fn interval(&self) -> (f64, f64) {
        if self.n == 0 {
            return (0.0, 100.0);
        }
        let (n, z) = (self.n as f64, 1.96);
        let p = self.errors as f64 / n;
        let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        (100.0 * (middle - half).max(0.0), 100.0 * (middle + half).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_of_three_hundred_is_below_about_one_percent() {
        let rate = Rate::of([false; 300]);
        assert_eq!(rate.percent(), 0.0);
        let (low, high) = rate.interval();
        assert!(low < 1e-9 && (1.0..1.5).contains(&high), "{low} {high}");
    }
}

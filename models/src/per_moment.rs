//! The mean difference along a path, where each moment of the first signature counts once, however many moments of the second
//! are matched with it: who dwells somewhere is not held to be further away there.
//!
//! This is what weighing by one over the number of matches does in Okawa's LS-DTW (Pattern Recognition 112, 2021). What a
//! difference is, and what the mean means, is the caller's.

/// Gathers the mean of `W` differences.
pub(crate) struct PerMoment<const W: usize> {
    /// Of the moments that are done.
    total: [f32; W],
    /// The moment that differences are added to, and those so far.
    at: usize,
    sum: [f32; W],
    count: f32,
}

impl<const W: usize> PerMoment<W> {
    /// Of a path that ends in this moment of the first signature.
    #[inline(always)]
    pub(crate) fn ending_in(at: usize) -> Self {
        Self { total: [0.0; W], at, sum: [0.0; W], count: 0.0 }
    }
    /// Adds a pair of the path; moments come in descending order, and none is left out.
    #[inline(always)]
    pub(crate) fn add(&mut self, at: usize, differences: &[f32; W]) {
        if at != self.at {
            self.settle();
            (self.at, self.sum, self.count) = (at, [0.0; W], 0.0);
        }
        self.sum.iter_mut().zip(differences).for_each(|(sum, d)| *sum += d);
        self.count += 1.0;
    }
    #[inline(always)]
    fn settle(&mut self) {
        let Self { total, sum, count, .. } = self;
        total.iter_mut().zip(sum).for_each(|(total, sum)| *total += *sum / *count);
    }
    /// The means over a first signature of `len` moments, when its first one was added.
    #[inline(always)]
    pub(crate) fn means(mut self, len: usize) -> [f64; W] {
        self.settle();
        self.total.map(|total| f64::from(total) / len as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_matched_with_one_moment_counts_as_one() {
        let mut gathered = PerMoment::ending_in(2);
        for (at, difference) in [(2, 1.0), (1, 2.0), (1, 4.0), (1, 6.0), (0, 7.0)] {
            gathered.add(at, &[difference, 0.5]);
        }
        assert_eq!(gathered.means(3), [4.0, 0.5]);
    }
}

//! What comparing each of several with every other one gave, in either order. Nothing is compared with itself. How they are
//! compared is the caller's.

/// One result for every ordered pair.
pub(crate) struct Pairs<T> {
    others: usize,
    found: Vec<T>,
}

impl<T> Pairs<T> {
    /// Compares each of `n`, the first one named first.
    pub(crate) fn of(n: usize, mut compare: impl FnMut(usize, usize) -> T) -> Self {
        let mut found = Vec::with_capacity(n * n.saturating_sub(1));
        for one in 0..n {
            found.extend((0..n).filter(|other| *other != one).map(|other| compare(one, other)));
        }
        Self { others: n.saturating_sub(1), found }
    }
    /// Of one with another; they are not the same.
    pub(crate) fn at(&self, one: usize, other: usize) -> &T {
        debug_assert_ne!(one, other, "nothing is compared with itself");
        &self.found[one * self.others + other - usize::from(other > one)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_has_its_own() {
        let pairs = Pairs::of(4, |one, other| {
            assert_ne!(one, other);
            10 * one + other
        });
        assert_eq!(pairs.found.len(), 12);
        for one in 0..4 {
            (0..4).filter(|other| *other != one).for_each(|other| assert_eq!(*pairs.at(one, other), 10 * one + other));
        }
        assert!(Pairs::of(1, |_, _| ()).found.is_empty());
    }
}

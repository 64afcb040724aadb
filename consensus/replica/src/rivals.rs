//! Rivals: transactions of which only one may be committed, because they hold the same writing.
//!
//! A link stands from the moment that one of the two waits, whether or not the other does yet: the shell compares writings
//! before consensus hears of them, and the two may come here in either order. It knows no writing; the shell says who is
//! whose rival. Bounded by the pool: links go with the transactions that wait.

use proto::TxId;
use std::collections::{BTreeMap, BTreeSet};

/// Who rivals whom, from both sides.
#[derive(Debug, Default)]
pub struct Rivals {
    links: BTreeMap<TxId, BTreeSet<TxId>>,
}

impl Rivals {
    /// Of these two only one may be committed.
    pub fn link(&mut self, one: TxId, other: TxId) {
        if one != other {
            self.links.entry(one).or_default().insert(other);
            self.links.entry(other).or_default().insert(one);
        }
    }
    /// The rivals of one.
    pub fn of(&self, id: &TxId) -> impl Iterator<Item = &TxId> {
        self.links.get(id).into_iter().flatten()
    }
    /// Forgets one that was committed or given up, and gives its rivals.
    pub fn remove(&mut self, id: &TxId) -> BTreeSet<TxId> {
        let rivals = self.links.remove(id).unwrap_or_default();
        for rival in &rivals {
            let alone = self.links.get_mut(rival).is_some_and(|links| links.remove(id) && links.is_empty());
            if alone {
                self.links.remove(rival);
            }
        }
        rivals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::Digest;

    #[test]
    fn links_are_known_from_both_sides_and_go_with_either() {
        let [a, b, c] = [1, 2, 3].map(|n| Digest([n; 32]));
        let mut rivals = Rivals::default();
        rivals.link(a, b);
        rivals.link(c, b);
        rivals.link(a, a);
        assert_eq!(rivals.of(&b).collect::<Vec<_>>(), [&a, &c]);
        assert_eq!(rivals.of(&a).collect::<Vec<_>>(), [&b]);
        assert_eq!(rivals.remove(&b), [a, c].into());
        assert!(rivals.links.is_empty(), "nothing is left behind: {rivals:?}");
    }
}

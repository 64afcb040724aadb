//! A map that keeps what was used last, within a bound on the sum of weights. Not thread-safe; wrap it in a mutex.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// The map.
pub struct Lru<K, V> {
    room: usize,
    used: usize,
    clock: u64,
    rows: HashMap<K, Row<V>>,
    order: BTreeMap<u64, K>,
}

struct Row<V> {
    value: V,
    weight: usize,
    stamp: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> Lru<K, V> {
    /// An empty map for weights of at most `room` in all.
    pub fn new(room: usize) -> Self {
        Self { room, used: 0, clock: 0, rows: HashMap::new(), order: BTreeMap::new() }
    }
    /// The value of `key`, which counts as used now.
    pub fn get(&mut self, key: &K) -> Option<V> {
        self.clock += 1;
        let row = self.rows.get_mut(key)?;
        self.order.remove(&row.stamp);
        row.stamp = self.clock;
        self.order.insert(self.clock, key.clone());
        Some(row.value.clone())
    }
    /// Keeps a value; one heavier than all the room is not kept.
    pub fn put(&mut self, key: K, value: V, weight: usize) {
        self.remove(&key);
        if weight > self.room {
            return;
        }
        while self.used + weight > self.room {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            self.remove(&oldest);
        }
        self.clock += 1;
        self.used += weight;
        self.order.insert(self.clock, key.clone());
        self.rows.insert(key, Row { value, weight, stamp: self.clock });
    }
    /// Forgets a value.
    pub fn remove(&mut self, key: &K) {
        if let Some(row) = self.rows.remove(key) {
            self.used -= row.weight;
            self.order.remove(&row.stamp);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut map = Lru::new(3);
        for k in 0..3 {
            map.put(k, k, 1);
        }
        assert_eq!(map.get(&0), Some(0));
        map.put(3, 3, 1);
        assert_eq!((map.get(&0), map.get(&1), map.get(&3)), (Some(0), None, Some(3)));
    }

    #[test]
    fn weights_are_bounded() {
        let mut map = Lru::new(10);
        map.put("a", 1, 6);
        map.put("b", 2, 6);
        assert_eq!((map.get(&"a"), map.get(&"b")), (None, Some(2)));
        map.put("c", 3, 11);
        assert_eq!((map.get(&"c"), map.get(&"b"), map.used), (None, Some(2), 6));
        map.put("b", 4, 2);
        assert_eq!((map.get(&"b"), map.used), (Some(4), 2));
    }
}

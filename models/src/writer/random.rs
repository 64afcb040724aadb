//! SplitMix64 (Steele, Lea, Flood 2014): a small generator for invented people. Never for keys or salts.

/// A stream of numbers that follows from its seed.
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// The stream named by `parts`; another list is another stream.
    pub(super) fn of(parts: &[u64]) -> Self {
        let mut random = Self { state: 0x6368_6972_6f67_7261 };
        for part in parts {
            random.state = random.next() ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93);
        }
        random
    }
    /// 64 random bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Uniform in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// Uniform in [low, high).
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }
    /// About normal with mean 0 and this deviation: a sum of twelve uniforms, so never beyond six deviations.
    pub(super) fn normal(&mut self, deviation: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.unit()).sum();
        (sum - 6.0) * deviation
    }
    /// A factor around 1 that is about as often doubled as halved.
    pub(super) fn factor(&mut self, deviation: f64) -> f64 {
        crate::arithmetic::exp(self.normal(deviation))
    }
    /// One of `items`, which is not empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.next() % items.len() as u64) as usize]
    }
}

//! Reproducible randomness for making attacks: one stream per attack, named by numbers. Not for keys.

use models::arithmetic::exp;

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream with this name.
    pub fn of(name: &[u64]) -> Self {
        let mut chance = Self(0x6174_7461_636b_7321);
        for part in name {
            chance.0 = chance.next() ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93);
        }
        chance
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
    /// About normal: a sum of twelve uniforms.
    pub fn normal(&mut self, deviation: f64) -> f64 {
        ((0..12).map(|_| self.unit()).sum::<f64>() - 6.0) * deviation
    }
    /// A factor around 1, as often doubled as halved.
    pub fn factor(&mut self, deviation: f64) -> f64 {
        exp(self.normal(deviation))
    }
    /// A whole number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

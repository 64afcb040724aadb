//! How much of our time a peer may take with questions: a bucket that fills with time and is emptied by what it asks for.
//!
//! Counted by what an answer costs us, not by question: a question of fifty bytes may ask for a mebibyte. Who asks more gets
//! no answer and asks somebody else. It knows nothing of who asks in good faith: catching up at full speed stays below it.

use proto::TimeMs;

/// Most that is saved up, in bytes.
const BYTES_MAX: i64 = 4 << 20;
/// How fast it fills: 4 MiB a second, about a thousand small blocks.
const BYTES_PER_MS: i64 = 4 << 10;
/// What each thing that is looked up counts, beside its bytes.
pub const LOOKUP_BYTES: usize = 4 << 10;

/// What one peer may still have.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Below nothing after an answer that was larger than what was left.
    left: i64,
    filled: TimeMs,
}

impl Allowance {
    /// A full one.
    pub fn new(now: TimeMs) -> Self {
        Self { left: BYTES_MAX, filled: now }
    }
    /// Whether a question may be answered at `now`.
    pub fn is_open(&mut self, now: TimeMs) -> bool {
        let ms = i64::try_from(now.0.saturating_sub(self.filled.0)).unwrap_or(i64::MAX);
        self.left = self.left.saturating_add(ms.saturating_mul(BYTES_PER_MS)).min(BYTES_MAX);
        self.filled = now;
        self.left > 0
    }
    /// An answer cost so much.
    pub fn take(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(i64::try_from(bytes).unwrap_or(i64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_more_than_it_may_waits_and_nothing_is_saved_up_beyond_the_rim() {
        let mut one = Allowance::new(TimeMs(5));
        let mut answers = 0;
        while one.is_open(TimeMs(5)) {
            one.take(1 << 20);
            answers += 1;
        }
        assert_eq!(answers, 4);
        assert!(one.is_open(TimeMs(6)));
        one.take(8 << 20);
        assert!(!one.is_open(TimeMs(1_000)) && one.is_open(TimeMs(3_000)));
        assert!(one.is_open(TimeMs(u64::MAX)) && one.left == BYTES_MAX);
    }
}

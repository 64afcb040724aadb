//! When to tell the operator that a validator cannot be reached: not at once, because nodes start one after another, and not
//! at each of the many times that it is dialed.

use std::time::Duration;
use tokio::time::Instant;

/// A node that starts with the others may have to wait for them so long.
const GRACE: Duration = Duration::from_secs(10);
/// Between two lines about one validator.
const SILENCE: Duration = Duration::from_secs(600);

/// How long one validator has not been reached, and when that was said last.
#[derive(Default, Debug)]
pub struct Outage {
    since: Option<Instant>,
    told: Option<Instant>,
}

impl Outage {
    /// It was not reached again: for how long now, if that is to be said.
    pub fn failed(&mut self, now: Instant) -> Option<Duration> {
        let lasts = now - *self.since.get_or_insert(now);
        let is_news = self.told.is_none_or(|told| now - told >= SILENCE);
        (lasts >= GRACE && is_news).then(|| {
            self.told = Some(now);
            lasts
        })
    }
    /// It was reached. What is said next is news, but a link that comes and goes is not said more often.
    pub fn ended(&mut self) {
        self.since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_once_it_lasts_and_then_rarely() {
        let (mut outage, start) = (Outage::default(), Instant::now());
        let after = |s: u64| start + Duration::from_secs(s);
        assert_eq!([0, 2, 9].map(|s| outage.failed(after(s))), [None; 3], "the others may be starting");
        assert_eq!(outage.failed(after(11)), Some(Duration::from_secs(11)));
        assert_eq!([13, 300, 610].map(|s| outage.failed(after(s))), [None; 3]);
        assert_eq!(outage.failed(after(611)), Some(Duration::from_secs(611)));
        outage.ended();
        assert_eq!([700, 720, 1_300].map(|s| outage.failed(after(s)).is_some()), [false, false, true]);
    }
}

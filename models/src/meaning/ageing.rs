//! When references have become too old to speak for today's hand. A policy over given ages: it reads no clock, and it does
//! not renew anything.

use super::advice::{Advice, Severity};
use crate::packet::StrokePacket;
use proto::flags::FLAG_TEMPLATE_OLD;
use serde::Serialize;

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// What an organisation has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AgeingPolicy {
    /// Older references are flagged.
    pub warn_after_days: u32,
    /// Older references are not compared with.
    pub refuse_after_days: u32,
}

/// What the policy says of references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Ageing {
    /// Young enough.
    Current {
        /// Age of the middle reference.
        days: u32,
    },
    /// Flag and enrol again soon.
    Old {
        /// Age of the middle reference.
        days: u32,
    },
    /// Enrol again first.
    Expired {
        /// Age of the middle reference.
        days: u32,
    },
}

impl Default for AgeingPolicy {
    /// One year and five years. Chosen, not measured: the data that the model is fitted to spans days.
    fn default() -> Self {
        Self { warn_after_days: 365, refuse_after_days: 1826 }
    }
}

impl AgeingPolicy {
    /// Judges by the middle reference (the older of two middle ones): one new reference does not make the others young,
    /// and one old one does not spoil them. `None` without references.
    pub fn judge(&self, ages_days: &[u32]) -> Option<Ageing> {
        let mut sorted = ages_days.to_vec();
        sorted.sort_unstable();
        let days = *sorted.get(sorted.len() / 2)?;
        Some(if days > self.refuse_after_days {
            Ageing::Expired { days }
        } else if days > self.warn_after_days {
            Ageing::Old { days }
        } else {
            Ageing::Current { days }
        })
    }
}

/// Ages of references when a signature was written, days, by the devices' own clocks: claims, for advice only. References
/// and signatures that do not say when they were written have none.
pub fn ages_days(signature: &StrokePacket, references: &[StrokePacket]) -> Vec<u32> {
    let now = signature.session.device_time.0;
    let dated = references.iter().map(|r| r.session.device_time.0).filter(|then| *then > 0 && *then <= now);
    dated.map(|then| u32::try_from((now - then) / DAY_MS).unwrap_or(u32::MAX)).collect()
}

impl Ageing {
    /// What to do about references that are not young enough.
    pub fn advice(self) -> Option<Advice> {
        let (severity, days) = match self {
            Self::Current { .. } => return None,
            Self::Old { days } => (Severity::Note, days),
            Self::Expired { days } => (Severity::Warning, days),
        };
        Some(Advice {
            code: "TEMPLATE_OLD",
            severity,
            references: vec![],
            zh: format!("参考签名采集于约{days}天之前，书写习惯会随时间变化：请重新采集参考签名。"),
            en: format!("The references are about {days} days old and hands change: enrol again."),
        })
    }
    /// The bit to add to an opinion's flags.
    pub fn flag(self) -> u32 {
        if matches!(self, Self::Current { .. }) { 0 } else { FLAG_TEMPLATE_OLD }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: AgeingPolicy = AgeingPolicy { warn_after_days: 100, refuse_after_days: 200 };

    #[test]
    fn the_middle_reference_decides() {
        assert_eq!(POLICY.judge(&[]), None);
        assert_eq!(POLICY.judge(&[100]), Some(Ageing::Current { days: 100 }));
        assert_eq!(POLICY.judge(&[0, 101, 500]), Some(Ageing::Old { days: 101 }));
        assert_eq!(POLICY.judge(&[0, 201]), Some(Ageing::Expired { days: 201 }));
        assert_eq!(POLICY.judge(&[900, 1, 2]), Some(Ageing::Current { days: 2 }));
    }

    #[test]
    fn ages_are_of_what_says_when_it_was_written() {
        let at = |days: u64| {
            let mut packet = crate::Writer::new(1).sign(days);
            packet.session.device_time = proto::TimeMs(days * DAY_MS);
            packet
        };
        assert_eq!(ages_days(&at(400), &[at(1), at(0), at(399), at(401)]), [399, 1]);
        assert!(ages_days(&at(0), &[at(1)]).is_empty());
        assert_eq!(Ageing::Expired { days: 9 }.advice().map(|a| a.severity), Some(Severity::Warning));
        assert_eq!(Ageing::Current { days: 9 }.advice(), None);
    }

    #[test]
    fn only_what_is_not_current_is_flagged() {
        let flags =
            [Ageing::Current { days: 1 }, Ageing::Old { days: 1 }, Ageing::Expired { days: 1 }].map(Ageing::flag);
        assert_eq!(flags, [0, FLAG_TEMPLATE_OLD, FLAG_TEMPLATE_OLD]);
    }
}

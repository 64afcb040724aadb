//! Times as people write them. Both languages show the same digits: China's legal time, UTC+8.

/// China has one time zone and no summer time.
const CHINA_MS: u64 = 8 * 3_600_000;
const DAY_MS: u64 = 86_400_000;

/// A moment by China's legal time: year, month, day, hour, minute, second.
pub fn parts(ms: u64) -> [u64; 6] {
    let ms = ms.saturating_add(CHINA_MS);
    let (year, month, day) = date(ms / DAY_MS);
    let rest = ms % DAY_MS;
    [year, month, day, rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60]
}

/// `2026-11-22 16:01:05.123 (UTC+8)` of milliseconds since 1970-01-01 UTC.
pub fn time(ms: u64) -> String {
    let [year, month, day, hour, minute, second] = parts(ms);
    let rest = ms.saturating_add(CHINA_MS) % 1000;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{rest:03} (UTC+8)")
}

/// A moment that is known to a step of so many milliseconds: `2026-11-22 16:01:05 (UTC+8)` where it is a whole second.
pub fn stepped(ms: u64, step_ms: u64) -> String {
    let whole = time(ms);
    if step_ms < 1000 { whole } else { format!("{} (UTC+8)", &whole[..whole.rfind('.').unwrap_or(whole.len())]) }
}

/// Year, month and day of days since 1970-01-01, Gregorian. Years are counted from March, so that the leap day comes last.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_fall_where_the_calendar_has_them() {
        assert_eq!(time(0), "1970-01-01 08:00:00.000 (UTC+8)");
        assert_eq!(time(951_782_400_000 - CHINA_MS), "2000-02-29 00:00:00.000 (UTC+8)");
        assert_eq!(time(1_798_732_799_999), "2026-12-31 23:59:59.999 (UTC+8)");
        assert_eq!(stepped(951_782_400_000 - CHINA_MS, 1000), "2000-02-29 00:00:00 (UTC+8)");
        assert_eq!(stepped(951_782_400_007 - CHINA_MS, 1), "2000-02-29 00:00:00.007 (UTC+8)");
        assert_eq!(date(20_779), (2026, 11, 22));
        assert_eq!(date(19_782), (2024, 2, 29));
    }

    #[test]
    fn the_end_of_time_does_not_overflow() {
        assert!(time(u64::MAX).ends_with("(UTC+8)"));
    }
}

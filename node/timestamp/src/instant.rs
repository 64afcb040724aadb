//! Times as certificates and tokens write them, in milliseconds since 1970. No clock.

use crate::der::{BadDer, Value, tag};
use proto::TimeMs;

/// Digits of a UTCTime and its `Z`.
const UTC_LENGTH: usize = 13;

/// UTCTime (until 2049) or GeneralizedTime, from 1970 on; in DER both end in `Z`.
pub fn time(value: &Value<'_>, field: &'static str) -> Result<TimeMs, BadDer> {
    let text = std::str::from_utf8(value.body).map_err(|_| BadDer(field))?;
    let parsed = match value.tag {
        tag::UTC_TIME => century(text).and_then(|full| generalized(&full)),
        tag::TIME => generalized(text),
        _ => None,
    };
    parsed.ok_or(BadDer(field))
}

fn century(text: &str) -> Option<String> {
    if text.len() != UTC_LENGTH {
        return None;
    }
    let year: u32 = text.get(..2)?.parse().ok()?;
    Some(format!("{}{text}", if year < 50 { "20" } else { "19" }))
}

/// `YYYYMMDDHHMMSS[.f…]Z`.
pub fn generalized(text: &str) -> Option<TimeMs> {
    let text = text.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    // In DER a fraction has no zeros at its end, and so is never zero itself.
    let padded = text.contains('.') && fraction.ends_with('0');
    if whole.len() != 14 || !digits(whole) || !digits(fraction) || fraction.len() > 9 || padded {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let in_range = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=month_days(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let millis: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    in_range.then_some(TimeMs(seconds * 1000 + millis))
}

/// The step of the clock that a GeneralizedTime shows: a second without a fraction, a tenth with one digit. DER leaves zeros at
/// the end out, so the true step may be finer, never coarser.
pub fn resolution_ms(text: &str) -> u64 {
    let digits = text.trim_end_matches('Z').split_once('.').map_or(0, |(_, fraction)| fraction.len());
    [1000, 100, 10].get(digits).copied().unwrap_or(1)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn month_days(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date that is in range.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let before = |y: u64| y * 365 + y / 4 - y / 100 + y / 400;
    let years = before(year.saturating_sub(1)).saturating_sub(before(1969));
    let months: u64 = (1..month).map(|m| month_days(year, m)).sum();
    years + months + day.saturating_sub(1)
}

/// `2026-11-22T07:00:00Z`, for people.
pub fn text(at: TimeMs) -> String {
    let (mut days, seconds) = (at.0 / 86_400_000, at.0 / 1000 % 86_400);
    let mut year = 1970;
    while year < 10_000 && days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    while month < 12 && days >= month_days(year, month) {
        days -= month_days(year, month);
        month += 1;
    }
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times() {
        for (text_form, ms) in [
            ("19700101000000Z", 0),
            ("20000229123456.789Z", 951_827_696_789),
            ("20261122070000Z", 1_795_330_800_000),
            ("20991231235959.5Z", 4_102_444_799_500),
        ] {
            assert_eq!(generalized(text_form), Some(TimeMs(ms)), "{text_form}");
        }
        assert_eq!(text(TimeMs(1_795_330_800_000)), "2026-11-22T07:00:00Z");
        assert_eq!(text(TimeMs(951_827_696_789)), "2000-02-29T12:34:56Z");
    }

    #[test]
    fn a_time_is_as_fine_as_it_is_written() {
        let fine = ["20261122070000Z", "20261122070000.5Z", "20261122070000.52Z", "20261122070000.521Z"];
        assert_eq!(fine.map(resolution_ms), [1000, 100, 10, 1]);
        assert_eq!(resolution_ms("20261122070000.123456Z"), 1);
    }

    #[test]
    fn nonsense_is_refused() {
        let bad = [
            "",
            "Z",
            "20260230000000Z",
            "20260101000000",
            "20260101000000+0100",
            "2026010100000Z",
            "20260101000000.Z",
            "20260101000000.0Z",
            "20260101000000.10Z",
            "20260101000060Z",
            "19691231235959Z",
            "20260101000000.1234567891Z",
        ];
        for text_form in bad {
            assert_eq!(generalized(text_form), None, "{text_form}");
        }
        assert_eq!(century("491231235959Z").as_deref(), Some("20491231235959Z"));
        assert_eq!(century("500101000000Z").as_deref(), Some("19500101000000Z"));
        assert_eq!(century("é"), None);
        assert_eq!(century("491231235959.5Z"), None);
    }
}

//! Decimal numbers with six places, exactly. Floating point would make one file two packets on two machines.

use std::fmt;

/// A number in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal(i64);

const ONE: i64 = 1_000_000;

impl Decimal {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const UNIT: Self = Self(ONE);

    /// Reads `[sign] digits [. digits]` or `[sign] # hex digits`; `None` for anything else, more than six places, or too
    /// large a number.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let magnitude = match digits.strip_prefix('#') {
            Some(hex) => hexadecimal(hex)?,
            None => decimal(digits)?,
        };
        Some(Self(if negative { -magnitude } else { magnitude }))
    }
    /// The number if it has no fraction.
    pub(super) fn whole(self) -> Option<i64> {
        (self.0 % ONE == 0).then_some(self.0 / ONE)
    }
    /// The number times `factor`, rounded to the nearest whole, halves upward.
    pub(super) fn times(self, factor: i64) -> Option<i64> {
        Some((self.0.checked_mul(factor)?.checked_add(ONE / 2)?).div_euclid(ONE))
    }
    pub(super) fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

fn decimal(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || fraction.len() > 6 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let millionths: i64 = format!("{fraction:0<6}").parse().ok()?;
    whole.checked_mul(ONE)?.checked_add(millionths)
}

fn hexadecimal(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    digits.then(|| i64::from_str_radix(text, 16).ok()).flatten()?.checked_mul(ONE)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, magnitude) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let fraction = format!("{:06}", magnitude % ONE.unsigned_abs());
        let text = format!("{sign}{}.{fraction}", magnitude / ONE.unsigned_abs());
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (text, shown) in [("0", "0"), ("-1.5", "-1.5"), ("+.000001", "0.000001"), ("7.", "7"), ("-#fF", "-255")] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), shown);
        }
        assert_eq!(Decimal::parse("10").unwrap().to_string(), "10");
        for text in ["", ".", "-", "#", "1e3", "NaN", "inf", "0.0000001", "9999999999999999", "1 ", "#-1", "--1", "٣"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse("0.0005").unwrap().times(1000), Some(1));
        assert_eq!(Decimal::parse("-0.0006").unwrap().times(1000), Some(-1));
    }
}

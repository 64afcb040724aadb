//! Numbers of a page in fixed point, the same on every machine.
//!
//! A result that is too large is lost, and stays lost in whatever is made of it; who compares it must take the worse answer.

use std::ops::{Add, Mul, Neg, Sub};

/// Bits behind the point.
const BITS: u32 = 32;
/// Largest number that is read; coordinates of pages are far below it.
const LARGEST: i64 = 1_000_000;
/// Digits behind the point that are read.
const DIGITS_MAX: usize = 9;

/// A number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Fixed(i64);

impl Fixed {
    /// What is no number; below all that are.
    pub const LOST: Self = Self(i64::MIN);
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1 << BITS);

    /// A fraction of small numbers.
    pub const fn ratio(n: i32, of: i32) -> Self {
        Self(((n as i64) << BITS) / of as i64)
    }
    /// A whole number.
    pub fn whole(n: i64) -> Option<Self> {
        (-LARGEST..=LARGEST).contains(&n).then_some(Self(n << BITS))
    }
    /// As it is written: digits, at most one point, at most one sign.
    pub fn read(word: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(word).ok()?;
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (before, behind) = digits.split_once('.').unwrap_or((digits, ""));
        let are_digits = [before, behind].iter().all(|d| d.bytes().all(|b| b.is_ascii_digit()));
        if !are_digits || before.len() + behind.len() == 0 {
            return None;
        }
        let number = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i64>().ok() };
        let behind = behind.get(..DIGITS_MAX).unwrap_or(behind);
        let scale = 10i64.checked_pow(u32::try_from(behind.len()).ok()?)?;
        let part = (i128::from(number(behind)?) << BITS) / i128::from(scale);
        let all = Self(Self::whole(number(before)?)?.0 + i64::try_from(part).ok()?);
        Some(if is_negative { -all } else { all })
    }
    /// Whether it is one.
    pub fn is_lost(self) -> bool {
        self == Self::LOST
    }
    /// Without its sign.
    pub fn abs(self) -> Self {
        if self < Self::ZERO { -self } else { self }
    }
    fn of(value: i128) -> Self {
        i64::try_from(value).map_or(Self::LOST, Self)
    }
    fn with(self, other: Self, make: impl Fn(i128, i128) -> i128) -> Self {
        if self.is_lost() || other.is_lost() {
            return Self::LOST;
        }
        Self::of(make(self.0.into(), other.0.into()))
    }
}

impl Add for Fixed {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
}

impl Sub for Fixed {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }
}

impl Mul for Fixed {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| (a * b) >> BITS)
    }
}

impl Neg for Fixed {
    type Output = Self;
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

/// Rounded to a whole number.
impl std::fmt::Display for Fixed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let half = 1i64 << (BITS - 1);
        write!(f, "{}", self.0.saturating_add(half) >> BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_numbers() {
        let half = Fixed::ratio(1, 2);
        for (text, number) in [("0.5", half), (".50", half), ("+.5", half), ("-.5", -half), ("7.", Fixed::ratio(7, 1))]
        {
            assert_eq!(Fixed::read(text.as_bytes()), Some(number), "{text}");
        }
        for text in ["", ".", "-", "--1", "1e5", "0..5", "1-2", "inf", "1000001", "99999999999999999999"] {
            assert_eq!(Fixed::read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_too_large_stays_lost() {
        let large = Fixed::whole(1_000_000).unwrap();
        let lost = large * large;
        assert!(lost.is_lost() && (lost - lost).is_lost() && (lost * Fixed::ZERO).is_lost() && lost.abs().is_lost());
        assert_eq!(large * Fixed::ratio(-1, 4), Fixed::whole(-250_000).unwrap());
        assert_eq!(format!("{} {}", Fixed::ratio(-7, 2), Fixed::ratio(7, 2)), "-3 4");
    }
}

//! Channels, their descriptions and scaling values. Exact integer arithmetic; nothing of a file's layout.

/// The channels in the order of the inclusion field, high bit first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    X,
    Y,
    Z,
    VX,
    VY,
    AX,
    AY,
    T,
    DT,
    F,
    S,
    TX,
    TY,
    Az,
    El,
    R,
}

impl Channel {
    pub(super) const ALL: [Self; 16] = [
        Self::X,
        Self::Y,
        Self::Z,
        Self::VX,
        Self::VY,
        Self::AX,
        Self::AY,
        Self::T,
        Self::DT,
        Self::F,
        Self::S,
        Self::TX,
        Self::TY,
        Self::Az,
        Self::El,
        Self::R,
    ];
    const NAMES: [&str; 16] = ["X", "Y", "Z", "VX", "VY", "AX", "AY", "T", "DT", "F", "S", "TX", "TY", "Az", "El", "R"];

    pub(super) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
    /// Its bit of the inclusion field.
    pub(super) fn bit(self) -> u16 {
        0x8000 >> self as u16
    }
    /// Bytes in a point.
    pub(super) fn bytes(self) -> usize {
        if self == Self::S { 1 } else { 2 }
    }
}

/// How a channel's stored values are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Description {
    pub channel: Channel,
    pub scaling: Option<Scaling>,
    pub max: Option<u16>,
    pub constant: bool,
}

impl Description {
    /// `stored` in microseconds if its unit is seconds; without scaling the unit is the second.
    pub(super) fn micro(&self, stored: u64) -> u64 {
        self.scaling.map_or(stored * 1_000_000, |s| s.divide(stored, 1_000_000))
    }
    /// `stored` in tenths of a degree.
    pub(super) fn deci(&self, stored: u64) -> u64 {
        self.scaling.map_or(stored * 10, |s| s.divide(stored, 10))
    }
}

/// `(1 + fraction/2048) · 2^(exponent - 16)` units of a stored value to one real unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scaling(pub u16);

impl Scaling {
    /// The value nearest to `numerator / denominator`; `None` beyond what can be written.
    pub(super) fn nearest(numerator: u64, denominator: u64) -> Option<Self> {
        // In units of 2^-27, the weight of the last fraction bit at the least exponent.
        let exact = (u128::from(numerator) << 28).checked_div(u128::from(denominator))?;
        let wanted = exact.div_ceil(2);
        let exponent = wanted.checked_ilog2()?.checked_sub(11)?;
        let rounded = (wanted + ((1u128 << exponent) >> 1)) >> exponent;
        // Rounding up may reach the next power of two.
        let (exponent, mantissa) = if rounded == 4096 { (exponent + 1, 2048) } else { (exponent, rounded) };
        let code = u128::from(exponent) << 11 | (mantissa - 2048);
        u16::try_from(code).ok().map(Self)
    }
    /// Whether a scaling value is exactly `numerator / denominator`.
    pub(super) fn exact(numerator: u64, denominator: u64) -> bool {
        Self::nearest(numerator, denominator).is_some_and(|s| {
            let mantissa = 2048 + u128::from(s.0 & 0x7ff);
            (mantissa << (s.0 >> 11)) * u128::from(denominator) == u128::from(numerator) << 27
        })
    }
    /// `stored · factor` divided by this scaling, rounded half up.
    pub(super) fn divide(self, stored: u64, factor: u64) -> u64 {
        let mantissa = 2048 + u128::from(self.0 & 0x7ff);
        let denominator = mantissa << (self.0 >> 11);
        let numerator = (u128::from(stored) * u128::from(factor)) << 27;
        // 16 bits times a million times 2^27 over at least 2048 fits 64 bits.
        u64::try_from((numerator + denominator / 2) / denominator).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_values_that_devices_use_are_exact() {
        for (per_unit, code) in
            [(100, 0x16 << 11 | 1152), (1000, 0x19 << 11 | 1952), (1, 0x10 << 11), (10, 0x13 << 11 | 512)]
        {
            let scaling = Scaling::nearest(per_unit, 1).unwrap();
            assert_eq!(scaling, Scaling(code), "{per_unit}");
            assert_eq!(scaling.divide(per_unit * 3, 1_000_000), 3_000_000);
        }
    }

    #[test]
    fn scaling_values_at_the_ends_of_the_range() {
        assert_eq!(Scaling::nearest(1, 65536), Some(Scaling(0)));
        assert_eq!(Scaling::nearest(65520, 1), Some(Scaling(u16::MAX)));
        assert_eq!(Scaling::nearest(65536, 1), None);
        assert_eq!(Scaling::nearest(1, 200_000), None);
        assert_eq!((Scaling::nearest(0, 1), Scaling::nearest(1, 0)), (None, None));
        // 0.99999 rounds up to the next power of two.
        assert_eq!(Scaling::nearest(99_999, 100_000), Some(Scaling(0x10 << 11)));
    }

    #[test]
    fn rounding_is_half_a_unit_at_most() {
        for numerator in 1..3000u64 {
            let scaling = Scaling::nearest(numerator, 7).unwrap();
            let back = scaling.divide(numerator * 1000, 7);
            assert!(back.abs_diff(49_000) <= 13, "{numerator}: {back}");
        }
    }
}

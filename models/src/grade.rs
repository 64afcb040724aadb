//! Forensic grade of a recording: how much an examiner can do with it. Decided from what is measured in the samples,
//! not from what the device claims about itself, and says nothing about the writer.

use std::fmt;

/// From best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Grade {
    /// At least 200 Hz, 1024 pressure levels, pen-up path, attested, under 1 % of reports lost.
    A = 0,
    /// At least 100 Hz with pressure.
    B = 1,
    /// At least 60 Hz; no pressure is needed (a finger).
    C = 2,
    /// Less: not suitable for dynamic examination.
    D = 3,
}

/// What a grade is decided from.
#[derive(Debug, Clone, Copy)]
pub struct Recording {
    /// Median report rate while the pen is down, millihertz.
    pub rate_mhz: u32,
    /// Declared pressure levels if the pressure really varies, else 0.
    pub pressure_levels: u32,
    /// Whether the pen's path above the surface is there.
    pub hover: bool,
    /// Whether a device or platform signed the packet. That the signature holds is checked elsewhere.
    pub attested: bool,
    /// Pen-down reports that are missing, thousandths.
    pub lost_permille: u32,
}

/// A device that reports at 100 Hz by its maker's word measures 99 to 101.
const TOLERANCE_PERCENT: u32 = 98;

impl Grade {
    /// Decides the grade.
    pub fn of(r: &Recording) -> Self {
        let at_least = |hz: u32| r.rate_mhz >= hz * 10 * TOLERANCE_PERCENT;
        if at_least(200) && r.pressure_levels >= 1024 && r.hover && r.attested && r.lost_permille < 10 {
            Self::A
        } else if at_least(100) && r.pressure_levels > 0 {
            Self::B
        } else if at_least(60) {
            Self::C
        } else {
            Self::D
        }
    }
    /// The grade stored as this number.
    pub fn from_u8(value: u8) -> Option<Self> {
        [Self::A, Self::B, Self::C, Self::D].into_iter().find(|g| *g as u8 == value)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(["A", "B", "C", "D"][*self as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEST: Recording =
        Recording { rate_mhz: 200_000, pressure_levels: 1024, hover: true, attested: true, lost_permille: 9 };

    #[test]
    fn each_limit_counts() {
        assert_eq!(Grade::of(&BEST), Grade::A);
        assert_eq!(Grade::of(&Recording { attested: false, ..BEST }), Grade::B);
        assert_eq!(Grade::of(&Recording { hover: false, ..BEST }), Grade::B);
        assert_eq!(Grade::of(&Recording { lost_permille: 10, ..BEST }), Grade::B);
        assert_eq!(Grade::of(&Recording { rate_mhz: 195_000, ..BEST }), Grade::B);
        assert_eq!(Grade::of(&Recording { pressure_levels: 1023, ..BEST }), Grade::B);
        assert_eq!(Grade::of(&Recording { pressure_levels: 0, ..BEST }), Grade::C);
        assert_eq!(Grade::of(&Recording { rate_mhz: 97_000, ..BEST }), Grade::C);
        assert_eq!(Grade::of(&Recording { rate_mhz: 58_000, ..BEST }), Grade::D);
    }

    #[test]
    fn numbers_and_letters_agree() {
        for (n, letter) in ["A", "B", "C", "D"].iter().enumerate() {
            assert_eq!(Grade::from_u8(n as u8).unwrap().to_string(), *letter);
        }
        assert_eq!(Grade::from_u8(4), None);
    }
}

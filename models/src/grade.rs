//! Forensic grade of a recording: how much an examiner can do with it. Decided from what is measured in the samples,
//! not from what the device claims about itself, and says nothing about the writer.

use proto::Grade;

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

/// Decides the grade.
pub fn grade(r: &Recording) -> Grade {
    let at_least = |hz: u32| r.rate_mhz >= hz * 10 * TOLERANCE_PERCENT;
    if at_least(200) && r.pressure_levels >= 1024 && r.hover && r.attested && r.lost_permille < 10 {
        Grade::A
    } else if at_least(100) && r.pressure_levels > 0 {
        Grade::B
    } else if at_least(60) {
        Grade::C
    } else {
        Grade::D
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEST: Recording =
        Recording { rate_mhz: 200_000, pressure_levels: 1024, hover: true, attested: true, lost_permille: 9 };

    #[test]
    fn each_limit_counts() {
        assert_eq!(grade(&BEST), Grade::A);
        assert_eq!(grade(&Recording { attested: false, ..BEST }), Grade::B);
        assert_eq!(grade(&Recording { hover: false, ..BEST }), Grade::B);
        assert_eq!(grade(&Recording { lost_permille: 10, ..BEST }), Grade::B);
        assert_eq!(grade(&Recording { rate_mhz: 195_000, ..BEST }), Grade::B);
        assert_eq!(grade(&Recording { pressure_levels: 1023, ..BEST }), Grade::B);
        assert_eq!(grade(&Recording { pressure_levels: 0, ..BEST }), Grade::C);
        assert_eq!(grade(&Recording { rate_mhz: 97_000, ..BEST }), Grade::C);
        assert_eq!(grade(&Recording { rate_mhz: 58_000, ..BEST }), Grade::D);
    }
}

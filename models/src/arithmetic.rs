//! Logarithm, exponential, angle and length with the same bits on every machine.
//!
//! Built from IEEE-754 `+ - * /` and `sqrt` alone, in a fixed order, without fused multiply-add and without the
//! platform's libm, whose last digits differ between systems. Accuracy is a few units in the last place; exactness of
//! the rounding is not promised, sameness is. Not a general library: arguments are finite and not subnormal.

mod each;

pub use each::{angles, lengths, logarithms};

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, LOG2_E, PI};

/// High part of ln 2: its low 21 bits are zero, so that a product with a small integer is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
/// ln 2 minus [`LN_2_HIGH`].
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// atan(k/8) for k = 0..=8.
const ATAN_EIGHTHS: [f64; 9] = [
    0.0,
    0.124_354_994_546_761_44,
    0.244_978_663_126_864_14,
    0.358_770_670_270_572_2,
    0.463_647_609_000_806_1,
    0.558_599_315_343_562_4,
    0.643_501_108_793_284_4,
    0.718_829_999_621_624_5,
    FRAC_PI_4,
];

/// Natural logarithm of a positive, normal number. Anything else gives the logarithm of the smallest normal number,
/// so that a degenerate packet gets an extreme feature and not a NaN.
pub fn ln(x: f64) -> f64 {
    logarithm(x)
}

/// Without branches, so that loops over it become wide vectors.
#[inline(always)]
fn logarithm(x: f64) -> f64 {
    let x = if x >= f64::MIN_POSITIVE { x } else { f64::MIN_POSITIVE };
    let bits = x.to_bits();
    let exponent = (bits >> 52) as i32 - 1023;
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    let (m, exponent) = if m > std::f64::consts::SQRT_2 { (m * 0.5, exponent + 1) } else { (m, exponent) };
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let mut series = 0.0;
    for odd in [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        series = series * z + 1.0 / odd;
    }
    f64::from(exponent) * LN_2 + 2.0 * s * series
}

/// Exponential. The argument is clamped to ±700, where the result is still a normal number.
pub fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let k = (x * LOG2_E + 0.5).floor();
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let mut series = 1.0;
    for divisor in [14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0] {
        series = series * (r / divisor) + 1.0;
    }
    series * f64::from_bits(((k as i64 + 1023) as u64) << 52)
}

/// Length of the vector (x, y). Coordinates are far from overflow, so no scaling is needed.
#[inline(always)]
pub fn hypot(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

/// Angle of the vector (x, y) in (−π, π]; 0 for the zero vector.
pub fn atan2(y: f64, x: f64) -> f64 {
    angle(y, x, |t| {
        let k = ((t * 8.0 + 0.5) as usize).min(8);
        (k as f64 * 0.125, ATAN_EIGHTHS[k])
    })
}

/// Without branches; `nearest` gives the nearest eighth of a number in [0, 1], and its atan.
#[inline(always)]
fn angle(y: f64, x: f64, nearest: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (ax, ay) = (x.abs(), y.abs());
    let flat = ay <= ax;
    let (less, more) = if flat { (ay, ax) } else { (ax, ay) };
    // The zero vector's quotient is none, and is not used.
    let t = less / more;
    let unit = atan_beside(t, nearest(t));
    let octant = if flat { unit } else { FRAC_PI_2 - unit };
    let half = if x < 0.0 { PI - octant } else { octant };
    let whole = if y < 0.0 { -half } else { half };
    if more == 0.0 { 0.0 } else { whole }
}

/// atan of a number in [0, 1]: that of the nearest eighth, the rest by its Taylor series.
#[inline(always)]
fn atan_beside(t: f64, (eighth, angle): (f64, f64)) -> f64 {
    let u = (t - eighth) / (1.0 + t * eighth);
    let z = u * u;
    let mut series = 0.0;
    for odd in [13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        series = 1.0 / odd - z * series;
    }
    angle + u * series
}

/// Wraps an angle difference of two angles in (−π, π] to [−π, π).
pub fn wrap(angle: f64) -> f64 {
    if angle >= PI {
        angle - 2.0 * PI
    } else if angle < -PI {
        angle + 2.0 * PI
    } else {
        angle
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the platform's functions are what ours are measured against")]
mod tests {
    use super::*;

    fn grid(from: f64, to: f64) -> impl Iterator<Item = f64> {
        (0..=20_000).map(move |i| from + (to - from) * f64::from(i) / 20_000.0)
    }

    #[test]
    fn logarithm_and_exponential_are_accurate() {
        for x in grid(1e-3, 50.0).chain(grid(1e3, 1e9)) {
            assert!((ln(x) - x.ln()).abs() <= 4e-16 * x.ln().abs().max(1.0), "ln {x}");
        }
        for x in grid(-40.0, 40.0) {
            assert!((exp(x) / x.exp() - 1.0).abs() <= 1e-15, "exp {x}");
        }
    }

    #[test]
    fn angles_are_accurate_in_every_octant() {
        for a in grid(-3.1, 3.1) {
            let (y, x) = (1234.5 * a.sin(), 1234.5 * a.cos());
            assert!((atan2(y, x) - y.atan2(x)).abs() <= 9e-16, "atan2 {a}");
        }
        assert_eq!(atan2(0.0, 0.0), 0.0);
        assert_eq!(atan2(0.0, -1.0), PI);
    }

    #[test]
    fn degenerate_arguments_stay_finite() {
        assert!(ln(0.0).is_finite() && ln(-1.0).is_finite() && ln(f64::NAN).is_finite());
        assert!(exp(1e9).is_finite() && exp(-1e9) > 0.0);
    }

    /// These are the bits that every machine must give; a change here is a change of the model.
    #[test]
    fn bits_are_pinned() {
        let bits = [ln(3.7), exp(-1.3), atan2(-2.0, -3.0), hypot(1.1, 2.2)].map(f64::to_bits);
        assert_eq!(bits, [0x3ff4_eeee_650a_e54f, 0x3fd1_7129_308c_e281, 0xc004_6dc0_9ec2_9433, 0x4003_ad69_f7f3_f386]);
    }
}

//! The scale of a DET plot: how many standard deviations below the mean a share of a normal distribution ends.

use models::arithmetic::ln;

/// Normal quantile of a share between 0 and 1, by Acklam's rational approximation (relative error below 1.2e-9).
pub fn probit(share: f64) -> f64 {
    const LOW: f64 = 0.024_25;
    if share < LOW {
        tail((-2.0 * ln(share)).sqrt())
    } else if share <= 1.0 - LOW {
        centre(share - 0.5)
    } else {
        -tail((-2.0 * ln(1.0 - share)).sqrt())
    }
}

fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

fn centre(q: f64) -> f64 {
    const UPPER: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const LOWER: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    let r = q * q;
    q * polynomial(r, &UPPER) / polynomial(r, &LOWER)
}

fn tail(q: f64) -> f64 {
    const UPPER: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const LOWER: [f64; 5] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0];
    polynomial(q, &UPPER) / polynomial(q, &LOWER)
}

#[cfg(test)]
mod tests {
    use super::probit;

    #[test]
    fn quantiles_of_tables() {
        let table = [(0.5, 0.0), (0.975, 1.959_963_985), (0.01, -2.326_347_874), (0.001, -3.090_232_306)];
        for (share, expected) in table {
            assert!((probit(share) - expected).abs() < 1e-7, "{share}: {}", probit(share));
            assert!((probit(share) + probit(1.0 - share)).abs() < 1e-7);
        }
    }
}

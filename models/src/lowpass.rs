//! The low-pass filter that takes the digitiser's jitter out of positions before they are differentiated.
//!
//! A symmetric FIR has no phase shift, so a stroke's corners stay where they are in time. Half amplitude at 15 Hz for
//! 100 Hz input: voluntary movement of a hand ends near 10 Hz. It does not change the number of points.

/// One half of the taps, from the centre outwards: a 15 Hz sinc under a Hamming window of 15 points, normalised to a
/// sum of 1. Written out because the sine that made them differs between systems.
const TAPS: [f64; 8] = [
    0.299_247_464_725_798,
    0.246_656_564_910_962,
    0.128_005_648_689_587,
    0.022_309_968_420_279,
    -0.022_951_432_423_114,
    -0.019_685_708_130_449,
    -0.005_221_001_042_679,
    0.001_262_227_212_514,
];

/// Points on either side that a filtered point depends on.
const REACH: usize = TAPS.len() - 1;

/// Filters `signal`; its ends are continued point-symmetrically, so that a straight line stays as it is.
pub fn lowpass(signal: &[f64]) -> Vec<f64> {
    if signal.is_empty() {
        return Vec::new();
    }
    let mut longer = Vec::with_capacity(signal.len() + 2 * REACH);
    longer.extend((1..=REACH).rev().map(|k| before(signal, k)));
    longer.extend_from_slice(signal);
    longer.extend((1..=REACH).map(|k| after(signal, k)));
    longer.windows(2 * REACH + 1).map(filtered).collect()
}

/// The middle point of a window.
fn filtered(window: &[f64]) -> f64 {
    let mut sum = TAPS[0] * window[REACH];
    for (k, tap) in TAPS.iter().enumerate().skip(1) {
        sum += tap * (window[REACH - k] + window[REACH + k]);
    }
    sum
}

/// The signal `k` points before its first.
fn before(signal: &[f64], k: usize) -> f64 {
    2.0 * signal[0] - signal[k.min(signal.len() - 1)]
}

/// The signal `k` points after its last.
fn after(signal: &[f64], k: usize) -> f64 {
    let last = signal.len() - 1;
    2.0 * signal[last] - signal[last.saturating_sub(k)]
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "test signals")]
mod tests {
    use super::*;

    fn wave(hz: f64) -> Vec<f64> {
        (0..200).map(|i| (std::f64::consts::TAU * hz * f64::from(i) / 100.0).sin()).collect()
    }
    fn amplitude(signal: &[f64]) -> f64 {
        signal[20..180].iter().fold(0.0, |m: f64, v| m.max(v.abs()))
    }

    #[test]
    fn a_straight_line_stays() {
        let line: Vec<f64> = (0..30).map(|i| 5.0 + 3.0 * f64::from(i)).collect();
        for (a, b) in lowpass(&line).iter().zip(&line) {
            assert!((a - b).abs() < 1e-9);
        }
    }

    #[test]
    fn slow_passes_and_fast_does_not() {
        assert!(amplitude(&lowpass(&wave(4.0))) > 0.95);
        assert!((amplitude(&lowpass(&wave(15.0))) - 0.5).abs() < 0.06);
        assert!(amplitude(&lowpass(&wave(33.0))) < 0.02);
    }

    #[test]
    fn short_signals_do_not_panic() {
        for n in 0..8 {
            assert_eq!(lowpass(&vec![1.0; n]).len(), n);
        }
    }
}

//! Features of a signature as a whole: how long, how large, how fast, how hard. They know nothing of time warping, which
//! hides exactly these; a forger gets the shape right and the duration wrong.

use crate::arithmetic::ln;
use crate::features::moments;
use crate::trace::Trace;

/// Number of features.
pub const GLOBALS: usize = 14;
/// The first features that need no pressure; the rest do.
pub const WITHOUT_PRESSURE: usize = 11;

/// Names, in order. Lengths are natural logarithms of 0.01 mm or 0.01 mm per 10 ms.
pub const GLOBAL_NAMES: [&str; GLOBALS] = [
    "log_seconds",
    "log_path",
    "log_width",
    "log_height",
    "log_mean_speed",
    "log_top_speed",
    "share_rightward",
    "share_upward",
    "strokes",
    "share_pen_up",
    "log_mean_speed_change",
    "mean_pressure",
    "top_pressure",
    "pressure_deviation",
];

/// The features of a trace, in the order of [`GLOBAL_NAMES`].
pub fn globals(trace: &Trace) -> [f64; GLOBALS] {
    let speeds = Trace::speeds(&trace.x, &trace.y);
    let path = sum(&speeds);
    let changes: Vec<f64> = speeds.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    let (mean_pressure, pressure_deviation) = moments(&trace.pressure);
    [
        ln(trace.seconds),
        ln(path + 1.0),
        ln(extent(&trace.x) + 1.0),
        ln(extent(&trace.y) + 1.0),
        ln(path / speeds.len() as f64 + 1e-3),
        ln(greatest(&speeds) + 1e-3),
        share_rising(&trace.x),
        share_rising(&trace.y),
        f64::from(trace.strokes) / 5.0,
        trace.up_share,
        ln(sum(&changes) / changes.len() as f64 + 1e-3),
        mean_pressure,
        greatest(&trace.pressure),
        pressure_deviation,
    ]
}

fn sum(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |s, v| s + v)
}

fn greatest(values: &[f64]) -> f64 {
    values.iter().fold(f64::MIN, |m, v| if *v > m { *v } else { m })
}

fn least(values: &[f64]) -> f64 {
    values.iter().fold(f64::MAX, |m, v| if *v < m { *v } else { m })
}

/// Greatest minus least.
pub fn extent(values: &[f64]) -> f64 {
    greatest(values) - least(values)
}

fn share_rising(values: &[f64]) -> f64 {
    let rising = values.windows(2).filter(|w| w[1] > w[0]).count();
    rising as f64 / (values.len() - 1) as f64
}

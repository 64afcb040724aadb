//! Error rate against time, one dot for each model.

use super::chart::{Axis, Chart, Style};
use crate::tradeoff::{Point, SETTING};

const COLOURS: [&str; 7] = ["#7f8c8d", "#2471a3", "#1e8449", "#b7950b", "#ca6f1e", "#884ea0", "#c0392b"];

/// The plot.
pub fn plot(points: &[Point], caption: &str) -> String {
    let rates = || points.iter().filter_map(|p| p.eer_global_pct);
    let slowest = points.iter().fold(0.0, |m: f64, p| m.max(p.us));
    let axes = (
        axis("microseconds for an opinion with five references", slowest * 1.1),
        axis("equal error rate against skilled imitations, %", rates().fold(0.0, f64::max) * 1.1),
    );
    let mut chart = Chart::new(&format!("What the parts are worth: {}", SETTING.title()), caption, axes);
    for (point, colour) in points.iter().zip(COLOURS.iter().cycle()) {
        let Some(rate) = point.eer_global_pct else { continue };
        let style = Style { colour, dashed: false };
        chart.line(&[(point.us, rate)], style, Some(format!("{}: {rate:.2} %, {:.0} us", point.model, point.us)));
        chart.dot((point.us, rate), style);
    }
    chart.finish((0.3, 0.03))
}

/// From 0, with about ten round ticks.
fn axis(label: &'static str, to: f64) -> Axis {
    let steps = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
    let step = steps.into_iter().find(|step| to / step <= 12.0).unwrap_or(1000.0);
    let ticks = (0..=(to / step) as usize).map(|k| k as f64 * step).map(|v| (v, format!("{v}"))).collect();
    Axis { label, from: 0.0, to: to.max(1e-9), ticks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_has_a_dot_and_a_line_in_the_legend() {
        let point = |model, us, rate| Point { model, us, eer_global_pct: Some(rate), eer_user_pct: None, cllr: None };
        let svg = plot(&[point("one", 100.0, 8.0), point("two", 300.0, 4.0)], "");
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("one: 8.00 %, 100 us") && svg.contains("two: 4.00 %, 300 us"));
    }
}

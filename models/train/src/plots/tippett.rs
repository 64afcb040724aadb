//! Tippett plot: how often a likelihood ratio of at least so much was stated, when the enrolled person wrote and when not.
//! What lies right of 0 on a line of others, or left of 0 on that of the enrolled person, was misleading.

use super::Subject;
use super::chart::{Axis, Chart, Style};
use crate::scored::{Scored, Stated};
use crate::trials::Writer;

/// LLRs are limited to two either way.
const END: f64 = 2.2;

/// The plot.
pub fn plot(subject: &Subject<'_>) -> String {
    let title = format!("Tippett: {}", subject.setting.title());
    let mut chart = Chart::new(&title, &subject.caption, axes());
    chart.line(&[(0.0, 0.0), (0.0, 100.0)], Style { colour: "#999", dashed: true }, None);
    let skilled: fn(Stated) -> Option<i32> = |s| Some(s.llr);
    let random: fn(Stated) -> Option<i32> = |s| s.llr_random;
    let lines = [
        ("genuine, against skilled", Writer::Genuine, skilled, "#1e8449", false),
        ("skilled imitation", Writer::Skilled, skilled, "#c0392b", false),
        ("genuine, against random", Writer::Genuine, random, "#1e8449", true),
        ("random person", Writer::Random, random, "#2471a3", true),
    ];
    for (name, writer, llr, colour, dashed) in lines {
        let mut values = llrs(&subject.scores.trials, writer, llr);
        if values.is_empty() {
            continue;
        }
        let misleading = if writer == Writer::Genuine { below(&values) } else { 100.0 - below(&values) };
        let points = staircase(&mut values);
        chart.line(&points, Style { colour, dashed }, Some(format!("{name} (misleading {misleading:.1} %)")));
    }
    chart.finish((0.03, 0.62))
}

fn llrs(trials: &[Scored], writer: Writer, llr: fn(Stated) -> Option<i32>) -> Vec<f64> {
    let stated = trials.iter().filter(|t| t.writer == writer).filter_map(|t| llr(t.stated?));
    stated.map(|v| f64::from(v) / 1000.0).collect()
}

/// Percent of values below 0.
fn below(values: &[f64]) -> f64 {
    100.0 * values.iter().filter(|v| **v < 0.0).count() as f64 / values.len() as f64
}

/// Percent of values that are at least x, from left to right.
fn staircase(values: &mut [f64]) -> Vec<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let share = |at: usize| 100.0 * (values.len() - at) as f64 / values.len() as f64;
    let mut points = vec![(-END, 100.0)];
    let mut at = 0;
    for equal in values.chunk_by(|a, b| a == b) {
        points.extend([(equal[0], share(at)), (equal[0], share(at + equal.len()))]);
        at += equal.len();
    }
    points.push((END, 0.0));
    points
}

fn axes() -> (Axis, Axis) {
    let x = (-4..=4).map(|half| f64::from(half) / 2.0).map(|v| (v, format!("{v}"))).collect();
    let y = (0..=10).map(|tenth| f64::from(tenth) * 10.0).map(|v| (v, format!("{v}"))).collect();
    (
        Axis { label: "log10 likelihood ratio stated", from: -END, to: END, ticks: x },
        Axis { label: "at least this much, % of comparisons", from: 0.0, to: 100.0, ticks: y },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_down_at_every_value() {
        let points = staircase(&mut [1.0, -1.0]);
        assert_eq!(points, [(-END, 100.0), (-1.0, 100.0), (-1.0, 50.0), (1.0, 50.0), (1.0, 0.0), (END, 0.0)]);
        assert_eq!(below(&[1.0, -1.0]), 50.0);
    }
}

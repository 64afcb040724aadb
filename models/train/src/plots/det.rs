//! Detection error trade-off: genuine signatures missed against others accepted, at every threshold, on normal-deviate axes
//! (Martin et al., 1997): scores that are normally distributed give a straight line.

use super::Subject;
use super::chart::{Axis, Chart, Style};
use super::probit::probit;
use crate::figures::pooled;
use crate::scored::Scored;
use crate::trials::Writer;

/// Ends of both axes, percent.
const FROM_PCT: f64 = 0.05;
const TO_PCT: f64 = 60.0;
const TICKS_PCT: [&str; 9] = ["0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "40"];

/// The plot.
pub fn plot(subject: &Subject<'_>) -> String {
    let title = format!("DET: {}", subject.setting.title());
    let axes = (axis("others accepted (false match), %"), axis("genuine missed (false non-match), %"));
    let mut chart = Chart::new(&title, &subject.caption, axes);
    let ends = [at(FROM_PCT / 100.0), at(TO_PCT / 100.0)];
    chart.line(&ends.map(|v| (v, v)), Style { colour: "#999", dashed: true }, Some("equal error".to_owned()));
    let of = |w: Writer| -> Vec<Scored> { subject.scores.trials.iter().filter(|t| t.writer == w).copied().collect() };
    let genuine = of(Writer::Genuine);
    for (other, name, colour) in
        [(Writer::Skilled, "skilled imitation", "#c0392b"), (Writer::Random, "random person", "#2471a3")]
    {
        let ranked = pooled(&genuine, &of(other));
        let (Some(rates), Some(eer)) = (ranked.rates(&[1.0]), ranked.eer(&[1.0])) else { continue };
        let style = Style { colour, dashed: false };
        // Each step of the staircase: first fewer others, then more misses.
        let corners = rates.windows(2).flat_map(|w| [(w[0].false_match, w[0].miss), (w[1].false_match, w[0].miss)]);
        let points: Vec<(f64, f64)> = corners.map(|(x, y)| (at(x), at(y))).collect();
        chart.line(&points, style, Some(format!("{name}: EER {eer:.2} %")));
        chart.dot((at(eer / 100.0), at(eer / 100.0)), style);
    }
    chart.finish((0.54, 0.05))
}

/// Shares outside the axes are drawn a little outside.
fn at(share: f64) -> f64 {
    probit(share.clamp(FROM_PCT / 200.0, 0.9))
}

fn axis(label: &'static str) -> Axis {
    let tick = |text: &&str| (at(text.parse::<f64>().unwrap_or(FROM_PCT) / 100.0), (*text).to_owned());
    Axis { label, from: at(FROM_PCT / 100.0), to: at(TO_PCT / 100.0), ticks: TICKS_PCT.iter().map(tick).collect() }
}

//! A quantity over time: the questioned signature as a thick line, its references on the same time axis as thin ones with the
//! band that they cover, and the strokes numbered below.

use super::{Figure, WIDTH, belongs};
use crate::curve::{Aligned, Curve, Quantity, STEP};
use crate::facts::Stretch;
use crate::ink::Ink;
use crate::language::Language;
use crate::mark::{Mark, Place};
use crate::scene::{Anchor, Scene};

/// Height of a plot.
const HEIGHT: f32 = 126.0;
/// Left, top, right and bottom edge of the axes.
const AXES: (f32, f32, f32, f32) = (38.0, 20.0, WIDTH - 6.0, HEIGHT - 30.0);
/// References from which their band is drawn.
const BAND_FROM: usize = 3;

/// What is plotted.
pub struct Plot<'a> {
    /// The questioned signature.
    pub curve: &'a Curve,
    /// References on its time axis.
    pub references: &'a [Aligned],
    /// What of them.
    pub quantity: Quantity,
    /// Stretches that stand out.
    pub stretches: &'a [Stretch],
}

/// Draws it.
pub fn plot(plot: &Plot<'_>, language: Language) -> Figure {
    let (name, title) = title(plot.quantity, language);
    let caption = caption(plot, title, language);
    let mut scene = Scene::new((WIDTH, HEIGHT), caption.clone());
    let references: Vec<&[f64]> = plot.references.iter().filter_map(|r| r.values(plot.quantity)).collect();
    let axes = Axes::of(plot, &references);
    for stretch in plot.stretches.iter().filter(|s| belongs(s, plot.quantity)) {
        axes.shade(&mut scene, stretch);
    }
    axes.grid(&mut scene);
    if references.len() >= BAND_FROM {
        scene.put(Mark::Area { corners: band(&references, &axes), ink: Ink::Ground });
    }
    axes.names(&mut scene, (title, language));
    for values in &references {
        scene.line(axes.line(values), (0.4, Ink::Grey));
    }
    scene.line(axes.line(plot.curve.values(plot.quantity)), (1.2, Ink::Black));
    strokes(&mut scene, plot.curve, &axes);
    Figure { name, caption, scene }
}

fn title(quantity: Quantity, language: Language) -> (&'static str, &'static str) {
    let pick = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    match quantity {
        Quantity::Speed => ("speed", pick("笔速 (mm/s)", "speed (mm/s)")),
        Quantity::Pressure => ("pressure", pick("笔压 (%)", "pressure (%)")),
        Quantity::X => ("x", pick("横向位置 x (mm)", "position across x (mm)")),
        Quantity::Y => ("y", pick("纵向位置 y (mm)", "position up y (mm)")),
    }
}

fn caption(plot: &Plot<'_>, title: &str, language: Language) -> String {
    let n = plot.references.len();
    let marked = plot.stretches.iter().any(|s| belongs(s, plot.quantity));
    let (mut zh, mut en) = (
        format!("图：{title}随时间变化，粗线为检材签名。"),
        format!("Figure: {title} over time; thick: the questioned signature."),
    );
    if n > 0 {
        zh += &format!("细灰线为{n}个参考签名，已用弹性匹配对齐到同一时间轴。");
        en += &format!(" Thin and grey: {n} references, laid on its time axis by elastic matching.");
    }
    if n >= BAND_FROM {
        zh += "浅色带为参考签名的均值±2倍标准差。";
        en += " Pale band: the references' mean ± 2 standard deviations.";
    }
    if marked {
        zh += "竖带为第5.4节所列差异较大的区段。";
        en += " Upright bars: the stretches listed in section 5.4.";
    }
    zh += "下方的编号线段为各笔画。";
    en += " Numbered bars below: the strokes.";
    language.text(zh, en)
}

/// How values become places.
struct Axes {
    low: f64,
    high: f64,
    /// Distance of the lines of the grid.
    step: f64,
    seconds: f64,
}

impl Axes {
    fn of(plot: &Plot<'_>, references: &[&[f64]]) -> Self {
        let ours = plot.curve.values(plot.quantity);
        let all = || references.iter().copied().chain([ours]).flatten().copied();
        let (mut low, mut high) = all().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        match plot.quantity {
            Quantity::Pressure => (low, high) = (0.0, 1.0),
            Quantity::Speed => low = 0.0,
            Quantity::X | Quantity::Y => {}
        }
        if high - low < 1e-6 || !(high - low).is_finite() {
            (low, high) = (0.0, 1.0);
        }
        Self { low, high, step: round_step((high - low) / 3.0), seconds: plot.curve.seconds().max(STEP) }
    }
    fn x(&self, seconds: f64) -> f32 {
        let share = (seconds / self.seconds).clamp(0.0, 1.0) as f32;
        AXES.0 + (AXES.2 - AXES.0) * share
    }
    fn y(&self, value: f64) -> f32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0) as f32;
        AXES.3 - (AXES.3 - AXES.1) * share
    }
    fn line(&self, values: &[f64]) -> Vec<Place> {
        values.iter().enumerate().map(|(i, v)| (self.x(i as f64 * STEP), self.y(*v))).collect()
    }
    fn grid(&self, scene: &mut Scene) {
        let first = (self.low / self.step).ceil();
        for k in 0..8 {
            let value = (first + f64::from(k)) * self.step;
            if value > self.high {
                break;
            }
            scene.put(Mark::rule((AXES.0, self.y(value)), (AXES.2, self.y(value)), (0.3, Ink::Pale)));
        }
        scene.line(vec![(AXES.0, AXES.1), (AXES.0, AXES.3), (AXES.2, AXES.3)], (0.6, Ink::Dim));
    }
    fn names(&self, scene: &mut Scene, (title, language): (&str, Language)) {
        let first = (self.low / self.step).ceil();
        let percent = self.low == 0.0 && self.high == 1.0;
        for k in 0..8 {
            let value = (first + f64::from(k)) * self.step;
            if value > self.high {
                break;
            }
            let shown = if percent { value * 100.0 } else { value };
            let text = format!("{shown:.0}");
            scene.label((&text, Anchor::Right), (AXES.0 - 4.0, self.y(value) + 2.3), (6.6, Ink::Dim));
        }
        scene.label((title, Anchor::Left), (AXES.0, 9.0), (7.2, Ink::Dim));
        let step = round_step(self.seconds / 6.0);
        for k in 0..12 {
            let at = f64::from(k) * step;
            if at > self.seconds {
                break;
            }
            let text = if step < 1.0 { format!("{at:.1}") } else { format!("{at:.0}") };
            let unit = if k == 0 { language.of(" 秒", " s") } else { "" };
            let x = self.x(at);
            scene.put(Mark::rule((x, AXES.3), (x, AXES.3 + 2.5), (0.5, Ink::Dim)));
            scene.label((&format!("{text}{unit}"), Anchor::Middle), (x, AXES.3 + 10.0), (6.6, Ink::Dim));
        }
    }
    fn shade(&self, scene: &mut Scene, stretch: &Stretch) {
        let (from, to) = (self.x(f64::from(stretch.from_ms) / 1e3), self.x(f64::from(stretch.to_ms) / 1e3));
        scene.put(Mark::rectangle((from, AXES.1 - 3.0), ((to - from).max(1.0), AXES.3 - AXES.1 + 3.0), Ink::Pale));
    }
}

/// The strokes as numbered bars below the time axis; numbers only where they have room.
fn strokes(scene: &mut Scene, curve: &Curve, axes: &Axes) {
    let y = HEIGHT - 12.0;
    let (mut number, mut i) = (0, 0);
    while i < curve.down.len() {
        let run = curve.down[i..].iter().take_while(|d| **d).count();
        if run > 0 {
            number += 1;
            let (from, to) = (axes.x(i as f64 * STEP), axes.x((i + run - 1) as f64 * STEP));
            scene.put(Mark::rule((from, y), (to.max(from + 0.5), y), (1.8, Ink::Accent)));
            if to - from > 7.0 {
                let text = format!("{number}");
                scene.label((&text, Anchor::Middle), ((from + to) / 2.0, y + 8.5), (6.2, Ink::Accent));
            }
        }
        i += run.max(1);
    }
}

/// Mean plus and minus two standard deviations of the references, there and back.
fn band(references: &[&[f64]], axes: &Axes) -> Vec<Place> {
    let n = references.len() as f64;
    let points = references.iter().map(|r| r.len()).min().unwrap_or(0);
    let at = |i: usize| {
        let mean = references.iter().fold(0.0, |s, r| s + r[i]) / n;
        let square = references.iter().fold(0.0, |s, r| s + (r[i] - mean) * (r[i] - mean)) / (n - 1.0);
        (mean, 2.0 * square.sqrt())
    };
    let edge = |side: f64| {
        move |i: usize| {
            let (mean, two) = at(i);
            (axes.x(i as f64 * STEP), axes.y(mean + side * two))
        }
    };
    (0..points).map(edge(1.0)).chain((0..points).rev().map(edge(-1.0))).collect()
}

/// 1, 2 or 5 times a power of ten, not below `least`.
fn round_step(least: f64) -> f64 {
    let mut power = 0.001;
    while power < 1e9 {
        for factor in [1.0, 2.0, 5.0] {
            if power * factor >= least {
                return power * factor;
            }
        }
        power *= 10.0;
    }
    power
}

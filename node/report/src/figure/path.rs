//! Where the pen went: the questioned signature with numbered strokes and arrows, and the same over its references. Drawn
//! from raw samples, all signatures of a drawing at one scale.

use super::{Figure, WIDTH};
use crate::facts::STROKES_MAX;
use crate::ink::Ink;
use crate::language::Language;
use crate::mark::{Mark, Place};
use crate::scene::{Anchor, Scene};
use models::packet::{Sample, StrokePacket};

/// Height of the drawing of the strokes.
const HEIGHT: f32 = 190.0;
/// Free space around.
const MARGIN: f32 = 16.0;
/// Nothing is drawn closer to the frame: half of a stroke's number.
const EDGE: f64 = 6.0;
/// Length and half width of an arrow's head.
const ARROW: (f32, f32) = (6.0, 2.6);

/// The strokes in order.
pub fn strokes(packet: &StrokePacket, language: Language) -> Figure {
    let caption = language.of(
        "图：检材签名的笔画。数字为书写顺序，标在各笔画的起笔处；箭头为运笔方向；虚线为抬笔后笔在空中的移动（设备有记录时）或两笔\
         之间的直线连接。按原始采样点绘制，未平滑。",
        "Figure: the strokes of the questioned signature. Numbers give the order and stand where each stroke begins; arrows \
         give its direction; dashed lines are movements in the air (where the device reports them) or straight lines \
         between strokes. Drawn from raw samples, not smoothed.",
    );
    let mut scene = Scene::new((WIDTH, HEIGHT), caption.to_owned());
    frame(&mut scene);
    let paper = Paper::of(&[packet], (WIDTH, HEIGHT));
    let runs = runs(packet);
    for pair in runs.windows(2) {
        let points = between(packet, (pair[0], pair[1])).map(|s| paper.place(s)).collect();
        scene.put(Mark::Line { points, width: 0.5, ink: Ink::Grey, dashed: true });
    }
    for run in &runs {
        scene.line(run.iter().map(|s| paper.place(s)).collect(), (1.3, Ink::Black));
    }
    for run in runs.iter().take(STROKES_MAX) {
        arrow(&mut scene, &run.iter().map(|s| paper.place(s)).collect::<Vec<_>>());
    }
    for (number, run) in (1..).zip(runs.iter().take(STROKES_MAX)) {
        let at = paper.place(&run[0]);
        scene.put(Mark::Disc { at, radius: 5.0, fill: Ink::White, rim: Ink::Accent });
        scene.label((&format!("{number}"), Anchor::Middle), (at.0, at.1 + 2.3), (6.4, Ink::Accent));
    }
    scale(&mut scene, &paper, packet.device.nm_per_unit);
    Figure { name: "strokes", caption: caption.to_owned(), scene }
}

/// The questioned signature over its references.
pub fn overlay(packet: &StrokePacket, references: &[StrokePacket], language: Language) -> Figure {
    let caption = language.text(
        format!("图：检材签名（粗线）与{}个参考签名（细灰线）重叠，各以其中心对齐，比例相同。", references.len()),
        format!(
            "Figure: the questioned signature (thick) over {} references (thin, grey), laid centre on centre at one scale.",
            references.len()
        ),
    );
    let mut scene = Scene::new((WIDTH, HEIGHT), caption.clone());
    frame(&mut scene);
    let all: Vec<&StrokePacket> = references.iter().chain([packet]).collect();
    let paper = Paper::of(&all, (WIDTH, HEIGHT));
    for (index, one) in all.iter().enumerate() {
        let style = if index + 1 == all.len() { (1.5, Ink::Black) } else { (0.45, Ink::Grey) };
        let centred = paper.centred_on(one);
        for run in runs(one) {
            scene.line(run.iter().map(|s| centred.place(s)).collect(), style);
        }
    }
    Figure { name: "overlay", caption, scene }
}

/// How device units become points on paper.
struct Paper {
    middle: (f64, f64),
    centre: (f64, f64),
    scale: f64,
}

impl Paper {
    /// The largest scale at which each of these fits.
    fn of(packets: &[&StrokePacket], (width, height): (f32, f32)) -> Self {
        let (mut wide, mut high) = (1.0f64, 1.0f64);
        for packet in packets {
            let (low, top) = extent(packet);
            (wide, high) = (wide.max(top.0 - low.0), high.max(top.1 - low.1));
        }
        let room = (f64::from(width - 2.0 * MARGIN), f64::from(height - 2.0 * MARGIN - 8.0));
        let scale = (room.0 / wide).min(room.1 / high);
        let paper = Self { middle: (0.0, 0.0), centre: (f64::from(width) / 2.0, f64::from(height) / 2.0 - 2.0), scale };
        packets.last().map_or_else(|| paper.centred_on_nothing(), |last| paper.centred_on(last))
    }
    fn centred_on_nothing(&self) -> Self {
        Self { middle: (0.0, 0.0), ..*self }
    }
    fn centred_on(&self, packet: &StrokePacket) -> Self {
        let (low, top) = extent(packet);
        Self { middle: ((low.0 + top.0) / 2.0, (low.1 + top.1) / 2.0), ..*self }
    }
    fn place(&self, sample: &Sample) -> Place {
        let x = self.centre.0 + (f64::from(sample.x) - self.middle.0) * self.scale;
        let y = self.centre.1 - (f64::from(sample.y) - self.middle.1) * self.scale;
        // A sample in the air may lie far outside of what was written.
        (x.clamp(EDGE, 2.0 * self.centre.0 - EDGE) as f32, y.clamp(EDGE, 2.0 * self.centre.1 + 4.0 - EDGE) as f32)
    }
}

/// Lowest and highest coordinates of the pen-down samples.
fn extent(packet: &StrokePacket) -> ((f64, f64), (f64, f64)) {
    let (mut low, mut top) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for s in packet.samples.iter().filter(|s| s.pen.is_down()) {
        let (x, y) = (f64::from(s.x), f64::from(s.y));
        (low, top) = ((low.0.min(x), low.1.min(y)), (top.0.max(x), top.1.max(y)));
    }
    if low.0 > top.0 { ((0.0, 0.0), (0.0, 0.0)) } else { (low, top) }
}

fn runs(packet: &StrokePacket) -> Vec<&[Sample]> {
    packet.samples.split(|s| !s.pen.is_down()).filter(|run| !run.is_empty()).collect()
}

/// From the end of one run to the begin of the next, with what was reported in the air.
fn between<'a>(packet: &'a StrokePacket, (a, b): (&'a [Sample], &'a [Sample])) -> impl Iterator<Item = &'a Sample> {
    let (from, to) = (a[a.len() - 1].t_us, b[0].t_us);
    let in_air = packet.samples.iter().filter(move |s| !s.pen.is_down() && s.t_us > from && s.t_us < to);
    a.last().into_iter().chain(in_air).chain(b.first())
}

/// An arrow's head at the middle of a path, if it is long enough for one.
fn arrow(scene: &mut Scene, path: &[Place]) {
    let step = |w: &[Place]| (w[1].0 - w[0].0, w[1].1 - w[0].1);
    let length = |(x, y): Place| (x * x + y * y).sqrt();
    let total: f32 = path.windows(2).map(|w| length(step(w))).sum();
    if total < 3.0 * ARROW.0 {
        return;
    }
    let (mut left, mut tip) = (total * 0.55, None);
    for w in path.windows(2) {
        left -= length(step(w));
        if left <= 0.0 {
            tip = Some(w[1]);
            break;
        }
    }
    let Some(tip) = tip else { return };
    // The direction over the head's own length: single samples jitter.
    let behind =
        path.iter().take_while(|p| **p != tip).filter(|p| length((tip.0 - p.0, tip.1 - p.1)) >= ARROW.0).last();
    let Some(behind) = behind else { return };
    let (dx, dy) = (tip.0 - behind.0, tip.1 - behind.1);
    let n = length((dx, dy));
    let (ux, uy) = (dx / n, dy / n);
    let base = (tip.0 - ux * ARROW.0, tip.1 - uy * ARROW.0);
    let side = (-uy * ARROW.1, ux * ARROW.1);
    let corners = vec![tip, (base.0 + side.0, base.1 + side.1), (base.0 - side.0, base.1 - side.1)];
    scene.put(Mark::Area { corners, ink: Ink::Accent });
}

fn frame(scene: &mut Scene) {
    let (w, h) = (scene.width, scene.height);
    let points = vec![(0.0, 0.0), (w, 0.0), (w, h), (0.0, h), (0.0, 0.0)];
    scene.line(points, (0.5, Ink::Pale));
}

/// A bar of one centimetre, if the device says how large its unit is and the bar has room.
fn scale(scene: &mut Scene, paper: &Paper, nm_per_unit: u32) {
    if nm_per_unit == 0 {
        return;
    }
    let centimetre = (1e7 / f64::from(nm_per_unit) * paper.scale) as f32;
    if centimetre > scene.width / 2.0 || centimetre < 4.0 {
        return;
    }
    let (x, y) = (scene.width - 10.0, scene.height - 8.0);
    scene.line(vec![(x - centimetre, y), (x, y)], (1.0, Ink::Dim));
    scene.label(("1 cm", Anchor::Right), (x - centimetre - 4.0, y + 2.5), (7.0, Ink::Dim));
}

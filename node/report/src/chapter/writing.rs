//! Chapter 5, part C: what can be seen of the writing. It shows and measures; it never says who wrote.

use super::Source;
use crate::block::{Block, Table, heading, notice, paragraph};
use crate::facts::{Explanation, Stroke};
use crate::figure::figures;
use crate::text::Text;
use crate::words::{ASPECTS, DIRECTIONS, FEATURES, word};

/// Features of the whole that are listed: those furthest from the references.
const FEATURES_MAX: usize = 14;

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let drawn = figures(s.facts, s.drawings, l);
    let mut blocks = vec![
        heading("5", l.of("C部分：书写", "Part C: the writing")),
        notice(l.of(
            "本部分描述书写过程并给出统计陈述，不认定签名由何人书写。A部分的检查结果在此不起任何作用。",
            "This part describes the movement and states statistics; it does not determine who wrote. Nothing of part A enters here.",
        )),
        heading("5.1", l.of("签名图形与笔画次序", "The signature and the order of its strokes")),
    ];
    let of = |names: &[&str], blocks: &mut Vec<Block>| {
        for figure in drawn.iter().filter(|f| names.contains(&f.name)) {
            blocks.push(Block::Figure { scene: figure.scene.clone(), caption: figure.caption.clone() });
        }
    };
    let missing = notice(l.of(
        "笔迹数据包不在本版本中，因此没有图形、曲线和逐段比较；账本中的评估结果见5.5。",
        "The stroke packet is not in this variant, so there are no drawings, curves or comparison in stretches; for the appraisal \
         in the ledger see 5.5.",
    ));
    if drawn.is_empty() {
        blocks.push(missing);
    }
    of(&["strokes", "overlay"], &mut blocks);
    blocks.push(heading("5.2", l.of("笔画表", "Table of strokes")));
    blocks.extend(strokes(&s));
    blocks.push(heading("5.3", l.of("笔速、笔压与轨迹曲线", "Curves of speed, pressure and position")));
    if drawn.len() < 3 {
        blocks.push(paragraph(l.of("没有可绘制的曲线。", "There is no curve to draw.")));
    }
    of(&["speed", "pressure", "x", "y"], &mut blocks);
    blocks.push(heading("5.4", l.of("与参考签名差异较大之处", "Where it differs from the references")));
    blocks.extend(differences(&s));
    blocks
}

fn strokes(s: &Source<'_>) -> Vec<Block> {
    let (l, writing) = (s.l, &s.facts.writing);
    if writing.strokes.is_empty() {
        return vec![paragraph(l.of("没有笔画数据。", "There are no strokes to list."))];
    }
    let head = [
        l.of("次序", "Order"),
        l.of("起 (s)", "From (s)"),
        l.of("止 (s)", "To (s)"),
        l.of("长度 (mm)", "Length (mm)"),
        l.of("平均笔速 (mm/s)", "Mean speed (mm/s)"),
        l.of("平均笔压 (%)", "Mean pressure (%)"),
    ];
    let mut table = Table::new(&[0.10, 0.16, 0.16, 0.18, 0.20, 0.20], &head);
    writing.strokes.iter().for_each(|stroke| table.row(stroke_row(stroke).map(Text::from)));
    let mut blocks = vec![table.into()];
    if writing.strokes_omitted > 0 {
        let n = writing.strokes_omitted;
        blocks.push(paragraph(l.text(format!("另有{n}个笔画未列出。"), format!("{n} more strokes are not listed."))));
    }
    if writing.questioned.as_ref().is_some_and(|r| r.device.nm_per_unit == 0) {
        blocks.push(notice(l.of(
            "设备未说明坐标单位的大小：长度和笔速按每单位1微米换算，仅供互相比较。",
            "The device does not say how large its unit is: lengths and speeds take it as one micrometre and can only be compared with one another.",
        )));
    }
    blocks
}

fn stroke_row(stroke: &Stroke) -> [String; 6] {
    let seconds = |ms: u32| format!("{}.{:03}", ms / 1000, ms % 1000);
    let tenth = |um: u64| format!("{}.{}", um / 1000, um % 1000 / 100);
    let pressure = stroke.pressure_permille.map_or_else(|| "–".to_owned(), |p| format!("{}.{}", p / 10, p % 10));
    [
        stroke.number.to_string(),
        seconds(stroke.from_ms),
        seconds(stroke.to_ms),
        tenth(stroke.length_um),
        tenth(stroke.speed_um_s),
        pressure,
    ]
}

fn differences(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let Some(explanation) = &s.facts.writing.explanation else {
        return vec![not_compared(s)];
    };
    let mut blocks = vec![paragraph(l.of(
        "下表列出与参考签名差异超过其自身变化两倍的区段，最突出者在前。差异本身不说明书写人：同一人的书写也会变化，熟练的摹仿也可能没有差异。",
        "The table lists stretches that differ by more than twice what the references differ among themselves, the most striking \
         first. A difference by itself says nothing about the writer: everybody's writing varies, and a skilled imitation may \
         show none.",
    ))];
    if explanation.stretches.is_empty() {
        blocks.push(notice(l.of("没有这样的区段。", "There is no such stretch.")));
    } else {
        blocks.push(stretches(s, explanation).into());
    }
    blocks.push(whole(s, explanation).into());
    blocks
}

/// Why there is no comparison; that references are missing which should be there is set apart.
fn not_compared(s: &Source<'_>) -> Block {
    let (l, f) = (s.l, s.facts);
    if f.lacks_references() {
        return notice(l.of(
            "本次签名所比对的参考签名不在本证据包中（已销毁、未获放行或出具节点未存）：无法比较，也无法重新评估。",
            "The references that the signing was compared with are not in this package (destroyed, not released, or not held by the node that made it): nothing can be compared here, and the appraisal cannot be repeated.",
        ));
    }
    let compared = f.appraisal.as_ref().is_some_and(|a| a.template.is_some());
    let (zh, en) = match (compared, f.writing.references.is_empty()) {
        (false, _) => ("本次签名未与参考签名比对。", "The signing was not compared with references."),
        (true, true) => ("参考签名不在本版本中。", "The references are not in this variant."),
        (true, false) => ("本程序无法比较这些数据包。", "This program cannot compare these packets."),
    };
    paragraph(l.of(zh, en))
}

fn stretches(s: &Source<'_>, explanation: &Explanation) -> Table {
    let l = s.l;
    let head = [
        l.of("时段 (s)", "Time (s)"),
        l.of("方面", "Aspect"),
        l.of("差异", "Difference"),
        l.of("为通常变化的倍数", "Times what is usual"),
    ];
    let mut table = Table::new(&[0.26, 0.20, 0.32, 0.22], &head);
    for stretch in &explanation.stretches {
        let time = |ms: u32| format!("{}.{:02}", ms / 1000, ms % 1000 / 10);
        table.row([
            format!("{} – {}", time(stretch.from_ms), time(stretch.to_ms)).into(),
            word(&stretch.aspect, ASPECTS, l).into(),
            word(&stretch.direction, DIRECTIONS, l).into(),
            format!("{}.{}", stretch.deviation_milli / 1000, stretch.deviation_milli % 1000 / 100).into(),
        ]);
    }
    table
}

fn whole(s: &Source<'_>, explanation: &Explanation) -> Table {
    let l = s.l;
    let head = [
        l.of("整体特征", "Feature of the whole"),
        l.of("高于（+）或低于（-）参考签名均值，以标准差计", "Above (+) or below (-) the references' mean, deviations"),
    ];
    let mut table = Table::new(&[0.40, 0.60], &head);
    let mut all: Vec<_> = explanation.whole.iter().collect();
    all.sort_by_key(|w| std::cmp::Reverse(w.deviations_milli.unsigned_abs()));
    for feature in all.into_iter().take(FEATURES_MAX) {
        let (milli, size) = (feature.deviations_milli, feature.deviations_milli.unsigned_abs());
        let sign = if milli < 0 { "-" } else { "+" };
        table.row([
            word(&feature.feature, FEATURES, l).into(),
            format!("{sign}{}.{}", size / 1000, size % 1000 / 100).into(),
        ]);
    }
    table
}

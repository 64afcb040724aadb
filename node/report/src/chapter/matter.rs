//! Section 3.3: the steps of the matter. A long matter is shortened, the event itself never left out; every gap is marked where it
//! is.

use super::Source;
use crate::block::{Block, Table, paragraph};
use crate::calendar::time;
use crate::facts::{Matter, Step};
use crate::text::Text;
use crate::words::{KINDS, word};

pub(super) fn blocks(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let Some(matter) = &s.facts.matter else {
        return vec![paragraph(l.of(
            "本事件不属于任何事项，或未附事项证明。",
            "The event belongs to no matter, or no proof about it is at hand.",
        ))];
    };
    let mut blocks = vec![
        paragraph(l.text(
            format!("事项“{}”：状态树证明其共有{}个事件，累加值如下。●为控制节点（手写签署），加粗者为本事件。", matter.name, matter.count),
            format!("Matter \"{}\": the state tree proves that it has {} events, with the sum below. ● is a control node (a handwritten signing); this event is set in bold.", matter.name, matter.count),
        )),
        paragraph(Text::dim(l.of("事项累加值 ", "Matter sum ")).then(Text::mono(matter.sum.as_str()))),
        steps(s, matter).into(),
    ];
    blocks.extend(shortened(s, matter));
    blocks
}

fn steps(s: &Source<'_>, matter: &Matter) -> Table {
    let l = s.l;
    let mut table = Table::new(
        &[0.08, 0.09, 0.34, 0.16, 0.33],
        &[
            l.of("步", "Step"),
            l.of("序号", "Event"),
            l.of("时间", "Time"),
            l.of("种类", "Kind"),
            l.of("提交机构与陈述", "Submitted by, and its words"),
        ],
    );
    let mut next = 1;
    for step in &matter.steps {
        if let Some(gap) = step.number.checked_sub(next).filter(|gap| *gap > 0) {
            table.row(omission(s, gap));
        }
        table.row(row(s, step));
        next = step.number.saturating_add(1);
    }
    table
}

/// The row of a step; all of it is bold for the event that is reported on.
fn row(s: &Source<'_>, step: &Step) -> [Text; 5] {
    let l = s.l;
    let kind = word(&step.kind, KINDS, l);
    let kind = if step.control { format!("{kind} ●") } else { kind };
    let said =
        step.statement.as_ref().map_or_else(String::new, |said| l.text(format!("：{said}"), format!(": {said}")));
    let cells = [
        step.number.to_string(),
        format!("#{}", step.seq),
        time(step.time_ms),
        kind,
        format!("{}{said}", step.organisation),
    ];
    if step.seq == s.facts.event.seq { cells.map(Text::strong) } else { cells.map(Text::plain) }
}

fn omission(s: &Source<'_>, gap: u64) -> [Text; 5] {
    let said = s.l.text(format!("（此处{gap}个步骤未列出）"), format!("({gap} steps here are not listed)"));
    ["…", "", "", "", said.as_str()].map(Text::dim)
}

/// That steps are not listed, wherever they are listed; nothing for a matter that is told as a whole.
pub(super) fn shortened(s: &Source<'_>, matter: &Matter) -> Option<Block> {
    let (l, wills) = (s.l, matter.omitted_wills);
    let besides = match wills {
        0 => String::new(),
        n => {
            l.text(format!("其中{n}个载有意愿证据的摘要。"), format!(" {n} of them carry digests of evidence of will."))
        }
    };
    let said = l.text(
        format!("共有{}个步骤未列出，但证明包括它们；全部在证据包的 data/matter.bin 中。", matter.omitted),
        format!(
            "{} steps are not listed; the proof covers them and data/matter.bin of the package holds them.",
            matter.omitted
        ),
    );
    (matter.omitted > 0).then(|| paragraph(said + &besides))
}

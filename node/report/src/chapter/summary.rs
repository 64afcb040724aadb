//! Chapter 1: the nine questions as a table. What the answers are is decided in `answer`, not here.

use super::Source;
use crate::answer::answers;
use crate::block::{Block, Table, heading, paragraph};
use crate::text::Text;

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut table = Table::new(
        &[0.06, 0.21, 0.13, 0.38, 0.22],
        &[
            l.of("号", "No."),
            l.of("问题", "Question"),
            l.of("回答", "Answer"),
            l.of("依据与确定程度", "Ground, and how sure"),
            l.of("什么会改变它", "What would change it"),
        ],
    );
    for (number, answer) in (1..).zip(answers(s.facts, l)) {
        table.row([
            Text::plain(format!("{number}")),
            answer.question.into(),
            Text::strong(answer.said),
            answer.ground.into(),
            Text::dim(answer.change),
        ]);
    }
    vec![
        heading("1", l.of("摘要：九个问题", "Summary: nine questions")),
        paragraph(l.of(
            "每个问题只回答“是”“否”或“无法判断”（第8问并注明支持程度和分段），并说明依据、确定程度和什么会改变回答。第1至6问及第9问只涉及数据，第7问涉及采集，第8问\
             只涉及书写；各问互不加强。",
            "Each question is answered yes, no or cannot tell (question 8 with the degree of support and the band), with its ground and what would change the answer. Questions 1 to 6 \
             and 9 are about the data, 7 about the capture, 8 about the writing alone; none lends weight to another.",
        )),
        table.into(),
    ]
}

//! Chapter 3, part A: what is proven about the data. It never speaks of the writing.

use super::Source;
use crate::block::{Block, Table, heading, notice};
use crate::calendar::time;
use crate::detail::detail;
use crate::text::Text;
use crate::words::{CHECKS, word};

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut blocks = vec![
        heading("3", l.of("A部分：数据", "Part A: the data")),
        notice(l.of(
            "本部分只说明数据自入账以来是否被改动、何时已经存在、是否完整。它不说明入账之前的内容是否属实，也不说明何人书写。",
            "This part says whether data changed since they were committed, when they existed and whether they are complete. It \
             does not say whether the content was true before, nor who wrote.",
        )),
        heading("3.1", l.of("检查项", "Checks")),
        checks(&s).into(),
        heading("3.2", l.of("账本状态（检查点）", "State of the ledger (checkpoint)")),
        checkpoint(&s).into(),
        heading("3.3", l.of("事项的全部步骤", "All steps of the matter")),
    ];
    blocks.extend(super::matter::blocks(&s));
    blocks.push(heading("3.4", l.of("时间证据", "Evidence of time")));
    blocks.extend(super::time::blocks(&s));
    blocks
}

fn checks(s: &Source<'_>) -> Table {
    let l = s.l;
    let head =
        [l.of("代码", "Code"), l.of("检查内容", "What is checked"), l.of("结果", "Outcome"), l.of("细节", "Detail")];
    let mut table = Table::new(&[0.25, 0.23, 0.17, 0.35], &head);
    for check in &s.facts.checks {
        let asked = word(&check.code, CHECKS, l);
        let asked = if asked == check.code { String::new() } else { asked };
        table.row([
            Text::mono(check.code.as_str()),
            asked.into(),
            s.outcome(check),
            Text::dim(detail(&check.detail, l)),
        ]);
    }
    table
}

fn checkpoint(s: &Source<'_>) -> Table {
    let (c, l) = (&s.facts.checkpoint, s.l);
    let mut table = Table::pairs();
    let height = l.text(
        format!("高度{}，第{}届，第{}轮", c.height, c.epoch, c.view),
        format!("height {}, epoch {}, view {}", c.height, c.epoch, c.view),
    );
    table.pair(l.of("区块", "Block"), height);
    table.pair(l.of("时间（验证节点时钟）", "Time (validators' clocks)"), time(c.time_ms));
    table.pair(l.of("出块机构", "Proposed by"), c.proposer.as_str());
    table.pair(l.of("账本事件总数", "Events in the ledger"), c.ledger_size.to_string());
    for (what, value) in [
        (l.of("区块头摘要（签署对象）", "Digest of the header (what is signed)"), &c.header),
        (l.of("账本累加值", "Ledger sum"), &c.ledger_sum),
        (l.of("SM3日志根", "Root of the SM3 log"), &c.sm3_root),
        (l.of("SHA-256日志根", "Root of the SHA-256 log"), &c.sha256_root),
        (l.of("状态树根", "Root of the state tree"), &c.state_root),
        (l.of("验证节点集合摘要", "Digest of the validator set"), &c.validators),
        (l.of("链标识（创世文件SM3摘要）", "Chain id (SM3 of genesis)"), &s.facts.network.chain),
    ] {
        table.pair(what, Text::mono(value.as_str()));
    }
    table
}

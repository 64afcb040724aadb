//! Chapter 3, part A: what is proven about the data. It never speaks of the writing.

use super::Source;
use crate::block::{Block, Table, heading, notice, paragraph};
use crate::calendar::time;
use crate::detail::detail;
use crate::text::Text;
use crate::words::{CHECKS, KINDS, word};

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
    blocks.extend(matter(&s));
    blocks.push(heading("3.4", l.of("时间证据", "Evidence of time")));
    blocks.extend(stamps(&s));
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

fn matter(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let Some(matter) = &s.facts.matter else {
        return vec![paragraph(l.of(
            "本事件不属于任何事项，或未附事项证明。",
            "The event belongs to no matter, or no proof about it is at hand.",
        ))];
    };
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
    let own = s.facts.event.seq;
    for step in &matter.steps {
        let kind = word(&step.kind, KINDS, l);
        let kind = if step.control { format!("{kind} ●") } else { kind };
        let said =
            step.statement.as_ref().map_or_else(String::new, |said| l.text(format!("：{said}"), format!(": {said}")));
        let text = if step.seq == own { Text::strong(kind) } else { Text::plain(kind) };
        table.row([
            step.number.to_string().into(),
            format!("#{}", step.seq).into(),
            time(step.time_ms).into(),
            text,
            format!("{}{said}", step.organisation).into(),
        ]);
    }
    let mut blocks = vec![
        paragraph(l.text(
            format!("事项“{}”：状态树证明其共有{}个事件，累加值如下。●为控制节点（手写签署），加粗者为本事件。", matter.name, matter.count),
            format!("Matter \"{}\": the state tree proves that it has {} events, with the sum below. ● is a control node (a handwritten signing); this event is set in bold.", matter.name, matter.count),
        )),
        paragraph(Text::dim(l.of("事项累加值 ", "Matter sum ")).then(Text::mono(matter.sum.as_str()))),
        table.into(),
    ];
    if matter.omitted > 0 {
        blocks.push(paragraph(l.text(
            format!("中间{}个步骤未列出，但证明包括它们；全部在证据包的 data/matter.bin 中。", matter.omitted),
            format!("{} steps in the middle are not listed; the proof covers them and data/matter.bin of the package holds them.", matter.omitted),
        )));
    }
    blocks
}

fn stamps(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let block = paragraph(l.of(
        "区块时间由验证节点的时钟给出，不是法定时间。法定时间以时间戳机构（RFC 3161，GB/T 20520）对区块头摘要签发的令牌为准，并按签发\
         当日的证书链验证。",
        "The time of a block comes from the validators' clocks and is not legal time. Legal time comes from tokens of time-stamp \
         authorities (RFC 3161, GB/T 20520) over the header's digest, verified with the certificates of the day of stamping.",
    ));
    if s.facts.stamps.is_empty() {
        return vec![block, notice(l.of("本证据包没有时间戳令牌。", "This package holds no time-stamp token."))];
    }
    let mut table = Table::new(
        &[0.20, 0.33, 0.13, 0.17, 0.17],
        &[
            l.of("机构", "Authority"),
            l.of("签发时间", "Stamped at"),
            l.of("精度", "Accuracy"),
            l.of("令牌", "Token"),
            l.of("证书链（签发时）", "Certificates then"),
        ],
    );
    for stamp in &s.facts.stamps {
        let accuracy = stamp.accuracy_ms.map_or_else(|| s.unknown(), |ms| format!("±{ms} ms"));
        let outcome = |o: &str| Text::plain(word(o, crate::words::OUTCOMES, l));
        table.row([
            stamp.authority.as_str().into(),
            time(stamp.time_ms).into(),
            accuracy.into(),
            outcome(&stamp.token),
            outcome(&stamp.chain),
        ]);
    }
    vec![block, table.into()]
}

//! Sections 5.5 to 5.7: the likelihood ratios in the words of the ENFSI scale, what they were calibrated on and how often the
//! model errs. The propositions stand in full, each alternative by itself; there is no prior and no posterior.

use super::Source;
use crate::block::{Block, Table, heading, notice, paragraph};
use crate::calendar::time;
use crate::facts::{Appraisal, Learnt, Model};
use crate::species::rates as rates_in;
use crate::statement::{Stated, Statements, decimal, words};
use crate::text::Text;
use crate::words::{ATTACK_CHECKS, BANDS, COLUMNS, condition, word};

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut blocks = vec![heading("5.5", l.of("主张与似然比", "Propositions and likelihood ratios"))];
    blocks.extend(propositions(&s));
    blocks.push(heading("5.6", l.of("模型、校准数据与错误率", "Model, calibration data and error rates")));
    blocks.extend(model(&s));
    blocks.push(heading("5.7", l.of("本部分不是什么", "What this part is not")));
    blocks.push(not_an_opinion(&s));
    blocks
}

fn propositions(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut table = Table::new(&[0.16, 0.84], &[l.of("主张", "Proposition"), l.of("内容", "Content")]);
    for (name, zh, en) in [
        ("H1", "检材签名由已登记的签名人书写。", "The enrolled signer wrote the questioned signature."),
        (
            "H2a",
            "检材签名由练习过该签名的他人摹仿书写。",
            "Somebody else, who had practised it, wrote the questioned signature.",
        ),
        (
            "H2b",
            "检材签名由不了解该签名的任意他人书写。",
            "Somebody else, at random and without knowing it, wrote the questioned signature.",
        ),
        (
            "H2c",
            "检材签名系对既有笔迹数据的重放或由程序合成（不给出似然比；攻击检查的结果见4.1的提示，其错误率见5.6）。",
            "The questioned signature is a replay of earlier data or was made by a program (no ratio is stated; what attack checks found stands in the flags of 4.1, how often they err in 5.6).",
        ),
    ] {
        table.row([Text::strong(name), Text::plain(l.of(zh, en))]);
    }
    let mut blocks = vec![table.into()];
    let statements = Statements::of(s.facts);
    let stated: Vec<(&str, &Stated)> = [("H2a", statements.practised()), ("H2b", statements.random())]
        .into_iter()
        .filter_map(|(n, x)| Some((n, x?)))
        .collect();
    if stated.is_empty() {
        blocks.push(notice(statements.absent(l)));
        return blocks;
    }
    let head = [
        l.of("相对于", "Against"),
        "log10 LR",
        l.of("支持程度（ENFSI 2015）", "Support (ENFSI 2015)"),
        l.of("上限", "Limit"),
    ];
    let mut table = Table::new(&[0.16, 0.20, 0.44, 0.20], &head);
    for (name, stated) in &stated {
        let said = words(stated.statement.support);
        let limited = if stated.statement.limited {
            l.of("已达上限", "at its limit")
        } else {
            l.of("未达上限", "below it")
        };
        table.row([
            Text::strong(*name),
            decimal(stated.statement.llr).into(),
            l.of(said.0, said.1).into(),
            limited.into(),
        ]);
    }
    blocks.push(table.into());
    for (_, stated) in &stated {
        blocks.push(notice(l.text(stated.statement.zh.as_str(), stated.statement.en.as_str())));
    }
    blocks.extend(s.facts.appraisal.as_ref().map(|appraisal| decision(s, appraisal)));
    blocks.push(paragraph(l.of(
        "支持程度用语（LR倍数）：弱2–10，中等程度10–100，较强100–1000，强1000–10000，很强10000–1000000，极强更高。似然比不是概率：主张本身\
         成立的可能性取决于案件的其他证据，由法院认定。",
        "Words of the scale (factor of the LR): weak 2–10, moderate 10–100, moderately strong 100–1,000, strong 1,000–10,000, very \
         strong 10,000–1,000,000, extremely strong above. A likelihood ratio is no probability: how probable a proposition is \
         depends on the other evidence of the case and is for the court to find.",
    )));
    blocks
}

fn decision(s: &Source<'_>, appraisal: &Appraisal) -> Block {
    let (l, n) = (s.l, &s.facts.network);
    let band = word(&appraisal.band, BANDS, l);
    paragraph(l.text(
        format!(
            "入账规则：本网络的阈值为 {} 与 {}（log10 LR，相对于H2a），本事件落入{band}。该分段只决定能否入账，不是对书写人的判断。",
            decimal(n.accept_at),
            decimal(n.reject_below)
        ),
        format!(
            "Rule of admission: this network's thresholds are {} and {} (log10 LR against H2a); this event falls into the band {band}. The band decides admission only and is no judgement on the writer.",
            decimal(n.accept_at),
            decimal(n.reject_below)
        ),
    ))
}

fn model(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let Some(appraisal) = &s.facts.appraisal else {
        return vec![paragraph(l.of("本事件不含手写笔迹。", "No handwriting is involved."))];
    };
    let Some(model) = &s.facts.model else {
        return vec![notice(l.text(
            format!("本程序不含该模型（摘要{}），无法列出其错误率。", appraisal.model),
            format!("This program does not have the model ({}), so its error rates cannot be listed.", appraisal.model),
        ))];
    };
    let mut blocks = vec![
        particulars(s, model, appraisal).into(),
        data(s, model),
        rates(s, model).into(),
        marked(s),
        paragraph(Text::dim(l.of(
            "EER为两类错误相等时的错误率；Cllr衡量似然比的校准质量，0为完美，1为无信息。上表逐格抄自模型卡。采集条件与校准数据不同的（手指、鼠标、\
             60 Hz屏幕、其他型号设备），上述错误率不适用。",
            "EER is the error rate at which both kinds of error are equal; Cllr measures how good the ratios are, 0 being perfect and \
             1 without information. The table is copied cell by cell from the model card. For recordings unlike the \
             calibration data (fingers, mice, 60 Hz screens, other devices) these rates do not hold.",
        ))),
    ];
    blocks.extend(attacks(s, model));
    blocks
}

/// What is known of the condition that this signing was compared under: references and pressure. Only a full package says.
fn compared(s: &Source<'_>) -> Option<(u32, bool)> {
    s.facts.writing.explanation.as_ref().map(|e| (e.references, e.pressure))
}

fn marked(s: &Source<'_>) -> Block {
    let l = s.l;
    paragraph(match compared(s) {
        Some((references, pressure)) => {
            let (zh, en) = if pressure {
                ("比对笔压", "pressure compared")
            } else {
                ("未比对笔压", "pressure not compared")
            };
            l.text(
                format!("● 为本次签名的条件：{references}个参考签名，{zh}（2至4个按3个、5个以上按5个列示）。"),
                format!("● marks the condition of this signing: {references} references, {en} (2 to 4 are listed as 3, 5 and more as 5)."),
            )
        }
        None => l.text(
            "本版本不含参考签名，无法指明本次签名属于表中哪一条件。",
            "The references are not at hand, so it cannot be said which row is the condition of this signing.",
        ),
    })
}

/// How often the checks err that the flags of 4.1 come from.
fn attacks(s: &Source<'_>, model: &Model) -> Vec<Block> {
    let l = s.l;
    let head = paragraph(l.of(
        "攻击检查（重放、参考签名拼合、程序生成、拼接或缺失、时钟）的错误率，数字逐格抄自模型卡，文字由英文译出（原文见data/model/card.md）。没有提示不等于没有攻击：下表右列为各类攻击未被发现的百分比。",
        "How often the checks for attacks err (replay, put together of references, machine-made, cropped or merged, clock), cell by cell from the model card. No flag does not mean no attack: the last column says how many of each kind go unnoticed, in per cent.",
    ));
    if model.attacks.is_empty() {
        return vec![head, notice(l.of("模型卡没有列出此类错误率。", "The card lists no such rates."))];
    }
    let columns = [
        l.of("检查", "Check"),
        l.of("误报：书写人自己被提示 %（BPCER）", "False alarms: own writing flagged, % (BPCER)"),
        l.of("漏报：攻击未被发现 %（APCER）", "Missed: attacks that pass, % (APCER)"),
    ];
    let mut table = Table::new(&[0.20, 0.20, 0.60], &columns);
    for row in &model.attacks {
        table.row(row.iter().enumerate().map(|(i, cell)| match i {
            0 => Text::plain(word(cell, ATTACK_CHECKS, l)),
            _ => Text::plain(rates_in(cell, l)),
        }));
    }
    vec![head, table.into()]
}

/// On what the rates were measured, in the numbers of the card.
fn data(s: &Source<'_>, model: &Model) -> Block {
    let Some(Learnt { source, writers, of, rate_hz }) = &model.data else {
        return notice(s.l.of(
            "模型卡未以惯常形式说明校准与评估数据，见 data/model/card.md。",
            "The model card does not say in the usual words what the model was calibrated on; see data/model/card.md.",
        ));
    };
    paragraph(s.l.text(
        format!(
            "校准与评估数据：{source}公开数据{of}人中的{writers}人，任务1（无笔压）与任务2（有笔压），同一型号数位板，{rate_hz} Hz；按书写人分组交叉\
             验证，方括号内为95%置信区间。{writers}人的数据所支持的似然比有限，因此设有上限。"
        ),
        format!(
            "Calibration and evaluation data: {writers} of the {of} public writers of {source}, tasks 1 (no pressure) and 2 (with \
             pressure), one model of tablet, {rate_hz} Hz; cross-validated by writer, 95 % intervals in brackets. What {writers} \
             writers can support is limited, hence the limit."
        ),
    ))
}

fn particulars(s: &Source<'_>, model: &Model, appraisal: &Appraisal) -> Table {
    let l = s.l;
    let mut table = Table::pairs();
    table.pair(l.of("模型", "Model"), Text::strong(model.name.as_str()));
    table.pair(
        l.of("模型摘要（代码、常数、权重）", "Its digest (code, constants, weights)"),
        Text::mono(model.digest.as_str()),
    );
    let template =
        appraisal.template.as_ref().map_or_else(|| Text::plain(l.of("无", "none")), |t| Text::mono(t.as_str()));
    table.pair(l.of("所比对参考签名的摘要", "Digest of the references"), template);
    let few = appraisal.flags.iter().any(|f| f == "FEW_REFERENCES");
    let count = match s.facts.writing.references.len() {
        0 if s.facts.lacks_references() => {
            l.of("不明：参考签名不在证据包中，见5.4", "not known: they are not in the package, see 5.4").to_owned()
        }
        0 if few => l.of("少于三个", "fewer than three").to_owned(),
        0 => l.of("未列出（参考签名不在本版本中）", "not listed (the references are not in this variant)").to_owned(),
        n => n.to_string(),
    };
    table.pair(l.of("参考签名个数", "References"), count);
    if appraisal.template.is_some() {
        table.pair(l.of("参考签名的登记", "Enrolment of the references"), enrolled(s));
    }
    table.pair(l.of("似然比上限（依条件）", "Limits of the ratio (by condition)"), limits(s, model));
    table.pair(
        l.of("可重复性", "Repeatable"),
        l.of(
            "整数与限定运算：同一数据包在任何机器上得出相同数值；达到法定数量的验证节点各自计算，一致方可入账。",
            "integers and restricted arithmetic: the same packet gives the same number on every machine; a quorum of validators computed it, each for itself; only what agrees is committed.",
        ),
    );
    table
}

/// How old the references were, by the ledger's times.
fn enrolled(s: &Source<'_>) -> String {
    let Some(enrolment) = &s.facts.enrolment else {
        let unknown =
            ("不明：登记不在证据包中，或所附登记并非其登记", "not known: it is not in the package, or another one is");
        return s.l.of(unknown.0, unknown.1).to_owned();
    };
    let (seq, at, days) = (enrolment.seq, time(enrolment.time_ms), enrolment.days_before(s.facts.event.time_ms));
    s.l.text(
        format!("事件#{seq}，{at}入账，早于本次签署{days}天（按账本时间；参考签名何时写成不在此列）"),
        format!("event #{seq}, committed {at}, {days} days before this signing (by the ledger's times; when they were written is not said)"),
    )
}

fn limits(s: &Source<'_>, model: &Model) -> String {
    if let Some(limit) = compared(s).and_then(|(references, pressure)| model.limit(references, pressure)) {
        return s.l.text(
            format!("±{}（log10 LR，H2a，本次签名的条件）", decimal(limit.llr)),
            format!("±{} (log10 LR, H2a, in the condition of this signing)", decimal(limit.llr)),
        );
    }
    let all: Vec<i32> = model.limits.iter().map(|limit| limit.llr).collect();
    let (low, high) = (all.iter().min().copied().unwrap_or(0), all.iter().max().copied().unwrap_or(0));
    s.l.text(
        format!("±{} 至 ±{}（log10 LR，H2a）", decimal(low), decimal(high)),
        format!("±{} to ±{} (log10 LR, H2a)", decimal(low), decimal(high)),
    )
}

fn rates(s: &Source<'_>, model: &Model) -> Table {
    let columns = model.columns.len().max(1);
    let mut shares = vec![0.62 / (columns.saturating_sub(1).max(1)) as f32; columns];
    shares[0] = 0.22;
    let head: Vec<String> = model.columns.iter().map(|c| word(c, COLUMNS, s.l)).collect();
    let mut table = Table { columns: shares, head, rows: vec![] };
    for row in &model.rates {
        let own = row.first().zip(compared(s)).is_some_and(|(cell, (n, pressure))| Model::is_of(cell, n, pressure));
        table.row(row.iter().enumerate().map(|(i, cell)| match (i, own) {
            (0, true) => Text::strong(format!("● {}", condition(cell, s.l))),
            (0, false) => Text::plain(condition(cell, s.l)),
            (_, true) => Text::strong(cell.as_str()),
            (_, false) => Text::plain(cell.as_str()),
        }));
    }
    table
}

/// The sentence that must always be there.
fn not_an_opinion(s: &Source<'_>) -> Block {
    notice(s.l.of(
        "本陈述由软件给出，不是司法鉴定意见，不认定签名由何人书写；未涵盖签名人伪装本人笔迹的情形。对笔迹有争议的，应依《中华人民共和国民事\
         诉讼法》及相关规定委托鉴定；鉴定人须以完整版中的原始数据（ISO/IEC 19794-7、InkML）自行检验，不得以本陈述代替。",
        "This statement is made by software. It is not an expert opinion and does not determine who wrote the signature; that the \
         signer disguised the own handwriting is not covered. Where the writing is disputed, an examiner is to be appointed as \
         the law provides; the examiner must examine the raw data of the full variant (ISO/IEC 19794-7, InkML) and cannot put \
         this statement in the place of an examination.",
    ))
}

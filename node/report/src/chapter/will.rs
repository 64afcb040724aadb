//! Section 4.4: what other steps of the matter state, what providers found about the signer's will, and whose results were recorded
//! and not presented.

use super::Source;
use super::matter::shortened;
use crate::block::{Block, Table, notice, paragraph};
use crate::calendar::time;
use crate::facts::{Facts, Step, Will};
use crate::language::Language;
use crate::text::Text;
use crate::words::{INTENTS, word};

pub(super) fn blocks(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut blocks = vec![paragraph(l.of(
        "身份核验、意愿核验（短信、活体、密码、阅读时长）及其他佐证由各提供方签名，账本只保存其结果的摘要。下表为本事项中其他步骤的陈述；\
         其内容由陈述机构负责。",
        "Results of identity and intent checks (SMS, liveness, password, reading time) and other corroboration are signed by those \
         who provide them; the ledger holds their digests. The table lists what other steps of this matter state; each \
         organisation answers for its own words.",
    ))];
    let said = statements(s);
    blocks.push(if said.rows.is_empty() {
        notice(l.of("本事项中没有此类记录。", "This matter holds no such record."))
    } else {
        said.into()
    });
    blocks.extend(s.facts.matter.as_ref().and_then(|matter| shortened(s, matter)));
    blocks.extend(presented(s));
    blocks.extend(withheld(s));
    blocks
}

fn statements(s: &Source<'_>) -> Table {
    let l = s.l;
    let others = s.facts.matter.iter().flat_map(|m| &m.steps).filter(|step| !step.control && step.statement.is_some());
    let mut table = Table::new(
        &[0.09, 0.34, 0.20, 0.37],
        &[l.of("序号", "Event"), l.of("时间", "Time"), l.of("机构", "Organisation"), l.of("陈述", "Statement")],
    );
    for step in others {
        let said = step.statement.clone().unwrap_or_default();
        let cells = [format!("#{}", step.seq), time(step.time_ms), step.organisation.clone(), said];
        let own = step.seq == s.facts.event.seq;
        table.row(if own { cells.map(Text::strong) } else { cells.map(Text::plain) });
    }
    table
}

/// Results that were laid into the package. One that was not passed is told as plainly as one that was.
fn presented(s: &Source<'_>) -> Vec<Block> {
    let (l, f) = (s.l, s.facts);
    if f.wills.is_empty() {
        return Vec::new();
    }
    let head = [
        l.of("步骤", "Step"),
        l.of("方式", "Method"),
        l.of("结果", "Result"),
        l.of("提供方", "Provider"),
        l.of("提供方时间与备注", "Provider's time and note"),
    ];
    let mut table = Table::new(&[0.09, 0.14, 0.18, 0.25, 0.34], &head);
    for will in &f.wills {
        let seq = will.seq.map_or_else(|| s.unknown(), |seq| format!("#{seq}"));
        let note = if will.note.is_empty() { l.of("无备注", "no note") } else { &will.note };
        table.row([
            seq.into(),
            word(&will.method, INTENTS, l).into(),
            result(will, l),
            format!("{}{}", will.provider, itself(f, &will.provider, l)).into(),
            format!("{}{}{note}", time(will.time_ms), l.of("；", "; ")).into(),
        ]);
    }
    let mut blocks = vec![
        paragraph(l.of(
            "所出示的意愿核验结果（提供方签名；内容由提供方负责）：",
            "Results of checks of will that were presented (signed by their providers, who answer for them):",
        )),
        table.into(),
    ];
    let doubtful = |code: &str| f.checks.iter().any(|c| c.code == code && c.outcome != "VALID");
    if doubtful("INTENT_SIGNATURE") || doubtful("INTENT_STEP") {
        blocks.push(notice(l.of(
            "上列结果的签名或所在步骤有未通过或无法判断者，见3.1的INTENT_STEP和INTENT_SIGNATURE。",
            "A signature or a step of these results was not shown, or does not speak of the will at the signing: see INTENT_STEP and INTENT_SIGNATURE in 3.1.",
        )));
    }
    blocks
}

fn result(will: &Will, l: Language) -> Text {
    let late = if will.late { l.of("；签署之后才载入", "; recorded only after the signing") } else { "" };
    match will.passed {
        true => Text::plain(word("passed", INTENTS, l) + late),
        false => Text::strong(l.of("未通过", "NOT passed").to_owned() + late),
    }
}

/// Said behind a provider that is the submitter: it vouches for itself.
pub(crate) fn itself(facts: &Facts, provider: &str, l: Language) -> &'static str {
    let (zh, en) = ("（即提交者本身）", " (the submitter itself)");
    if provider == facts.event.organisation { l.of(zh, en) } else { "" }
}

/// Results that were recorded: what they say is not known, good or bad.
fn withheld(s: &Source<'_>) -> Option<Block> {
    let (l, steps) = (s.l, s.facts.wills_withheld());
    let one = |step: &&Step| {
        let method = word(step.will.as_deref().unwrap_or_default(), INTENTS, l);
        l.text(
            format!("#{}（{method}，{}）", step.seq, step.organisation),
            format!("#{} ({method}, {})", step.seq, step.organisation),
        )
    };
    let list: Vec<String> = steps.iter().map(one).collect();
    let said = l.text(
        format!("以下步骤载有意愿核验结果的摘要，由所列机构记录，其内容未出示，通过与否不明：{}。", list.join("、")),
        format!("A result of a check of will was recorded by these, its content was not presented, and whether it was passed is not known: {}.", list.join(", ")),
    );
    (!steps.is_empty()).then(|| notice(said))
}

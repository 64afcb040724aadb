//! Chapter 10: what this report does not show.

use super::Source;
use crate::block::{Block, heading, paragraph};
use crate::facts::Variant;
use crate::text::Text;

/// What is never shown, Chinese and English.
const ALWAYS: &[(&str, &str)] = &[
    (
        "上链之前的内容是否属实；没有提交入账的事情。",
        "Whether content was true before it was committed; what was never submitted.",
    ),
    (
        "签名由何人书写。似然比是统计陈述，其校准数据来自为数不多的人和同一型号设备（见5.6）；对不同设备、时隔数月的书写、伪装的书写均未验证。",
        "Who wrote the signature. A likelihood ratio is statistics, calibrated on few writers and one model of device (see 5.6); other devices, writing months apart and disguised writing were not validated.",
    ),
    (
        "签署时是否受胁迫、欺诈，是否理解内容：采集数据不反映意愿。",
        "Whether the signer was coerced, deceived or understood: a recording of movement does not show a will.",
    ),
    (
        "采集端所声明的设备、软件、地点、时钟是否属实；笔迹何时写成：签名只证明数据包何时封存。",
        "Whether device, software, place and clock are what the capture side claims; when the strokes were written: signatures date the packet, not the strokes in it.",
    ),
    ("文件内容：节点只有摘要。", "The content of the document: the node has its digest only."),
    ("检查点之后发生的事件。", "Events after the checkpoint."),
    (
        "若SM2签名算法被攻破，签名须另以时间戳与印刷公布的检查点佐证；若SM3被攻破，SHA-256日志仍可独立核验。",
        "If SM2 is broken, signatures need time-stamps and published checkpoints beside them; if SM3 is broken, the SHA-256 log still stands by itself.",
    ),
];

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let (f, l) = (s.facts, s.l);
    let mut items: Vec<String> = ALWAYS.iter().map(|(zh, en)| l.of(zh, en).to_owned()).collect();
    items.push(conspiracy(&s));
    let mut here = |holds: bool, zh: &str, en: &str| {
        if holds {
            items.push(l.of(zh, en).to_owned());
        }
    };
    here(
        f.time_stamp().is_none(),
        "本案：没有受信任的时间戳机构的令牌，时间仅由验证节点的时钟说明。",
        "Here: no token of a trusted time-stamp authority; time rests on the validators' clocks.",
    );
    here(
        f.stamps.iter().any(|stamp| f.is_contradictory(stamp)),
        "本案：有时间戳令牌所称时间早于其所盖区块头自述的时间，见3.4；两者至少一方的时钟有误。",
        "Here: a token claims to be older than the header that it is over, see 3.4; at least one of the two clocks is wrong.",
    );
    here(
        !f.independence.quorum_without_submitter,
        "本案：除去提交机构的节点后，签名达不到法定数量。",
        "Here: without the submitter's validators the votes are no quorum.",
    );
    here(
        f.appraisal.is_some() && f.variant == Variant::Public,
        "本案：本版本不含笔迹数据，不能据以重新评估。",
        "Here: this variant holds no stroke packet; the appraisal cannot be repeated from it.",
    );
    here(f.network.allow_synthetic, "本案：本网络允许演示数据。", "Here: this network admits demonstration data.");
    here(
        f.checks.iter().any(|c| c.outcome != "VALID"),
        "本案：有检查项未通过或无法判断，见3.1。",
        "Here: some checks failed or could not be made, see 3.1.",
    );
    let mut blocks = vec![heading("10", l.of("局限", "Limits"))];
    for (number, item) in (1..).zip(items) {
        blocks.push(paragraph(Text::dim(format!("({number}) ")).then(item)));
    }
    blocks
}

/// How many would have to break the rules for two states of one height.
fn conspiracy(s: &Source<'_>) -> String {
    let (both, n) = (s.facts.in_both_quorums(), s.facts.votes.len());
    s.l.text(
        format!("{n}个验证节点中若有{both}个合谋，可以在同一高度签署另一账本状态；那将留下可出示的矛盾签名。"),
        format!("{both} of the {n} validators could, together, sign another state at the same height; it would leave contradictory signatures that can be shown."),
    )
}

//! The annex: words of this report and the standards behind it. It claims no conformity with any of them.

use super::Source;
use crate::block::{Block, Table, heading};
use crate::text::Text;

/// A word and its meaning, Chinese and English of each.
const TERMS: &[[(&str, &str); 2]] = &[
    [
        ("事件", "event"),
        ("账本的一行：一项经签名的请求及其评估", "one line of the ledger: a signed request with its appraisal"),
    ],
    [
        ("事项", "matter"),
        (
            "一份合同、一个案件或一宗档案；其事件构成哈希链，手写签署为控制节点",
            "a contract, case or archive file; its events are a hash chain in which a handwritten signing is the control node",
        ),
    ],
    [
        ("累加值", "sum"),
        ("Sum_n = SM3（Sum_{n-1} ‖ hash_n），‖为连接", "Sum_n = SM3(Sum_{n-1} ‖ hash_n), ‖ being concatenation"),
    ],
    [("检查点", "checkpoint"), ("经法定数量签署的区块头", "a header signed by a quorum")],
    [
        ("法定数量", "quorum"),
        ("任意两个法定数量必有一个共同的守规节点", "so many votes that two quorums share an honest validator"),
    ],
    [
        ("承诺值", "commitment"),
        (
            "SM3（盐 ‖ 数据包）；盐销毁后无人能验证猜测",
            "SM3(salt ‖ packet); with the salt destroyed nobody can test a guess",
        ),
    ],
    [
        ("检材签名 / 参考签名", "questioned signature / reference"),
        ("待比较的签名 / 登记时采集的签名", "the signature at issue / those taken at enrolment"),
    ],
    [
        ("似然比（LR）", "likelihood ratio (LR)"),
        (
            "在一主张下出现所见数据的可能性与另一主张下之比；log10 LR为1即10倍",
            "how much more probable the data are under one proposition than under the other; log10 LR of 1 is a factor of ten",
        ),
    ],
    [
        ("毫班", "milliban"),
        ("log10 LR的千分之一，账本中的整数单位", "a thousandth of log10 LR, the integer unit of the ledger"),
    ],
];

/// A standard and what it is used for.
const STANDARDS: &[(&str, &str, &str)] = &[
    ("GB/T 32905 (SM3), FIPS 180-4 (SHA-256)", "摘要", "digests"),
    ("GB/T 32918 (SM2), ID 1234567812345678", "签名", "signatures"),
    ("RFC 9162", "两个日志的哈希树", "hash trees of both logs"),
    ("RFC 3161, GB/T 20520", "时间戳", "time-stamps"),
    ("RFC 8493 (BagIt)", "证据包", "the package"),
    ("ISO/IEC 19794-7, W3C InkML", "笔迹数据交换", "exchange of stroke packets"),
    ("ENFSI Guideline for Evaluative Reporting (2015)", "支持程度用语", "words of support"),
    ("PDF/A-2a (ISO 19005-2)", "本报告的格式", "the format of this report"),
];

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut terms = Table::new(&[0.30, 0.70], &[l.of("用语", "Word"), l.of("含义", "Meaning")]);
    for row in TERMS {
        terms.row(row.map(|(zh, en)| Text::plain(l.of(zh, en))));
    }
    let mut standards = Table::new(&[0.60, 0.40], &[l.of("标准", "Standard"), l.of("用途", "Used for")]);
    for (name, zh, en) in STANDARDS {
        standards.row([Text::plain(*name), Text::plain(l.of(zh, en))]);
    }
    vec![
        heading("A", l.of("附录", "Annex")),
        heading("A.1", l.of("用语", "Words")),
        terms.into(),
        heading("A.2", l.of("标准与算法", "Standards and algorithms")),
        standards.into(),
    ]
}

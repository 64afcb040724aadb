//! Section 3.4: the tokens of time-stamp authorities, what each claims, and which of them answers.

use super::Source;
use crate::block::{Block, Table, notice, paragraph};
use crate::calendar::time;
use crate::facts::Stamp;
use crate::stamping::{accuracy, claimed, standing};
use crate::text::Text;
use crate::words::{OUTCOMES, word};

pub(super) fn blocks(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut blocks = vec![paragraph(l.of(
        "区块时间由验证节点的时钟给出，不是法定时间。法定时间以时间戳机构（RFC 3161，GB/T 20520）对区块头摘要签发的令牌为准，并按签发\
         当日的证书链验证。",
        "The time of a block comes from the validators' clocks and is not legal time. Legal time comes from tokens of time-stamp \
         authorities (RFC 3161, GB/T 20520) over the header's digest, verified with the certificates of the day of stamping.",
    ))];
    if s.facts.stamps.is_empty() {
        blocks.push(notice(l.of("本证据包没有时间戳令牌。", "This package holds no time-stamp token.")));
        return blocks;
    }
    blocks.push(table(s).into());
    blocks.push(paragraph(l.of(
        "“不晚于”为令牌时间加精度；未声明精度的，至少加令牌时间所示的一个时钟步长（不带小数的时间指整一秒）。",
        "\"Not later than\" is the token's time and its accuracy; where none is stated, at least one step of the clock that the time shows (a time without a fraction names a whole second).",
    )));
    if s.facts.time_stamp().is_none() {
        blocks.push(notice(l.of(
            "以上令牌均不能用来回答数据最迟何时存在：任何人，包括任一验证节点，都可以自设时间戳机构。出具本报告时没有信任根；何者可信由法院策略（POLICY.toml的[time]）认定，用 chirograph verify 或 verify.html 核验。",
            "None of these tokens answers when the data existed: anybody, a validator too, can run a time-stamp authority. No roots of trust were at hand when this report was made; which are to be trusted is for the court's policy ([time] of POLICY.toml), under chirograph verify or verify.html.",
        )));
    }
    blocks.extend(s.facts.stamps.iter().filter(|stamp| s.facts.is_contradictory(stamp)).map(|stamp| early(s, stamp)));
    blocks
}

fn table(s: &Source<'_>) -> Table {
    let l = s.l;
    let head = [
        l.of("机构（自称）", "Authority (its name for itself)"),
        l.of("令牌时间；精度", "Time of the token; accuracy"),
        l.of("即不晚于", "So not later than"),
        l.of("令牌 / 证书链（签发时）", "Token / certificates then"),
        l.of("采信", "Standing"),
    ];
    let mut table = Table::new(&[0.16, 0.23, 0.21, 0.18, 0.22], &head);
    for stamp in &s.facts.stamps {
        let outcomes = format!("{} / {}", word(&stamp.token, OUTCOMES, l), word(&stamp.chain, OUTCOMES, l));
        let said = format!("{}{}{}", claimed(stamp), l.of("；", "; "), accuracy(stamp, l));
        let answers = s.facts.time_stamp() == Some(stamp);
        let standing = standing(s.facts, stamp, l);
        table.row([
            stamp.authority.as_str().into(),
            said.into(),
            time(stamp.latest_ms()).into(),
            outcomes.into(),
            if answers { Text::strong(standing) } else { Text::plain(standing) },
        ]);
    }
    table
}

/// A token cannot be older than what it is over: one of two clocks is wrong, and it is not known which.
fn early(s: &Source<'_>, stamp: &Stamp) -> Block {
    let (who, said) = (&stamp.authority, claimed(stamp));
    let (made, skew) = (s.time(stamp.header_time_ms), s.facts.network.clock_skew_max_ms);
    notice(s.l.text(
        format!("矛盾：“{who}”的令牌称 {said}，而其所盖的区块头自称产生于 {made}，相差超过允许的时钟偏差（{skew} ms）。令牌不可能早于其所盖之物：机构或验证节点的时钟有误，该令牌不作为依据。"),
        format!("CONTRADICTORY: the token of \"{who}\" claims {said}, and the header that it is over says that it was made at {made}, which is more than clocks may differ ({skew} ms). A token cannot be older than what it is over: the clock of the authority or those of the validators are wrong, and the token proves nothing here."),
    ))
}

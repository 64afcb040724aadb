//! What a time-stamp token claims, and how it stands, in words: the same wherever a report speaks of one.

use crate::calendar::{stepped, time};
use crate::facts::{Facts, Stamp};
use crate::language::Language;

/// The time as the token writes it.
pub fn claimed(stamp: &Stamp) -> String {
    stepped(stamp.time_ms, stamp.resolution_ms)
}

/// How exact the authority says that it is.
pub fn accuracy(stamp: &Stamp, l: Language) -> String {
    match stamp.accuracy_ms {
        Some(ms) => format!("±{ms} ms"),
        None => l.text(
            format!("未声明（按其时钟步长{} ms计）", stamp.resolution_ms),
            format!("not stated (taken as its clock's step, {} ms)", stamp.resolution_ms),
        ),
    }
}

/// Whether it answers when the data existed, and if not why.
pub fn standing(facts: &Facts, stamp: &Stamp, l: Language) -> String {
    let (zh, en) = match (stamp.token.as_str(), stamp.chain.as_str()) {
        ("VALID", "VALID") => ("机构受信任", "authority trusted"),
        ("VALID", "INVALID") => ("证书链不成立", "its certificates do not hold"),
        ("VALID", _) => ("机构未获信任", "authority not trusted here"),
        ("INVALID", _) => ("令牌不成立", "its token does not hold"),
        _ => ("令牌无法判断", "its token cannot be judged"),
    };
    let mut said = l.of(zh, en).to_owned();
    if let Some(made) = stamp.header_time_ms.filter(|_| facts.is_contradictory(stamp)) {
        said += &l.text(
            format!("；矛盾：其所盖区块头自称产生于 {}", time(made)),
            format!("; CONTRADICTORY: the header that it is over says that it was made at {}", time(made)),
        );
    }
    said
}

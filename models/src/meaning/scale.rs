//! A likelihood ratio in words: the verbal scale of the ENFSI Guideline for Evaluative Reporting in Forensic Science (2015),
//! in English and Chinese. The words say how much more probable the findings are under one proposition than under the
//! other; they never say who wrote. A value on the border of two bands gets the weaker one.

use proto::flags::{
    FLAG_MACHINE_MADE, FLAG_OUTSIDE_VALIDATED, FLAG_SYNTHETIC, FLAG_TOO_LIKE_A_REFERENCE, FLAGS_ATTACK,
};
use serde::Serialize;

/// Whom the enrolled signer is weighed against. H1 is always: the enrolled signer wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// H2a: somebody else wrote it who had practised the signature.
    SkilledImitation,
    /// H2b: somebody else wrote it, anyone, who did not know the signature.
    RandomPerson,
}

/// How strong the support is, whichever way it points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Nothing is stated: the circumstances are not among those that the calibration covers.
    NotStated,
    /// Factor up to 2.
    None,
    /// Factor above 2, up to 10.
    Weak,
    /// Above 10, up to 100.
    Moderate,
    /// Above 100, up to 1,000.
    ModeratelyStrong,
    /// Above 1,000, up to 10,000.
    Strong,
    /// Above 10,000, up to 1,000,000.
    VeryStrong,
    /// Above 1,000,000.
    ExtremelyStrong,
}

/// What else decides whether and how a number may be put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// LLRs are not stated beyond this, milliban: what the calibration data supports.
    pub limit: i32,
    /// `FLAG_*` bits of the opinion.
    pub flags: u32,
}

/// An LLR in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The alternative.
    pub against: Against,
    /// Milliban; positive supports H1.
    pub llr: i32,
    /// Whether the number is at its limit: the measurement may have said more than the data supports.
    pub limited: bool,
    /// Band of the scale.
    pub support: Support,
    /// The statement in English.
    pub en: String,
    /// The statement in Chinese.
    pub zh: String,
    /// What the statement is not, in English.
    pub caution_en: &'static str,
    /// What the statement is not, in Chinese.
    pub caution_zh: &'static str,
}

const CAUTION_EN: &str = "This is a statement made by software from a measured likelihood ratio. It is not an expert \
                          opinion and does not determine who wrote the signature. That the signer disguised the own \
                          handwriting is not covered.";
const CAUTION_ZH: &str =
    "本陈述由软件根据测得的似然比作出，不是鉴定意见，不认定签名由何人书写；未涵盖签名人伪装本人笔迹的情形。";

/// Upper ends of the bands in milliban: 1000 log10 of 2, 10, 100 and so on.
const BANDS: [(i32, Support); 6] = [
    (301, Support::None),
    (1000, Support::Weak),
    (2000, Support::Moderate),
    (3000, Support::ModeratelyStrong),
    (4000, Support::Strong),
    (6000, Support::VeryStrong),
];

/// Flags with which a number is not put into words: nothing like it was in the calibration data.
const NOT_COVERED: u32 =
    FLAG_OUTSIDE_VALIDATED | FLAG_SYNTHETIC | FLAG_MACHINE_MADE | FLAG_TOO_LIKE_A_REFERENCE | FLAGS_ATTACK;

/// Puts an LLR (milliban) into words.
pub fn state(llr: i32, against: Against, circumstances: Circumstances) -> Statement {
    let limited = llr.unsigned_abs() >= circumstances.limit.unsigned_abs();
    let covered = circumstances.flags & NOT_COVERED == 0;
    let support = if covered { band(llr) } else { Support::NotStated };
    let mut statement = Statement {
        against,
        llr,
        limited,
        support,
        en: english(llr, against, support),
        zh: chinese(llr, against, support),
        caution_en: CAUTION_EN,
        caution_zh: CAUTION_ZH,
    };
    if limited && covered {
        let limit = decimal(circumstances.limit.abs());
        statement.en += &format!(" The number is limited to ±{limit}: the calibration data supports no more.");
        statement.zh += &format!("该数值以±{limit}为限，校准数据不支持更大的数值。");
    }
    statement
}

fn band(llr: i32) -> Support {
    let size = llr.unsigned_abs();
    let within = BANDS.iter().find(|(upper, _)| size <= upper.unsigned_abs());
    within.map_or(Support::ExtremelyStrong, |(_, support)| *support)
}

impl Support {
    /// The words of the scale; the last two bands have no upper end that a calibration could reach.
    fn words(self) -> Option<Words> {
        let words = |en, zh, from, to| Some(Words { en, zh, from, to });
        match self {
            Self::NotStated | Self::None => None,
            Self::Weak => words("weak", "弱", "2", "10"),
            Self::Moderate => words("moderate", "中等程度", "10", "100"),
            Self::ModeratelyStrong => words("moderately strong", "较强", "100", "1,000"),
            Self::Strong => words("strong", "强", "1,000", "10,000"),
            Self::VeryStrong => words("very strong", "很强", "10,000", "1,000,000"),
            Self::ExtremelyStrong => words("extremely strong", "极强", "1,000,000", "∞"),
        }
    }
}

struct Words {
    en: &'static str,
    zh: &'static str,
    from: &'static str,
    to: &'static str,
}

impl Against {
    fn code(self) -> &'static str {
        match self {
            Self::SkilledImitation => "H2a",
            Self::RandomPerson => "H2b",
        }
    }
    fn english(self) -> &'static str {
        match self {
            Self::SkilledImitation => "somebody else, who had practised it, wrote the questioned signature",
            Self::RandomPerson => "somebody else, at random and without knowing it, wrote the questioned signature",
        }
    }
    fn chinese(self) -> &'static str {
        match self {
            Self::SkilledImitation => "检材签名由练习过该签名的他人摹仿书写",
            Self::RandomPerson => "检材签名由不了解该签名的任意他人书写",
        }
    }
}

const H1_EN: &str = "the enrolled signer wrote the questioned signature";
const H1_ZH: &str = "检材签名由已登记的签名人书写";

fn english(llr: i32, against: Against, support: Support) -> String {
    let (code, other, number) = (against.code(), against.english(), decimal(llr));
    let Some(Words { en, from, to, .. }) = support.words() else {
        return match support {
            Support::NotStated => format!(
                "No verbal statement is made: the conditions of recording are not among those that the calibration \
                 covers. The number (log10 LR {number}, H1 against {code}) is given for information only."
            ),
            _ => format!(
                "The findings do not support either proposition over the other: H1, that {H1_EN}, or {code}, that \
                 {other} (log10 LR {number}; a factor of at most 2)."
            ),
        };
    };
    let [for_h1, against_h1] = [format!("H1, that {H1_EN}"), format!("{code}, that {other}")];
    let (more, less) = if llr > 0 { (for_h1, against_h1) } else { (against_h1, for_h1) };
    format!(
        "The findings provide {en} support for {more}, relative to {less}: they are between {from} and {to} times more \
         probable under the former (log10 LR {number})."
    )
}

fn chinese(llr: i32, against: Against, support: Support) -> String {
    let (code, other, number) = (against.code(), against.chinese(), decimal(llr));
    let Some(Words { zh, from, to, .. }) = support.words() else {
        return match support {
            Support::NotStated => format!(
                "不作文字表述：采集条件不在校准数据覆盖的范围之内。数值（log10 LR {number}，H1相对于{code}）仅供参考。"
            ),
            _ => format!(
                "检验所见不支持任一主张优于另一主张：H1即{H1_ZH}，{code}即{other}（log10 LR {number}，倍数不超过2）。"
            ),
        };
    };
    let [for_h1, against_h1] = [format!("H1（{H1_ZH}）"), format!("{code}（{other}）")];
    let (more, less) = if llr > 0 { (for_h1, against_h1) } else { (against_h1, for_h1) };
    format!(
        "相对于{less}，检验所见对{more}提供{zh}的支持：在后一主张下出现这些所见的可能性是前一主张下的{from}至{to}倍（log10 LR \
         {number}）。"
    )
}

/// Milliban as log10 with three digits behind the point.
fn decimal(milliban: i32) -> String {
    let (sign, size) = (if milliban < 0 { "-" } else { "" }, milliban.unsigned_abs());
    format!("{sign}{}.{:03}", size / 1000, size % 1000)
}

#[cfg(test)]
mod tests;

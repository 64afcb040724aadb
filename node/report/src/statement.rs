//! The likelihood ratios in words, for a report: one statement for each alternative, limited to what the calibration bears.
//! The words are those of [`models::meaning::state`]; nothing but the appraisal, the model and the number of references goes
//! in.

use crate::answer::Verdict;
use crate::facts::{Facts, Limit};
use crate::language::Language;
use models::meaning::{Against, Circumstances, Statement, Support, state};

/// What can be stated about an event.
pub struct Statements {
    practised: Option<Stated>,
    random: Option<Stated>,
    appraised: bool,
}

/// A statement.
pub struct Stated {
    /// The statement in both languages.
    pub statement: Statement,
}

impl Statements {
    /// Of the facts.
    pub fn of(facts: &Facts) -> Self {
        let Some(appraisal) = &facts.appraisal else {
            return Self { practised: None, random: None, appraised: false };
        };
        let flags = appraisal.flag_bits;
        let stated = |llr: Option<i32>, against, limit: i32| {
            llr.map(|llr| Stated { statement: state(llr, against, Circumstances { limit, flags }) })
        };
        let limits = limits(facts);
        let nearest = |llr: Option<i32>, of: fn(&Limit) -> i32| nearest(&limits, llr.unwrap_or(0), of);
        let practised = nearest(appraisal.llr, |l| l.llr);
        let random = nearest(appraisal.llr_random, |l| l.llr_random.unwrap_or(l.llr));
        Self {
            practised: stated(appraisal.llr, Against::SkilledImitation, practised),
            random: stated(appraisal.llr_random, Against::RandomPerson, random),
            appraised: true,
        }
    }
    /// Against somebody who practised.
    pub fn practised(&self) -> Option<&Stated> {
        self.practised.as_ref()
    }
    /// Against a random person.
    pub fn random(&self) -> Option<&Stated> {
        self.random.as_ref()
    }
    /// Why there is no statement.
    pub fn absent(&self, language: Language) -> String {
        if self.appraised {
            language.text(
                "未与参考签名比对，或采集条件超出已验证的范围，因此不给出数值。",
                "It was not compared with references, or the recording lies outside what was validated: no number is stated.",
            )
        } else {
            language.text("本事件不含手写笔迹。", "No handwriting is involved.")
        }
    }
}

impl Stated {
    /// Which proposition is supported more; cannot tell where neither is.
    pub fn verdict(&self) -> Verdict {
        match self.statement.support {
            Support::NotStated | Support::None => Verdict::Unknown,
            _ if self.statement.llr > 0 => Verdict::Yes,
            _ => Verdict::No,
        }
    }
    /// One sentence for a summary.
    pub fn short(&self, language: Language) -> String {
        let number = decimal(self.statement.llr);
        let (zh, en) = words(self.statement.support);
        let bound = if self.statement.limited {
            ("（已达校准数据所能支持的上限）", " (at the limit that the calibration data supports)")
        } else {
            ("", "")
        };
        match (self.statement.support, self.statement.llr > 0) {
            (Support::NotStated, _) => language.text(
                format!("采集条件不在校准范围内，不作文字表述；log10 LR {number} 仅供参考。"),
                format!("No words: the recording is not among those that the calibration covers; log10 LR {number} for information only."),
            ),
            (Support::None, _) => language.text(
                format!("对两者的支持相当：log10 LR {number}，倍数不超过2。"),
                format!("Neither is supported over the other: log10 LR {number}, a factor of at most 2."),
            ),
            (_, true) => language.text(
                format!("对H1提供{zh}的支持：log10 LR {number}{}。统计结论，非鉴定意见，见第5章。", bound.0),
                format!("{} support for H1: log10 LR {number}{}. Statistical, not an expert opinion; see chapter 5.", capital(en), bound.1),
            ),
            (_, false) => language.text(
                format!("对H2a提供{zh}的支持：log10 LR {number}{}。统计结论，非鉴定意见，见第5章。", bound.0),
                format!("{} support for H2a: log10 LR {number}{}. Statistical, not an expert opinion; see chapter 5.", capital(en), bound.1),
            ),
        }
    }
}

/// The limits that may have held: those of the condition where the references are known, otherwise all.
fn limits(facts: &Facts) -> Vec<Limit> {
    let Some(model) = &facts.model else { return Vec::new() };
    let explained = facts.writing.explanation.as_ref();
    match explained.and_then(|e| model.limit(e.references, e.pressure)) {
        Some(limit) => vec![limit.clone()],
        None => model.limits.clone(),
    }
}

/// The smallest limit that the number does not exceed: a number that stands at a limit says so.
fn nearest(limits: &[Limit], llr: i32, of: fn(&Limit) -> i32) -> i32 {
    let reached = limits.iter().map(of).filter(|limit| limit.unsigned_abs() >= llr.unsigned_abs());
    reached.min().unwrap_or(models::llr::LLR_LIMIT)
}

/// Words of the ENFSI scale.
pub fn words(support: Support) -> (&'static str, &'static str) {
    match support {
        Support::NotStated => ("不作表述", "not stated"),
        Support::None => ("无", "no"),
        Support::Weak => ("弱", "weak"),
        Support::Moderate => ("中等程度", "moderate"),
        Support::ModeratelyStrong => ("较强", "moderately strong"),
        Support::Strong => ("强", "strong"),
        Support::VeryStrong => ("很强", "very strong"),
        Support::ExtremelyStrong => ("极强", "extremely strong"),
    }
}

/// With a capital at the begin of a sentence.
fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Milliban as log10 with three digits behind the point.
pub fn decimal(milliban: i32) -> String {
    let sign = if milliban < 0 { "-" } else { "" };
    let size = milliban.unsigned_abs();
    format!("{sign}{}.{:03}", size / 1000, size % 1000)
}

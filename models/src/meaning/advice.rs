//! What would make an enrolment better, as data: a code, how much it matters, which references it is about, and a sentence
//! in Chinese and English. Advice refuses nothing; what is refused is refused by the appraiser and repeated here.

use super::session::sessions;
use crate::appraiser::Coherence;
use crate::inspection::inspect;
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::trace::Trace;
use proto::Grade;
use serde::Serialize;

/// Fewer references than this are flagged in every opinion.
const REFERENCES_FEW: usize = 3;
/// From here on more references help little.
const REFERENCES_ADVISED: usize = 5;
/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Error rates will be higher than they need to be.
    Warning,
    /// The appraiser refuses these references.
    Refused,
}

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// Stable code.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Indices of the references it is about; empty if it is about all of them.
    pub references: Vec<usize>,
    /// What to do, in Chinese.
    pub zh: String,
    /// What to do, in English.
    pub en: String,
}

/// What is known of an enrolment.
#[derive(Debug, Clone, Copy)]
pub struct Enrolment<'a> {
    /// The references.
    pub packets: &'a [StrokePacket],
    /// What the appraiser said if it refused them.
    pub refusal: Option<&'a Refusal>,
    /// How the references speak for one another; `None` if the appraiser could not read them.
    pub coherence: Option<&'a Coherence>,
}

/// All advice on an enrolment, what matters most first.
pub fn advise(enrolment: &Enrolment<'_>) -> Vec<Advice> {
    let recordings: Vec<_> = enrolment.packets.iter().map(recording).collect();
    let which = |test: &dyn Fn(&(Grade, bool)) -> bool| -> Vec<usize> {
        recordings.iter().enumerate().filter(|(_, r)| r.as_ref().is_some_and(test)).map(|(i, _)| i).collect()
    };
    let mut all: Vec<Advice> = [
        enrolment.refusal.map(refused),
        enrolment.coherence.and_then(variable),
        enrolment.coherence.and_then(odd),
        few(enrolment.packets.len()),
        days(enrolment.packets),
        low_grade(which(&|(grade, _)| *grade >= Grade::C)),
        no_pressure(which(&|(_, pressure)| !pressure)),
        devices(enrolment.packets),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|advice| std::cmp::Reverse(advice.severity));
    all
}

/// Grade and whether there is pressure; `None` for a packet that is refused.
fn recording(packet: &StrokePacket) -> Option<(Grade, bool)> {
    let trace = Trace::new(packet).ok()?;
    Some((inspect(packet, &trace).ok()?.grade, trace.has_pressure))
}

fn refused(refusal: &Refusal) -> Advice {
    let zh = match refusal {
        Refusal::ReferencesTooVariable => "各参考签名之间差异过大，不予登记：请签名人按平时习惯重新书写。".to_owned(),
        Refusal::ReferencesOfSeveralHands => "各参考签名疑为多人书写，不予登记：请由同一人按平时习惯书写。".to_owned(),
        Refusal::ReferenceOfAnotherHand { index, .. } => {
            format!("第{}个参考签名疑为他人书写，不予登记：请重新书写该签名。", index + 1)
        }
        other => format!("参考签名不予登记（{}）：请按英文说明更正后重新采集。", other.code()),
    };
    let references = match refusal {
        Refusal::Reference { index, .. } | Refusal::ReferenceOfAnotherHand { index, .. } => vec![*index],
        _ => vec![],
    };
    Advice { code: refusal.code(), severity: Severity::Refused, references, zh, en: refusal.to_string() }
}

fn variable(coherence: &Coherence) -> Option<Advice> {
    (coherence.check().is_ok() && coherence.is_variable()).then(|| Advice {
        code: "ENROL_VARIABLE",
        severity: Severity::Warning,
        references: vec![],
        zh: "参考签名之间的差异大于绝大多数人：请按平时习惯重新书写，或增加参考签名。".to_owned(),
        en: "The references differ more than those of nearly all people: write them again as usual, or take more of them."
            .to_owned(),
    })
}

fn odd(coherence: &Coherence) -> Option<Advice> {
    let references = coherence.odd();
    (coherence.check().is_ok() && !references.is_empty()).then(|| Advice {
        code: "ENROL_ODD_REFERENCE",
        severity: Severity::Warning,
        references,
        zh: "有的参考签名与其余参考签名不像同一人所写：请重新书写。".to_owned(),
        en: "A reference speaks for another hand than the other ones: write it again.".to_owned(),
    })
}

fn few(count: usize) -> Option<Advice> {
    let severity = match count {
        _ if count < REFERENCES_FEW => Severity::Warning,
        _ if count < REFERENCES_ADVISED => Severity::Note,
        _ => return None,
    };
    Some(Advice {
        code: "ENROL_FEW_REFERENCES",
        severity,
        references: vec![],
        zh: format!("只有{count}个参考签名：请采集至少{REFERENCES_ADVISED}个，以降低误判率。"),
        en: format!("{count} references: take at least {REFERENCES_ADVISED}, error rates fall with each of them."),
    })
}

fn days(packets: &[StrokePacket]) -> Option<Advice> {
    let (code, severity, zh, en) = match sessions(packets) {
        Some(0 | 1) if packets.len() > 1 => (
            "ENROL_ONE_SESSION",
            Severity::Warning,
            "所有参考签名在同一次采集中书写，不能反映不同日期之间的变化：请改日再采集若干个。",
            "All references were written in one session: how the hand varies between days is not known. Take some more \
             on another day.",
        ),
        None if packets.len() > 1 => (
            "ENROL_SESSIONS_UNKNOWN",
            Severity::Note,
            "采集数据未说明书写时间，无法判断参考签名是否来自不同日期。",
            "The packets do not say when they were written: whether the references are of different days is not known.",
        ),
        _ => return None,
    };
    Some(Advice { code, severity, references: vec![], zh: zh.to_owned(), en: en.to_owned() })
}

fn low_grade(references: Vec<usize>) -> Option<Advice> {
    (!references.is_empty()).then(|| Advice {
        code: "ENROL_LOW_GRADE",
        severity: Severity::Warning,
        references,
        zh: "部分参考签名的采集等级低（C级或以下）：请使用带压感、采样率不低于100 Hz的手写屏重新采集。".to_owned(),
        en: "Some references are of grade C or worse: record them again with a pen display that senses pressure and \
             reports at least 100 times a second."
            .to_owned(),
    })
}

fn no_pressure(references: Vec<usize>) -> Option<Advice> {
    (!references.is_empty()).then(|| Advice {
        code: "ENROL_NO_PRESSURE",
        severity: Severity::Warning,
        references,
        zh: "部分参考签名没有笔压数据，因此比对时不使用笔压，误判率较高。".to_owned(),
        en: "Some references have no pressure: it is then not compared at all, and error rates are higher.".to_owned(),
    })
}

fn devices(packets: &[StrokePacket]) -> Option<Advice> {
    let device = |p: &StrokePacket| (p.device.maker.clone(), p.device.model.clone(), p.device.kind);
    let first = packets.first().map(device)?;
    let others: Vec<usize> = (0..packets.len()).filter(|i| device(&packets[*i]) != first).collect();
    (!others.is_empty()).then(|| Advice {
        code: "ENROL_MIXED_DEVICES",
        severity: Severity::Note,
        references: others,
        zh: "参考签名由不同型号的设备采集：设备差异会被计入书写差异。".to_owned(),
        en:
            "The references come from different devices: what differs between devices counts as the writer's variation."
                .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Appraiser, Writer};
    use proto::TimeMs;

    fn packets(n: u64) -> Vec<StrokePacket> {
        let day = |i: u64| {
            let mut packet = Writer::new(11).sign(i);
            packet.session.device_time = TimeMs(1_700_000_000_000 + i * 86_400_000);
            packet
        };
        (0..n).map(day).collect()
    }

    fn codes(packets: &[StrokePacket]) -> Vec<&'static str> {
        let advice = advise(&Enrolment { packets, refusal: None, coherence: None });
        advice.iter().map(|a| a.code).collect()
    }

    #[test]
    fn five_good_references_of_five_days_need_no_advice() {
        assert_eq!(codes(&packets(5)), [""; 0]);
    }

    #[test]
    fn each_lack_is_named_with_its_references() {
        assert_eq!(codes(&packets(4)), ["ENROL_FEW_REFERENCES"]);
        let mut one_day = packets(5);
        one_day.iter_mut().for_each(|p| p.session.device_time = TimeMs(1_700_000_000_000));
        assert_eq!(codes(&one_day), ["ENROL_ONE_SESSION"]);
        let mut flat = packets(5);
        flat[3].device.pressure_levels = 0;
        let advice = advise(&Enrolment { packets: &flat, refusal: None, coherence: None });
        assert_eq!(advice.iter().map(|a| a.code).collect::<Vec<_>>(), ["ENROL_LOW_GRADE", "ENROL_NO_PRESSURE"]);
        assert!(advice.iter().all(|a| a.references == [3] && a.severity == Severity::Warning));
        let mut mixed = packets(5);
        mixed[1].device.model = "another".to_owned();
        assert_eq!(codes(&mixed), ["ENROL_MIXED_DEVICES"]);
    }

    #[test]
    fn a_refusal_comes_first_in_both_languages() {
        let strangers: Vec<StrokePacket> = (0..4).map(|seed| Writer::new(seed).sign(0)).collect();
        let refusal = Appraiser::first().enrol(&strangers).unwrap_err();
        let advice = advise(&Enrolment { packets: &strangers, refusal: Some(&refusal), coherence: None });
        assert_eq!((advice[0].code, advice[0].severity), ("ENROL_REFERENCES_TOO_VARIABLE", Severity::Refused));
        assert!(advice[0].zh.contains("差异过大"));
    }
}

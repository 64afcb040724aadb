//! Questions 7 and 8: about the capture and the writing. Whether the data changed since does not enter.

use super::{Answer, Asked, Verdict};
use crate::statement::Statements;
use crate::words::{FLAGS, word};
use proto::flags::{
    FLAG_CLOCK_TAMPERED, FLAG_OUTSIDE_VALIDATED, FLAG_UNTRUSTED_SAMPLES, FLAGS_ATTACK, FLAGS_SYNTHETIC,
};

/// With these a capture was not in good order.
const BAD: u32 = FLAGS_ATTACK | FLAGS_SYNTHETIC | FLAG_UNTRUSTED_SAMPLES | FLAG_CLOCK_TAMPERED;

impl Asked<'_> {
    pub(super) fn captured(&self) -> Answer {
        self.answer(
            ("笔迹是否由已知设备在良好状态下采集？", "Was the writing captured by a known device in good order?"),
            self.capture(),
            self.capture_ground(),
            (
                "设备声明不实，或采集端密钥失控；采集现场的证人证言。",
                "A device that does not tell the truth about itself, or a capture key that was lost; testimony of who was there.",
            ),
        )
    }

    /// Yes needs the packet: what a device says of itself stands there.
    fn capture(&self) -> Verdict {
        let Some(appraisal) = &self.facts.appraisal else { return Verdict::Unknown };
        if appraisal.flag_bits & BAD != 0 || appraisal.grade == "D" {
            return Verdict::No;
        }
        let Some(recording) = &self.facts.writing.questioned else { return Verdict::Unknown };
        let named = !recording.device.maker.is_empty() && !recording.device.model.is_empty();
        let attested = recording.attestation.as_ref().is_some_and(|a| a.holds);
        let known = named && attested && appraisal.flag_bits & FLAG_OUTSIDE_VALIDATED == 0;
        let good = known && (appraisal.grade == "A" || appraisal.grade == "B");
        if good { self.checked(&[], &["PACKET_COMMIT", "PACKET_BINDING", "DEVICE_SIG"]) } else { Verdict::Unknown }
    }

    fn capture_ground(&self) -> String {
        let Some(appraisal) = &self.facts.appraisal else {
            return self.l.text("本事件不含手写笔迹。", "No handwriting is involved.");
        };
        let flags: Vec<String> = appraisal.flags.iter().map(|f| word(f, FLAGS, self.l)).collect();
        let mut ground = self.l.text(
            format!("采集等级{}（由每个验证节点测定）。", appraisal.grade),
            format!("Grade {} (measured by every validator).", appraisal.grade),
        );
        if !flags.is_empty() {
            ground += &self.l.text(format!("提示：{}。", flags.join("；")), format!(" Flags: {}.", flags.join("; ")));
        }
        match &self.facts.writing.questioned {
            None => {
                ground += self.l.of(
                    "数据包不在本版本中，设备情况不能在此说明。",
                    " The packet is not in this variant, so the device cannot be described here.",
                )
            }
            Some(r) if r.attestation.is_none() => {
                ground += self.l.of("采集端未对数据包签名。", " The capture side did not sign the packet.")
            }
            Some(_) => {
                ground += self.l.of(
                    "设备信息为采集端声明，见第4章。",
                    " What is said of the device is the capture side's claim, see chapter 4.",
                )
            }
        }
        ground
    }

    pub(super) fn writing(&self) -> Answer {
        let statements = Statements::of(self.facts);
        let (verdict, ground) = match statements.practised() {
            None => (Verdict::Unknown, statements.absent(self.l)),
            Some(stated) => (stated.verdict(), stated.short(self.l)),
        };
        self.answer(
            (
                "书写数据对“同一人书写”（H1）的支持是否大于对“他人练习后书写”（H2a）的支持？",
                "Do the writing data support the proposition of the same writer (H1) more than that of another, practised writer (H2a)?",
            ),
            verdict,
            ground,
            (
                "更多或更近的参考签名；鉴定人的检验。数据未被改动这一点对本问没有影响。",
                "More or newer references; an examiner's work. That the data did not change has no bearing on this question.",
            ),
        )
    }
}

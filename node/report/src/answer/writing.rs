//! Questions 7 and 8: about the capture and the writing. Whether the data changed since does not enter.

use super::{Answer, Asked, Verdict};
use crate::facts::Voucher;
use crate::statement::{Stated, Statements, words};
use crate::words::{BANDS, BANDS_SHORT, FLAGS, word as word_of};
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

    /// Yes needs the packet: what a device says of itself stands there. It also needs a signature by another key than the one
    /// that submitted the packet: who submits can write any device into it.
    fn capture(&self) -> Verdict {
        let Some(appraisal) = &self.facts.appraisal else { return Verdict::Unknown };
        if appraisal.flag_bits & BAD != 0 || appraisal.grade == "D" {
            return Verdict::No;
        }
        let Some(recording) = &self.facts.writing.questioned else { return Verdict::Unknown };
        let vouched = recording.is_of_a_named_device() && self.facts.voucher() == Voucher::Another;
        let known = vouched && appraisal.flag_bits & FLAG_OUTSIDE_VALIDATED == 0;
        let good = known && (appraisal.grade == "A" || appraisal.grade == "B");
        if good { self.checked(&[], &["PACKET_COMMIT", "PACKET_BINDING", "DEVICE_SIG"]) } else { Verdict::Unknown }
    }

    fn capture_ground(&self) -> String {
        let Some(appraisal) = &self.facts.appraisal else {
            return self.l.text("本事件不含手写笔迹。", "No handwriting is involved.");
        };
        let flags: Vec<String> = appraisal.flags.iter().map(|f| word_of(f, FLAGS, self.l)).collect();
        let mut ground = self.l.text(
            format!("采集等级{}（由达到法定数量的验证节点测定）。", appraisal.grade),
            format!("Grade {} (measured by a quorum of validators).", appraisal.grade),
        );
        if !flags.is_empty() {
            ground += &self.l.text(format!("提示：{}。", flags.join("；")), format!(" Flags: {}.", flags.join("; ")));
        }
        ground + self.vouched()
    }

    fn vouched(&self) -> &'static str {
        let (zh, en) = match self.facts.voucher() {
            Voucher::Absent => (
                "数据包不在本版本中，设备情况不能在此说明。",
                " The packet is not in this variant, so the device cannot be described here.",
            ),
            Voucher::Nobody => ("数据包没有成立的签名。", " No signature over the packet holds."),
            Voucher::Submitter => (
                "数据包由提交交易的同一密钥签名，而非设备密钥；账本没有设备登记。设备信息仅为提交者声明，见第4章。",
                " The packet was signed with the key that submitted it, not by a device, and the ledger has no register of devices: what is said of the device is the submitter's claim, see chapter 4.",
            ),
            Voucher::Another => (
                "数据包由提交交易以外的密钥签名。设备信息为采集端声明，见第4章。",
                " The packet was signed with another key than the transaction. What is said of the device is the capture side's claim, see chapter 4.",
            ),
        };
        self.l.of(zh, en)
    }

    pub(super) fn writing(&self) -> Answer {
        let statements = Statements::of(self.facts);
        let (verdict, ground) = match statements.practised() {
            None => (Verdict::Unknown, statements.absent(self.l)),
            Some(stated) => (stated.verdict(), stated.short(self.l)),
        };
        let said = statements.practised().map(|stated| self.degree(stated));
        let answer = self.answer(
            (
                "书写数据对“同一人书写”（H1）的支持是否大于对“他人练习后书写”（H2a）的支持？",
                "Do the writing data support the proposition of the same writer (H1) more than that of another, practised writer (H2a)?",
            ),
            verdict,
            ground + &self.admission(),
            (
                "更多或更近的参考签名；鉴定人的检验。数据未被改动这一点对本问没有影响。",
                "More or newer references; an examiner's work. That the data did not change has no bearing on this question.",
            ),
        );
        Answer { said: said.unwrap_or_else(|| answer.said.clone()), ..answer }
    }

    /// A ratio is no yes or no: the word with the degree of support, and the band that the network put it into.
    fn degree(&self, stated: &Stated) -> String {
        let (l, verdict) = (self.l, stated.verdict());
        let (word, band) = (verdict.word(l), self.facts.appraisal.as_ref().map_or("", |a| a.band.as_str()));
        let (zh, en) = words(stated.statement.support);
        let band = word_of(band, BANDS_SHORT, l);
        match verdict {
            Verdict::Unknown => l.text(format!("{word}；{band}"), format!("{word}; band: {band}")),
            _ => l.text(format!("{word}（支持程度{zh}）；{band}"), format!("{word}, {en} support; band: {band}")),
        }
    }

    fn admission(&self) -> String {
        let Some(appraisal) = &self.facts.appraisal else { return String::new() };
        let band = word_of(&appraisal.band, BANDS, self.l);
        self.l.text(
            format!("入账分段：{band}；分段只决定能否入账。"),
            format!(" Band of admission: {band}; it decides admission only."),
        )
    }
}

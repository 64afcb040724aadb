//! Questions 3 and 4: when the data existed. No token answers whose authority nobody trusts: whoever runs a validator can run a
//! time-stamp authority too.

use super::data::{LEDGER, LEDGER_BESIDES};
use super::{Answer, Asked, Verdict};
use crate::calendar::time;
use crate::facts::{Nonce, Stamp, Voucher};
use crate::stamping::{accuracy, claimed, standing};

/// Most tokens that are listed beside an answer; the rest stand in chapter 3.
const LISTED_MAX: usize = 3;

impl Asked<'_> {
    pub(super) fn at_latest(&self) -> Answer {
        let f = self.facts;
        let stamp = f.time_stamp();
        let verdict = match (self.checked(LEDGER, LEDGER_BESIDES), stamp) {
            (Verdict::Yes, None) => Verdict::Unknown,
            (verdict, _) => verdict,
        };
        let ground = stamp.map_or_else(|| self.by_own_clocks(), |stamp| self.stamped(stamp));
        self.answer(
            ("能否说明数据最迟何时已经存在？", "Is it known when the data existed at the latest?"),
            verdict,
            ground + &self.other_stamps(),
            (
                "法院策略所信任的时间戳机构（POLICY.toml的[time]）；该机构的密钥在签发时已失控。",
                "Which time-stamp authorities the court's policy trusts ([time] of POLICY.toml); an authority that had lost control of its key when it stamped.",
            ),
        )
    }

    fn stamped(&self, stamp: &Stamp) -> String {
        let (when, who, said) = (time(stamp.latest_ms()), &stamp.authority, claimed(stamp));
        let exact = accuracy(stamp, self.l);
        self.l.text(
            format!("不晚于 {when}：受信任的时间戳机构“{who}”对账本状态签发的令牌成立，其证书链在签发时有效；令牌时间 {said}，精度{exact}。"),
            format!("Not later than {when}: a token of the trusted time-stamp authority \"{who}\" over the ledger's state holds, and its certificates were valid then. It says {said}, accuracy {exact}."),
        )
    }

    fn by_own_clocks(&self) -> String {
        let when = time(self.facts.checkpoint.time_ms);
        self.l.text(
            format!("依验证节点自己的时钟不晚于 {when}；没有受信任的时间戳机构的令牌佐证。"),
            format!("By the validators' own clocks not later than {when}; no token of a trusted time-stamp authority confirms it."),
        )
    }

    /// Tokens that do not answer, with what they claim.
    fn other_stamps(&self) -> String {
        let (f, l) = (self.facts, self.l);
        let others: Vec<&Stamp> = f.stamps.iter().filter(|s| !s.is_trusted() || f.is_contradictory(s)).collect();
        if others.is_empty() {
            return String::new();
        }
        let one = |s: &&Stamp| {
            let (who, said, standing) = (&s.authority, claimed(s), standing(f, s, l));
            l.text(format!("“{who}”称 {said}（{standing}）"), format!("\"{who}\" claims {said} ({standing})"))
        };
        let shown: Vec<String> = others.iter().take(LISTED_MAX).map(one).collect();
        let more = match others.len().saturating_sub(LISTED_MAX) {
            0 => String::new(),
            n => l.text(format!("；另有{n}个，见3.4"), format!("; and {n} more, see 3.4")),
        };
        l.text(
            format!("不作为依据的令牌：{}{more}。", shown.join("；")),
            format!(" Tokens that prove nothing here: {}{more}.", shown.join("; ")),
        )
    }

    pub(super) fn at_earliest(&self) -> Answer {
        let (verdict, ground) = match &self.facts.event.nonce {
            None => (
                Verdict::Unknown,
                self.l.text("本类事件不引用先前的区块。", "An event of this kind names no earlier block."),
            ),
            Some(nonce) => (self.earliest(), self.sealed_after(nonce) + &self.written_after()),
        };
        self.answer(
            ("能否说明数据最早何时才可能产生？", "Is it known when the data can have been made at the earliest?"),
            verdict,
            ground,
            (
                "笔迹由只在书写时签名的设备密钥签名；或者，有人事先知道尚未产生的区块的摘要。",
                "A signature over the strokes by the key of a device that signs only while it is written on; or somebody knew the digest of a block before it was made.",
            ),
        )
    }

    /// Signatures over the block's digest date the signatures. They date the strokes only as far as the signer of the packet is
    /// somebody else than whoever submitted it.
    fn earliest(&self) -> Verdict {
        match self.checked(&["TRANSACTION_SIGNATURE"], &["NONCE", "PACKET_BINDING", "DEVICE_SIG"]) {
            Verdict::Yes if self.facts.voucher() != Voucher::Another => Verdict::Unknown,
            verdict => verdict,
        }
    }

    fn sealed_after(&self, nonce: &Nonce) -> String {
        let minutes = self.facts.network.nonce_age_max_ms / 60_000;
        let when = nonce
            .time_ms
            .map_or_else(String::new, |t| self.l.text(format!("（{}）", time(t)), format!(" ({})", time(t))));
        self.l.text(
            format!("数据包与交易在区块{}{when}之后签名：其中含有该区块的摘要。验证节点只接受不早于本区块{minutes}分钟的引用。", nonce.height),
            format!(
                "Packet and transaction were signed after block {}{when}: they hold its digest. Validators admit blocks at most {minutes} minutes older than the event's.",
                nonce.height
            ),
        )
    }

    fn written_after(&self) -> String {
        let (zh, en) = match self.facts.voucher() {
            Voucher::Another => (
                "数据包由提交交易以外的密钥签名：若该密钥只签署当场采集的笔迹，则笔迹亦晚于该区块。",
                " The packet was signed with another key than the transaction: if that key signs only what is being written, the strokes are later than the block too.",
            ),
            _ => (
                "但笔迹本身可能更早：没有提交者以外的密钥证明其书写时间。",
                " But the strokes in it may be older: no key other than the submitter's vouches for when they were written.",
            ),
        };
        self.l.of(zh, en).to_owned()
    }
}

//! Questions 1 to 6 and 9: about the data only.

use super::{Answer, Asked, Verdict};
use crate::calendar::time;
use crate::facts::{Nonce, Voucher};

const BYTES: &[&str] = &["INCLUSION_SM3", "INCLUSION_SHA256", "TRANSACTION_SIGNATURE"];
const BYTES_BESIDES: &[&str] = &["EVENT_CANON", "PACKET_COMMIT"];
const LEDGER: &[&str] = &["CHAIN", "VALIDATORS", "CERTIFICATE", "INCLUSION_SM3", "INCLUSION_SHA256"];
const LEDGER_BESIDES: &[&str] = &["TRAIL"];
const WHOLE: &[&str] = &["STATE", "COMPLETENESS", "CERTIFICATE"];

impl Asked<'_> {
    pub(super) fn same_bytes(&self) -> Answer {
        let verdict = self.checked(BYTES, BYTES_BESIDES);
        let ground = self.l.text(
            "由摘要和签名逐字节复算得出，任何人可离线重复，不需要相信任何服务器。",
            "Recomputed byte by byte from digests and a signature; anyone can repeat it offline and has to believe no server.",
        ) + &self.failing(&[BYTES, BYTES_BESIDES].concat());
        self.answer(
            ("事件数据与提交入账时是否为相同字节？", "Are the event's data the same bytes that were committed?"),
            verdict,
            ground,
            (
                "出现另一组字节，其SM3摘要和SHA-256摘要都与之相同。",
                "Another set of bytes with the same digests in SM3 and in SHA-256.",
            ),
        )
    }

    pub(super) fn in_the_ledger(&self) -> Answer {
        let f = self.facts;
        let signed = f.votes.iter().filter(|v| v.signature.is_some()).count();
        let ground = self.l.text(
            format!(
                "{}个验证节点中的{signed}个签署了包含本事件的账本状态（法定数量为{}）。",
                f.votes.len(),
                f.network.quorum
            ),
            format!(
                "{signed} of {} validators signed the state of the ledger that holds it (a quorum is {}).",
                f.votes.len(),
                f.network.quorum
            ),
        ) + &self.failing(&[LEDGER, LEDGER_BESIDES].concat());
        self.answer(
            ("本事件是否在账本中？", "Is the event in the ledger?"),
            self.checked(LEDGER, LEDGER_BESIDES),
            ground,
            (
                "出示同一高度、经法定数量签署的另一账本状态：那将同时证明超过三分之一的验证节点违规。",
                "Another state of the same height signed by a quorum: it would prove that more than a third of the validators broke the rules.",
            ),
        )
    }

    pub(super) fn at_latest(&self) -> Answer {
        let f = self.facts;
        let held = f.stamps.iter().filter(|s| s.holds()).min_by_key(|s| s.time_ms);
        let ground = match held {
            Some(stamp) => {
                let (zh, en) = match stamp.is_trusted() {
                    true => ("其证书链在签发时有效", "its certificates were valid then"),
                    false => (
                        "其根证书是否可信，由法院策略认定",
                        "whether its root is to be trusted is for the court's policy",
                    ),
                };
                let (when, who) = (time(stamp.time_ms), &stamp.authority);
                self.l.text(
                    format!("不晚于 {when}：时间戳机构“{who}”对账本状态签发的令牌成立；{zh}。"),
                    format!("Not later than {when}: a token of the time-stamp authority \"{who}\" over the ledger's state holds; {en}."),
                )
            }
            None => {
                let when = time(f.checkpoint.time_ms);
                self.l.text(
                    format!("不晚于 {when}，依据为各验证节点的时钟；没有时间戳机构的令牌佐证。"),
                    format!("Not later than {when} by the validators' clocks; no token of a time-stamp authority confirms it."),
                )
            }
        };
        self.answer(
            ("能否说明数据最迟何时已经存在？", "Is it known when the data existed at the latest?"),
            self.checked(LEDGER, LEDGER_BESIDES),
            ground,
            (
                "时间戳机构的密钥在签发时已失控；无令牌时，达到法定数量的验证节点时钟同时失准。",
                "The authority had lost control of its key when it stamped; without a token, wrong clocks at a quorum of validators.",
            ),
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

    pub(super) fn complete(&self) -> Answer {
        let ground = match &self.facts.matter {
            None => self.l.text("未附事项证明。", "No proof about the matter is at hand."),
            Some(m) => self.l.text(
                format!("截至检查点，账本中事项“{}”共有{}个事件，本报告依据的正是全部{}个。", m.name, m.count, m.count),
                format!(
                    "At the checkpoint the ledger holds {} events of matter \"{}\", and these are all of them.",
                    m.count, m.name
                ),
            ),
        } + &self.failing(WHOLE);
        self.answer(
            (
                "是否为该事项的全部步骤，无插入、无缺失？",
                "Are these all steps of the matter, with none inserted or left out?",
            ),
            self.checked(WHOLE, &[]),
            ground,
            (
                "检查点之后又有新的事件；从未提交入账的步骤不在判断范围内。",
                "Events after the checkpoint. Steps that were never submitted are not covered.",
            ),
        )
    }

    pub(super) fn independent(&self) -> Answer {
        let i = &self.facts.independence;
        let met = if i.quorum_without_submitter { ("仍达到", "are still") } else { ("未达到", "are not") };
        let ground = self.l.text(
            format!("{}个机构签署。除去提交机构“{}”自己的票，其余{}票{}法定数量。是否与当事人有利害关系，须由法院按其信任策略认定。", i.organisations, i.submitter, i.votes_without_submitter, met.0),
            format!("{} organisations signed. Without the votes of the submitter \"{}\" the other {} {} a quorum. Who has an interest in the case is for the court's policy to say.", i.organisations, i.submitter, i.votes_without_submitter, met.1),
        );
        self.answer(
            (
                "作证的机构是否足够，且独立于当事人？",
                "Do enough organisations vouch that are independent of the parties?",
            ),
            self.checked(&["QUORUM_INDEPENDENT"], &[]),
            ground,
            (
                "法院的信任策略（哪些机构计入、排除谁、需要几家）。",
                "The court's trust policy: which organisations count, who is excluded, how many are needed.",
            ),
        )
    }

    pub(super) fn changed(&self) -> Answer {
        let f = self.facts;
        let (verdict, ground) = if f.changes.is_empty() {
            // Packets are destroyed by each node for itself, and references replaced under the signer: nothing in a package
            // records either, so an empty list is no answer.
            (
                Verdict::Unknown,
                self.l.text(
                    "证据包不记录删除、限制与取代，由此无法作答。",
                    "A package does not record erasure, restriction or replacement, so this cannot be told from it.",
                ),
            )
        } else {
            let n = f.changes.len();
            (Verdict::Yes, self.l.text(format!("有{n}项，见第7章。"), format!("{n} of them, see chapter 7.")))
        };
        self.answer(
            ("是否有数据被删除、限制或取代？", "Has anything been erased, restricted or superseded?"),
            verdict,
            ground,
            (
                "检查点之后的事件；账本之外各机构自行删除的副本。",
                "Events after the checkpoint; copies that organisations deleted outside the ledger.",
            ),
        )
    }
}

//! Questions 1, 2, 5, 6 and 9: about the data only.

use super::{Answer, Asked, Verdict};

const BYTES: &[&str] = &["INCLUSION_SM3", "INCLUSION_SHA256", "TRANSACTION_SIGNATURE"];
const BYTES_BESIDES: &[&str] = &["EVENT_CANON", "PACKET_COMMIT"];
pub(super) const LEDGER: &[&str] = &["CHAIN", "VALIDATORS", "CERTIFICATE", "INCLUSION_SM3", "INCLUSION_SHA256"];
pub(super) const LEDGER_BESIDES: &[&str] = &["TRAIL"];
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
        let (both, n) = (f.in_both_quorums(), f.votes.len());
        let zh = format!(
            "出示同一高度、经法定数量签署的另一账本状态：那将同时证明{n}个验证节点中至少{both}个签署了两者，即违规。"
        );
        let en = format!(
            "Another state of the same height signed by a quorum: it would prove that at least {both} of the {n} validators signed both, against the rules."
        );
        self.answer(
            ("本事件是否在账本中？", "Is the event in the ledger?"),
            self.checked(LEDGER, LEDGER_BESIDES),
            ground,
            (&zh, &en),
        )
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

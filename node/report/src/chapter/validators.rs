//! Chapter 6: each validator with its vote, and who of them contradicted itself. Nothing is verified here.

use super::Source;
use crate::block::{Block, Table, heading, notice, paragraph};
use crate::text::Text;
use crate::words::{ROLES, word};

/// Most rescues that are named by their epoch.
const EPOCHS_MAX: usize = 8;

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let (l, n) = (s.l, &s.facts.network);
    let mut blocks = vec![
        heading("6", l.of("验证节点与投票", "Validators and votes")),
        paragraph(rules(&s) + &changes(&s)),
        votes(&s).into(),
        paragraph(independence(&s)),
    ];
    if n.allow_synthetic {
        blocks.push(notice(l.of(
            "本网络允许演示数据入账（程序生成的笔迹），其记录不宜作为证据。",
            "This network admits demonstration data (writing made by a program); its records are unfit as evidence.",
        )));
    }
    blocks.push(heading("6.1", l.of("违规记录", "Contradictions")));
    blocks.push(faults(&s));
    blocks
}

fn rules(s: &Source<'_>) -> String {
    let (n, count) = (&s.facts.network, s.facts.votes.len());
    s.l.text(
        format!(
            "本届共{count}个验证节点，法定数量{}，最多可容忍{}个违规。依规则，验证节点须独立验证签名、自行评估笔迹后才投票；签署即表示其自己的计算结果与入账数值相差不超过{}毫班。本证据包只证明达到法定数量者如此签署。",
            n.quorum, n.faults_max, n.epsilon
        ),
        format!(
            "There are {count} validators in this epoch; a quorum is {}, and up to {} may be faulty. By the rules a validator verifies the signatures and appraises the writing itself before it votes; a vote says that its own number is within {} milliban of the one committed. The package proves this of a quorum only.",
            n.quorum, n.faults_max, n.epsilon
        ),
    )
}

/// How the set came about. After a rescue it rests on the rescue keys alone: no quorum of the set before signed.
fn changes(s: &Source<'_>) -> String {
    let n = &s.facts.network;
    if n.rescues.is_empty() {
        return s.l.text(
            format!("从创世到本届共有{}次集合变更，均由前一届法定数量签署。", n.links),
            format!(
                " The set changed {} times since genesis, each time signed by a quorum of the set before.",
                n.links
            ),
        );
    }
    let (rescues, need, keys) = (n.rescues.len(), n.rescue_need, n.rescue_keys);
    let mut epochs: Vec<String> = n.rescues.iter().take(EPOCHS_MAX).map(u64::to_string).collect();
    epochs.extend((rescues > EPOCHS_MAX).then(|| "…".to_owned()));
    let epochs = epochs.join(s.l.of("、", ", "));
    s.l.text(
        format!("从创世到本届共有{}次集合变更，其中{rescues}次为应急重组（开启第{epochs}届）：由创世文件所列{keys}把应急密钥中至少{need}把签署，未经前一届法定数量签署；其余变更均由前一届法定数量签署。", n.links),
        format!(" The set changed {} times since genesis. {rescues} of these were rescues (opening epoch {epochs}): signed by at least {need} of the {keys} rescue keys of genesis, and by no quorum of the set before. The others were signed by a quorum of the set before.", n.links),
    )
}

fn votes(s: &Source<'_>) -> Table {
    let l = s.l;
    let head = [
        l.of("号", "No."),
        l.of("机构（角色）", "Organisation (role)"),
        l.of("密钥编号", "Key id"),
        l.of("对检查点的签名（SM2）", "Signature over the checkpoint (SM2)"),
    ];
    let mut table = Table::new(&[0.06, 0.22, 0.32, 0.40], &head);
    for vote in &s.facts.votes {
        let role = vote.role.as_deref().map_or_else(|| s.unknown(), |role| word(role, ROLES, l));
        let organisation =
            l.text(format!("{}（{role}）", vote.organisation), format!("{} ({role})", vote.organisation));
        let signature = vote.signature.as_ref().map_or_else(
            || Text::dim(l.of("不在证书中", "not in the certificate")),
            |signature| Text::mono(signature.as_str()),
        );
        table.row([vote.index.to_string().into(), organisation.into(), Text::mono(vote.key.as_str()), signature]);
    }
    table
}

fn independence(s: &Source<'_>) -> String {
    let i = &s.facts.independence;
    let (zh, en) = if i.quorum_without_submitter { ("仍达到", "are still") } else { ("未达到", "are not") };
    s.l.text(
        format!("证书中有{}个机构的签名。除去提交机构“{}”的节点，余{}票，{zh}法定数量。", i.organisations, i.submitter, i.votes_without_submitter),
        format!("{} organisations signed. Without validators of the submitter \"{}\" there are {} votes, which {en} a quorum.", i.organisations, i.submitter, i.votes_without_submitter),
    )
}

fn faults(s: &Source<'_>) -> Block {
    let l = s.l;
    if s.facts.faults.is_empty() {
        return paragraph(l.of(
            "证据包中没有验证节点自相矛盾的证明。",
            "The package holds no proof that a validator contradicted itself.",
        ));
    }
    let mut table = Table::new(
        &[0.12, 0.24, 0.30, 0.34],
        &[
            l.of("序号", "Event"),
            l.of("机构", "Organisation"),
            l.of("矛盾", "Contradiction"),
            l.of("密钥编号", "Key id"),
        ],
    );
    for fault in &s.facts.faults {
        table.row([
            format!("#{}", fault.seq).into(),
            fault.organisation.as_str().into(),
            fault.contradiction.as_str().into(),
            Text::mono(fault.key.as_str()),
        ]);
    }
    table.into()
}

//! Chapter 7: where the data went and who was given access to them.

use super::Source;
use crate::block::{Block, Table, heading, paragraph};
use crate::calendar::time;
use crate::facts::Voucher;
use crate::text::Text;
use crate::words::{CHANGES, ROLES, word};

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut blocks = vec![
        heading("7", l.of("保管与查阅", "Custody and access")),
        heading("7.1", l.of("保管环节", "Hops")),
        hops(&s).into(),
        heading("7.2", l.of("查阅笔迹数据包的许可", "Access to the stroke packet")),
        paragraph(l.of(
            "笔迹数据包是敏感个人信息，加密存放于账本之外；查阅许可先入账，后放出密钥。所列为获准查阅者；一次许可下查阅的次数不予记录，验证节点本身持有数据包。",
            "Stroke packets are sensitive personal data and are kept encrypted outside the ledger; an access is committed before the key is released. Listed is who was given access; how often it was used is not recorded, and validators hold the packets themselves.",
        )),
    ];
    blocks.push(reads(&s));
    blocks.push(heading("7.3", l.of("删除、限制与取代", "Erased, restricted, superseded")));
    blocks.push(changes(&s));
    blocks
}

fn hops(s: &Source<'_>) -> Table {
    let (l, f) = (s.l, s.facts);
    let head = [l.of("环节", "Hop"), l.of("主体", "Who"), l.of("时间", "When"), l.of("依据", "Shown by")];
    let mut table = Table::new(&[0.15, 0.20, 0.37, 0.28], &head);
    let recording = f.writing.questioned.as_ref();
    if !f.event.packets.is_empty() {
        let device = recording.and_then(|r| r.surroundings.device_time_ms);
        let shown = match f.voucher() {
            Voucher::Another => {
                l.of("采集端声明及其对数据包的签名", "the capture side's claim, and its signature over the packet")
            }
            _ => l.of("提交者的声明", "the submitter's claim"),
        };
        table.row([
            l.of("采集", "captured").into(),
            l.of("采集设备或平台", "device or platform").into(),
            s.time(device).into(),
            shown.into(),
        ]);
    }
    let committed = time(f.event.time_ms);
    table.row([
        l.of("提交", "submitted").into(),
        f.event.organisation.as_str().into(),
        l.text(format!("不晚于 {committed}"), format!("not later than {committed}")).into(),
        l.of("提交机构对交易的签名", "the submitter's signature over the transaction").into(),
    ]);
    if f.appraisal.is_some() {
        table.row([
            l.of("评估", "appraised").into(),
            l.of("达到法定数量的验证节点", "a quorum of validators").into(),
            l.text(format!("不晚于 {committed}"), format!("not later than {committed}")).into(),
            l.of("对区块的投票", "the votes for the block").into(),
        ]);
    }
    table.row([
        l.of("入账", "committed").into(),
        l.of("验证节点法定数量", "a quorum").into(),
        committed.into(),
        l.of("证书与包含证明", "certificate and inclusion proofs").into(),
    ]);
    table.row([
        l.of("出具证据包", "exported").into(),
        l.of("任一节点（仅表决签名与时间戳可能不同）", "any node (only votes and time-stamps may differ)").into(),
        l.text(
            format!("检查点 {}", time(f.checkpoint.time_ms)),
            format!("checkpoint of {}", time(f.checkpoint.time_ms)),
        )
        .into(),
        l.of(
            "检查点；出具时刻不在数据中；以后出具的，以更新的检查点为准",
            "the checkpoint; the moment of export is not in the data; a later package has a newer checkpoint",
        )
        .into(),
    ]);
    table
}

fn reads(s: &Source<'_>) -> Block {
    let l = s.l;
    if s.facts.accesses.is_empty() {
        return paragraph(l.of("证据包中没有查阅许可的记录。", "The package holds no record of access."));
    }
    let head = [
        l.of("序号", "Event"),
        l.of("时间", "When"),
        l.of("获准查阅机构", "Access given to"),
        l.of("依据与用途（该机构自述）", "Authority and purpose (its own words)"),
    ];
    let mut table = Table::new(&[0.09, 0.34, 0.22, 0.35], &head);
    for access in &s.facts.accesses {
        let role = access.role.as_deref().map_or_else(|| s.unknown(), |role| word(role, ROLES, l));
        let who = l.text(format!("{}（{role}）", access.organisation), format!("{} ({role})", access.organisation));
        // An access that names one ground for both says it once.
        let purpose = Some(access.purpose.as_str()).filter(|purpose| *purpose != access.authority);
        let why = purpose.map_or_else(
            || access.authority.clone(),
            |purpose| format!("{}{}{purpose}", access.authority, l.of("；", "; ")),
        );
        table.row([format!("#{}", access.seq).into(), time(access.time_ms).into(), who.into(), why.into()]);
    }
    table.into()
}

fn changes(s: &Source<'_>) -> Block {
    let l = s.l;
    if s.facts.changes.is_empty() {
        return paragraph(
            l.of("证据包不记录此类变更，应向各机构查询。", "A package does not record these; ask the organisations."),
        );
    }
    let mut table = Table::new(
        &[0.09, 0.34, 0.16, 0.19, 0.22],
        &[
            l.of("序号", "Event"),
            l.of("时间", "When"),
            l.of("变更", "Change"),
            l.of("机构", "Organisation"),
            l.of("对象", "About"),
        ],
    );
    for change in &s.facts.changes {
        table.row([
            format!("#{}", change.seq).into(),
            time(change.time_ms).into(),
            Text::strong(word(&change.kind, CHANGES, l)),
            change.organisation.as_str().into(),
            change.about.as_str().into(),
        ]);
    }
    table.into()
}

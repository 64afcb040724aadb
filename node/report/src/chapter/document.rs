//! Chapter 2: the document and the event. The document itself is never here: the ledger has its digest only.

use super::Source;
use crate::block::{Block, Table, heading, notice};
use crate::calendar::time;
use crate::text::Text;
use crate::words::{KINDS, ROLES, word};

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut blocks = vec![
        heading("2", l.of("文件与事件", "The document and the event")),
        heading("2.1", l.of("文件", "The document")),
    ];
    match &s.facts.document {
        None => blocks.push(notice(l.of("本事件不涉及文件。", "This event is about no document."))),
        Some(_) => blocks.extend([document(&s).into(), hash_only(&s)]),
    }
    blocks.extend([heading("2.2", l.of("事件", "The event")), event(&s).into()]);
    blocks
}

fn document(s: &Source<'_>) -> Table {
    let l = s.l;
    let mut table = Table::pairs();
    let Some(document) = &s.facts.document else { return table };
    table.pair(l.of("文件摘要（SM3或SHA-256）", "Digest (SM3 or SHA-256)"), Text::mono(document.digest.as_str()));
    let size = document.size.map_or_else(|| s.unknown(), |size| l.text(format!("{size}字节"), format!("{size} bytes")));
    table.pair(l.of("大小", "Size"), size);
    if let Some(file) = &document.presented {
        let kind = if file.media_type.is_empty() { String::new() } else { format!(", {}", file.media_type) };
        table.pair(
            l.of(
                "出具本证据包时所出示的文件（名称与类型为出示者陈述）",
                "Presented when the package was made (name and kind are its maker's word)",
            ),
            l.text(
                format!("{}，{}字节{}，摘要算法{}", file.name, file.size, kind.replace(", ", "，"), file.hash),
                format!("{}, {} bytes{kind}, digest by {}", file.name, file.size, file.hash),
            ),
        );
    }
    if let Some(locator) = &document.locator {
        table.pair(l.of("存放位置（提交者声明）", "Kept at (the submitter's word)"), locator.as_str());
    }
    table
}

fn hash_only(s: &Source<'_>) -> Block {
    notice(s.l.of(
        "仅摘要模式：节点没有见过文件，也不知道文件的名称、页数和签名所在位置。要证明某一文件即所签文件，请对该文件计算摘要，并与上表逐字\
         比较（第8章）。",
        "Digest only: the node has not seen the document and does not know its name, its pages or where the mark sits. To show \
         that a document is the one that was signed, compute its digest and compare it with the table (chapter 8).",
    ))
}

fn event(s: &Source<'_>) -> Table {
    let (e, l) = (&s.facts.event, s.l);
    let mut table = Table::pairs();
    table.pair(l.of("账本序号 / 区块", "Position in the ledger / block"), format!("#{} / {}", e.seq, e.height));
    table.pair(l.of("种类", "Kind"), word(&e.kind, KINDS, l));
    table.pair(l.of("区块时间", "Time of the block"), time(e.time_ms));
    let role = e.role.as_deref().map_or_else(|| s.unknown(), |role| word(role, ROLES, l));
    table.pair(
        l.of("提交机构（创世时角色）", "Submitted by (role at genesis)"),
        l.text(format!("{}（{role}）", e.organisation), format!("{} ({role})", e.organisation)),
    );
    table.pair(l.of("提交所用密钥编号", "Id of the submitter's key"), Text::mono(e.key.as_str()));
    table.pair(l.of("请求编号", "Request id"), Text::mono(e.request.as_str()));
    if let Some(signer) = &e.signer {
        table.pair(l.of("签名人编号（平台给出，非姓名）", "Signer's id (the platform's, no name)"), signer.as_str());
    }
    if let Some(statement) = &e.statement {
        table.pair(l.of("提交者陈述", "The submitter says"), statement.as_str());
    }
    table.pair(l.of("事件摘要（SM3）", "Hash of the event (SM3)"), Text::mono(e.hash.as_str()));
    table.pair(l.of("事件摘要（SHA-256）", "Hash of the event (SHA-256)"), Text::mono(e.hash_sha256.as_str()));
    for packet in &e.packets {
        table.pair(l.of("笔迹数据包承诺值", "Commitment of the stroke packet"), Text::mono(packet.as_str()));
    }
    table
}

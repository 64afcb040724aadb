//! Chapter 2: the document and the event. The document itself is never here: the ledger has its digest only.

use super::Source;
use crate::block::{Block, Table, heading, notice};
use crate::calendar::time;
use crate::facts::Document;
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
        Some(named) => blocks.extend([document(&s, named).into(), hash_only(&s, named)]),
    }
    blocks.extend([heading("2.2", l.of("事件", "The event")), event(&s).into()]);
    blocks
}

fn document(s: &Source<'_>, document: &Document) -> Table {
    let l = s.l;
    let mut table = Table::pairs();
    table.pair(l.of("文件摘要（SM3或SHA-256）", "Digest (SM3 or SHA-256)"), Text::mono(document.digest.as_str()));
    table.pair(l.of("大小", "Size"), size(s, document));
    if let Some(file) = &document.presented {
        let kind = if file.media_type.is_empty() { String::new() } else { format!(", {}", file.media_type) };
        table.pair(
            l.of(
                "出具本证据包时所出示的文件（名称与类型为出示者陈述，未经任何人签名）",
                "Presented when the package was made (name and kind are its maker's word, UNSIGNED)",
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

/// The event's own word, or that of whoever presented the file.
fn size(s: &Source<'_>, document: &Document) -> String {
    match (document.size, &document.presented) {
        (Some(size), _) => s.l.text(format!("{size}字节"), format!("{size} bytes")),
        (None, Some(file)) => s.l.text(
            format!("事件未载明；所出示的文件为{}字节", file.size),
            format!("the event does not say; the file presented has {} bytes", file.size),
        ),
        (None, None) => s.unknown(),
    }
}

fn hash_only(s: &Source<'_>, document: &Document) -> Block {
    if document.presented.is_some() {
        return notice(s.l.of(
            "仅摘要模式：节点没有见过文件；账本中没有文件的名称、类型、页数和签名所在位置。上列名称与类型由出示者提供，无人签名，任何人均可改写；\
             与事件相符的只有所出示文件的摘要，从而只有其内容。要证明某一文件即所签文件，请对该文件计算摘要，并与上表逐字比较（第8章）。",
            "Digest only: the node has not seen the document, and the ledger holds neither its name, its kind and its pages nor where \
             the mark sits. Name and kind above are those that its presenter gave; nobody signed them, and anybody could have \
             written others. Only the digest of the file, and so its content, is what the event names. To show that a document is the \
             one that was signed, compute its digest and compare it with the table (chapter 8).",
        ));
    }
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

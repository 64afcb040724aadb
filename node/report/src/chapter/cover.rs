//! The cover: which evidence this is about and what the report is. No personal data beyond the signer's opaque id.

use super::Source;
use crate::block::{Block, Table, notice, paragraph};
use crate::calendar::time;
use crate::code;
use crate::facts::{Access, Facts, Variant};
use crate::ink::Ink;
use crate::language::Language;
use crate::mark::{Mark, Words};
use crate::scene::Scene;
use crate::sheet::MEASURE;
use crate::text::Text;
use crate::typeface::Face;
use crate::words::{KINDS, word};

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    vec![
        Block::Space(46.0),
        Block::Figure { scene: title(&s), caption: String::new() },
        Block::Space(10.0),
        particulars(&s).into(),
        Block::Space(6.0),
        Block::Figure { scene: code::scene(s.facts), caption: String::new() },
        paragraph(Text::dim(l.of(
            "二维码内容：存证编号、检查点高度与区块头摘要，不含个人信息。扫码得到的摘要应与上表一致。",
            "The code holds the evidence number, the checkpoint's height and its header's digest, and no personal data. What \
             a scanner shows must agree with the table above.",
        ))),
        Block::Space(6.0),
        notice(l.of(
            "本报告由软件依据账本原始数据生成，不是司法鉴定意见。A部分（数据）与C部分（书写）相互独立：数据未被改动，不说明签名由何人\
             书写；书写数据的似然比，也不说明数据是否被改动。",
            "Software made this report from the ledger's canonical data; it is not an expert opinion. Part A (the data) and part \
             C (the writing) are independent: that data did not change says nothing about who wrote, and a likelihood ratio of \
             the writing says nothing about whether data changed.",
        )),
        Block::NewSheet,
    ]
}

fn title(s: &Source<'_>) -> Scene {
    let mut scene = Scene::new((MEASURE, 74.0), s.l.of("电子签署证据报告", "Evidence report").to_owned());
    let mut text = |text: &str, y: f32, (size, face, ink): (f32, Face, Ink)| {
        scene.put(Mark::Text(Words { at: (0.0, y), size, face, ink, text: text.to_owned() }));
    };
    text(s.l.of("电子签署证据报告", "Evidence report"), 30.0, (27.0, Face::Bold, Ink::Accent));
    let below =
        s.l.of("数据 · 上链之前 · 书写 — 三部分分别陈述", "The data · before the chain · the writing: each by itself");
    text(below, 54.0, (11.0, Face::Regular, Ink::Dim));
    scene.put(Mark::rule((0.0, 68.0), (MEASURE, 68.0), (1.2, Ink::Accent)));
    scene
}

fn particulars(s: &Source<'_>) -> Table {
    let (f, l) = (s.facts, s.l);
    let mut table = Table::pairs();
    table.pair(l.of("存证编号", "Evidence number"), Text::strong(f.id.as_str()));
    table.pair(l.of("案号", "Case number"), l.of("（由使用者填写）", "(to be filled in)"));
    table.pair(l.of("出具依据与用途", "Asked by, on what authority"), l.of("（由使用者填写）", "(to be filled in)"));
    let matter = f.matter.as_ref().map_or_else(|| l.of("无", "none").to_owned(), |m| m.name.clone());
    table.pair(l.of("事项", "Matter"), matter);
    let kind = word(&f.event.kind, KINDS, l);
    table.pair(
        l.of("事件", "Event"),
        l.text(format!("第{}号，{kind}", f.event.seq), format!("#{}, {kind}", f.event.seq)),
    );
    table.pair(l.of("入账时间（验证节点时钟）", "Committed (validators' clocks)"), time(f.event.time_ms));
    table.pair(l.of("网络", "Network"), f.network.name.as_str());
    table.pair(l.of("版本", "Variant"), variant(f, l));
    if f.variant != Variant::Public {
        table.pair(l.of("笔迹数据的查阅依据（自述）", "Strokes read under (as stated)"), authority(f, l));
    }
    table.pair(l.of("检查点高度", "Checkpoint height"), f.checkpoint.height.to_string());
    table.pair(l.of("检查点区块头摘要（SM3）", "Digest of its header (SM3)"), Text::mono(f.checkpoint.header.as_str()));
    table
}

/// The variant in words.
fn variant(facts: &Facts, l: Language) -> &'static str {
    match facts.variant {
        Variant::Full if facts.lacks_references() => l.of(
            "完整版，但缺少本次签名所比对的参考签名（已销毁、未获放行或出具节点未存）：不能据以重新评估",
            "full, but WITHOUT the references that the signing was compared with (destroyed, not released, or not held by the node that made it): the appraisal cannot be repeated",
        ),
        Variant::Full => l.of(
            "完整版：含本次签名及参考签名的笔迹数据",
            "full: with the stroke packets of the signing and the references",
        ),
        Variant::Party => l.of("当事人版：含本次签名的笔迹数据", "party: with the stroke packet of the signing"),
        Variant::Public => {
            l.of("公开版：不含笔迹数据，仅含其承诺值", "public: without stroke packets, with their commitments")
        }
    }
}

/// Most statements of authority that are quoted; chapter 7 has all.
const QUOTED_MAX: usize = 2;

/// What readers said why they read, in their words: the ledger takes any text for an authority.
fn authority(facts: &Facts, l: Language) -> String {
    let newest: Vec<&Access> = facts.accesses.iter().rev().take(QUOTED_MAX).collect();
    if newest.is_empty() {
        return l.text("证据包中没有查阅许可的记录", "the package holds no record of an access");
    }
    let one = |a: &&Access| {
        l.text(
            format!("“{}”自述：“{}”", a.organisation, a.authority),
            format!("\"{}\" stated: \"{}\"", a.organisation, a.authority),
        )
    };
    let quoted: Vec<String> = newest.iter().map(one).collect();
    let more = if facts.accesses.len() > QUOTED_MAX { l.of("；其余见7.2", "; others in 7.2") } else { "" };
    l.text(
        format!("{}{more}（未经任何人核实）", quoted.join("；")),
        format!("{}{more} (nobody verified this)", quoted.join("; ")),
    )
}

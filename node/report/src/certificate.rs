//! The one-page certificate: what was recorded, when, by whom it is vouched for, and how to check it. It has one sheet,
//! whatever the facts: long texts are cut with a mark, long lists end with how many are left out.

use crate::block::{Block, Table, notice, paragraph};
use crate::calendar::time;
use crate::chapter::{Source, itself};
use crate::code;
use crate::document::{furnished, id};
use crate::drawings::Drawings;
use crate::facts::{Facts, Will};
use crate::figure::figures;
use crate::ink::Ink;
use crate::language::Language;
use crate::mark::{Mark, Words};
use crate::print::{Label, print};
use crate::scene::{Anchor, Scene};
use crate::sheet::{MEASURE, Sheet};
use crate::stamping::claimed;
use crate::text::Text;
use crate::typeface::{Face, Typefaces};
use crate::typesetter::Typesetter;
use crate::words::{BANDS_SHORT, INTENTS, KINDS, word};
use proto::flags::FLAGS_SYNTHETIC;

/// Longest text of a cell, characters.
const TEXT_MAX: usize = 48;
/// Most organisations that are named.
const NAMES_MAX: usize = 6;
/// Longest name in a row that says more than the name.
const NAME_MAX: usize = 16;
/// Longest list of flags, characters: two lines.
const FLAGS_MAX: usize = 96;
/// Height of the band with the signature and the code; a higher one pushes the last lines off the page.
const BAND: f32 = 104.0;

/// The certificate as PDF.
pub fn page(facts: &Facts, drawings: Drawings<'_>, language: Language) -> Vec<u8> {
    let faces = Typefaces::new();
    let sheet = sheet(facts, drawings, (language, &faces));
    let title = language.text(format!("存证页 {}", facts.id), format!("Certificate of record {}", facts.id));
    print(
        &[sheet],
        &Label { title: &title, id: &id(facts, "page", language), time_ms: facts.checkpoint.time_ms, language },
        &faces,
    )
}

/// Its only sheet.
pub fn sheet(facts: &Facts, drawings: Drawings<'_>, (language, faces): (Language, &Typefaces)) -> Sheet {
    let s = Source { facts, drawings, l: language };
    let blocks = [
        Block::Figure { scene: title(&s), caption: String::new() },
        Block::Figure { scene: band(&s), caption: String::new() },
        record(&s).into(),
        vouched(&s).into(),
        notice(demonstration(&s).unwrap_or_default().to_owned() + &caution(&s)),
        paragraph(Text::dim(check(&s))),
    ];
    let mut sheets = Typesetter::new(faces).set(&blocks);
    sheets.truncate(1);
    furnished(sheets, facts, (language.of("存证页", "Certificate of record"), language, faces)).swap_remove(0)
}

fn title(s: &Source<'_>) -> Scene {
    let title = s.l.of("电子签署存证页", "Certificate of record");
    let mut scene = Scene::new((MEASURE, 40.0), title.to_owned());
    let words = |text: String, (x, y): (f32, f32), (size, face, ink): (f32, Face, Ink)| {
        Mark::Text(Words { at: (x, y), size, face, ink, text })
    };
    scene.put(words(title.to_owned(), (0.0, 20.0), (19.0, Face::Bold, Ink::Accent)));
    let word = match demonstration(s) {
        Some(_) => format!("{} · {}", s.l.of("演示", "DEMONSTRATION"), state(s).0),
        None => state(s).0,
    };
    scene.label((&word, Anchor::Right), (MEASURE, 20.0), (11.0, Ink::Accent));
    scene.put(Mark::rule((0.0, 31.0), (MEASURE, 31.0), (1.2, Ink::Accent)));
    scene
}

/// The signature at the left, the code at the right.
fn band(s: &Source<'_>) -> Scene {
    let mut scene = Scene::new((MEASURE, BAND), s.l.of("签名图形与二维码", "signature and code").to_owned());
    let code = code::scene(s.facts);
    let at = (MEASURE - code.width, 0.0);
    scene.marks.extend(code.marks.into_iter().map(|mark| mark.moved(at)));
    match figures(s.facts, s.drawings, s.l).into_iter().find(|f| f.name == "strokes") {
        Some(figure) => {
            let scale = ((MEASURE - code.width - 14.0) / figure.scene.width).min(BAND / figure.scene.height);
            scene.marks.extend(figure.scene.marks.into_iter().map(|mark| mark.scaled(scale)));
        }
        None => {
            let text = s.l.of("签名图形不在本版本中", "The signature is not in this variant");
            scene.label((text, Anchor::Left), (0.0, BAND / 2.0), (9.0, Ink::Dim));
        }
    }
    scene
}

fn record(s: &Source<'_>) -> Table {
    let (f, l) = (s.facts, s.l);
    let mut table = Table::pairs();
    table.pair(l.of("存证编号", "Evidence number"), Text::strong(f.id.as_str()));
    let matter = f.matter.as_ref().map_or_else(|| l.of("无", "none").to_owned(), |m| cut(&m.name));
    table.pair(
        l.of("事项 / 事件", "Matter / event"),
        format!("{matter} / {} #{}", word(&f.event.kind, KINDS, l), f.event.seq),
    );
    if let Some(document) = &f.document {
        table.pair(l.of("文件摘要", "Digest of the document"), Text::mono(document.digest.as_str()));
    }
    if let Some(signer) = &f.event.signer {
        table.pair(l.of("签名人编号", "Signer's id"), masked(signer));
    }
    if let Some(appraisal) = &f.appraisal {
        let grade = appraisal.grade.as_str();
        table.pair(
            l.of("采集等级", "Grade of the recording"),
            l.text(
                format!("{grade}（A最高，D不适于动态检验）"),
                format!("{grade} (A is best, D unfit for dynamic examination)"),
            ),
        );
    }
    if f.appraisal.is_some() {
        table.pair(l.of("与参考签名比对", "Compared with references"), compared(s));
    }
    let device = f.writing.questioned.as_ref().and_then(|r| r.surroundings.device_time_ms);
    table.pair(l.of("采集设备时间（声明）", "Time of the device (claimed)"), s.time(device));
    table.pair(l.of("入账时间（验证节点时钟）", "Committed (validators' clocks)"), time(f.event.time_ms));
    table.pair(l.of("时间戳机构", "Time-stamp authority"), stamp(s));
    if let Some(said) = wills(s) {
        table.pair(l.of("意愿核验（见4.4）", "Checks of will (see 4.4)"), said);
    }
    table.pair(l.of("事件摘要（SM3）", "Hash of the event (SM3)"), Text::mono(f.event.hash.as_str()));
    if let Some(matter) = &f.matter {
        table.pair(l.of("事项累加值", "Matter sum"), Text::mono(matter.sum.as_str()));
    }
    table
}

fn vouched(s: &Source<'_>) -> Table {
    let (f, l) = (s.facts, s.l);
    let mut table = Table::pairs();
    table.pair(
        l.of("检查点", "Checkpoint"),
        l.text(
            format!("高度{}，{}", f.checkpoint.height, time(f.checkpoint.time_ms)),
            format!("height {}, {}", f.checkpoint.height, time(f.checkpoint.time_ms)),
        ),
    );
    let header = &f.checkpoint.header;
    let begin = header.get(..16).unwrap_or(header);
    table.pair(l.of("区块头摘要（全文见二维码）", "Its header (whole in the code)"), Text::mono(format!("{begin}…")));
    table.pair(l.of("签署的机构", "Signed by"), organisations(s));
    table.pair(l.of("状态", "State"), state(s).1);
    table
}

/// Whether the writing was compared, and the band that it fell into; then the codes of the flags.
fn compared(s: &Source<'_>) -> String {
    let (Some(appraisal), l) = (&s.facts.appraisal, s.l) else { return String::new() };
    let band = word(&appraisal.band, BANDS_SHORT, l);
    let said = match appraisal.template {
        None => l.of("否：当时没有登记参考签名", "no: none was enrolled").to_owned(),
        Some(_) if appraisal.llr.is_none() => {
            l.text(format!("是，未给出数值；{band}"), format!("yes, but no number is stated; band: {band}"))
        }
        Some(_) => l.text(format!("是；{band}"), format!("yes; band: {band}")),
    };
    match appraisal.flags.is_empty() {
        true => said,
        false => said + l.of("；提示：", "; flags: ") + &cut_at(&appraisal.flags.join(", "), FLAGS_MAX),
    }
}

/// Why the record is no evidence, if a program made the strokes or the network takes such strokes.
fn demonstration(s: &Source<'_>) -> Option<&'static str> {
    let made = s.facts.appraisal.as_ref().is_some_and(|a| a.flag_bits & FLAGS_SYNTHETIC != 0);
    let (zh, en) = match (made, s.facts.network.allow_synthetic) {
        (true, _) => (
            "演示：笔迹由程序生成或具有程序生成的特征，本记录不宜作为证据。",
            "DEMONSTRATION: the strokes were made by a program or look like it; this record is unfit as evidence. ",
        ),
        (false, true) => (
            "演示：本网络允许程序生成的笔迹入账，其记录不宜作为证据。",
            "DEMONSTRATION: this network admits writing made by a program; its records are unfit as evidence. ",
        ),
        (false, false) => return None,
    };
    Some(s.l.of(zh, en))
}

/// The organisations in the certificate, each once.
fn organisations(s: &Source<'_>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for vote in s.facts.votes.iter().filter(|v| v.signature.is_some()) {
        if !names.contains(&vote.organisation.as_str()) {
            names.push(&vote.organisation);
        }
    }
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| cut(name)).collect();
    let list = shown.join(s.l.of("、", ", "));
    match names.len().saturating_sub(NAMES_MAX) {
        0 => list,
        more => s.l.text(format!("{list}，另有{more}家"), format!("{list} and {more} more")),
    }
}

/// The time that a trusted authority vouches for; of others only that they are there and what one of them claims.
fn stamp(s: &Source<'_>) -> String {
    let (f, l) = (s.facts, s.l);
    if let Some(stamp) = f.time_stamp() {
        let (who, when) = (cut(&stamp.authority), time(stamp.latest_ms()));
        return l.text(format!("{who}：不晚于 {when}"), format!("{who}: not later than {when}"));
    }
    let odd = f.stamps.iter().filter(|stamp| f.is_contradictory(stamp)).count();
    let Some(first) = f.stamps.iter().find(|stamp| !f.is_contradictory(stamp)).or(f.stamps.first()) else {
        return l.of("无令牌", "no token").to_owned();
    };
    let (who, when, n) = (cut_at(&first.authority, NAME_MAX), claimed(first), f.stamps.len());
    let said = l.text(
        format!("无受信任者（包内{n}个令牌）；“{who}”称 {when}"),
        format!("none trusted here ({n} in the package); \"{who}\" claims {when}"),
    );
    match odd {
        0 => said,
        odd => said + &l.text(format!("；{odd}个与其区块头时间矛盾"), format!("; {odd} CONTRADICTORY, see 3.4")),
    }
}

/// Results of checks of will that were not passed, and those that were recorded and not presented; `None` if all were presented
/// and passed.
fn wills(s: &Source<'_>) -> Option<Text> {
    let (f, l) = (s.facts, s.l);
    let failed: Vec<&Will> = f.wills.iter().filter(|w| !w.passed).collect();
    let left_out = f.matter.as_ref().map_or(0, |m| m.omitted_wills);
    let withheld = f.wills_withheld().len() as u64 + left_out;
    let mut said = Vec::new();
    if let Some(will) = failed.first() {
        let (method, itself) = (word(&will.method, INTENTS, l), itself(f, &will.provider, l));
        let who = cut_at(&will.provider, NAME_MAX) + itself;
        let more = match failed.len() - 1 {
            0 => String::new(),
            n => l.text(format!("，另有{n}项"), format!(" and {n} more")),
        };
        said.push(l.text(format!("未通过：{method}，{who}{more}"), format!("NOT passed: {method}, {who}{more}")));
    }
    if withheld > 0 {
        said.push(l.text(
            format!("{withheld}项结果已记录而内容未出示"),
            format!("{withheld} recorded, content not presented"),
        ));
    }
    (!said.is_empty()).then(|| Text::strong(said.join(l.of("；", "; "))))
}

/// One word for where the event stands, and a sentence that says what the word means.
fn state(s: &Source<'_>) -> (String, String) {
    let l = s.l;
    let outcome = |code: &str| s.facts.checks.iter().find(|c| c.code == code).map(|c| c.outcome.as_str());
    let committed =
        ["CERTIFICATE", "INCLUSION_SM3", "INCLUSION_SHA256"].iter().all(|code| outcome(code) == Some("VALID"));
    let stamped = s.facts.time_stamp().is_some();
    let (zh, en) = match (committed, stamped) {
        (true, true) => (
            ("TIMESTAMPED", "已入账，且账本状态有受信任的时间戳机构的令牌"),
            "committed; a trusted authority stamped the ledger's state",
        ),
        (true, false) => (
            ("COMMITTED", "法定数量的验证节点已签署含本事件的账本状态；无受信任的时间戳"),
            "a quorum signed the state that holds the event; no trusted time-stamp",
        ),
        _ => (("UNVERIFIED", "检查未全部通过，见完整报告"), "not all checks held, see the full report"),
    };
    (zh.0.to_owned(), l.text(format!("{}：{}", zh.0, zh.1), format!("{}: {en}", zh.0)))
}

/// What the page says and what it does not; it claims nothing when a check failed.
fn caution(s: &Source<'_>) -> String {
    let held = state(s).0 != "UNVERIFIED";
    let (zh, en) = if held {
        ("本页说明数据已入账且未被改动", "This page says that data were committed and did not change")
    } else {
        (
            "检查未全部通过，本页不能说明数据已入账",
            "Not all checks held: this page does not say that data were committed",
        )
    };
    s.l.text(
        format!("{zh}；不说明签名由何人书写，也不是司法鉴定意见。书写数据的统计陈述见完整报告第5章。"),
        format!(
            "{en}. It does not say who wrote the signature and is not an expert opinion. Statistics of the writing: \
             chapter 5 of the full report."
        ),
    )
}

fn check(s: &Source<'_>) -> String {
    let file = format!("{}.{}.evidence.zip", s.facts.id, s.facts.variant.as_str());
    s.l.text(
        format!("离线核验：用浏览器打开证据包 {file} 中的 verify.html 并拖入该文件，或运行 chirograph verify {file}。完整报告：包内 data/report.zh.pdf，复核步骤见其第8章。"),
        format!("Check offline: open verify.html of the package {file} in a browser and drop the file on it, or run chirograph verify {file}. Full report: data/report.en.pdf in the package; chapter 8 says how to check by hand."),
    )
}

/// As much as fits in a cell.
fn cut(text: &str) -> String {
    cut_at(text, TEXT_MAX)
}

fn cut_at(text: &str, max: usize) -> String {
    if text.chars().count() <= max { text.to_owned() } else { text.chars().take(max).chain(['…']).collect() }
}

/// The first two and last two characters: enough for who knows the id, too little for who does not.
fn masked(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    if all.len() <= 4 {
        return "*".repeat(all.len());
    }
    let (begin, end): (String, String) = (all[..2].iter().collect(), all[all.len() - 2..].iter().collect());
    format!("{begin}****{end}")
}

//! Chapter 4, part B: what happened before the chain. Nearly all of it is the capture side's claim, and is called so.

use super::Source;
use crate::block::{Block, Table, heading, notice, paragraph};
use crate::calendar::time;
use crate::facts::{Device, Recording, Voucher};
use crate::stamping::{accuracy, claimed, standing};
use crate::text::Text;
use crate::words::{DIGITISERS, FLAGS, MANNERS, word};

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let mut blocks = vec![
        heading("4", l.of("B部分：上链之前", "Part B: before the chain")),
        notice(l.of(
            "上链不能使上链之前的内容变得可信。本部分所列的设备、软件、时钟、意愿均为采集端的声明，除注明由验证节点测定者外，须结合其他证据\
             审查（对应《人民法院在线诉讼规则》第十八条所列因素）。",
            "A chain makes nothing true that was not true before. Device, software, clocks and intent below are claims of the \
             capture side, unless a line says that validators measured them; they are to be judged with other evidence (the \
             factors of Art. 18 of the Online Litigation Rules).",
        )),
        heading("4.1", l.of("采集设备与等级", "Capture device and grade")),
    ];
    blocks.extend(grade(&s));
    let recording = s.facts.writing.questioned.as_ref();
    blocks.extend(recording.map(|r| device(&s, r).into()));
    blocks.push(heading("4.2", l.of("软件与环境", "Software and surroundings")));
    blocks.push(recording.map_or_else(|| absent(&s), |r| surroundings(&s, r).into()));
    blocks.push(heading("4.3", l.of("时钟", "Clocks")));
    blocks.push(clocks(&s).into());
    blocks.push(heading("4.4", l.of("身份、意愿与佐证", "Identity, intent and corroboration")));
    blocks.extend(super::will::blocks(&s));
    blocks
}

fn absent(s: &Source<'_>) -> Block {
    paragraph(s.l.of(
        "笔迹数据包不在本版本中；完整版须先在账本上载明查阅机构及其所述依据。",
        "The stroke packet is not in this variant; for a full one an access is recorded first, with who reads and the authority that it states.",
    ))
}

fn grade(s: &Source<'_>) -> Vec<Block> {
    let l = s.l;
    let Some(appraisal) = &s.facts.appraisal else {
        return vec![paragraph(l.of("本事件不含手写笔迹。", "No handwriting is involved."))];
    };
    let mut table = Table::pairs();
    table.pair(
        l.of("检验可用性等级（验证节点测定）", "Forensic grade (measured by validators)"),
        Text::strong(appraisal.grade.as_str()),
    );
    table.pair(
        l.of("等级含义", "What grades mean"),
        l.of(
            "A：≥200 Hz、≥1024级笔压、记录空中移动、数据包经签名、缺失<1%；B：≥100 Hz且有笔压；C：≥60 Hz；D：不适于动态检验。",
            "A: ≥ 200 Hz, ≥ 1024 levels of pressure, movement in the air, packet signed, < 1 % lost; B: ≥ 100 Hz with pressure; C: ≥ 60 Hz; D: not suitable for dynamic examination.",
        ),
    );
    let flags: Vec<String> = appraisal.flags.iter().map(|flag| format!("{flag}: {}", word(flag, FLAGS, l))).collect();
    let none = l.of("无", "none").to_owned();
    table.pair(
        l.of("提示（验证节点测定）", "Flags (measured by validators)"),
        if flags.is_empty() { none } else { flags.join(l.of("；", "; ")) },
    );
    table.pair(
        l.of("重放检查", "Replays"),
        l.text(
            format!("入账前与该签名人以前的{}个数据包比较；同一采样序列在账本中只能出现一次。此类检查的错误率见5.6。", appraisal.seen),
            format!("before it was committed it was held against {} earlier packets of this signer; the ledger takes the same samples once only. How often such checks err stands in 5.6.", appraisal.seen),
        ),
    );
    vec![table.into()]
}

fn device(s: &Source<'_>, recording: &Recording) -> Table {
    let (l, d) = (s.l, &recording.device);
    let mut table = Table::pairs();
    table.pair(
        l.of("设备（声明）", "Device (claimed)"),
        format!("{} {} {}", s.declared(&d.maker), s.declared(&d.model), d.serial),
    );
    table.pair(l.of("传感方式（声明）", "Sensing (claimed)"), word(&d.kind, DIGITISERS, l));
    table.pair(l.of("坐标单位（声明）", "Unit of coordinates (claimed)"), unit(s, d));
    let levels =
        if d.pressure_levels == 0 { l.of("不感应", "not sensed").to_owned() } else { d.pressure_levels.to_string() };
    table.pair(l.of("笔压级数（声明）", "Levels of pressure (claimed)"), levels);
    let nominal = if d.rate_mhz == 0 { s.unknown() } else { hertz(d.rate_mhz) };
    let measured = recording.rate_mhz.map_or_else(|| s.unknown(), hertz);
    table.pair(l.of("采样率：标称 / 实测", "Rate: nominal / measured"), format!("{nominal} / {measured}"));
    let lost = recording.lost_permille.map_or_else(|| s.unknown(), |p| format!("{}.{} %", p / 10, p % 10));
    table.pair(l.of("落笔采样缺失（实测）", "Reports missing, pen down (measured)"), lost);
    table.pair(
        l.of("采样点 / 笔画 / 时长", "Samples / strokes / duration"),
        format!("{} / {} / {} ms", recording.samples, recording.strokes, recording.duration_ms),
    );
    let hover = format!("{} / {}", s.yes_no(d.hover), s.yes_no(d.tilt));
    table.pair(l.of("记录空中移动 / 倾角", "Movement in the air / tilt"), hover);
    table.pair(l.of("对数据包的签名", "Signature over the packet"), attestation(s, recording));
    table
}

fn unit(s: &Source<'_>, d: &Device) -> String {
    match d.nm_per_unit {
        0 => s.unknown(),
        nm => format!("{nm} nm (±{}.{} %)", d.scale_uncertainty_permille / 10, d.scale_uncertainty_permille % 10),
    }
}

fn attestation(s: &Source<'_>, recording: &Recording) -> Text {
    match &recording.attestation {
        None => Text::plain(s.l.of("无", "no")),
        Some(a) if a.holds => {
            let text = Text::plain(s.l.of("成立，密钥 ", "holds, key ")).then(Text::mono(a.key.as_str()));
            let own = s.l.of("（即提交交易的密钥，不是设备的密钥）", " (the key that submitted it, not a device's)");
            if s.facts.voucher() == Voucher::Submitter { text.then(own) } else { text }
        }
        Some(a) => Text::strong(s.l.of("不成立，密钥 ", "does not hold, key ")).then(Text::mono(a.key.as_str())),
    }
}

fn hertz(millihertz: u32) -> String {
    format!("{}.{} Hz", millihertz / 1000, millihertz % 1000 / 100)
}

fn surroundings(s: &Source<'_>, recording: &Recording) -> Table {
    let (l, d, c) = (s.l, &recording.device, &recording.surroundings);
    let mut table = Table::pairs();
    table.pair(l.of("系统与驱动（声明）", "System and driver (claimed)"), s.declared(&d.system));
    table.pair(l.of("应用程序（声明）", "Application (claimed)"), s.declared(&d.app));
    table.pair(
        l.of("书写工具 / 姿势（声明）", "Instrument / posture (claimed)"),
        format!("{} / {}", word(&c.instrument, MANNERS, l), word(&c.posture, MANNERS, l)),
    );
    let attempts = if c.attempts == 0 { s.unknown() } else { c.attempts.to_string() };
    table.pair(l.of("第几次书写 / 清除的次数", "Attempt / cleared attempts"), format!("{attempts} / {}", c.discarded));
    table.pair(l.of("要求附写的内容", "Prompt to be written"), s.declared(&c.prompt));
    table.pair(
        l.of("提示到落笔 / 到确认", "Prompt to pen / to confirmation"),
        format!("{} ms / {} ms", c.prompt_to_pen_ms, c.total_ms),
    );
    let shown = c.shown.as_ref().map_or_else(|| Text::plain(s.declared("")), |digest| Text::mono(digest.as_str()));
    table.pair(l.of("屏幕所示文件图像的摘要", "Digest of the document as shown"), shown);
    table.pair(l.of("地点（声明，约一公里）", "Place (claimed, to about 1 km)"), place(s, recording));
    table.pair(l.of("签署意图（声明）", "Intent (claimed)"), s.declared(&recording.intent));
    table
}

fn place(s: &Source<'_>, recording: &Recording) -> String {
    let degrees =
        |c: i32| format!("{}{}.{:02}°", if c < 0 { "-" } else { "" }, c.unsigned_abs() / 100, c.unsigned_abs() % 100);
    recording.surroundings.place.as_ref().map_or_else(
        || s.declared(""),
        |p| {
            s.l.text(
                format!("北纬{}，东经{}", degrees(p.latitude_cdeg), degrees(p.longitude_cdeg)),
                format!("{} N, {} E", degrees(p.latitude_cdeg), degrees(p.longitude_cdeg)),
            )
        },
    )
}

fn clocks(s: &Source<'_>) -> Table {
    let (l, f) = (s.l, s.facts);
    let mut table =
        Table::new(&[0.27, 0.35, 0.38], &[l.of("时钟", "Clock"), l.of("时间", "Time"), l.of("性质", "What it is")]);
    let device = f.writing.questioned.as_ref().and_then(|r| r.surroundings.device_time_ms);
    table.row([
        l.of("采集设备", "Capture device").into(),
        s.time(device).into(),
        l.of("声明，未经证实", "a claim, not confirmed").into(),
    ]);
    if let Some(nonce) = &f.event.nonce {
        let what =
            l.text(format!("所引用区块（高度{}）", nonce.height), format!("Block named (height {})", nonce.height));
        table.row([
            what.into(),
            s.time(nonce.time_ms).into(),
            l.of(
                "数据包与交易在此之后签名（含其摘要）；笔迹本身可能更早",
                "packet and transaction were signed later: they hold its digest; the strokes may be older",
            )
            .into(),
        ]);
    }
    table.row([
        l.of("本事件的区块", "Block of the event").into(),
        time(f.event.time_ms).into(),
        l.of("验证节点时钟", "validators' clocks").into(),
    ]);
    for stamp in &f.stamps {
        let what = l.of("时间戳机构：", "time-stamp authority: ").to_owned() + &standing(f, stamp, l);
        let said = format!("{}{}{}", claimed(stamp), l.of("；精度", "; accuracy "), accuracy(stamp, l));
        table.row([stamp.authority.as_str().into(), said.into(), what.into()]);
    }
    table
}

//! What every report must hold: the same bytes again, the same sections in both languages, the sentences that must be there,
//! nothing that must never be said, everything within the margins, whatever the facts are.
#![allow(clippy::unwrap_used)]

#[path = "../examples/sample/specimen.rs"]
mod specimen;

use models::Sample;
use models::packet::StrokePacket;
use proto::flags::FLAGS_ATTACK;
use report::answer::{Verdict, answers};
use report::mark::Mark;
use report::part::Role;
use report::sheet::{self, Sheet};
use report::typeface::Typefaces;
use report::{Drawings, Facts, Language, Variant, document};
use specimen::Specimen;
use std::sync::LazyLock;

static SPECIMEN: LazyLock<Specimen> = LazyLock::new(|| Specimen::new(false));
const VARIANTS: [Variant; 3] = [Variant::Full, Variant::Party, Variant::Public];

fn sheets(facts: &Facts, drawings: Drawings<'_>, language: Language) -> Vec<Sheet> {
    document::sheets(facts, drawings, (language, &Typefaces::new()))
}

/// The printed text. Pieces of a line follow one another; lines are not separated, so that a sentence can be looked for.
fn text(sheets: &[Sheet]) -> String {
    let words = |mark: &Mark| if let Mark::Text(words) = mark { Some(words.text.clone()) } else { None };
    sheets.iter().flat_map(|sheet| sheet.marks.iter().filter_map(words)).collect()
}

fn tight(text: &str) -> String {
    text.replace(' ', "")
}

/// The appraisal as if no flag forbade words.
fn stated(mut facts: Facts, llr: i32) -> Facts {
    let appraisal = facts.appraisal.as_mut().unwrap();
    (appraisal.flag_bits, appraisal.llr, appraisal.llr_random) = (0, Some(llr), Some(llr / 2));
    appraisal.flags.clear();
    facts
}

/// Every kind of report that there is.
fn all() -> Vec<(String, Vec<Sheet>, Language)> {
    let mut all = Vec::new();
    for language in Language::ALL {
        for variant in VARIANTS {
            let (facts, drawings) = (SPECIMEN.facts(variant), SPECIMEN.drawings(variant));
            all.push((format!("{variant:?}"), sheets(&facts, drawings, language), language));
            for llr in [-1976, -700, 100, 500, 1500, 1976] {
                let facts = stated(facts.clone(), llr);
                all.push((format!("{variant:?} {llr}"), sheets(&facts, drawings, language), language));
            }
            let page = report::certificate::sheet(&facts, drawings, (language, &Typefaces::new()));
            all.push((format!("{variant:?} page"), vec![page], language));
        }
    }
    all
}

#[test]
fn the_specimen_is_sound() {
    let outcomes: Vec<_> = SPECIMEN.checks.iter().map(|c| (c.code, c.outcome)).collect();
    let bad: Vec<_> = outcomes.iter().filter(|(_, o)| *o != proto::Outcome::Valid).map(|(code, _)| *code).collect();
    assert_eq!(bad, ["QUORUM_INDEPENDENT"]);
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let (facts, drawings) = (SPECIMEN.facts(Variant::Full), SPECIMEN.drawings(Variant::Full));
    let again = Facts::from_json(&facts.to_json()).unwrap();
    assert_eq!(again, facts);
    for language in Language::ALL {
        let report = report::render(&facts, drawings, language);
        assert!(report.starts_with(b"%PDF-1.7"));
        assert_eq!(report, report::render(&again, drawings, language));
        assert_eq!(report::page(&facts, drawings, language), report::page(&again, drawings, language));
    }
}

#[test]
fn both_languages_have_the_same_sections() {
    let numbers = |sheets: &[Sheet]| -> Vec<String> {
        let headings = sheets.iter().flat_map(|s| &s.headings);
        headings.map(|(title, ..)| title.split(' ').next().unwrap().to_owned()).collect()
    };
    let mut first = None;
    for variant in VARIANTS {
        for language in Language::ALL {
            let found = numbers(&sheets(&SPECIMEN.facts(variant), SPECIMEN.drawings(variant), language));
            assert_eq!(first.get_or_insert(found.clone()), &found, "{variant:?} {language:?}");
        }
    }
    assert!(first.unwrap().len() > 30);
}

/// Words that would decide who wrote, or claim more than was measured.
const NEVER: [(Language, &[&str]); 2] = [
    (
        Language::Zh,
        &[
            "系本人",
            "非本人",
            "本人所签",
            "本人所写",
            "本人签署",
            "不是本人",
            "确系",
            "认定为",
            "确认为",
            "伪造",
            "真迹",
            "假冒",
            "同一人所写",
            "排除他人",
            "由此可见签名人",
            "证明签名人",
            "证明了身份",
        ],
    ),
    (
        Language::En,
        &[
            "is the writer",
            "is not the writer",
            "is genuine",
            "is forged",
            "forgery",
            "forger",
            "authentic signature",
            "proves that the signer",
            "proves who",
            "was written by the",
            "is his signature",
            "is her signature",
            "identity is confirmed",
            "identity is proven",
            "beyond doubt",
            "certainly",
        ],
    ),
];

#[test]
fn nobody_is_called_the_writer_and_nothing_decides() {
    for (name, sheets, language) in all() {
        let printed = text(&sheets).to_lowercase();
        for (_, never) in NEVER.iter().filter(|(l, _)| *l == language) {
            for words in *never {
                assert!(!tight(&printed).contains(&tight(words)), "{name} {language:?}: {words}");
            }
        }
    }
}

#[test]
fn what_must_be_said_is_said() {
    let zh = [
        "不是司法鉴定意见",
        "不认定签名由何人书写",
        "未涵盖签名人伪装本人笔迹的情形",
        "仅摘要模式：节点没有见过文件",
        "数据未被改动，不说明签名由何人书写",
        "A部分的检查结果在此不起任何作用",
        "上链不能使上链之前的内容变得可信",
        "openssl dgst -sm3 data/event.bin",
        "《人民法院在线诉讼规则》（2021）第十六条",
        "以正式公布的文本为准",
    ];
    let en = [
        "not an expert opinion",
        "does not determine who wrote the signature",
        "disguised the own handwriting is not covered",
        "the node has not seen the document",
        "that data did not change says nothing about who wrote",
        "Nothing of part A enters here",
        "A chain makes nothing true that was not true before",
        "openssl dgst -sm3 data/event.bin",
        "Online Litigation Rules of the People's Courts (2021), Art. 16",
        "the official texts govern",
    ];
    for variant in VARIANTS {
        let facts = SPECIMEN.facts(variant);
        for (language, sentences) in [(Language::Zh, zh), (Language::En, en)] {
            let printed = tight(&text(&sheets(&facts, SPECIMEN.drawings(variant), language)));
            for sentence in sentences.iter().copied().chain([facts.event.hash.as_str(), facts.id.as_str()]) {
                assert!(printed.contains(&tight(sentence)), "{variant:?} {language:?}: {sentence}");
            }
            assert!(!printed.contains("U+"), "every character of our own text is in the fonts");
        }
    }
}

#[test]
fn a_ratio_is_stated_with_its_words_and_its_limit() {
    let facts = SPECIMEN.facts(Variant::Full);
    let explanation = facts.writing.explanation.as_ref().unwrap();
    let limit = facts.model.as_ref().unwrap().limit(explanation.references, explanation.pressure).unwrap().llr;
    let strong = stated(facts, limit);
    let printed = |language| tight(&text(&sheets(&strong, Drawings::none(), language)));
    assert!(printed(Language::En).contains(&tight("provide moderate support for H1, that the enrolled signer wrote")));
    let at_limit = format!("limited to ±{}.{:03}: the calibration data supports no more", limit / 1000, limit % 1000);
    assert!(printed(Language::En).contains(&tight(&at_limit)));
    assert!(printed(Language::Zh).contains("检验所见对H1（检材签名由已登记的签名人书写）提供中等程度的支持"));
    let against = stated(SPECIMEN.facts(Variant::Full), -700);
    let printed = tight(&text(&sheets(&against, Drawings::none(), Language::En)));
    assert!(printed.contains(&tight("provide weak support for H2a, that somebody else, who had practised it")));
}

fn verdicts(facts: &Facts) -> [Verdict; 9] {
    answers(facts, Language::En).map(|answer| answer.verdict)
}

#[test]
fn data_lend_no_weight_to_the_writing_nor_the_writing_to_data() {
    let facts = stated(SPECIMEN.facts(Variant::Full), 1500);
    let before = verdicts(&facts);
    assert_eq!(before[7], Verdict::Yes);
    let mut broken = facts.clone();
    broken.checks.iter_mut().for_each(|check| check.outcome = "INVALID".to_owned());
    let after = verdicts(&broken);
    assert_eq!(after[7], before[7]);
    assert!([0, 1, 2, 4, 5].into_iter().all(|i| after[i] == Verdict::No), "{after:?}");
    let (question, other) = (answers(&facts, Language::Zh)[7].clone(), answers(&broken, Language::Zh)[7].clone());
    assert_eq!(question, other);
    let against = verdicts(&stated(facts, -1500));
    assert_eq!(against[7], Verdict::No);
    assert!([0, 1, 2, 3, 4, 5, 8].into_iter().all(|i| against[i] == before[i]));
}

#[test]
fn what_is_missing_is_not_a_yes() {
    let mut facts = SPECIMEN.facts(Variant::Public);
    facts.checks.clear();
    facts.matter = None;
    facts.appraisal = None;
    facts.event.nonce = None;
    assert!(verdicts(&facts).iter().all(|v| *v == Verdict::Unknown), "{:?}", verdicts(&facts));
    let mut attacked = SPECIMEN.facts(Variant::Full);
    attacked.appraisal.as_mut().unwrap().flag_bits |= FLAGS_ATTACK;
    assert_eq!((verdicts(&attacked)[6], verdicts(&attacked)[7]), (Verdict::No, Verdict::Unknown));
}

/// As if the key that submitted the transaction had signed the packet, as an importing program does.
fn signed_by_the_submitter(mut facts: Facts) -> Facts {
    facts.writing.questioned.as_mut().unwrap().attestation.as_mut().unwrap().key = facts.event.key.clone();
    facts
}

/// A packet is bound by whoever submits it: its signature says nothing about when, and on what, the strokes were written.
#[test]
fn a_submitters_signature_dates_no_strokes_and_vouches_for_no_device() {
    let facts = stated(SPECIMEN.facts(Variant::Full), 1500);
    let asked = |facts: &Facts| [verdicts(facts)[3], verdicts(facts)[6]];
    assert_eq!(asked(&facts), [Verdict::Yes, Verdict::Yes]);
    let own = signed_by_the_submitter(facts.clone());
    assert_eq!(asked(&own), [Verdict::Unknown, Verdict::Unknown]);
    let printed = tight(&text(&sheets(&own, Drawings::none(), Language::En)));
    for sentence in
        ["But the strokes in it may be older", "signed with the key that submitted it", "the strokes may be older"]
    {
        assert!(printed.contains(&tight(sentence)), "{sentence}");
    }
    let mut unsigned = facts.clone();
    unsigned.writing.questioned.as_mut().unwrap().attestation.as_mut().unwrap().holds = false;
    assert_eq!(asked(&unsigned), [Verdict::Unknown, Verdict::Unknown]);
    let mut imported = facts.clone();
    imported.writing.questioned.as_mut().unwrap().device.app = "SVC2004 task 2".to_owned();
    assert_eq!(asked(&imported), [Verdict::Yes, Verdict::Unknown]);
    let mut absent = facts;
    absent.writing.questioned = None;
    assert_eq!(asked(&absent), [Verdict::Unknown, Verdict::Unknown]);
}

#[test]
fn a_full_report_without_the_references_says_so_on_its_cover() {
    let mut facts = SPECIMEN.facts(Variant::Full);
    assert!(!facts.lacks_references());
    facts.writing.references.clear();
    facts.writing.explanation = None;
    for (language, words) in [(Language::En, "WITHOUT the references"), (Language::Zh, "缺少本次签名所比对的参考签名")]
    {
        let cover = sheets(&facts, Drawings::none(), language).swap_remove(0);
        assert!(tight(&text(&[cover])).contains(&tight(words)), "{language:?}");
    }
    assert!(!SPECIMEN.facts(Variant::Party).lacks_references(), "a party's package has none");
}

#[test]
fn how_old_the_references_were_is_told_or_that_it_is_not_known() {
    for variant in VARIANTS {
        let mut facts = SPECIMEN.facts(variant);
        let printed = |facts: &Facts, language| tight(&text(&sheets(facts, Drawings::none(), language)));
        assert!(printed(&facts, Language::En).contains(&tight("412 days before this signing")), "{variant:?}");
        assert!(printed(&facts, Language::Zh).contains("早于本次签署412天"), "{variant:?}");
        facts.enrolment = None;
        assert!(printed(&facts, Language::En).contains(&tight("not known: it is not in the package")), "{variant:?}");
        facts.appraisal.as_mut().unwrap().template = None;
        assert!(
            !printed(&facts, Language::En).contains(&tight("Enrolment of the references")),
            "compared with nothing"
        );
    }
}

#[test]
fn a_certificate_of_demonstration_data_is_no_evidence_and_says_so() {
    let printed = |facts: &Facts, language| {
        tight(&text(&[report::certificate::sheet(facts, Drawings::none(), (language, &Typefaces::new()))]))
    };
    let facts = SPECIMEN.facts(Variant::Full);
    for (language, words) in [(Language::En, "unfit as evidence"), (Language::Zh, "不宜作为证据")] {
        assert!(printed(&facts, language).contains(&tight(words)), "{language:?}");
        let mut real = stated(facts.clone(), 1500);
        assert!(printed(&real, language).contains(&tight(words)), "a network that takes such data, {language:?}");
        real.network.allow_synthetic = false;
        assert!(!printed(&real, language).contains(&tight(words)), "{language:?}");
    }
    assert!(printed(&facts, Language::En).contains("DEMONSTRATION"));
    let mut uncompared = facts;
    let appraisal = uncompared.appraisal.as_mut().unwrap();
    (appraisal.template, appraisal.llr, appraisal.band) = (None, None, "uncompared".to_owned());
    assert!(printed(&uncompared, Language::En).contains(&tight("no: none was enrolled")));
}

#[test]
fn the_rates_of_attack_checks_and_of_this_condition_are_printed() {
    let facts = SPECIMEN.facts(Variant::Full);
    let full = tight(&text(&sheets(&facts, Drawings::none(), Language::En)));
    assert!(full.contains(&tight("● task 2 (with pressure), 5 references")), "the row of this condition");
    assert!(full.contains("APCER") && full.contains("BPCER"));
    let cell = facts.model.as_ref().unwrap().attacks.iter().find(|row| row[0].starts_with("cropped")).unwrap();
    assert!(full.contains(&tight(&cell[2])));
    let public = sheets(&SPECIMEN.facts(Variant::Public), Drawings::none(), Language::En);
    assert!(tight(&text(&public)).contains(&tight("cannot be said which row")));
}

/// Left, top, right and bottom of everything.
fn extent(sheet: &Sheet, faces: &Typefaces) -> (f32, f32, f32, f32) {
    let mut all = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    let mut see = |x: f32, y: f32| all = (all.0.min(x), all.1.min(y), all.2.max(x), all.3.max(y));
    for mark in &sheet.marks {
        match mark {
            Mark::Text(w) => {
                see(w.at.0, w.at.1);
                see(w.at.0 + faces.width(w.face, &w.text) * w.size, w.at.1);
            }
            Mark::Line { points, .. } => points.iter().for_each(|p| see(p.0, p.1)),
            Mark::Area { corners, .. } => corners.iter().for_each(|p| see(p.0, p.1)),
            Mark::Disc { at, radius, .. } => {
                see(at.0 - radius, at.1 - radius);
                see(at.0 + radius, at.1 + radius);
            }
        }
    }
    all
}

fn within_margins(name: &str, sheets: &[Sheet]) {
    let faces = Typefaces::new();
    for (number, sheet) in sheets.iter().enumerate() {
        let (left, top, right, bottom) = extent(sheet, &faces);
        let held = left >= sheet::LEFT - 0.1 && right <= sheet::RIGHT + 0.1;
        assert!(held, "{name}, sheet {number}: {left} to {right}");
        assert!(top >= 36.0 && bottom <= sheet::HEIGHT - 36.0, "{name}, sheet {number}: {top} to {bottom}");
    }
}

#[test]
fn everything_is_within_the_margins() {
    for (name, sheets, _) in all() {
        within_margins(&name, &sheets);
    }
}

/// Every text as long and as strange as it gets.
fn hostile() -> Facts {
    let mut facts = SPECIMEN.facts(Variant::Full);
    let evil = "龘\u{202e}<script>'; ‖ 很长的名字 W".repeat(6);
    let wide = "W".repeat(200);
    for text in [&mut facts.id, &mut facts.network.name, &mut facts.event.organisation, &mut facts.event.kind] {
        *text = evil.clone();
    }
    facts.network.chain = wide.clone();
    facts.event.hash = wide.clone();
    facts.checkpoint.header = wide.clone();
    facts.event.signer = Some(evil.clone());
    facts.event.statement = Some(wide.clone());
    facts.event.time_ms = u64::MAX;
    facts.checkpoint.time_ms = u64::MAX;
    let matter = facts.matter.as_mut().unwrap();
    (matter.name, matter.omitted) = (wide.clone(), u64::MAX);
    matter.steps.iter_mut().for_each(|s| (s.kind, s.statement) = (evil.clone(), Some(wide.clone())));
    let vote = facts.votes[0].clone();
    facts.votes = vec![vote; 64];
    facts.votes.iter_mut().enumerate().for_each(|(i, v)| v.organisation = format!("{i}{evil}"));
    facts.checks.iter_mut().for_each(|c| (c.code, c.detail) = (wide.clone(), evil.clone()));
    let appraisal = facts.appraisal.as_mut().unwrap();
    (appraisal.grade, appraisal.band) = (evil.clone(), wide.clone());
    (appraisal.llr, appraisal.llr_random, appraisal.flag_bits) = (Some(i32::MIN), Some(i32::MAX), u32::MAX);
    appraisal.flags = vec![evil.clone(); 40];
    let recording = facts.writing.questioned.as_mut().unwrap();
    (recording.device.maker, recording.intent) = (evil.clone(), wide.clone());
    recording.device.rate_mhz = u32::MAX;
    let stroke = facts.writing.strokes[0].clone();
    facts.writing.strokes = vec![stroke; 100];
    let explanation = facts.writing.explanation.as_mut().unwrap();
    let stretch = report::facts::Stretch {
        from_ms: 0,
        to_ms: u32::MAX,
        aspect: "speed".to_owned(),
        direction: evil.clone(),
        deviation_milli: u32::MAX,
    };
    explanation.stretches = vec![stretch; 100];
    explanation.whole.iter_mut().for_each(|w| w.deviations_milli = i32::MIN);
    facts
}

/// A packet whose samples jump over the whole range of coordinates, in a hundred strokes.
fn jumping() -> StrokePacket {
    let mut packet = SPECIMEN.questioned.clone();
    let sample = |i: usize, s: Sample| Sample {
        x: if i.is_multiple_of(3) { i32::MIN } else { i32::MAX },
        y: if i.is_multiple_of(2) { i32::MAX } else { i32::MIN },
        pen: if i % 4 == 3 { models::packet::PenState::UP } else { models::packet::PenState::DOWN },
        ..s
    };
    let one = packet.samples[0];
    packet.samples = (0..400).map(|i| sample(i, Sample { t_us: i as u32 * 10_000, ..one })).collect();
    packet
}

#[test]
fn hostile_facts_stay_within_the_margins_and_are_printed() {
    let (facts, packet) = (hostile(), jumping());
    let drawings = Drawings { questioned: Some(&packet), references: &SPECIMEN.references };
    for language in Language::ALL {
        within_margins("hostile", &sheets(&facts, drawings, language));
        assert!(report::render(&facts, drawings, language).starts_with(b"%PDF"));
        assert!(report::page(&facts, drawings, language).starts_with(b"%PDF"));
        let page = report::certificate::sheet(&facts, drawings, (language, &Typefaces::new()));
        within_margins("hostile page", &[page]);
        let printed = text(&sheets(&facts, drawings, language));
        assert!(printed.contains("[U+202E]") && !printed.contains('\u{202e}'));
    }
}

#[test]
fn odd_packets_are_drawn_or_left_out() {
    let facts = SPECIMEN.facts(Variant::Full);
    let mut one = SPECIMEN.questioned.clone();
    one.samples.truncate(1);
    let mut none = one.clone();
    none.samples.clear();
    let mut still = SPECIMEN.questioned.clone();
    still.samples.iter_mut().for_each(|s| (s.x, s.y) = (5, 5));
    still.device.nm_per_unit = 0;
    for packet in [&one, &none, &still, &jumping()] {
        let drawings = Drawings { questioned: Some(packet), references: std::slice::from_ref(packet) };
        let figures = report::figures(&facts, drawings, Language::En);
        assert!(figures.len() >= 2);
        assert!(report::render(&facts, drawings, Language::En).starts_with(b"%PDF"));
    }
}

#[test]
fn the_certificate_is_one_sheet_that_names_its_parts() {
    for variant in VARIANTS {
        let facts = SPECIMEN.facts(variant);
        let page = report::certificate::sheet(&facts, SPECIMEN.drawings(variant), (Language::Zh, &Typefaces::new()));
        let printed = tight(&text(&[page]));
        for part in [
            &facts.id,
            &facts.event.hash,
            &facts.document.as_ref().unwrap().digest,
            "COMMITTED",
            "不是司法鉴定意见",
            "sy****21",
        ] {
            assert!(printed.contains(part), "{variant:?}: {part}");
        }
        assert!(!printed.contains("synthetic-21"), "the signer's id is masked");
        let mut broken = facts;
        broken.checks.iter_mut().for_each(|check| check.outcome = "INVALID".to_owned());
        let page = report::certificate::sheet(&broken, Drawings::none(), (Language::Zh, &Typefaces::new()));
        let printed = tight(&text(&[page]));
        assert!(printed.contains("UNVERIFIED") && !printed.contains("本页说明数据已入账"));
    }
}

#[test]
fn a_trusted_token_a_read_and_a_fault_are_told() {
    let mut facts = SPECIMEN.facts(Variant::Full);
    facts.stamps = vec![report::facts::Stamp {
        authority: "国家授时中心".to_owned(),
        time_ms: 1_795_142_700_000,
        accuracy_ms: Some(500),
        resolution_ms: 1,
        header_time_ms: Some(facts.checkpoint.time_ms),
        serial: "0a".to_owned(),
        imprint: String::new(),
        algorithm: "sha256".to_owned(),
        token: "VALID".to_owned(),
        chain: "VALID".to_owned(),
    }];
    let ground = answers(&facts, Language::Zh)[2].ground.clone();
    assert!(ground.contains("国家授时中心") && ground.contains("证书链在签发时有效"), "{ground}");
    facts.accesses = vec![report::facts::Access {
        seq: 9,
        height: 60,
        time_ms: 1_795_150_000_000,
        organisation: "互联网法院".to_owned(),
        role: Some("court".to_owned()),
        purpose: "（2026）民初418号".to_owned(),
        authority: "（2026）民初418号".to_owned(),
        packet: facts.event.packets[0].clone(),
    }];
    facts.faults = vec![report::facts::Fault {
        seq: 7,
        organisation: "市档案馆".to_owned(),
        key: "ab".repeat(32),
        contradiction: "conflicting notarize".to_owned(),
    }];
    let printed = text(&sheets(&facts, Drawings::none(), Language::Zh));
    assert_eq!(printed.matches("（2026）民初418号").count(), 2, "on the cover and in 7.2, once in each");
    assert!(printed.contains("conflicting notarize") && printed.contains("±500 ms"));
    let page = report::certificate::sheet(&facts, Drawings::none(), (Language::Zh, &Typefaces::new()));
    assert!(text(&[page]).contains("TIMESTAMPED"));
}

#[test]
fn the_code_holds_no_personal_data() {
    let facts = SPECIMEN.facts(Variant::Full);
    let content = report::code::content(&facts);
    assert_eq!(content, format!("evid://{}/{}/{}", facts.id, facts.checkpoint.height, facts.checkpoint.header));
    assert!(!content.contains(facts.event.signer.as_deref().unwrap()));
}

#[test]
fn drawings_are_made_of_what_may_be_shown() {
    let facts = SPECIMEN.facts(Variant::Full);
    let names = |variant| -> Vec<&str> {
        report::figures(&facts, SPECIMEN.drawings(variant), Language::Zh).iter().map(|f| f.name).collect()
    };
    assert_eq!(names(Variant::Full), ["strokes", "overlay", "speed", "pressure", "x", "y"]);
    assert_eq!(names(Variant::Party), ["strokes", "speed", "pressure", "x", "y"]);
    assert!(names(Variant::Public).is_empty());
    for figure in report::figures(&facts, SPECIMEN.drawings(Variant::Full), Language::Zh) {
        let svg = figure.scene.to_svg();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"));
    }
}

#[test]
fn other_programs_can_read_the_text() {
    let folder = tempfile::tempdir().unwrap();
    for language in Language::ALL {
        let file = folder.path().join(language.short());
        let facts = SPECIMEN.facts(Variant::Full);
        std::fs::write(&file, report::render(&facts, SPECIMEN.drawings(Variant::Full), language)).unwrap();
        let Ok(out) = std::process::Command::new("pdftotext").arg(&file).arg("-").output() else {
            eprintln!("skipped: pdftotext (poppler-utils) is not installed");
            return;
        };
        let read = tight(&String::from_utf8(out.stdout).unwrap()).replace('\n', "");
        let sentence = language.of(
            "不是司法鉴定意见，不认定签名由何人书写",
            "It is not an expert opinion and does not determine who wrote the signature",
        );
        assert!(read.contains(&tight(sentence)) && read.contains(&facts.id), "{language:?}");
    }
}

#[test]
fn everything_that_is_printed_is_read_out_once_and_in_order() {
    for (what, sheets, language) in all() {
        for (number, sheet) in sheets.iter().enumerate() {
            let mut end = 0;
            for part in &sheet.parts {
                assert!(part.marks.start >= end && part.marks.end <= sheet.marks.len(), "{what}: parts cross");
                end = part.marks.end;
                if let Role::Figure(description) = &part.role {
                    assert!(!description.is_empty(), "{what}: a picture without words");
                }
            }
            // What is in no part: the running titles, and heads of tables that go on.
            let within = |i: usize| sheet.parts.iter().any(|p| p.marks.contains(&i));
            let mute =
                sheet.marks.iter().enumerate().filter(|(i, m)| matches!(m, Mark::Text(_)) && !within(*i)).count();
            assert!(mute == 3 || (number > 0 && mute < 20), "{what}, sheet {number}: {mute} texts are not read");
        }
        let headings = sheets.iter().flat_map(|s| &s.parts).filter(|p| matches!(p.role, Role::Heading(_)));
        let outlined: usize = sheets.iter().map(|s| s.headings.len()).sum();
        assert!(headings.count() >= outlined, "{what} {language:?}");
    }
}

#[test]
fn what_the_verifier_says_is_said_in_chinese() {
    for check in &SPECIMEN.checks {
        let said = report::detail::detail(&check.detail, Language::Zh);
        assert!(said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}: {said}", check.code);
    }
}

#[test]
fn a_report_says_that_it_is_tagged_and_in_which_language() {
    for (language, tag) in [(Language::Zh, "/Lang (zh-CN)"), (Language::En, "/Lang (en)")] {
        let pdf = report::render(&SPECIMEN.facts(Variant::Public), SPECIMEN.drawings(Variant::Public), language);
        let holds = |text: &str| pdf.windows(text.len()).any(|w| w == text.as_bytes());
        assert!(holds("/StructTreeRoot") && holds("/Marked true") && holds(tag), "{tag}");
    }
}

//! What a hostile reader of a report must not find: words that claim more than the package proves, and facts that are at hand and
//! not told.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../examples/sample/specimen.rs"]
mod specimen;

use proto::{Body, Event, Seq};
use report::answer::{Verdict, answers};
use report::facts::{Access, ENDS_MAX, Matter, PresentedFile, WILLS_MAX, Will};
use report::mark::Mark;
use report::sheet::Sheet;
use report::typeface::{Face, Typefaces};
use report::{Drawings, Facts, Language, Variant, certificate, document};
use specimen::Specimen;
use std::sync::LazyLock;

static SPECIMEN: LazyLock<Specimen> = LazyLock::new(|| Specimen::new(false));

fn facts() -> Facts {
    SPECIMEN.facts(Variant::Full)
}

fn words(sheets: &[Sheet], is: impl Fn(Face) -> bool) -> String {
    let words = |mark: &Mark| match mark {
        Mark::Text(words) if is(words.face) => Some(words.text.replace(' ', "")),
        _ => None,
    };
    sheets.iter().flat_map(|sheet| sheet.marks.iter().filter_map(words)).collect()
}

fn report(facts: &Facts, language: Language) -> Vec<Sheet> {
    document::sheets(facts, Drawings::none(), (language, &Typefaces::new()))
}

fn printed(facts: &Facts, language: Language) -> String {
    words(&report(facts, language), |_| true)
}

fn page(facts: &Facts, language: Language) -> String {
    words(&[certificate::sheet(facts, Drawings::none(), (language, &Typefaces::new()))], |_| true)
}

/// Whether the report says both, each in its language; blanks do not count.
fn says(facts: &Facts, zh: &str, en: &str) -> bool {
    let has = |language, text: &str| printed(facts, language).contains(&text.replace(' ', ""));
    has(Language::Zh, zh) && has(Language::En, en)
}

#[test]
fn a_quorum_is_what_is_proven_not_every_validator() {
    let facts = facts();
    assert!(says(&facts, "由达到法定数量的验证节点测定", "measured by a quorum of validators"));
    assert!(says(&facts, "达到法定数量的验证节点各自计算", "a quorum of validators computed it"));
    for never in ["每个验证节点", "everyvalidator", "Everyvalidator"] {
        assert!(!Language::ALL.iter().any(|l| printed(&facts, *l).contains(never)), "{never}");
    }
}

#[test]
fn how_many_would_have_to_sign_twice_is_the_exact_number() {
    let mut facts = facts();
    let vote = facts.votes[0].clone();
    for (n, quorum, both) in [(3, 3, 3), (4, 3, 2), (6, 5, 4), (7, 5, 3), (10, 7, 4)] {
        facts.votes = vec![vote.clone(); n];
        facts.network.quorum = quorum;
        assert_eq!(facts.in_both_quorums(), both);
        let (zh, en) = (
            format!("{n}个验证节点中至少{both}个签署了两者"),
            format!("at least {both} of the {n} validators signed both"),
        );
        assert!(says(&facts, &zh, &en), "{n}");
        let (zh, en) =
            (format!("{n}个验证节点中若有{both}个合谋"), format!("{both} of the {n} validators could, together"));
        assert!(says(&facts, &zh, &en), "{n}");
    }
    assert!(
        !printed(&facts, Language::En).contains("thanathird") && !printed(&facts, Language::Zh).contains("三分之一")
    );
}

/// A matter of `count` steps whose step `own` is the specimen's signing, with evidence of will at some.
fn long(count: u64, own: u64, wills: impl Fn(u64) -> bool) -> Matter {
    let mut file = SPECIMEN.matter.clone();
    let will = file.events[2].clone();
    assert!(matches!(&will.transaction.draft.body, Body::Record { kind, .. } if kind.as_str() == "intent.sms"));
    let signing = SPECIMEN.receipt.event.clone();
    let step = |number: u64| Event {
        seq: if number == own { signing.seq } else { Seq(1000 + number) },
        matter_seq: number,
        ..if number == own {
            signing.clone()
        } else if wills(number) {
            will.clone()
        } else {
            file.events[0].clone()
        }
    };
    let events: Vec<Event> = (1..=count).map(step).collect();
    file.proof.leaf.as_mut().unwrap().count = count;
    file.events = events;
    Matter::of(&file, &SPECIMEN.trust.chain, signing.seq).unwrap()
}

#[test]
fn a_long_matter_keeps_the_event_and_the_steps_of_its_will() {
    let mut facts = facts();
    facts.matter = Some(long(200, 125, |n| n == 90 || n == 124));
    let matter = facts.matter.as_ref().unwrap();
    let numbers: Vec<u64> = matter.steps.iter().map(|s| s.number).collect();
    let middle: Vec<u64> = numbers.iter().copied().filter(|n| (51..=150).contains(n)).collect();
    assert_eq!(middle, [90, 124, 125]);
    assert_eq!((numbers.len(), matter.omitted, matter.omitted_wills), (103, 97, 0));
    let own = matter.steps.iter().find(|s| s.number == 125).unwrap();
    assert!(matter.sum_before(own).is_some(), "its link is checked by hand");
    for (language, gaps, note) in [
        (
            Language::Zh,
            ["（此处39个步骤未列出）", "（此处33个步骤未列出）", "（此处25个步骤未列出）"],
            "共有97个步骤未列出",
        ),
        (
            Language::En,
            ["(39 steps here are not listed)", "(33 steps here", "(25 steps here"],
            "97 steps are not listed",
        ),
    ] {
        let sheets = report(&facts, language);
        let all = words(&sheets, |_| true);
        assert!(gaps.iter().all(|gap| all.contains(&gap.replace(' ', ""))), "{language:?}");
        assert_eq!(all.matches(&note.replace(' ', "")).count(), 2, "in 3.3 and in 4.4");
        let bold = words(&sheets, |face| face == Face::Bold);
        assert!(bold.contains("125") && bold.contains(&format!("#{}", facts.event.seq)), "{language:?}");
    }
}

#[test]
fn a_matter_full_of_results_stays_short_and_says_what_is_left_out() {
    let matter = long(5000, 2500, |n| n != 1);
    assert_eq!(matter.steps.len(), 2 * ENDS_MAX + WILLS_MAX + 1);
    assert_eq!(matter.steps.len() as u64 + matter.omitted, 5000);
    assert_eq!(matter.omitted_wills, matter.omitted);
    let mut facts = facts();
    facts.matter = Some(matter);
    assert!(says(&facts, "个载有意愿证据的摘要", "of them carry digests of evidence of will"));
    // A short matter is told as a whole, the event at either end too.
    for own in [1, 100] {
        let matter = long(100, own, |_| false);
        assert_eq!((matter.steps.len(), matter.omitted), (100, 0));
    }
}

fn will(facts: &Facts, passed: bool) -> Will {
    Will {
        method: "sms".to_owned(),
        provider: facts.event.organisation.clone(),
        passed,
        note: "case 4711: code wrong three times".to_owned(),
        time_ms: facts.event.time_ms - 60_000,
        seq: facts.matter.as_ref().unwrap().steps.iter().find(|s| s.will.is_some()).map(|s| s.seq),
        late: false,
    }
}

#[test]
fn a_check_of_will_that_failed_is_told_where_results_are_listed_and_on_the_certificate() {
    let mut facts = facts();
    facts.wills = vec![will(&facts, false)];
    assert!(facts.wills_withheld().is_empty());
    assert!(says(&facts, "case 4711: code wrong three times", "case 4711: code wrong three times"));
    assert!(says(&facts, "（即提交者本身）", "(the submitter itself)"));
    for (language, failed) in [(Language::Zh, "未通过"), (Language::En, "NOTpassed")] {
        assert!(words(&report(&facts, language), |face| face == Face::Bold).contains(failed), "{language:?}");
        assert!(page(&facts, language).contains(failed), "{language:?}");
    }
    facts.wills = vec![will(&facts, true)];
    assert!(!page(&facts, Language::En).contains("Checksofwill") && !page(&facts, Language::Zh).contains("意愿核验"));
    facts.wills[0].provider = "notary".to_owned();
    assert!(!printed(&facts, Language::En).contains("(thesubmitteritself)"));
}

#[test]
fn a_result_that_was_recorded_and_not_presented_is_told() {
    let facts = facts();
    let step = facts.wills_withheld()[0].clone();
    let zh = format!("其内容未出示，通过与否不明：#{}（短信验证，{}）", step.seq, step.organisation);
    let en = format!(
        "its content was not presented, and whether it was passed is not known: #{} (message, {})",
        step.seq, step.organisation
    );
    assert!(says(&facts, &zh, &en));
    assert!(page(&facts, Language::En).contains("1recorded,contentnotpresented"));
    assert!(page(&facts, Language::Zh).contains("1项结果已记录而内容未出示"));
}

#[test]
fn the_certificate_keeps_its_last_lines_whatever_must_be_told() {
    let mut facts = facts();
    facts.appraisal.as_mut().unwrap().flags = vec!["OUTSIDE_VALIDATED".to_owned(); 12];
    facts.event.organisation = "机构".repeat(32);
    facts.wills = vec![will(&facts, false); 3];
    facts.wills.iter_mut().for_each(|will| will.seq = None);
    let rogue = report::facts::Stamp {
        authority: "时间戳机构".repeat(20),
        time_ms: 1_577_934_245_000,
        accuracy_ms: None,
        resolution_ms: 1000,
        header_time_ms: Some(facts.checkpoint.time_ms),
        serial: String::new(),
        imprint: String::new(),
        algorithm: "sha256".to_owned(),
        token: "VALID".to_owned(),
        chain: "INDETERMINATE".to_owned(),
    };
    facts.stamps = vec![rogue; 3];
    for (language, last) in [(Language::En, "howtocheckbyhand."), (Language::Zh, "复核步骤见其第8章。")] {
        let page = page(&facts, language);
        assert!(page.contains(last) && page.contains(language.of("矛盾", "CONTRADICTORY")), "{language:?}: {page}");
    }
}

#[test]
fn a_file_that_was_presented_is_named_as_unsigned_and_leaves_no_size_unknown() {
    let mut facts = facts();
    assert!(says(&facts, "不知道文件的名称", "does not know its name"));
    let (name, media_type, hash) = ("合同 7.pdf".to_owned(), "application/pdf".to_owned(), "SM3".to_owned());
    facts.document.as_mut().unwrap().presented = Some(PresentedFile { name, media_type, size: 444, hash });
    assert!(says(&facts, "所出示的文件为444字节", "the file presented has 444 bytes"));
    assert!(says(&facts, "名称与类型为出示者陈述，未经任何人签名", "name and kind are its maker's word, UNSIGNED"));
    assert!(says(&facts, "无人签名，任何人均可改写", "nobody signed them, and anybody could have"));
    assert!(!printed(&facts, Language::En).contains("doesnotknowitsname"));
    assert!(!printed(&facts, Language::Zh).contains("不知道文件的名称"));
}

#[test]
fn a_weak_ratio_in_the_review_band_is_no_bare_yes() {
    let mut facts = facts();
    let appraisal = facts.appraisal.as_mut().unwrap();
    (appraisal.flag_bits, appraisal.llr, appraisal.llr_random) = (0, Some(320), Some(320));
    appraisal.flags.clear();
    for (band, zh, en) in [("review", "复核段", "band: review"), ("accept", "接受段", "band: accept")] {
        facts.appraisal.as_mut().unwrap().band = band.to_owned();
        for (language, word, degree) in [(Language::Zh, zh, "支持程度弱"), (Language::En, en, "weak support")] {
            let answer = answers(&facts, language)[7].clone();
            assert_eq!(answer.verdict, Verdict::Yes);
            assert!(answer.said.contains(degree) && answer.said.contains(word), "{}", answer.said);
            assert!(printed(&facts, language).contains(&answer.said.replace(' ', "")));
        }
    }
}

#[test]
fn what_a_reader_states_as_authority_is_quoted_as_its_own_words() {
    let mut facts = facts();
    let cover = |facts: &Facts, language| words(&report(facts, language)[..1], |_| true);
    for never in ["法院授权", "underacourt'sauthority"] {
        assert!(!Language::ALL.iter().any(|l| cover(&facts, *l).contains(never)), "{never}");
    }
    assert!(cover(&facts, Language::En).contains("norecordofanaccess"));
    facts.accesses = vec![Access {
        seq: 9,
        height: 60,
        time_ms: facts.event.time_ms + 1,
        organisation: "签署平台".to_owned(),
        role: None,
        purpose: "because we like to".to_owned(),
        authority: "because we like to".to_owned(),
        packet: String::new(),
    }];
    assert!(
        cover(&facts, Language::En).contains("\"签署平台\"stated:\"becausewelike"),
        "{}",
        cover(&facts, Language::En)
    );
    assert!(cover(&facts, Language::En).contains("nobodyverifiedthis"));
    assert!(
        cover(&facts, Language::Zh).contains("“签署平台”自述：“because")
            && cover(&facts, Language::Zh).contains("未经任何人核实")
    );
    facts.variant = Variant::Public;
    assert!(!cover(&facts, Language::En).contains("becausewelike"));
}

#[test]
fn a_set_that_rescue_keys_appointed_was_signed_by_no_quorum() {
    let mut facts = facts();
    assert!(says(&facts, "均由前一届法定数量签署", "each time signed by a quorum of the set before"));
    facts.network.links = 3;
    (facts.network.rescues, facts.network.rescue_need, facts.network.rescue_keys) = (vec![2], 3, 5);
    assert!(says(&facts, "其中1次为应急重组（开启第2届）", "1 of these were rescues (opening epoch 2)"));
    assert!(says(&facts, "所列5把应急密钥中至少3把签署", "at least 3 of the 5 rescue keys of genesis"));
    assert!(!printed(&facts, Language::En).contains("eachtimesigned"));
    facts.network.rescues = (0..60_000).collect();
    assert!(report(&facts, Language::En).len() < 40);
}

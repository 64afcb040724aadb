//! When the data existed: only a trusted token whose time can be true answers, and what a token claims is printed as exact as it is.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../examples/sample/specimen.rs"]
mod specimen;

use report::answer::{Answer, Verdict, answers};
use report::facts::Stamp;
use report::mark::Mark;
use report::sheet::Sheet;
use report::typeface::Typefaces;
use report::{Drawings, Facts, Language, Variant, certificate, document};
use specimen::Specimen;

fn facts() -> Facts {
    Specimen::new(false).facts(Variant::Full)
}

/// A token of the second of the checkpoint, which is 10:42:40 of 2026-11-20 in China.
fn stamp(facts: &Facts, authority: &str, chain: &str) -> Stamp {
    Stamp {
        authority: authority.to_owned(),
        time_ms: facts.checkpoint.time_ms / 1000 * 1000,
        accuracy_ms: None,
        resolution_ms: 1000,
        header_time_ms: Some(facts.checkpoint.time_ms),
        serial: "0a".to_owned(),
        imprint: String::new(),
        algorithm: "sha256".to_owned(),
        token: "VALID".to_owned(),
        chain: chain.to_owned(),
    }
}

/// One that claims to be of 2020-01-02.
fn rogue(facts: &Facts, chain: &str) -> Stamp {
    Stamp { time_ms: 1_577_934_245_000, ..stamp(facts, "Rogue TSA", chain) }
}

fn latest(facts: &Facts, language: Language) -> Answer {
    answers(facts, language)[2].clone()
}

fn printed(sheets: &[Sheet]) -> String {
    let words = |mark: &Mark| if let Mark::Text(words) = mark { Some(words.text.replace(' ', "")) } else { None };
    sheets.iter().flat_map(|sheet| sheet.marks.iter().filter_map(words)).collect()
}

fn report_and_page(facts: &Facts, language: Language) -> [String; 2] {
    let faces = Typefaces::new();
    let report = printed(&document::sheets(facts, Drawings::none(), (language, &faces)));
    [report, printed(&[certificate::sheet(facts, Drawings::none(), (language, &faces))])]
}

#[test]
fn whom_nobody_trusts_answers_nothing_and_is_listed() {
    let mut facts = facts();
    assert_eq!(latest(&facts, Language::En).verdict, Verdict::Unknown, "the validators' own clocks");
    for chain in ["INDETERMINATE", "INVALID"] {
        facts.stamps = vec![rogue(&facts, chain), stamp(&facts, "Honest TSA", chain)];
        for (language, claims) in
            [(Language::En, "\"Rogue TSA\" claims 2020-01-02"), (Language::Zh, "“Rogue TSA”称 2020-01-02")]
        {
            let answer = latest(&facts, language);
            assert_eq!(answer.verdict, Verdict::Unknown);
            assert!(answer.ground.contains(claims) && answer.ground.contains("Honest TSA"), "{}", answer.ground);
            let [report, page] = report_and_page(&facts, language);
            assert!(report.contains("RogueTSA") && report.contains("2020-01-02"));
            assert!(page.contains("COMMITTED") && !page.contains("TIMESTAMPED"), "{page}");
            assert!(
                page.contains("HonestTSA") && !page.contains("2020-01-02"),
                "not the one that cannot be true: {page}"
            );
        }
    }
}

#[test]
fn a_token_older_than_its_header_is_contradictory_whoever_trusts_it() {
    let mut facts = facts();
    facts.stamps = vec![rogue(&facts, "VALID")];
    for (language, word) in [(Language::En, "CONTRADICTORY"), (Language::Zh, "矛盾")] {
        let answer = latest(&facts, language);
        assert!(answer.verdict == Verdict::Unknown && answer.ground.contains(word), "{}", answer.ground);
        let [report, page] = report_and_page(&facts, language);
        assert!(report.matches(word).count() >= 4 && page.contains(word), "{page}");
    }
    facts.stamps.push(stamp(&facts, "Honest TSA", "VALID"));
    let answer = latest(&facts, Language::En);
    assert_eq!(answer.verdict, Verdict::Yes);
    assert!(answer.ground.contains("Not later than 2026-11-20 10:42:41.000"), "{}", answer.ground);
    assert!(answer.ground.contains("\"Rogue TSA\" claims 2020-01-02"), "{}", answer.ground);
    // As far as clocks may differ a token may be behind.
    let skew = facts.network.clock_skew_max_ms;
    let behind = |ms| Stamp {
        time_ms: facts.checkpoint.time_ms - ms,
        accuracy_ms: Some(0),
        resolution_ms: 1,
        ..stamp(&facts, "A", "VALID")
    };
    assert!(!facts.is_contradictory(&behind(skew)) && facts.is_contradictory(&behind(skew + 2)));
}

#[test]
fn a_time_is_printed_as_exact_as_it_is() {
    let mut facts = facts();
    facts.event.time_ms = facts.checkpoint.time_ms + 521;
    let trusted = stamp(&facts, "Honest TSA", "VALID");
    for (accuracy, resolution, until) in [
        (None, 1000, "10:42:41.000"),
        (Some(2500), 1000, "10:42:42.500"),
        (None, 1, "10:42:40.001"),
        (Some(1), 1000, "10:42:41.000"),
    ] {
        facts.stamps = vec![Stamp { accuracy_ms: accuracy, resolution_ms: resolution, ..trusted.clone() }];
        for language in Language::ALL {
            let answer = latest(&facts, language);
            assert!(answer.verdict == Verdict::Yes && answer.ground.contains(until), "{}", answer.ground);
            assert_eq!(answer.ground.contains("10:42:40 (UTC+8)"), resolution == 1000, "{}", answer.ground);
            let unknown = language.of("未声明", "not stated");
            assert_eq!(answer.ground.contains(unknown), accuracy.is_none(), "{}", answer.ground);
            let [_, page] = report_and_page(&facts, language);
            assert!(page.contains("TIMESTAMPED") && page.contains(until), "{page}");
        }
    }
}

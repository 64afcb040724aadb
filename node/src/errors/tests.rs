//! The catalogue is complete and stands in `proto/REASONS.md`; a status carries everything that a client needs.

use super::*;
use std::path::Path;
use std::time::Duration;

#[test]
fn every_code_of_the_ledger_is_in_the_catalogue() {
    for code in ledger::Rejected::CODES {
        assert!(catalogue::find(code).is_some(), "{code} is missing");
    }
}

/// The sources that make refusals: files and folders.
const SOURCES: [&str; 10] = [
    "src/refusal.rs",
    "src/space.rs",
    "src/admission.rs",
    "src/admission",
    "src/errors.rs",
    "src/api",
    "src/handle.rs",
    "src/intake.rs",
    "src/event_loop.rs",
    "../models/src/refusal.rs",
];

fn text_of(path: &Path) -> String {
    if path.is_dir() {
        return std::fs::read_dir(path).unwrap().map(|e| text_of(&e.unwrap().path())).collect();
    }
    std::fs::read_to_string(path).unwrap()
}

/// Reads the node's and the model's own sources: a code that is not in the catalogue would reach a client undocumented.
#[test]
fn every_code_in_the_sources_is_in_the_catalogue() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text: String = SOURCES.iter().map(|s| text_of(&root.join(s))).collect();
    let mut found = 0;
    for word in text.split('"') {
        let code = word.len() > 5 && word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        if code && word != "CARGO_PKG_VERSION" {
            found += 1;
            assert!(catalogue::find(word).is_some(), "{word} is missing");
        }
    }
    assert!(found > 25, "only {found} codes were found in the sources");
}

#[test]
fn codes_are_unique_and_statuses_exist() {
    let reasons: Vec<_> = catalogue::reasons().collect();
    for (i, r) in reasons.iter().enumerate() {
        assert!(reasons[..i].iter().all(|s| s.code != r.code), "{} stands twice", r.code);
        assert!(!r.en.contains('|') && !r.zh.contains('|'), "{} would break the table", r.code);
    }
}

/// `CHIROGRAPH_BLESS=1 cargo test --release -p chirograph reasons` writes the file anew.
#[test]
fn reasons_md_is_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../proto/REASONS.md");
    if std::env::var_os("CHIROGRAPH_BLESS").is_some() {
        std::fs::write(path, catalogue::markdown()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), catalogue::markdown());
}

#[test]
fn a_status_carries_reason_field_retry_and_both_languages() {
    let status: Status = Refusal::new("NODE_OVERLOADED", "packets", "full")
        .retry_after(Duration::from_secs(2))
        .with("queue", "pool")
        .into();
    assert_eq!(status.code(), Code::ResourceExhausted);
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("NODE_OVERLOADED", DOMAIN));
    assert_eq!(info.metadata["queue"], "pool");
    assert_eq!(details.bad_request().unwrap().field_violations[0].field, "packets");
    assert_eq!(details.retry_info().unwrap().retry_delay, Some(Duration::from_secs(2)));
    let languages: Vec<String> = status
        .get_error_details_vec()
        .into_iter()
        .filter_map(|d| match d {
            ErrorDetail::LocalizedMessage(m) => Some(m.locale),
            _ => None,
        })
        .collect();
    assert_eq!(languages, ["en", "zh-CN"]);
}

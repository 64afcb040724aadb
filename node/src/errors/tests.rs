//! The catalogue is complete and stands in `proto/REASONS.md`; a status carries everything that a client needs.

use super::*;
use std::time::Duration;

#[test]
fn every_code_of_the_ledger_is_in_the_catalogue() {
    for code in ledger::Rejected::CODES {
        assert!(catalogue::find(code).is_some(), "{code} is missing");
    }
}

/// Reads the node's and the model's own sources: a code that is not in the catalogue would reach a client undocumented.
#[test]
fn every_code_in_the_sources_is_in_the_catalogue() {
    let sources = [
        include_str!("../refusal.rs"),
        include_str!("../admission.rs"),
        include_str!("../admission/packets.rs"),
        include_str!("../errors.rs"),
        include_str!("../api/query.rs"),
        include_str!("../api/submission.rs"),
        include_str!("../../../models/src/refusal.rs"),
    ];
    let mut found = 0;
    for word in sources.iter().flat_map(|s| s.split('"')) {
        let code = word.len() > 5 && word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        if code {
            found += 1;
            assert!(catalogue::find(word).is_some(), "{word} is missing");
        }
    }
    assert!(found > 25, "only {found} codes were found in the sources");
}

#[test]
fn codes_are_unique_and_statuses_exist() {
    for (i, r) in catalogue::REASONS.iter().enumerate() {
        assert!(catalogue::REASONS[..i].iter().all(|s| s.code != r.code), "{} stands twice", r.code);
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
    let status: Status = Refusal::new(RefusalKind::Exhausted, "NODE_OVERLOADED", "packets", "full")
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

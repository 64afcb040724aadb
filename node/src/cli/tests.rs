//! Arguments and exit codes that scripts rely on.

mod folder;
mod liar;

use super::*;
use crate::client::ClientError;
use proto::{Check, Outcome as Verdict};
use std::path::Path;

fn json_of(arguments: &[&str]) -> Option<PathBuf> {
    Cli::try_parse_from([&["chirograph"], arguments].concat()).unwrap().json
}

#[test]
fn json_goes_to_stdout_or_where_allowed_to_a_file() {
    assert_eq!(json_of(&["status", "--localnet", "d"]), None);
    for arguments in [&["--json", "status", "--localnet", "d"][..], &["status", "--localnet", "d", "--json"]] {
        assert_eq!(json_of(arguments).as_deref(), Some(Path::new(outcome::STDOUT)));
    }
    assert_eq!(json_of(&["svc2004", "--synthetic", "--json"]).as_deref(), Some(Path::new(outcome::STDOUT)));
    assert_eq!(json_of(&["svc2004", "--synthetic", "--json", "f"]).as_deref(), Some(Path::new("f")));
    assert_eq!(json_of(&["bench", "node", "--json", "f"]).as_deref(), Some(Path::new("f")));
    assert_eq!(json_of(&["--json", "bench", "crypto"]).as_deref(), Some(Path::new(outcome::STDOUT)));
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let refused = |arguments: &[&str]| Cli::try_parse_from([&["chirograph"], arguments].concat()).is_err();
    assert!(refused(&["svc2004"]) && refused(&["svc2004", "--synthetic", "--data", "d"]));
    assert!(refused(&["svc2004", "--synthetic", "--task", "3"]) && refused(&["enroll", "--signer", "s"]));
}

#[test]
fn exit_codes_tell_valid_invalid_and_not_yet_apart() {
    let check = |outcome| Check { code: "X", outcome, detail: String::new() };
    let code = |outcome| Outcome::of_checks("receipt", &[check(Verdict::Valid), check(outcome)]).code;
    assert_eq!([Verdict::Valid, Verdict::Invalid, Verdict::Indeterminate].map(code), [0, 1, 2]);
    let refused = |code: tonic::Code| Failure::Client(ClientError::from(tonic::Status::new(code, "no"))).code();
    assert_eq!(refused(tonic::Code::InvalidArgument), outcome::INVALID);
    assert_eq!(refused(tonic::Code::NotFound), outcome::INDETERMINATE);
    assert_eq!(Failure::Usage("?".into()).code(), outcome::ERROR);
}

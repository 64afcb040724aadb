//! Arguments and exit codes that scripts rely on.

mod folder;
mod liar;
mod machine;
mod monitor;

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

#[test]
fn the_version_names_the_program_number() {
    let told = Cli::try_parse_from(["chirograph", "--version"]).err().unwrap().to_string();
    assert!(told.contains(&format!("program number {}", crate::SOFTWARE)), "{told}");
}

#[tokio::test]
async fn a_home_is_not_made_for_a_node_that_nobody_could_dial() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    let init = async |peer: &str| {
        let of = ["chirograph", "init", "--home", home.to_str().unwrap(), "--peer", peer];
        Cli::try_parse_from(of).unwrap().command.run().await
    };
    for (peer, why) in [("/dns4/localhost/tcp/7400", "must be /ip4/"), ("/ip4/127.0.0.1/tcp/0", "port 0")] {
        let refused = init(peer).await.unwrap_err().to_string();
        assert!(refused.contains("--peer") && refused.contains(why) && !home.exists(), "{refused}");
    }
    // Where it listens on all addresses, only its operator knows at which it is dialed.
    let made = init("/ip4/0.0.0.0/tcp/7400").await.unwrap();
    assert!(made.text.contains("FILL-IN") && made.json["address"].is_null(), "{}", made.text);
}

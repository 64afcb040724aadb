//! From an empty file to a network that its founders can check.

use super::*;
use crate::cli::Cli;
use clap::Parser;
use proto::SecretKey;
use std::path::PathBuf;

async fn run(arguments: &[&str]) -> Result<Outcome, Failure> {
    Cli::try_parse_from([&["chirograph", "genesis"], arguments].concat()).unwrap().command.run().await
}

fn key(n: u8) -> String {
    hex::encode(SecretKey::from_scalar(&[n; 32], "test").unwrap().public().bytes())
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("genesis.toml");
    (dir, file)
}

#[tokio::test]
async fn a_template_says_what_is_to_be_filled_in_and_is_never_taken_for_a_genesis() {
    let (_dir, file) = place();
    let path = file.to_str().unwrap();
    let made = run(&["new", "--out", path]).await.unwrap();
    assert!(made.json["to_fill_in"].as_u64().unwrap() > 5, "{}", made.text);
    let text = std::fs::read_to_string(&file).unwrap();
    for told in ["time_ms", "[[organisation]]", "[[validator]]", "[rescue]", "[params]", "chirograph key show"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    // Every value of the rules is explained, and the file is TOML.
    let table: toml::Table = text.parse().unwrap();
    for name in table["params"].as_table().unwrap().keys() {
        let at = text.find(&format!("\n{name} = ")).unwrap();
        assert!(text[..at].lines().last().unwrap().starts_with("# "), "{name}");
    }
    let refused = run(&["check", path]).await.unwrap_err().to_string();
    assert!(refused.contains("says FILL-IN"), "{refused}");
    let again = run(&["new", "--out", path]).await.unwrap_err().to_string();
    assert!(again.contains("is not replaced"), "{again}");
}

#[tokio::test]
async fn what_is_given_is_written_and_checks() {
    let (_dir, file) = place();
    let path = file.to_str().unwrap();
    let member = |role: &str, n: u8| format!("the \"{role}\":{role}:{}", key(n));
    let validator =
        |n: u8| format!("the \"court\":{}:{}:/ip4/192.0.2.{n}/tcp/7400", key(n), format!("{n:02x}").repeat(32));
    let (court, operator) = (member("court", 1), member("operator", 2));
    let (first, second) = (validator(3), validator(4));
    let rescue = [5, 6, 7].map(key);
    let given = [
        &["new", "--out", path, "--name", "city", "--organisation", &court, "--organisation", &operator][..],
        &["--validator", &first, "--validator", &second],
    ]
    .concat();
    let keys = rescue.iter().flat_map(|k| ["--rescue-key", k.as_str()]);
    let made = run(&given.iter().copied().chain(keys).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(made.json["to_fill_in"], 0, "{}", made.text);
    let checked = run(&["check", path]).await.unwrap();
    assert_eq!(checked.json["warnings"].as_array().map(Vec::len), Some(0), "{}", checked.text);
    assert_eq!((&checked.json["rescue"]["threshold"], &checked.json["rescue"]["keys"]), (&2.into(), &3.into()));
    assert_eq!(checked.json["validators"][1]["address"], "/ip4/192.0.2.4/tcp/7400");
}

#[tokio::test]
async fn a_founder_is_warned_of_what_cannot_be_changed_and_stopped_where_nobody_could_be_dialed() {
    let (_dir, file) = place();
    let example = include_str!("../../../../genesis/example-4.toml");
    let check = async |text: &str| {
        std::fs::write(&file, text).unwrap();
        run(&["check", file.to_str().unwrap()]).await
    };
    let bare: String = example.split("[rescue]").next().unwrap().to_owned();
    let warned = check(&bare).await.unwrap();
    assert!(warned.code == 0 && warned.text.contains("WARNING   no [rescue]"), "{}", warned.text);
    for address in ["/dns4/localhost/tcp/26601", "/ip4/127.0.0.1/tcp/26600"] {
        let refused = check(&example.replace("/ip4/127.0.0.1/tcp/26601", address)).await.unwrap_err().to_string();
        assert!(refused.contains("validator 1") && refused.contains("address"), "{refused}");
    }
}

//! A machine that is lost as a whole: what a backup brings back into an empty folder, and what it cannot.

use super::*;
use crate::api::tests::Node;
use std::collections::BTreeSet;

async fn run(arguments: &[&str]) -> (u8, String) {
    match Cli::try_parse_from([&["chirograph"], arguments].concat()).unwrap().command.run().await {
        Ok(outcome) => (outcome.code, outcome.text),
        Err(failure) => (failure.code(), failure.to_string()),
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_home_is_filled_and_what_no_backup_holds_is_named() {
    let node = Node::start().await;
    node.commit(&node.record("m", "so that there is something to lose").await).await;
    let (home, dir) = (node.net.home(0), tempfile::tempdir().unwrap());
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (plain, whole) = (dir.path().join("plain"), dir.path().join("whole"));
    assert_eq!(run(&["backup", &text(&home), &text(&plain)]).await.0, outcome::OK);
    assert_eq!(run(&["backup", "--with-keys", &text(&home), &text(&whole)]).await.0, outcome::OK);
    let (empty, missing, full) = (dir.path().join("empty"), dir.path().join("a/missing"), dir.path().join("full"));
    std::fs::create_dir(&empty).unwrap();
    for place in [&empty, &missing] {
        let (code, said) = run(&["restore", &text(&plain), "--verify", "--home", &text(place)]).await;
        assert_eq!(code, outcome::OK, "{said}");
        assert_eq!(names(place), ["data", "genesis.toml", "node.toml"].map(String::from).into(), "{said}");
        for lacking in ["validator.pem", "peer.key", "storage.key"] {
            assert!(said.contains(lacking), "{lacking}: {said}");
        }
    }
    let (code, said) = run(&["restore", &text(&whole), "--verify", "--home", &text(&full)]).await;
    assert!(code == outcome::OK && !said.contains("before it is started"), "{said}");
    assert!(names(&full).contains("validator.pem"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_backup_is_a_finding_and_no_failure() {
    let node = Node::start().await;
    node.commit(&node.record("m", "x").await).await;
    let (home, dir) = (node.net.home(0), tempfile::tempdir().unwrap());
    let (home, backups) = (home.to_str().unwrap(), dir.path().to_str().unwrap());
    let backup = dir.path().join("today");
    let today = backup.to_str().unwrap();
    assert_eq!(run(&["backup", home, today]).await.0, outcome::OK);
    let damaged = async |why: &str| {
        for of in [&["drill", home, backups][..], &["restore", "--verify", today], &["restore", today]] {
            let (code, said) = run(of).await;
            assert!(code == outcome::INVALID && said.contains(why), "{of:?}: {code} {said}");
        }
    };
    std::fs::write(backup.join("genesis.toml"), "another one").unwrap();
    damaged("differs from the manifest").await;
    std::fs::remove_file(backup.join("genesis.toml")).unwrap();
    damaged("is missing from the backup").await;
    std::fs::write(backup.join("manifest.json"), "{").unwrap();
    damaged("manifest.json").await;
}

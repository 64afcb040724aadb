//! The consortium changes while the network works: real processes, real files, the commands that an operator types.

use crate::joiner::{Joiner, chirograph};
use crate::network::{Network, log, record, until_logged};
use node::client::{Author, Client, Endpoint, Mode, Terms};
use node::config::Config;
use proto::{Canonical, Epoch, LightClient, Receipt};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(180);

/// Makes a motion with these changes and has it approved by three of the four members that have a vote.
pub fn decide(network: &Network, changes: &[String]) -> String {
    let motion = moved(network, changes);
    approve(network, &motion);
    motion
}

/// Makes a motion of the notary that nobody else has approved of.
pub fn moved(network: &Network, changes: &[String]) -> String {
    let dir = network.net.dir.to_str().unwrap();
    let mut arguments = vec!["gov", "propose", "--localnet", dir, "--org", "demo-notary"];
    arguments.extend(changes.iter().map(String::as_str));
    let (code, made) = chirograph(&arguments);
    assert_eq!(code, Some(0), "{made}");
    made["transaction"].as_str().unwrap().to_owned()
}

/// The court and the archive approve, and with that two thirds do. Nothing is signed before somebody said so, or for other
/// changes than those of the motion.
pub fn approve(network: &Network, motion: &str) {
    let dir = network.net.dir.to_str().unwrap();
    let blind = ["gov", "approve", motion, "--localnet", dir, "--org", "demo-court"];
    let (code, said) = chirograph(&blind);
    assert_eq!((code, said["approved"].as_bool()), (Some(2), Some(false)), "{said}");
    let (code, said) = chirograph(&[&blind[..], &["--remove-organisation", "demo-auditor"]].concat());
    assert_eq!((code, said["error"]["reason"].as_str()), (Some(1), Some("REFUSED")), "{said}");
    for org in ["demo-court", "demo-archive"] {
        let (code, said) = chirograph(&["gov", "approve", motion, "--yes", "--localnet", dir, "--org", org]);
        assert_eq!(code, Some(0), "{said}");
    }
}

fn shown(network: &Network, motion: &str) -> Value {
    let dir = network.net.dir.to_str().unwrap();
    let (code, value) = chirograph(&["gov", "show", motion, "--localnet", dir]);
    assert_eq!(code, Some(0), "{value}");
    value
}

pub async fn until_epoch(network: &Network, motion: &str, epoch: u64) -> Value {
    let start = Instant::now();
    loop {
        let value = shown(network, motion);
        if value["epoch"] == epoch {
            return value;
        }
        if start.elapsed() > LIMIT {
            let logs: Vec<String> = (0..4).map(|i| log(&network.net.home(i))).collect();
            panic!("epoch {epoch} has not come: {value}\n{}", logs.join("\n---\n"));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A client that submits without pause, at whichever of these nodes answers.
struct Load {
    stop: Arc<AtomicBool>,
    committed: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Load {
    fn start(author: Author, endpoints: Vec<Endpoint>) -> Self {
        let (stop, committed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (end, count) = (stop.clone(), committed.clone());
        let task = tokio::spawn(async move {
            let mut turn = 0;
            while !end.load(Ordering::Relaxed) {
                turn += 1;
                let client = Client::lazy(&endpoints[turn % endpoints.len()]).unwrap();
                let terms: Option<Terms> = client.terms().await.ok();
                let Some(terms) = terms else { continue };
                let s = record(&author, &terms, 100_000 + turn);
                let wait = Mode::Wait(Duration::from_secs(10));
                let asked = client.submit(&s.transaction, &s.packets, wait);
                let answer = tokio::time::timeout(Duration::from_secs(15), asked).await;
                count.fetch_add(usize::from(matches!(answer, Ok(Ok(a)) if a.receipt.is_some())), Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        Self { stop, committed, task }
    }
    fn committed(&self) -> usize {
        self.committed.load(Ordering::Relaxed)
    }
    async fn goes_on(&self, what: &str) {
        let (before, start) = (self.committed(), Instant::now());
        while self.committed() < before + 3 {
            assert!(start.elapsed() < LIMIT, "nothing is committed any more: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap();
    }
}

/// The newest event's receipt, kept in a file.
async fn keep_receipt(network: &mut Network, n: usize, path: &Path) -> Receipt {
    network.commit(0, n).await;
    let seq = network.promised.values().max().unwrap().0;
    let receipt = network.client(0).receipt(&format!("events/{seq}")).await.unwrap();
    std::fs::write(path, receipt.to_bytes()).unwrap();
    receipt
}

fn verify(network: &Network, file: &Path, trail: Option<&Path>) -> Option<i32> {
    let genesis = network.net.dir.join("genesis.toml");
    let mut arguments = vec!["verify", file.to_str().unwrap(), "--genesis", genesis.to_str().unwrap()];
    arguments.extend(trail.iter().flat_map(|t| ["--trail", t.to_str().unwrap()]));
    chirograph(&arguments).0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_validators_become_seven_and_then_five_under_load_and_every_receipt_verifies() {
    let mut network = Network::start().await;
    let dir = network.net.dir.clone();
    let files: Vec<PathBuf> = (0..3).map(|e| dir.join(format!("epoch{e}.receipt"))).collect();
    keep_receipt(&mut network, 0, &files[0]).await;
    let all = network.net.endpoints();
    let load = Load::start(network.author.clone(), vec![all[0].clone(), all[3].clone()]);

    let mut joiners: Vec<Joiner> = (0..3).map(|n| Joiner::new(&network, n)).collect();
    joiners.iter_mut().for_each(Joiner::start);
    let changes: Vec<String> =
        joiners.iter().flat_map(|j| ["--add-validator".to_owned(), format!("demo-notary:{}", j.place)]).collect();
    let grow = decide(&network, &changes);
    let value = until_epoch(&network, &grow, 1).await;
    assert_eq!(value["validators"].as_array().unwrap().len(), 7, "{value}");
    for (n, joiner) in joiners.iter().enumerate() {
        joiner.until("its place among seven", |s| s.validator == Some(4 + n as u32)).await;
        joiner.until("six peers", |s| s.peers_connected == 6).await;
    }
    load.goes_on("with seven").await;
    let receipt = keep_receipt(&mut network, 1, &files[1]).await;
    assert_eq!(receipt.checkpoint.header.epoch, Epoch(1));
    assert!(receipt.checkpoint.certificate.votes.len() >= 5, "a quorum of seven");

    let removed: Vec<String> = [1, 2].map(|i| value["validators"][i]["key"].as_str().unwrap().to_owned()).into();
    let changes: Vec<String> = removed.iter().flat_map(|k| ["--remove-validator".to_owned(), k.clone()]).collect();
    let shrink = decide(&network, &changes);
    let value = until_epoch(&network, &shrink, 2).await;
    assert_eq!(value["validators"].as_array().unwrap().len(), 5, "{value}");
    network.until_status(1, "that it votes no more", |s| s.validator.is_none()).await;
    (1..3).for_each(|i| network.kill(i));
    load.goes_on("with five, the removed ones dead").await;
    let receipt = keep_receipt(&mut network, 2, &files[2]).await;
    assert_eq!(receipt.checkpoint.header.epoch, Epoch(2));

    // Rolling restart: one of five may be away at any time.
    for joiner in &mut joiners {
        joiner.stop();
        load.goes_on("with one of five away").await;
        joiner.start();
        joiner.until("that it votes again", |s| s.validator.is_some() && s.peers_connected >= 4).await;
    }
    for i in [0, 3] {
        assert_eq!(network.stop(i), Some(0), "{}", log(&network.net.home(i)));
        load.goes_on("with a founder away").await;
        network.restart(i);
        network.until_status(i, "that it votes again", |s| s.validator.is_some() && s.peers_connected >= 4).await;
    }
    load.goes_on("after the rolling restart").await;
    load.end().await;

    let (trail, genesis) = (dir.join("trail"), network.net.genesis().unwrap());
    let (code, said) =
        chirograph(&["query", "trail", "--localnet", dir.to_str().unwrap(), "--out", trail.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    for (epoch, file) in files.iter().enumerate() {
        assert_eq!(verify(&network, file, Some(&trail)), Some(0), "epoch {epoch} along the trail");
        let alone = if epoch == 0 { 0 } else { 2 };
        assert_eq!(verify(&network, file, None), Some(alone), "epoch {epoch} with genesis alone");
    }
    let mut client = LightClient::new(&genesis.trust());
    let links = proto::Trail::from_bytes(&std::fs::read(&trail).unwrap()).unwrap();
    client.follow(&links).unwrap();
    assert_eq!((client.epoch(), client.validators(Epoch(2)).unwrap().count()), (Epoch(2), 5));
    for i in [0, 3] {
        assert_eq!(network.metric(i, "faults_total"), 0);
    }
    packages_and_copies_span_the_epochs(&network, joiners).await;
}

/// After two changes of the set: a package verifies with genesis alone, because it carries the trail; a copy joins; and what a
/// node keeps and backs up is found whole.
async fn packages_and_copies_span_the_epochs(network: &Network, mut joiners: Vec<Joiner>) {
    let dir = network.net.dir.clone();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (net, genesis, package) = (text(&dir), text(&dir.join("genesis.toml")), text(&dir.join("last.evidence.zip")));
    let last = network.promised.values().max().unwrap().to_string();
    let (code, said) = chirograph(&["export", &last, "--localnet", &net, "--out", &package]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(chirograph(&["verify", &package, "--genesis", &genesis]).0, Some(0));

    let mut late = Joiner::new(network, 3);
    let (home, endpoint) = (text(&late.home), network.net.endpoints()[0].url.clone());
    let (code, said) = chirograph(&["join", "--home", &home, "--endpoint", &endpoint]);
    assert_eq!(code, Some(0), "{said}");
    late.start();
    let tip = joiners[0].status().await.unwrap().tip.unwrap().height;
    late.until("the ledger of the others", |s| s.epoch == 2 && s.tip.as_ref().is_some_and(|t| t.height >= tip)).await;
    late.stop();

    joiners[0].stop();
    let backups = text(&dir.join("backups"));
    std::fs::create_dir(&backups).unwrap();
    for home in [&late.home, &joiners[0].home] {
        let (code, said) = chirograph(&["fsck", &text(home)]);
        assert_eq!(code, Some(0), "{said}");
    }
    let home = text(&joiners[0].home);
    let (code, said) = chirograph(&["backup", &home, &text(&dir.join("backups/first"))]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = chirograph(&["drill", &home, &backups]);
    assert_eq!((code, said["bad_receipts"].as_array().map(Vec::len)), (Some(0), Some(0)), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_without_a_living_quorum_never_takes_over_and_the_network_says_why() {
    let mut network = Network::start().await;
    network.commit(0, 0).await;
    let joiners: Vec<Joiner> = (0..2).map(|n| Joiner::new(&network, n)).collect();
    let changes: Vec<String> =
        joiners.iter().flat_map(|j| ["--add-validator".to_owned(), format!("demo-notary:{}", j.place)]).collect();
    let motion = decide(&network, &changes);
    for n in 1..20 {
        network.commit(n % 4, n).await;
    }
    let value = shown(&network, &motion);
    assert_eq!((value["epoch"].as_u64(), value["motions"][0]["progress"].as_str()), (Some(0), Some("approved")));
    let state = value["motions"][0]["state"].as_str().unwrap();
    assert!(state.contains("waits for its validators") && state.contains("not heard of: new validator"), "{state}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_upgrade_passes_the_version_gate_when_a_quorum_can() {
    let mut network = Network::start().await;
    let old = |network: &mut Network, i: usize, number: Option<u32>| {
        assert_eq!(network.stop(i), Some(0));
        let file = network.net.home(i).join("node.toml");
        let mut config: Config = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        config.limits.software = number;
        std::fs::write(&file, config.to_toml()).unwrap();
        network.restart(i);
    };
    for i in 0..4 {
        old(&mut network, i, Some(0));
        network.until_status(i, "its peers", |s| s.peers_connected == 3).await;
    }
    let motion = decide(&network, &["--min-software".to_owned(), "1".to_owned()]);
    network.commit(0, 0).await;
    assert_eq!(shown(&network, &motion)["motions"][0]["progress"], "approved", "nobody could pass it");
    for i in 0..3 {
        old(&mut network, i, None);
        network.until_status(i, "its peers", |s| s.peers_connected == 3).await;
        network.commit(i, 10 + i).await;
    }
    let start = Instant::now();
    while shown(&network, &motion)["min_software"] != 1 {
        assert!(start.elapsed() < LIMIT, "{}", shown(&network, &motion));
        network.commit(0, 20).await;
    }
    network.until_status(3, "silence", |s| !s.voting).await;
    until_logged(&network.net.home(3), "asks for a newer program").await;
    network.commit(1, 30).await;
    old(&mut network, 3, None);
    network.until_status(3, "a voice again", |s| s.voting).await;
    network.check_promises().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_lost_its_quorum_is_formed_anew_by_the_holders_of_the_rescue_keys() {
    let mut network = Network::start().await;
    let dir = network.net.dir.clone();
    let net = dir.to_str().unwrap();
    for n in 0..5 {
        network.commit(n % 4, n).await;
    }
    network.check_promises().await;
    // One stays far behind, one at the very block that the rescue goes on from.
    network.kill(3);
    for n in 5..8 {
        network.commit(n % 3, n).await;
    }
    for i in 0..3 {
        let all = |s: &node::wire::v1::GetStatusResponse| s.tip.as_ref().is_some_and(|t| t.ledger_size == 8);
        network.until_status(i, "all eight records", all).await;
    }
    network.kill(2);
    let keys: Vec<String> =
        network.net.genesis().unwrap().validators.iter().map(|v| hex::encode(v.key.bytes())).collect();
    let orgs: Vec<String> = network.net.genesis().unwrap().validators.iter().map(|v| v.org.to_string()).collect();
    let file = dir.join("resolution");
    let (path, left) = (file.to_str().unwrap(), [0, 1].map(|i| format!("{}:{}", orgs[i], keys[i])));
    let endpoint = network.net.endpoints()[0].url.clone();
    let draft = [
        "gov",
        "rescue",
        "draft",
        "--endpoint",
        &endpoint,
        "--validator",
        &left[0],
        "--validator",
        &left[1],
        "--out",
        path,
    ];
    network.until_status(0, "that no quorum is left", |s| s.margin < 0).await;
    let (code, said) = chirograph(&draft);
    assert_eq!((code, said["leaves"].as_array().map(Vec::len)), (Some(0), Some(2)), "{said}");
    let (code, said) = chirograph(&draft);
    assert!(code == Some(3) && said["error"]["message"].as_str().unwrap().contains("not replaced"), "{said}");
    let apply = |network: &Network| {
        let key = network.net.home(0).join("validator.pem");
        let key = key.to_str().unwrap();
        let to = ["--wait", "2", "--endpoint", &endpoint, "--localnet", net, "--validator-key", key];
        chirograph(&[&["gov", "rescue", "apply", path], &to[..]].concat())
    };
    let sign = |i: usize, more: &[&str]| {
        let key = dir.join(format!("orgs/rescue-{i}.pem"));
        let by = ["gov", "rescue", "sign", path, "--localnet", net, "--key", key.to_str().unwrap()];
        chirograph(&[&by, more].concat())
    };
    let (code, said) = sign(0, &[]);
    assert_eq!((code, said["signed"].as_bool()), (Some(2), Some(false)), "only shown: {said}");
    let height = said["height"].to_string();
    let (code, said) = sign(0, &["--height", &height, "--validator", &left[0], "--validator", &left[1]]);
    assert_eq!((code, said["signatures"].as_u64()), (Some(0), Some(1)), "{said}");
    let (code, refused) = apply(&network);
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(code == Some(1) && message.contains("has 1 of 2 signatures"), "{refused}");
    assert_eq!(sign(2, &["--yes"]).0, Some(0));
    // The other one is away too when it is applied, and hears of it after a restart of who took it up.
    network.kill(1);
    let (code, said) = apply(&network);
    assert_eq!((code, said["in_force"].as_bool()), (Some(2), Some(false)), "sent, and nobody can make a block: {said}");
    network.until_status(0, "the epoch of the rescue", |s| s.epoch == 1).await;
    // Another one would follow it, and not stand beside it.
    let (code, said) = chirograph(&[&draft[..10], &[dir.join("second").to_str().unwrap()]].concat());
    assert_eq!((code, said["epoch"].as_u64()), (Some(0), Some(2)), "{said}");
    let status = network.client(0).status().await.unwrap();
    assert!(status.troubles.iter().any(|t| t.code == "RESCUE_OPEN"), "{status:?}");
    assert_eq!(network.stop(0), Some(0));
    let (code, said) = chirograph(&["fsck", network.net.home(0).to_str().unwrap()]);
    assert_eq!(code, Some(0), "taken up and not final: {said}");
    (0..2).for_each(|i| network.restart(i));
    network.until_status(1, "the epoch of the rescue", |s| s.epoch == 1 && s.peers_connected >= 1).await;
    let submission = {
        let client = network.client(0);
        record(&network.author, &client.terms().await.unwrap(), 99)
    };
    let wait = Mode::Wait(Duration::from_secs(60));
    let answer = network.client(0).submit(&submission.transaction, &[], wait).await.unwrap();
    let receipt = answer.receipt.expect("the network works again");
    assert_eq!((receipt.checkpoint.header.epoch, receipt.checkpoint.certificate.votes.len()), (Epoch(1), 2));
    assert_eq!(apply(&network).0, Some(0), "in force");
    // What was taken up survives a restart, and so does the network.
    network.kill(1);
    network.restart(1);
    network.until_status(1, "its place", |s| s.validator == Some(1) && s.peers_connected >= 1).await;
    let file = dir.join("after.receipt");
    std::fs::write(&file, receipt.to_bytes()).unwrap();
    let trail = dir.join("trail");
    let query = ["query", "trail", "--endpoint", &endpoint, "--localnet", net, "--out", trail.to_str().unwrap()];
    assert_eq!(chirograph(&query).0, Some(0), "{:?}", chirograph(&query));
    assert_eq!(verify(&network, &file, Some(&trail)), Some(0));
    assert_eq!(verify(&network, &file, None), Some(2), "without the rescue nobody believes it");
    who_slept_follows_and_what_is_kept_is_whole(&mut network).await;
}

/// Nodes that were down during a rescue are led over it; what they and the others keep passes every check, copies too.
async fn who_slept_follows_and_what_is_kept_is_whole(network: &mut Network) {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let status = network.client(0).status().await.unwrap();
    let tip = status.tip.unwrap().height;
    for i in 2..4 {
        network.restart(i);
        let there =
            |s: &node::wire::v1::GetStatusResponse| s.epoch == 1 && s.tip.as_ref().is_some_and(|t| t.height >= tip);
        network.until_status(i, "the epoch that it slept through", there).await;
    }
    let late = Joiner::new(network, 0);
    let (home, endpoint) = (text(&late.home), network.net.endpoints()[1].url.clone());
    let (code, said) = chirograph(&["join", "--home", &home, "--endpoint", &endpoint]);
    assert_eq!(code, Some(0), "{said}");
    let (home, backups) = (network.net.home(0), network.net.dir.join("backups"));
    std::fs::create_dir(&backups).unwrap();
    let (code, said) = chirograph(&["backup", &text(&home), &text(&backups.join("first"))]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = chirograph(&["drill", &text(&home), &text(&backups)]);
    assert_eq!((code, said["bad_receipts"].as_array().map(Vec::len)), (Some(0), Some(0)), "{said}");
    for i in [0, 2, 3] {
        assert_eq!(network.stop(i), Some(0), "{}", log(&network.net.home(i)));
        let (code, said) = chirograph(&["fsck", &text(&network.net.home(i))]);
        assert_eq!(code, Some(0), "node {i}: {said}");
    }
    std::fs::remove_dir_all(home.join("data")).unwrap();
    let (code, said) = chirograph(&["restore", "--verify", "--home", &text(&home), &text(&backups.join("first"))]);
    assert_eq!(code, Some(0), "{said}");
}

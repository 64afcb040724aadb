//! Time-stamps of a real authority (OpenSSL), asked for by a running node: kept, shown, exported, and missed by nobody when
//! the authority is away.

use crate::network::{LIMIT, Network, program};
use serde_json::Value;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Authority(Child);

impl Drop for Authority {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn authority(dir: &Path, port: u16) -> Authority {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/tsa");
    let child = Command::new(script).arg(dir).arg(port.to_string()).stdin(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < LIMIT, "the authority does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    Authority(child)
}

fn there(command: &str) -> bool {
    let there = Command::new(command).arg("--version").output().is_ok_and(|o| o.status.success());
    let there = there || Command::new(command).arg("version").output().is_ok_and(|o| o.status.success());
    if !there {
        eprintln!("skipped: there is no {command} command");
    }
    there
}

fn stamps(network: &Network, roots: &Path, out: &Path) -> (Option<i32>, Value) {
    let endpoint = &network.net.nodes[0].api;
    let (roots, out) = (roots.to_str().unwrap(), out.to_str().unwrap());
    let made =
        program(&["query", "stamps", "--json", "--endpoint", endpoint, "--roots", roots, "--out"], Path::new(out));
    (made.status.code(), serde_json::from_slice(&made.stdout).unwrap_or_default())
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < LIMIT, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Files of a folder that end so.
fn files(dir: &Path, end: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(dir).into_iter().flatten().map(|e| e.unwrap().path());
    let mut found: Vec<_> = all.filter(|p| p.to_str().unwrap().ends_with(end)).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_are_stamped_and_an_authority_that_is_away_stops_nothing() {
    if !there("openssl") || !there("python3") {
        return;
    }
    let mut network = Network::start().await;
    let dir = tempfile::tempdir().unwrap();
    let (tsa, out) = (dir.path().join("tsa"), dir.path().join("out"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let running = authority(&tsa, port);
    assert_eq!(network.stop(0), Some(0));
    let config = network.net.home(0).join("node.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let chain = tsa.join("root.pem");
    let more = format!("\n[[tsa]]\nurl = \"http://127.0.0.1:{port}/\"\nevery_seconds = 1\nchain = {chain:?}\n");
    std::fs::write(&config, text + &more).unwrap();
    network.restart(0);
    network.until_status(0, "its three peers", |s| s.peers_connected == 3 && s.voting).await;
    network.commit(0, 1).await;
    until("a stamp", || stamps(&network, &chain, &out).1["stamps"].as_array().is_some_and(|s| !s.is_empty()));
    let (code, seen) = stamps(&network, &chain, &out);
    assert_eq!(code, Some(0), "{seen}");
    for token in files(&out, ".tsr") {
        let header = token.with_extension("header.bin");
        let mut openssl = Command::new("openssl");
        openssl.args(["ts", "-verify", "-in"]).arg(&token).arg("-data").arg(header).arg("-CAfile").arg(&chain);
        let made = openssl.output().unwrap();
        assert!(made.status.success(), "{made:?}");
    }
    // Away: events go on, the failures show, nothing is stamped.
    drop(running);
    let before = network.metric(0, "time_stamps_total");
    for n in 2..12 {
        network.commit(n % 4, n).await;
    }
    until("a failure", || network.metric(0, "time_stamp_failures_total") > 0);
    assert_eq!(network.metric(0, "time_stamps_total"), before);
    // Back: what happened meanwhile is stamped.
    let _running = authority(&tsa, port);
    until("another stamp", || network.metric(0, "time_stamps_total") > before);
    network.check_promises().await;
    exported(&network, &chain, dir.path());
    same_everywhere(&network, dir.path());
    united(&network, dir.path());
    network.check_alive();
}

/// The package of the first event carries its earliest stamp, and a policy that trusts the authority finds it right.
fn exported(network: &Network, root: &Path, dir: &Path) {
    let (package, policy) = (dir.join("package.zip"), dir.join("policy.toml"));
    let genesis = network.net.dir.join(&network.net.genesis);
    let of = ["export", "0", "--endpoint", &network.net.nodes[0].api, "--genesis", genesis.to_str().unwrap(), "--out"];
    let made = program(&of, &package);
    assert!(package.exists(), "{made:?}");
    let root = std::fs::read_to_string(root).unwrap();
    let text = format!("genesis = \"{}\"\n[time]\nroots = [{root:?}]\n", network.net.chain_id);
    std::fs::write(&policy, text).unwrap();
    let verified = program(&["verify", "--json", "--policy", policy.to_str().unwrap()], &package);
    let seen: Value = serde_json::from_slice(&verified.stdout).unwrap();
    for code in ["TSA_TOKEN", "TSA_CHAIN_AT_GENTIME"] {
        let check = seen["checks"].as_array().unwrap().iter().find(|c| c["code"] == code);
        assert_eq!(check.map(|c| &c["outcome"]), Some(&"VALID".into()), "{seen}");
    }
}

/// The package of the first event, of these nodes, in this order; united where there are several.
fn package_of(network: &Network, nodes: &[usize], out: &Path) -> (Vec<u8>, evidence::Dossier) {
    let genesis = network.net.dir.join(&network.net.genesis);
    let mut command = vec!["export", "0", "--genesis", genesis.to_str().unwrap()];
    nodes.iter().for_each(|i| command.extend(["--endpoint", network.net.nodes[*i].api.as_str()]));
    command.extend((nodes.len() > 1).then_some("--unite"));
    let made = program(&[&command[..], &["--out"]].concat(), out);
    let bytes = std::fs::read(out).unwrap_or_else(|e| panic!("{e}: {made:?}"));
    let dossier = evidence::inspect(&bytes, None).dossier.unwrap();
    (bytes, dossier)
}

/// Two packages of one checkpoint; the ledger goes on meanwhile, so it may take several tries.
fn of_one_checkpoint(mut two: impl FnMut() -> [(Vec<u8>, evidence::Dossier); 2]) -> [(Vec<u8>, evidence::Dossier); 2] {
    let start = Instant::now();
    loop {
        let found = two();
        let [a, b] = [&found[0], &found[1]].map(|(_, d)| d.receipt.checkpoint.header.clone());
        if a == b {
            return found;
        }
        assert!(start.elapsed() < LIMIT, "the nodes are never at one height");
    }
}

/// What two nodes give of one event at one checkpoint differs only in votes and time-stamps, and in what is made of them.
fn same_everywhere(network: &Network, dir: &Path) {
    let out = dir.join("node.zip");
    let [(one, _), (other, _)] = of_one_checkpoint(|| [0, 1].map(|i| package_of(network, &[i], &out)));
    let [one, other] = [one, other].map(|bytes| evidence::Files::open(&bytes).unwrap().1.0);
    let votes = ["receipt.bin", "enrolment.bin", "matter.bin", "trail.bin", "facts.json", "report.json"]
        .map(|f| format!("data/{f}"));
    let may_differ = |path: &str| {
        let bag = !path.starts_with("data/") && (path.contains("manifest") || path == "bag-info.txt");
        bag || votes.iter().any(|v| v == path) || path.starts_with("data/time/") || path.ends_with(".pdf")
    };
    let paths: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for path in paths.into_iter().filter(|path| one.get(*path) != other.get(*path)) {
        assert!(may_differ(path), "{path} differs between two nodes");
    }
}

/// United from all nodes it is the same, byte for byte, whoever is asked first, with every stamp and no vote less.
fn united(network: &Network, dir: &Path) {
    let out = dir.join("united.zip");
    // Stamps and late votes come in meanwhile; the order is all that counts when the first one comes out the same again.
    let orders: [&[usize]; 3] = [&[0, 1, 2, 3], &[2, 3, 1, 0], &[0, 1, 2, 3]];
    let start = Instant::now();
    let (first, dossier, second) = loop {
        let [(first, dossier), (second, _), (again, _)] = orders.map(|nodes| package_of(network, nodes, &out));
        if first == again {
            break (first, dossier, second);
        }
        assert!(start.elapsed() < LIMIT, "the nodes never rest");
    };
    assert!(first == second, "the order in which nodes are asked shows in the package");
    assert!(!dossier.stamps.is_empty());
    assert!(dossier.receipt.checkpoint.certificate.votes.len() >= 3);
    let genesis = network.net.genesis().unwrap().chain_id();
    let checks = evidence::verify(&first, Some(&evidence::Policy::of_genesis(genesis)));
    let chain = evidence::code::TSA_CHAIN_AT_GENTIME;
    let wrong: Vec<_> = checks.iter().filter(|c| c.outcome != proto::Outcome::Valid && c.code != chain).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

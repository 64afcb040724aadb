//! Validators that have forgotten what they said, and keys that are used twice: nobody contradicts himself, and everybody
//! votes again as soon as that is safe.

use crate::network::{Network, log, spawn, until_logged, whole_log};
use node::config::Config;
use node::keys;
use node::wire::v1;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Copies a folder with everything in it but sockets.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else if source.is_file() {
            std::fs::copy(&source, &target).unwrap();
        }
    }
}

pub fn data(network: &Network, i: usize) -> PathBuf {
    Config::load(&network.net.home(i)).unwrap().data
}

/// Its vote is needed, and comes: one of the others is dead.
async fn check_votes(network: &mut Network, i: usize, n: usize) {
    network.until_status(i, "a view in which it votes", |s| s.voting).await;
    let dead = (i + 1) % 4;
    network.kill(dead);
    for k in 0..3 {
        network.commit(i, n + k).await;
    }
    network.restart(dead);
    network.check_promises().await;
    network.check_no_contradiction();
    network.check_alive();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_backup_that_was_put_back_is_noticed_and_casts_no_vote_until_it_is_safe() {
    let mut network = Network::start().await;
    for n in 0..6 {
        network.commit(n % 4, n).await;
    }
    network.kill(3);
    let (data, kept) = (data(&network, 3), network.net.dir.join("kept"));
    copy(&data, &kept);
    network.restart(3);
    network.until_status(3, "a view in which it votes", |s| s.voting && s.peers_connected == 3).await;
    for n in 10..16 {
        network.commit(n % 4, n).await;
    }
    network.kill(3);
    network.kill(0);
    std::fs::remove_dir_all(&data).unwrap();
    copy(&kept, &data);
    network.restart(3);
    // Two answers are not enough.
    network.until_status(3, "its two peers", |s| s.peers_connected == 2).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let status = network.status(3).await.unwrap();
    let said = log(&network.net.home(3));
    assert!(!status.voting && status.votes_from.is_none(), "{:?}\n{said}", status.votes_from);
    until_logged(&network.net.home(3), "older than what was promised").await;
    network.restart(0);
    for n in 20..26 {
        network.commit(n % 3, n).await;
    }
    check_votes(&mut network, 3, 30).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wiped_disk_without_its_guard_asks_before_it_votes() {
    let mut network = Network::start().await;
    for n in 0..10 {
        network.commit(n % 4, n).await;
    }
    network.kill(2);
    let home = network.net.home(2);
    std::fs::remove_dir_all(data(&network, 2)).unwrap();
    std::fs::remove_file(Config::load(&home).unwrap().keys.guard).unwrap();
    network.restart(2);
    for n in 10..16 {
        network.commit([0, 1, 3][n % 3], n).await;
    }
    until_logged(&home, "no sign-guard").await;
    check_votes(&mut network, 2, 20).await;
}

/// The snapshot of a whole machine: guard and database agree with one another, and only the others know better.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_home_that_was_put_back_learns_from_its_peers_what_it_forgot() {
    let mut network = Network::start().await;
    for n in 0..4 {
        network.commit(n % 4, n).await;
    }
    network.kill(1);
    let (home, kept) = (network.net.home(1), network.net.dir.join("kept"));
    copy(&home, &kept);
    network.restart(1);
    network.until_status(1, "a view in which it votes", |s| s.voting && s.peers_connected == 3).await;
    for n in 10..20 {
        network.commit(n % 4, n).await;
    }
    network.kill(1);
    std::fs::remove_dir_all(&home).unwrap();
    copy(&kept, &home);
    network.restart(1);
    for n in 20..26 {
        network.commit([0, 2, 3][n % 3], n).await;
    }
    until_logged(&home, "not in our database").await;
    check_votes(&mut network, 1, 30).await;
}

/// The one that dials all the others, so that a copy on other ports can reach them too.
fn dialer(network: &Network) -> usize {
    let id = |i: usize| {
        let key = keys::read_peer_key(&Config::load(&network.net.home(i)).unwrap().keys.peer).unwrap();
        node::net::certificate::peer_id(&keys::peer_public(&key)).unwrap().to_bytes()
    };
    (0..4).min_by_key(|i| id(*i)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_instance_is_kept_out_while_the_first_lives_and_takes_over_after() {
    let mut network = Network::start().await;
    let first = dialer(&network);
    for n in 0..4 {
        network.commit(n % 4, n).await;
    }
    network.kill(first);
    let (home, twin) = (network.net.home(first), network.net.dir.join("twin"));
    copy(&home, &twin);
    // What the first said of itself is not the twin's.
    std::fs::remove_file(twin.join("node.log")).unwrap();
    let mut config = Config::load(&home).unwrap();
    // The copy has its own ports; its paths are those of the copy.
    config = Config { peers: config.peers.clone(), limits: config.limits, ..Config::new(config.listen.clone()) };
    config.listen.peer = "/ip4/127.0.0.1/tcp/0".into();
    config.listen.api = "127.0.0.1:0".parse().unwrap();
    config.listen.metrics = "127.0.0.1:0".parse().unwrap();
    std::fs::write(twin.join("node.toml"), config.to_toml()).unwrap();
    network.restart(first);
    network.until_status(first, "a view in which it votes", |s| s.voting && s.peers_connected == 3).await;
    for n in 10..14 {
        network.commit(n % 4, n).await;
    }
    let mut second = spawn(&twin);
    for n in 20..26 {
        network.commit(n % 4, n).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    until_logged(&twin, "two processes use one validator key").await;
    assert!(!whole_log(&twin).contains("voting"), "{}", log(&twin));
    // Everybody knows: the peers, and the first, which goes on.
    until_logged(&home, "turned away another process").await;
    assert!((0..4).any(|i| network.metric(i, "rivals_total") > 0));
    let told = |s: &v1::GetStatusResponse| s.troubles.iter().any(|t| t.code == "TWO_PROCESSES" && t.grave);
    network.until_status(first, "two processes as a grave trouble, and a voice", |s| s.voting && told(s)).await;
    network.check_no_contradiction();
    // The first is gone: the second may come in. Its disk is old, so it asks all before it votes.
    network.kill(first);
    for n in 30..40 {
        network.commit(n % 4, n).await;
    }
    until_logged(&twin, "voting").await;
    network.check_no_contradiction();
    second.kill().unwrap();
    second.wait().unwrap();
    network.restart(first);
    network.check_promises().await;
}

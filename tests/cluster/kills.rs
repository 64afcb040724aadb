//! Nodes die without warning; what a client was told stays true.

use crate::network::{Network, log};
use node::config::Config;
use std::process::Command;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_dead_node_does_not_stop_the_rest() {
    let mut network = Network::start().await;
    network.commit(0, 0).await;
    network.kill(2);
    for n in 1..30 {
        network.commit(n % 4, n).await;
    }
    network.restart(2);
    network.check_promises().await;
    network.check_alive();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_node_may_be_killed_at_any_time() {
    let mut network = Network::start().await;
    let mut n = 0;
    for round in 0..8 {
        let victim = (round * 3 + 1) % 4;
        for _ in 0..5 {
            network.commit(n % 4, n).await;
            n += 1;
        }
        network.kill(victim);
        // At a different moment of the victim's life every round.
        tokio::time::sleep(Duration::from_millis(37 * round as u64)).await;
        for _ in 0..3 {
            network.commit(n % 4, n).await;
            n += 1;
        }
        network.restart(victim);
    }
    assert_eq!(network.promised.len(), n);
    network.check_promises().await;
    network.check_alive();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_nodes_killed_at_once_lose_nothing() {
    let mut network = Network::start().await;
    for round in 0..3 {
        for n in 0..10 {
            network.commit(n % 4, 10 * round + n).await;
        }
        (0..4).for_each(|i| network.kill(i));
        (0..4).for_each(|i| network.restart(i));
    }
    network.check_promises().await;
    network.commit(1, 1000).await;
    network.check_promises().await;
    network.check_alive();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wiped_store_is_filled_again_by_the_others() {
    let mut network = Network::start().await;
    for n in 0..20 {
        network.commit(n % 4, n).await;
    }
    network.kill(3);
    let home = network.net.home(3);
    std::fs::remove_dir_all(Config::load(&home).unwrap().data).unwrap();
    for n in 20..30 {
        network.commit(n % 3, n).await;
    }
    network.restart(3);
    network.check_promises().await;
}

/// The networks' own files, but a model that no program has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_the_model_of_genesis_does_not_start() {
    let mut network = Network::start().await;
    network.kill(0);
    let (home, wanted) = (network.net.home(0), "7e".repeat(32));
    let genesis = std::fs::read_to_string(home.join("genesis.toml")).unwrap();
    let model = network.net.genesis().unwrap().params.model.to_string();
    std::fs::write(home.join("genesis.toml"), genesis.replace(&model, &wanted)).unwrap();
    let ended = Command::new(env!("CARGO_BIN_EXE_chirograph")).args(["start", "--home"]).arg(&home).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains(&wanted) && said.contains(&model) && said.contains("use the release"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_of_another_network_stops_the_node_with_a_clear_error() {
    let (mut network, other) = (Network::start().await, Network::start().await);
    network.kill(0);
    let (ours, theirs) = (network.net.home(0), other.net.home(0));
    std::fs::copy(other.net.dir.join("genesis.toml"), ours.join("genesis.toml")).unwrap();
    for key in ["validator.pem", "peer.key"] {
        std::fs::copy(theirs.join(key), ours.join(key)).unwrap();
    }
    let ended = Command::new(env!("CARGO_BIN_EXE_chirograph")).args(["start", "--home"]).arg(&ours).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("its own data folder"), "{said}\n{}", log(&ours));
}

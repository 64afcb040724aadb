//! A validator whose program is broken or hostile, with its real keys: what it sends is bounded and counted, the others go
//! on, and afterwards it is heard again, because validators are never banned. And strangers who only take up room.

use crate::hostile::{AUTH, Hostile, VOTES};
use crate::network::Network;
use futures::AsyncWriteExt;
use node::config::Config;
use node::net::frame;
use proto::{Height, View};
use replica::{Message, Standing};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// More than a node reads in the seconds that the test gives it.
const FLOOD: usize = 30_000;

/// Resident memory of a process, in MiB.
fn memory(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_validator_is_bounded_and_counted_and_heard_afterwards() {
    let mut network = Network::start().await;
    network.commit(0, 0).await;
    network.kill(3);
    let before = memory(network.pid(0));
    let hostile = Hostile::link(&network, &network.net.home(3), 0).await;

    // A stream before the handshake; a frame that is too long; frames that are none.
    let mut counted = network.metric(0, "peer_malformed_total");
    let mut early = hostile.open(VOTES).await;
    hostile.say(&mut early, &[0; 4]).await;
    for bytes in [vec![0xff; 4], vec![0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]] {
        let (mut votes, _bulk) = hostile.streams().await;
        hostile.say(&mut votes, &bytes).await;
        let now = network.metric(0, "peer_malformed_total");
        assert!(now > counted, "{bytes:?} was not counted");
        counted = now;
    }
    network.commit(0, 1).await;

    // A flood of claims, none of the answers read, and handshakes that never end.
    let lie = Standing { finalized: Height(1 << 60), view: View(1 << 60) };
    let frames: Vec<u8> = frame::message(&Message::Status(lie)).repeat(FLOOD);
    let hostile = Arc::new(hostile);
    let again = hostile.clone();
    let flood = tokio::spawn(async move {
        // On and on, because a node that is slow itself has nothing to slow down; and anew when the node has cut it short.
        loop {
            let (mut votes, _bulk) = again.streams().await;
            while votes.write_all(&frames).await.is_ok() {}
        }
    });
    let mut half_open = Vec::new();
    for _ in 0..200 {
        half_open.push(timeout(Duration::from_secs(5), hostile.open(AUTH)).await);
    }
    for n in 2..12 {
        network.commit(0, n).await;
    }
    let start = Instant::now();
    while network.metric(0, "peer_throttled_total") == 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "the flood was not slowed down");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let grown = memory(network.pid(0)).saturating_sub(before);
    assert!(grown < 200, "a flood of {FLOOD} frames took {grown} MiB");

    // The hostile program ends; the real one is let in, and its vote counts: without it there is no quorum.
    flood.abort();
    let _ended = flood.await;
    drop((half_open, hostile));
    network.restart(3);
    network.until_status(0, "its three peers", |s| s.peers_connected == 3).await;
    network.kill(2);
    network.commit(0, 12).await;
    network.restart(2);
    network.check_promises().await;
    network.check_no_contradiction();
    network.check_alive();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_that_only_take_up_room_are_let_go() {
    let mut network = Network::start().await;
    let config = Config::load(&network.net.home(0)).unwrap();
    let port: u16 = config.listen.peer.rsplit('/').next().unwrap().parse().unwrap();
    let mut strangers = Vec::new();
    for _ in 0..400 {
        strangers.push(TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).await.unwrap());
    }
    network.commit(0, 0).await;
    network.kill(3);
    network.restart(3);
    network.until_status(0, "its three peers", |s| s.peers_connected == 3).await;
    for stream in &mut strangers {
        let mut rest = Vec::new();
        // Every one was let go: nothing is left to wait for but the end.
        let ended = timeout(Duration::from_secs(60), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "a silent stranger is kept");
    }
    assert!(network.metric(0, "peer_malformed_total") > 0);
    network.check_promises().await;
    network.check_alive();
}

//! A validator whose program is broken or hostile, with its real keys: what it sends is bounded and counted, the others go
//! on, and afterwards it is heard again, because validators are never banned. And strangers who only take up room.

use crate::network::Network;
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, Stream, StreamProtocol, SwarmBuilder, identity, noise, tcp, yamux};
use node::config::Config;
use node::keys::{read_peer_key, read_secret};
use node::net::auth::{self, Badge, Expected, Role};
use node::net::certificate::{Identity, peer_id};
use node::net::frame;
use node::net::instance::Instance;
use proto::{Height, View};
use replica::{Message, Standing};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

const AUTH: StreamProtocol = StreamProtocol::new("/chirograph/auth/1");
const VOTES: StreamProtocol = StreamProtocol::new("/chirograph/votes/1");
const BULK: StreamProtocol = StreamProtocol::new("/chirograph/bulk/1");
/// More than a node reads in the seconds that the test gives it.
const FLOOD: usize = 30_000;

/// Another program with a validator's keys, linked to one node.
struct Hostile {
    control: libp2p_stream::Control,
    badge: Badge,
    victim: Expected,
    dialing: tokio::task::JoinHandle<()>,
}

impl Drop for Hostile {
    /// Its program ends: it must not keep the place of the real validator.
    fn drop(&mut self) {
        self.dialing.abort();
    }
}

impl Hostile {
    /// With the keys of validator `whose`, which must not run, on a link to node `at`.
    async fn link(network: &Network, whose: usize, at: usize) -> Self {
        let keys = Config::load(&network.net.home(whose)).unwrap().keys;
        let identity =
            Identity { validator: read_secret(&keys.validator).unwrap(), peer: read_peer_key(&keys.peer).unwrap() };
        let genesis = network.net.genesis().unwrap();
        let victim = &genesis.validators[at];
        let (id, address) = (peer_id(&victim.peer).unwrap(), victim.address.parse().unwrap());
        let mut swarm = SwarmBuilder::with_existing_identity(identity::Keypair::from(identity.peer.clone()))
            .with_tokio()
            .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
            .unwrap()
            .with_behaviour(|_| libp2p_stream::Behaviour::new())
            .unwrap()
            .with_swarm_config(|c| c.with_idle_connection_timeout(Duration::from_secs(120)))
            .build();
        let control = swarm.behaviour().new_control();
        // As a real node does, it dials again when the victim has hung up (on it, or on the one whose keys it has).
        let dial = move || DialOpts::peer_id(id).addresses(vec![Multiaddr::clone(&address)]).build();
        swarm.dial(dial()).unwrap();
        let dialing = tokio::spawn(async move {
            loop {
                if let SwarmEvent::ConnectionClosed { .. } | SwarmEvent::OutgoingConnectionError { .. } =
                    swarm.select_next_some().await
                {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    // Refused while a dial is under way.
                    let _dialing = swarm.dial(dial());
                }
            }
        });
        let certificate = identity.certify(genesis.chain_id(), node::clock::now().0);
        let badge = Badge { identity, certificate, instance: Instance::new([7; 16], 1).unwrap() };
        Self { control, badge, victim: Expected { peer: id, validator: victim.key.clone() }, dialing }
    }
    async fn open(&self, protocol: StreamProtocol) -> Stream {
        let start = Instant::now();
        loop {
            match self.control.clone().open_stream(self.victim.peer, protocol.clone()).await {
                Ok(stream) => return stream,
                Err(error) => assert!(start.elapsed() < Duration::from_secs(60), "{protocol}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    /// A handshake that passes, and both streams.
    async fn streams(&self) -> (Stream, Stream) {
        let start = Instant::now();
        loop {
            // The link on which it said something wrong is being closed, and may be the one that is found open.
            let mut stream = self.open(AUTH).await;
            match auth::handshake(&mut stream, Role::Dialer, &self.badge, &self.victim).await {
                Ok(_) => return (self.open(VOTES).await, self.open(BULK).await),
                Err(error) => assert!(start.elapsed() < Duration::from_secs(60), "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    /// Writes on a votes stream and waits until the node has ended it.
    async fn say(&self, stream: &mut Stream, bytes: &[u8]) {
        // It may end before all is written.
        let _heard = stream.write_all(bytes).await;
        let _sent = stream.flush().await;
        let mut rest = Vec::new();
        let ended = timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "the node keeps a stream open that broke the protocol");
    }
}

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
    let hostile = Hostile::link(&network, 3, 0).await;

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
    let (mut votes, _bulk) = hostile.streams().await;
    let lie = Standing { finalized: Height(1 << 60), view: View(1 << 60) };
    let frames: Vec<u8> = frame::message(&Message::Status(lie)).repeat(FLOOD);
    let flood = tokio::spawn(async move {
        // The node may cut it short.
        let _heard = votes.write_all(&frames).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
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

//! A program that has a node's keys and says what it likes, linked to one validator.

use crate::network::Network;
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, Stream, StreamProtocol, SwarmBuilder, identity, noise, tcp, yamux};
use node::config::Config;
use node::keys::{read_peer_key, read_secret};
use node::net::auth::{self, Badge, Expected, Role};
use node::net::certificate::{Identity, peer_id};
use node::net::instance::Instance;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::time::timeout;

pub const AUTH: StreamProtocol = StreamProtocol::new("/chirograph/auth/1");
pub const VOTES: StreamProtocol = StreamProtocol::new("/chirograph/votes/1");
pub const BULK: StreamProtocol = StreamProtocol::new("/chirograph/bulk/1");

/// Another program with a validator's keys, linked to one node.
pub struct Hostile {
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
    /// With the keys of the node at `home`, which must not run, on a link to validator `at`.
    pub async fn link(network: &Network, home: &Path, at: usize) -> Self {
        let keys = Config::load(home).unwrap().keys;
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
    pub async fn open(&self, protocol: StreamProtocol) -> Stream {
        let start = Instant::now();
        loop {
            match self.control.clone().open_stream(self.victim.peer, protocol.clone()).await {
                Ok(stream) => return stream,
                Err(error) => assert!(start.elapsed() < Duration::from_secs(60), "{protocol}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    /// Whether the node lets us in within `patience`.
    pub async fn is_let_in(&self, patience: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < patience {
            // Refused connections end at once, and so does the wait for a stream on them.
            let opened = timeout(patience, self.control.clone().open_stream(self.victim.peer, AUTH)).await;
            if let Ok(Ok(mut stream)) = opened {
                let shaken = timeout(patience, auth::handshake(&mut stream, Role::Dialer, &self.badge, &self.victim));
                if matches!(shaken.await, Ok(Ok(_))) {
                    return true;
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }
    /// A handshake that passes, and both streams.
    pub async fn streams(&self) -> (Stream, Stream) {
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
    pub async fn say(&self, stream: &mut Stream, bytes: &[u8]) {
        // It may end before all is written.
        let _heard = stream.write_all(bytes).await;
        let _sent = stream.flush().await;
        let mut rest = Vec::new();
        let ended = timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "the node keeps a stream open that broke the protocol");
    }
}

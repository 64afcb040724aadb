//! What the swarm is put together from: TCP, Noise, yamux, and who and how much is let in.

use crate::net::sources::Sources;
use libp2p::allow_block_list::{self, AllowedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::identity::ed25519;
use libp2p::swarm::NetworkBehaviour;
use libp2p::{Swarm, SwarmBuilder, identity, noise, tcp, yamux};
use libp2p_stream as stream;
use std::time::Duration;

/// Most connections that are not authenticated by Noise yet, from anybody.
const PENDING_MAX: u32 = 256;
/// How long such a connection may take to show who it is: some round trips between continents.
const PENDING_TIME: Duration = Duration::from_secs(3);

#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    pub(super) allowed: allow_block_list::Behaviour<AllowedPeers>,
    pub(super) limits: connection_limits::Behaviour,
    pub(super) sources: Sources,
    pub(super) streams: stream::Behaviour,
}

/// A swarm that lets nobody in yet.
pub(super) fn build(key: &ed25519::Keypair) -> Result<Swarm<Behaviour>, Box<dyn std::error::Error + Send + Sync>> {
    let limits =
        ConnectionLimits::default().with_max_pending_incoming(Some(PENDING_MAX)).with_max_established_per_peer(Some(2));
    // Nobody yet: `Bound::run` lets them in as the roster names them.
    let allowed = allow_block_list::Behaviour::<AllowedPeers>::default();
    let limits = connection_limits::Behaviour::new(limits);
    let behaviour = Behaviour { allowed, limits, sources: Sources::default(), streams: stream::Behaviour::new() };
    let swarm = SwarmBuilder::with_existing_identity(identity::Keypair::from(key.clone()))
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)?
        .with_behaviour(|_| behaviour)?
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(30)))
        .with_connection_timeout(PENDING_TIME)
        .build();
    Ok(swarm)
}

//! How many connections one address may have that have not shown yet who they are. Without it a single machine takes all
//! places for such connections, and a validator that comes back finds none.
//!
//! It looks at addresses only, counts nothing once Noise has named the other side, and bans nobody.

use crate::origin::origin;
use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
    dummy,
};
use libp2p::{Multiaddr, PeerId};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

/// Most of them from one IPv4 address, or from one /64 of IPv6. Validators of one host dial one after the other.
pub const PENDING_PER_SOURCE: usize = 16;

/// Where connections come from whose other side is unknown.
#[derive(Default)]
pub struct Sources {
    pending: HashMap<ConnectionId, IpAddr>,
}

/// One source has too many.
#[derive(Debug, thiserror::Error)]
#[error("{0} has {PENDING_PER_SOURCE} connections open that have not shown who they are")]
pub struct Crowded(IpAddr);

impl Sources {
    /// Counts a connection from `remote`, or says why not.
    fn enter(&mut self, connection: ConnectionId, remote: &Multiaddr) -> Result<(), Crowded> {
        let Some(source) = source(remote) else { return Ok(()) };
        if self.pending.values().filter(|other| **other == source).count() >= PENDING_PER_SOURCE {
            return Err(Crowded(source));
        }
        self.pending.insert(connection, source);
        Ok(())
    }
    fn leave(&mut self, connection: ConnectionId) {
        self.pending.remove(&connection);
    }
}

/// What a connection is counted under.
fn source(remote: &Multiaddr) -> Option<IpAddr> {
    remote.iter().find_map(|part| match part {
        Protocol::Ip4(ip) => Some(origin(Some(ip.into()))),
        Protocol::Ip6(ip) => Some(origin(Some(ip.into()))),
        _ => None,
    })
}

impl NetworkBehaviour for Sources {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.enter(connection, remote).map_err(ConnectionDenied::new)
    }
    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.leave(connection);
        Ok(dummy::ConnectionHandler)
    }
    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }
    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ListenFailure(failure) = event {
            self.leave(failure.connection_id);
        }
    }
    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }
    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_leaves_room_for_another() {
        let mut sources = Sources::default();
        let at = |text: &str| text.parse::<Multiaddr>().unwrap();
        let connection = ConnectionId::new_unchecked;
        let stranger = |n: usize| at(&format!("/ip4/192.0.2.7/tcp/{}", 1000 + n));
        for n in 0..PENDING_PER_SOURCE {
            assert!(sources.enter(connection(n), &stranger(n)).is_ok());
        }
        assert!(sources.enter(connection(100), &stranger(100)).is_err());
        assert!(sources.enter(connection(101), &at("/ip4/192.0.2.8/tcp/1")).is_ok());
        sources.leave(connection(3));
        assert!(sources.enter(connection(102), &stranger(102)).is_ok());
    }

    #[test]
    fn a_guest_cannot_choose_another_address_of_its_network() {
        let of = |text: &str| source(&text.parse().unwrap());
        assert_eq!(of("/ip6/2001:db8::1/tcp/1"), of("/ip6/2001:db8::ffff/tcp/2"));
        assert_ne!(of("/ip6/2001:db8::1/tcp/1"), of("/ip6/2001:db8:0:1::1/tcp/1"));
    }
}

//! The libp2p swarm: who is let in, who dials whom, and which streams run. Whom to let in and whom to cut off it is told.
//!
//! Of two validators the one with the lower peer id dials, so that there is one connection between them; it dials again
//! with growing pauses for ever. A connection is worth nothing until the handshake of `auth` has passed.

use crate::fault::Fault;
use crate::net::auth::{self, AuthError, Badge, Expected, Role};
use crate::net::behaviour::{self, Behaviour, BehaviourEvent};
use crate::net::inbound::Inbound;
use crate::net::instance::Instance;
use crate::net::outage::Outage;
use crate::net::{Change, Lane, Net, Peer, session};
use crate::shutdown::Shutdown;
use futures::StreamExt;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId, Stream, StreamProtocol, Swarm};
use libp2p_stream as stream;
use std::collections::{HashMap, HashSet};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};

const AUTH: StreamProtocol = StreamProtocol::new("/chirograph/auth/1");
const VOTES: StreamProtocol = StreamProtocol::new("/chirograph/votes/1");
const BULK: StreamProtocol = StreamProtocol::new("/chirograph/bulk/1");

/// A handshake takes two round trips and four signature checks.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// First pause before dialing again; doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// Most submissions that a peer is sent when its link comes up.
const GREETING_MAX: usize = 1000;

/// What the mesh is made of.
pub struct Mesh {
    /// Our own keys and certificate.
    pub badge: Badge,
    /// Where we listen.
    pub listen: Multiaddr,
}

/// Who waits for a connection.
type Dialing = oneshot::Sender<io::Result<()>>;

/// What the tasks ask of the swarm.
enum Command {
    /// Told when there is a connection, or why there is none.
    Connect(PeerId, Dialing),
    Disconnect(PeerId),
}

/// The running mesh.
struct Links {
    mesh: Mesh,
    net: Net,
    inbound: Arc<Inbound>,
    control: stream::Control,
    commands: mpsc::Sender<Command>,
    /// Listener side: peers that passed the handshake on their present connection.
    known: Mutex<HashSet<PeerId>>,
    running: Mutex<HashMap<(PeerId, bool), AbortHandle>>,
    /// Dialer side.
    dialing: Mutex<HashMap<PeerId, Dialing>>,
}

/// A bound swarm.
pub struct Bound {
    swarm: Swarm<Behaviour>,
    mesh: Mesh,
}

/// The swarm shares its port with whoever asks for it too, and the system would deal connections out between two nodes.
fn is_free(address: &Multiaddr) -> io::Result<()> {
    let mut parts = address.iter();
    let ip: IpAddr = match parts.next() {
        Some(Protocol::Ip4(ip)) => ip.into(),
        Some(Protocol::Ip6(ip)) => ip.into(),
        _ => return Ok(()),
    };
    match parts.next() {
        Some(Protocol::Tcp(port)) => std::net::TcpListener::bind((ip, port)).map(drop),
        _ => Ok(()),
    }
}

/// Listens on the peer port.
pub async fn bind(mesh: Mesh) -> Result<Bound, Fault> {
    let address = mesh.listen.to_string();
    let fault = |problem: String| Fault::Listen { what: "peer port", address: address.clone(), problem };
    is_free(&mesh.listen).map_err(|e| fault(e.to_string()))?;
    let mut swarm = behaviour::build(&mesh.badge.identity.peer).map_err(|e| fault(e.to_string()))?;
    swarm.listen_on(mesh.listen.clone()).map_err(|e| fault(e.to_string()))?;
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::NewListenAddr { address, .. } => {
                tracing::info!(%address, peer = %mesh.badge.identity.peer_id(), "peer port");
                return Ok(Bound { swarm, mesh });
            }
            SwarmEvent::ListenerClosed { reason: Err(e), .. } => return Err(fault(e.to_string())),
            SwarmEvent::ListenerError { error, .. } => return Err(fault(error.to_string())),
            _ => {}
        }
    }
}

impl Bound {
    /// Where the peer port really listens.
    pub fn addresses(&self) -> Vec<Multiaddr> {
        self.swarm.listeners().cloned().collect()
    }
    /// Runs the mesh until the node stops.
    pub async fn run(mut self, net: Net, inbound: Arc<Inbound>, shutdown: Shutdown) {
        let control = self.swarm.behaviour().streams.new_control();
        let (commands, mut asked) = mpsc::channel(64);
        let links = Arc::new(Links {
            mesh: self.mesh,
            net,
            inbound,
            control,
            commands,
            known: Mutex::default(),
            running: Mutex::default(),
            dialing: Mutex::default(),
        });
        let tasks = links.start();
        let mut dialers = HashMap::new();
        let Some(mut changes) = links.net.changes() else { return };
        let stop = shutdown.wait();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                event = self.swarm.select_next_some() => links.on_event(&event),
                Some(change) = changes.recv() => links.change(&mut self.swarm, &mut dialers, change),
                Some(command) = asked.recv() => links.perform(&mut self.swarm, command),
                () = &mut stop => break,
            }
        }
        tasks.iter().chain(dialers.values()).for_each(AbortHandle::abort);
    }
}

impl Links {
    fn start(self: &Arc<Self>) -> Vec<AbortHandle> {
        [AUTH, VOTES, BULK].into_iter().map(|p| tokio::spawn(self.clone().accept(p)).abort_handle()).collect()
    }

    /// Lets a peer in from now on, or no more. The one with the lower peer id dials.
    fn change(
        self: &Arc<Self>,
        swarm: &mut Swarm<Behaviour>,
        dialers: &mut HashMap<PeerId, AbortHandle>,
        change: Change,
    ) {
        match change {
            Change::Admit(peer) => {
                swarm.behaviour_mut().allowed.allow_peer(peer.id);
                if self.mesh.badge.identity.peer_id().to_bytes() < peer.id.to_bytes() {
                    dialers.insert(peer.id, tokio::spawn(self.clone().keep_dialing(peer)).abort_handle());
                }
            }
            Change::Drop(peer) => {
                tracing::info!(peer = %peer.id, "no validator any more, nor about to be one: cut off");
                // Closes its connections too.
                swarm.behaviour_mut().allowed.disallow_peer(peer.id);
                if let Some(dialer) = dialers.remove(&peer.id) {
                    dialer.abort();
                }
                self.forget(&peer.id);
            }
        }
    }

    fn perform(&self, swarm: &mut Swarm<Behaviour>, command: Command) {
        match command {
            Command::Connect(peer, connected) => self.connect(swarm, peer, connected),
            Command::Disconnect(peer) => {
                let _gone = swarm.disconnect_peer_id(peer);
            }
        }
    }

    fn connect(&self, swarm: &mut Swarm<Behaviour>, peer: PeerId, connected: Dialing) {
        let Some(member) = self.net.peer(&peer) else { return };
        if swarm.is_connected(&peer) {
            // The dialer may have stopped waiting.
            let _told = connected.send(Ok(()));
            return;
        }
        let addresses = vec![member.address.clone()];
        let dial = DialOpts::peer_id(peer).condition(PeerCondition::Disconnected).addresses(addresses).build();
        match swarm.dial(dial) {
            Ok(()) => drop(self.dialing.lock().unwrap_or_else(PoisonError::into_inner).insert(peer, connected)),
            Err(e) => drop(connected.send(Err(io::Error::other(e.to_string())))),
        }
    }
    /// Tells whoever waits for a connection, if somebody still does.
    fn dialed(&self, peer: &PeerId, how: io::Result<()>) {
        let waiting = self.dialing.lock().unwrap_or_else(PoisonError::into_inner).remove(peer);
        let _told = waiting.map(|waiting| waiting.send(how));
    }

    fn on_event(&self, event: &SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::ConnectionEstablished { peer_id, .. } => self.dialed(peer_id, Ok(())),
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. } => {
                self.dialed(peer, Err(io::Error::other(error.to_string())));
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, cause, .. } => {
                // Nobody's link ended where nobody had proven who it is: a stranger may try as often as it likes.
                let was_known = self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(peer_id);
                if was_known {
                    tracing::info!(peer = %peer_id, cause = ?cause.as_ref().map(ToString::to_string), "link closed");
                }
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, .. } => {
                self.inbound.intake.metrics.malformed.inc();
                tracing::debug!(from = %send_back_addr, %error, "somebody is not let in");
            }
            _ => {}
        }
    }

    /// Dialer: connects, proves itself, runs both streams, and starts again when they break.
    async fn keep_dialing(self: Arc<Self>, peer: Arc<Peer>) {
        let (mut pause, mut outage) = (PAUSE_MIN, Outage::default());
        loop {
            let error = match self.dial(&peer).await {
                Ok(ended) => {
                    tracing::info!(validator = peer.index().0, error = %ended, "link is down");
                    pause = PAUSE_MIN;
                    outage.ended();
                    ended
                }
                Err(error) => {
                    outage.failed(Instant::now()).into_iter().for_each(|lasts| unreachable(&peer, lasts, &error));
                    error
                }
            };
            let _stopping = self.commands.send(Command::Disconnect(peer.id)).await;
            tracing::debug!(validator = peer.index().0, %error, pause_ms = pause.as_millis(), "link is down, dialing again");
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    async fn dial(self: &Arc<Self>, peer: &Arc<Peer>) -> Result<io::Error, io::Error> {
        // A stream is opened only on a connection that stands: asked for earlier, it would dial by itself, without an
        // address, and fail.
        let (told, connected) = oneshot::channel();
        let _stopping = self.commands.send(Command::Connect(peer.id, told)).await;
        let dialed = timeout(HANDSHAKE_MAX, connected).await.map_err(io::Error::from)?;
        dialed.map_err(|_| io::Error::from(io::ErrorKind::ConnectionRefused))??;
        let mut control = self.control.clone();
        let mut open = async |protocol| {
            let opened = timeout(HANDSHAKE_MAX, control.open_stream(peer.id, protocol)).await;
            opened.map_err(io::Error::from)?.map_err(|e| io::Error::other(e.to_string()))
        };
        self.authenticate(open(AUTH).await?, Role::Dialer, peer).await?;
        let (votes, bulk) = (open(VOTES).await?, open(BULK).await?);
        tracing::info!(validator = peer.index().0, "link is up");
        peer.votes.clear();
        self.greet(peer);
        Ok(tokio::select! {
            error = session::run(peer.clone(), Lane::Votes, votes, self.inbound.clone()) => error,
            error = session::run(peer.clone(), Lane::Bulk, bulk, self.inbound.clone()) => error,
        })
    }

    async fn authenticate(&self, mut stream: Stream, role: Role, peer: &Peer) -> Result<Stream, io::Error> {
        let expected = Expected { peer: peer.id, validator: peer.validator.clone() };
        let shaken = timeout(HANDSHAKE_MAX, auth::handshake(&mut stream, role, &self.mesh.badge, &expected)).await;
        let refused = match shaken.map_err(io::Error::from)? {
            Ok(instance) => match peer.presence.arrive(instance, peer.is_linked(), Instant::now()) {
                Ok(()) => return Ok(stream),
                Err(present) => self.turn_away(&mut stream, role, peer, (instance, present)).await,
            },
            Err(error) => error,
        };
        self.failed(peer, &refused);
        Err(io::Error::new(io::ErrorKind::PermissionDenied, refused))
    }

    /// A second process with a key whose first is alive: it is told, and so is the first.
    async fn turn_away(
        &self,
        stream: &mut Stream,
        role: Role,
        peer: &Peer,
        (new, present): (Instance, Instance),
    ) -> AuthError {
        self.net.warn(peer.index(), &new);
        if role == Role::Listener {
            // It may have gone already.
            let _told = auth::turn_away(stream, &present).await;
        }
        AuthError::Rival(new)
    }

    fn failed(&self, peer: &Peer, error: &AuthError) {
        let metrics = &self.inbound.intake.metrics;
        if let AuthError::Rival(rival) = error {
            metrics.rivals.inc();
            tracing::error!(validator = peer.index().0, %rival, "two processes use one validator key; the link is refused");
        } else {
            metrics.malformed.inc();
            tracing::warn!(validator = peer.index().0, %error, "handshake failed");
        }
    }

    /// Listener: takes streams of one protocol.
    async fn accept(self: Arc<Self>, protocol: StreamProtocol) {
        let mut control = self.control.clone();
        let Ok(mut incoming) = control.accept(protocol.clone()) else { return };
        while let Some((id, stream)) = incoming.next().await {
            let Some(peer) = self.net.peer(&id) else { continue };
            if protocol == AUTH {
                tokio::spawn(self.clone().answer(peer, stream));
            } else if self.is_known(&id) {
                let lane = if protocol == VOTES { Lane::Votes } else { Lane::Bulk };
                self.serve(peer, lane, stream);
            } else {
                self.inbound.intake.metrics.malformed.inc();
                tracing::warn!(validator = peer.index().0, "a stream before the handshake is refused");
            }
        }
    }

    async fn answer(self: Arc<Self>, peer: Arc<Peer>, stream: Stream) {
        let Ok(mut stream) = self.authenticate(stream, Role::Listener, &peer).await else { return };
        // A new handshake means a new connection: what ran on the old one is over.
        self.forget(&peer.id);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(peer.id);
        // Told only now, so that the streams that the dialer opens next find it known.
        if auth::admit(&mut stream).await.is_err() {
            self.forget(&peer.id);
        }
    }

    fn serve(self: &Arc<Self>, peer: Arc<Peer>, lane: Lane, stream: Stream) {
        let (id, index) = (peer.id, peer.index());
        match lane {
            // What was said over an earlier link, perhaps to another process of that key, must not outlive it: an old
            // answer about its last vote, above all.
            Lane::Votes => peer.votes.clear(),
            Lane::Bulk => {
                tracing::info!(validator = index.0, "link is up");
                self.greet(&peer);
            }
        }
        let inbound = self.inbound.clone();
        let task = tokio::spawn(async move {
            let error = session::run(peer, lane, stream, inbound).await;
            tracing::debug!(validator = index.0, ?lane, %error, "stream ended");
        });
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = running.insert((id, lane == Lane::Bulk), task.abort_handle()) {
            old.abort();
        }
    }

    /// A peer that was away may lack what clients gave us meanwhile.
    fn greet(&self, peer: &Peer) {
        peer.bulk.clear();
        if !peer.gets_packets() {
            return;
        }
        for held in self.inbound.intake.submissions.ours(GREETING_MAX) {
            self.net.give(peer, &held.submission);
        }
    }

    fn is_known(&self, id: &PeerId) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
    fn forget(&self, id: &PeerId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        for bulk in [false, true] {
            if let Some(old) = running.remove(&(*id, bulk)) {
                old.abort();
            }
        }
    }
}

/// For the operator: an address that is wrong, or a link or machine that is down.
fn unreachable(peer: &Peer, lasts: Duration, error: &io::Error) {
    let (validator, key, seconds) = (peer.index().0, peer.validator.id(), lasts.as_secs());
    tracing::warn!(validator, %key, address = %peer.address, seconds, %error, "validator cannot be reached; dialing on");
}

//! How the parts of a node fit together. Only wiring: each part says for itself what it does.

use crate::admin::Door;
use crate::admission::{Admission, Memory};
use crate::appraisers::Appraisers;
use crate::clock;
use crate::config::{Config, Tsa};
use crate::event_loop::{self, Event, EventLoop};
use crate::fault::Fault;
use crate::fault_report::FaultReports;
use crate::governance::{self, Governance};
use crate::guard::Guard;
use crate::handle::{Handle, Parts};
use crate::history::History;
use crate::intake::Intake;
use crate::keys;
use crate::net::auth::Badge;
use crate::net::certificate::Identity;
use crate::net::inbound::Inbound;
use crate::net::instance::Instance;
use crate::net::swarm::{self, Mesh};
use crate::net::{Member, Net, fetch};
use crate::packet_rows::PacketRows;
use crate::roster::{Roster, Scene};
use crate::shutdown::Shutdown;
use crate::space::{self, Space};
use crate::stamps;
use crate::status::{Alarms, Commit, NodeStatus};
use crate::store::Store;
use crate::stored::Stored;
use crate::submissions::{Room, Submissions};
use crate::telemetry::{self, Metrics};
use crate::vault::Vault;
use crate::waiters::Waiters;
use genesis::Genesis;
use ledger::Birth;
use libp2p::Multiaddr;
use models::Appraiser;
use proto::{ChainId, Height, KeyId, ValidatorSet};
use replica::{Limits, Replica, Setup};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, RwLock};
use std::thread;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;

/// Most events that wait for the loop.
const EVENTS_MAX: usize = 4096;
/// How many blocks a slow subscriber may be behind.
const COMMITS_MAX: usize = 1024;
/// Memory for profiles of earlier packets, in bytes.
const HISTORY_BYTES: usize = 64 << 20;

/// A node that has read its files and opened its store.
pub(super) struct Node {
    genesis: Arc<Genesis>,
    chain: ChainId,
    identity: Identity,
    roster: Roster,
    listen: Multiaddr,
    pub store: Arc<Store>,
    space: Arc<Space>,
    guard: Guard,
    memory: replica::Memory,
    instance: Instance,
    vault: Arc<Vault>,
    model: Appraiser,
    limits: crate::config::Limits,
    metrics: Arc<Metrics>,
    authorities: Vec<Tsa>,
}

/// Bound ports.
pub(super) struct Ports {
    api: TcpListener,
    metrics: TcpListener,
    peer: swarm::Bound,
    door: Door,
}

/// A node that runs.
pub(super) struct Running {
    pub handle: Handle,
    pub waiters: Arc<Waiters>,
    pub api: TcpListener,
    pub api_address: SocketAddr,
    pub metrics_address: SocketAddr,
    pub peer_addresses: Vec<Multiaddr>,
    pub tasks: Vec<JoinHandle<()>>,
    pub event_loop: thread::JoinHandle<()>,
}

impl Node {
    pub(super) fn open(config: &Config, genesis: Arc<Genesis>) -> Result<Self, Fault> {
        let chain = genesis.chain_id();
        let validator = keys::read_secret(&config.keys.validator)?;
        let peer = keys::read_peer_key(&config.keys.peer)?;
        let storage = keys::read_storage_key(&config.keys.storage)?;
        // A key that genesis does not name is an observer's, until a motion makes it a validator's.
        let founder = genesis.validators.iter().find(|v| v.key == *validator.public());
        if founder.is_some_and(|v| v.peer != keys::peer_public(&peer)) {
            return Err(Fault::key(&config.keys.peer, "genesis gives this validator another transport key"));
        }
        let model = Appraiser::by_digest(&genesis.params.model)
            .ok_or_else(|| Fault::config(&config.genesis, model_missing(&genesis.params.model)))?;
        tracing::info!(name = model.name(), digest = %model.digest(), "model in force");
        let overrides = overrides(config, &genesis).map_err(|e| Fault::config(&config.genesis, e))?;
        let listen =
            config.listen.peer.parse().map_err(|e| Fault::config(&config.data, format!("listen.peer: {e}")))?;
        let space = Arc::new(Space::new(&config.data, config.limits.disk_reserve_mib << 20)?);
        let store = Arc::new(Store::open(&config.data, &birth(&genesis, chain))?);
        let mut guard = Guard::open(&config.keys.guard, validator.public())?;
        let memory = guard.start(store.written())?;
        let instance = Instance::new(guard.state().home, guard.state().starts)?;
        Ok(Self {
            chain,
            roster: Roster { genesis: genesis.clone(), overrides, own: validator.public().clone() },
            identity: Identity { validator, peer },
            listen,
            store,
            space,
            guard,
            memory,
            instance,
            vault: Arc::new(Vault::new(&storage)),
            model,
            limits: config.limits,
            metrics: Arc::default(),
            authorities: config.tsa.clone(),
            genesis,
        })
    }

    /// Whom we link with at first; the loop looks again when it starts.
    fn members(&self, validators: &ValidatorSet, height: Height) -> Result<Vec<Member>, Fault> {
        self.roster.check()?;
        let scene = Scene { validators, contacts: &[], height };
        self.roster.members(&*self.store, &scene).map_err(|e| self.store.fault(e))
    }

    fn mesh(&self) -> Result<Mesh, Fault> {
        let certificate = self.identity.certify(self.chain, clock::now().0);
        let badge = Badge { identity: self.identity.clone(), certificate, instance: self.instance };
        Ok(Mesh { badge, listen: self.listen.clone() })
    }

    fn replica(&self) -> Result<Replica, Fault> {
        let validators = self.genesis.validator_set();
        let setup = Setup {
            chain: self.chain,
            quorum: validators.quorum(),
            validators,
            identity: None,
            key: Some(self.identity.validator.clone()),
            software: self.software(),
            params: self.genesis.params.clone(),
            limits: Limits { pool_transactions: self.limits.pool_transactions, pool_bytes: self.limits.pool_bytes },
            memory: self.memory,
            vote_from: self.guard.state().vote_from,
        };
        Replica::new(setup, &*self.store).map_err(|e| self.store.fault(e))
    }

    /// The number of our program, or the lower one of an older release that we are told to behave as.
    fn software(&self) -> u32 {
        self.limits.software.map_or(crate::SOFTWARE, |number| number.min(crate::SOFTWARE))
    }

    fn admission(&self) -> Arc<Admission> {
        Arc::new(Admission {
            chain: self.chain,
            params: self.genesis.params.clone(),
            store: self.store.clone(),
            vault: self.vault.clone(),
            model: self.model.clone(),
            history: History::new(self.chain, self.vault.clone(), HISTORY_BYTES),
            metrics: self.metrics.clone(),
            memory: Memory::default(),
        })
    }

    /// Starts everything below the API.
    pub(super) async fn start(self, ports: Ports, below: &Shutdown) -> Result<Running, Fault> {
        let replica = self.replica()?;
        let (events, inbox) = mpsc::channel::<Event>(EVENTS_MAX);
        let (status, watched) = watch::channel(first_status(&self, &replica));
        let intake = self.intake(events, &replica)?;
        let inbound = self.inbound(&intake, replica.validators());
        let mut packets = PacketRows::new(self.store.clone(), intake.submissions.clone());
        let swept = packets.sweep(replica.status().finalized)?;
        let place = replica.index().map(|i| i.0);
        tracing::info!(validator = ?place, epoch = replica.epoch().0, height = replica.status().finalized.0, swept, "consensus starts");
        let voted = inbound.stored.voted().map_err(|e| self.store.fault(e))?;
        let again = intake.take_again(voted).await;
        let (handle, software) = (self.handle(&intake, watched), self.software());
        let turns = EventLoop {
            replica,
            store: self.store.clone(),
            guard: self.guard,
            packets,
            net: intake.net.clone(),
            intake: intake.clone(),
            verified: inbound.verified.clone(),
            status,
            commits: intake.commits.clone(),
            metrics: self.metrics.clone(),
            faults: FaultReports {
                key: self.identity.validator.clone(),
                store: self.store.clone(),
                intake: intake.clone(),
                runtime: tokio::runtime::Handle::current(),
                open: true,
                judged: None,
                said: BTreeMap::new(),
            },
            governance: Governance {
                key: self.identity.validator.clone(),
                software,
                roster: self.roster.clone(),
                store: self.store.clone(),
                intake: intake.clone(),
                net: intake.net.clone(),
                runtime: tokio::runtime::Handle::current(),
                said: BTreeMap::new(),
                memory: governance::Memory::default(),
            },
            validators: inbound.validators.clone(),
            runtime: tokio::runtime::Handle::current(),
            memory: event_loop::Memory::default(),
        };
        let address = |port: &TcpListener| port.local_addr().map_err(|e| Fault::system("port", e));
        let (api_address, metrics_address) = (address(&ports.api)?, address(&ports.metrics)?);
        let (peer_addresses, waiters) = (ports.peer.addresses(), intake.waiters.clone());
        let mut tasks = stamps::spawn(&self.authorities, &self.store, &self.metrics, below);
        tasks.extend([
            tokio::spawn(ports.peer.run(intake.net.clone(), inbound, below.clone())),
            tokio::spawn(ports.door.run(self.store.clone(), below.clone())),
            tokio::spawn(space::watch(self.space.clone(), self.metrics.clone(), below.clone())),
            tokio::spawn(fetch::run(self.store.clone(), intake.clone(), below.clone())),
            tokio::spawn(telemetry::server::serve(ports.metrics, self.metrics.clone(), below.clone())),
        ]);
        let event_loop = spawn_loop(turns, inbox, below.clone())?;
        tokio::spawn(intake.resume(again));
        Ok(Running { handle, waiters, api: ports.api, api_address, metrics_address, peer_addresses, tasks, event_loop })
    }

    fn intake(&self, events: mpsc::Sender<Event>, replica: &Replica) -> Result<Arc<Intake>, Fault> {
        let validators = replica.validators();
        let members = self.members(validators, replica.tip().header.height)?;
        let room = Room { count: 2 * self.limits.pool_transactions, bytes: self.limits.submission_bytes };
        Ok(Arc::new(Intake {
            admission: self.admission(),
            workers: Appraisers::new(self.limits.workers)?,
            submissions: Arc::new(Submissions::new(room)),
            waiters: Arc::default(),
            events,
            net: Net::new(members, validators, self.metrics.clone()),
            commits: broadcast::channel::<Commit>(COMMITS_MAX).0,
            space: self.space.clone(),
            metrics: self.metrics.clone(),
            traffic: Arc::default(),
        }))
    }

    fn inbound(&self, intake: &Arc<Intake>, validators: &ValidatorSet) -> Arc<Inbound> {
        Arc::new(Inbound {
            chain: self.chain,
            validators: Arc::new(RwLock::new(validators.clone())),
            events: intake.events.clone(),
            intake: intake.clone(),
            net: intake.net.clone(),
            stored: Stored { store: self.store.clone(), vault: self.vault.clone() },
            workers: intake.workers.clone(),
            verified: Arc::default(),
        })
    }

    fn handle(&self, intake: &Arc<Intake>, status: watch::Receiver<NodeStatus>) -> Handle {
        Handle::new(Parts {
            genesis: self.genesis.clone(),
            store: self.store.clone(),
            waiters: intake.waiters.clone(),
            commits: intake.commits.clone(),
            intake: intake.clone(),
            status,
            metrics: self.metrics.clone(),
            limits: self.limits,
        })
    }
}

impl Ports {
    pub(super) async fn bind(config: &Config, node: &Node) -> Result<Self, Fault> {
        let api = config.listen.api;
        let fault =
            |e: std::io::Error| Fault::Listen { what: "client API", address: api.to_string(), problem: e.to_string() };
        Ok(Self {
            api: TcpListener::bind(api).await.map_err(fault)?,
            metrics: telemetry::server::bind(config.listen.metrics).await?,
            peer: swarm::bind(node.mesh()?).await?,
            door: Door::bind(config)?,
        })
    }
}

/// The loop has a thread of its own: it waits for the disk.
fn spawn_loop(
    turns: EventLoop,
    inbox: mpsc::Receiver<Event>,
    below: Shutdown,
) -> Result<thread::JoinHandle<()>, Fault> {
    let fault = |e: std::io::Error| Fault::system("consensus thread", e);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(fault)?;
    let work = move || runtime.block_on(turns.run(inbox, below));
    thread::Builder::new().name("consensus".into()).spawn(work).map_err(fault)
}

/// Names the model of genesis and every model of this program.
/// Where the configuration says that validators are.
fn overrides(config: &Config, genesis: &Genesis) -> Result<HashMap<KeyId, Multiaddr>, String> {
    config.peer_overrides()?.into_iter().map(|(whose, address)| Ok((whose.key(genesis)?, address))).collect()
}

fn model_missing(wanted: &proto::Digest) -> String {
    let have: Vec<String> = Appraiser::all().iter().map(|m| format!("{} ({})", m.digest(), m.name())).collect();
    let have = have.join(", ");
    format!("params.model is {wanted}, this program has {have}; use the release that the network uses")
}

/// The first rows of a network's ledger.
pub fn birth(genesis: &Genesis, chain: ChainId) -> Birth {
    Birth {
        chain,
        time: genesis.time,
        params: genesis.params.clone(),
        organisations: genesis.organisations.clone(),
        validators: genesis.validator_set(),
        rescue: genesis.rescue.clone(),
    }
}

fn first_status(node: &Node, replica: &Replica) -> NodeStatus {
    let header = &replica.tip().header;
    NodeStatus {
        chain: node.chain,
        validator: replica.index(),
        height: header.height,
        block: replica.tip().digest,
        block_time: header.time,
        view: replica.status().view,
        votes_from: None,
        leader: None,
        ledger_size: header.ledger_size,
        ledger_sum: header.ledger_sum,
        sm3_root: header.sm3_root,
        sha256_root: header.sha256_root,
        state_root: header.state_root,
        pool_transactions: 0,
        peers: Vec::new(),
        started: clock::now(),
        finalized_at: clock::now(),
        outlook: replica.outlook(),
        best_known: header.height,
        links: Vec::new(),
        outdated: None,
        disk_is_low: false,
        clock_ahead_ms: None,
        alarms: Alarms::default(),
    }
}

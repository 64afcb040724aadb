//! The files of a local network: `localnet.json`, `genesis.toml`, a key for each demonstration organisation, and a home
//! folder for each validator.

use crate::client::Endpoint;
use crate::config::{Config, FILE, Listen};
use crate::daemon::read_genesis;
use crate::fault::Fault;
use crate::guard::Guard;
use crate::keys;
use genesis::{Genesis, GenesisValidator};
use models::Appraiser;
use proto::{Name, Organisation, Params, PublicKey, RescueKeys, Role, SecretKey, Thresholds};
use serde::{Deserialize, Serialize};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

/// Name of the description of a local network.
const DESCRIPTION: &str = "localnet.json";
const GENESIS: &str = "genesis.toml";

/// What to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Folder; must not hold a network yet.
    pub dir: PathBuf,
    /// Validators, 1 to 64.
    pub validators: usize,
    /// First port; 0 for free ones.
    pub base_port: u16,
    /// The handwriting model.
    pub model: Appraiser,
}

/// A local network on disk. Paths are relative to its folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedNet {
    /// Digest of the genesis file.
    pub chain_id: String,
    /// The genesis file.
    pub genesis: PathBuf,
    /// Organisations with their keys; the first is the operator that submits.
    pub organisations: Vec<Member>,
    /// Validators in order.
    pub nodes: Vec<NodeFiles>,
    /// The folder; not part of the file.
    #[serde(skip)]
    pub dir: PathBuf,
}

/// A demonstration organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its identifier.
    pub name: String,
    /// Its role.
    pub role: String,
    /// Its secret key file.
    pub key: PathBuf,
}

/// A validator's home and addresses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeFiles {
    /// Home folder.
    pub home: PathBuf,
    /// Client API.
    pub api: String,
    /// `/metrics` and `/healthz`.
    pub metrics: SocketAddr,
}

const MEMBERS: [(&str, Role); 5] = [
    ("demo-operator", Role::Operator),
    ("demo-notary", Role::Notary),
    ("demo-court", Role::Court),
    ("demo-archive", Role::Archive),
    ("demo-auditor", Role::Auditor),
];

impl Plan {
    /// Makes everything. A crash half-way leaves a folder without `localnet.json`, which is refused as not empty next
    /// time; remove it.
    pub fn make(&self) -> Result<SavedNet, Fault> {
        if !(1..=64).contains(&self.validators) {
            return Err(Fault::file(&self.dir, "validators: choose 1 to 64"));
        }
        if self.dir.exists() && std::fs::read_dir(&self.dir).is_ok_and(|mut d| d.next().is_some()) {
            return Err(Fault::file(&self.dir, "is not empty; choose another folder or remove it"));
        }
        folder(&self.dir.join("orgs"))?;
        let mut organisations = Vec::new();
        let mut members = Vec::new();
        for (name, role) in MEMBERS {
            let file = PathBuf::from("orgs").join(format!("{name}.pem"));
            let public = new_key(&self.dir.join(&file))?;
            organisations.push(Organisation { name: fixed(name), role, keys: vec![public] });
            members.push(Member { name: name.to_owned(), role: role.as_str().to_owned(), key: file });
        }
        let ports = self.ports()?;
        let listens: Vec<Listen> = ports.iter().map(|p| listen(*p)).collect();
        let validators = listens.iter().enumerate().map(|(i, l)| self.home(i, l)).collect::<Result<Vec<_>, Fault>>()?;
        let genesis = Genesis {
            name: fixed("localnet"),
            time: crate::clock::now(),
            params: params(&self.model),
            organisations,
            validators,
            rescue: self.rescue_keys()?,
        };
        genesis.check().map_err(|e| Fault::file(&self.dir, e))?;
        self.finish(&genesis, members, &listens)
    }
    /// Three rescue keys, any two of which suffice.
    fn rescue_keys(&self) -> Result<RescueKeys, Fault> {
        let key = |i: u16| new_key(&self.dir.join("orgs").join(format!("rescue-{i}.pem")));
        Ok(RescueKeys { threshold: 2, keys: (0..3).map(key).collect::<Result<_, Fault>>()? })
    }
    fn home(&self, i: usize, listen: &Listen) -> Result<GenesisValidator, Fault> {
        let home = self.dir.join(format!("node{i}"));
        folder(&home)?;
        let config = Config::new(listen.clone());
        let key = new_key(&home.join(&config.keys.validator))?;
        Guard::create(&home.join(&config.keys.guard), &key)?;
        let peer = keys::new_peer_key(&home.join(&config.keys.peer))?;
        keys::new_storage_key(&home.join(&config.keys.storage))?;
        write(&home.join(FILE), &config.to_toml())?;
        let (org, _) = MEMBERS[(i + 1) % MEMBERS.len()];
        Ok(GenesisValidator { org: fixed(org), key, peer, address: listen.peer.clone() })
    }
    fn finish(&self, genesis: &Genesis, organisations: Vec<Member>, listens: &[Listen]) -> Result<SavedNet, Fault> {
        let text = genesis.to_toml();
        write(&self.dir.join(GENESIS), &text)?;
        let mut nodes = Vec::new();
        for (i, l) in listens.iter().enumerate() {
            let home = PathBuf::from(format!("node{i}"));
            write(&self.dir.join(&home).join(GENESIS), &text)?;
            nodes.push(NodeFiles { home, api: format!("http://{}", l.api), metrics: l.metrics });
        }
        let (chain_id, genesis) = (genesis.chain_id().to_string(), PathBuf::from(GENESIS));
        let net = SavedNet { chain_id, genesis, organisations, nodes, dir: self.dir.clone() };
        let json = serde_json::to_string_pretty(&net).map_err(|e| Fault::system(DESCRIPTION, e))?;
        write(&self.dir.join(DESCRIPTION), &json)?;
        Ok(net)
    }
    /// Three ports for each validator. Free ones may be taken by another program before the node binds them; then the
    /// node says so and stops.
    fn ports(&self) -> Result<Vec<[u16; 3]>, Fault> {
        if self.base_port == 0 {
            return free_ports(self.validators).map_err(|e| Fault::system("free ports", e));
        }
        let last = usize::from(self.base_port) + 10 * self.validators;
        if last > usize::from(u16::MAX) {
            return Err(Fault::file(&self.dir, "base port: too high for so many validators"));
        }
        let first = |i: usize| self.base_port + u16::try_from(10 * i).expect("checked to stay below 65536");
        Ok((0..self.validators).map(|i| [first(i), first(i) + 1, first(i) + 2]).collect())
    }
}

/// Below the range from which systems take ports for outgoing connections, which would take a chosen port away.
const FREE_PORTS: std::ops::Range<u16> = 12_000..30_000;

/// Three free ports of loopback for each node.
pub fn free_ports(validators: usize) -> std::io::Result<Vec<[u16; 3]>> {
    // All are held until all are known, so that none is given twice. Two programs begin at different places.
    let mut held = Vec::new();
    let begin = usize::try_from(std::process::id()).unwrap_or(0).wrapping_mul(61) + starts() * 97;
    for n in 0..FREE_PORTS.len() {
        let port = FREE_PORTS.start + u16::try_from((begin + n) % FREE_PORTS.len()).unwrap_or(0);
        held.extend(TcpListener::bind(("127.0.0.1", port)));
        if held.len() == 3 * validators {
            break;
        }
    }
    if held.len() < 3 * validators {
        return Err(std::io::ErrorKind::AddrInUse.into());
    }
    let ports: Vec<u16> = held.iter().map(|l| l.local_addr().map(|a| a.port())).collect::<Result<_, _>>()?;
    Ok(ports.chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect())
}

/// Counts networks of this process, so that they do not begin at the same port.
fn starts() -> usize {
    static STARTS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    STARTS.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn listen([peer, api, metrics]: [u16; 3]) -> Listen {
    let on = |port| SocketAddr::from(([127, 0, 0, 1], port));
    Listen { peer: format!("/ip4/127.0.0.1/tcp/{peer}"), api: on(api), metrics: on(metrics) }
}

/// Parameters for one machine: a model with the thresholds it recommends, and demonstration packets allowed.
pub fn params(model: &Appraiser) -> Params {
    let bands = model.thresholds();
    Params {
        model: model.digest(),
        thresholds: Thresholds { accept_at: bands.accept_at, reject_below: bands.reject_below },
        epsilon_mb: 0,
        allow_synthetic: true,
        nonce_age_max_ms: 10 * 60 * 1000,
        expiry_max_blocks: 100_000,
        block_events_max: 256,
        packet_bytes_max: 128 * 1024,
        leader_timeout_ms: 1_000,
        view_timeout_ms: 2_000,
        heartbeat_ms: 10_000,
        clock_skew_max_ms: 10_000,
    }
}

impl SavedNet {
    /// Reads `localnet.json`.
    pub fn load(dir: &Path) -> Result<Self, Fault> {
        let path = dir.join(DESCRIPTION);
        let text = std::fs::read_to_string(&path)
            .map_err(|e| Fault::file(&path, format!("cannot be read: {e}; `chirograph localnet new` makes one")))?;
        let net: Self = serde_json::from_str(&text).map_err(|e| Fault::file(&path, e))?;
        Ok(Self { dir: dir.to_owned(), ..net })
    }
    /// Whether `dir` holds one.
    pub fn exists(dir: &Path) -> bool {
        dir.join(DESCRIPTION).exists()
    }
    /// The genesis.
    pub fn genesis(&self) -> Result<Genesis, Fault> {
        read_genesis(&self.dir.join(&self.genesis))
    }
    /// Where all nodes listen for clients.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.nodes.iter().map(|n| Endpoint { url: n.api.clone(), ca: None }).collect()
    }
    /// The first organisation of that role, with its key.
    pub fn member(&self, role: Role) -> Result<(Name, SecretKey), Fault> {
        let found = self.organisations.iter().find(|m| m.role == role.as_str());
        let member = found.ok_or_else(|| Fault::file(&self.dir, format!("no organisation is {}", role.as_str())))?;
        let name = Name::new(&member.name, "organisation").map_err(|e| Fault::file(&self.dir, e))?;
        Ok((name, keys::read_secret(&self.dir.join(&member.key))?))
    }
    /// A node's home folder.
    pub fn home(&self, i: usize) -> PathBuf {
        self.dir.join(&self.nodes[i].home)
    }
}

fn fixed(name: &str) -> Name {
    Name::new(name, "name").expect("the names of a local network are short and plain")
}

fn new_key(path: &Path) -> Result<PublicKey, Fault> {
    let secret = keys::new_secret()?;
    keys::write_secret(path, &secret)?;
    Ok(secret.public().clone())
}

fn folder(path: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(path).map_err(|e| Fault::file(path, format!("cannot be created: {e}")))
}

fn write(path: &Path, text: &str) -> Result<(), Fault> {
    std::fs::write(path, text).map_err(|e| Fault::file(path, format!("cannot be written: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_read_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let plan = Plan { dir: dir.path().join("net"), validators: 4, base_port: 7400, model: Appraiser::first() };
        let made = plan.make().unwrap();
        let read = SavedNet::load(&plan.dir).unwrap();
        assert_eq!((read.nodes.len(), &read.chain_id), (4, &made.chain_id));
        assert_eq!(read.genesis().unwrap().chain_id().to_string(), made.chain_id);
        let (name, key) = read.member(Role::Operator).unwrap();
        let genesis = read.genesis().unwrap();
        let org = genesis.organisations.iter().find(|o| o.name == name).unwrap();
        assert_eq!(org.keys[0], *key.public());
        assert!(Config::load(&read.home(3)).is_ok());
        assert!(plan.make().unwrap_err().to_string().contains("not empty"));
    }

    #[test]
    fn ports_do_not_collide() {
        let plan = Plan { dir: "unused".into(), validators: 16, base_port: 0, model: Appraiser::current() };
        let mut ports: Vec<u16> = plan.ports().unwrap().into_iter().flatten().collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 48);
        assert!(Plan { base_port: 65_500, ..plan }.ports().is_err());
    }
}

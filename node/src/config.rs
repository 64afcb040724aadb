//! The node's configuration: one TOML file in its home folder. Unknown keys are refused; relative paths start there.
//!
//! | path | trusted? | may it be lost? |
//! |---|---|---|
//! | `genesis` | yes: it says who votes; compare its chain id with your partners' | no, but every member has it |
//! | `keys.validator` | secret: votes in your name | no: without it this node is out of the network |
//! | `keys.peer` | secret: your address in the network | no: genesis names its public half |
//! | `keys.storage` | secret: reads the stroke packets in `data` | no: the packets here would be unreadable |
//! | `keys.guard` | written only by the node: how far the key has voted | yes, but never put an old one back; without it the node asks the others before it votes |
//! | `admin` | a socket that only this user may open | yes: made at each start |
//! | `data` | written only by the node; checked against certificates | yes, if a quorum of others lives: it is fetched again |
//! | `tsa.chain` | kept beside each time-stamp; whoever reads the evidence decides whom to trust | yes: ask the authority |
//! | `tls.*` | shown to clients, key secret | yes: make new ones |
//!
//! Rules that all nodes must share are not here but in genesis.

use crate::fault::Fault;
use genesis::Genesis;
use libp2p::Multiaddr;
use proto::{Digest, KeyId, PublicKey};
use replica::Limits as PoolLimits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};

/// Name of the file in a home folder.
pub const FILE: &str = "node.toml";

/// 1 PiB.
const DISK_RESERVE_MIB_MAX: u64 = 1 << 30;

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The genesis file.
    pub genesis: PathBuf,
    /// Folder of the database.
    pub data: PathBuf,
    /// Socket for the operator of this machine.
    #[serde(default = "default_admin")]
    pub admin: PathBuf,
    /// Key files.
    pub keys: KeyPaths,
    /// Addresses to listen on.
    pub listen: Listen,
    /// TLS for clients. Without it the API is in clear text and must stay on loopback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// Bounds of memory and work.
    #[serde(default)]
    pub limits: Limits,
    /// The log.
    #[serde(default)]
    pub log: Log,
    /// Time-stamp authorities to ask; none by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tsa: Vec<Tsa>,
    /// Where to dial validators that moved, before genesis and the ledger are asked: a founder by its index in genesis, any
    /// validator by its key or key id -> `/ip4/…/tcp/…`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub peers: BTreeMap<String, String>,
}

/// Key files, each readable by its owner only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPaths {
    /// SM2 voting key, PKCS#8 PEM.
    pub validator: PathBuf,
    /// Ed25519 transport key, 64 hex digits.
    pub peer: PathBuf,
    /// SM4 storage key, 32 hex digits.
    pub storage: PathBuf,
    /// The sign-guard: how far the voting key may have voted.
    #[serde(default = "default_guard")]
    pub guard: PathBuf,
}

fn default_admin() -> PathBuf {
    "admin.sock".into()
}

fn default_guard() -> PathBuf {
    "sign.guard".into()
}

/// Addresses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// For other validators, a multiaddr such as `/ip4/0.0.0.0/tcp/7400`.
    pub peer: String,
    /// For clients.
    pub api: SocketAddr,
    /// `/metrics` and `/healthz`.
    pub metrics: SocketAddr,
}

/// TLS files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PKCS#8 PEM.
    pub key: PathBuf,
}

/// A time-stamp authority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tsa {
    /// Where it is asked, `http://…`.
    pub url: String,
    /// How often, if the ledger has grown since.
    #[serde(default = "default_every")]
    pub every_seconds: u64,
    /// Its certificates and revocation lists, PEM: read at each stamp and kept with it, so keep the file up to date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<PathBuf>,
}

fn default_every() -> u64 {
    3600
}

/// Whose address an entry of `[peers]` gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// A validator's by its place in genesis.
    Founder(u16),
    /// Any validator's.
    Key(KeyId),
}

impl Whose {
    fn parse(text: &str) -> Result<Self, String> {
        let key = || Digest::from_hex(text).or_else(|| PublicKey::from_hex(text, "peers").ok().map(|key| key.id()));
        let found = text.parse().map(Self::Founder).ok().or_else(|| key().map(Self::Key));
        found.ok_or_else(|| "must be a validator's index in genesis, or its key or key id in hex".to_owned())
    }
    /// The validator's key.
    pub fn key(&self, genesis: &Genesis) -> Result<KeyId, String> {
        match self {
            Self::Key(key) => Ok(*key),
            Self::Founder(at) => {
                let founder = genesis.validators.get(usize::from(*at)).map(|v| v.key.id());
                founder.ok_or_else(|| format!("peers.{at}: genesis has {} validators", genesis.validators.len()))
            }
        }
    }
}

/// Bounds. The defaults suit a machine with two cores to spare and 2 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Threads that check signatures and appraise, each kind.
    pub workers: usize,
    /// Most transactions waiting to be committed.
    pub pool_transactions: usize,
    /// Most bytes of those.
    pub pool_bytes: usize,
    /// Most bytes of submissions with their packets in memory.
    pub submission_bytes: usize,
    /// Most requests of clients that come in at the same time; with `submission_bytes` in all.
    pub requests: usize,
    /// To rehearse an upgrade: behave as the release with this program number, if it is older than this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software: Option<u32>,
    /// Room that must be free on the disk of `data`, in MiB: with less, nothing is taken in from clients; with less than
    /// an eighth, the node stops. 0: no limit.
    pub disk_reserve_mib: u64,
}

/// The log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Such as `info` or `info,node::net=debug`. The environment variable `CHIROGRAPH_LOG` goes before it.
    pub filter: String,
    /// JSON lines instead of text.
    pub json: bool,
}

impl Default for Limits {
    fn default() -> Self {
        let pool = PoolLimits::default();
        Self {
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            pool_transactions: pool.pool_transactions,
            pool_bytes: pool.pool_bytes,
            submission_bytes: 256 << 20,
            requests: 1024,
            software: None,
            disk_reserve_mib: 512,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".into(), json: false }
    }
}

impl Config {
    /// The usual names inside a home folder.
    pub fn new(listen: Listen) -> Self {
        let keys = KeyPaths {
            validator: "validator.pem".into(),
            peer: "peer.key".into(),
            storage: "storage.key".into(),
            guard: default_guard(),
        };
        let (genesis, data) = ("genesis.toml".into(), "data".into());
        let (limits, log) = (Limits::default(), Log::default());
        Self {
            genesis,
            data,
            admin: default_admin(),
            keys,
            listen,
            tls: None,
            limits,
            log,
            tsa: Vec::new(),
            peers: BTreeMap::new(),
        }
    }
    /// Reads `node.toml` of a home folder, resolves its paths and checks what can be checked without opening them.
    pub fn load(home: &Path) -> Result<Self, Fault> {
        let path = home.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|e| Fault::config(&path, format!("cannot be read: {e}")))?;
        let mut config: Self = toml::from_str(&text).map_err(|e| Fault::config(&path, e))?;
        config.check().map_err(|problem| Fault::config(&path, problem))?;
        config.resolve(home);
        config.check_places(home).map_err(|problem| Fault::config(&path, problem))?;
        Ok(config)
    }
    /// The text of the file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("the tables hold only texts, numbers and paths that were read as text")
    }
    fn check(&self) -> Result<(), String> {
        if self.tls.is_none() && !self.listen.api.ip().is_loopback() {
            return Err(format!(
                "listen.api: {} can be reached from outside and [tls] is missing; add tls.certificate and tls.key, or \
                 listen on 127.0.0.1",
                self.listen.api
            ));
        }
        let limits = [
            ("workers", self.limits.workers, 1, 1024),
            ("pool_transactions", self.limits.pool_transactions, 1, 1 << 20),
            ("pool_bytes", self.limits.pool_bytes, 1 << 16, 1 << 32),
            ("submission_bytes", self.limits.submission_bytes, 1 << 22, 1 << 36),
            ("requests", self.limits.requests, 1, 1 << 16),
        ];
        for (name, value, min, max) in limits {
            if !(min..=max).contains(&value) {
                return Err(format!("limits.{name}: {value} is not between {min} and {max}"));
            }
        }
        if self.limits.disk_reserve_mib > DISK_RESERVE_MIB_MAX {
            return Err(format!("limits.disk_reserve_mib: more than {DISK_RESERVE_MIB_MAX}"));
        }
        for tsa in &self.tsa {
            crate::stamps::Authority::parse(&tsa.url).map_err(|problem| format!("tsa.url: `{}` {problem}", tsa.url))?;
            if !(1..=86_400 * 31).contains(&tsa.every_seconds) {
                return Err("tsa.every_seconds: must be between 1 and a month".to_owned());
            }
        }
        genesis::address::listening(&self.listen.peer).map_err(|e| format!("listen.peer: {e}"))?;
        self.peer_overrides().map(drop)
    }
    /// No file has two meanings, and the database lies in a folder of its own: it is moved aside as a whole when it is repaired.
    fn check_places(&self, home: &Path) -> Result<(), String> {
        let keys = &self.keys;
        let mut files = vec![
            ("node.toml itself", home.join(FILE)),
            ("genesis", self.genesis.clone()),
            ("admin", self.admin.clone()),
            ("keys.validator", keys.validator.clone()),
            ("keys.peer", keys.peer.clone()),
            ("keys.storage", keys.storage.clone()),
            ("keys.guard", keys.guard.clone()),
        ];
        files.extend(
            self.tls.iter().flat_map(|t| [("tls.certificate", t.certificate.clone()), ("tls.key", t.key.clone())]),
        );
        let plain: Vec<(&str, PathBuf)> =
            files.into_iter().map(|(name, path)| (name, path.components().collect())).collect();
        for (at, (name, path)) in plain.iter().enumerate() {
            if let Some((other, _)) = plain[..at].iter().find(|(_, p)| p == path) {
                return Err(format!("{name}: is the same file as {other}; give each its own"));
            }
        }
        let data: PathBuf = self.data.components().filter(|part| *part != Component::CurDir).collect();
        match plain.iter().find(|(name, path)| *name != "admin" && path.starts_with(&data)) {
            Some((name, _)) => {
                Err(format!("data: {name} would lie in the database's folder; give the database one of its own"))
            }
            None => Ok(()),
        }
    }
    /// The `[peers]` table.
    pub fn peer_overrides(&self) -> Result<Vec<(Whose, Multiaddr)>, String> {
        let one = |(whose, address): (&String, &String)| {
            let bad = |e: String| format!("peers.{whose}: {e}");
            genesis::address::dialed(address).map_err(bad)?;
            let address = address.parse().map_err(|e: libp2p::multiaddr::Error| bad(e.to_string()))?;
            Ok((Whose::parse(whose).map_err(bad)?, address))
        };
        self.peers.iter().map(one).collect()
    }
    fn resolve(&mut self, home: &Path) {
        let tls = self.tls.iter_mut().flat_map(|t| [&mut t.certificate, &mut t.key]);
        let chains = self.tsa.iter_mut().flat_map(|t| &mut t.chain);
        let keys = &mut self.keys;
        let keys = [&mut keys.validator, &mut keys.peer, &mut keys.storage, &mut keys.guard];
        for path in
            [&mut self.genesis, &mut self.data, &mut self.admin].into_iter().chain(keys).chain(tls).chain(chains)
        {
            *path = home.join(&*path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listen(api: &str) -> Listen {
        let metrics = "127.0.0.1:0".parse().unwrap();
        Listen { peer: "/ip4/127.0.0.1/tcp/0".into(), api: api.parse().unwrap(), metrics }
    }

    fn load(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), text).unwrap();
        Config::load(dir.path()).map_err(|e| e.to_string())
    }

    #[test]
    fn what_is_written_is_read() {
        let config = Config::new(listen("127.0.0.1:1"));
        let read = load(&config.to_toml()).unwrap();
        assert_eq!((read.listen, read.limits), (config.listen, config.limits));
        assert!(read.genesis.is_absolute() && read.genesis.ends_with("genesis.toml"));
    }

    #[test]
    fn clear_text_stays_on_loopback() {
        let error = load(&Config::new(listen("0.0.0.0:1")).to_toml()).unwrap_err();
        assert!(error.contains("listen.api") && error.contains("tls"), "{error}");
    }

    #[test]
    fn no_file_has_two_meanings() {
        let good = Config::new(listen("127.0.0.1:1")).to_toml();
        let with = |from: &str, to: &str| load(&good.replace(from, to)).unwrap_err();
        assert!(
            with("guard = \"sign.guard\"", "guard = \"validator.pem\"")
                .contains("keys.guard: is the same file as keys.validator")
        );
        assert!(with("guard = \"sign.guard\"", "guard = \"./peer.key\"").contains("keys.guard: is the same"));
        assert!(with("admin.sock", "node.toml").contains("admin: is the same file as node.toml itself"));
        for home in ["", ".", "./"] {
            assert!(with("data = \"data\"", &format!("data = \"{home}\"")).starts_with("configuration"), "`{home}`");
        }
    }

    #[test]
    fn unknown_keys_and_silly_limits_are_refused() {
        let good = Config::new(listen("127.0.0.1:1")).to_toml();
        assert!(load(&format!("colour = 1\n{good}")).unwrap_err().contains("colour"));
        assert!(load(&good.replace("requests = 1024", "requests = 0")).unwrap_err().contains("limits.requests"));
        assert!(
            load(&good.replace("/ip4/127.0.0.1/tcp/0", "/dns4/localhost/tcp/1")).unwrap_err().contains("listen.peer")
        );
    }

    #[test]
    fn peers_are_named_by_place_or_key_and_are_where_one_can_dial() {
        let peers = |text: &str| load(&format!("{}\n[peers]\n{text}\n", Config::new(listen("127.0.0.1:1")).to_toml()));
        let key = "ab".repeat(32);
        let config = peers(&format!("7 = \"/ip4/192.0.2.1/tcp/7400\"\n{key} = \"/ip6/::1/tcp/7400\"")).unwrap();
        let whose: Vec<Whose> = config.peer_overrides().unwrap().into_iter().map(|(whose, _)| whose).collect();
        assert_eq!(whose, [Whose::Founder(7), Whose::Key(Digest([0xab; 32]))]);
        for (text, why) in [
            ("0 = \"nonsense\"", "peers.0"),
            ("0 = \"/dns4/localhost/tcp/7400\"", "names and other transports"),
            ("0 = \"/ip4/192.0.2.1/tcp/0\"", "port 0"),
            ("court = \"/ip4/192.0.2.1/tcp/7400\"", "key id"),
        ] {
            let said = peers(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}

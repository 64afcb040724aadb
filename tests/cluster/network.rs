//! Four validators as child processes, and a client that remembers what it was promised.

use node::client::{Author, Client, Mode, Submitted};
use node::localnet::{Plan, SavedNet};
use node::submission::Submission;
use node::wire::v1;
use proto::{Body, Digest, Name, Receipt, Role, Seq, TxId};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_chirograph");
/// Nothing here may take longer.
pub const LIMIT: Duration = Duration::from_secs(120);

/// The network.
pub struct Network {
    pub net: SavedNet,
    pub author: Author,
    children: Vec<Option<Child>>,
    /// What clients were told is committed.
    pub promised: BTreeMap<TxId, Seq>,
    _dir: tempfile::TempDir,
}

impl Network {
    pub async fn start() -> Self {
        Self::with_model(models::Appraiser::current()).await
    }
    pub async fn with_model(model: models::Appraiser) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let net = Plan { dir: dir.path().join("net"), validators: 4, base_port: 0, model }.make().unwrap();
        Self::run(net, dir).await
    }
    /// A network whose ledger was founded so long ago.
    pub async fn founded(ago: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let plan =
            Plan { dir: dir.path().join("net"), validators: 4, base_port: 0, model: models::Appraiser::current() };
        let mut net = plan.make().unwrap();
        let mut genesis = net.genesis().unwrap();
        genesis.time.0 -= u64::try_from(ago.as_millis()).unwrap();
        for folder in (0..4).map(|i| net.home(i)).chain([net.dir.clone()]) {
            std::fs::write(folder.join("genesis.toml"), genesis.to_toml()).unwrap();
        }
        net.chain_id = genesis.chain_id().to_string();
        std::fs::write(net.dir.join("localnet.json"), serde_json::to_string(&net).unwrap()).unwrap();
        Self::run(net, dir).await
    }
    async fn run(net: SavedNet, dir: tempfile::TempDir) -> Self {
        let (org, key) = net.member(Role::Operator).unwrap();
        let children = (0..4).map(|i| Some(spawn(&net.home(i)))).collect();
        let network = Self { net, author: Author { org, key }, children, promised: BTreeMap::new(), _dir: dir };
        for i in 0..4 {
            network.until_status(i, "its three peers", |s| s.peers_connected == 3).await;
        }
        network
    }
    /// SIGKILL: no handler runs, nothing is flushed.
    pub fn kill(&mut self, i: usize) {
        let mut child = self.children[i].take().expect("a node is killed once");
        child.kill().unwrap();
        child.wait().unwrap();
    }
    pub fn restart(&mut self, i: usize) {
        assert!(self.children[i].is_none(), "node {i} runs");
        self.children[i] = Some(spawn(&self.net.home(i)));
    }
    /// What `/metrics` of a node shows under a name.
    pub fn metric(&self, i: usize, name: &str) -> u64 {
        let text = scrape(self.net.nodes[i].metrics).unwrap_or_default();
        let row = text.lines().find_map(|l| l.strip_prefix("chirograph_")?.strip_prefix(name)?.strip_prefix(' '));
        row.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("node {i} shows no {name}:\n{text}"))
    }
    /// No validator that runs has seen a contradiction.
    pub fn check_no_contradiction(&self) {
        for i in (0..4).filter(|i| self.runs(*i)) {
            assert_eq!(self.metric(i, "faults_total"), 0, "node {i}");
        }
    }
    /// Sends a signal by its name, such as `-STOP`.
    pub fn signal(&self, i: usize, name: &str) {
        let pid = self.children[i].as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }
    /// SIGTERM, and the exit code.
    pub fn stop(&mut self, i: usize) -> Option<i32> {
        self.signal(i, "-TERM");
        let mut child = self.children[i].take().expect("a node is stopped once");
        child.wait().unwrap().code()
    }
    /// The exit code of a node that ends by itself.
    pub fn ended(&mut self, i: usize) -> Option<i32> {
        let child = self.children[i].as_mut().expect("it was started");
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            if let Some(status) = child.try_wait().unwrap() {
                self.children[i] = None;
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("node {i} does not end");
    }
    /// Process id of a node that runs.
    pub fn pid(&self, i: usize) -> u32 {
        self.children[i].as_ref().expect("it runs").id()
    }
    pub fn runs(&self, i: usize) -> bool {
        self.children[i].is_some()
    }
    /// Fails the test if a node ended by itself.
    pub fn check_alive(&mut self) {
        for (i, child) in self.children.iter_mut().enumerate() {
            if let Some(status) = child.as_mut().and_then(|c| c.try_wait().unwrap()) {
                panic!("node {i} ended by itself: {status}\n{}", log(&self.net.home(i)));
            }
        }
    }
    pub fn client(&self, i: usize) -> Client {
        Client::lazy(&self.net.endpoints()[i]).unwrap()
    }
    pub async fn status(&self, i: usize) -> Option<v1::GetStatusResponse> {
        tokio::time::timeout(Duration::from_secs(2), self.client(i).status()).await.ok()?.ok()
    }
    pub async fn until_status(&self, i: usize, what: &str, done: impl Fn(&v1::GetStatusResponse) -> bool) {
        let start = Instant::now();
        let mut last = None;
        while start.elapsed() < LIMIT {
            last = self.status(i).await;
            if last.as_ref().is_some_and(&done) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("node {i} has not reached {what}: {last:?}\n{}", self.logs());
    }
    /// The last lines of every node's log, for whoever looks into a failure.
    pub fn logs(&self) -> String {
        (0..4).map(|i| log(&self.net.home(i))).collect::<Vec<_>>().join("\n---\n")
    }
    /// Commits one record through node `i` and remembers the promise. Tries again as a client would, with the same
    /// request, at the next node that runs.
    pub async fn commit(&mut self, i: usize, n: usize) {
        let start = Instant::now();
        let mut submission = None;
        for turn in 0.. {
            assert!(start.elapsed() < LIMIT, "record {n} was not committed in time");
            let at = (i + turn) % 4;
            if !self.runs(at) {
                continue;
            }
            let client = self.client(at);
            if submission.is_none() {
                submission = client.terms().await.ok().map(|terms| record(&self.author, &terms, n));
            }
            let Some(s) = &submission else { continue };
            let wait = Mode::Wait(Duration::from_secs(10));
            let answer =
                tokio::time::timeout(Duration::from_secs(15), client.submit(&s.transaction, &s.packets, wait)).await;
            if let Ok(Ok(Submitted { tx, receipt: Some(receipt), .. })) = answer {
                self.promised.insert(tx, receipt.event.seq);
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    /// All nodes agree, hold every promise, and prove it.
    pub async fn check_promises(&self) {
        let size = self.promised.values().map(|s| s.0 + 1).max().unwrap_or(0);
        for i in 0..4 {
            self.until_status(i, "all promised events", |s| s.tip.as_ref().is_some_and(|t| t.ledger_size >= size))
                .await;
        }
        let trust = self.net.genesis().unwrap().trust();
        for (tx, seq) in &self.promised {
            for i in 0..4 {
                let receipt: Receipt = self.client(i).receipt(&format!("events/{seq}")).await.unwrap();
                assert_eq!(receipt.event.transaction.id(), *tx, "node {i}, event {seq}");
                let checks = receipt.verify(&trust);
                assert!(checks.iter().all(|c| c.outcome == proto::Outcome::Valid), "node {i}: {checks:?}");
            }
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for child in self.children.iter_mut().flatten() {
            let _gone = child.kill();
            let _reaped = child.wait();
        }
    }
}

pub fn record(author: &Author, terms: &node::client::Terms, n: usize) -> Submission {
    let name = |text: String| Name::new(&text, "name").unwrap();
    let (matter, kind) = (name(format!("case-{}", n % 7)), name("step".into()));
    let body = Body::Record { matter, kind, content: Digest::sm3(&n.to_be_bytes()), note: format!("record {n}") };
    author.submission(terms, body, Vec::new())
}

fn scrape(address: std::net::SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

pub fn spawn(home: &Path) -> Child {
    let log = File::options().create(true).append(true).open(home.join("node.log")).unwrap();
    Command::new(PROGRAM)
        .args(["start", "--home"])
        .arg(home)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Runs a command with a path as its last argument, to its end.
pub fn program(arguments: &[&str], last: &Path) -> std::process::Output {
    Command::new(PROGRAM).args(arguments).arg(last).output().unwrap()
}

/// Waits until a node has written `text` to its log. What it does and what it writes of it are not one moment.
pub async fn until_logged(home: &Path, text: &str) {
    let start = Instant::now();
    while !whole_log(home).contains(text) {
        assert!(start.elapsed() < LIMIT, "{} never said `{text}`\n{}", home.display(), log(home));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Everything that a node wrote to its log, over all its lives.
pub fn whole_log(home: &Path) -> String {
    std::fs::read_to_string(home.join("node.log")).unwrap_or_default()
}

/// The last lines of it, to be shown with a failure.
pub fn log(home: &Path) -> String {
    let text = whole_log(home);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

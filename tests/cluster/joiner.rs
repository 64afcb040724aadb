//! A node that was not there at genesis, made and run with the commands that an operator types. It decides nothing: whether
//! it may vote is the consortium's business.

use crate::network::{Network, log, spawn};
use node::client::{Client, Endpoint};
use node::config::Config;
use node::wire::v1::GetStatusResponse;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Nothing that a joiner is waited for may take longer.
const LIMIT: Duration = Duration::from_secs(180);

/// Runs `chirograph --json …`; exit code and answer.
pub fn chirograph(arguments: &[&str]) -> (Option<i32>, Value) {
    let done = Command::new(env!("CARGO_BIN_EXE_chirograph")).args(arguments).arg("--json").output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (done.status.code(), value)
}

/// A node that was not there at genesis.
pub struct Joiner {
    pub home: PathBuf,
    process: Option<Child>,
    /// `KEY:PEER:ADDRESS`, as options want it.
    pub place: String,
    pub endpoint: Endpoint,
}

impl Joiner {
    pub fn new(network: &Network, n: usize) -> Self {
        let home = network.net.dir.join(format!("joiner{n}"));
        let ports = node::localnet::free_ports(1).unwrap()[0];
        let address = |port: u16| format!("127.0.0.1:{port}");
        let peer = format!("/ip4/127.0.0.1/tcp/{}", ports[1]);
        let genesis = network.net.dir.join("genesis.toml");
        let (code, made) = chirograph(&[
            "init",
            "--home",
            home.to_str().unwrap(),
            "--genesis",
            genesis.to_str().unwrap(),
            "--api",
            &address(ports[0]),
            "--peer",
            &peer,
            "--metrics",
            &address(ports[2]),
        ]);
        assert_eq!(code, Some(0), "{made}");
        let part = |name: &str| made[name].as_str().unwrap().to_owned();
        let place = format!("{}:{}:{peer}", part("key"), part("peer"));
        let ca = Config::load(&home).unwrap().tls.map(|tls| tls.certificate);
        let url = format!("https://localhost:{}", ports[0]);
        Self { home, process: None, place, endpoint: Endpoint { url, ca } }
    }
    pub fn start(&mut self) {
        self.process = Some(spawn(&self.home));
    }
    /// SIGTERM, and to its end.
    pub fn stop(&mut self) {
        let mut process = self.process.take().unwrap();
        assert!(Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap().success());
        assert_eq!(process.wait().unwrap().code(), Some(0), "{}", log(&self.home));
    }
    pub async fn status(&self) -> Option<GetStatusResponse> {
        let client = Client::lazy(&self.endpoint).ok()?;
        tokio::time::timeout(Duration::from_secs(2), client.status()).await.ok()?.ok()
    }
    pub async fn until(&self, what: &str, done: impl Fn(&GetStatusResponse) -> bool) {
        let start = Instant::now();
        let mut last = None;
        while start.elapsed() < LIMIT {
            last = self.status().await;
            if last.as_ref().is_some_and(&done) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} has not reached {what}: {last:?}\n{}", self.home.display(), log(&self.home));
    }
}

impl Drop for Joiner {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _gone = process.kill();
            let _reaped = process.wait();
        }
    }
}

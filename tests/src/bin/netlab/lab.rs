//! The validators: real `chirograph start` processes, one in each host, and the programs that put load on them.

use crate::figures::Reading;
use crate::host::{Host, address, run};
use crate::switch::Switch;
use crate::topology::Topology;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// First port; each node has ten.
const PORT: u16 = 7400;
/// How long a network may need until everybody has a link to everybody.
const READY: Duration = Duration::from_secs(120);

/// What to build.
pub struct Plan {
    /// The program under test.
    pub program: PathBuf,
    /// Where its files go; must not exist yet.
    pub dir: PathBuf,
    /// Distances.
    pub topology: Topology,
    /// Validators.
    pub validators: usize,
}

/// What a load asks for.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// Submissions per second.
    pub rate: f64,
    /// How long, in seconds.
    pub seconds: u64,
    /// Number of each demonstration signer's first writing.
    pub begin: u64,
}

/// A running network.
pub struct Lab {
    /// What it was built from.
    pub plan: Plan,
    /// The wire.
    pub switch: Switch,
    children: Vec<Child>,
    _hosts: Vec<Host>,
}

impl Lab {
    /// Builds and starts everything; returns when all are connected with all.
    pub fn start(plan: Plan) -> Result<Self, String> {
        let hosts: Vec<Host> = (0..plan.validators).map(Host::new).collect::<Result<_, _>>()?;
        let switch = Switch::start(&plan.topology, hosts.iter().map(|h| Arc::clone(&h.wire)).collect());
        plan.make()?;
        let mut children = Vec::new();
        for (i, host) in hosts.iter().enumerate() {
            for port in [plan.api(i), plan.metrics(i)] {
                host.open(port)?;
            }
            children.push(plan.spawn(i, host)?);
        }
        let mut lab = Self { plan, switch, children, _hosts: hosts };
        lab.until("all to be connected with all", READY, |lab| {
            let others = (lab.plan.validators - 1) as f64;
            lab.readings().iter().all(|r| r.as_ref().is_some_and(|r| r.value("peers") == others))
        })?;
        Ok(lab)
    }
    /// All pages; `None` for a node that does not answer.
    pub fn readings(&self) -> Vec<Option<Reading>> {
        (0..self.plan.validators).map(|i| Reading::take(self.plan.metrics(i))).collect()
    }
    /// All heights.
    pub fn heights(&self) -> Vec<u64> {
        self.readings().iter().map(|r| r.as_ref().map_or(0, |r| r.value("height") as u64)).collect()
    }
    /// Waits for something; says how long it took.
    pub fn until(&mut self, what: &str, limit: Duration, done: impl Fn(&Self) -> bool) -> Result<Duration, String> {
        let since = Instant::now();
        while !done(self) {
            for (i, child) in self.children.iter_mut().enumerate() {
                if let Ok(Some(status)) = child.try_wait() {
                    return Err(format!("node {i} ended ({status}); its log: {}", self.plan.log(i).display()));
                }
            }
            if since.elapsed() > limit {
                return Err(format!("waited {} s in vain for {what}", limit.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(since.elapsed())
    }
    /// Starts a load on some of the nodes.
    pub fn load(&self, nodes: &[usize], demand: Demand) -> Result<Load, String> {
        let mut command = self.command(&["bench", "load", "--json"], nodes);
        let Demand { rate, seconds, begin } = demand;
        let load = ["--rate", &rate.to_string(), "--seconds", &seconds.to_string(), "--begin", &begin.to_string()];
        let child = command.args(load).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        child.map(Load).map_err(|e| format!("the load does not start: {e}"))
    }
    /// What `chirograph status` says of some nodes.
    pub fn status(&self, nodes: &[usize]) -> Result<Value, String> {
        answer(self.command(&["status", "--json"], nodes).output().map_err(|e| e.to_string())?)
    }
    fn command(&self, words: &[&str], nodes: &[usize]) -> Command {
        let mut command = Command::new(&self.plan.program);
        command.args(words).arg("--localnet").arg(&self.plan.dir);
        for i in nodes {
            command.arg("--endpoint").arg(format!("http://127.0.0.1:{}", self.plan.api(*i)));
        }
        command
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for child in &mut self.children {
            // It may have ended by itself.
            let _gone = child.kill();
            let _reaped = child.wait();
        }
    }
}

impl Plan {
    fn peer(i: usize) -> u16 {
        PORT + 10 * u16::try_from(i).expect("a lab has at most 64 hosts")
    }
    fn api(&self, i: usize) -> u16 {
        Self::peer(i) + 1
    }
    fn metrics(&self, i: usize) -> u16 {
        Self::peer(i) + 2
    }
    fn home(&self, i: usize) -> PathBuf {
        self.dir.join(format!("node{i}"))
    }
    fn log(&self, i: usize) -> PathBuf {
        self.home(i).join("node.log")
    }
    /// A local network's files, with the hosts' addresses in place of loopback.
    fn make(&self) -> Result<(), String> {
        let program = self.program.to_string_lossy();
        let (dir, count, port) = (self.dir.to_string_lossy(), self.validators.to_string(), PORT.to_string());
        run(&program, &["localnet", "new", "--dir", &dir, "--validators", &count, "--base-port", &port])?;
        let genesis = self.dir.join("genesis.toml");
        let before = self.chain(&genesis)?;
        self.move_hosts(&genesis)?;
        for i in 0..self.validators {
            self.move_hosts(&self.home(i).join("genesis.toml"))?;
            self.move_hosts(&self.home(i).join("node.toml"))?;
        }
        let after = self.chain(&genesis)?;
        change(&self.dir.join("localnet.json"), |text| text.replace(&before, &after))
    }
    fn move_hosts(&self, file: &Path) -> Result<(), String> {
        let one = |text: String, i| {
            let port = Self::peer(i);
            let (old, new) = (format!("/ip4/127.0.0.1/tcp/{port}\""), format!("/ip4/{}/tcp/{port}\"", address(i)));
            text.replace(&old, &new)
        };
        change(file, |text| (0..self.validators).fold(text.to_owned(), one))
    }
    fn chain(&self, genesis: &Path) -> Result<String, String> {
        let check = Command::new(&self.program).args(["genesis", "check", "--json"]).arg(genesis).output();
        let said = answer(check.map_err(|e| e.to_string())?)?;
        Ok(said["chain_id"].as_str().ok_or("`genesis check` names no chain id")?.to_owned())
    }
    fn spawn(&self, i: usize, host: &Host) -> Result<Child, String> {
        let log = File::create(self.log(i)).map_err(|e| e.to_string())?;
        let errors = log.try_clone().map_err(|e| e.to_string())?;
        let mut command = host.command(&self.program.to_string_lossy());
        command.args(["start", "--with-parent", "--home"]).arg(self.home(i));
        command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn().map_err(|e| format!("node {i}: {e}"))
    }
}

/// A load that runs.
pub struct Load(Child);

impl Load {
    /// Waits for its end.
    pub fn finish(self) -> Result<Value, String> {
        answer(self.0.wait_with_output().map_err(|e| e.to_string())?)
    }
}

fn answer(output: std::process::Output) -> Result<Value, String> {
    serde_json::from_slice(&output.stdout)
        .map_err(|e| format!("no JSON ({e}); it said: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn change(file: &Path, new: impl Fn(&str) -> String) -> Result<(), String> {
    let named = |e: std::io::Error| format!("{}: {e}", file.display());
    let text = std::fs::read_to_string(file).map_err(named)?;
    std::fs::write(file, new(&text)).map_err(named)
}

//! The validators of a local network as child processes: started, watched, killed, stopped.
//!
//! A child is told to die with its parent, so that a killed test leaves nothing behind.

use super::SavedNet;
use crate::client::Client;
use crate::fault::Fault;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// How long an orderly stop may take before a child is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);
/// Log of a node, in its home.
const LOG: &str = "node.log";

/// A child that ended by itself.
#[derive(Debug)]
pub struct Exit {
    /// Which node.
    pub node: usize,
    /// How.
    pub status: ExitStatus,
}

/// A running local network.
pub struct Running {
    net: SavedNet,
    children: Vec<Option<Child>>,
}

impl Running {
    /// Starts every node. Call it from the main thread: children die with the thread that started them.
    pub fn start(net: SavedNet) -> Result<Self, Fault> {
        let mut running = Self { children: net.nodes.iter().map(|_| None).collect(), net };
        for i in 0..running.children.len() {
            running.start_node(i)?;
        }
        Ok(running)
    }
    /// The network's files.
    pub fn net(&self) -> &SavedNet {
        &self.net
    }
    /// Starts (or starts again) one node; its log is appended.
    pub fn start_node(&mut self, i: usize) -> Result<(), Fault> {
        let home = self.net.home(i);
        let log = append(&home.join(LOG))?;
        let errors = log.try_clone().map_err(|e| Fault::system("log file", e))?;
        let program = std::env::current_exe().map_err(|e| Fault::system("this program's path", e))?;
        let child = Command::new(program)
            .args(["start", "--with-parent", "--home"])
            .arg(&home)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| Fault::system("child process", e))?;
        if let Some(pid) = child.id() {
            // Only a convenience for people and scripts; nothing here reads it.
            let _missing = std::fs::write(home.join("pid"), pid.to_string());
        }
        self.children[i] = Some(child);
        Ok(())
    }
    /// Process id of a node that runs.
    pub fn pid(&self, i: usize) -> Option<u32> {
        self.children[i].as_ref().and_then(Child::id)
    }
    /// Waits until every running node answers.
    pub async fn ready(&mut self, limit: Duration) -> Result<(), Fault> {
        let since = Instant::now();
        for (i, endpoint) in self.net.endpoints().iter().enumerate() {
            while self.children[i].is_some() {
                if let Some(exit) = self.ended() {
                    return Err(self.failed(&exit));
                }
                match Client::connect(endpoint).await {
                    Ok(client) if client.status().await.is_ok() => break,
                    _ if since.elapsed() > limit => return Err(self.slow(i, limit)),
                    _ => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        }
        Ok(())
    }
    /// A node that ended since the last call.
    pub fn ended(&mut self) -> Option<Exit> {
        for (node, slot) in self.children.iter_mut().enumerate() {
            if let Some(Ok(Some(status))) = slot.as_mut().map(Child::try_wait) {
                *slot = None;
                return Some(Exit { node, status });
            }
        }
        None
    }
    /// Kills one node at once (SIGKILL).
    pub async fn kill(&mut self, i: usize) {
        if let Some(mut child) = self.children[i].take() {
            // It may be dead already, which is what was asked for.
            let _dead = child.kill().await;
        }
    }
    /// Stops all in order (SIGTERM); who does not stop in time is killed.
    pub async fn stop(&mut self) {
        for child in self.children.iter().flatten() {
            let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
            if let Some(pid) = pid {
                let _gone = kill_process(pid, Signal::TERM);
            }
        }
        for slot in &mut self.children {
            let Some(child) = slot else { continue };
            if tokio::time::timeout(STOP_TIMEOUT, child.wait()).await.is_err() {
                let _dead = child.kill().await;
            }
            *slot = None;
        }
    }
    /// What to tell about a node that ended by itself.
    pub fn failed(&self, exit: &Exit) -> Fault {
        let log = self.net.home(exit.node).join(LOG);
        let problem = format!("node {} ended with {}: {}; see {}", exit.node, exit.status, tail(&log), log.display());
        Fault::system("localnet", problem)
    }
    fn slow(&self, i: usize, limit: Duration) -> Fault {
        let log = self.net.home(i).join(LOG);
        let problem = format!("node {i} does not answer after {} s; see {}", limit.as_secs(), log.display());
        Fault::system("localnet", problem)
    }
}

fn append(path: &Path) -> Result<File, Fault> {
    let opened = File::options().create(true).append(true).open(path);
    opened.map_err(|e| Fault::file(path, format!("cannot be written: {e}")))
}

/// The last line of a log.
fn tail(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or("its log is empty").to_owned()
}

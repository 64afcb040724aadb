//! An open-loop load on a fresh local network: every submission has its time, and latency counts from that time, so
//! that a network that falls behind cannot hide it.

use super::figures::{Figures, Snapshot};
use super::machine::describe;
use super::prepare::Source;
use crate::client::{Author, Client, ClientError, Mode};
use crate::localnet::{Plan, Running};
use crate::submission::Submission;
use proto::Role;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

const READY_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a submission may take before it counts as lost.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(60);

/// What to run.
pub struct Load {
    /// Validators.
    pub validators: usize,
    /// Submissions per second.
    pub rate: f64,
    /// How long.
    pub time: Duration,
    /// `synthetic` or a folder.
    pub packets: String,
    /// Nodes killed before the load.
    pub dead: usize,
    /// Where the network's files go; a temporary folder if `None`.
    pub dir: Option<PathBuf>,
}

/// What became of one submission.
#[derive(Clone, Debug)]
pub enum Fate {
    /// Committed, so long after its time.
    Committed(Duration),
    /// Refused for this reason.
    Refused(String),
    /// No answer in time, or an error.
    Lost(String),
}

impl Load {
    /// Starts the network, runs the load, stops the network.
    pub async fn run(&self) -> Result<Figures, String> {
        if self.dead >= self.validators {
            return Err("--dead: at least one node must live".to_owned());
        }
        if !(self.rate > 0.0 && self.rate <= 100_000.0) {
            return Err("--rate: choose a number above 0 and up to 100000".to_owned());
        }
        let temporary = std::env::temp_dir().join(format!("chirograph-bench-{}", std::process::id()));
        let dir = self.dir.clone().unwrap_or_else(|| temporary.clone());
        let net = Plan { dir, validators: self.validators, base_port: 0, model: models::Appraiser::current() }
            .make()
            .map_err(|e| e.to_string())?;
        let mut running = Running::start(net).map_err(|e| e.to_string())?;
        let figures = self.drive(&mut running).await;
        running.stop().await;
        if self.dir.is_none() {
            // Left-overs in the temporary folder do no harm.
            let _left = std::fs::remove_dir_all(&temporary);
        }
        figures
    }

    async fn drive(&self, running: &mut Running) -> Result<Figures, String> {
        running.ready(READY_TIMEOUT).await.map_err(|e| e.to_string())?;
        let (org, key) = running.net().member(Role::Operator).map_err(|e| e.to_string())?;
        let author = Author { org, key };
        let endpoints = running.net().endpoints();
        let clients: Vec<Client> =
            endpoints.iter().map(Client::lazy).collect::<Result<_, _>>().map_err(|e| e.to_string())?;
        let source = Source::new(&self.packets)?;
        eprintln!("enrolling");
        let enrolled = source.enrol(&clients[0], &author).await?;
        let count = (self.rate * self.time.as_secs_f64()).ceil() as usize;
        eprintln!("{enrolled} signers enrolled; making {count} signed submissions");
        let terms = clients[0].terms().await.map_err(|e| e.to_string())?;
        let submissions = source.submissions(count, &author, &terms)?;
        let alive = self.validators - self.dead;
        for i in alive..self.validators {
            running.kill(i).await;
        }
        eprintln!("load: {} submissions at {} per second to {alive} nodes", submissions.len(), self.rate);
        let before = Snapshot::take(running, alive).await;
        let (fates, took) = send(submissions, &clients[..alive], self.rate).await;
        let after = Snapshot::take(running, alive).await;
        if let Some(exit) = running.ended() {
            return Err(running.failed(&exit).to_string());
        }
        Ok(Figures {
            rate: self.rate,
            validators: self.validators,
            dead: self.dead,
            took,
            fates,
            before,
            after,
            machine: describe(),
            packets: self.packets.clone(),
        })
    }
}

/// Submits each at its time, to one client after the other, and waits for all.
pub(super) async fn send(submissions: Vec<Submission>, clients: &[Client], rate: f64) -> (Vec<Fate>, Duration) {
    let start = Instant::now();
    let mut tasks = Vec::new();
    for (i, submission) in submissions.into_iter().enumerate() {
        let due = start + Duration::from_secs_f64(i as f64 / rate);
        tokio::time::sleep_until(due.into()).await;
        let client = clients[i % clients.len()].clone();
        tasks.push(tokio::spawn(one(client, Arc::new(submission), due)));
    }
    let mut fates = Vec::new();
    for task in tasks {
        fates.push(task.await.unwrap_or_else(|e| Fate::Lost(e.to_string())));
    }
    (fates, start.elapsed())
}

async fn one(client: Client, s: Arc<Submission>, due: Instant) -> Fate {
    match client.submit(&s.transaction, &s.packets, Mode::Wait(COMMIT_TIMEOUT)).await {
        Ok(answer) if answer.receipt.is_some() => Fate::Committed(due.elapsed()),
        Ok(_) => Fate::Lost("not committed in time".to_owned()),
        Err(ClientError::Refused { reason, .. }) => Fate::Refused(reason),
        Err(e) => Fate::Lost(e.to_string()),
    }
}

//! `localnet`: several validators on this machine, as child processes.

use super::genesis::model;
use super::outcome::{Failure, Outcome, save};
use crate::fault::Fault;
use crate::localnet::{Plan, Running, SavedNet};
use clap::{Args, Subcommand};
use models::Appraiser;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

const READY_TIMEOUT: Duration = Duration::from_secs(60);

/// What to do.
#[derive(Subcommand)]
pub enum Localnet {
    /// Make keys, genesis and homes; start nothing.
    New(Place),
    /// Run all nodes in the foreground until Ctrl-C; makes the network first if it is missing.
    Start {
        #[command(flatten)]
        place: Place,
        /// Write the endpoints here as JSON once all nodes answer.
        #[arg(long, value_name = "FILE")]
        ready_file: Option<PathBuf>,
    },
}

/// Where and how many.
#[derive(Args)]
pub struct Place {
    /// Folder of the network.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Validators.
    #[arg(long, default_value_t = 4)]
    validators: usize,
    /// First port; 0 for free ones.
    #[arg(long, default_value_t = 7400)]
    base_port: u16,
    /// Handwriting model of a new network, by name; the newest if none is given.
    #[arg(long, value_name = "NAME", value_parser = model)]
    model: Option<Appraiser>,
}

impl Localnet {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::New(place) => Ok(made(&place.make()?)),
            Self::Start { place, ready_file } => {
                let net = if SavedNet::exists(&place.dir) { SavedNet::load(&place.dir)? } else { place.make()? };
                start(net, ready_file).await
            }
        }
    }
}

impl Place {
    fn make(&self) -> Result<SavedNet, Fault> {
        let model = self.model.clone().unwrap_or_else(Appraiser::current);
        Plan { dir: self.dir.clone(), validators: self.validators, base_port: self.base_port, model }.make()
    }
}

fn made(net: &SavedNet) -> Outcome {
    let apis: Vec<&str> = net.nodes.iter().map(|n| n.api.as_str()).collect();
    let text = format!("chain {}\n{} validators in {}", net.chain_id, apis.len(), net.dir.display());
    Outcome::ok(text, json!({ "dir": net.dir, "chain_id": net.chain_id, "endpoints": apis }))
}

async fn start(net: SavedNet, ready_file: Option<PathBuf>) -> Result<Outcome, Failure> {
    let system = |e: std::io::Error| Fault::system("signals", e);
    let mut term = signal(SignalKind::terminate()).map_err(system)?;
    let mut running = Running::start(net)?;
    let ready = tokio::select! {
        ready = running.ready(READY_TIMEOUT) => ready,
        _ = term.recv() => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    if let Err(fault) = ready {
        running.stop().await;
        return Err(fault.into());
    }
    let summary = made(running.net());
    for node in &running.net().nodes {
        eprintln!("{}  api {}  metrics http://{}/metrics", node.home.display(), node.api, node.metrics);
    }
    eprintln!("{}\nrunning; Ctrl-C stops all", summary.text);
    if let Some(path) = &ready_file {
        save(path, summary.json.to_string().as_bytes())?;
    }
    loop {
        tokio::select! {
            _ = term.recv() => break,
            _ = tokio::signal::ctrl_c() => break,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
        // The others go on without it; it may be started again by `chirograph start --home`.
        if let Some(exit) = running.ended() {
            eprintln!("{}", running.failed(&exit));
        }
    }
    eprintln!("stopping");
    running.stop().await;
    Ok(Outcome::ok("stopped", json!({ "stopped": true })))
}

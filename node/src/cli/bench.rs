//! `bench`: measurements from the command line.

use super::outcome::{Failure, Outcome, STDOUT};
use crate::bench::{Load, RunningLoad, appraiser, crypto};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// What to measure.
#[derive(Subcommand)]
pub enum Bench {
    /// A fresh local network under load.
    Node(Node),
    /// A network that runs already, under load; it must allow demonstration packets.
    Load(Running),
    /// SM2, SM3, SM4, Merkle logs, receipts; one core.
    Crypto(Part),
    /// The handwriting model; one core.
    Appraiser(Part),
}

/// A load.
#[derive(Args)]
pub struct Node {
    /// Validators.
    #[arg(long, default_value_t = 4)]
    validators: usize,
    /// Signings per second that are submitted, whether or not the network keeps up.
    #[arg(long, default_value_t = 50.0)]
    rate: f64,
    /// How long.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// `synthetic`, or a folder in the layout of SVC2004.
    #[arg(long, default_value = "synthetic")]
    packets: String,
    /// Nodes that are killed before the load starts.
    #[arg(long, default_value_t = 0)]
    dead: usize,
    /// Keep the network's files here; a temporary folder if absent.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Print one JSON value instead of text, or write it to a file beside the text.
    #[arg(long = "json", id = "json", num_args = 0..=1, default_missing_value = STDOUT, value_name = "FILE")]
    _json: Option<PathBuf>,
}

/// A load on a network that runs.
#[derive(Args)]
pub struct Running {
    #[command(flatten)]
    access: super::access::Access,
    /// Signings per second that are submitted, to one endpoint after the other.
    #[arg(long, default_value_t = 5.0)]
    rate: f64,
    /// How long.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// `synthetic`, or a folder in the layout of SVC2004.
    #[arg(long, default_value = "synthetic")]
    packets: String,
    /// Number of each demonstration signer's first writing; raise it for a second load on the same network.
    #[arg(long, default_value_t = 0)]
    begin: u64,
}

/// A part by itself.
#[derive(Args)]
pub struct Part {
    /// How long each line is measured.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// `synthetic`, or a folder in the layout of SVC2004 (appraiser only).
    #[arg(long, default_value = "synthetic")]
    packets: String,
    /// Print one JSON value instead of text, or write it to a file beside the text.
    #[arg(long = "json", id = "json", num_args = 0..=1, default_missing_value = STDOUT, value_name = "FILE")]
    _json: Option<PathBuf>,
}

impl Bench {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Node(n) => {
                let load = Load {
                    validators: n.validators,
                    rate: n.rate,
                    time: Duration::from_secs(n.seconds.max(1)),
                    packets: n.packets,
                    dead: n.dead,
                    dir: n.dir,
                };
                let figures = load.run().await.map_err(Failure::Usage)?;
                Ok(Outcome::ok(figures.text(), figures.json()))
            }
            Self::Load(load) => load.run().await,
            Self::Crypto(part) => {
                let lines = crypto::measure(part.time());
                Ok(Outcome::ok(lines.text(), lines.json()))
            }
            Self::Appraiser(part) => {
                let lines = appraiser::measure(part.time(), &part.packets).map_err(Failure::Usage)?;
                Ok(Outcome::ok(lines.text(), lines.json()))
            }
        }
    }
}

impl Running {
    async fn run(self) -> Result<Outcome, Failure> {
        let (endpoints, author) = (self.access.endpoints()?, self.access.author(proto::Kind::Sign)?);
        let time = Duration::from_secs(self.seconds.max(1));
        let (rate, packets, begin) = (self.rate, self.packets, self.begin);
        let load = RunningLoad { endpoints, author, rate, time, packets, begin };
        let summary = load.run().await.map_err(Failure::Usage)?;
        let n = |key: &str| summary[key].as_f64().map_or("-".to_owned(), |v| format!("{v:.1}"));
        let text = format!(
            "{} of {} committed, {} a second; submit to commit p50 {} ms, p99 {} ms; refused {}, lost {}",
            summary["committed"],
            summary["submitted"],
            n("committed_per_s"),
            n("p50_ms"),
            n("p99_ms"),
            summary["refused"],
            summary["lost"]
        );
        Ok(Outcome::ok(text, summary))
    }
}

impl Part {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.max(1))
    }
}

//! `bench`: measurements from the command line.

use super::outcome::{Failure, Outcome, STDOUT};
use crate::bench::{Load, appraiser, crypto};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// What to measure.
#[derive(Subcommand)]
pub enum Bench {
    /// A fresh local network under load.
    Node(Node),
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

impl Part {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.max(1))
    }
}

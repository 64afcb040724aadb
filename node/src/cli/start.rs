//! `start`: runs a node until SIGTERM or SIGINT.

use super::outcome::{Failure, Outcome};
use crate::config::Config;
use crate::daemon::Ready;
use crate::fault::Fault;
use crate::shutdown::{Shutdown, abort_on_panic};
use clap::Args;
use rustix::process::{Signal, set_parent_process_death_signal};
use serde_json::json;
use std::path::PathBuf;

/// A node to run.
#[derive(Args)]
pub struct Start {
    /// Its home folder.
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// Stop when the program that started this one ends.
    #[arg(long, hide = true)]
    with_parent: bool,
}

impl Start {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        if self.with_parent {
            set_parent_process_death_signal(Some(Signal::TERM)).map_err(|e| Fault::system("death signal", e))?;
        }
        let config = Config::load(&self.home)?;
        crate::telemetry::log::start(&config.log.filter, config.log.json)?;
        abort_on_panic();
        let shutdown = Shutdown::default();
        shutdown.on_signals()?;
        let ready = |r: Ready| tracing::info!(api = %r.api, metrics = %r.metrics, peer = ?r.peer, "serving");
        crate::daemon::run(&config, shutdown, ready).await?;
        Ok(Outcome::ok("stopped", json!({ "stopped": true })))
    }
}

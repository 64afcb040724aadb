//! The log: `tracing` to standard error, as text for people or as JSON lines for machines.
//!
//! What may stand in it is decided where it is written: never stroke data, never scores of refused signings.

use crate::fault::Fault;
use tracing_subscriber::EnvFilter;

/// Goes before the configured filter, for a look at one run.
const VARIABLE: &str = "CHIROGRAPH_LOG";

/// Starts the log with a filter such as `info,node::net=debug`. A second call is a fault of the caller.
pub fn start(filter: &str, json: bool) -> Result<(), Fault> {
    let variable = std::env::var(VARIABLE);
    let filter = variable.as_deref().unwrap_or(filter);
    let fault = |e: String| Fault::System { what: "log", problem: format!("filter `{filter}`: {e}") };
    let parsed = EnvFilter::try_new(filter).map_err(|e| fault(e.to_string()))?;
    let log = tracing_subscriber::fmt().with_env_filter(parsed).with_writer(std::io::stderr).with_target(true);
    let started = if json { log.json().try_init() } else { log.with_ansi(false).try_init() };
    started.map_err(|e| fault(e.to_string()))
}

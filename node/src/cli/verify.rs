//! `verify`: checks evidence offline. Needs the file, the genesis file and nothing else.

use super::outcome::{Failure, Outcome};
use crate::daemon::read_genesis;
use crate::evidence::{EVIDENCE_BYTES_MAX, Evidence};
use crate::fault::Fault;
use crate::fault_json;
use clap::Args;
use proto::{Canonical, Trail};
use std::path::{Path, PathBuf};

/// Evidence to check.
#[derive(Args)]
pub struct Verify {
    /// A receipt, matter file, matter proof or checkpoint, or a `fault.json`.
    file: PathBuf,
    /// The genesis file that you trust.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// The links from genesis to the evidence's epoch, as `query trail` writes them; needed once validators changed.
    #[arg(long, value_name = "FILE")]
    trail: Option<PathBuf>,
}

impl Verify {
    /// Runs it. Bytes that are no evidence at all are invalid, not an error.
    pub fn run(self) -> Result<Outcome, Failure> {
        let trust = read_genesis(&self.genesis)?.trust();
        let fault = |e: std::io::Error| Fault::config(&self.file, format!("cannot be read: {e}"));
        let size = std::fs::metadata(&self.file).map_err(fault)?.len();
        if size > EVIDENCE_BYTES_MAX as u64 {
            return Err(Fault::config(&self.file, format!("longer than {EVIDENCE_BYTES_MAX} bytes")).into());
        }
        let bytes = std::fs::read(&self.file).map_err(fault)?;
        if let Some(checks) = fault_json::checks(&bytes, &trust) {
            return Ok(Outcome::of_checks("fault", &checks));
        }
        let trail = self.trail.as_deref().map(read_trail).transpose()?.unwrap_or_default();
        match Evidence::from_bytes(&bytes) {
            Ok(evidence) => Ok(Outcome::of_checks(evidence.kind(), &evidence.verify_along(&trust, &trail))),
            Err(e) => {
                let outcome = proto::Outcome::Invalid;
                let check = proto::Check { code: "ENCODING", outcome, detail: e.to_string() };
                Ok(Outcome::of_checks("unknown", &[check]))
            }
        }
    }
}

fn read_trail(path: &Path) -> Result<Trail, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::config(path, format!("cannot be read: {e}")))?;
    Ok(Trail::from_bytes(&bytes).map_err(|e| Fault::config(path, e))?)
}

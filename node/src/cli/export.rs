//! `export`: the evidence package of an event, verified against the genesis at hand before it is kept.

use super::access::Access;
use super::outcome::{Failure, Outcome, save};
use super::query::resource;
use clap::Args;
use evidence::{Folder, Policy};
use proto::Check;
use serde_json::json;
use std::path::PathBuf;

/// What to export.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    access: Access,
    /// Number of the event, or its transaction id.
    event: String,
    /// Write the package here; without it, in the current folder under its own name.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Export {
    /// Runs it. A package that does not verify is written all the same: it is evidence against the node.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let exported = self.access.client().await?.export(&resource(&self.event)).await?;
        let policy = Policy::of_genesis(self.access.genesis()?.chain_id());
        let report = evidence::inspect(&exported.bytes, Some(&policy));
        // The name comes from what is in it: a node does not choose where a file is written here.
        let name = report.dossier.as_ref().map(|d| Folder::of(&d.event, d.variant).file_name());
        let path = self.out.unwrap_or_else(|| PathBuf::from(name.unwrap_or_else(|| "refused.evidence.zip".to_owned())));
        save(&path, &exported.bytes)?;
        let mut outcome = Outcome::of_checks("package", &report.checks);
        outcome.text.push_str(&format!("\nwritten to {}, {} bytes", path.display(), exported.bytes.len()));
        outcome.json["file"] = json!(path.display().to_string());
        outcome.json["bytes"] = json!(exported.bytes.len());
        outcome.json["overall"] = json!(Check::overall(&report.checks).as_str());
        Ok(outcome)
    }
}

//! `check`: what a document shows: its receipts, every signature in it, and what was changed after. Offline; a folder of
//! documents is looked up on a node.

mod batch;
mod list;
mod prover;
mod receipts;

use super::access::Access;
use super::bind::read;
use super::outcome::{Failure, Outcome};
use super::stamps;
use crate::fault::Fault;
use clap::Args;
use document::{Appraised, Format};
use proto::{Canonical, Check as Line, Outcome as Verdict, Trail, Trust};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What to check.
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    access: Access,
    /// The document.
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    file: Option<PathBuf>,
    /// Receipts that lie elsewhere than in the document or beside it.
    #[arg(long, value_name = "FILE")]
    receipt: Vec<PathBuf>,
    /// The links from genesis to the receipts' epoch, as `query trail` writes them; needed once validators changed.
    #[arg(long, value_name = "FILE")]
    trail: Option<PathBuf>,
    /// Certificates that you trust for signers and time-stamps in documents, PEM.
    #[arg(long, value_name = "FILE")]
    roots: Vec<PathBuf>,
    /// Look up all documents of a folder, or the lines of a CSV: a path, or a name and 64 hex digits.
    #[arg(long, value_name = "FOLDER|CSV")]
    batch: Option<PathBuf>,
    /// With --batch: write one line for each here.
    #[arg(long, value_name = "FILE", requires = "batch")]
    csv: Option<PathBuf>,
}

impl Check {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let roots = self.roots.iter().map(|p| stamps::read(p)).collect::<Result<Vec<_>, _>>()?;
        if let Some(what) = &self.batch {
            return batch::run(&self.access, what, (roots, self.csv.as_deref())).await;
        }
        let path = self.file.as_ref().ok_or_else(|| Failure::Usage("give a FILE or --batch".into()))?;
        let file = read(path)?;
        let pem: Vec<&str> = roots.iter().map(String::as_str).collect();
        let found = document::appraise(&file, document::Roots { pem: &pem, now: crate::clock::now() });
        let mut receipts = receipts::of_document(path, &file)?;
        for path in &self.receipt {
            receipts.push(read(path)?);
        }
        let trust = self.trust()?;
        let (subjects, basis) = (document::subjects(&file), trust.as_ref().map(|(trust, trail)| (trust, trail)));
        let mut checks = found.checks.clone();
        checks.extend(receipts.iter().flat_map(|receipt| receipts::checks(receipt, &subjects, basis).checks));
        if receipts.is_empty() {
            checks
                .push(receipts::line(Verdict::Indeterminate, "no receipt is in the document or beside it".to_owned()));
        }
        Ok(outcome(&found, &checks))
    }
    /// What receipts are verified against; `None` without a genesis.
    fn trust(&self) -> Result<Option<(Trust, Trail)>, Failure> {
        if self.access.genesis.is_none() && self.access.localnet.is_none() {
            return Ok(None);
        }
        let trail = match &self.trail {
            None => Trail::default(),
            Some(path) => Trail::from_bytes(&read(path)?).map_err(|e| Fault::file(path, e))?,
        };
        Ok(Some((self.access.genesis()?.trust(), trail)))
    }
}

fn outcome(found: &Appraised, checks: &[Line]) -> Outcome {
    let kind = match found.format {
        Format::Pdf => "pdf",
        Format::Ofd => "ofd",
        Format::Other => "document",
    };
    let mut outcome = Outcome::of_checks(kind, checks);
    let signatures: Vec<Value> = found.signatures.iter().map(|s| json!({
        "signer": s.signer, "outcome": s.outcome.as_str(), "trust": s.trust.outcome.as_str(), "format": s.format,
        "claimed_time_ms": s.claimed_time.map(|t| t.0), "stamped_time_ms": s.stamped_time.map(|t| t.0),
        "time_stamp": s.is_time_stamp, "revision": s.revision.map(|r| r + 1), "seal": s.seal.as_ref().map(|seal| json!({
            "name": seal.name, "maker": seal.maker, "trust": seal.trust.outcome.as_str(),
        })),
    })).collect();
    outcome.json["signatures"] = json!(signatures);
    outcome.json["last_signing_time_ms"] = json!(last_time(found));
    outcome.json["changed_after_last_signature"] = json!(found.changed_after_last);
    outcome
}

/// The newest time that a signature shows, stamped before claimed.
fn last_time(found: &Appraised) -> Option<u64> {
    found.signatures.iter().filter_map(|s| s.stamped_time.or(s.claimed_time)).map(|t| t.0).max()
}

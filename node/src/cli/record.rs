//! `record`, `anchor`, `attest`: submissions without handwriting.

use super::access::{Access, name};
use super::outcome::{Failure, Outcome};
use super::proven;
use super::sign::{digest_of, submitted};
use crate::client::Mode;
use crate::fault::Fault;
use clap::Args;
use proto::{Body, Canonical};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A step of a matter.
#[derive(Args)]
pub struct Record {
    #[command(flatten)]
    access: Access,
    /// Contract, case or archive file.
    #[arg(long)]
    matter: String,
    /// What kind of step, such as `sent`.
    #[arg(long)]
    kind: String,
    /// Its content; only the SM3 digest leaves this machine.
    #[arg(long, value_name = "FILE")]
    content: PathBuf,
    /// Free text.
    #[arg(long, default_value = "")]
    note: String,
    /// Write the receipt here.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

impl Record {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let (matter, kind) = (name(&self.matter, "--matter")?, name(&self.kind, "--kind")?);
        let body = Body::Record { matter, kind, content: digest_of(&self.content)?, note: self.note };
        submit(&self.access, body, self.receipt.as_deref()).await
    }
}

/// An archived record.
#[derive(Args)]
pub struct Anchor {
    #[command(flatten)]
    access: Access,
    /// Contract, case or archive file.
    #[arg(long)]
    matter: String,
    /// The record; only digest and length leave this machine.
    #[arg(long, value_name = "FILE")]
    content: PathBuf,
    /// Where the bureau keeps it.
    #[arg(long)]
    locator: String,
    /// Write the receipt here.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

impl Anchor {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let path = &self.content;
        let size = std::fs::metadata(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?.len();
        let (matter, content) = (name(&self.matter, "--matter")?, digest_of(path)?);
        submit(&self.access, Body::Anchor { matter, content, size, locator: self.locator }, self.receipt.as_deref())
            .await
    }
}

/// A statement about an event.
#[derive(Args)]
pub struct Attest {
    #[command(flatten)]
    access: Access,
    /// Number of the event.
    #[arg(long, value_name = "SEQ")]
    event: u64,
    /// What is stated.
    #[arg(long)]
    statement: String,
    /// Write the receipt here.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

impl Attest {
    /// Reads and verifies the event first, so that the statement carries its hash and stands without the ledger.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let client = self.access.client().await?;
        let event = proven::event(&self.access, &client, &format!("events/{}", self.event)).await?;
        let matter = event.transaction.draft.body.matter().cloned();
        let matter = matter.ok_or_else(|| Failure::Usage("--event: an enrolment belongs to no matter".into()))?;
        let (target, target_hash) = (event.seq, event.digest());
        let body = Body::Attest { matter, target, target_hash, statement: self.statement };
        submit(&self.access, body, self.receipt.as_deref()).await
    }
}

pub(super) async fn submit(access: &Access, body: Body, receipt: Option<&Path>) -> Result<Outcome, Failure> {
    let author = access.author(body.kind())?;
    let client = access.client().await?;
    let terms = proven::terms(access, &client).await?;
    let submission = author.submission(&terms, body, Vec::new());
    let answer = client.submit(&submission.transaction, &[], Mode::Wait(Duration::from_secs(30))).await?;
    submitted((access, &client), &answer, receipt).await
}

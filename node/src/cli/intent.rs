//! `intent`: evidence of will. A provider signs what it found, an organisation puts its digest on the ledger as a step of the
//! matter, and anybody checks the two against each other.

use super::access::{Access, name};
use super::outcome::{Failure, Outcome, save};
use super::record::submit;
use super::sign::digest_of;
use crate::fault::Fault;
use clap::{Args, Subcommand};
use proto::{Body, Canonical, Finding, IntentResult, Kind, Method, TimeMs};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Evidence of will.
#[derive(Subcommand)]
pub enum Intent {
    /// Sign what was found, as its provider.
    Sign(SignFinding),
    /// Put a result's digest on the ledger.
    Record(RecordResult),
    /// Check a result, and the event that carries it.
    Check(CheckResult),
}

/// A finding.
#[derive(Args)]
pub struct SignFinding {
    #[command(flatten)]
    access: Access,
    /// How: sms, liveness, password, reading, token or speech.
    #[arg(long)]
    method: String,
    /// About whom.
    #[arg(long, value_name = "ID")]
    signer: String,
    /// The document that is to be signed.
    #[arg(long, value_name = "FILE")]
    document: PathBuf,
    /// It was not passed.
    #[arg(long)]
    failed: bool,
    /// How long it took, or how long the document was on the screen.
    #[arg(long, default_value_t = 0)]
    duration_ms: u64,
    /// The provider's own log; only its digest goes into the result.
    #[arg(long, value_name = "FILE")]
    log: PathBuf,
    /// What else the provider says.
    #[arg(long, default_value = "")]
    note: String,
    /// Write the result here.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// A result for the ledger.
#[derive(Args)]
pub struct RecordResult {
    #[command(flatten)]
    access: Access,
    /// The result, as `intent sign` writes it.
    result: PathBuf,
    /// The matter that it belongs to.
    #[arg(long)]
    matter: String,
    /// Write the receipt here.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// A result to check.
#[derive(Args)]
pub struct CheckResult {
    #[command(flatten)]
    access: Access,
    /// The result.
    result: PathBuf,
    /// Number of the event that carries it.
    #[arg(long, value_name = "SEQ")]
    event: Option<String>,
}

impl Intent {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Sign(c) => c.run(),
            Self::Record(c) => c.run().await,
            Self::Check(c) => c.run().await,
        }
    }
}

impl SignFinding {
    fn run(self) -> Result<Outcome, Failure> {
        let author = self.access.author(Kind::Record)?;
        let methods = || Failure::Usage("--method: sms, liveness, password, reading, token or speech".into());
        let finding = Finding {
            chain: self.access.genesis()?.chain_id(),
            method: Method::parse(&self.method).ok_or_else(methods)?,
            signer: name(&self.signer, "--signer")?,
            document: digest_of(&self.document)?,
            passed: !self.failed,
            time: TimeMs(crate::clock::now().0),
            duration_ms: self.duration_ms,
            log: digest_of(&self.log)?,
            note: self.note,
        };
        let result = IntentResult::sign(finding, author.org, &author.key);
        let bytes = result.to_bytes();
        // Whoever reads it decodes it strictly: too long a note is told now.
        IntentResult::from_bytes(&bytes).map_err(|e| Failure::Usage(e.to_string()))?;
        save(&self.out, &bytes)?;
        let (step, digest) = (result.finding.method.step(), result.digest().to_string());
        Ok(Outcome::ok(format!("{step} {digest}"), json!({ "step": step.as_str(), "digest": digest })))
    }
}

impl RecordResult {
    async fn run(self) -> Result<Outcome, Failure> {
        let result = read(&self.result)?;
        let (matter, kind) = (name(&self.matter, "--matter")?, result.finding.method.step());
        let note = format!("{} for {}", result.provider, result.finding.signer);
        submit(&self.access, Body::Record { matter, kind, content: result.digest(), note }, self.receipt.as_deref())
            .await
    }
}

impl CheckResult {
    /// Keys come from the genesis file: what a node says is no ground to believe a provider.
    async fn run(self) -> Result<Outcome, Failure> {
        let (result, genesis) = (read(&self.result)?, self.access.genesis()?.trust());
        let org = genesis.organisations.iter().find(|o| o.name == result.provider);
        let key = org.and_then(|o| o.key(&result.key));
        let (mut checks, mut carried) = (Vec::new(), None);
        if let Some(event) = &self.event {
            let client = self.access.client().await?;
            let receipt = client.receipt(&super::query::resource(event)).await?;
            let evidence = crate::evidence::Evidence::Receipt(Box::new(receipt.clone()));
            checks = evidence.verify_along(&genesis, &client.trail().await?);
            carried = Some(receipt.event);
        }
        checks.extend(result.checks(key, carried.as_ref()));
        Ok(Outcome::of_checks("intent", &checks))
    }
}

fn read(path: &Path) -> Result<IntentResult, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::config(path, format!("cannot be read: {e}")))?;
    Ok(IntentResult::from_bytes(&bytes).map_err(|e| Fault::config(path, e))?)
}

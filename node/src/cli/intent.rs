//! `intent`: evidence of will. A provider signs what it found, an organisation puts its digest on the ledger as a step of the
//! matter, and anybody checks the two against each other.

use super::access::{Access, name};
use super::outcome::{Failure, Outcome, save};
use super::proven::{self, Verifier};
use super::record::submit;
use super::sign::digest_of;
use crate::client::{Client, is_event};
use crate::fault::Fault;
use clap::{Args, Subcommand};
use evidence::{KeyStanding, KnownKey, Policy, intent_signature};
use proto::{Body, Canonical, ChainId, Finding, IntentResult, Kind, Method, TimeMs};
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
    /// Number of the signing that it must belong to.
    #[arg(long, value_name = "SEQ", requires = "event")]
    signing: Option<String>,
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
    async fn run(self) -> Result<Outcome, Failure> {
        let (result, trust) = (read(&self.result)?, self.access.genesis()?.trust());
        let (mut checks, mut carried, mut proven) = (Vec::new(), None, None);
        if let Some(event) = &self.event {
            let client = self.access.client().await?;
            let name = super::query::resource(event);
            let receipt = client.receipt(&name).await?;
            checks = Verifier::new(&self.access, &client).await?.checks(&receipt);
            proven = stated(&client, &name, &result, trust.chain).await?;
            if let Some(signing) = &self.signing {
                let signing = proven::event(&self.access, &client, &super::query::resource(signing)).await?;
                checks.push(result.before(&receipt.event, &signing));
            }
            carried = Some(receipt.event);
        }
        let of_genesis = trust.organisations.iter().find(|o| o.name == result.provider);
        let of_genesis = of_genesis.and_then(|o| o.key(&result.key));
        let key = proven.as_ref().map(KeyStanding::key).or(of_genesis);
        let recorded = carried.as_ref().map(|event| event.height);
        // The package's rule: a key that was retired counts for what was recorded before.
        let known = KnownKey { key, standing: proven.as_ref(), recorded };
        let [_, step, found] = result.checks(None, carried.as_ref());
        checks.extend([intent_signature(&result, &known), step, found]);
        Ok(Outcome::of_checks("intent", &checks))
    }
}

/// The provider's key as the ledger's state is shown to hold it, or to have held it, by the package of the event.
async fn stated(
    client: &Client,
    event: &str,
    result: &IntentResult,
    chain: ChainId,
) -> Result<Option<KeyStanding>, Failure> {
    let package = client.export_showing(event, std::slice::from_ref(result), None).await?;
    let report = evidence::inspect(&package.bytes, Some(&Policy::of_genesis(chain)));
    let holds = |code: &str| report.checks.iter().any(|c| c.code == code && c.outcome == proto::Outcome::Valid);
    let is_stated = ["GENESIS", "CHAIN", "TRAIL", "VALIDATORS", "CERTIFICATE", "STATE_ENTRIES"].into_iter().all(holds);
    let Some(dossier) = report.dossier.filter(|_| is_stated) else { return Ok(None) };
    is_event(event, &dossier.event)?;
    Ok(dossier.state.key(&result.provider, &result.key))
}

fn read(path: &Path) -> Result<IntentResult, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(IntentResult::from_bytes(&bytes).map_err(|e| Fault::file(path, e))?)
}

//! `login`: a person signs under a one-time prompt. The event that comes of it is checked offline before it counts.

use super::access::{Access, name};
use super::outcome::{Failure, Outcome, save};
use crate::client::{Author, Client, Mode, Signing, Terms};
use crate::strokes;
use clap::{Args, Subcommand};
use proto::{Canonical, Challenge, Check, Kind, Name, Receipt};
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Logins by signature.
#[derive(Subcommand)]
pub enum Login {
    /// Show the prompt to sign under, and what a capture device must bind the strokes to.
    Prompt(Prompt),
    /// Submit the strokes that answer a prompt.
    Answer(Answer),
    /// Check a login that is on the ledger.
    Check(CheckLogin),
}

/// For whom.
#[derive(Args)]
pub struct Prompt {
    #[command(flatten)]
    access: Access,
    /// Who says to be there.
    signer: String,
}

/// An answer.
#[derive(Args)]
pub struct Answer {
    #[command(flatten)]
    access: Access,
    /// Who says to be there.
    signer: String,
    /// The strokes. A packet that a device attested must be bound to the prompt's document and nonce; any other is bound now.
    strokes: PathBuf,
    /// Write the receipt here.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// A login to check.
#[derive(Args)]
pub struct CheckLogin {
    #[command(flatten)]
    access: Access,
    /// Number of the event, or its transaction id.
    event: String,
}

impl Login {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Prompt(c) => c.run().await,
            Self::Answer(c) => c.run().await,
            Self::Check(c) => c.run().await,
        }
    }
}

impl Prompt {
    async fn run(self) -> Result<Outcome, Failure> {
        let author = self.access.author(Kind::Sign)?;
        let terms = self.access.client().await?.terms().await?;
        let challenge = challenge(&author, &terms, name(&self.signer, "SIGNER")?);
        let (digits, document, at) = (challenge.digits(), challenge.digest(), terms.nonce);
        let text = format!("sign under  {digits}\ndocument    {document}\nnonce       {} {}", at.height, at.block);
        let json = json!({
            "prompt": digits, "document": document.to_string(), "matter": challenge.matter().as_str(),
            "nonce": { "height": at.height.0, "block": at.block.to_string() },
        });
        Ok(Outcome::ok(text, json))
    }
}

impl Answer {
    async fn run(self) -> Result<Outcome, Failure> {
        let author = self.access.author(Kind::Sign)?;
        let packet = strokes::read(&self.strokes)?;
        let client = self.access.client().await?;
        let mut terms = client.terms().await?;
        if packet.attestation.is_some() {
            let bound = packet.binding.nonce;
            terms.nonce = proto::Nonce { height: bound.height, block: bound.block };
        }
        let challenge = challenge(&author, &terms, name(&self.signer, "SIGNER")?);
        let what = Signing {
            matter: challenge.matter(),
            signer: challenge.signer.clone(),
            document: challenge.digest(),
            intent: format!("login {}", challenge.digits()),
        };
        let submission = author.signing(&terms, &what, packet)?;
        let mode = Mode::Wait(Duration::from_secs(30));
        let answer = client.submit(&submission.transaction, &submission.packets, mode).await?;
        let Some(receipt) = answer.receipt else {
            let text = format!("not committed yet: transaction {}; ask again with `login check`", answer.tx);
            let json = json!({ "transaction": answer.tx.to_string() });
            return Ok(Outcome { text, json, code: super::outcome::INDETERMINATE });
        };
        if let Some(path) = &self.receipt {
            save(path, &receipt.to_bytes())?;
        }
        outcome(&self.access, &client, &receipt).await
    }
}

impl CheckLogin {
    async fn run(self) -> Result<Outcome, Failure> {
        let client = self.access.client().await?;
        let receipt = client.receipt(&super::query::resource(&self.event)).await?;
        outcome(&self.access, &client, &receipt).await
    }
}

fn challenge(author: &Author, terms: &Terms, signer: Name) -> Challenge {
    Challenge { chain: terms.chain, org: author.org.clone(), signer, nonce: terms.nonce }
}

/// The receipt's own checks against genesis, then those of a login.
async fn outcome(access: &Access, client: &Client, receipt: &Receipt) -> Result<Outcome, Failure> {
    let (genesis, trail) = (access.genesis()?.trust(), client.trail().await?);
    let evidence = crate::evidence::Evidence::Receipt(Box::new(receipt.clone()));
    let mut checks: Vec<Check> = evidence.verify_along(&genesis, &trail);
    checks.extend(Challenge::checks(&receipt.event));
    let mut outcome = Outcome::of_checks("login", &checks);
    outcome.json["event"] = json!(receipt.event.seq.0);
    Ok(outcome)
}

//! `login`: a person signs under a one-time prompt. The event that comes of it is verified before it counts, and held
//! against what the caller knows: who was asked, by whom, how long ago, and that the prompt was not answered before.

use super::access::{Access, name};
use super::outcome::{Failure, Outcome, save};
use super::proven::{self, Verifier};
use crate::client::{Author, Client, Mode, Signing, Terms};
use crate::evidence::Evidence;
use crate::strokes;
use clap::{Args, Subcommand};
use proto::{Canonical, Challenge, Check, Event, Kind, Name, Receipt};
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
    /// How long ago the prompt may have been given.
    #[arg(long, value_name = "SECONDS", default_value_t = MAX_AGE_SECONDS)]
    max_age: u64,
}

/// A login to check.
#[derive(Args)]
pub struct CheckLogin {
    #[command(flatten)]
    access: Access,
    /// Number of the event, or its transaction id.
    event: String,
    /// Who must have signed. By whom it must have been asked is --org.
    signer: String,
    /// How long ago the prompt may have been given. Name more for a login of the past.
    #[arg(long, value_name = "SECONDS", default_value_t = MAX_AGE_SECONDS)]
    max_age: u64,
}

/// A person needs seconds; a ledger without news has an old newest block.
const MAX_AGE_SECONDS: u64 = 600;
/// How often a matter is asked for until it holds the event, and after what pause.
const MATTER_TRIES: usize = 50;
const MATTER_PAUSE: Duration = Duration::from_millis(100);

/// What the caller knows by itself.
struct Asked {
    org: Name,
    signer: Name,
    max_age: u64,
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
        let terms = proven::terms(&self.access, &self.access.client().await?).await?;
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
        let mut terms = proven::terms(&self.access, &client).await?;
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
            let text = format!("not committed yet; ask again: login check {} {}", answer.tx, self.signer);
            let json = json!({ "transaction": answer.tx.to_string() });
            return Ok(Outcome { text, json, code: super::outcome::INDETERMINATE });
        };
        Verifier::new(&self.access, &client).await?.demand(&receipt)?;
        if let Some(path) = &self.receipt {
            save(path, &receipt.to_bytes())?;
        }
        let asked = Asked { org: author.org, signer: challenge.signer, max_age: self.max_age };
        outcome((&self.access, &client), &receipt, &asked).await
    }
}

impl CheckLogin {
    async fn run(self) -> Result<Outcome, Failure> {
        let org = match (&self.access.org, &self.access.localnet) {
            (Some(org), _) => name(org, "--org")?,
            (None, Some(_)) => self.access.author(Kind::Sign)?.org,
            (None, None) => return Err(Failure::Usage("give --org NAME: who asked for the login".into())),
        };
        let asked = Asked { org, signer: name(&self.signer, "SIGNER")?, max_age: self.max_age };
        let client = self.access.client().await?;
        let receipt = client.receipt(&super::query::resource(&self.event)).await?;
        outcome((&self.access, &client), &receipt, &asked).await
    }
}

fn challenge(author: &Author, terms: &Terms, signer: Name) -> Challenge {
    Challenge { chain: terms.chain, org: author.org.clone(), signer, nonce: terms.nonce }
}

/// The receipt's own checks against genesis, then those of a login, then those against what the caller knows.
async fn outcome((access, client): (&Access, &Client), receipt: &Receipt, asked: &Asked) -> Result<Outcome, Failure> {
    let (event, verifier) = (&receipt.event, Verifier::new(access, client).await?);
    let mut checks = verifier.checks(receipt);
    checks.extend(Challenge::checks(event));
    checks.push(Challenge::asked(event, &asked.org, &asked.signer));
    if let Some(challenge) = Challenge::answered_by(event) {
        let block = client.header(challenge.nonce.height).await?;
        let limit = (crate::clock::now(), asked.max_age.saturating_mul(1000));
        checks.push(Challenge::fresh(event, &block, limit));
        let events = all_logins(client, &verifier, event, &challenge).await?;
        checks.push(Challenge::once(event, &events));
    }
    let mut outcome = Outcome::of_checks("login", &checks);
    outcome.json["event"] = json!(event.seq.0);
    Ok(outcome)
}

/// All logins of that signer at that organisation; none when they are not shown to be all.
async fn all_logins(
    client: &Client,
    verifier: &Verifier,
    event: &Event,
    challenge: &Challenge,
) -> Result<Vec<Event>, Failure> {
    for _ in 0..MATTER_TRIES {
        let file = client.matter_file(&challenge.matter()).await?;
        // The newest signed state may be older than the event that was just committed.
        if file.events.len() as u64 >= event.matter_seq {
            let checks = verifier.checks_of(&Evidence::MatterFile(file.clone().into()));
            return Ok(if Check::overall(&checks) == proto::Outcome::Valid { file.events } else { Vec::new() });
        }
        tokio::time::sleep(MATTER_PAUSE).await;
    }
    Ok(Vec::new())
}

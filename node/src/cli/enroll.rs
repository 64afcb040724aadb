//! `enroll`: gives a signer reference signatures, and says what would make them better. The advice is this computer's: it
//! refuses nothing.

use super::access::{Access, name};
use super::appraise;
use super::outcome::{Failure, Outcome};
use super::proven;
use super::sign::submitted;
use crate::client::Mode;
use crate::strokes;
use clap::Args;
use models::Appraiser;
use proto::Kind;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// A signer with references.
#[derive(Args)]
pub struct Enroll {
    #[command(flatten)]
    access: Access,
    /// Opaque identifier of the person.
    #[arg(long, value_name = "ID")]
    signer: String,
    /// 1 to 10 files: .packet, SVC2004 text, ISO/IEC 19794-7 or InkML. Five from two days are best.
    #[arg(required = true)]
    references: Vec<PathBuf>,
    /// Write the receipt here.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

impl Enroll {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let (signer, author) = (name(&self.signer, "--signer")?, self.access.author(Kind::Enroll)?);
        let packets = self.references.iter().map(|p| strokes::read(p)).collect::<Result<Vec<_>, _>>()?;
        let client = self.access.client().await?;
        let terms = proven::terms(&self.access, &client).await?;
        let advice = appraise::advice(&Appraiser::current(), &packets);
        let submission = author.enrolment(&terms, &signer, packets)?;
        let mode = Mode::Wait(Duration::from_secs(30));
        let answer = client.submit(&submission.transaction, &submission.packets, mode).await?;
        let mut outcome = submitted((&self.access, &client), &answer, self.receipt.as_deref()).await?;
        outcome.text.extend(advice.iter().map(|a| format!("\nadvice {}: {}", a.code, a.en)));
        outcome.json["advice"] = json!(advice);
        Ok(outcome)
    }
}

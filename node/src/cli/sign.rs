//! `sign`: submits a handwritten signing of a document.

use super::access::{Access, name};
use super::outcome::{Failure, INDETERMINATE, Outcome, save};
use super::proven::{self, Verifier};
use crate::client::{Client, Mode, Signing, Submitted};
use crate::fault::Fault;
use crate::strokes;
use crate::wire::v1;
use clap::Args;
use proto::{Canonical, Digest, Kind, Receipt};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One signing.
#[derive(Args)]
pub struct Sign {
    #[command(flatten)]
    access: Access,
    /// Contract, case or archive file.
    #[arg(long)]
    matter: String,
    /// Who signs.
    #[arg(long, value_name = "ID")]
    signer: String,
    /// The document; its SM3 digest goes to the ledger, the document stays here.
    #[arg(long, value_name = "FILE")]
    document: PathBuf,
    /// Why the signer signs.
    #[arg(long, default_value = "")]
    intent: String,
    /// The strokes: .packet, SVC2004 text, ISO/IEC 19794-7 or InkML.
    strokes: PathBuf,
    /// Only check, do not submit.
    #[arg(long)]
    validate_only: bool,
    /// Write the receipt here.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

impl Sign {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let author = self.access.author(Kind::Sign)?;
        let packet = strokes::read(&self.strokes)?;
        let what = Signing {
            matter: name(&self.matter, "--matter")?,
            signer: name(&self.signer, "--signer")?,
            document: digest_of(&self.document)?,
            intent: self.intent.clone(),
        };
        let client = self.access.client().await?;
        let terms = proven::terms(&self.access, &client).await?;
        let submission = author.signing(&terms, &what, packet)?;
        let mode = if self.validate_only { Mode::ValidateOnly } else { Mode::Wait(Duration::from_secs(30)) };
        let answer = client.submit(&submission.transaction, &submission.packets, mode).await?;
        submitted((&self.access, &client), &answer, self.receipt.as_deref()).await
    }
}

/// SM3 of a file.
pub fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(Digest::sm3(&bytes))
}

/// Tells what became of a submission, verifies its receipt and keeps it. Not committed within the time is exit code 2; so
/// is a commit that nobody could verify, because no genesis was given.
pub async fn submitted(
    (access, client): (&Access, &Client),
    answer: &Submitted,
    keep: Option<&Path>,
) -> Result<Outcome, Failure> {
    let Some(receipt) = &answer.receipt else {
        let (state, tx) = (answer.state.as_str_name(), answer.tx.to_string());
        let code = if answer.state == v1::SubmissionState::Validated { 0 } else { INDETERMINATE };
        let mut text = format!("{} transaction {tx}", state.trim_start_matches("SUBMISSION_STATE_").to_lowercase());
        let mut json = json!({ "state": state, "transaction": tx });
        if let Some(opinion) = &answer.opinion {
            told(opinion, (&mut text, &mut json));
        }
        return Ok(Outcome { text, json, code });
    };
    let verified = access.genesis_at_hand()?.is_some();
    if verified {
        Verifier::new(access, client).await?.demand(receipt)?;
    }
    if let Some(path) = keep {
        save(path, &receipt.to_bytes())?;
    }
    let mut outcome = committed(receipt);
    outcome.json["verified"] = json!(verified);
    if !verified {
        outcome.text.push_str(", says the node: give --genesis FILE to verify it");
        outcome.code = INDETERMINATE;
    }
    Ok(outcome)
}

/// What the node that was asked thinks; others have not been asked yet.
fn told(opinion: &v1::Opinion, (text, json): (&mut String, &mut serde_json::Value)) {
    let word = |name: &str, prefix: &str| name.trim_start_matches(prefix).to_lowercase();
    let (band, grade) = (word(opinion.band().as_str_name(), "BAND_"), word(opinion.grade().as_str_name(), "GRADE_"));
    let (grade, flags) = (grade.to_uppercase(), proto::flags::names(opinion.flags));
    let listed = if flags.is_empty() { "none".to_owned() } else { flags.join(", ") };
    *text += &format!("\nby this node alone: band {band}, grade {grade}, flags: {listed}");
    json["opinion"] = json!({ "band": band, "grade": grade, "flags": flags });
}

fn committed(receipt: &Receipt) -> Outcome {
    let e = &receipt.event;
    let band = e.appraisal.as_ref().map_or("", |a| a.band.as_str());
    let grade = e.appraisal.as_ref().map_or("", |a| a.grade.as_str());
    let text = format!(
        "committed as event {} at height {}{}{}",
        e.seq,
        e.height,
        if band.is_empty() { String::new() } else { format!(", band {band}, grade {grade}") },
        if is_synthetic(receipt) { " (SYNTHETIC strokes)" } else { "" },
    );
    let json = json!({
        "state": "SUBMISSION_STATE_COMMITTED", "event": e.seq.0, "height": e.height.0, "matter_seq": e.matter_seq,
        "transaction": e.transaction.id().to_string(), "event_hash": e.digest().to_string(),
        "band": band, "grade": grade, "synthetic": is_synthetic(receipt),
    });
    Outcome::ok(text, json)
}

fn is_synthetic(receipt: &Receipt) -> bool {
    receipt.event.appraisal.as_ref().is_some_and(|a| a.flags & proto::flags::FLAG_SYNTHETIC != 0)
}

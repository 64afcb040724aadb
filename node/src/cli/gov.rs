//! `gov`: motions of the consortium, and the rescue of one whose quorum is lost.
//!
//! What is proposed is said in options, so that a motion can be read in a shell's history: several options make one
//! motion, whose changes take effect together.

pub(super) mod changes;
mod moved;
mod rescue;
mod show;

use super::access::Access;
use super::outcome::{Failure, INDETERMINATE, Outcome};
use super::sign::submitted;
use crate::client::Mode;
use crate::fault::Fault;
use clap::{Args, Subcommand};
use moved::Moved;
use proto::{Body, Canonical, Digest, Govern, Kind, Motion, TxId};
use serde_json::json;
use std::time::Duration;

/// What to do.
#[derive(Subcommand)]
pub enum Gov {
    /// Make a motion; the organisation that makes it approves of it.
    Propose(Box<Propose>),
    /// Approve of a motion in the name of an organisation.
    Approve(Box<Approve>),
    /// Show the validators in force and the motions: who approved, who is ready, what is missing.
    Show {
        #[command(flatten)]
        access: Access,
        /// One motion, decided or not.
        motion: Option<String>,
    },
    /// Appoint validators for a network whose quorum is lost.
    #[command(subcommand)]
    Rescue(rescue::Rescue),
}

/// A motion.
#[derive(Args)]
pub struct Propose {
    #[command(flatten)]
    access: Access,
    #[command(flatten)]
    changes: changes::Changes,
    /// Why.
    #[arg(long, default_value = "")]
    note: String,
    /// Propose a program number that this program does not have, too.
    #[arg(long)]
    force: bool,
}

/// An approval. Its content is verified before anything is signed: a node's word for what a motion says does not count.
#[derive(Args)]
pub struct Approve {
    #[command(flatten)]
    access: Access,
    /// The transaction that made the motion, 64 hex digits.
    motion: String,
    /// The changes that are approved of, said as they were proposed: others are refused.
    #[command(flatten)]
    changes: changes::Changes,
    /// Approve of whatever the motion is shown to change. Without this and without the changes it is only shown.
    #[arg(long)]
    yes: bool,
}

impl Approve {
    async fn run(&self) -> Result<Outcome, Failure> {
        let (access, id) = (&self.access, motion_id(&self.motion)?);
        let moved = Moved::proven(access, &access.client().await?, id).await?;
        let wanted = if self.changes.is_empty() { None } else { Some(self.changes.read()?) };
        match wanted {
            Some(wanted) if !moved.is(&wanted) => {
                let said = moved.text();
                return Err(Failure::Refused(format!("nothing was signed: the motion is another one: {said}")));
            }
            None if !self.yes => {
                let text = format!(
                    "{}\nnothing was signed; say --yes, or the same changes, to approve of exactly this",
                    moved.text()
                );
                let json = json!({ "motion": moved.text(), "approved": false });
                return Ok(Outcome { text, json, code: INDETERMINATE });
            }
            _ => {}
        }
        let mut outcome = submit(access, Govern::Approve { motion: id }).await?;
        outcome.text = format!("approved of: {}\n{}", moved.text(), outcome.text);
        Ok(outcome)
    }
}

/// With a genesis at hand no motion is shown that the ledger does not hold like this.
async fn show(access: &Access, motion: Option<&str>) -> Result<Outcome, Failure> {
    let asked = motion.map(motion_id).transpose()?;
    let client = access.client().await?;
    let answer = client.governance(asked).await?;
    let is_proven = access.genesis_at_hand()?.is_some();
    if is_proven {
        for motion in &answer.motions {
            let id =
                Digest(motion.id.as_slice().try_into().map_err(|_| Fault::system("the node's answer", "motion.id"))?);
            let said = Motion::from_bytes(&motion.canonical).map_err(|e| Fault::system("the node's answer", e))?;
            Moved::proven(access, &client, id).await?.demand(id, &said)?;
        }
    }
    show::show(&answer, is_proven)
}

impl Gov {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Propose(propose) => {
                let Propose { access, changes, note, force } = *propose;
                if !force {
                    changes.check_software()?;
                }
                submit(&access, Govern::Move { changes: changes.read()?, note }).await
            }
            Self::Approve(approve) => approve.run().await,
            Self::Show { access, motion } => show(&access, motion.as_deref()).await,
            Self::Rescue(rescue) => rescue.run().await,
        }
    }
}

fn motion_id(text: &str) -> Result<TxId, Failure> {
    Digest::from_hex(text).ok_or_else(|| Failure::Usage("MOTION: 64 hex digits, as `gov propose` printed them".into()))
}

async fn submit(access: &Access, act: Govern) -> Result<Outcome, Failure> {
    let author = access.author(Kind::Govern)?;
    let client = access.client().await?;
    let terms = super::proven::terms(access, &client).await?;
    let submission = author.submission(&terms, Body::Govern(act), Vec::new());
    let answer = client.submit(&submission.transaction, &[], Mode::Wait(Duration::from_secs(30))).await?;
    let mut outcome = submitted((access, &client), &answer, None).await?;
    outcome.json["transaction"] = answer.tx.to_string().into();
    outcome.text = format!("{}\nmotion or act: {}", outcome.text, answer.tx);
    Ok(outcome)
}

//! `gov`: motions of the consortium, and the rescue of one whose quorum is lost.
//!
//! What is proposed is said in options, so that a motion can be read in a shell's history: several options make one
//! motion, whose changes take effect together.

mod changes;
mod rescue;
mod show;

use super::access::Access;
use super::outcome::{Failure, Outcome};
use super::sign::submitted;
use crate::client::Mode;
use clap::{Args, Subcommand};
use proto::{Body, Digest, Govern, Kind, TxId};
use std::time::Duration;

/// What to do.
#[derive(Subcommand)]
pub enum Gov {
    /// Make a motion; the organisation that makes it approves of it.
    Propose(Propose),
    /// Approve of a motion in the name of an organisation.
    Approve {
        #[command(flatten)]
        access: Access,
        /// The transaction that made the motion, 64 hex digits.
        motion: String,
    },
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
}

impl Gov {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Propose(Propose { access, changes, note }) => {
                submit(&access, Govern::Move { changes: changes.read()?, note }).await
            }
            Self::Approve { access, motion } => submit(&access, Govern::Approve { motion: motion_id(&motion)? }).await,
            Self::Show { access, motion } => {
                let asked = motion.as_deref().map(motion_id).transpose()?;
                show::show(&access.client().await?.governance(asked).await?)
            }
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

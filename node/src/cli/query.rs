//! `query`: events, matters, receipts, proofs of absence, checkpoints. With a genesis at hand every answer is verified
//! before it is shown.

use super::access::{Access, name};
use super::outcome::{Failure, INDETERMINATE, Outcome, exit_code, save};
use super::proven;
use super::{document, events, faults, stamps};
use crate::client::Client;
use crate::evidence::Evidence;
use crate::fault::Fault;
use crate::registry;
use clap::Subcommand;
use proto::{Canonical, Check, Checkpoint, Digest, Event, LightClient};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What to ask for.
#[derive(Subcommand)]
pub enum Query {
    /// An event by its number or transaction id.
    Event {
        #[command(flatten)]
        access: Access,
        /// Number or 64 hex digits.
        id: String,
    },
    /// The events from one on, as they are committed if asked for.
    Events {
        #[command(flatten)]
        access: Access,
        #[command(flatten)]
        choice: events::Choice,
        #[command(flatten)]
        range: events::Range,
    },
    /// The receipt of an event.
    Receipt {
        #[command(flatten)]
        access: Access,
        /// Number or 64 hex digits.
        id: String,
        /// Write it here.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// All events of a matter with the proof that they are all.
    Matter {
        #[command(flatten)]
        access: Access,
        /// The matter.
        matter: String,
        /// Write it here.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The proof that the ledger holds nothing about a matter.
    Absence {
        #[command(flatten)]
        access: Access,
        /// The matter.
        matter: String,
        /// Write it here.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The events that name a document: by its file, whose SM3 and SHA-256 digests are looked up, or by a digest.
    Document {
        #[command(flatten)]
        access: Access,
        /// A file, or 64 hex digits.
        document: String,
    },
    /// The time-stamps that the node was given over headers.
    Stamps {
        #[command(flatten)]
        access: Access,
        /// The first height.
        #[arg(long, default_value_t = 0)]
        from: u64,
        /// Roots of time-stamp authorities that you trust, PEM.
        #[arg(long, value_name = "FILE")]
        roots: Vec<PathBuf>,
        /// Write each with the bytes of its header into this folder, for `openssl ts -verify`.
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// How one set of validators gave way to the next, from genesis on: with it, evidence of any epoch verifies offline.
    Trail {
        #[command(flatten)]
        access: Access,
        /// Write it here.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Validators that contradicted themselves.
    Faults {
        #[command(flatten)]
        access: Access,
    },
    /// The proof of one of them, for `chirograph verify` without any node.
    Fault {
        #[command(flatten)]
        access: Access,
        /// Number of the event.
        seq: u64,
        /// Write it here, as JSON.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The newest signed state of the ledger.
    Checkpoint {
        #[command(flatten)]
        access: Access,
        /// Write it here.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// An older checkpoint: also prove that its ledger is a prefix.
        #[arg(long, value_name = "FILE")]
        since: Option<PathBuf>,
    },
}

impl Query {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Event { access, id } => event(&access, &resource(&id)).await,
            Self::Events { access, choice, range } => events::list(&access, &choice, range).await,
            Self::Receipt { access, id, out } => {
                let receipt = access.client().await?.receipt(&resource(&id)).await?;
                show(&access, Evidence::Receipt(receipt.into()), out).await
            }
            Self::Matter { access, matter, out } => {
                let file = access.client().await?.matter_file(&name(&matter, "MATTER")?).await?;
                show(&access, Evidence::MatterFile(file.into()), out).await
            }
            Self::Absence { access, matter, out } => {
                let proof = access.client().await?.absence(&name(&matter, "MATTER")?).await?;
                show(&access, Evidence::MatterProof(proof.into()), out).await
            }
            Self::Document { access, document: what } => document::find(&access, &what).await,
            Self::Stamps { access, from, roots, out } => stamps::list(&access, from, (roots, out)).await,
            Self::Trail { access, out } => trail(&access, out).await,
            Self::Faults { access } => faults::list(&access).await,
            Self::Fault { access, seq, out } => faults::show(&access, seq, out).await,
            Self::Checkpoint { access, out, since } => {
                let client = access.client().await?;
                match since {
                    None => show(&access, Evidence::Checkpoint(client.checkpoint(0).await?.0.into()), out).await,
                    Some(path) => consistent(&access, &client, path, out).await,
                }
            }
        }
    }
}

/// The resource name of an event, by its number or transaction id.
pub fn resource(id: &str) -> String {
    if Digest::from_hex(id).is_some() { format!("transactions/{id}") } else { format!("events/{id}") }
}

/// By its receipt; without a genesis it is the node's word, and the exit code says so.
async fn event(access: &Access, name: &str) -> Result<Outcome, Failure> {
    let client = access.client().await?;
    if access.genesis_at_hand()?.is_some() {
        let e = proven::event(access, &client, name).await?;
        return Ok(Outcome::ok(line(&e), json_of(&e)));
    }
    let e = client.event(name).await?;
    let text = format!("{}, says the node: give --genesis FILE to verify it", line(&e));
    Ok(Outcome { text, json: json_of(&e), code: INDETERMINATE })
}

async fn trail(access: &Access, out: Option<PathBuf>) -> Result<Outcome, Failure> {
    let trail = access.client().await?.trail().await?;
    let mut client = LightClient::new(&access.genesis()?.trust());
    let followed = client.follow(&trail);
    if let Some(path) = &out {
        save(path, &trail.to_bytes())?;
    }
    let outcome = if followed.is_ok() { proto::Outcome::Valid } else { proto::Outcome::Invalid };
    let set = client.validators(client.epoch()).map_or(0, proto::ValidatorSet::count);
    let detail = followed.map_or_else(|e| e.to_string(), |()| format!("epoch {}, {set} validators", client.epoch()));
    Ok(Outcome::of_checks("trail", &[Check { code: "TRAIL", outcome, detail }]))
}

/// Evidence of a later epoch is verified along the node's trail, which needs no trust in the node.
async fn show(access: &Access, evidence: Evidence, out: Option<PathBuf>) -> Result<Outcome, Failure> {
    let trail = access.client().await?.trail().await?;
    let checks = evidence.verify_along(&access.genesis()?.trust(), &trail);
    let bytes = match &evidence {
        Evidence::Receipt(v) => v.to_bytes(),
        Evidence::MatterFile(v) => v.to_bytes(),
        Evidence::MatterProof(v) => v.to_bytes(),
        Evidence::Checkpoint(v) => v.to_bytes(),
    };
    if let Some(path) = &out {
        save(path, &bytes)?;
    }
    let mut outcome = Outcome::of_checks(evidence.kind(), &checks);
    let events: &[Event] = match &evidence {
        Evidence::Receipt(r) => std::slice::from_ref(&r.event),
        Evidence::MatterFile(file) => &file.events,
        _ => &[],
    };
    for e in events.iter().rev() {
        outcome.text.insert_str(0, &format!("{}\n", line(e)));
    }
    outcome.json["events"] = events.iter().map(json_of).collect();
    outcome.json["bytes"] = json!(bytes.len());
    Ok(outcome)
}

async fn consistent(
    access: &Access,
    client: &Client,
    older: PathBuf,
    out: Option<PathBuf>,
) -> Result<Outcome, Failure> {
    let bytes = std::fs::read(&older).map_err(|e| Fault::file(&older, format!("cannot be read: {e}")))?;
    let old = Checkpoint::from_bytes(&bytes).map_err(|e| Fault::file(&older, e))?;
    let (new, proofs) = client.checkpoint(old.header.ledger_size).await?;
    let (trust, trail) = (access.genesis()?.trust(), client.trail().await?);
    let mut checks = Evidence::Checkpoint(old.clone().into()).verify_along(&trust, &trail);
    checks.extend(Evidence::Checkpoint(new.clone().into()).verify_along(&trust, &trail));
    checks.extend(proven::prefix(&old.header, &new.header, &proofs));
    if let Some(path) = &out {
        save(path, &new.to_bytes())?;
    }
    let mut outcome = Outcome::of_checks("checkpoint", &checks);
    outcome.code = exit_code(Check::overall(&checks));
    Ok(outcome)
}

/// An event in a line.
pub fn line(e: &Event) -> String {
    let body = &e.transaction.draft.body;
    let matter = body.matter().map_or(String::new(), |m| format!(" matter {m}#{}", e.matter_seq));
    let signer = body.signer().map_or(String::new(), |s| format!(" signer {s}"));
    let opinion = e.appraisal.as_ref().map_or(String::new(), |a| {
        let synthetic = if a.flags & proto::flags::FLAG_SYNTHETIC == 0 { "" } else { " SYNTHETIC" };
        format!(" band {} grade {}{synthetic}", a.band.as_str(), a.grade.as_str())
    });
    format!(
        "event {} {} height {} by {}{matter}{signer}{opinion}",
        e.seq,
        e.kind().as_str(),
        e.height,
        e.transaction.draft.org
    )
}

/// An event for programs.
pub fn json_of(e: &Event) -> Value {
    let draft = &e.transaction.draft;
    json!({
        "seq": e.seq.0, "kind": e.kind().as_str(), "height": e.height.0, "time_ms": e.time.0,
        "organisation": draft.org.as_str(), "matter": draft.body.matter().map(|m| m.as_str().to_owned()),
        "matter_seq": e.matter_seq, "signer": draft.body.signer().map(|s| s.as_str().to_owned()),
        "hash": e.digest().to_string(), "transaction": e.transaction.id().to_string(),
        "appraisal": e.appraisal.as_ref().map(|a| json!({
            "llr_millibans": a.llr, "llr_random_millibans": a.llr_random, "seen": a.seen,
            "flag_names": proto::flags::names(a.flags), "model_name": registry::name(&a.model),
            "band": a.band.as_str(), "grade": a.grade.as_str(), "flags": a.flags,
            "synthetic": a.flags & proto::flags::FLAG_SYNTHETIC != 0, "model": a.model.to_string(),
        })),
    })
}

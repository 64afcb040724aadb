//! `gov rescue`: draft a resolution on a node that is left, have enough holders of rescue keys sign it, apply it.
//!
//! The draft names the last final block that the node has. Ask the node that is furthest: what was final beyond it
//! would be lost.

use super::changes::{contact, public};
use crate::cli::access::{Access, name};
use crate::cli::outcome::{Failure, Outcome, save};
use crate::cli::proven;
use crate::client::{Author, Mode};
use crate::fault::Fault;
use crate::keys;
use clap::Subcommand;
use proto::{Body, Canonical, Contact, Govern, Height, KeyId, Resolution, Validator, ValidatorSet};
use serde_json::json;
use std::path::{Path, PathBuf};

/// One step of a rescue.
#[derive(Subcommand)]
pub enum Rescue {
    /// Write a resolution that nobody has signed yet.
    Draft {
        #[command(flatten)]
        access: Access,
        /// Who votes from then on, in order; PEER and ADDRESS for a node that the ledger does not know.
        #[arg(long, required = true, value_name = "ORG:KEY[:PEER:ADDRESS]")]
        validator: Vec<String>,
        /// Write it here.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Sign it with a rescue key that genesis names; the file is replaced.
    Sign {
        #[command(flatten)]
        access: Access,
        /// The resolution.
        file: PathBuf,
    },
    /// Give it to the network through one node. Every node that hears of it takes it up.
    Apply {
        #[command(flatten)]
        access: Access,
        /// The resolution.
        file: PathBuf,
        /// The voting key of one of its validators, PKCS#8 PEM.
        #[arg(long, value_name = "FILE")]
        validator_key: PathBuf,
    },
}

impl Rescue {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Draft { access, validator, out } => draft(&access, &validator, &out).await,
            Self::Sign { access, file } => sign(&access, &file),
            Self::Apply { access, file, validator_key } => apply(&access, &file, &validator_key).await,
        }
    }
}

async fn draft(access: &Access, texts: &[String], out: &Path) -> Result<Outcome, Failure> {
    let client = access.client().await?;
    let answer = client.governance(None).await?;
    let now = ValidatorSet::from_bytes(&answer.validators).map_err(|e| Fault::system("the node's answer", e))?;
    let header = client.header(Height(answer.height)).await?;
    let (mut validators, mut contacts) = (Vec::new(), Vec::new());
    for text in texts {
        let (validator, place) = validator(text)?;
        contacts.extend(place);
        validators.push(validator);
    }
    let set = ValidatorSet::new(validators).map_err(|e| Failure::Usage(e.to_string()))?;
    let resolution = Resolution {
        chain: header.chain,
        height: header.height,
        block: header.digest(),
        validators: set.in_epoch(now.epoch().next()),
        contacts,
        signatures: Vec::new(),
    };
    save(out, &resolution.to_bytes())?;
    Ok(told(&resolution))
}

fn validator(text: &str) -> Result<(Validator, Option<(KeyId, Contact)>), Failure> {
    let option = "--validator";
    let (org, key, rest) = match text.splitn(4, ':').collect::<Vec<_>>()[..] {
        [org, key] => (org, key, None),
        [org, key, peer, address] => (org, key, Some((peer, address))),
        _ => return Err(Failure::Usage(format!("{option}: ORG:KEY or ORG:KEY:PEER:ADDRESS"))),
    };
    let key = public(key, option)?;
    let place = rest.map(|(peer, address)| contact(peer, address)).transpose()?.map(|c| (key.id(), c));
    Ok((Validator { org: name(org, option)?, key }, place))
}

fn sign(access: &Access, file: &Path) -> Result<Outcome, Failure> {
    let path = access.key.as_deref().ok_or_else(|| Failure::Usage("give the rescue key with --key".into()))?;
    let (mut resolution, genesis) = (read(file)?, access.genesis()?);
    if resolution.chain != genesis.chain_id() {
        return Err(Failure::Usage("the resolution is for another network than this genesis".into()));
    }
    if !resolution.sign(&genesis.rescue, &keys::read_secret(path)?) {
        return Err(Fault::key(path, "genesis does not name it as a rescue key").into());
    }
    save(file, &resolution.to_bytes())?;
    Ok(told(&resolution))
}

async fn apply(access: &Access, file: &Path, key: &Path) -> Result<Outcome, Failure> {
    let (resolution, key) = (read(file)?, keys::read_secret(key)?);
    let found = resolution.validators.iter().find(|v| v.key == *key.public());
    let org = found.map(|v| v.org.clone());
    let org = org.ok_or_else(|| Failure::Usage("--validator-key: the resolution does not appoint it".into()))?;
    let client = access.client().await?;
    let (terms, author) = (proven::terms(access, &client).await?, Author { org, key });
    let body = Body::Govern(Govern::Rescue(Box::new(resolution.clone())));
    let submission = author.submission(&terms, body, Vec::new());
    client.submit(&submission.transaction, &[], Mode::Send).await?;
    Ok(told(&resolution))
}

fn read(file: &Path) -> Result<Resolution, Failure> {
    let bytes = std::fs::read(file).map_err(|e| Fault::config(file, format!("cannot be read: {e}")))?;
    Ok(Resolution::from_bytes(&bytes).map_err(|e| Fault::config(file, e))?)
}

fn told(resolution: &Resolution) -> Outcome {
    let (set, signed) = (&resolution.validators, resolution.signatures.len());
    let text = format!(
        "epoch {} on block {} at height {}: {} validators, {signed} signatures",
        set.epoch(),
        resolution.block,
        resolution.height,
        set.count()
    );
    let json = json!({
        "epoch": set.epoch().0, "height": resolution.height.0, "block": resolution.block.to_string(),
        "validators": set.count(), "signatures": signed,
    });
    Outcome::ok(text, json)
}

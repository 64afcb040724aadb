//! `gov rescue`: draft a resolution on a node that is left, have enough holders of rescue keys sign it, apply it.
//!
//! The draft names the last final block that the node has. Ask the node that is furthest: what was final beyond it
//! would be lost.

use super::changes::{contact, public};
use crate::cli::access::{Access, name};
use crate::cli::outcome::{Failure, INDETERMINATE, Outcome, save};
use crate::cli::proven;
use crate::client::{Author, Mode};
use crate::fault::Fault;
use crate::keys;
use clap::Subcommand;
use proto::{Body, Canonical, Contact, Epoch, Govern, Height, KeyId, Resolution, SecretKey, Validator, ValidatorSet};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often the ledger is looked at while its first block is waited for.
const POLL: Duration = Duration::from_millis(300);

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
        /// How long to wait for the first block of the new epoch, in seconds.
        #[arg(long, default_value_t = 60, value_name = "SECONDS")]
        wait: u64,
    },
}

impl Rescue {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Draft { access, validator, out } => draft(&access, &validator, &out).await,
            Self::Sign { access, file } => sign(&access, &file),
            Self::Apply { access, file, validator_key, wait } => {
                let (resolution, key) = (read(&file)?, keys::read_secret(&validator_key)?);
                apply(&access, &resolution, key).await?;
                until_final(&access, &resolution, Duration::from_secs(wait)).await
            }
        }
    }
}

async fn draft(access: &Access, texts: &[String], out: &Path) -> Result<Outcome, Failure> {
    let client = access.client().await?;
    let answer = client.governance(None).await?;
    let now = ValidatorSet::from_bytes(&answer.validators).map_err(|e| Fault::system("the node's answer", e))?;
    // Of the node, not of its ledger: a resolution that was taken up and decided nothing counts, so that this one follows it.
    let epoch = Epoch(client.status().await?.epoch.max(now.epoch().0)).next();
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
        validators: set.in_epoch(epoch),
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

/// Refuses what a node can only ignore: it never goes back to an epoch below its own. One that it has taken up already may be
/// given again, and one that is further may have been preceded by some that the node missed.
fn check_epoch(resolution: Epoch, of_node: u64) -> Result<(), Failure> {
    if resolution.0 >= of_node {
        return Ok(());
    }
    let problem = format!("the resolution opens epoch {resolution}, and the node is in epoch {of_node}; draft it anew");
    Err(Failure::Refused(problem))
}

async fn apply(access: &Access, resolution: &Resolution, key: SecretKey) -> Result<(), Failure> {
    let found = resolution.validators.iter().find(|v| v.key == *key.public());
    let org = found.map(|v| v.org.clone());
    let org = org.ok_or_else(|| Failure::Usage("--validator-key: the resolution does not appoint it".into()))?;
    let client = access.client().await?;
    let (of_node, wanted) = (client.status().await?.epoch, resolution.validators.epoch());
    check_epoch(wanted, of_node)?;
    if of_node == wanted.0 {
        // Perhaps by another node's doing: then there is only its first block to wait for.
        return Ok(());
    }
    let (terms, author) = (proven::terms(access, &client).await?, Author { org, key });
    let body = Body::Govern(Govern::Rescue(Box::new(resolution.clone())));
    let submission = author.submission(&terms, body, Vec::new());
    client.submit(&submission.transaction, &[], Mode::Send).await?;
    Ok(())
}

/// A resolution is in force only when the set that it appoints has made a block; until then it may turn out that it cannot.
async fn until_final(access: &Access, resolution: &Resolution, limit: Duration) -> Result<Outcome, Failure> {
    let (client, start) = (access.client().await?, Instant::now());
    let mut outcome = told(resolution);
    loop {
        let answer = client.governance(None).await?;
        let set = ValidatorSet::from_bytes(&answer.validators).map_err(|e| Fault::system("the node's answer", e))?;
        if set == resolution.validators {
            outcome.text = format!("{}\nin force: its first block is final", outcome.text);
            outcome.json["in_force"] = true.into();
            return Ok(outcome);
        }
        if set.epoch() >= resolution.validators.epoch() {
            let problem =
                format!("epoch {} is in force with other validators: another resolution was first", set.epoch());
            return Err(Failure::Refused(problem));
        }
        if start.elapsed() >= limit {
            outcome.text = format!(
                "{}\nsent, and NOT in force: after {} s its first block is not final. Have every validator that it \
                 appoints run, with none SILENT, and apply it at each that does not show the epoch; or draft another one, \
                 which replaces it while it has decided nothing",
                outcome.text,
                limit.as_secs()
            );
            outcome.json["in_force"] = false.into();
            outcome.code = INDETERMINATE;
            return Ok(outcome);
        }
        tokio::time::sleep(POLL).await;
    }
}

fn read(file: &Path) -> Result<Resolution, Failure> {
    let bytes = std::fs::read(file).map_err(|e| Fault::file(file, format!("cannot be read: {e}")))?;
    Ok(Resolution::from_bytes(&bytes).map_err(|e| Fault::file(file, e))?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolution_is_not_given_to_a_node_that_is_beyond_it() {
        assert!(
            check_epoch(Epoch(1), 0).is_ok() && check_epoch(Epoch(3), 1).is_ok() && check_epoch(Epoch(2), 2).is_ok()
        );
        let refused = check_epoch(Epoch(1), 2).unwrap_err();
        assert!(refused.code() == 1 && refused.to_string().contains("epoch 2"), "{refused}");
    }
}

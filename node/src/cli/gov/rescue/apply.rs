//! `gov rescue apply`: gives a signed resolution to a node, and waits for the first block of the set that it appoints.

use super::shown::{Shown, Signed};
use super::{check_chain, read};
use crate::cli::access::Access;
use crate::cli::outcome::{Failure, INDETERMINATE, Outcome};
use crate::cli::proven;
use crate::client::{Author, Mode};
use crate::fault::Fault;
use crate::keys;
use clap::Args;
use genesis::Genesis;
use proto::{Body, Canonical, Epoch, Govern, Resolution, SecretKey, ValidatorSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often the ledger is looked at while its first block is waited for.
const POLL: Duration = Duration::from_millis(300);

/// A resolution to put into force.
#[derive(Args)]
pub struct Apply {
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
}

impl Apply {
    /// Exit code 2 if it was sent and is not in force in time.
    pub async fn run(&self) -> Result<Outcome, Failure> {
        let (resolution, genesis) = (read(&self.file)?, self.access.genesis()?);
        check_signed(&resolution, &genesis)?;
        send(&self.access, &resolution, keys::read_secret(&self.validator_key)?).await?;
        let told = Shown { resolution: &resolution, keys: Some(&genesis.rescue), before: None }.outcome();
        until_final(&self.access, (&resolution, told), Duration::from_secs(self.wait)).await
    }
}

/// A node would refuse it too, in the words of the ledger.
pub(super) fn check_signed(resolution: &Resolution, genesis: &Genesis) -> Result<(), Failure> {
    check_chain(resolution, genesis)?;
    let Signed { good, bad, needed } = Signed::of(resolution, &genesis.rescue);
    let problem = if needed == 0 {
        "genesis names no rescue keys: nobody can appoint other validators; nothing was sent".to_owned()
    } else if !bad.is_empty() {
        format!("the signatures of the rescue keys {bad:?} do not hold: their holders sign it anew; nothing was sent")
    } else if good.len() < needed {
        format!(
            "has {} of {needed} signatures; more holders sign it with `gov rescue sign`; nothing was sent",
            good.len()
        )
    } else {
        return Ok(());
    };
    Err(Failure::Refused(problem))
}

/// Refuses what a node can only ignore: it never goes back to an epoch below its own. One that it has taken up already may be
/// given again, and one that is further may have been preceded by some that the node missed.
pub(super) fn check_epoch(resolution: Epoch, of_node: u64) -> Result<(), Failure> {
    if resolution.0 >= of_node {
        return Ok(());
    }
    let problem = format!("the resolution opens epoch {resolution}, and the node is in epoch {of_node}; draft it anew");
    Err(Failure::Refused(problem))
}

async fn send(access: &Access, resolution: &Resolution, key: SecretKey) -> Result<(), Failure> {
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
async fn until_final(access: &Access, told: (&Resolution, Outcome), limit: Duration) -> Result<Outcome, Failure> {
    let (client, start) = (access.client().await?, Instant::now());
    let (resolution, mut outcome) = told;
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

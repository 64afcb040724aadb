//! `gov rescue`: draft a resolution on the nodes that are left, have enough holders of rescue keys sign it, apply it.
//!
//! The draft names the last final block of the furthest node that was asked: what was final beyond it would be lost. It takes
//! the vote from everybody whom it does not name, so every step says in full what it would do.

mod apply;
mod appointed;
mod draft;
mod shown;
mod sign;

use crate::cli::access::Access;
use crate::cli::outcome::{Failure, Outcome};
use crate::config::Config;
use crate::daemon::read_genesis;
use crate::fault::Fault;
use crate::store::Store;
use clap::{Args, Subcommand};
use genesis::Genesis;
use proto::{Canonical, Resolution, ValidatorSet};
use shown::{Before, Shown};
use std::path::{Path, PathBuf};

/// One step of a rescue.
#[derive(Subcommand)]
pub enum Rescue {
    /// Write a resolution that nobody has signed yet.
    Draft(Box<draft::Draft>),
    /// Show what a resolution says, who leaves by it, and who signed it.
    Show {
        #[command(flatten)]
        against: Against,
        /// The resolution.
        file: PathBuf,
    },
    /// Sign it with a rescue key that genesis names; the file is replaced.
    Sign(Box<sign::Sign>),
    /// Give it to the network through one node. Every node that hears of it takes it up.
    Apply(Box<apply::Apply>),
}

impl Rescue {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Draft(draft) => draft.run().await,
            Self::Show { against, file } => against.shown(&read(&file)?).await,
            Self::Sign(sign) => sign.run().await,
            Self::Apply(apply) => apply.run().await,
        }
    }
}

/// What a resolution is compared with: nodes that answer, or the files of one that does not.
#[derive(Args)]
pub struct Against {
    #[command(flatten)]
    access: Access,
    /// Home folder of a node on this machine, which may be stopped: gives genesis and the set in force.
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

impl Against {
    /// The resolution with all that can be said of it here.
    async fn shown(&self, resolution: &Resolution) -> Result<Outcome, Failure> {
        let genesis = self.genesis()?;
        if let Some(genesis) = &genesis {
            check_chain(resolution, genesis)?;
        }
        let before = self.before(resolution, genesis.as_ref()).await?;
        let keys = genesis.as_ref().map(|g| &g.rescue);
        Ok(Shown { resolution, keys, before }.outcome())
    }
    fn genesis(&self) -> Result<Option<Genesis>, Failure> {
        let of_home = |home: &PathBuf| -> Result<Genesis, Fault> { read_genesis(&Config::load(home)?.genesis) };
        let told = self.access.genesis_at_hand()?;
        told.map_or_else(|| Ok(self.home.as_ref().map(of_home).transpose()?), |genesis| Ok(Some(genesis)))
    }
    /// The set in force, of the home or else of a node that answers; where neither can say, that of genesis.
    async fn before(&self, of: &Resolution, genesis: Option<&Genesis>) -> Result<Option<Before>, Failure> {
        if let Some(home) = &self.home {
            let store = Store::open_read_only(&Config::load(home)?.data, &of.chain)?;
            let set = ledger::validators(&store).map_err(|e| store.fault(e))?;
            return Ok(Some(Before { set, says: home.display().to_string() }));
        }
        let asked = !self.access.endpoint.is_empty() || self.access.localnet.is_some();
        let found = if asked { Some(in_force(&self.access, of).await) } else { None };
        let why = match found {
            Some(Ok(before)) => return Ok(Some(before)),
            // Signing is done where the nodes may not be reached from; whoever signs is told.
            Some(Err(Failure::Client(e))) => format!("genesis, which may be out of date ({e})"),
            Some(Err(other)) => return Err(other),
            None => "genesis, which may be out of date: give --endpoint or --home".to_owned(),
        };
        Ok(genesis.map(|genesis| Before { set: genesis.validator_set(), says: why }))
    }
}

/// What the first node that answers says.
async fn in_force(access: &Access, of: &Resolution) -> Result<Before, Failure> {
    let client = access.client().await?;
    if client.status().await?.chain_id != of.chain.0 {
        return Err(Failure::Usage(format!("the resolution is for another network than that of {}", client.url())));
    }
    let answer = client.governance(None).await?;
    let set = ValidatorSet::from_bytes(&answer.validators).map_err(|e| Fault::system("the node's answer", e))?;
    Ok(Before { set, says: client.url().to_owned() })
}

fn check_chain(resolution: &Resolution, genesis: &Genesis) -> Result<(), Failure> {
    if resolution.chain == genesis.chain_id() {
        return Ok(());
    }
    Err(Failure::Usage("the resolution is for another network than this genesis".into()))
}

fn read(file: &Path) -> Result<Resolution, Failure> {
    let bytes = std::fs::read(file).map_err(|e| Fault::file(file, format!("cannot be read: {e}")))?;
    Ok(Resolution::from_bytes(&bytes).map_err(|e| Fault::file(file, e))?)
}

#[cfg(test)]
mod tests;

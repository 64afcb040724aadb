//! Checking a stopped node's files against themselves and against the certificates: everything that is there is read.
//!
//! The ledger is executed again from genesis into a scratch store beside the database, and every row of it is compared
//! with what that gives: headers, events, both chains, both logs, the state tree, every index. Certificates are verified,
//! promises, packets and the sign-guard looked at. It changes nothing in the database; mending is fetching it anew from
//! the other validators (see [`set_aside`]). It does not judge handwriting: that is `audit`.

pub mod journal;
pub mod packets;
pub mod replay;
pub mod report;

pub use report::{Damage, Report};

use crate::config::Config;
use crate::daemon::{birth, read_genesis};
use crate::fault::Fault;
use crate::guard::{Doubt, Guard};
use crate::keys;
use crate::store::Store;
use crate::vault::Vault;
use std::path::{Path, PathBuf};

/// Where it stands that a database is older than it was.
pub(crate) const OLDER: &str = "age of the database";

/// A stopped node's files, read only.
pub(crate) struct Patient<'a> {
    pub genesis: genesis::Genesis,
    pub config: &'a Config,
    pub store: Store,
}

/// Reads everything. An error means that it could not even begin; damage is data.
pub fn examine(home: &Path) -> Result<Report, Fault> {
    let config = Config::load(home)?;
    let mut report = examine_copy(&config)?;
    guard(&config, report.writes, &mut report)?;
    Ok(report)
}

/// The same for a copy of a database, of which the sign-guard knows nothing.
pub fn examine_copy(config: &Config) -> Result<Report, Fault> {
    let genesis = read_genesis(&config.genesis)?;
    let mut report = Report::default();
    let store = match Store::open_read_only(&config.data, &genesis.chain_id()) {
        Ok(store) => store,
        Err(fault @ Fault::OtherChain { .. }) => return Err(fault),
        Err(fault) if config.data.exists() => {
            report.damage("database", fault.to_string());
            return Ok(report);
        }
        Err(fault) => return Err(fault),
    };
    report.writes = Some(store.written());
    let patient = Patient { genesis, config, store };
    patient.ledger(&mut report)?;
    journal::examine(&patient, &mut report)?;
    let vault = Vault::new(&*keys::read_storage_key(&patient.config.keys.storage)?);
    packets::examine(&patient.store, &vault, &mut report);
    Ok(report)
}

/// Moves a damaged database out of the way, so that the next start fetches everything from the other validators. The
/// sign-guard stays: with it the node knows that its promises are gone, and asks before it votes.
pub fn set_aside(home: &Path, now_ms: u64) -> Result<PathBuf, Fault> {
    let data = Config::load(home)?.data;
    let name = data.file_name().map_or_else(|| "data".into(), |n| n.to_string_lossy().into_owned());
    let to = data.with_file_name(format!("{name}.damaged-{now_ms}"));
    std::fs::rename(&data, &to).map_err(|e| Fault::store(&data, format!("cannot be set aside: {e}")))?;
    Ok(to)
}

impl Patient<'_> {
    fn ledger(&self, report: &mut Report) -> Result<(), Fault> {
        let folder = Scratch::new(&self.config.data)?;
        let birth = birth(&self.genesis, self.genesis.chain_id());
        let scratch = Store::open(&folder.0, &birth)?;
        let whole = replay::execute(&self.store, &scratch, report)?;
        replay::compare(&self.store, whole.then_some(&scratch), report)
    }
}

/// A database with fewer writes than the guard knows of has lost some, however whole it looks.
fn guard(config: &Config, written: Option<u64>, report: &mut Report) -> Result<(), Fault> {
    match Guard::read(&config.keys.guard)? {
        None => report.damage("sign-guard", "it is missing or damaged; the next start asks the others before it votes"),
        Some((state, _)) if state.doubt != Doubt::None => {
            report.notes.push("the node has not made sure yet what its key has said; it is silent until then".into());
        }
        Some((_, known)) if written.is_some_and(|w| w < known) => {
            let lost = known - written.unwrap_or_default();
            report.damage(OLDER, format!("it lost its last {lost} writes, or an older copy was put back"));
        }
        Some(_) => {}
    }
    Ok(())
}

/// A folder beside the database that goes away again.
pub(crate) struct Scratch(pub PathBuf);

impl Scratch {
    pub(crate) fn new(data: &Path) -> Result<Self, Fault> {
        let path = data.with_extension(format!("fsck-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|e| Fault::store(&path, e))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is a copy of nothing that matters.
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests;

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
pub mod scratch;

pub use report::{Damage, Report};
pub(crate) use scratch::Scratch;

use crate::config::Config;
use crate::daemon::{birth, read_genesis};
use crate::fault::Fault;
use crate::guard::{Doubt, Guard};
use crate::keys;
use crate::store::Store;
use crate::store::site::{self, Hold};
use crate::vault::Vault;
use std::path::{Path, PathBuf};

/// A stopped node's files, read only.
pub(crate) struct Patient<'a> {
    pub genesis: genesis::Genesis,
    pub config: &'a Config,
    pub store: Store,
}

/// Reads everything. An error means that it could not be done, and says nothing about the database; damage is data.
pub fn examine(home: &Path) -> Result<Report, Fault> {
    examine_within(home, None)
}

/// The same with the second copy of the ledger in this folder instead of beside the database.
pub fn examine_within(home: &Path, scratch: Option<&Path>) -> Result<Report, Fault> {
    let config = Config::load(home)?;
    // A database that is being written to looks damaged, and is not.
    let _hold = Hold::take(&config)?;
    let scratch = Scratch::new(&config.data, scratch, scratch::size(&config.data)?)?;
    let mut report = examine_copy(&config, &scratch)?;
    guard(&config, report.writes, &mut report)?;
    Ok(report)
}

/// The same for a copy of a database, of which the sign-guard knows nothing.
pub(crate) fn examine_copy(config: &Config, scratch: &Scratch) -> Result<Report, Fault> {
    let genesis = read_genesis(&config.genesis)?;
    let mut report = Report::default();
    let store = match Store::open_read_only(&config.data, &genesis.chain_id()) {
        Ok(store) => store,
        Err(fault) if tells_of_damage(&fault) => {
            report.damage("database", fault.to_string());
            return Ok(report);
        }
        Err(fault) => return Err(fault),
    };
    report.writes = Some(store.written());
    let patient = Patient { genesis, config, store };
    patient.ledger(scratch, &mut report)?;
    journal::examine(&patient, &mut report)?;
    patient.packets(&mut report)?;
    Ok(report)
}

/// A database that cannot be opened is damaged, unless the machine around it is the reason; and so are files without one.
fn tells_of_damage(fault: &Fault) -> bool {
    match fault {
        Fault::NoDatabase { path } => site::holds_files(path).unwrap_or(false),
        Fault::Store { .. } => !fault.is_around(),
        _ => false,
    }
}

/// Moves a damaged database out of the way, so that the next start fetches everything from the other validators. The
/// sign-guard stays: with it the node knows that its promises are gone, and asks before it votes.
pub fn set_aside(home: &Path, now_ms: u64) -> Result<PathBuf, Fault> {
    let config = Config::load(home)?;
    let _hold = Hold::take(&config)?;
    site::set_aside(&config.data, now_ms).map_err(|e| Fault::file(&config.data, format!("cannot be set aside: {e}")))
}

impl Patient<'_> {
    fn ledger(&self, folder: &Scratch, report: &mut Report) -> Result<(), Fault> {
        let birth = birth(&self.genesis, self.genesis.chain_id());
        let scratch = Store::open(&folder.path.join("ledger"), &birth)?;
        let whole = replay::execute(&self.store, &scratch, folder, report)?;
        replay::compare(&self.store, whole.then_some(&scratch), report)
    }
    fn packets(&self, report: &mut Report) -> Result<(), Fault> {
        let key = &self.config.keys.storage;
        if !key.exists() {
            report.notes.push(format!("packets were not opened: there is no storage key at {}", key.display()));
            return Ok(());
        }
        packets::examine(&self.store, &Vault::new(&*keys::read_storage_key(key)?), report);
        Ok(())
    }
}

/// A database with fewer writes than the guard knows of has lost some, however whole it looks. That is no damage to mend:
/// a node that starts with it asks the others before it votes, and fetches what it lacks.
fn guard(config: &Config, written: Option<u64>, report: &mut Report) -> Result<(), Fault> {
    match Guard::read(&config.keys.guard)? {
        None => {
            report.memory =
                Some("the sign-guard is missing or damaged; the next start asks the others before it votes".into());
        }
        Some((state, _)) if state.doubt != Doubt::None => {
            report.notes.push("the node has not made sure yet what its key has said; it is silent until then".into());
        }
        Some((_, known)) if written.is_some_and(|w| w < known) => {
            let lost = known - written.unwrap_or_default();
            report.memory = Some(format!(
                "the database lost its last {lost} writes, or an older copy was put back; the next start asks the others \
                 before it votes, and fetches what is missing"
            ));
        }
        Some(_) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests;

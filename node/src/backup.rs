//! A backup: the database as it was at one moment, with the files that say which network it is of, and a manifest of
//! digests. Keys (and the TLS pair, without which the node does not start) only if asked for, each under its place in the
//! home; the sign-guard never, because an old one must not come back.
//!
//! A node whose database was put back from a backup is noticed by its sign-guard, asks the others what its key has said,
//! and fetches what it lacks from them. So a backup is never needed to save a network of which a quorum lives; it saves
//! time, and the last copy.

pub mod manifest;
pub mod restore;

pub use manifest::Manifest;
pub use restore::{check_files, restore};

use crate::admin::{self, Answer, Request};
use crate::config::{Config, FILE};
use crate::daemon::{birth, read_genesis};
use crate::fault::Fault;
use crate::store::Store;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

/// The database inside a backup.
pub const DATABASE: &str = "db";
/// The genesis file inside a backup.
pub const GENESIS: &str = "genesis.toml";

/// Makes a backup of a node in the new folder `to`: of a running node through its admin socket, of a stopped one directly.
/// If we crash half-way, a folder without a manifest is left, which no command takes for a backup.
pub async fn make(home: &Path, to: &Path, with_keys: bool) -> Result<Manifest, Fault> {
    let config = Config::load(home)?;
    let genesis = read_genesis(&config.genesis)?;
    // Before anything is made: it may be that they cannot be copied.
    let secrets = if with_keys { secrets(home, &config)? } else { BTreeSet::new() };
    let failed = |e: io::Error| Fault::config(to, format!("cannot be written: {e}"));
    fs::create_dir(to).map_err(failed)?;
    let to = &to.canonicalize().map_err(failed)?;
    let request = Request::Checkpoint { to: to.join(DATABASE) };
    match admin::ask(&config.admin, &request).await? {
        Some(Answer::Done) => {}
        Some(Answer::Failed(problem)) => return Err(Fault::system("backup", problem)),
        None => {
            let store = Store::open(&config.data, &birth(&genesis, genesis.chain_id()))?;
            checkpoint(&store, &to.join(DATABASE))?;
        }
    }
    place(&config.genesis, &to.join(GENESIS)).map_err(failed)?;
    place(&home.join(FILE), &to.join(FILE)).map_err(failed)?;
    for secret in secrets {
        place(&home.join(&secret), &to.join(&secret)).map_err(failed)?;
    }
    let store = Store::open_read_only(&to.join(DATABASE), &genesis.chain_id())?;
    let manifest = Manifest::of(to, &store, with_keys)?;
    manifest.write(to)?;
    Ok(manifest)
}

/// The secret files of a node and what goes with them, by their place in its home. The sign-guard is not one of them.
fn secrets(home: &Path, config: &Config) -> Result<BTreeSet<PathBuf>, Fault> {
    let keys = [&config.keys.validator, &config.keys.peer, &config.keys.storage];
    let tls = config.tls.iter().flat_map(|tls| [&tls.certificate, &tls.key]);
    keys.into_iter().chain(tls).map(|path| inside(home, path)).collect()
}

/// A path below the home: in a backup it stands at the same place, so that no two files take one another's.
fn inside(home: &Path, path: &Path) -> Result<PathBuf, Fault> {
    let place = path.strip_prefix(home).ok().filter(|p| p.components().all(|c| matches!(c, Component::Normal(_))));
    let taken = [DATABASE, GENESIS, FILE, manifest::NAME];
    let place = place.filter(|p| p.components().next().is_some_and(|c| taken.iter().all(|t| c.as_os_str() != *t)));
    let problem = "is not below the home under a name of its own; move it there, or copy it yourself";
    place.map(Path::to_owned).ok_or_else(|| Fault::config(path, problem))
}

/// Copies a file with its permissions, durably: if we crash half-way, it is not there under its name.
pub(crate) fn place(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    fs::copy(from, &part)?;
    File::open(&part)?.sync_all()?;
    fs::rename(&part, to)?;
    File::open(folder)?.sync_all()
}

/// The database as it is now, in a new folder. On one disk this links files instead of copying them.
pub fn checkpoint(store: &Store, to: &Path) -> Result<(), Fault> {
    store.sync()?;
    store.checkpoint(to)
}

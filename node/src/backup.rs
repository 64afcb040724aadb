//! A backup: the database as it was at one moment, with the files that say which network it is of, and a manifest of
//! digests. Keys only if asked for; the sign-guard never, because an old one must not come back.
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
use std::path::{Path, PathBuf};

/// The database inside a backup.
pub const DATABASE: &str = "db";
/// The genesis file inside a backup.
pub const GENESIS: &str = "genesis.toml";

/// Makes a backup of a node in the new folder `to`: of a running node through its admin socket, of a stopped one directly.
/// If we crash half-way, a folder without a manifest is left, which no command takes for a backup.
pub async fn make(home: &Path, to: &Path, with_keys: bool) -> Result<Manifest, Fault> {
    let config = Config::load(home)?;
    let genesis = read_genesis(&config.genesis)?;
    let failed = |e: std::io::Error| Fault::config(to, format!("cannot be written: {e}"));
    std::fs::create_dir(to).map_err(failed)?;
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
    std::fs::copy(&config.genesis, to.join(GENESIS)).map_err(failed)?;
    std::fs::copy(home.join(FILE), to.join(FILE)).map_err(failed)?;
    if with_keys {
        for key in keys(&config) {
            let name = key.file_name().unwrap_or(key.as_os_str());
            std::fs::copy(key, to.join(name)).map_err(failed)?;
        }
    }
    let store = Store::open_read_only(&to.join(DATABASE), &genesis.chain_id())?;
    let manifest = Manifest::of(to, &store, with_keys)?;
    manifest.write(to)?;
    Ok(manifest)
}

/// The secret files of a node. The sign-guard is not one of them.
fn keys(config: &Config) -> [&PathBuf; 3] {
    [&config.keys.validator, &config.keys.peer, &config.keys.storage]
}

/// The database as it is now, in a new folder. On one disk this links files instead of copying them.
pub fn checkpoint(store: &Store, to: &Path) -> Result<(), Fault> {
    store.sync()?;
    store.checkpoint(to)
}

//! A backup: a copy of the database as it was at one moment, which shares nothing with it, with the files that say which
//! network it is of, and a manifest of digests. Keys (and the TLS pair, without which the node does not start) only if asked
//! for, each under its place in the home; the sign-guard never, because an old one must not come back.
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
use crate::daemon::read_genesis;
use crate::fault::Fault;
use crate::fsck::scratch;
use crate::guard::Guard;
use crate::store::Store;
use crate::store::site::{self, Hold};
use genesis::Genesis;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
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
    let failed = |e: io::Error| Fault::file(to, format!("cannot be made: {e}"));
    fs::create_dir(to).map_err(failed)?;
    let to = &to.canonicalize().map_err(failed)?;
    let made = fill(&Source { home, config, genesis, secrets }, to, with_keys).await;
    if made.is_err() {
        // Half a backup helps nobody; what cannot be removed has no manifest.
        let _removed = fs::remove_dir_all(to);
    }
    made
}

/// What is copied.
struct Source<'a> {
    home: &'a Path,
    config: Config,
    genesis: Genesis,
    secrets: BTreeSet<PathBuf>,
}

async fn fill(source: &Source<'_>, to: &Path, with_keys: bool) -> Result<Manifest, Fault> {
    let (config, chain) = (&source.config, source.genesis.chain_id());
    let failed = |e: io::Error| Fault::file(to, format!("cannot be written: {e}"));
    // Read before the copy, so that a whole copy is never behind it.
    let known = Guard::read(&config.keys.guard)?.map_or(0, |(_, writes)| writes);
    room(config, to)?;
    copy_database(config, to).await?;
    place(&config.genesis, &to.join(GENESIS)).map_err(failed)?;
    place(&source.home.join(FILE), &to.join(FILE)).map_err(failed)?;
    for secret in &source.secrets {
        place(&source.home.join(secret), &to.join(secret)).map_err(failed)?;
    }
    let manifest = Manifest::of(to, &chain, with_keys)?;
    if manifest.height == 0 && manifest.writes < known {
        let problem = "holds nothing although this node has written before: its disk was lost, or is not there; nothing is \
                       backed up, and earlier backups are better";
        return Err(Fault::file(&config.data, problem));
    }
    manifest.write(to)?;
    Ok(manifest)
}

/// A backup on the node's own disk must leave the room that the node wants.
fn room(config: &Config, to: &Path) -> Result<(), Fault> {
    let same = fs::metadata(to).ok().zip(fs::metadata(&config.data).ok()).is_some_and(|(a, b)| a.dev() == b.dev());
    let reserve = if same { config.limits.disk_reserve_mib << 20 } else { 0 };
    scratch::room(to, scratch::size(&config.data)?.saturating_add(reserve))
}

/// A running node makes a checkpoint, which shares files with its database for as long as they are copied.
async fn copy_database(config: &Config, to: &Path) -> Result<(), Fault> {
    let (live, database) = (to.join("live"), to.join(DATABASE));
    let failed = |e: io::Error| Fault::file(&database, format!("cannot be written: {e}"));
    match admin::ask(&config.admin, &Request::Checkpoint { to: live.clone() }).await? {
        Some(Answer::Done) => {
            site::copy(&live, &database).map_err(failed)?;
            fs::remove_dir_all(&live).map_err(failed)
        }
        Some(Answer::Failed(problem)) => Err(Fault::system("backup", problem)),
        None => {
            let _hold = Hold::take(config)?;
            if !site::holds_database(&config.data) {
                return Err(Fault::NoDatabase { path: config.data.clone() });
            }
            site::copy(&config.data, &database).map_err(failed)
        }
    }
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
    place.map(Path::to_owned).ok_or_else(|| Fault::file(path, problem))
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

/// The database as it is now, in a new folder. On one disk this links files instead of copying them; whoever asks for it
/// copies what is to last.
pub fn checkpoint(store: &Store, to: &Path) -> Result<(), Fault> {
    store.sync()?;
    store.checkpoint(to)
}

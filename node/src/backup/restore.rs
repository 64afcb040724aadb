//! Putting a backup back, and trying it out.

use super::manifest::{Manifest, digests};
use super::{DATABASE, GENESIS, place};
use crate::config::{Config, FILE};
use crate::daemon::read_genesis;
use crate::fault::Fault;
use crate::fsck::scratch;
use crate::store::site::{self, Hold, Site};
use proto::Digest;
use std::path::Path;

/// Compares every file of a backup with its manifest.
pub fn check_files(backup: &Path) -> Result<Manifest, Fault> {
    let manifest = Manifest::read(backup)?;
    let found = digests(backup)?;
    for (name, wanted) in &manifest.files {
        let path = backup.join(name);
        match found.get(name) {
            Some(there) if there == wanted => {}
            Some(_) => return Err(Fault::damaged_backup(&path, "differs from the manifest")),
            None => return Err(Fault::damaged_backup(&path, "is missing from the backup")),
        }
    }
    match found.keys().find(|name| !manifest.files.contains_key(*name)) {
        Some(odd) => Err(Fault::damaged_backup(&backup.join(odd), "is not in the manifest")),
        None => Ok(manifest),
    }
}

/// Puts the database of a backup into a home that has none. What else is missing there is put back too; a configuration
/// and a genesis that are there stay and must be of the backup's network, a key that is there must be the same.
pub fn restore(backup: &Path, home: &Path) -> Result<Manifest, Fault> {
    let manifest = check_files(backup)?;
    check_network(&manifest, &backup.join(GENESIS))?;
    if home.join(FILE).exists() {
        // Before anything is written.
        place_for(&Config::load(home)?, &manifest)?;
    }
    put_files(&manifest, backup, home)?;
    let config = Config::load(home)?;
    let failed = |e: std::io::Error| Fault::file(&config.genesis, format!("cannot be written: {e}"));
    if !config.genesis.exists() {
        place(&backup.join(GENESIS), &config.genesis).map_err(failed)?;
    }
    put_database(backup, &place_for(&config, &manifest)?)?;
    Ok(manifest)
}

/// Where the database comes, if this is the home of a stopped node of that network without one.
fn place_for(config: &Config, manifest: &Manifest) -> Result<Site, Fault> {
    if config.genesis.exists() {
        check_network(manifest, &config.genesis)?;
    }
    let _hold = Hold::take(config)?;
    Site::vacant(&config.data)
}

/// Everything but the database.
fn put_files(manifest: &Manifest, backup: &Path, home: &Path) -> Result<(), Fault> {
    let failed = |e: std::io::Error| Fault::file(home, format!("cannot be written: {e}"));
    std::fs::create_dir_all(home).map_err(failed)?;
    let database = format!("{DATABASE}/");
    for name in manifest.files.keys().filter(|n| !n.starts_with(&database)) {
        let to = home.join(name);
        if !to.exists() {
            place(&backup.join(name), &to).map_err(failed)?;
        } else if ![FILE, GENESIS].contains(&name.as_str()) && Some(digest(&to)?) != digest_in(manifest, name) {
            return Err(Fault::key(&to, "is there and is not the one of the backup; move it away first"));
        }
    }
    Ok(())
}

/// A backup of another network would take the place of the right one, and the node would not start.
fn check_network(manifest: &Manifest, genesis: &Path) -> Result<(), Fault> {
    let expected = read_genesis(genesis)?.chain_id().to_string();
    if expected == manifest.chain_id {
        return Ok(());
    }
    let problem =
        format!("is of chain {expected}, and the backup is of {}; use a backup of this network", manifest.chain_id);
    Err(Fault::file(genesis, problem))
}

fn digest(path: &Path) -> Result<String, Fault> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(Digest::sm3(&bytes).to_string())
}

fn digest_in(manifest: &Manifest, name: &str) -> Option<String> {
    manifest.files.get(name).map(|(digest, _)| digest.clone())
}

/// Copies the database of a backup into its place. If we crash half-way, there is none.
pub fn put_database(backup: &Path, to: &Site) -> Result<(), Fault> {
    let fault = |e: std::io::Error| Fault::file(to.workshop(), format!("cannot be written: {e}"));
    let from = backup.join(DATABASE);
    scratch::room(to.workshop().parent().unwrap_or(Path::new(".")), scratch::size(&from)?)?;
    site::copy(&from, to.workshop()).map_err(fault)?;
    to.settle().map_err(fault)
}

//! Putting a backup back, and trying it out.

use super::manifest::{Manifest, digests};
use super::{DATABASE, GENESIS, place};
use crate::config::{Config, FILE};
use crate::fault::Fault;
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
            Some(_) => return Err(Fault::config(&path, "differs from the manifest; use another backup")),
            None => return Err(Fault::config(&path, "is missing from the backup; use another backup")),
        }
    }
    match found.keys().find(|name| !manifest.files.contains_key(*name)) {
        Some(odd) => Err(Fault::config(&backup.join(odd), "is not in the manifest; use another backup")),
        None => Ok(manifest),
    }
}

/// Puts the database of a backup into a home that has none. What else is missing there is put back too; a configuration
/// and a genesis that are there stay, a key that is there must be the same.
pub fn restore(backup: &Path, home: &Path) -> Result<Manifest, Fault> {
    let manifest = check_files(backup)?;
    let failed = |e: std::io::Error| Fault::config(home, format!("cannot be written: {e}"));
    std::fs::create_dir_all(home).map_err(failed)?;
    let database = format!("{DATABASE}/");
    for name in manifest.files.keys().filter(|n| !n.starts_with(&database)) {
        let to = home.join(name);
        if !to.exists() {
            place(&backup.join(name), &to).map_err(failed)?;
        } else if ![FILE, GENESIS].contains(&name.as_str()) && Some(digest(&to)?) != digest_in(&manifest, name) {
            return Err(Fault::key(&to, "is there and is not the one of the backup; move it away first"));
        }
    }
    if !home.join(FILE).exists() || !home.join(GENESIS).exists() {
        return Err(Fault::config(home, "has no configuration and genesis file"));
    }
    let config = Config::load(home)?;
    if !config.genesis.exists() {
        place(&backup.join(GENESIS), &config.genesis).map_err(failed)?;
    }
    let data = config.data;
    if data.exists() {
        return Err(Fault::store(&data, "is there already; move it away first"));
    }
    copy_database(backup, &data)?;
    Ok(manifest)
}

fn digest(path: &Path) -> Result<String, Fault> {
    let bytes = std::fs::read(path).map_err(|e| Fault::config(path, format!("cannot be read: {e}")))?;
    Ok(Digest::sm3(&bytes).to_string())
}

fn digest_in(manifest: &Manifest, name: &str) -> Option<String> {
    manifest.files.get(name).map(|(digest, _)| digest.clone())
}

/// Copies the database. If we crash half-way, a folder with another name is left and nothing else.
pub fn copy_database(backup: &Path, to: &Path) -> Result<(), Fault> {
    let fault = |e: std::io::Error| Fault::store(to, e);
    let part = to.with_extension("part");
    if part.exists() {
        std::fs::remove_dir_all(&part).map_err(fault)?;
    }
    std::fs::create_dir_all(&part).map_err(fault)?;
    for entry in std::fs::read_dir(backup.join(DATABASE)).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let target = part.join(entry.file_name());
        std::fs::copy(entry.path(), &target).map_err(fault)?;
        std::fs::File::open(&target).and_then(|f| f.sync_all()).map_err(fault)?;
    }
    let sync = |folder: &Path| std::fs::File::open(folder).and_then(|f| f.sync_all());
    sync(&part).and_then(|()| std::fs::rename(&part, to)).map_err(fault)?;
    to.parent().map_or(Ok(()), sync).map_err(fault)
}

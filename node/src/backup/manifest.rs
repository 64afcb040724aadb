//! What a backup holds, with the digest of every file.

use super::DATABASE;
use crate::fault::Fault;
use crate::store::Store;
use proto::{ChainId, Digest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Its name in a backup.
pub(super) const NAME: &str = "manifest.json";
/// Most files that a manifest may name.
const FILES_MAX: usize = 1_000_000;

/// See the module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Of this layout.
    pub version: u32,
    /// The network.
    pub chain_id: String,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: u64,
    /// Height of the last block.
    pub height: u64,
    /// Digest of that block's header.
    pub block: String,
    /// Events.
    pub ledger_size: u64,
    /// Chain sum of the ledger.
    pub ledger_sum: String,
    /// Root of the state tree.
    pub state_root: String,
    /// Writes that the database had seen.
    pub writes: u64,
    /// Whether secret keys are in it: then it must be kept like them.
    pub with_keys: bool,
    /// SM3 digest and length of every other file, by path within the backup.
    pub files: BTreeMap<String, (String, u64)>,
}

impl Manifest {
    /// Reads the files of a backup that was just made, and what its database holds.
    pub fn of(folder: &Path, chain: &ChainId, with_keys: bool) -> Result<Self, Fault> {
        let database = folder.join(DATABASE);
        let store = Store::open_read_only(&database, chain)?;
        let tip = ledger::tip(&store).map_err(|e| store.fault(e))?.ok_or_else(|| store.fault("the tip is missing"))?;
        let writes = store.written();
        drop(store);
        // Reading it left a diary, which is no part of it.
        remove_diary(&database)?;
        let header = &tip.header;
        Ok(Self {
            version: 1,
            chain_id: header.chain.to_string(),
            made_ms: crate::clock::now().0,
            height: header.height.0,
            block: tip.digest.to_string(),
            ledger_size: header.ledger_size,
            ledger_sum: header.ledger_sum.to_string(),
            state_root: header.state_root.to_string(),
            writes,
            with_keys,
            files: digests(folder)?,
        })
    }
    /// Writes it, synced: a backup is one only from here on.
    pub fn write(&self, folder: &Path) -> Result<(), Fault> {
        let path = folder.join(NAME);
        let fault = |e: &dyn std::fmt::Display| Fault::file(&path, format!("cannot be written: {e}"));
        let text = serde_json::to_string_pretty(self).map_err(|e| fault(&e))?;
        std::fs::write(&path, text).map_err(|e| fault(&e))?;
        let synced = std::fs::File::open(&path).and_then(|f| f.sync_all());
        synced.and_then(|()| std::fs::File::open(folder)?.sync_all()).map_err(|e| fault(&e))
    }
    /// Reads it.
    pub fn read(folder: &Path) -> Result<Self, Fault> {
        let path = folder.join(NAME);
        let text = std::fs::read_to_string(&path)
            .map_err(|e| Fault::file(&path, format!("cannot be read: {e}; the folder holds no whole backup")))?;
        let manifest: Self = serde_json::from_str(&text).map_err(|e| Fault::damaged_backup(&path, e))?;
        if manifest.version != 1 || manifest.files.len() > FILES_MAX {
            return Err(Fault::file(&path, "of another version; use the program that made it"));
        }
        Ok(manifest)
    }
}

fn remove_diary(database: &Path) -> Result<(), Fault> {
    let fault = |e: std::io::Error| Fault::file(database, e);
    for entry in std::fs::read_dir(database).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        if entry.file_name().to_string_lossy().starts_with("LOG") {
            std::fs::remove_file(entry.path()).map_err(fault)?;
        }
    }
    Ok(())
}

/// Digest and length of every file below a folder but the manifest, by relative path.
pub fn digests(folder: &Path) -> Result<BTreeMap<String, (String, u64)>, Fault> {
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        let fault = |e: std::io::Error| Fault::file(&at, format!("cannot be read: {e}"));
        for entry in std::fs::read_dir(&at).map_err(fault)? {
            let path = entry.map_err(fault)?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            if name != NAME {
                let bytes = std::fs::read(&path).map_err(fault)?;
                found.insert(name, (Digest::sm3(&bytes).to_string(), bytes.len() as u64));
            }
        }
    }
    Ok(found)
}

//! A folder for a second copy of a database, which goes away again. It is never the database's own folder, and it is asked
//! for room before a byte is written: a full disk is the machine's trouble, and no damage of what is examined.

use crate::fault::Fault;
use crate::store::site;
use std::path::{Path, PathBuf};

/// Room for what RocksDB sets aside beforehand, and for the end, in bytes.
const MARGIN: u64 = 64 << 20;
/// With less room than this the work is broken off: RocksDB does not bear a full disk in the middle of a write.
const LEAST: u64 = 16 << 20;

/// See the module.
pub struct Scratch {
    /// The folder.
    pub path: PathBuf,
}

impl Scratch {
    /// Beside `place`, or in the folder `within`; `bytes` will be written to it. What a killed process left there goes.
    pub fn new(place: &Path, within: Option<&Path>, bytes: u64) -> Result<Self, Fault> {
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned() + ".fsck-";
        let folder = within.or(place.parent()).filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        remove_stale(folder, &name);
        let path = folder.join(format!("{name}{}", std::process::id()));
        room(folder, bytes.saturating_add(MARGIN))?;
        std::fs::create_dir_all(&path).map_err(|e| Fault::file(&path, e))?;
        Ok(Self { path })
    }
    /// Looks again while it is written to.
    pub fn look(&self) -> Result<(), Fault> {
        room(&self.path, LEAST)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is a copy of nothing that matters, and the next one removes it.
        let _removed = std::fs::remove_dir_all(&self.path);
    }
}

/// What a database in this folder takes, in bytes.
pub fn size(data: &Path) -> Result<u64, Fault> {
    if !data.exists() {
        return Ok(0);
    }
    site::size(data).map_err(|e| Fault::file(data, format!("cannot be read: {e}")))
}

/// Refuses when the disk of a folder has less room than this.
pub fn room(folder: &Path, needed: u64) -> Result<(), Fault> {
    let disk = rustix::fs::statvfs(folder).map_err(|e| Fault::file(folder, e))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < needed { Err(Fault::Room { path: folder.to_owned(), free, needed }) } else { Ok(()) }
}

/// Folders of processes that are gone, and one of an earlier process with our number.
fn remove_stale(folder: &Path, name: &str) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let Some(pid) = entry.file_name().to_string_lossy().strip_prefix(name).and_then(|n| n.parse::<u32>().ok())
        else {
            continue;
        };
        if pid == std::process::id() || !Path::new("/proc").join(pid.to_string()).exists() {
            // If it cannot be removed, it only takes room.
            let _removed = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_room_nothing_is_made_and_what_a_killed_process_left_goes() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let stale = dir.path().join(format!("data.fsck-{}", u32::MAX));
        std::fs::create_dir_all(stale.join("x")).unwrap();
        let fault = Scratch::new(&data, None, u64::MAX).err().unwrap().to_string();
        assert!(fault.contains("make room"), "{fault}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        let elsewhere = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(&data, Some(elsewhere.path()), 1).unwrap();
        assert_eq!(scratch.path.parent(), Some(elsewhere.path()));
        scratch.look().unwrap();
        let path = scratch.path.clone();
        drop(scratch);
        assert!(!path.exists());
    }
}

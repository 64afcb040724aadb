//! The folder of a database, seen from outside: whether one is there, whether a node holds it, how one comes into it and is
//! set aside. It never opens a database; that is the store's.

use crate::config::Config;
use crate::fault::Fault;
use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// Names the other files of a database; without it there is none.
const CURRENT: &str = "CURRENT";
/// Locked by whoever has the database open.
const LOCK: &str = "LOCK";

/// Whether a database is in this folder.
pub fn holds_database(place: &Path) -> bool {
    place.join(CURRENT).exists()
}

/// Whether anything but folders is there: an empty disk has a folder for what it finds, and no file.
pub fn holds_files(place: &Path) -> io::Result<bool> {
    if !place.exists() {
        return Ok(false);
    }
    Ok(files(place)?.next().is_some())
}

fn files(place: &Path) -> io::Result<impl Iterator<Item = PathBuf> + use<>> {
    let entries: Vec<PathBuf> = fs::read_dir(place)?.map(|e| Ok(e?.path())).collect::<io::Result<_>>()?;
    Ok(entries.into_iter().filter(|path| !path.is_dir()))
}

/// Keeps every node out of a database for as long as it lives, and cannot be had while a node runs.
pub struct Hold {
    _lock: Option<File>,
}

impl Hold {
    /// Of the database of this node. Other commands that only read may hold it too.
    pub fn take(config: &Config) -> Result<Self, Fault> {
        let path = &config.data;
        let running = || Fault::Running { path: path.clone() };
        if UnixStream::connect(&config.admin).is_ok() {
            return Err(running());
        }
        let lock = match File::open(path.join(LOCK)) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Self { _lock: None }),
            Err(e) => return Err(Fault::file(&path.join(LOCK), format!("cannot be read: {e}"))),
        };
        match fcntl_lock(&lock, FlockOperation::NonBlockingLockShared) {
            Err(Errno::AGAIN | Errno::ACCESS) => Err(running()),
            // A disk without locks has none that a node could hold.
            Ok(()) | Err(_) => Ok(Self { _lock: Some(lock) }),
        }
    }
}

/// A place where a database can come: nothing is there, or a folder without files, such as an empty disk.
pub struct Site {
    place: PathBuf,
    workshop: PathBuf,
}

impl Site {
    /// Refuses a place that is taken. What an earlier attempt left in the workshop goes.
    pub fn vacant(place: &Path) -> Result<Self, Fault> {
        let fault = |e: io::Error| Fault::file(place, e);
        if holds_database(place) {
            let problem = "holds a database already; `chirograph fsck --repair` sets a damaged one aside";
            return Err(Fault::file(place, problem));
        }
        if holds_files(place).map_err(fault)? {
            return Err(Fault::file(place, "holds files and no database; move them away first"));
        }
        let workshop = if place.exists() { place.join("part") } else { beside(place, "part") };
        if workshop.exists() {
            fs::remove_dir_all(&workshop).map_err(fault)?;
        }
        Ok(Self { place: place.to_owned(), workshop })
    }
    /// The folder in which the database is made; it is not there yet.
    pub fn workshop(&self) -> &Path {
        &self.workshop
    }
    /// Puts what is in the workshop into its place. If we crash before, there is no database; after, there is a whole one.
    /// In between there may be files without one, which a node that starts does not take for its own.
    pub fn settle(&self) -> io::Result<()> {
        sync(&self.workshop)?;
        if self.workshop.parent() == Some(&self.place) {
            let (current, others): (Vec<_>, Vec<_>) = files(&self.workshop)?.partition(|p| p.ends_with(CURRENT));
            carry(&others, &self.place)?;
            sync(&self.place)?;
            carry(&current, &self.place)?;
            fs::remove_dir(&self.workshop)?;
            return sync(&self.place);
        }
        fs::rename(&self.workshop, &self.place)?;
        sync(self.place.parent().unwrap_or(Path::new(".")))
    }
}

/// Moves a database out of the way; nothing is deleted. Says where it is then: beside its place, or below it where the
/// place is a disk of its own, or a link to one. If we crash half-way, no database is there any more.
pub fn set_aside(place: &Path, now_ms: u64) -> io::Result<PathBuf> {
    if !place.is_symlink() {
        let to = beside(place, &format!("damaged-{now_ms}"));
        match fs::rename(place, &to) {
            Err(e) if e.kind() == io::ErrorKind::ResourceBusy => {}
            done => return done.map(|()| to),
        }
    }
    let to = place.join(format!("damaged-{now_ms}"));
    fs::create_dir(&to)?;
    let (current, others): (Vec<_>, Vec<_>) = files(place)?.partition(|p| p.ends_with(CURRENT));
    carry(&current, &to)?;
    carry(&others, &to)?;
    sync(place)?;
    Ok(to)
}

/// Copies the files of a database that nobody writes to, durably. Nothing is shared with the original: a bit that flips
/// there does not flip here. Left out are the lock and RocksDB's diary.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for file in files(from)? {
        let Some(name) = file.file_name() else { continue };
        if name == LOCK || name == "LOG" || name.to_string_lossy().starts_with("LOG.old") {
            continue;
        }
        let target = to.join(name);
        fs::copy(&file, &target)?;
        File::open(&target)?.sync_all()?;
    }
    sync(to)
}

/// Bytes of the files in a folder.
pub fn size(place: &Path) -> io::Result<u64> {
    files(place)?.map(|file| Ok(fs::metadata(file)?.len())).sum()
}

fn carry(files: &[PathBuf], to: &Path) -> io::Result<()> {
    files.iter().try_for_each(|file| fs::rename(file, to.join(file.file_name().unwrap_or_default())))
}

fn beside(place: &Path, ending: &str) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    place.with_file_name(name)
}

fn sync(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, names: &[&str]) {
        fs::create_dir_all(folder).unwrap();
        names.iter().for_each(|name| fs::write(folder.join(name), name).unwrap());
    }

    #[test]
    fn a_database_comes_into_a_new_folder_and_into_an_empty_disk() {
        let dir = tempfile::tempdir().unwrap();
        let (new, disk) = (dir.path().join("new"), dir.path().join("disk"));
        fs::create_dir_all(disk.join("lost+found")).unwrap();
        for place in [&new, &disk] {
            assert!(!holds_database(place));
            let site = Site::vacant(place).unwrap();
            write(site.workshop(), &["CURRENT", "000008.sst"]);
            // Left by an attempt that was broken off: begun anew.
            let site = Site::vacant(place).unwrap();
            assert!(!site.workshop().exists());
            write(site.workshop(), &["CURRENT", "000009.sst"]);
            site.settle().unwrap();
            assert!(holds_database(place) && place.join("000009.sst").exists() && !site.workshop().exists());
            assert!(Site::vacant(place).err().unwrap().to_string().contains("database already"));
        }
        fs::remove_file(disk.join(CURRENT)).unwrap();
        assert!(Site::vacant(&disk).err().unwrap().to_string().contains("move them away"));
    }

    #[test]
    fn what_is_set_aside_is_kept_and_leaves_a_vacant_place() {
        let dir = tempfile::tempdir().unwrap();
        let (plain, disk, link) = (dir.path().join("plain"), dir.path().join("disk"), dir.path().join("link"));
        write(&plain, &["CURRENT", "LOCK", "1.sst"]);
        write(&disk, &["CURRENT", "LOCK", "1.sst"]);
        std::os::unix::fs::symlink(&disk, &link).unwrap();
        for (place, aside) in [(&plain, "plain.damaged-7"), (&link, "link/damaged-7")] {
            let to = set_aside(place, 7).unwrap();
            assert!(to.ends_with(aside) && holds_database(&to) && to.join("1.sst").exists(), "{}", to.display());
            Site::vacant(place).unwrap();
        }
    }

    #[test]
    fn a_copy_shares_nothing_and_leaves_the_diary_out() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        write(&from, &["CURRENT", "LOCK", "LOG", "LOG.old.1", "1.sst", "000004.log"]);
        copy(&from, &to).unwrap();
        fs::write(from.join("1.sst"), "flipped").unwrap();
        assert_eq!(fs::read(to.join("1.sst")).unwrap(), b"1.sst");
        let mut names: Vec<_> = files(&to).unwrap().map(|p| p.file_name().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["000004.log", "1.sst", "CURRENT"]);
    }
}

//! Faults: what stops the node. They are the machine's or the operator's, never a client's or peer's (see `refusal`).
//!
//! A fault ends the process in order with exit code 3 (a damaged backup: 1, which is a finding) and one sentence that names the place and the remedy.

use std::path::{Path, PathBuf};

/// The exit code of every fault.
pub const EXIT_CODE: u8 = 3;

/// What went wrong on this machine.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The configuration cannot be used.
    #[error("configuration {}: {problem}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A key file cannot be used.
    #[error("key file {}: {problem}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The database cannot be opened, read or written. What was acknowledged is safe: it is durable on a quorum.
    #[error("store {}: {problem}; {}", path.display(), remedy(problem))]
    Store {
        /// The folder.
        path: PathBuf,
        /// What the database said.
        problem: String,
    },
    /// A file or folder that a command was given, or would make.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A backup is not what its manifest says. Nothing was put back.
    #[error("{}: {problem}; use another backup", path.display())]
    DamagedBackup {
        /// The file.
        path: PathBuf,
        /// How it differs.
        problem: String,
    },
    /// There is no database where one was expected. Nothing was made in its place.
    #[error("store {}: holds no database yet; `chirograph start` begins one, `join` and `restore` bring one", path.display())]
    NoDatabase {
        /// The folder.
        path: PathBuf,
    },
    /// What needs a stopped node was asked of one that runs.
    #[error("store {}: a node runs here, or another command works on its database; stop it first", path.display())]
    Running {
        /// The folder.
        path: PathBuf,
    },
    /// A command needs more room than there is. Nothing was written, or what was written is gone again.
    #[error("{}: {free} bytes are free on its disk and {needed} are needed; make room, or name a folder on another disk", path.display())]
    Room {
        /// The folder that would be written to.
        path: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// Bytes that are needed.
        needed: u64,
    },
    /// The database belongs to another network.
    #[error("store {}: it holds chain {found}, but the genesis file is of chain {expected}; give this network its own data folder", path.display())]
    OtherChain {
        /// The folder.
        path: PathBuf,
        /// Chain in the store.
        found: String,
        /// Chain of the genesis file.
        expected: String,
    },
    /// The disk is full, or as good as.
    #[error("store {}: {free} bytes are free on its disk, less than an eighth of limits.disk_reserve_mib ({reserve} bytes): stopped before damage is done; make room, then start again", path.display())]
    Space {
        /// The folder.
        path: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// The reserve, in bytes.
        reserve: u64,
    },
    /// A port cannot be listened on.
    #[error("{what}: cannot listen on {address}: {problem}; choose another address or stop the program that uses it")]
    Listen {
        /// Which service.
        what: &'static str,
        /// The address.
        address: String,
        /// What the system said.
        problem: String,
    },
    /// Another part of the machine failed.
    #[error("{what}: {problem}")]
    System {
        /// Which part.
        what: &'static str,
        /// What the system said.
        problem: String,
    },
}

impl Fault {
    /// A [`Fault::Config`].
    pub fn config(path: &Path, problem: impl ToString) -> Self {
        Self::Config { path: path.to_owned(), problem: problem.to_string() }
    }
    /// A [`Fault::Key`].
    pub fn key(path: &Path, problem: impl ToString) -> Self {
        Self::Key { path: path.to_owned(), problem: problem.to_string() }
    }
    /// A [`Fault::Store`].
    pub fn store(path: &Path, problem: impl ToString) -> Self {
        Self::Store { path: path.to_owned(), problem: problem.to_string() }
    }
    /// A [`Fault::File`].
    pub fn file(path: &Path, problem: impl ToString) -> Self {
        Self::File { path: path.to_owned(), problem: problem.to_string() }
    }
    /// A [`Fault::DamagedBackup`].
    pub fn damaged_backup(path: &Path, problem: impl ToString) -> Self {
        Self::DamagedBackup { path: path.to_owned(), problem: problem.to_string() }
    }
    /// Whether it is the machine around a database, and says nothing about the database itself.
    pub fn is_around(&self) -> bool {
        match self {
            Self::Store { problem, .. } => AROUND.iter().any(|sign| problem.contains(sign)),
            _ => false,
        }
    }
    /// A [`Fault::System`].
    pub fn system(what: &'static str, problem: impl ToString) -> Self {
        Self::System { what, problem: problem.to_string() }
    }
}

/// What the system says when a database may be whole and cannot be reached.
const AROUND: [&str; 4] =
    ["No space left", "Permission denied", "Too many open files", "Resource temporarily unavailable"];

/// What to do about what RocksDB or the system said. Never to delete anything: the others may be no better off.
fn remedy(problem: &str) -> &'static str {
    let says = |sign: &str| problem.contains(sign);
    if says("lock file") || says("lock hold") {
        "a node runs here already, or another command works on its database; stop it first"
    } else if says("No space left") {
        "make room on its disk, then start again: nothing that was acknowledged is lost"
    } else if says("Permission denied") {
        "run this as the user that the files belong to"
    } else {
        "`chirograph fsck HOME` says whether the database is whole, and with --repair sets a damaged one aside"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_cannot_be_opened_says_why_and_never_to_delete_it() {
        let said = |problem: &str| Fault::store(Path::new("data"), problem).to_string();
        assert!(said("While lock file: data/LOCK: Resource temporarily unavailable").contains("a node runs here"));
        assert!(said("IO error: No space left on device").contains("make room"));
        assert!(said("Corruption: block checksum mismatch").contains("fsck"));
        for problem in ["While lock file", "No space left", "Permission denied", "Corruption"] {
            assert!(!said(problem).contains("remove"), "{}", said(problem));
        }
        assert!(Fault::store(Path::new("data"), "IO error: No space left on device").is_around());
        assert!(!Fault::store(Path::new("data"), "Corruption: bad block").is_around());
    }
}

//! Faults: what stops the node. They are the machine's or the operator's, never a client's or peer's (see `refusal`).
//!
//! A fault ends the process in order with exit code 3 and one sentence that names the place and the remedy.

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
    #[error("store {}: {problem}; check disk space and health, then start again (or remove the folder, and the node fetches the ledger from its peers)", path.display())]
    Store {
        /// The folder.
        path: PathBuf,
        /// What the database said.
        problem: String,
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
    /// A [`Fault::System`].
    pub fn system(what: &'static str, problem: impl ToString) -> Self {
        Self::System { what, problem: problem.to_string() }
    }
}

//! The sign-guard: a small file beside the keys that says how far this key may have voted. Apart from the database, so
//! that a database which was wiped, or put back from a copy, is noticed before it votes.
//!
//! It holds no votes: the promises themselves are in the database. Three slots of 128 bytes. Two hold the lasting state in
//! turn, synced; if we crash inside a write, the other one counts. They run ahead: no vote is sent in a view above `high`,
//! which rises in strides, so that votes cost no sync of their own. The third, never waited for, holds the database's own
//! count of its writes, up to which everything is on the disk: a database that comes back with fewer has lost something.
//! This slot survives a killed process; after a power cut it may be behind, which hides nothing but a copy that was put
//! back at that very moment (then the other validators show our votes).
//!
//! What a doubtful validator does is the business of `replica`; two processes with one key are noticed in `net`.

use crate::fault::Fault;
use proto::encode::{Decoder, Encoder, Malformed};
use proto::{Digest, PublicKey, View};
use replica::Memory;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// How far `high` runs ahead, in views.
const STRIDE: u64 = 64;
const SLOT: usize = 128;
const CHECK: usize = 16;
const TAG: &str = "chirograph/sign-guard";

/// Whether something was forgotten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Doubt {
    /// Nothing.
    None = 0,
    /// Nothing was promised above `high`.
    Bounded = 1,
    /// This file is new, or was put back itself: it says nothing about earlier votes.
    Unbounded = 2,
}

/// The lasting state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// Counts writes; of two slots the higher one is in force.
    pub writes: u64,
    /// Digest of the voting key.
    pub key: Digest,
    /// Drawn when the file was made: names this home folder.
    pub home: [u8; 16],
    /// Starts of the node from this home.
    pub starts: u64,
    /// No vote was sent in a view above this one.
    pub high: View,
    /// What the running slot held when this was written.
    pub low: u64,
    /// No vote below this view: what an earlier doubt came to.
    pub vote_from: View,
    /// See there.
    pub doubt: Doubt,
}

/// The open file.
pub struct Guard {
    file: File,
    path: PathBuf,
    state: State,
    running: u64,
}

impl State {
    fn new(key: &PublicKey, doubt: Doubt) -> Result<Self, Fault> {
        let mut home = [0; 16];
        getrandom::fill(&mut home).map_err(|e| Fault::system("randomness", e))?;
        let key = Digest::sm3(key.bytes());
        let (high, low, vote_from) = (View(0), 0, View(0));
        Ok(Self { writes: 0, key, home, starts: 0, high, low, vote_from, doubt })
    }
    fn to_slot(&self) -> [u8; SLOT] {
        let mut e = Encoder::new();
        e.u64(self.writes).digest(&self.key).raw(&self.home).u64(self.starts);
        e.u64(self.high.0).u64(self.low).u64(self.vote_from.0).u8(self.doubt as u8);
        slot(&e.finish())
    }
    fn from_slot(bytes: &[u8]) -> Option<Self> {
        let read = |d: &mut Decoder<'_>| -> Result<Self, Malformed> {
            Ok(Self {
                writes: d.u64("guard.writes")?,
                key: d.digest("guard.key")?,
                home: d.raw("guard.home")?,
                starts: d.u64("guard.starts")?,
                high: View(d.u64("guard.high")?),
                low: d.u64("guard.low")?,
                vote_from: View(d.u64("guard.vote_from")?),
                doubt: match d.u8("guard.doubt")? {
                    0 => Doubt::None,
                    1 => Doubt::Bounded,
                    _ => Doubt::Unbounded,
                },
            })
        };
        read(&mut Decoder::new(checked(bytes)?)).ok()
    }
}

/// A damaged guard has a guard's length, or none where the disk lost it; anything else is a file that somebody needs.
fn refuse_foreign(path: &Path) -> Result<(), Fault> {
    match std::fs::metadata(path).map(|file| file.len()) {
        Ok(len) if len != 0 && len != (3 * SLOT) as u64 => {
            Err(Fault::key(path, "is no sign-guard and is not replaced; name another file as keys.guard"))
        }
        _ => Ok(()),
    }
}

impl Guard {
    /// Makes the file of a key that never voted; an existing one is never replaced.
    pub fn create(path: &Path, key: &PublicKey) -> Result<(), Fault> {
        if path.exists() {
            return Err(Fault::key(path, "cannot be created: a sign-guard is never replaced"));
        }
        Self::write_new(path, State::new(key, Doubt::None)?).map(drop)
    }
    /// Opens the file, or makes one that doubts everything if there is none, or a damaged one. What is no sign-guard of this key
    /// is another's, and stays as it is.
    pub fn open(path: &Path, key: &PublicKey) -> Result<Self, Fault> {
        let found = Self::read(path)?;
        if found.as_ref().is_some_and(|(state, _)| state.key != Digest::sm3(key.bytes())) {
            let problem =
                "is the sign-guard of another key; put that key's own guard here, or name another file as keys.guard";
            return Err(Fault::key(path, problem));
        }
        let Some((state, running)) = found else {
            refuse_foreign(path)?;
            tracing::error!(path = %path.display(), "no sign-guard of this key can be read: asking the others what it said");
            return Self::write_new(path, State::new(key, Doubt::Unbounded)?);
        };
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(|e| Fault::key(path, e))?;
        Ok(Self { file, path: path.to_owned(), state, running })
    }
    /// What the file says: the lasting state, and how many writes the database held. `None`: there is none, or it
    /// is damaged.
    pub fn read(path: &Path) -> Result<Option<(State, u64)>, Fault> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Fault::key(path, format!("cannot be read: {e}"))),
        };
        let slot = |n: usize| bytes.get(n * SLOT..(n + 1) * SLOT);
        let states = [0, 1].into_iter().filter_map(|n| State::from_slot(slot(n)?));
        let Some(state) = states.max_by_key(|s| s.writes) else { return Ok(None) };
        let running = slot(2).and_then(checked).and_then(|b| b.get(..8)).and_then(|b| b.try_into().ok());
        let running = running.map_or(0, u64::from_be_bytes);
        Ok(Some((state.clone(), running.max(state.low))))
    }
    /// Called once at each start, with the database's count of writes: how far that can be trusted. Lasting when it
    /// returns: if we crash before, nothing was said; after it, the doubt is found again.
    pub fn start(&mut self, written: u64) -> Result<Memory, Fault> {
        if written < self.running && self.state.doubt == Doubt::None {
            tracing::error!(written, guard = self.running, "the database is older than what was promised");
            self.state.doubt = Doubt::Bounded;
        }
        self.state.starts += 1;
        self.persist()?;
        Ok(match self.state.doubt {
            Doubt::None => Memory::Unconfirmed,
            Doubt::Bounded => Memory::Doubtful { bound: Some(self.state.high) },
            Doubt::Unbounded => Memory::Doubtful { bound: None },
        })
    }
    /// Before anything of `view` is sent: makes sure that the file covers it. Waits for the disk once in a stride.
    pub fn cover(&mut self, view: View) -> Result<(), Fault> {
        if view <= self.state.high {
            return Ok(());
        }
        self.state.high = View(view.0 + STRIDE);
        self.persist()
    }
    /// After a sync of the database, which holds the first `written` writes now. Not waited for.
    pub fn note(&mut self, written: u64) -> Result<(), Fault> {
        if written <= self.running {
            return Ok(());
        }
        self.running = written;
        self.write_running()
    }
    /// The other validators showed a vote that is not in the database: this file was put back together with it.
    pub fn doubt(&mut self) -> Result<(), Fault> {
        self.state.doubt = Doubt::Unbounded;
        self.persist()
    }
    /// The doubt is over: nothing was promised from `from` on, and from here on the database counts. If we crash before
    /// this is lasting, the next start doubts again.
    pub fn settle(&mut self, from: View, written: u64) -> Result<(), Fault> {
        if self.state.doubt == Doubt::None {
            return Ok(());
        }
        self.state.vote_from = self.state.vote_from.max(from);
        self.state.doubt = Doubt::None;
        self.running = written;
        self.write_running()?;
        self.persist()
    }
    /// The lasting state.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn write_new(path: &Path, state: State) -> Result<Self, Fault> {
        let fault = |e: std::io::Error| Fault::key(path, format!("cannot be created: {e}"));
        let mut bytes = [0; 3 * SLOT];
        bytes[..SLOT].copy_from_slice(&state.to_slot());
        let new = path.with_extension("new");
        let mut file = OpenOptions::new();
        let mut file = file.read(true).write(true).create(true).truncate(true).mode(0o600).open(&new).map_err(fault)?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(fault)?;
        std::fs::rename(&new, path).map_err(fault)?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|d| d.sync_all()).map_err(fault)?;
        Ok(Self { file, path: path.to_owned(), state, running: 0 })
    }
    fn persist(&mut self) -> Result<(), Fault> {
        self.state.writes += 1;
        self.state.low = self.running;
        let at = (self.state.writes % 2) * SLOT as u64;
        let written = self.file.write_all_at(&self.state.to_slot(), at).and_then(|()| self.file.sync_data());
        written.map_err(|e| self.fault(&e))
    }
    fn write_running(&self) -> Result<(), Fault> {
        let written = self.file.write_all_at(&slot(&self.running.to_be_bytes()), 2 * SLOT as u64);
        written.map_err(|e| self.fault(&e))
    }
    fn fault(&self, e: &std::io::Error) -> Fault {
        Fault::key(&self.path, format!("the sign-guard cannot be written: {e}; without it this node must not vote"))
    }
}

/// The body with its checksum, filled up to the size of a slot.
fn slot(body: &[u8]) -> [u8; SLOT] {
    let mut out = [0; SLOT];
    out[..body.len()].copy_from_slice(body);
    let check = check(&out[..SLOT - CHECK]);
    out[SLOT - CHECK..].copy_from_slice(&check);
    out
}

fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (body, found) = bytes.split_at_checked(SLOT - CHECK)?;
    (check(body) == found).then_some(body)
}

fn check(body: &[u8]) -> [u8; CHECK] {
    let digest = Digest::sm3(&[TAG.as_bytes(), body].concat());
    let mut out = [0; CHECK];
    out.copy_from_slice(&digest.0[..CHECK]);
    out
}

#[cfg(test)]
mod tests;

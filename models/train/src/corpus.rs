//! Signatures in the layout of SVC2004, read and turned into features. What is missing or cannot be read is named and
//! left out; the rest is used.

use models::formats::Recording;
use models::inspection::Measured;
use models::packet::{Binding, Nonce, Session};
use models::template::Writing;
use models::trace::Trace;
use models::{Refusal, StrokePacket};
use proto::{Digest, Height, Name};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// Signatures of each kind and user.
pub const EACH: usize = 20;
/// Fewest complete users that constants can be fitted to.
const FITTED_MIN: usize = 10;

/// Both tasks.
pub struct Corpus {
    /// Task 1 (no pressure), then task 2.
    pub tasks: [Vec<User>; 2],
    /// One line for each thing worth knowing: users left out, files missing, packets refused.
    pub notes: Vec<String>,
}

/// One user of one task.
pub struct User {
    /// The user's number; the same in both tasks may be the same person.
    pub number: u32,
    /// Of S1 to S20 those there are.
    pub genuine: Vec<Signature>,
    /// Of S21 to S40 those there are.
    pub forged: Vec<Signature>,
}

/// One signature.
pub struct Signature {
    /// 1 to 40: the S of its file.
    pub index: usize,
    /// As a node would get it.
    pub packet: StrokePacket,
    /// Its features.
    pub writing: Writing,
    /// What its inspection measured.
    pub measured: Measured,
    /// Whether an inspection refuses it, and why.
    pub refusal: Option<Refusal>,
}

impl Corpus {
    /// Reads all users below `data`.
    pub fn read(data: &Path) -> Result<Self, String> {
        let root = find(data).ok_or(format!("--data {}: no task1/ or task2/ found there", data.display()))?;
        let mut notes = Vec::new();
        let [one, two] = [1, 2].map(|task| users(&root.join(format!("task{task}")), task, &mut notes));
        Ok(Self { tasks: [one?, two?], notes })
    }
    /// Without the users of whom a signature is missing: what constants are fitted to. Of the tasks asked for there must be
    /// enough; of the other one there is what there is.
    pub fn complete(mut self, asked: &[usize]) -> Result<Self, String> {
        for (users, task) in self.tasks.iter_mut().zip([1, 2]) {
            users.retain(User::is_complete);
            if asked.contains(&task) && users.len() < FITTED_MIN {
                return Err(format!("task{task}: {} complete users; a fit needs {FITTED_MIN}", users.len()));
            }
        }
        Ok(self)
    }
    /// Numbers of all users, sorted.
    pub fn numbers(&self) -> Vec<u32> {
        let all: BTreeSet<u32> = self.tasks.iter().flatten().map(|u| u.number).collect();
        all.into_iter().collect()
    }
    /// How many signatures there are.
    pub fn signatures(&self) -> usize {
        self.tasks.iter().flatten().map(|u| u.genuine.len() + u.forged.len()).sum()
    }
}

impl User {
    /// Of a complete user, by its place from 0: genuine ones first.
    pub fn signature(&self, place: usize) -> &Signature {
        if place < EACH { &self.genuine[place] } else { &self.forged[place - EACH] }
    }
    /// Whether all 40 signatures are there.
    pub fn is_complete(&self) -> bool {
        self.genuine.len() == EACH && self.forged.len() == EACH
    }
}

impl fmt::Display for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} users in task 1, {} in task 2", self.tasks[0].len(), self.tasks[1].len())?;
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

fn find(data: &Path) -> Option<PathBuf> {
    let has_task = |p: &PathBuf| p.join("task1").is_dir() || p.join("task2").is_dir();
    ["", "svc2004", "dev/svc2004"].iter().map(|below| data.join(below)).find(has_task)
}

/// Paths by user and signature; an absent folder has none.
fn files(folder: &Path) -> Result<BTreeMap<u32, BTreeMap<usize, PathBuf>>, String> {
    let mut found: BTreeMap<u32, BTreeMap<usize, PathBuf>> = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?.flatten() {
        if let Some((user, s)) = numbered(&entry.file_name().to_string_lossy()) {
            found.entry(user).or_default().insert(s, entry.path());
        }
    }
    Ok(found)
}

/// User and signature of `U{k}S{s}.TXT`, in capitals or not.
fn numbered(name: &str) -> Option<(u32, usize)> {
    let name = name.to_ascii_uppercase();
    let (user, s) = name.strip_prefix('U')?.strip_suffix(".TXT")?.split_once('S')?;
    let s = s.parse().ok().filter(|s| (1..=2 * EACH).contains(s))?;
    Some((user.parse().ok()?, s))
}

fn users(folder: &Path, task: u32, notes: &mut Vec<String>) -> Result<Vec<User>, String> {
    let mut users = Vec::new();
    for (number, files) in files(folder)? {
        let mut user = User { number, genuine: Vec::new(), forged: Vec::new() };
        for (s, path) in files {
            match signature(s, &path) {
                Ok(signature) if s <= EACH => user.genuine.push(signature),
                Ok(signature) => user.forged.push(signature),
                Err(reason) => notes.push(format!("task {task} user {number}: left out: {reason}")),
            }
        }
        if !user.is_complete() {
            let (genuine, forged) = (user.genuine.len(), user.forged.len());
            notes
                .push(format!("task {task} user {number}: {genuine} genuine and {forged} forged of {EACH} and {EACH}"));
        }
        users.push(user);
    }
    Ok(users)
}

fn signature(index: usize, path: &Path) -> Result<Signature, String> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|e| format!("{name}: {e}"))?;
    let recording = models::formats::svc2004::read(&bytes).map_err(|e| format!("{name}: {e}"))?;
    let packet = packet(recording);
    let trace = Trace::new(&packet).map_err(|e| format!("{name}: {e}"))?;
    let refusal = models::inspection::inspect(&packet, &trace).err();
    let (writing, measured) = (Writing::of(&trace), Measured::of(&trace));
    Ok(Signature { index, packet, writing, measured, refusal })
}

/// Only samples and device matter to the appraiser.
fn packet(recording: Recording) -> StrokePacket {
    let nonce = Nonce { height: Height(0), block: Digest::ZERO };
    let signer = Name::new("svc2004", "signer").expect("a short word is a name");
    let binding = Binding { signer, document: Digest::ZERO, nonce, intent: String::new() };
    let Recording { device, samples } = recording;
    StrokePacket { binding, device, session: Session::default(), samples, attestation: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names() {
        assert_eq!(numbered("U7S12.TXT"), Some((7, 12)));
        assert_eq!(numbered("u140s40.txt"), Some((140, 40)));
        for other in ["U7S41.TXT", "U7S0.TXT", "U7.TXT", "README", "UxS1.TXT"] {
            assert_eq!(numbered(other), None);
        }
    }

    #[test]
    fn a_folder_without_tasks_is_named() {
        let error = Corpus::read(Path::new("/nonexistent")).map(drop).unwrap_err();
        assert_eq!(error, "--data /nonexistent: no task1/ or task2/ found there");
    }
}

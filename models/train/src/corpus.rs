//! The signatures of SVC2004, read and turned into features. Users of whom a file is missing are left out and named.

use models::formats::Recording;
use models::inspection::Measured;
use models::packet::{Binding, Nonce, Session};
use models::template::Writing;
use models::trace::Trace;
use models::{Refusal, StrokePacket};
use proto::{Digest, Height, Name};
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// Signatures of each kind and user.
pub const EACH: usize = 20;

/// Both tasks.
pub struct Corpus {
    /// Task 1 (no pressure), then task 2.
    pub tasks: [Vec<User>; 2],
    /// One line for each thing worth knowing: users left out, packets refused.
    pub notes: Vec<String>,
}

/// One user of one task.
pub struct User {
    /// The user's number; the same in both tasks may be the same person.
    pub number: u32,
    /// S1 to S20.
    pub genuine: Vec<Signature>,
    /// S21 to S40.
    pub forged: Vec<Signature>,
}

/// One signature.
pub struct Signature {
    /// Its features.
    pub writing: Writing,
    /// What its inspection measured.
    pub measured: Measured,
    /// Whether an inspection refuses it, and why.
    pub refusal: Option<Refusal>,
}

impl Corpus {
    /// Reads all complete users below `data`.
    pub fn read(data: &Path) -> Result<Self, String> {
        let root = find(data).ok_or(format!("--data {}: no task1/ and task2/ found there", data.display()))?;
        let mut notes = Vec::new();
        let tasks = [1, 2].map(|task| users(&root.join(format!("task{task}")), task, &mut notes));
        let [one, two] = tasks;
        Ok(Self { tasks: [one?, two?], notes })
    }
    /// Numbers of all users, sorted.
    pub fn numbers(&self) -> Vec<u32> {
        let all: BTreeSet<u32> = self.tasks.iter().flatten().map(|u| u.number).collect();
        all.into_iter().collect()
    }
}

impl fmt::Display for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} users in task 1, {} in task 2", self.tasks[0].len(), self.tasks[1].len())?;
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

fn find(data: &Path) -> Option<PathBuf> {
    ["", "svc2004", "dev/svc2004"].iter().map(|below| data.join(below)).find(|p| p.join("task2").is_dir())
}

fn users(folder: &Path, task: u32, notes: &mut Vec<String>) -> Result<Vec<User>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let number = |name: &str| name.strip_prefix('U')?.split_once('S')?.0.parse::<u32>().ok();
    let numbers: BTreeSet<u32> = entries.flatten().filter_map(|e| number(&e.file_name().to_string_lossy())).collect();
    let mut users = Vec::new();
    for number in numbers {
        match user(folder, number) {
            Ok(user) => users.push(user),
            Err(reason) => notes.push(format!("task {task} user {number} left out: {reason}")),
        }
    }
    if users.len() < 10 { Err(format!("{}: fewer than 10 complete users", folder.display())) } else { Ok(users) }
}

fn user(folder: &Path, number: u32) -> Result<User, String> {
    let read = |s: usize| signature(&folder.join(format!("U{number}S{s}.TXT")));
    let genuine = (1..=EACH).map(read).collect::<Result<_, _>>()?;
    Ok(User { number, genuine, forged: (EACH + 1..=2 * EACH).map(read).collect::<Result<_, _>>()? })
}

fn signature(path: &Path) -> Result<Signature, String> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|e| format!("{name}: {e}"))?;
    let recording = models::formats::svc2004::read(&bytes).map_err(|e| format!("{name}: {e}"))?;
    let packet = packet(recording);
    let trace = Trace::new(&packet).map_err(|e| format!("{name}: {e}"))?;
    let refusal = models::inspection::inspect(&packet, &trace).err();
    Ok(Signature { writing: Writing::of(&trace), measured: Measured::of(&trace), refusal })
}

/// Only samples and device matter to the appraiser.
fn packet(recording: Recording) -> StrokePacket {
    let nonce = Nonce { height: Height(0), block: Digest::ZERO };
    let signer = Name::new("svc2004", "signer").expect("a short word is a name");
    let binding = Binding { signer, document: Digest::ZERO, nonce, intent: String::new() };
    let Recording { device, samples } = recording;
    StrokePacket { binding, device, session: Session::default(), samples, attestation: None }
}

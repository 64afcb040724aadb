//! The signatures of SVC2004, read and turned into features. Users of whom a file is missing are left out and named.

use models::inspection::Measured;
use models::packet::{Binding, Device, DigitiserKind, Nonce, PenState, Session};
use models::template::Writing;
use models::trace::Trace;
use models::{Refusal, Sample, StrokePacket};
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
        match user(folder, task, number) {
            Ok(user) => users.push(user),
            Err(reason) => notes.push(format!("task {task} user {number} left out: {reason}")),
        }
    }
    if users.len() < 10 { Err(format!("{}: fewer than 10 complete users", folder.display())) } else { Ok(users) }
}

fn user(folder: &Path, task: u32, number: u32) -> Result<User, String> {
    let read = |s: usize| signature(&folder.join(format!("U{number}S{s}.TXT")), task);
    let genuine = (1..=EACH).map(read).collect::<Result<_, _>>()?;
    Ok(User { number, genuine, forged: (EACH + 1..=2 * EACH).map(read).collect::<Result<_, _>>()? })
}

fn signature(path: &Path, task: u32) -> Result<Signature, String> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
    let packet = packet(&text, task).ok_or(format!("{name}: not SVC2004 text"))?;
    let trace = Trace::new(&packet).map_err(|e| format!("{name}: {e}"))?;
    let refusal = models::inspection::inspect(&packet, &trace).err();
    Ok(Signature { writing: Writing::of(&trace), measured: Measured::of(&trace), refusal })
}

fn packet(text: &str, task: u32) -> Option<StrokePacket> {
    let mut samples = Vec::new();
    let mut t0 = None;
    for line in text.lines().skip(1) {
        let v: Vec<i64> = line.split_whitespace().filter_map(|w| w.parse::<f64>().ok()).map(|v| v as i64).collect();
        if v.len() < 4 {
            continue;
        }
        let start = *t0.get_or_insert(v[2]);
        samples.push(Sample {
            t_us: u32::try_from((v[2] - start) * 1000).ok()?,
            x: v[0] as i32,
            y: v[1] as i32,
            pressure: v.get(6).map_or(0, |p| *p as u16),
            pen: PenState(if v[3] & 1 == 1 { 1 } else { 2 }),
            tilt: None,
        });
    }
    let nonce = Nonce { height: Height(0), block: Digest::ZERO };
    let binding = Binding { signer: Name::new("x", "s").ok()?, document: Digest::ZERO, nonce, intent: String::new() };
    let device = Device {
        kind: DigitiserKind::EmrPen,
        nm_per_unit: 10_000,
        pressure_levels: if task == 2 { 1024 } else { 0 },
        ..Device::default()
    };
    Some(StrokePacket { binding, device, session: Session::default(), samples, attestation: None })
}

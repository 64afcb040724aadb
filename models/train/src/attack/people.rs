//! Packets of people, for attacks to be made from and for false alarms to be counted on.

use models::StrokePacket;
use models::packet::{Binding, Nonce, Session};
use proto::{Digest, Height, Name};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One user of one task.
pub struct Person {
    /// 1 (without pressure) or 2.
    pub task: u32,
    /// The user's number.
    pub number: u32,
    /// S1 to S20.
    pub genuine: Vec<StrokePacket>,
    /// S21 to S40: written by other people.
    pub forged: Vec<StrokePacket>,
}

/// Every user below `data`, task 1 first.
pub fn read(data: &Path) -> Result<Vec<Person>, String> {
    let root = ["", "svc2004", "dev/svc2004"].iter().map(|below| data.join(below)).find(|p| p.join("task2").is_dir());
    let root = root.ok_or(format!("--data {}: no task1/ and task2/ found there", data.display()))?;
    let mut people = Vec::new();
    for task in [1, 2] {
        let folder = root.join(format!("task{task}"));
        for number in numbers(&folder)? {
            people.push(person(&folder, task, number)?);
        }
    }
    Ok(people)
}

fn numbers(folder: &Path) -> Result<BTreeSet<u32>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let number = |name: &str| name.strip_prefix('U')?.split_once('S')?.0.parse::<u32>().ok();
    Ok(entries.flatten().filter_map(|e| number(&e.file_name().to_string_lossy())).collect())
}

fn person(folder: &Path, task: u32, number: u32) -> Result<Person, String> {
    let read = |s: u32| folder.join(format!("U{number}S{s}.TXT"));
    let some = |range: std::ops::RangeInclusive<u32>| -> Result<Vec<_>, String> {
        range.map(read).filter(|p| p.is_file()).map(|p| packet(&p)).collect()
    };
    Ok(Person { task, number, genuine: some(1..=20)?, forged: some(21..=40)? })
}

fn packet(path: &PathBuf) -> Result<StrokePacket, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let recording = models::formats::svc2004::read(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    let signer = Name::new("svc2004", "signer").expect("a short word is a name");
    let nonce = Nonce { height: Height(0), block: Digest::ZERO };
    let binding = Binding { signer, document: Digest::ZERO, nonce, intent: String::new() };
    Ok(recording.into_packet(binding, Session::default()))
}

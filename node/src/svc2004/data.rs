//! Whose signatures: a folder in the layout of SVC2004 (`task1/`, `task2/`, files `U{user}S{number}.TXT`, numbers 1 to 20
//! genuine, 21 to 40 skilled forgeries), or the synthetic writer in the same roles.

use crate::fault::Fault;
use crate::strokes;
use models::{StrokePacket, Writer};
use proto::Name;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Genuine signatures have the numbers up to this, forgeries those above.
const GENUINE_LAST: u32 = 20;
/// The first so many genuine ones are references.
pub const REFERENCES: u32 = 5;
/// How deep below the folder given the task's folder may lie.
const DEPTH_MAX: usize = 3;

/// One person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Signer id on the ledger.
    pub signer: Name,
    /// Matter of the signing events.
    pub matter: Name,
    /// Genuine signatures by number.
    pub genuine: BTreeMap<u32, StrokePacket>,
    /// Skilled forgeries of this person's signature by number.
    pub forged: BTreeMap<u32, StrokePacket>,
}

/// Everybody.
#[derive(Clone, Debug)]
pub struct People {
    /// In order of user number.
    pub list: Vec<Person>,
    /// Whether a program wrote the signatures.
    pub synthetic: bool,
}

impl Person {
    /// The reference signatures.
    pub fn references(&self) -> Vec<StrokePacket> {
        self.genuine.range(..=REFERENCES).map(|(_, p)| p.clone()).collect()
    }
    /// The other genuine ones.
    pub fn tests(&self) -> impl Iterator<Item = (u32, &StrokePacket)> {
        self.genuine.range(REFERENCES + 1..).map(|(n, p)| (*n, p))
    }
}

impl People {
    /// Reads a task of SVC2004; at most `limit` users.
    pub fn read(dir: &Path, task: u8, limit: usize) -> Result<Self, Fault> {
        let wanted = format!("task{task}");
        let folder = find(dir, &wanted, DEPTH_MAX)
            .ok_or_else(|| Fault::file(dir, format!("no folder `{wanted}` in it or up to {DEPTH_MAX} levels below")))?;
        let mut users: BTreeMap<u32, Vec<(u32, PathBuf)>> = BTreeMap::new();
        for path in entries(&folder)? {
            if let Some((user, number)) = numbers(&path) {
                users.entry(user).or_default().push((number, path));
            }
        }
        if users.is_empty() {
            return Err(Fault::file(&folder, "holds no files U{user}S{number}.TXT"));
        }
        let one = |(user, files): (u32, Vec<(u32, PathBuf)>)| person(&format!("svc2004-t{task}-u{user}"), files);
        Ok(Self { list: users.into_iter().take(limit).map(one).collect::<Result<_, _>>()?, synthetic: false })
    }
    /// Invents `count` writers. Each is forged by four others, who practised.
    pub fn invent(count: usize) -> Self {
        let writers: Vec<Writer> = (1..=count as u64).map(Writer::new).collect();
        let forgers: Vec<Writer> = (0..4).map(|i| Writer::new(1_000_000 + i)).collect();
        let one = |w: &Writer| Person {
            signer: w.signer(),
            matter: named(&format!("{}-contract", w.signer())),
            genuine: (1..=GENUINE_LAST).map(|n| (n, w.sign(u64::from(n - 1)))).collect(),
            forged: (1..=GENUINE_LAST)
                .map(|n| (GENUINE_LAST + n, forgers[n as usize % forgers.len()].forge(w, u64::from(n))))
                .collect(),
        };
        Self { list: writers.iter().map(one).collect(), synthetic: true }
    }
}

fn person(id: &str, files: Vec<(u32, PathBuf)>) -> Result<Person, Fault> {
    let (mut genuine, mut forged) = (BTreeMap::new(), BTreeMap::new());
    for (number, path) in files {
        let packet = strokes::read(&path)?;
        if number <= GENUINE_LAST { &mut genuine } else { &mut forged }.insert(number, packet);
    }
    Ok(Person { signer: named(id), matter: named(&format!("{id}-contract")), genuine, forged })
}

fn named(id: &str) -> Name {
    Name::new(id, "signer").expect("made of short plain parts")
}

/// `U7S21.TXT` is user 7, number 21.
fn numbers(path: &Path) -> Option<(u32, u32)> {
    let name = path.file_name()?.to_str()?.to_ascii_uppercase();
    let (user, number) = name.strip_prefix('U')?.strip_suffix(".TXT")?.split_once('S')?;
    Some((user.parse().ok()?, number.parse().ok()?))
}

fn find(dir: &Path, wanted: &str, depth: usize) -> Option<PathBuf> {
    let here = dir.join(wanted);
    if here.is_dir() {
        return Some(here);
    }
    if depth == 0 {
        return None;
    }
    entries(dir).ok()?.into_iter().filter(|p| p.is_dir()).find_map(|p| find(&p, wanted, depth - 1))
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fault = |e: std::io::Error| Fault::file(dir, format!("cannot be read: {e}"));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(fault)? {
        paths.push(entry.map_err(fault)?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_read() {
        assert_eq!(numbers(Path::new("a/U7S21.TXT")), Some((7, 21)));
        assert_eq!(numbers(Path::new("u40s1.txt")), Some((40, 1)));
        for bad in ["README", "U7.TXT", "US1.TXT", "U1S1.PDF", "U1S1S2.TXT"] {
            assert_eq!(numbers(Path::new(bad)), None, "{bad}");
        }
    }

    #[test]
    fn a_task_is_found_below_and_roles_follow_the_numbers() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("a/b/task2");
        std::fs::create_dir_all(&deep).unwrap();
        for n in [1, 5, 6, 20, 21, 40] {
            std::fs::write(deep.join(format!("U3S{n}.TXT")), "1\n1 2 3 1 900 500 700\n").unwrap();
        }
        let people = People::read(dir.path(), 2, 10).unwrap();
        let p = &people.list[0];
        assert_eq!((p.references().len(), p.tests().count(), p.forged.len()), (2, 2, 2));
        assert!(People::read(dir.path(), 1, 10).unwrap_err().to_string().contains("task1"));
    }

    #[test]
    fn invented_people_have_every_role() {
        let people = People::invent(2);
        assert!(people.synthetic);
        for p in &people.list {
            assert_eq!((p.references().len(), p.tests().count(), p.forged.len()), (5, 15, 20));
        }
    }
}

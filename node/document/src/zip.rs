//! Reading a zip file, as OFD uses it: by its central directory, stored or deflated, no encryption, no spanning.
//!
//! Some readers go by the heads of the entries instead, and some fold names: where they could find another package in the
//! same bytes, [`Zip::remark`] says so.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Most entries.
const ENTRIES_MAX: usize = 1 << 16;
/// Most bytes that one entry may grow to.
const ENTRY_BYTES_MAX: usize = 128 << 20;

/// Longest record of sizes that may follow an entry.
const DESCRIPTOR_BYTES_MAX: usize = 24;

/// Most bytes that all reading together may give.
const READ_BYTES_MAX: usize = 2 << 30;

/// A zip file.
#[derive(Debug, Clone)]
pub struct Zip<'a> {
    file: &'a [u8],
    left: Cell<usize>,
    entries: BTreeMap<String, Entry>,
    directory: usize,
    is_whole: bool,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    method: u16,
    packed: usize,
    size: usize,
    at: usize,
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(width)?)?;
    let value = digits.iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
    usize::try_from(value).ok()
}

impl<'a> Zip<'a> {
    /// Reads the directory; `None` if it is not one, or names an entry twice (readers would differ).
    pub fn open(file: &'a [u8]) -> Option<Self> {
        let tail = file.len().saturating_sub(65_557);
        let at = tail + file.get(tail..)?.windows(4).rposition(|w| w == b"PK\x05\x06")?;
        let (count, directory) = (number(file, at + 10, 2)?, number(file, at + 16, 4)?);
        let mut next = directory;
        let mut entries = BTreeMap::new();
        for _ in 0..count.min(ENTRIES_MAX) {
            let head = file.get(next..)?;
            if !head.starts_with(b"PK\x01\x02") {
                return None;
            }
            let (name, extra, comment) = (number(head, 28, 2)?, number(head, 30, 2)?, number(head, 32, 2)?);
            let entry = Entry {
                method: u16::try_from(number(head, 10, 2)?).ok()?,
                packed: number(head, 20, 4)?,
                size: number(head, 24, 4)?,
                at: number(head, 42, 4)?,
            };
            let name_text = std::str::from_utf8(head.get(46..46 + name)?).ok()?;
            if entries.insert(name_text.trim_start_matches('/').to_owned(), entry).is_some() {
                return None;
            }
            next = next.checked_add(46 + name + extra + comment)?;
        }
        // The directory ends where its end record begins, and the file where that one's comment ends.
        let is_whole = next == at && at.checked_add(22 + number(file, at + 20, 2)?)? == file.len();
        Some(Self { file, left: Cell::new(READ_BYTES_MAX), entries, directory, is_whole })
    }
    /// Names of all entries.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
    /// How other readers could find another package in the same bytes; `None` if they could not.
    pub fn remark(&self) -> Option<String> {
        let mut folded = BTreeSet::new();
        let odd = |name: &str| name.contains('\\') || name.split('/').any(|p| matches!(p, "." | ".."));
        if let Some(name) = self.entries.keys().find(|n| odd(n) || !folded.insert(n.to_lowercase())) {
            let name: String = name.chars().filter(|c| !c.is_control()).take(128).collect();
            return Some(format!("the package's entry {name} is one that readers may take for another"));
        }
        let mut places: Vec<(&String, &Entry)> = self.entries.iter().collect();
        places.sort_by_key(|(_, e)| e.at);
        let end = places.iter().try_fold(0, |from, (name, e)| self.end_of(name, (from, e)));
        let tight = end.is_some_and(|end| end <= self.directory && self.directory - end <= DESCRIPTOR_BYTES_MAX);
        let plain = tight && self.is_whole;
        (!plain).then(|| {
            "the package holds bytes that its directory does not name: readers may find other files".to_owned()
        })
    }
    /// Where an entry ends that begins where the one before it ended.
    fn end_of(&self, name: &str, (from, entry): (usize, &Entry)) -> Option<usize> {
        let gap = entry.at.checked_sub(from)?;
        let head = self.file.get(entry.at..)?;
        let (length, extra) = (number(head, 26, 2)?, number(head, 28, 2)?);
        let own = std::str::from_utf8(head.get(30..30 + length)?).ok()?.trim_start_matches('/');
        let fits = gap <= if from == 0 { 0 } else { DESCRIPTOR_BYTES_MAX };
        (fits && head.starts_with(b"PK\x03\x04") && own == name).then_some(())?;
        entry.at.checked_add(30 + length + extra)?.checked_add(entry.packed)
    }
    /// Whether there is such an entry, and it is longer than may be read, or than may still be.
    pub fn is_too_long(&self, name: &str) -> bool {
        let entry = self.entries.get(name.trim_start_matches('/'));
        entry.is_some_and(|e| e.size > ENTRY_BYTES_MAX || e.size > self.left.get())
    }
    /// The content of an entry.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.get(name.trim_start_matches('/'))?;
        let head = self.file.get(entry.at..)?;
        if !head.starts_with(b"PK\x03\x04") || entry.size > ENTRY_BYTES_MAX {
            return None;
        }
        self.left.set(self.left.get().checked_sub(entry.size)?);
        let begin = 30 + number(head, 26, 2)? + number(head, 28, 2)?;
        let data = head.get(begin..begin.checked_add(entry.packed)?)?;
        let content = match entry.method {
            0 => data.to_vec(),
            8 => miniz_oxide::inflate::decompress_to_vec_with_limit(data, entry.size).ok()?,
            _ => return None,
        };
        (content.len() == entry.size).then_some(content)
    }
}

//! Reading a zip file, as OFD uses it: by its central directory, stored or deflated, no encryption, no spanning.

use std::cell::Cell;
use std::collections::BTreeMap;

/// Most entries.
const ENTRIES_MAX: usize = 1 << 16;
/// Most bytes that one entry may grow to.
const ENTRY_BYTES_MAX: usize = 128 << 20;

/// Most bytes that all reading together may give.
const READ_BYTES_MAX: usize = 2 << 30;

/// A zip file.
#[derive(Debug, Clone)]
pub struct Zip<'a> {
    file: &'a [u8],
    left: Cell<usize>,
    entries: BTreeMap<String, Entry>,
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
        let (count, mut next) = (number(file, at + 10, 2)?, number(file, at + 16, 4)?);
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
        Some(Self { file, left: Cell::new(READ_BYTES_MAX), entries })
    }
    /// Names of all entries.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
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

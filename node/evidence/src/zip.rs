//! The container: a zip archive of which there is exactly one for a list of files. The reader takes what the writer
//! writes and refuses everything else, by writing the archive again and comparing: no second reading of the same bytes
//! (another central directory, hidden data, a local name that differs) survives that.
//!
//! No compression, no folders, no zip64; not a reader for anybody else's archives.

use crate::crc::crc32;

/// Most files in an archive.
pub const ENTRIES_MAX: usize = 1000;
/// Most bytes of an archive.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Longest name, folder included.
const NAME_MAX: usize = 200;

const LOCAL_LEN: usize = 30;
const CENTRAL_LEN: usize = 46;
const END_LEN: usize = 22;
/// 1980-01-01, the first day that the format knows: a time of making would make every export different.
const DATE: u16 = 0x0021;
/// "Made on Unix" by version 2.0, so that the permissions below are understood.
const MADE_BY: u16 = 0x0314;
/// A plain file that its owner may write and everybody may read.
const ATTRIBUTES: u32 = 0o100_644 << 16;

/// A file of the archive: full name and content.
pub(crate) type Entry = (String, Vec<u8>);

/// Why bytes are not an archive that this format writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZipFault {
    /// Over [`BYTES_MAX`] or [`ENTRIES_MAX`].
    #[error("the archive has {0}, which is over the limit of the format")]
    TooLarge(&'static str),
    /// A structure is cut off or points outside.
    #[error("{0} is missing or cut off: the file is damaged or not a package")]
    Broken(&'static str),
    /// A name that the format does not allow, or out of order.
    #[error("the name of file {0} is not one that the format allows, or out of order")]
    Name(usize),
    /// Well-formed perhaps, but not the one way to write it.
    #[error("the archive is not written as the format prescribes: something was changed, added or hidden in it")]
    Other,
}

/// Writes `entries`, which must be sorted by name, distinct, and within the limits.
pub(crate) fn write(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut central = Vec::new();
    for (name, bytes) in entries {
        let common = common(name, bytes);
        let offset = small(out.len());
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);
        central.extend_from_slice(b"PK\x01\x02");
        central.extend_from_slice(&MADE_BY.to_le_bytes());
        central.extend_from_slice(&common);
        // comment length, disk, internal attributes
        central.extend_from_slice(&[0; 6]);
        central.extend_from_slice(&ATTRIBUTES.to_le_bytes());
        central.extend_from_slice(&offset.to_le_bytes());
        central.extend_from_slice(name.as_bytes());
    }
    let (start, size) = (small(out.len()), small(central.len()));
    out.append(&mut central);
    let count = u16::try_from(entries.len()).expect("an archive has at most ENTRIES_MAX files").to_le_bytes();
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&[count, count].concat());
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}

/// What the local header and the central directory say alike, from "version needed" to "length of extra field".
fn common(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(26);
    // version 2.0, no flags, stored, time 0:00
    for field in [20u16, 0, 0, 0, DATE] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    let size = small(bytes.len());
    for field in [crc32(bytes), size, size] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    let name = u16::try_from(name.len()).expect("names are at most NAME_MAX bytes");
    out.extend_from_slice(&name.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}

fn small(n: usize) -> u32 {
    u32::try_from(n).expect("an archive has at most BYTES_MAX bytes")
}

/// Reads an archive of the one form that [`write`] gives.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Entry>, ZipFault> {
    if bytes.len() > BYTES_MAX {
        return Err(ZipFault::TooLarge("more than 64 MiB"));
    }
    let entries = entries(bytes)?;
    for (i, (name, _)) in entries.iter().enumerate() {
        let ordered = i == 0 || entries[i - 1].0 < *name;
        if !ordered || !is_name(name) {
            return Err(ZipFault::Name(i));
        }
    }
    if write(&entries) == bytes { Ok(entries) } else { Err(ZipFault::Other) }
}

/// What the central directory says, with nothing but bounds checked.
fn entries(bytes: &[u8]) -> Result<Vec<Entry>, ZipFault> {
    let at = bytes.len().checked_sub(END_LEN).ok_or(ZipFault::Broken("the end record"))?;
    let end = &bytes[at..];
    if !end.starts_with(b"PK\x05\x06") {
        return Err(ZipFault::Broken("the end record"));
    }
    let (count, start) = (u16_at(end, 10), u32_at(end, 16));
    if count > ENTRIES_MAX {
        return Err(ZipFault::TooLarge("too many files"));
    }
    let mut rest = bytes.get(start..at).ok_or(ZipFault::Broken("the directory of files"))?;
    let (mut out, mut left) = (Vec::new(), BYTES_MAX);
    for _ in 0..count {
        let (entry, after) = entry(bytes, rest, left)?;
        left -= entry.1.len();
        out.push(entry);
        rest = after;
    }
    Ok(out)
}

fn entry<'a>(bytes: &[u8], directory: &'a [u8], left: usize) -> Result<(Entry, &'a [u8]), ZipFault> {
    let broken = ZipFault::Broken("the directory of files");
    let (head, tail) = directory.split_at_checked(CENTRAL_LEN).ok_or(broken.clone())?;
    let (size, name_len, offset) = (u32_at(head, 24), u16_at(head, 28), u32_at(head, 42));
    let (name, after) = tail.split_at_checked(name_len).ok_or(broken)?;
    let name = String::from_utf8(name.to_vec()).map_err(|_| ZipFault::Other)?;
    if size > left {
        // Entries that overlap could otherwise make a small file fill the memory.
        return Err(ZipFault::TooLarge("more than 64 MiB"));
    }
    let from = offset.saturating_add(LOCAL_LEN + name_len);
    let data = bytes.get(from..from.saturating_add(size)).ok_or(ZipFault::Broken("a file"))?;
    Ok(((name, data.to_vec()), after))
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u16_at(bytes, at) | u16_at(bytes, at + 2) << 16
}

/// Whether a name can mean nothing but a file below the folder that the package is unpacked in, on any system.
fn is_name(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let segment = |s: &str| !s.is_empty() && s != "." && s != ".." && s.bytes().all(letter);
    name.len() <= NAME_MAX && name.split('/').all(segment)
}

#[cfg(test)]
mod tests;

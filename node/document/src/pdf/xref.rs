//! Cross-reference sections (ISO 32000-1, 7.5.4 and 7.5.8): where the objects of each revision stand.
//!
//! They are followed from the last one back, as the file says. A file whose sections do not lead through is not repaired by
//! guessing, as viewers do: what two viewers guess differently is what forgers use.

use super::effort::Effort;
use super::inflate::decode;
use super::object::{Dict, Lexer, Object};
use std::collections::BTreeMap;

/// Most sections of a file.
const SECTIONS_MAX: usize = 256;
/// Most objects of a file.
const OBJECTS_MAX: usize = 2 << 20;
/// Most rows of one section: a few bytes can inflate to millions of them.
const ROWS_MAX: usize = OBJECTS_MAX;
/// What one row counts as work, in bytes.
const ROW_BYTES: usize = 8;

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It was deleted.
    Free,
    /// At this offset, with this generation.
    At(usize, u16),
    /// In the object stream of this number, as the n-th.
    In(u32, usize),
}

/// One section with its trailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Where it begins.
    pub at: usize,
    /// Whether it is a stream.
    pub is_stream: bool,
    /// Objects that it says something about.
    pub places: BTreeMap<u32, Place>,
    /// Trailer, or the dictionary of the stream.
    pub trailer: Dict,
}

/// All sections, the newest first; `None` if they cannot be followed.
pub fn sections(file: &[u8], effort: &Effort) -> Option<Vec<Section>> {
    let mut next = Some(last_startxref(file)?);
    let mut out: Vec<Section> = Vec::new();
    let mut objects = 0;
    while let Some(at) = next {
        if out.len() == SECTIONS_MAX || out.iter().any(|s| s.at == at) {
            return None;
        }
        let section = section(file, at, effort)?;
        effort.take(section.places.len().saturating_mul(ROW_BYTES))?;
        next = section.trailer.number("Prev");
        // A table may have a stream beside it, for readers that know streams; it is part of the same revision.
        let hybrid = section.trailer.number("XRefStm").filter(|_| !section.is_stream);
        objects += section.places.len();
        out.push(section);
        if let Some(at) = hybrid {
            let extra = stream(file, at, effort)?;
            objects += extra.places.len();
            let own = out.last_mut()?;
            for (number, place) in extra.places {
                own.places.entry(number).or_insert(place);
            }
        }
        if objects > OBJECTS_MAX {
            return None;
        }
    }
    Some(out)
}

fn last_startxref(file: &[u8]) -> Option<usize> {
    let from = file.len().saturating_sub(2048);
    let tail = file.get(from..)?;
    let at = tail.windows(9).rposition(|w| w == b"startxref")?;
    Lexer::new(file, from + at + 9).number()
}

fn section(file: &[u8], at: usize, effort: &Effort) -> Option<Section> {
    let mut lexer = Lexer::new(file, at);
    if lexer.keyword("xref").is_some() { table(at, lexer) } else { stream(file, at, effort) }
}

fn table(at: usize, mut lexer: Lexer<'_>) -> Option<Section> {
    let mut places = BTreeMap::new();
    let mut rows = 0;
    while lexer.keyword("trailer").is_none() {
        let (first, count) = (lexer.number()?, lexer.number()?);
        for n in 0..count {
            rows += 1;
            let (offset, generation) = (lexer.number()?, lexer.number()?);
            let in_use = match (lexer.keyword("n"), lexer.keyword("f")) {
                (Some(()), _) => true,
                (None, Some(())) => false,
                _ => return None,
            };
            if rows > ROWS_MAX {
                return None;
            }
            let place = if in_use { Place::At(offset, u16::try_from(generation).ok()?) } else { Place::Free };
            places.insert(u32::try_from(first.checked_add(n)?).ok()?, place);
        }
    }
    let Object::Dict(trailer) = lexer.object()? else { return None };
    Some(Section { at, is_stream: false, places, trailer })
}

fn stream(file: &[u8], at: usize, effort: &Effort) -> Option<Section> {
    let (dict, data) = stream_at(file, at)?;
    if !dict.is("Type", "XRef") {
        return None;
    }
    let content = decode(&dict, data)?;
    effort.take(content.len())?;
    let widths: Vec<usize> = dict.get("W")?.array()?.iter().map(Object::number).collect::<Option<_>>()?;
    let [kind, second, third] = widths[..] else { return None };
    let width = kind.checked_add(second)?.checked_add(third)?;
    if width == 0 || kind > 8 || second > 8 || third > 8 {
        return None;
    }
    let whole = vec![0, dict.number("Size")?];
    let index = dict.get("Index").and_then(Object::array);
    let index = index.map_or(Some(whole), |list| list.iter().map(Object::number).collect())?;
    if content.len() / width > ROWS_MAX {
        return None;
    }
    let mut rows = content.chunks_exact(width);
    let mut places = BTreeMap::new();
    for pair in index.chunks_exact(2) {
        for n in 0..pair[1] {
            let row = rows.next()?;
            let (a, rest) = row.split_at(kind);
            let (b, c) = rest.split_at(second);
            let number = u32::try_from(pair[0].checked_add(n)?).ok()?;
            places.insert(number, place(if kind == 0 { 1 } else { big(a)? }, big(b)?, big(c)?)?);
        }
    }
    Some(Section { at, is_stream: true, places, trailer: dict })
}

fn place(kind: usize, second: usize, third: usize) -> Option<Place> {
    match kind {
        0 => Some(Place::Free),
        1 => Some(Place::At(second, u16::try_from(third).ok()?)),
        2 => Some(Place::In(u32::try_from(second).ok()?, third)),
        _ => None,
    }
}

fn big(bytes: &[u8]) -> Option<usize> {
    let value = bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
    usize::try_from(value).ok()
}

/// The stream object at an offset: its dictionary and its bytes as they stand. Its length must stand in it.
pub fn stream_at(file: &[u8], at: usize) -> Option<(Dict, &[u8])> {
    let mut lexer = Lexer::new(file, at);
    lexer.head()?;
    let Object::Dict(dict) = lexer.object()? else { return None };
    let begin = stream_begin(&mut lexer)?;
    let data = file.get(begin..begin.checked_add(dict.number("Length")?)?)?;
    Some((dict, data))
}

/// Where the bytes of a stream begin whose dictionary was just read.
pub fn stream_begin(lexer: &mut Lexer<'_>) -> Option<usize> {
    lexer.keyword("stream")?;
    match lexer.rest()? {
        [b'\r', b'\n', ..] => Some(lexer.at + 2),
        [b'\n', ..] => Some(lexer.at + 1),
        _ => None,
    }
}

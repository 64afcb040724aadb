//! The pages of a revision, and the bytes that draw one.

use super::Pdf;
use super::inflate::decode;
use super::object::{Dict, Id, Object};
use std::collections::BTreeSet;

/// What a page has from the nodes above it (ISO 32000-1, 7.7.3.4), as far as it is needed here.
const INHERITED: [&str; 3] = ["Resources", "MediaBox", "CropBox"];
/// Most filters of one stream.
const FILTERS_MAX: usize = 4;

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// From 1.
    pub number: usize,
    /// Its object.
    pub id: Id,
    /// With what it has from above.
    pub dict: Dict,
}

/// All pages in their order.
pub fn pages(pdf: &Pdf<'_>) -> Vec<Page> {
    let mut found = Vec::new();
    let root = pdf.root().and_then(|(_, c)| c.get("Pages")?.reference());
    let mut next: Vec<(Id, Dict)> = root.map(|id| (id, Dict::default())).into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some((id, above)) = next.pop() {
        let Some(Object::Dict(mut dict)) = pdf.object(id).filter(|_| seen.insert(id)) else { continue };
        for key in INHERITED {
            if let (None, Some(value)) = (dict.get(key), above.get(key)) {
                dict.set(key, value.clone());
            }
        }
        let kids = list(pdf, dict.get("Kids")).unwrap_or_default();
        next.extend(kids.iter().rev().filter_map(|k| Some((k.reference()?, dict.clone()))));
        // One that calls itself a page and has pages below it is both: viewers take it as either.
        if dict.is("Type", "Page") || dict.get("Kids").is_none() {
            found.push(Page { number: found.len() + 1, id, dict });
        }
    }
    found
}

/// A list, which may stand elsewhere; none is an empty one.
pub fn list(pdf: &Pdf<'_>, object: Option<&Object>) -> Option<Vec<Object>> {
    object.map_or(Some(Vec::new()), |o| Some(pdf.resolve(o)?.array()?.to_vec()))
}

/// What draws a page; `None` if some of it cannot be read.
pub fn content(pdf: &Pdf<'_>, page: &Dict) -> Option<Vec<u8>> {
    let parts = match page.get("Contents") {
        None => Vec::new(),
        Some(object) => match pdf.resolve(object) {
            Some(Object::Array(parts)) => parts,
            _ => vec![object.clone()],
        },
    };
    let mut out = Vec::new();
    for part in parts {
        out.extend(stream(pdf, part.reference()?)?.1);
        out.push(b'\n');
    }
    Some(out)
}

/// A stream with its filters undone; `None` if one is not known here.
pub fn stream(pdf: &Pdf<'_>, id: Id) -> Option<(Dict, Vec<u8>)> {
    let whole = pdf.whole(id)?;
    let (dict, mut data) = (whole.object.dict()?.clone(), whole.stream?.to_vec());
    let many = |key| match dict.get(key).map(|o| pdf.resolve(o)) {
        None => Some(Vec::new()),
        Some(Some(Object::Array(items))) => Some(items),
        Some(other) => Some(vec![other?]),
    };
    let (filters, parameters) = (many("Filter")?, many("DecodeParms")?);
    if filters.len() > FILTERS_MAX || pdf.trailer().get("Encrypt").is_some() {
        return None;
    }
    for (n, filter) in filters.into_iter().enumerate() {
        let Object::Name(name) = &filter else { return None };
        data = match name.as_slice() {
            b"ASCII85Decode" => base85(&data)?,
            b"ASCIIHexDecode" => hex(&data)?,
            _ => {
                let mut one = Dict::default();
                one.set("Filter", filter);
                if let Some(some) = parameters.get(n).and_then(|p| pdf.resolve(p)) {
                    one.set("DecodeParms", some);
                }
                decode(&one, &data)?
            }
        };
        pdf.effort.take(data.len())?;
    }
    Some((dict, data))
}

fn base85(data: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut group) = (Vec::new(), Vec::new());
    for b in data.iter().filter(|b| !b.is_ascii_whitespace() && **b != 0) {
        match b {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(b - b'!'),
            _ => return None,
        }
        if group.len() == 5 {
            out.extend(word(&group)?);
            group.clear();
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        out.extend_from_slice(word(&group)?.get(..kept)?);
    }
    Some(out)
}

fn word(group: &[u8]) -> Option<[u8; 4]> {
    let value = group.iter().fold(0u64, |n, digit| n * 85 + u64::from(*digit));
    u32::try_from(value).ok().map(u32::to_be_bytes)
}

fn hex(data: &[u8]) -> Option<Vec<u8>> {
    let end = data.iter().position(|b| *b == b'>').unwrap_or(data.len());
    let text = [b"<", data.get(..end)?, b">"].concat();
    super::object::Lexer::new(&text, 0).object()?.text().map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base85_of_any_length() {
        assert_eq!(base85(b"87cURD]i,\"Ebo80~>").unwrap(), b"Hello World!");
        assert_eq!(base85(b"87cURDZ~>").unwrap(), b"Hello");
        assert_eq!(base85(b"z~>").unwrap(), [0; 4]);
        assert_eq!(base85(b"uuuuu~>"), None);
        assert_eq!(hex(b"48 656c>").unwrap(), b"Hel");
    }
}

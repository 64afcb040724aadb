//! Changes of DER at one place, with all lengths around it made right again.

use timestamp::der::{Reader, split, tag, write};

/// `bytes` with the value at `path` replaced. A step is the index of a value inside; an OCTET STRING is opened too.
pub fn at(bytes: &[u8], path: &[usize], change: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let Some((&step, rest)) = path.split_first() else { return change(bytes) };
    let (value, after) = split(bytes).unwrap();
    assert!(after.is_empty() && (value.tag & 0x20 != 0 || value.tag == tag::OCTETS));
    let parts = value.inside().list(1000, "surgery").unwrap();
    assert!(step < parts.len(), "no value {step} of {}", parts.len());
    let mut change = Some(change);
    let parts: Vec<Vec<u8>> = parts
        .iter()
        .enumerate()
        .map(|(i, v)| if i == step { at(v.raw, rest, change.take().unwrap()) } else { v.raw.to_vec() })
        .collect();
    write(value.tag, &[&parts.concat()])
}

/// The value at `path`.
pub fn get(bytes: &[u8], path: &[usize]) -> Vec<u8> {
    let mut found = Vec::new();
    at(bytes, path, |raw| {
        found = raw.to_vec();
        found.clone()
    });
    found
}

/// With another content below the same tag.
pub fn content(bytes: &[u8], path: &[usize], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    at(bytes, path, |raw| {
        let (value, _) = split(raw).unwrap();
        let mut body = value.body.to_vec();
        change(&mut body);
        write(value.tag, &[&body])
    })
}

/// With one more value at the end of a constructed one.
pub fn append(bytes: &[u8], path: &[usize], more: &[u8]) -> Vec<u8> {
    content(bytes, path, |body| body.extend_from_slice(more))
}

/// How many values are inside.
pub fn count(bytes: &[u8]) -> usize {
    Reader::new(bytes).any("surgery").unwrap().inside().list(1000, "surgery").unwrap().len()
}

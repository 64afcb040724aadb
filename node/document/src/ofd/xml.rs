//! XML as the parts of a package use it: elements with their attributes and text, in order. No name spaces, no schema.
//!
//! Characters written as references are resolved; an entity that a document type would define makes the file unreadable,
//! because readers differ about those.

use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::collections::BTreeMap;

/// Longest file that is read, in bytes.
const XML_BYTES_MAX: usize = 32 << 20;
/// Most elements and attributes of one file.
const ITEMS_MAX: usize = 200_000;

/// An element without its name space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// The text in it, that of the elements inside left out.
    pub text: String,
}

/// All elements in the order of their beginning; `None` if it is not XML, or longer than is read.
pub fn elements(xml: &[u8]) -> Option<Vec<Element>> {
    if xml.len() > XML_BYTES_MAX {
        return None;
    }
    let mut reader = quick_xml::Reader::from_reader(xml);
    let (mut out, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut items = 0usize;
    loop {
        let found = match reader.read_event().ok()? {
            Event::Start(e) => {
                open.push(out.len());
                element(&e)?
            }
            Event::Empty(e) => element(&e)?,
            Event::End(_) => {
                open.pop()?;
                continue;
            }
            Event::Text(t) => {
                write(&mut out, &open, std::str::from_utf8(&t).ok()?);
                continue;
            }
            Event::CData(t) => {
                write(&mut out, &open, std::str::from_utf8(&t).ok()?);
                continue;
            }
            Event::GeneralRef(r) => {
                write(&mut out, &open, &character(&r)?);
                continue;
            }
            Event::Eof => return open.is_empty().then_some(out),
            _ => continue,
        };
        items = items.saturating_add(1 + found.attributes.len());
        if items > ITEMS_MAX {
            return None;
        }
        out.push(found);
    }
}

fn write(out: &mut [Element], open: &[usize], text: &str) {
    if let Some(e) = open.last().and_then(|at| out.get_mut(*at)) {
        e.text.push_str(text);
    }
}

fn character(reference: &BytesRef<'_>) -> Option<String> {
    if let Some(c) = reference.resolve_char_ref().ok()? {
        return Some(c.to_string());
    }
    resolve_predefined_entity(std::str::from_utf8(reference).ok()?).map(str::to_owned)
}

fn element(e: &BytesStart<'_>) -> Option<Element> {
    let local = |name: &[u8]| Some(std::str::from_utf8(name).ok()?.to_owned());
    let mut found = Element { name: local(e.local_name().as_ref())?, ..Element::default() };
    for attribute in e.attributes() {
        let attribute = attribute.ok()?;
        let value = unescape(std::str::from_utf8(&attribute.value).ok()?).ok()?.into_owned();
        found.attributes.insert(local(attribute.key.local_name().as_ref())?, value);
        if found.attributes.len() > ITEMS_MAX {
            return None;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_characters_are_resolved_and_entities_refused() {
        let read = elements(b"<a:A xmlns:a='x' b='1&amp;2'>Sig&#110;ed<![CDATA[&]]><c/></a:A>").unwrap();
        assert_eq!((read[0].name.as_str(), read[0].text.as_str()), ("A", "Signed&"));
        assert_eq!(read[0].attributes["b"], "1&2");
        assert_eq!(read[1].name, "c");
        assert_eq!(elements(b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"), None);
        assert_eq!(elements(b"<a><b></a>"), None);
        assert_eq!(elements(b"<a>"), None);
        assert_eq!(elements(format!("<a>{}</a>", "<b/>".repeat(ITEMS_MAX)).as_bytes()), None);
    }
}

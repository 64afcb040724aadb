//! The fields of a form (ISO 32000-1, 12.7.3) by their full names.

use super::Pdf;
use super::object::{Dict, Id, Object};
use super::page::list;
use super::permitted::alike;
use std::collections::{BTreeMap, BTreeSet};

/// Deepest tree of fields.
const DEPTH_MAX: usize = 32;
/// What a field says and looks like.
const SAID: [&str; 14] = ["FT", "T", "V", "RV", "AP", "AS", "Ff", "F", "Opt", "I", "MaxLen", "Rect", "MK", "DA"];
/// What leads away from it, to pages and the catalogue.
const AROUND: [&str; 4] = ["P", "Parent", "Reference", "StructParent"];

/// A field, or one of the places where it is shown.
#[derive(Debug, Clone)]
pub struct Field {
    /// With the names of those above it, between them a dot.
    pub name: String,
    /// Its object, if it is one.
    pub id: Option<Id>,
    /// With the kind of the one above it, if it has none.
    pub dict: Dict,
}

/// All, those above others too.
pub fn fields(pdf: &Pdf<'_>) -> Vec<Field> {
    let form = pdf.root().and_then(|(_, c)| pdf.dict(c.get("AcroForm"))).unwrap_or_default();
    let top = list(pdf, form.get("Fields")).unwrap_or_default();
    let mut next: Vec<(Object, Field)> = Vec::new();
    let none = Field { name: String::new(), id: None, dict: Dict::default() };
    next.extend(top.into_iter().rev().map(|o| (o, none.clone())));
    let (mut found, mut seen): (Vec<Field>, _) = (Vec::new(), BTreeSet::new());
    while let Some((object, above)) = next.pop() {
        let id = object.reference();
        let Some(mut dict) = pdf.dict(Some(&object)).filter(|_| id.is_none_or(|id| seen.insert(id))) else { continue };
        if let (None, Some(kind)) = (dict.get("FT"), above.dict.get("FT")) {
            dict.set("FT", kind.clone());
        }
        let field = Field { name: below(&above.name, &dict), id, dict };
        let kids = list(pdf, field.dict.get("Kids")).unwrap_or_default();
        next.extend(kids.into_iter().rev().map(|kid| (kid, field.clone())));
        found.push(field);
    }
    found
}

fn below(above: &str, dict: &Dict) -> String {
    match dict.get("T").and_then(Object::text).map(readable) {
        None => above.to_owned(),
        Some(own) if above.is_empty() => own,
        Some(own) => format!("{above}.{own}"),
    }
}

/// The name of a field, found from below.
pub fn full_name(pdf: &Pdf<'_>, field: &Dict) -> String {
    let mut names = Vec::new();
    let mut next = Some(field.clone());
    for _ in 0..DEPTH_MAX {
        let Some(dict) = next else { break };
        names.extend(dict.get("T").and_then(Object::text).map(readable));
        next = pdf.dict(dict.get("Parent"));
    }
    names.reverse();
    names.join(".")
}

/// A text string (ISO 32000-1, 7.9.2) without control characters.
pub fn readable(text: &[u8]) -> String {
    let said = if let Some(wide) = text.strip_prefix(b"\xfe\xff") {
        let units: Vec<u16> = wide.chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]])).collect();
        String::from_utf16_lossy(&units)
    } else if let Some(utf8) = text.strip_prefix(b"\xef\xbb\xbf") {
        String::from_utf8_lossy(utf8).into_owned()
    } else {
        text.iter().map(|b| char::from(*b)).collect()
    };
    said.chars().filter(|c| !c.is_control()).collect()
}

/// What each name stands for, the field and every place where it is shown.
pub fn by_name(pdf: &Pdf<'_>) -> BTreeMap<String, Vec<Dict>> {
    let mut found: BTreeMap<String, Vec<Dict>> = BTreeMap::new();
    for field in fields(pdf) {
        let said = field.dict.entries.into_iter().filter(|(key, _)| SAID.iter().any(|s| s.as_bytes() == key));
        found.entry(field.name).or_default().push(Dict { entries: said.collect() });
    }
    found
}

/// Two revisions that are compared.
pub struct Both<'p, 'a> {
    before: &'p Pdf<'a>,
    after: &'p Pdf<'a>,
    seen: BTreeSet<(Id, Id)>,
}

impl<'p, 'a> Both<'p, 'a> {
    /// Of these.
    pub fn new(before: &'p Pdf<'a>, after: &'p Pdf<'a>) -> Self {
        Self { before, after, seen: BTreeSet::new() }
    }
    /// Whether fields say and look the same, with all that they lead to.
    pub fn same(&mut self, old: &[Dict], new: &[Dict]) -> bool {
        old.len() == new.len() && old.iter().zip(new).all(|(a, b)| self.same_dict(a, b, 0))
    }
    fn same_dict(&mut self, old: &Dict, new: &Dict, depth: usize) -> bool {
        let (old, new) = (old.without(&AROUND), new.without(&AROUND));
        let own = |key: &[u8]| new.entries.iter().find(|(k, _)| k == key).map(|(_, value)| value);
        old.entries.len() == new.entries.len()
            && old.entries.iter().all(|(key, a)| own(key).is_some_and(|b| self.same_object(a, b, depth)))
    }
    fn same_object(&mut self, old: &Object, new: &Object, depth: usize) -> bool {
        if depth > DEPTH_MAX {
            return false;
        }
        let depth = depth + 1;
        match (old, new) {
            (Object::Ref(a), Object::Ref(b)) => {
                if !self.seen.insert((*a, *b)) {
                    return true;
                }
                match (self.before.whole(*a), self.after.whole(*b)) {
                    (Some(a), Some(b)) => a.stream == b.stream && self.same_object(&a.object, &b.object, depth),
                    (a, b) => a.is_none() && b.is_none(),
                }
            }
            (Object::Dict(a), Object::Dict(b)) => self.same_dict(a, b, depth),
            (Object::Array(a), Object::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same_object(a, b, depth))
            }
            _ => alike(old, new),
        }
    }
}

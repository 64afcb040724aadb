//! What differs between two revisions of a PDF, each read as a file by itself.
//!
//! Where an object stands says nothing, what it is counts: an object that was moved is the same, and one at the same place in
//! an object stream that was written again may not be. This is no rendering: that nothing changed which a viewer could show
//! is found, not that the pages look the same in every viewer.

use super::Pdf;
use super::object::{Dict, Object};
use super::permitted::Permitted;
use super::xref::Place;
use std::collections::BTreeSet;

/// Most objects that are named.
const NAMED_MAX: usize = 16;

/// Changes that adding a signature does not need, in words; empty if there are none.
pub fn difference(before: &Pdf<'_>, after: &Pdf<'_>) -> Vec<String> {
    let mut named = Vec::new();
    for (key, what) in [("Root", "the catalogue was replaced"), ("Encrypt", "its encryption was changed")] {
        if before.trailer().get(key) != after.trailer().get(key) {
            named.push(what.to_owned());
        }
    }
    let permitted = Permitted::new(before, after);
    for number in candidates(before, after) {
        if named.len() == NAMED_MAX {
            named.push("and more".to_owned());
            break;
        }
        named.extend(judge(&permitted, number));
    }
    named
}

/// Numbers of objects that may differ.
fn candidates(before: &Pdf<'_>, after: &Pdf<'_>) -> BTreeSet<u32> {
    let old: Vec<usize> = before.sections.iter().map(|s| s.at).collect();
    let all: Vec<usize> = after.sections.iter().map(|s| s.at).collect();
    // Where the old sections are the tail of the new ones, only the others can say something else.
    let new = if all.ends_with(&old) { all.len() - old.len() } else { all.len() };
    let mut found: BTreeSet<u32> = numbers(after, new);
    if new == all.len() {
        found.extend(numbers(before, old.len()));
    }
    let moved: BTreeSet<u32> = found.iter().copied().filter(|n| before.place(*n) != after.place(*n)).collect();
    let inside = numbers(before, old.len()).into_iter();
    found.extend(inside.filter(|n| matches!(before.place(*n), Some(Place::In(s, _)) if moved.contains(&s))));
    found.retain(|n| differs(before, after, (*n, &moved)));
    found
}

fn numbers(pdf: &Pdf<'_>, sections: usize) -> BTreeSet<u32> {
    pdf.sections.iter().take(sections).flat_map(|s| s.places.keys().copied()).collect()
}

/// Bytes at one place of the file are the same in both (a length that stands elsewhere is an object of its own); so is what
/// lies in an object stream that stayed.
fn differs(before: &Pdf<'_>, after: &Pdf<'_>, (number, moved): (u32, &BTreeSet<u32>)) -> bool {
    let (old, new) = (before.place(number), after.place(number));
    match (old, new) {
        (Some(Place::In(stream, _)), Some(Place::In(..))) if old == new => moved.contains(&stream),
        _ => old != new,
    }
}

/// `None`: no change, or one that signing makes.
fn judge(permitted: &Permitted<'_, '_>, number: u32) -> Option<String> {
    let Permitted { before, after, .. } = permitted;
    let (old_id, new_id) = (before.id(number), after.id(number));
    let Some(id) = old_id else {
        let filled = new_id.is_some_and(|id| permitted.was_shown(id));
        return filled.then(|| format!("object {number}, which was named and did not exist, was added"));
    };
    if !permitted.was_shown(id) {
        return None;
    }
    let Some(old) = before.whole(id) else {
        return Some(format!("object {number}, which cannot be read, was overwritten"));
    };
    let what = old.object.dict().map_or_else(|| "an object".to_owned(), describe);
    if new_id != old_id {
        return Some(format!("object {number} ({what}) was deleted"));
    }
    let Some(new) = after.whole(id) else {
        return Some(format!("object {number} ({what}) was overwritten with one that cannot be read"));
    };
    (old != new && !permitted.allows(id, &old, &new)).then(|| format!("object {number} ({what}) was overwritten"))
}

fn describe(dict: &Dict) -> String {
    let name = |key| {
        if let Some(Object::Name(n)) = dict.get(key) { Some(String::from_utf8_lossy(n).into_owned()) } else { None }
    };
    name("Type").or_else(|| name("Subtype")).unwrap_or_else(|| "a dictionary".to_owned())
}

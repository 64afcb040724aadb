//! What differs between two revisions of a PDF, each read as a file by itself.
//!
//! Where an object stands says nothing, what it is counts: an object that was moved is the same, and one at the same place in
//! an object stream that was written again may not be. This is no rendering: that nothing changed which a viewer could show
//! is found, not that the pages look the same in every viewer.

use super::Pdf;
use super::kind::{Kind, Named, Parts};
use super::object::{Dict, Object};
use super::permitted::Permitted;
use super::xref::Place;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Most objects that are named.
const NAMED_MAX: usize = 16;

/// What one revision did to what the earlier one showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Changes that adding a signature does not need.
    pub named: Vec<Named>,
    /// Whether anything changed but data for validating signatures.
    pub touched: bool,
}

/// What differs.
pub fn difference(before: &Pdf<'_>, after: &Pdf<'_>) -> Difference {
    let mut found = Difference { named: Vec::new(), touched: false };
    for (key, what) in [("Root", "the catalogue was replaced"), ("Encrypt", "its encryption was changed")] {
        if before.trailer().get(key) != after.trailer().get(key) {
            found.named.push(other(what.to_owned()));
        }
    }
    let permitted = Permitted::new(before, after);
    let parts = OnceCell::new();
    for number in candidates(before, after) {
        if found.named.len() == NAMED_MAX {
            found.named.push(other("and more".to_owned()));
            break;
        }
        match judge((&permitted, &parts), number) {
            Judged::Same => {}
            Judged::Permitted => found.touched = true,
            Judged::Told(named) => found.named.push(named),
        }
    }
    found.touched |= !found.named.is_empty();
    found
}

fn other(text: String) -> Named {
    Named { text, kind: Kind::Other }
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

/// What happened to one object.
enum Judged {
    /// Nothing that shows, or nothing but data for validating signatures.
    Same,
    /// What signing does.
    Permitted,
    /// Something else.
    Told(Named),
}

fn judge((permitted, parts): (&Permitted<'_, '_>, &OnceCell<Parts>), number: u32) -> Judged {
    let Permitted { before, after, .. } = permitted;
    let (old_id, new_id) = (before.id(number), after.id(number));
    let Some(id) = old_id else {
        let filled = new_id.is_some_and(|id| permitted.was_shown(id));
        let text = || format!("object {number}, which was named and did not exist, was added");
        return if filled { Judged::Told(other(text())) } else { Judged::Same };
    };
    if !permitted.was_shown(id) {
        return Judged::Same;
    }
    let Some(old) = before.whole(id) else {
        return Judged::Told(other(format!("object {number}, which cannot be read, was overwritten")));
    };
    let what = old.object.dict().map_or_else(|| "an object".to_owned(), describe);
    let new = after.whole(id).filter(|_| new_id == old_id);
    let done = match &new {
        Some(new) if old == *new || permitted.validates(id, &old, new) => return Judged::Same,
        Some(new) if permitted.allows(id, &old, new) => return Judged::Permitted,
        Some(_) => "overwritten",
        None if new_id == old_id => "overwritten with one that cannot be read",
        None => "deleted",
    };
    let kind = parts.get_or_init(|| Parts::of(before)).kind((id, &old, new.as_ref()), permitted);
    Judged::Told(Named { text: format!("object {number} ({what}) was {done}"), kind })
}

fn describe(dict: &Dict) -> String {
    let name = |key| {
        if let Some(Object::Name(n)) = dict.get(key) { Some(String::from_utf8_lossy(n).into_owned()) } else { None }
    };
    name("Type").or_else(|| name("Subtype")).unwrap_or_else(|| "a dictionary".to_owned())
}

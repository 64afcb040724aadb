//! What a revision changed of what was there before: nothing that is seen, or something.
//!
//! A further signature must touch the catalogue, the form and the page that it is shown on; what else it overwrites is named.
//! This is no rendering: that nothing overwritten was visible is shown, not that the page looks the same in every viewer.

use super::object::{Dict, Id, Object};
use super::xref::{Place, stream_at};
use super::{Pdf, attach};

/// Most objects that are named.
const NAMED_MAX: usize = 16;

/// Keys of the catalogue that a signature, a time-stamp or validation data may change.
const CATALOGUE: [&str; 7] = ["AcroForm", "Perms", "DSS", "Extensions", "Metadata", "Version", "NeedsRendering"];
/// Keys of the form that a signature may change.
const FORM: [&str; 6] = ["Fields", "SigFlags", "DR", "DA", "NeedAppearances", "XFA"];

/// Objects that the sections between two lengths of the file overwrote in a way that a signature does not need.
pub fn overwritten(pdf: &Pdf<'_>, after: usize, until: usize) -> Vec<String> {
    let mut named = Vec::new();
    for (skip, section) in pdf.sections.iter().enumerate() {
        if !(after..until).contains(&section.at) {
            continue;
        }
        for (number, place) in &section.places {
            let Some(before) = pdf.place(*number, skip + 1) else { continue };
            if before == Place::Free || before == *place || named.len() > NAMED_MAX {
                continue;
            }
            named.extend(judge(pdf, *number, skip));
        }
    }
    named.sort_unstable();
    named.dedup();
    named
}

/// `None`: the change is one that signing makes.
fn judge(pdf: &Pdf<'_>, number: u32, skip: usize) -> Option<String> {
    let old = whole(pdf, number, skip + 1);
    let new = whole(pdf, number, skip);
    let (Some((old, old_stream)), Some((new, new_stream))) = (&old, &new) else {
        return (old.is_some() || new.is_some()).then(|| format!("object {number} was deleted"));
    };
    if old == new && old_stream == new_stream {
        return None;
    }
    let kind = old.dict().map_or_else(|| "an object".to_owned(), describe);
    let allowed = match (old, new) {
        (Object::Dict(a), Object::Dict(b)) => {
            old_stream == new_stream && may_change(pdf, (number, skip), a, b) || is_bookkeeping(a)
        }
        (Object::Array(a), Object::Array(b)) => b.starts_with(a) && only_signatures(pdf, skip, b.get(a.len()..)?),
        _ => false,
    };
    (!allowed).then(|| format!("object {number} ({kind}) was overwritten"))
}

/// An object with the bytes of its stream, if it is one.
fn whole<'a>(pdf: &Pdf<'a>, number: u32, skip: usize) -> Option<(Object, Option<&'a [u8]>)> {
    let place = pdf.place(number, skip)?;
    let generation = if let Place::At(_, generation) = place { generation } else { 0 };
    let object = pdf.object(Id { number, generation }, skip)?;
    let stream = if let Place::At(at, _) = place { stream_at(pdf.file, at).map(|(_, data)| data) } else { None };
    Some((object, stream))
}

fn describe(dict: &Dict) -> String {
    let name = |key| {
        if let Some(Object::Name(n)) = dict.get(key) { Some(String::from_utf8_lossy(n).into_owned()) } else { None }
    };
    name("Type").or_else(|| name("Subtype")).unwrap_or_else(|| "a dictionary".to_owned())
}

fn is_bookkeeping(dict: &Dict) -> bool {
    ["XRef", "ObjStm", "Metadata", "DSS"].iter().any(|kind| dict.is("Type", kind))
}

fn may_change(pdf: &Pdf<'_>, (number, skip): (u32, usize), old: &Dict, new: &Dict) -> bool {
    let same_but = |keys: &[&str]| sorted(&old.without(keys)) == sorted(&new.without(keys));
    let named = |key: &str| pdf.trailer().get(key).and_then(Object::reference).is_some_and(|id| id.number == number);
    let form = pdf.root().and_then(|(_, c)| c.get("AcroForm")?.reference()).is_some_and(|id| id.number == number);
    if old.is("Type", "Catalog") {
        same_but(&CATALOGUE)
    } else if old.is("Type", "Page") {
        same_but(&["Annots"]) && annotations(pdf, skip, (old, new))
    } else {
        named("Info") || form && same_but(&FORM) || old.is("FT", "Sig") && new.is("FT", "Sig")
    }
}

fn sorted(dict: &Dict) -> Vec<&(Vec<u8>, Object)> {
    let mut entries: Vec<_> = dict.entries.iter().collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

/// Whether a page's annotations are the old ones and signature fields behind them.
fn annotations(pdf: &Pdf<'_>, skip: usize, (old, new): (&Dict, &Dict)) -> bool {
    let list = |dict: &Dict, skip| -> Option<Vec<Object>> {
        let Some(annots) = dict.get("Annots") else { return Some(Vec::new()) };
        Some(pdf.resolve(annots, skip)?.array()?.to_vec())
    };
    let (Some(a), Some(b)) = (list(old, skip + 1), list(new, skip)) else { return false };
    b.get(a.len()..).is_some_and(|added| b.starts_with(&a) && only_signatures(pdf, skip, added))
}

fn only_signatures(pdf: &Pdf<'_>, skip: usize, added: &[Object]) -> bool {
    added.iter().all(|o| pdf.resolve(o, skip).is_some_and(|o| o.dict().is_some_and(|d| d.is("FT", "Sig"))))
}

/// What one revision is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A receipt of ours was attached, and nothing else done.
    Receipt,
    /// A signature was added; its number in the list of signatures.
    Signature(usize),
    /// Something else was added; nothing that was there was overwritten.
    Addition,
    /// What was there was overwritten.
    Overwritten(Vec<String>),
}

/// What each revision after the first did, given the ends of revisions and where each signature ends.
pub fn changes(pdf: &Pdf<'_>, ends: &[usize], signatures: &[Option<usize>]) -> Vec<Change> {
    let receipts = attach::attached(pdf.file);
    let one = |(n, pair): (usize, &[usize])| {
        let (before, end) = (pair[0], pair[1]);
        let blank =
            |from: usize, to: usize| pdf.file.get(from..to).is_some_and(|b| b.iter().all(u8::is_ascii_whitespace));
        if receipts.iter().any(|r| {
            r.end == end
                && (r.before >= before && blank(before, r.before) || r.before <= before && blank(r.before, before))
        }) {
            return Change::Receipt;
        }
        let named = overwritten(pdf, before, end);
        match signatures.iter().position(|s| *s == Some(n + 1)) {
            _ if !named.is_empty() => Change::Overwritten(named),
            Some(signature) => Change::Signature(signature),
            None => Change::Addition,
        }
    };
    ends.windows(2).enumerate().map(one).collect()
}

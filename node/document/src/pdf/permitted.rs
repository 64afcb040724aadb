//! What a further signature must touch of a PDF (ISO 32000-1, 12.7 and 12.8): the catalogue, the form, the page that it is
//! shown on, the field that was left for it. Everything else that a viewer could show must stay as it was.
//!
//! Where the new signature lies and what it covers is another question: [`super::appearance`] answers it.

use super::geometry::real;
use super::object::{Dict, Id, Object};
use super::page::list;
use super::{Pdf, Whole};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Keys of the catalogue that lead to nothing which is shown: permissions, validation data, metadata, versions.
pub const UNSHOWN: [&str; 5] = ["Perms", "DSS", "Extensions", "Metadata", "Version"];
/// Keys of the catalogue that lead to data for validating signatures, which every certification admits.
const VALIDATING: [&str; 3] = ["DSS", "Extensions", "Version"];
/// Keys of a form that a signature may change; how, `form` says.
pub const FORM: [&str; 4] = ["Fields", "SigFlags", "DR", "DA"];
/// Keys of a signature field that filling it changes.
const FIELD: [&str; 7] = ["V", "AP", "M", "F", "MK", "Lock", "NM"];

/// Two revisions, and what of the first could be seen.
pub struct Permitted<'p, 'a> {
    /// The earlier one.
    pub before: &'p Pdf<'a>,
    /// The later one.
    pub after: &'p Pdf<'a>,
    shown: OnceCell<BTreeSet<Id>>,
}

impl<'p, 'a> Permitted<'p, 'a> {
    /// Of these.
    pub fn new(before: &'p Pdf<'a>, after: &'p Pdf<'a>) -> Self {
        Self { before, after, shown: OnceCell::new() }
    }
    /// Whether the earlier revision's catalogue led to this object, whether or not it was there.
    pub fn was_shown(&self, id: Id) -> bool {
        self.shown.get_or_init(|| shown(self.before)).contains(&id)
    }
    /// Whether signing may make this of it.
    pub fn allows(&self, id: Id, old: &Whole<'_>, new: &Whole<'_>) -> bool {
        if old.stream.is_some() || new.stream.is_some() {
            return false;
        }
        match (&old.object, &new.object) {
            (Object::Dict(a), Object::Dict(b)) => self.dict(id, a, b),
            (Object::Array(a), Object::Array(b)) => self.grew(a, b),
            _ => false,
        }
    }
    /// Whether nothing but data for validating signatures was added.
    pub fn validates(&self, id: Id, old: &Whole<'_>, new: &Whole<'_>) -> bool {
        let is_root = self.before.root().is_some_and(|(root, _)| root == id);
        is_root && old.object.dict().zip(new.object.dict()).is_some_and(|(a, b)| same_but(a, b, &VALIDATING))
    }
    fn dict(&self, id: Id, old: &Dict, new: &Dict) -> bool {
        let root = self.before.root();
        if root.as_ref().is_some_and(|(root, _)| *root == id) {
            return self.catalogue(old, new);
        }
        let form = root.and_then(|(_, c)| c.get("AcroForm")?.reference());
        if form == Some(id) {
            self.form(old, new)
        } else if old.is("Type", "Page") {
            same_but(old, new, &["Annots"]) && self.annotations(old, new)
        } else {
            old.is("FT", "Sig") && old.get("V").is_none() && same_but(old, new, &FIELD) && self.is_signature(new)
        }
    }
    fn catalogue(&self, old: &Dict, new: &Dict) -> bool {
        let keys = [&UNSHOWN[..], &["AcroForm"]].concat();
        let forms = (self.before.dict(old.get("AcroForm")), self.after.dict(new.get("AcroForm")));
        let held = match (old.get("AcroForm"), &forms) {
            (None, (None, None)) => new.get("AcroForm").is_none(),
            (None, (None, Some(b))) => self.form(&Dict::default(), b),
            (Some(_), (Some(a), Some(b))) => a == b || self.form(a, b),
            _ => false,
        };
        held && same_but(old, new, &keys)
    }
    /// Resources and the default appearance of fields may be added, never replaced.
    fn form(&self, old: &Dict, new: &Dict) -> bool {
        let fields = |pdf: &Pdf<'_>, form: &Dict| list(pdf, form.get("Fields"));
        let (Some(a), Some(b)) = (fields(self.before, old), fields(self.after, new)) else { return false };
        let kept =
            ["DR", "DA"].iter().all(|key| old.get(key).is_none_or(|a| new.get(key).is_some_and(|b| holds(b, a))));
        kept && same_but(old, new, &FORM) && self.grew(&a, &b)
    }
    /// Whether a page's annotations are the old ones and signature fields behind them.
    fn annotations(&self, old: &Dict, new: &Dict) -> bool {
        let (a, b) = (list(self.before, old.get("Annots")), list(self.after, new.get("Annots")));
        a.zip(b).is_some_and(|(a, b)| self.grew(&a, &b))
    }
    /// Whether nothing but signature fields came behind what was there.
    pub fn grew(&self, old: &[Object], new: &[Object]) -> bool {
        let is_field = |o: &Object| match o {
            Object::Ref(id) => self.after.whole(*id).is_some_and(|w| w.stream.is_none() && self.is_field(&w.object)),
            direct => self.is_field(direct),
        };
        new.starts_with(old) && new.get(old.len()..).is_some_and(|added| added.iter().all(is_field))
    }
    /// A field that is signed, or one that shows nothing.
    fn is_field(&self, object: &Object) -> bool {
        object.dict().is_some_and(|d| {
            let plain = d.get("Subtype").is_none() || d.is("Subtype", "Widget");
            let empty =
                d.get("V").is_none() && d.get("AP").is_none() && d.get("MK").is_none() && d.get("Kids").is_none();
            d.is("FT", "Sig") && plain && (empty || self.is_signature(d))
        })
    }
    fn is_signature(&self, field: &Dict) -> bool {
        self.after.dict(field.get("V")).is_some_and(|v| v.get("ByteRange").is_some())
    }
}

/// Whether two dictionaries differ in nothing but these keys.
pub fn same_but(old: &Dict, new: &Dict, keys: &[&str]) -> bool {
    alike_dicts(&old.without(keys), &new.without(keys))
}

fn alike_dicts(a: &Dict, b: &Dict) -> bool {
    let own = |key: &[u8]| b.entries.iter().find(|(k, _)| k == key).map(|(_, value)| value);
    a.entries.len() == b.entries.len() && a.entries.iter().all(|(key, a)| own(key).is_some_and(|b| alike(a, b)))
}

/// Whether two objects mean the same: programs that write one again order its keys and spell its numbers in their own way.
pub fn alike(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Dict(a), Object::Dict(b)) => alike_dicts(a, b),
        (Object::Array(a), Object::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        _ => a == b || real(a).zip(real(b)).is_some_and(|(a, b)| a == b),
    }
}

/// Whether all of `less` is in `more` as it was.
fn holds(more: &Object, less: &Object) -> bool {
    match (more, less) {
        (Object::Dict(more), Object::Dict(less)) => less
            .entries
            .iter()
            .all(|(key, value)| more.entries.iter().find(|(k, _)| k == key).is_some_and(|(_, v)| holds(v, value))),
        _ => more == less,
    }
}

/// Everything that the catalogue leads to, but for what is never shown.
fn shown(pdf: &Pdf<'_>) -> BTreeSet<Id> {
    let mut found = BTreeSet::new();
    let Some((root, catalogue)) = pdf.root() else { return found };
    found.insert(root);
    let mut next = Vec::new();
    Object::Dict(catalogue.without(&UNSHOWN)).references(&mut next);
    while let Some(id) = next.pop() {
        if found.insert(id)
            && let Some(object) = pdf.object(id)
        {
            object.references(&mut next);
        }
    }
    found
}

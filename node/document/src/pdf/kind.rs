//! Which kind a change is, as certifications tell changes apart (ISO 32000-2, 12.8.2.2.2).

use super::fields::fields;
use super::object::{Dict, Id, Object};
use super::page::{list, pages};
use super::permitted::{FORM, Permitted, UNSHOWN, same_but};
use super::{Pdf, Whole};
use std::collections::BTreeSet;

/// Keys of a field that filling it in changes.
const FILLED: [&str; 6] = ["V", "AP", "AS", "M", "RV", "I"];
/// Keys of a form that filling its fields in changes.
const REFILLED: [&str; 2] = ["NeedAppearances", "XFA"];

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Fills in a field that was there.
    Filling,
    /// Makes, changes or deletes an annotation.
    Annotation,
    /// Anything else.
    Other,
}

/// A change, in words, and its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What was done.
    pub text: String,
    /// Its kind.
    pub kind: Kind,
}

/// Objects of a revision that only fields, or only annotations, consist of.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    fields: BTreeSet<Id>,
    values: BTreeSet<Id>,
    annotations: BTreeSet<Id>,
}

impl Parts {
    /// Of a revision.
    pub fn of(pdf: &Pdf<'_>) -> Self {
        let mut found = Self::default();
        for field in fields(pdf).into_iter().filter(|f| !f.dict.is("FT", "Sig")) {
            found.fields.extend(field.id);
            found.values.extend(field.dict.get("V").and_then(Object::reference));
            found.values.extend(looks(pdf, &field.dict));
        }
        for page in pages(pdf) {
            found.annotations.extend(page.dict.get("Annots").and_then(Object::reference));
            for item in list(pdf, page.dict.get("Annots")).unwrap_or_default() {
                let Some(dict) = pdf.dict(Some(&item)).filter(|d| !d.is("Subtype", "Widget")) else { continue };
                found.annotations.extend(item.reference());
                found.annotations.extend(looks(pdf, &dict));
            }
        }
        found
    }
    /// The kind of what happened to an object.
    pub fn kind(&self, (id, old, new): (Id, &Whole<'_>, Option<&Whole<'_>>), between: &Permitted<'_, '_>) -> Kind {
        let both = old.object.dict().zip(new.and_then(|n| n.object.dict()));
        let fills = self.values.contains(&id)
            || both.is_some_and(|(a, b)| {
                self.fields.contains(&id) && same_but(a, b, &FILLED) || refills(between, id, (a, b))
            });
        if fills {
            return Kind::Filling;
        }
        let on_page = both.is_some_and(|(a, b)| a.is("Type", "Page") && same_but(a, b, &["Annots"]));
        if on_page || self.annotations.contains(&id) { Kind::Annotation } else { Kind::Other }
    }
}

/// What an annotation looks like: its forms, and those for its states.
fn looks(pdf: &Pdf<'_>, annotation: &Dict) -> Vec<Id> {
    let mut found = Vec::new();
    for (_, look) in pdf.dict(annotation.get("AP")).unwrap_or_default().entries {
        match look.reference().and_then(|id| pdf.whole(id)) {
            Some(whole) if whole.stream.is_none() => whole.object.references(&mut found),
            _ => look.references(&mut found),
        }
    }
    found
}

/// Whether the form, by itself or in the catalogue, changed as filling in its fields does.
fn refills(between: &Permitted<'_, '_>, id: Id, (old, new): (&Dict, &Dict)) -> bool {
    let Some((root, catalogue)) = between.before.root() else { return false };
    let form = |a: &Dict, b: &Dict| {
        let fields = list(between.before, a.get("Fields")).zip(list(between.after, b.get("Fields")));
        same_but(a, b, &[&FORM[..], &REFILLED].concat()) && fields.is_some_and(|(a, b)| between.grew(&a, &b))
    };
    if catalogue.get("AcroForm").and_then(Object::reference) == Some(id) {
        return form(old, new);
    }
    let inside = old.get("AcroForm").and_then(Object::dict).zip(new.get("AcroForm").and_then(Object::dict));
    root == id && same_but(old, new, &[&UNSHOWN[..], &["AcroForm"]].concat()) && inside.is_some_and(|(a, b)| form(a, b))
}

//! What later revisions made visible on the pages that somebody had signed: the looks of the signatures that came after.
//!
//! A signature may show what its maker likes within the rectangle of its field, so it may show another price above the price.
//! What a field may honestly cover:
//!
//! | rectangle | may lie |
//! |---|---|
//! | of a field that was on the page, empty, when it was first signed | where it was, up to a tenth of the page |
//! | of a field that came later | where the page shows nothing, up to a tenth of the page |
//!
//! Whatever covers more is told, and the page that was signed is to be looked at without it. What covers less is named.

use super::content::draws;
use super::fields::full_name;
use super::fixed::Fixed;
use super::geometry::{Rect, numbers, rect};
use super::object::{Dict, Object};
use super::page::{Page, list, pages};
use super::{Pdf, Whole};

/// Most of a page that one appearance covers honestly: a tenth. Seals of companies and blocks of text need less.
const SHARE: Fixed = Fixed::ratio(1, 10);
/// What makes an annotation look like it does.
const LOOK: [&str; 6] = ["Rect", "AP", "AS", "F", "MK", "V"];
/// Flags of annotations (ISO 32000-1, 12.5.3).
const HIDDEN: usize = 1 << 1;
const NO_ZOOM_OR_ROTATE: usize = 1 << 3 | 1 << 4;
/// Annotations that draw nothing on the page.
const UNDRAWN: [&str; 2] = ["Link", "Popup"];

/// Something that was not to be seen before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// Name of its field.
    pub field: String,
    /// The page, from 1.
    pub page: usize,
    /// Where; `None`: it cannot be read.
    pub rect: Option<Rect>,
    /// Why it may hide what was there.
    pub hides: Option<&'static str>,
}

impl std::fmt::Display for Appearance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named = if self.field.is_empty() { "an annotation".to_owned() } else { format!("field `{}`", self.field) };
        write!(f, "{named} on page {}", self.page)?;
        if let Some(rect) = self.rect {
            write!(f, " at {rect}")?;
        }
        self.hides.map_or(Ok(()), |why| write!(f, " ({why})"))
    }
}

/// What one revision shows that an earlier one did not.
pub fn since(before: &Pdf<'_>, after: &Pdf<'_>) -> Vec<Appearance> {
    pages(before).iter().flat_map(|page| Comparison { before, after, page }.appearances()).collect()
}

/// A page in two revisions, as it was in the first.
struct Comparison<'p, 'a> {
    before: &'p Pdf<'a>,
    after: &'p Pdf<'a>,
    page: &'p Page,
}

impl Comparison<'_, '_> {
    fn appearances(&self) -> Vec<Appearance> {
        let now = self.after.dict(Some(&Object::Ref(self.page.id))).unwrap_or_default();
        let old = list(self.before, self.page.dict.get("Annots")).unwrap_or_default();
        let new = list(self.after, now.get("Annots")).unwrap_or_default();
        let mut below: Vec<Dict> = Vec::new();
        let mut found = Vec::new();
        for (n, item) in new.iter().enumerate() {
            let Some(dict) = self.after.dict(Some(item)) else { continue };
            let was = old.get(n).filter(|o| *o == item).and_then(|o| self.before.dict(Some(o)));
            found.extend(self.judge((was.as_ref(), &dict), &below));
            below.push(dict);
        }
        found
    }
    /// `None`: it looks as before, or like nothing.
    fn judge(&self, (was, is): (Option<&Dict>, &Dict), below: &[Dict]) -> Option<Appearance> {
        let look = |d: &Dict| LOOK.map(|key| d.get(key).cloned());
        let is_empty = ["V", "AP", "MK", "A", "AA"].iter().all(|key| is.get(key).is_none());
        // What else becomes of what was there than that an empty field is signed is told as a change.
        let is_told = was.is_some_and(|was| look(was) == look(is) || !was.is("FT", "Sig") || was.get("V").is_some());
        if is_empty || is_told {
            return None;
        }
        let place = rect(self.after, is.get("Rect"));
        let acts = was.is_none() && (is.get("A").is_some() || is.get("AA").is_some());
        let hides = match place {
            _ if acts => Some("it carries an action, which may show or hide more"),
            None => Some("its rectangle cannot be read"),
            Some(_) if is_unseen(self.after, is) => return None,
            Some(place) => self.hides((was.is_some(), is), place, below),
        };
        Some(Appearance { field: full_name(self.after, is), page: self.page.number, rect: place, hides })
    }
    fn hides(&self, (reserved, is): (bool, &Dict), place: Rect, below: &[Dict]) -> Option<&'static str> {
        let page = ["CropBox", "MediaBox"].iter().find_map(|key| rect(self.before, self.page.dict.get(key)));
        if flags(self.after, is) & NO_ZOOM_OR_ROTATE != 0 {
            return Some("it grows or turns against the page");
        }
        if !is_bounded(self.after, is) {
            return Some("its appearance has no bounds");
        }
        if page.is_none_or(|page| place.exceeds(SHARE, &page)) {
            return Some("it covers more than a tenth of the page");
        }
        if reserved {
            return None;
        }
        let covers = |d: &&Dict| rect(self.after, d.get("Rect")).is_none_or(|r| r.meets(&place));
        let is_drawn = |d: &&Dict| !is_unseen(self.after, d) && !UNDRAWN.iter().any(|kind| d.is("Subtype", kind));
        if below.iter().filter(is_drawn).any(|d| covers(&d)) {
            return Some("it lies over another field or note");
        }
        match draws(self.before, self.page, place) {
            Some(false) => None,
            Some(true) => Some("it lies over what the page shows there, or nearly"),
            None => Some("what the page shows there cannot be told"),
        }
    }
}

fn flags(pdf: &Pdf<'_>, annotation: &Dict) -> usize {
    annotation.get("F").map_or(0, |f| pdf.resolve(f).and_then(|f| f.number()).unwrap_or(usize::MAX & !HIDDEN))
}

/// Hidden, or without an area.
fn is_unseen(pdf: &Pdf<'_>, annotation: &Dict) -> bool {
    let is_nothing = rect(pdf, annotation.get("Rect")).is_some_and(|r| r.is_flat());
    is_nothing || flags(pdf, annotation) & HIDDEN != 0
}

/// Whether each appearance is a form that viewers cut to its bounds: where there are none, some let it reach further.
fn is_bounded(pdf: &Pdf<'_>, annotation: &Dict) -> bool {
    let Some(looks) = annotation.get("AP") else { return true };
    let is_form = |look: &Object| {
        let whole = look.reference().and_then(|id| pdf.whole(id));
        whole.as_ref().and_then(form).is_some_and(|form| {
            let area = numbers(pdf, form.get("BBox")).map(Rect::of).is_some_and(|r| !r.is_flat());
            let matrix = form.get("Matrix").is_none_or(|m| is_regular(pdf, m));
            area && matrix
        })
    };
    pdf.dict(Some(looks)).is_some_and(|looks| looks.entries.iter().all(|(_, look)| is_form(look)))
}

fn form<'w>(whole: &'w Whole<'_>) -> Option<&'w Dict> {
    whole.stream?;
    whole.object.dict()
}

fn is_regular(pdf: &Pdf<'_>, matrix: &Object) -> bool {
    let all: Option<[Fixed; 6]> = numbers(pdf, Some(matrix));
    all.is_some_and(|[a, b, c, d, ..]| (a * d - b * c).abs() > Fixed::ZERO)
}

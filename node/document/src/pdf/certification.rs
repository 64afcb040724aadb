//! What signers did not want to be changed after them, and whether it was (ISO 32000-2, 12.8.2.2 and 12.8.2.4).
//!
//! | rule | forbids |
//! |---|---|
//! | DocMDP 1 | everything but data for validating signatures, and time-stamps that show nothing |
//! | DocMDP 2 | everything but that, filling in fields that are there, and signing |
//! | DocMDP 3 | everything but that, and annotations |
//! | `FieldMDP`, `Lock` | changes of fields that it names |
//!
//! Pages made from templates, which the standard admits from 2 on, are told like other pages that come later.
//! Receipts that this program attaches are no matter here: it attaches none where the catalogue says that the file is certified.

use super::appearance::since;
use super::changes::Change;
use super::fields::{Both, by_name, fields, readable};
use super::kind::Kind;
use super::object::{Dict, Object};
use super::page::list;
use super::signature::{Found, Signature};
use super::{Pdf, Unreadable, effort::Effort};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Least that is admitted, for rules that cannot be read.
const STRICTEST: u8 = 1;
/// What is admitted where a rule does not say.
const USUAL: u8 = 2;

/// What one signer laid down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// What the document may still become: 1, 2 or 3.
    pub level: Option<u8>,
    /// Fields that are to stay as they are.
    pub locks: Vec<Lock>,
}

/// Some fields, by their full names; those below them are meant too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// Every one.
    All,
    /// These.
    Include(Vec<String>),
    /// Every other one.
    Exclude(Vec<String>),
}

impl Lock {
    /// As a dictionary says; `None` if it says nothing about fields.
    fn of(pdf: &Pdf<'_>, dict: &Dict) -> Option<Self> {
        let names = || {
            let listed = list(pdf, dict.get("Fields")).unwrap_or_default();
            listed.iter().filter_map(|name| Some(readable(pdf.resolve(name)?.text()?))).collect()
        };
        let Object::Name(action) = pdf.resolve(dict.get("Action")?)? else { return None };
        match action.as_slice() {
            b"Include" => Some(Self::Include(names())),
            b"Exclude" => Some(Self::Exclude(names())),
            _ => Some(Self::All),
        }
    }
    fn holds(&self, field: &str) -> bool {
        let is_named = |names: &[String]| {
            names.iter().any(|n| field.strip_prefix(n.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('.')))
        };
        match self {
            Self::All => true,
            Self::Include(names) => is_named(names),
            Self::Exclude(names) => !is_named(names),
        }
    }
}

/// What a signature lays down, in the revision that it covers.
pub fn rules(pdf: &Pdf<'_>, signature: &Found) -> Rules {
    let mut rules = Rules::default();
    for item in list(pdf, signature.reference.as_ref()).unwrap_or_default() {
        let Some(dict) = pdf.dict(Some(&item)) else { continue };
        let parameters = pdf.dict(dict.get("TransformParams")).unwrap_or_default();
        if dict.is("TransformMethod", "DocMDP") {
            rules.restrict(level(pdf, &parameters).unwrap_or(USUAL));
        } else if dict.is("TransformMethod", "FieldMDP") {
            rules.locks.extend(Lock::of(pdf, &parameters));
        }
    }
    let range =
        Object::Array(signature.range.iter().filter_map(|n| Some(Object::Integer((*n).try_into().ok()?))).collect());
    let is_own = |dict: &Dict| pdf.dict(dict.get("V")).is_some_and(|v| v.get("ByteRange") == Some(&range));
    for field in fields(pdf).iter().filter(|f| is_own(&f.dict)) {
        let Some(lock) = pdf.dict(field.dict.get("Lock")) else { continue };
        rules.locks.extend(Lock::of(pdf, &lock).filter(|lock| !rules.locks.contains(lock)));
        if let Some(level) = level(pdf, &lock) {
            rules.restrict(level);
        }
    }
    rules
}

/// `P`, if it is there.
fn level(pdf: &Pdf<'_>, dict: &Dict) -> Option<u8> {
    let said = pdf.resolve(dict.get("P")?).and_then(|p| u8::try_from(p.number()?).ok());
    Some(said.filter(|level| (1..=3).contains(level)).unwrap_or(STRICTEST))
}

impl Rules {
    fn restrict(&mut self, level: u8) {
        self.level = Some(self.level.map_or(level, |own| own.min(level)));
    }
    /// Whether it lays down anything.
    pub fn is_empty(&self) -> bool {
        self.level.is_none() && self.locks.is_empty()
    }
}

/// Whether a certification of this level admits a change of this kind.
pub fn admits(level: u8, kind: Kind) -> bool {
    match kind {
        Kind::Filling => level >= 2,
        Kind::Annotation => level >= 3,
        Kind::Other => false,
    }
}

/// A document with its history.
pub struct History<'h> {
    /// All of it.
    pub file: &'h [u8],
    /// Where its states end, the oldest first.
    pub states: &'h [usize],
    /// What each did to the one before.
    pub changes: &'h [Change],
    /// Its signatures.
    pub signatures: &'h [Signature],
    /// Work that may be done.
    pub effort: &'h Rc<Effort>,
}

impl<'h> History<'h> {
    /// One state of it.
    pub fn open(&self, state: usize) -> Result<Pdf<'h>, Unreadable> {
        let prefix = self.states.get(state).and_then(|end| self.file.get(..*end));
        Pdf::open_within(prefix.ok_or(Unreadable::Broken)?, self.effort)
    }
    /// What was done after a state although it was forbidden then, in words; `None`: it cannot be told.
    pub fn violations(&self, from: usize, rules: &Rules) -> Option<Vec<String>> {
        let (mut found, mut told) = (Vec::new(), BTreeSet::new());
        let signed = self.open(from).ok()?;
        for (n, change) in self.changes.iter().enumerate().skip(from).filter(|(_, c)| **c != Change::Receipt) {
            let at = format!("revision {}", n + 2);
            if let Some(level) = rules.level {
                found.extend(self.forbidden(n, change, level)?.into_iter().map(|what| format!("{what} ({at})")));
            }
            if !rules.locks.is_empty() {
                let changed = changed(&signed, &self.open(n + 1).ok()?, &rules.locks);
                let new = changed.into_iter().filter(|field| told.insert(field.clone()));
                found.extend(new.map(|field| format!("the locked field `{field}` was changed ({at})")));
            }
        }
        Some(found)
    }
    /// What of one change a certification forbids.
    fn forbidden(&self, n: usize, change: &Change, level: u8) -> Option<Vec<String>> {
        Some(match change {
            Change::Overwritten(named) => {
                named.iter().filter(|named| !admits(level, named.kind)).map(|named| named.text.clone()).collect()
            }
            Change::Addition if level == STRICTEST => vec!["something was added".to_owned()],
            Change::Signature(s) if level == STRICTEST && !self.is_mere_stamp(n, *s)? => {
                vec![format!("signature {} was added", s + 1)]
            }
            _ => Vec::new(),
        })
    }
    /// Whether nothing but a time-stamp came that shows nothing.
    fn is_mere_stamp(&self, n: usize, signature: usize) -> Option<bool> {
        if !self.signatures.get(signature)?.is_time_stamp {
            return Some(false);
        }
        let (before, after) = (self.open(n).ok()?, self.open(n + 1).ok()?);
        let added = fields(&after).len().checked_sub(fields(&before).len());
        Some(added.is_some_and(|n| n <= 1) && since(&before, &after).is_empty())
    }
}

/// Locked fields that are no longer what they were.
fn changed(signed: &Pdf<'_>, later: &Pdf<'_>, locks: &[Lock]) -> Vec<String> {
    let new = by_name(later);
    let same = |old: &[Dict], new: &[Dict]| Both::new(signed, later).same(old, new);
    let is_locked = |name: &str| locks.iter().any(|lock| lock.holds(name));
    let old = by_name(signed).into_iter().filter(|(name, _)| is_locked(name));
    old.filter(|(name, old)| !new.get(name).is_some_and(|new| same(old, new))).map(|(name, _)| name).collect()
}

//! A signature's description, `Signature.xml` (GB/T 33190-2016, 18.2): which files it covers, where its value and its seal lie.
//!
//! Every file that it names is digested again. Where a stamp appears on a page is not looked at.

use super::path::{folder, join};
use super::xml::{Element, elements};
use crate::zip::Zip;
use proto::TimeMs;
use std::collections::{BTreeMap, BTreeSet};
use timestamp::{Hash, instant, pem};

/// A description with the files that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Where it lies in the package.
    pub path: String,
    /// Its bytes: what is signed.
    pub xml: Vec<u8>,
    parts: Vec<Element>,
}

/// Digests of the files of a package, by file and method; `None` where there is none. However many signatures cover a file, it
/// is read once.
#[derive(Debug, Default)]
pub struct Digests(BTreeMap<(String, &'static str), Option<Vec<u8>>>);

impl Digests {
    fn of(&mut self, zip: &Zip<'_>, (name, hash): (&str, Hash)) -> Option<&[u8]> {
        let read = || Some(hash.digest(&[&zip.read(name)?]));
        self.0.entry((name.to_owned(), hash.as_str())).or_insert_with(read).as_deref()
    }
}

/// What became of the files that a signature covers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// Whose digest holds.
    pub whole: BTreeSet<String>,
    /// Whose digest does not hold, or that are missing.
    pub altered: BTreeSet<String>,
    /// That are longer than is read.
    pub unread: BTreeSet<String>,
    /// The way of digesting, if it is not known here or proves nothing: then no file is in any list.
    pub unknown_method: Option<String>,
}

impl Description {
    /// Reads the one at `path`; `None` if there is none.
    pub fn read(zip: &Zip<'_>, path: &str) -> Option<Self> {
        let xml = zip.read(path)?;
        let parts = elements(&xml).filter(|parts| parts.first().is_some_and(|e| e.name == "Signature"))?;
        Some(Self { path: path.to_owned(), xml, parts })
    }
    fn text(&self, name: &str) -> Option<&str> {
        Some(self.parts.iter().find(|e| e.name == name)?.text.trim())
    }
    /// The method that it names, for people: what counts is what the signature itself says.
    pub fn method(&self) -> &str {
        self.text("SignatureMethod").unwrap_or_default()
    }
    /// Where the signature itself lies.
    pub fn value(&self) -> Option<String> {
        self.text("SignedValue").map(|path| join(folder(&self.path), path))
    }
    /// Where the seal lies, if it names one.
    pub fn seal(&self) -> Option<String> {
        let inside = self.parts.iter().skip_while(|e| e.name != "Seal");
        let place = inside.skip(1).find(|e| e.name == "BaseLoc")?;
        Some(join(folder(&self.path), &place.text))
    }
    /// The time that the signer claims: `2026-11-22 07:00:00` and its kin; the zone is the signer's own affair.
    pub fn claimed_time(&self) -> Option<TimeMs> {
        loose_time(self.text("SignatureDateTime")?)
    }
    /// Digests every file that it names.
    pub fn covered(&self, zip: &Zip<'_>, digests: &mut Digests) -> Covered {
        let method = self.parts.iter().find(|e| e.name == "References").and_then(|e| e.attributes.get("CheckMethod"));
        let hash = match method.map(String::as_str) {
            Some("1.2.156.10197.1.401" | "SM3" | "sm3") => Hash::Sm3,
            Some("2.16.840.1.101.3.4.2.1" | "SHA256" | "SHA-256" | "sha256") => Hash::Sha256,
            other => {
                let other = other.unwrap_or("a method that it does not name").to_owned();
                return Covered { unknown_method: Some(other), ..Covered::default() };
            }
        };
        let mut found = Covered::default();
        for (at, e) in self.parts.iter().enumerate().filter(|(_, e)| e.name == "Reference") {
            let name = join(folder(&self.path), e.attributes.get("FileRef").map_or("", String::as_str));
            let wanted = self.parts.get(at + 1).filter(|v| v.name == "CheckValue").and_then(|v| base64(&v.text));
            let digest = digests.of(zip, (&name, hash));
            let holds = wanted.is_some() && digest == wanted.as_deref();
            let is_open = digest.is_none() && zip.is_too_long(&name);
            let list = if holds { &mut found.whole } else { &mut found.altered };
            if is_open { &mut found.unread } else { list }.insert(name);
        }
        // One digest of two that holds says that somebody saw another file.
        found.whole.retain(|name| !found.altered.contains(name));
        found
    }
}

/// Fourteen digits of a time, whatever stands between them.
pub fn loose_time(text: &str) -> Option<TimeMs> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
    instant::generalized(&format!("{digits}Z"))
}

fn base64(text: &str) -> Option<Vec<u8>> {
    pem::decode(&text.split_ascii_whitespace().collect::<String>())
}

//! The lists of signatures of a package, `Signatures.xml` (GB/T 33190-2016, 18.1), each named by a document of `OFD.xml`.
//!
//! What is missing, or listed in a way that readers may take differently, is told and never passed over.

use super::path::{folder, join};
use super::xml::{Element, elements};
use crate::zip::Zip;
use std::collections::BTreeSet;

/// Most signatures that are looked at.
const SIGNATURES_MAX: usize = 64;
/// Most lists of them that are read.
const LISTS_MAX: usize = 64;

/// All that is listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// Where the lists themselves lie.
    pub own: BTreeSet<String>,
    /// Where each signature's description lies, in order, none twice.
    pub paths: Vec<String>,
    /// What is wrong with the lists, in sentences.
    pub remarks: Vec<String>,
}

impl List {
    /// Reads the lists that the elements of `OFD.xml` name.
    pub fn read(zip: &Zip<'_>, root: &[Element]) -> Self {
        let mut found = Self::default();
        for named in root.iter().filter(|e| e.name == "Signatures") {
            let at = join("", &named.text);
            if found.own.len() == LISTS_MAX && !found.own.contains(&at) {
                found
                    .remarks
                    .push(format!("there are more than {LISTS_MAX} lists of signatures: the others were not read"));
                break;
            }
            if found.own.insert(at.clone()) {
                found.add(zip, &at);
            }
        }
        found
    }
    fn add(&mut self, zip: &Zip<'_>, at: &str) {
        let read = zip.read(at).and_then(|xml| elements(&xml));
        let Some(entries) = read.filter(|entries| entries.first().is_some_and(|e| e.name == "Signatures")) else {
            self.remarks.push(format!("the list of signatures {at} is missing or cannot be read"));
            return;
        };
        for entry in entries.iter().filter(|e| e.name == "Signature") {
            let path = join(folder(at), entry.attributes.get("BaseLoc").map_or("", String::as_str));
            if self.paths.len() == SIGNATURES_MAX {
                self.remarks
                    .push(format!("there are more than {SIGNATURES_MAX} signatures: the others were not looked at"));
                return;
            }
            if self.paths.contains(&path) {
                self.remarks.push(format!("{path} is listed twice"));
            } else {
                self.paths.push(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_are_not_read_are_told() {
        // The end record of an archive without entries: no list is in it, and each says so.
        let empty = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
        let zip = Zip::open(&empty).unwrap();
        let root = |count: usize| -> Vec<Element> {
            let named =
                |n: usize| Element { name: "Signatures".into(), text: format!("{n}.xml"), ..Element::default() };
            (0..count).chain(0..count).map(named).collect()
        };
        assert_eq!(List::read(&zip, &root(LISTS_MAX)).remarks.len(), LISTS_MAX);
        let remarks = List::read(&zip, &root(LISTS_MAX + 1)).remarks;
        assert!(remarks.len() == LISTS_MAX + 1 && remarks[LISTS_MAX].contains("were not read"), "{remarks:?}");
    }
}

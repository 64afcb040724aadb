//! The lists of signatures of a package, `Signatures.xml` (GB/T 33190-2016, 18.1), each named by a document of `OFD.xml`.
//!
//! What is missing, or listed in a way that readers may take differently, is told and never passed over.

use super::path::{folder, join};
use super::xml::{Element, elements};
use crate::zip::Zip;
use std::collections::BTreeSet;

/// Most signatures that are looked at.
const SIGNATURES_MAX: usize = 64;

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
            if !found.own.contains(&at) && found.own.len() < SIGNATURES_MAX {
                found.add(zip, &at);
            }
            found.own.insert(at);
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

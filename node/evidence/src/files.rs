//! The files of a package by their path below its folder.

use crate::bag;
use crate::zip::{self, ZipFault};
use std::collections::BTreeMap;

/// Path below the folder, content. Sorted by path, as the zip is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    /// One file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }
    /// Puts a file in, or another content.
    pub fn put(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), bytes.into());
    }
    /// Makes the bag of these files anew, and the zip around it.
    pub fn package(mut self, folder: &str) -> Vec<u8> {
        bag::wrap(&mut self, folder);
        self.zip(folder)
    }
    /// The zip of the files as they are.
    pub fn zip(self, folder: &str) -> Vec<u8> {
        let entries: Vec<_> = self.0.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)).collect();
        zip::write(&entries)
    }
    /// Opens a zip: the folder and the files in it.
    pub fn open(bytes: &[u8]) -> Result<(String, Self), ZipFault> {
        let entries = zip::read(bytes)?;
        let first = entries.first().and_then(|(name, _)| name.split_once('/')).ok_or(ZipFault::Name(0))?;
        let folder = first.0.to_owned();
        let mut files = Self::default();
        for (i, (name, bytes)) in entries.into_iter().enumerate() {
            let path = name.strip_prefix(&folder).and_then(|p| p.strip_prefix('/')).ok_or(ZipFault::Name(i))?;
            files.put(path, bytes);
        }
        Ok((folder, files))
    }
}

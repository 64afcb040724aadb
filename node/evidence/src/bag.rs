//! The bag around the files (BagIt 1.0, RFC 8493): checksums in SHA-256 and SM3 of everything, so that archives' tools
//! find damage. It proves nothing: whoever changes a file can write a new bag. The other checks are for that.
//!
//! There is exactly one bag for a set of files, so checking is making it again.

use crate::files::Files;
use proto::Digest;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The two manifests of tag files: they cover all but one another.
const OVER_TAGS: [&str; 2] = ["tagmanifest-sha256.txt", "tagmanifest-sm3.txt"];

/// One of the checksums of a bag.
#[derive(Clone, Copy)]
enum Algorithm {
    Sha256,
    Sm3,
}

impl Algorithm {
    fn digest(self, bytes: &[u8]) -> Digest {
        match self {
            Self::Sha256 => Digest::sha256(&[bytes]),
            Self::Sm3 => Digest::sm3(bytes),
        }
    }
}

/// Adds the six files of the bag to those that are there.
pub(crate) fn wrap(files: &mut Files, folder: &str) {
    for (name, bytes) in payload_side(files, folder) {
        files.0.insert(name.to_owned(), bytes);
    }
    for (name, algorithm) in [(OVER_TAGS[0], Algorithm::Sha256), (OVER_TAGS[1], Algorithm::Sm3)] {
        let bytes = manifest(files, algorithm, is_covered_tag);
        files.0.insert(name.to_owned(), bytes);
    }
}

/// The first file of the bag that is not what it must be.
pub(crate) fn fault(files: &Files, folder: &str) -> Option<String> {
    let mut expected = payload_side(files, folder);
    expected.insert(OVER_TAGS[0], manifest(files, Algorithm::Sha256, is_covered_tag));
    expected.insert(OVER_TAGS[1], manifest(files, Algorithm::Sm3, is_covered_tag));
    let wrong = expected.iter().find(|(name, bytes)| files.get(name) != Some(bytes.as_slice()));
    wrong.map(|(name, bytes)| difference(name, bytes, files.get(name)))
}

fn payload_side(files: &Files, folder: &str) -> BTreeMap<&'static str, Vec<u8>> {
    let payload = || files.0.iter().filter(|(name, _)| is_payload(name));
    let size: usize = payload().map(|(_, bytes)| bytes.len()).sum();
    let info = format!(
        "Bag-Software-Agent: chirograph evidence 1\nExternal-Identifier: {folder}\nPayload-Oxum: {size}.{}\n",
        payload().count()
    );
    BTreeMap::from([
        ("bagit.txt", DECLARATION.into()),
        ("bag-info.txt", info.into_bytes()),
        ("manifest-sha256.txt", manifest(files, Algorithm::Sha256, is_payload)),
        ("manifest-sm3.txt", manifest(files, Algorithm::Sm3, is_payload)),
    ])
}

fn manifest(files: &Files, algorithm: Algorithm, covers: fn(&str) -> bool) -> Vec<u8> {
    let mut out = String::new();
    for (name, bytes) in files.0.iter().filter(|(name, _)| covers(name)) {
        writeln!(out, "{}  {name}", algorithm.digest(bytes)).expect("a string takes everything");
    }
    out.into_bytes()
}

fn is_payload(name: &str) -> bool {
    name.starts_with("data/")
}

fn is_covered_tag(name: &str) -> bool {
    !is_payload(name) && !OVER_TAGS.contains(&name)
}

/// Names the file behind a manifest that differs: that is what a person wants to know.
fn difference(name: &str, expected: &[u8], found: Option<&[u8]>) -> String {
    let Some(found) = found else { return format!("{name} is missing") };
    let (expected, found) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let line = expected.lines().find(|line| !found.lines().any(|l| l == *line));
    match line.and_then(|line| line.split_once("  ")) {
        Some((_, file)) => format!("{file} is not what {name} says: it was changed or added"),
        None => format!("{name} is not what the files give: something was changed or taken away"),
    }
}

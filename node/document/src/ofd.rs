//! Signatures of an OFD (GB/T 33190-2016, section 18): which files each covers and whether their digests hold.
//!
//! A signed value in CMS (GB/T 35275) is verified; an electronic seal (GB/T 38540) is not: its outcome is indeterminate, and
//! its digests are checked all the same.

use crate::pdf::signature::{Signature, cms, nothing};
use crate::trust::Roots;
use crate::zip::Zip;
use proto::Outcome;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};
use timestamp::{Hash, instant, pem};

/// Longest file that is read.
pub const OFD_BYTES_MAX: usize = 512 << 20;
/// Most elements of one XML file.
const ELEMENTS_MAX: usize = 100_000;
/// Most signatures that are looked at.
const SIGNATURES_MAX: usize = 256;

/// An OFD as far as signatures go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ofd {
    /// All signatures, in the order of the list.
    pub signatures: Vec<OfdSignature>,
}

/// A signature with what it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfdSignature {
    /// What can be said of it.
    pub signature: Signature,
    /// Files whose digests hold.
    pub covered: usize,
    /// Files whose digests do not hold, or that are missing.
    pub altered: Vec<String>,
    /// Files of the package that it does not cover, those of signatures left out.
    pub uncovered: Vec<String>,
}

/// Reads the package and its signatures; `None` if it is no OFD.
pub fn open(file: &[u8], roots: Roots<'_>) -> Option<Ofd> {
    let zip = Zip::open(file).filter(|_| file.len() <= OFD_BYTES_MAX)?;
    let root = elements(&zip.read("OFD.xml")?)?;
    let (mut paths, mut own) = (Vec::new(), BTreeSet::new());
    for list in root.iter().filter(|e| e.name == "Signatures") {
        let at = join("", &list.text);
        let Some(entries) = zip.read(&at).and_then(|xml| elements(&xml)) else { continue };
        for entry in entries.iter().filter(|e| e.name == "Signature").take(SIGNATURES_MAX) {
            paths.push(join(folder(&at), entry.attributes.get("BaseLoc").map_or("", String::as_str)));
        }
        own.insert(at);
    }
    let read: Vec<_> = paths.iter().map(|path| zip.read(path).and_then(|xml| Some((elements(&xml)?, xml)))).collect();
    for (path, parts) in paths.iter().zip(&read) {
        own.insert(path.clone());
        own.extend(parts.iter().flat_map(|(parts, _)| belonging(path, parts)));
    }
    let one = |(path, parts): (&String, &Option<Described>)| match parts {
        Some((parts, xml)) => signature(&zip, path, (parts, xml), (&own, roots)),
        None => {
            let detail = "its Signature.xml is missing or cannot be read".to_owned();
            let signature = Signature { detail, ..nothing("OFD") };
            OfdSignature { signature, covered: 0, altered: Vec::new(), uncovered: Vec::new() }
        }
    };
    Some(Ofd { signatures: paths.iter().zip(&read).map(one).collect() })
}

/// Files that a signature consists of besides its description: they cannot be covered by it. Only these, by name: whatever
/// else lies beside them is content.
fn belonging(path: &str, parts: &[Element]) -> Vec<String> {
    let value = parts.iter().find(|e| e.name == "SignedValue");
    let seal = parts.iter().find(|e| e.name == "BaseLoc");
    value.into_iter().chain(seal).map(|e| join(folder(path), &e.text)).collect()
}

/// The elements of a signature's description, and its bytes.
type Described = (Vec<Element>, Vec<u8>);
type Read<'r> = (&'r [Element], &'r [u8]);

fn signature(
    zip: &Zip<'_>,
    path: &str,
    (parts, xml): Read<'_>,
    (own, roots): (&BTreeSet<String>, Roots<'_>),
) -> OfdSignature {
    let text = |name: &str| parts.iter().find(|e| e.name == name).map(|e| e.text.trim().to_owned());
    let value = text("SignedValue").and_then(|p| zip.read(&join(folder(path), &p)));
    let base = nothing(&text("SignatureMethod").unwrap_or_default());
    let mut signature = match value {
        None => Signature { detail: "its signed value is missing".to_owned(), ..base },
        Some(value) => value_of(base, (&value, xml), roots),
    };
    let claimed = text("SignatureDateTime").and_then(|t| instant::generalized(&normal(&t)));
    signature.claimed_time = signature.claimed_time.or(claimed);
    let references = references(zip, parts, folder(path));
    let (covered, altered) = references.iter().partition::<Vec<_>, _>(|r| r.1);
    let names = |list: Vec<&(String, bool)>| list.into_iter().map(|r| r.0.clone()).collect::<BTreeSet<_>>();
    let (covered, altered) = (names(covered), names(altered));
    if !altered.is_empty() {
        signature.outcome = Outcome::Invalid;
        signature.detail = format!("{} of the files that it covers were altered", altered.len());
    }
    let free = |n: &&str| !covered.contains(*n) && !own.contains(*n) && !n.ends_with('/');
    let uncovered = zip.names().filter(free).map(str::to_owned).collect();
    OfdSignature { signature, covered: covered.len(), altered: altered.into_iter().collect(), uncovered }
}

fn value_of(base: Signature, (value, xml): (&[u8], &[u8]), roots: Roots<'_>) -> Signature {
    if timestamp::SignedData::from_der(value).is_ok() {
        return cms(base, (value, &[xml]), roots);
    }
    let detail = "an electronic seal (GB/T 38540): its digests were checked, the seal itself was not".to_owned();
    Signature { outcome: Outcome::Indeterminate, detail, ..base }
}

/// Each file that is named, and whether its digest holds.
fn references(zip: &Zip<'_>, parts: &[Element], folder: &str) -> Vec<(String, bool)> {
    let method = parts.iter().find(|e| e.name == "References").and_then(|e| e.attributes.get("CheckMethod"));
    let hash = match method.map(String::as_str) {
        Some("1.2.156.10197.1.401" | "SM3" | "sm3") => Some(Hash::Sm3),
        Some("2.16.840.1.101.3.4.2.1" | "SHA256" | "SHA-256") => Some(Hash::Sha256),
        _ => None,
    };
    let mut out = Vec::new();
    let mut digests: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
    for (at, e) in parts.iter().enumerate().filter(|(_, e)| e.name == "Reference") {
        let name = join(folder, e.attributes.get("FileRef").map_or("", String::as_str));
        let wanted = parts.get(at + 1).filter(|v| v.name == "CheckValue").and_then(|v| pem::decode(&v.text));
        // A file that is named a thousand times is read once.
        let digest = digests.entry(name.clone()).or_insert_with(|| Some(hash?.digest(&[&zip.read(&name)?])));
        let holds = wanted.is_some() && *digest == wanted;
        out.push((name, holds));
    }
    out
}

/// `2026-11-22 07:00:00` and its kin in the form that certificates use; the zone is the signer's own affair.
fn normal(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
    format!("{digits}Z")
}

fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| path.get(..=at).unwrap_or_default())
}

/// A path inside the package: absolute ones from its root, others from `folder`.
fn join(folder: &str, path: &str) -> String {
    let path = path.trim();
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// An element without its name space: its attributes and the text in it.
#[derive(Debug, Clone, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
}

/// All elements in the order of their beginning; `None` if it is not XML. Entities are not resolved but the five.
fn elements(xml: &[u8]) -> Option<Vec<Element>> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let (mut out, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) => {
                open.push(out.len());
                out.push(element(&e)?);
            }
            Event::Empty(e) => out.push(element(&e)?),
            Event::End(_) => drop(open.pop()),
            Event::Text(t) => {
                let text = std::str::from_utf8(&t).ok()?.to_owned();
                if let Some(e) = open.last().and_then(|at| out.get_mut(*at)) {
                    e.text.push_str(text.trim());
                }
            }
            Event::Eof => return Some(out),
            _ => {}
        }
        if out.len() > ELEMENTS_MAX {
            return None;
        }
    }
}

fn element(e: &BytesStart<'_>) -> Option<Element> {
    let local = |name: &[u8]| Some(std::str::from_utf8(name).ok()?.to_owned());
    let mut found = Element { name: local(e.local_name().as_ref())?, ..Element::default() };
    for attribute in e.attributes() {
        let attribute = attribute.ok()?;
        found.attributes.insert(local(attribute.key.local_name().as_ref())?, local(&attribute.value)?);
    }
    Some(found)
}

//! Signatures of an OFD (GB/T 33190-2016, section 18): which files each covers, whether their digests hold, and whether the
//! signature itself does: in CMS (GB/T 35275), or made with an electronic seal (GB/T 38540-2020, GM/T 0031-2014).
//!
//! Pages are not drawn: where a stamp appears, and what a reader of the page sees, is not said here.

pub mod description;
pub mod list;
pub mod message;
pub mod path;
pub mod xml;

use crate::pdf::signature::{Signature, nothing};
use crate::sealed::{self, Around};
use crate::trust::Roots;
use crate::zip::Zip;
use description::{Covered, Description, Digests};
use list::List;
use proto::Outcome;
use std::collections::BTreeSet;
use timestamp::SignedData;

/// Longest file that is read.
pub const OFD_BYTES_MAX: usize = 512 << 20;

/// An OFD as far as signatures go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ofd {
    /// All signatures, in the order of the lists.
    pub signatures: Vec<OfdSignature>,
    /// What of the package other readers may take differently, or cannot be looked at, in sentences.
    pub remarks: Vec<String>,
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
    /// Files of the package that it does not name, those of signatures left out.
    pub uncovered: Vec<String>,
}

/// Reads the package and its signatures; `None` if it is no OFD.
pub fn open(file: &[u8], roots: Roots<'_>) -> Option<Ofd> {
    let zip = Zip::open(file).filter(|_| file.len() <= OFD_BYTES_MAX)?;
    let root = xml::elements(&zip.read("OFD.xml")?)?;
    let list = List::read(&zip, &root);
    let parts: Vec<Part> = list.paths.iter().map(|path| Part::read(&zip, path)).collect();
    let mut own = list.own;
    parts.iter().for_each(|part| own.extend(part.own()));
    let mut digests = Digests::default();
    let signatures = parts.iter().map(|part| part.appraise((&zip, &mut digests), (&own, roots))).collect();
    let remarks = list.remarks.into_iter().chain(zip.remark()).collect();
    Some(Ofd { signatures, remarks })
}

/// The files that a signature consists of.
struct Part {
    path: String,
    description: Option<Description>,
    value: Option<Vec<u8>>,
    /// Place and bytes of the seal, where the description names one and the value is no CMS message.
    seal: Option<(String, Option<Vec<u8>>)>,
}

impl Part {
    fn read(zip: &Zip<'_>, path: &str) -> Self {
        let description = Description::read(zip, path);
        let value = description.as_ref().and_then(|d| zip.read(&d.value()?));
        let has_seal = value.as_deref().is_some_and(|value| message(value).is_none());
        let place = description.as_ref().filter(|_| has_seal).and_then(Description::seal);
        let seal = place.map(|place| {
            let bytes = zip.read(&place);
            (place, bytes)
        });
        Self { path: path.to_owned(), description, value, seal }
    }
    /// Files that cannot be covered by the signature itself. Only these, by name: whatever else lies beside them is content.
    fn own(&self) -> Vec<String> {
        let value = self.description.as_ref().and_then(Description::value);
        let seal = self.seal.as_ref().map(|(place, _)| place.clone());
        [Some(self.path.clone()), value, seal].into_iter().flatten().collect()
    }
    fn appraise(
        &self,
        (zip, digests): (&Zip<'_>, &mut Digests),
        (own, roots): (&BTreeSet<String>, Roots<'_>),
    ) -> OfdSignature {
        let Some(description) = &self.description else {
            let detail = format!("its description {} is missing or cannot be read", self.path);
            return of(Signature { detail, ..nothing("OFD") }, Covered::default(), Vec::new());
        };
        let base = nothing(description.method());
        let signature = match &self.value {
            None => Signature { detail: "its signed value is missing".to_owned(), ..base },
            Some(value) => self.verify(base, (description, value), roots),
        };
        let claimed_time = signature.claimed_time.or_else(|| description.claimed_time());
        let covered = description.covered(zip, digests);
        let named = |name: &str| covered.whole.contains(name) || covered.altered.contains(name);
        let free = |name: &&str| !named(name) && !own.contains(*name) && !name.ends_with('/');
        let uncovered = zip.names().filter(free).map(str::to_owned).collect();
        of(Signature { claimed_time, ..signature }, covered, uncovered)
    }
    fn verify(&self, base: Signature, (description, value): (&Description, &[u8]), roots: Roots<'_>) -> Signature {
        if let Some(message) = message(value) {
            return message::verify(base, (&message, &description.xml), roots);
        }
        let seal = self.seal.as_ref().map(|(_, bytes)| bytes.as_deref());
        let around = Around { place: Some(&description.path), content: &[&description.xml], seal, roots };
        sealed::verify(base, value, &around)
    }
}

fn message(value: &[u8]) -> Option<SignedData<'_>> {
    SignedData::from_der(value).or_else(|_| SignedData::bare(value)).ok()
}

/// The signature itself together with the digests of the files.
fn of(signature: Signature, covered: Covered, uncovered: Vec<String>) -> OfdSignature {
    let mut signature = signature;
    if let Some(method) = covered.unknown_method {
        let method: String = method.chars().filter(|c| !c.is_control()).take(64).collect();
        let more = format!("; its files are digested with {method}, which is not known here or proves nothing");
        signature.detail.push_str(&more);
        signature.outcome = signature.outcome.max(Outcome::Indeterminate);
    }
    if !covered.unread.is_empty() {
        signature.detail.push_str("; some of the files that it covers are longer than is read here");
        signature.outcome = signature.outcome.max(Outcome::Indeterminate);
    }
    if !covered.altered.is_empty() {
        let detail =
            format!("{} of the files that it covers were altered; {}", covered.altered.len(), signature.detail);
        signature = Signature { outcome: Outcome::Invalid, detail, ..signature };
    }
    OfdSignature { signature, covered: covered.whole.len(), altered: covered.altered.into_iter().collect(), uncovered }
}

//! A PDF as far as signatures and attachments go: its revisions, its objects by number, its catalogue.
//!
//! Nothing is repaired: a file that cannot be followed as it says is unreadable, and that is the answer.

pub mod attach;
pub mod changes;
pub mod inflate;
pub mod object;
pub mod revision;
pub mod signature;
pub mod xref;

use object::{Dict, Id, Lexer, Object};
use xref::{Place, Section};

/// Longest file that is read, in bytes.
pub const PDF_BYTES_MAX: usize = 512 << 20;

/// Why a file is not read as a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It does not begin as one.
    #[error("it does not begin with %PDF-")]
    NotPdf,
    /// Longer than is read.
    #[error("it is longer than {PDF_BYTES_MAX} bytes")]
    TooLong,
    /// Its cross-references do not lead through.
    #[error("its cross-references cannot be followed; save it again with the program that made it")]
    Broken,
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Pdf<'a> {
    /// All of it.
    pub file: &'a [u8],
    /// The newest first.
    pub sections: Vec<Section>,
}

impl<'a> Pdf<'a> {
    /// Follows the cross-references.
    pub fn open(file: &'a [u8]) -> Result<Self, Unreadable> {
        if file.len() > PDF_BYTES_MAX {
            return Err(Unreadable::TooLong);
        }
        if !file.starts_with(b"%PDF-") {
            return Err(Unreadable::NotPdf);
        }
        let sections = xref::sections(file).ok_or(Unreadable::Broken)?;
        let pdf = Self { file, sections };
        pdf.root().ok_or(Unreadable::Broken)?;
        Ok(pdf)
    }
    /// The newest trailer.
    pub fn trailer(&self) -> &Dict {
        &self.sections.first().expect("a file without a section is not opened").trailer
    }
    /// The catalogue, with its number.
    pub fn root(&self) -> Option<(Id, Dict)> {
        let id = self.trailer().get("Root")?.reference()?;
        let dict = self.object(id, 0)?.dict()?.clone();
        Some((id, dict))
    }
    /// An object as it is in the newest revision but `skip` sections.
    pub fn object(&self, id: Id, skip: usize) -> Option<Object> {
        match self.place(id.number, skip)? {
            Place::Free => None,
            Place::At(at, generation) if generation == id.generation => self.object_at(at, id),
            Place::At(..) => None,
            Place::In(stream, index) => self.object_in(stream, (index, skip)),
        }
    }
    /// Where an object stands, but for the newest `skip` sections.
    pub fn place(&self, number: u32, skip: usize) -> Option<Place> {
        self.sections.iter().skip(skip).find_map(|s| s.places.get(&number).copied())
    }
    /// The object itself, or what a reference leads to.
    pub fn resolve(&self, object: &Object, skip: usize) -> Option<Object> {
        match object {
            Object::Ref(id) => self.object(*id, skip),
            other => Some(other.clone()),
        }
    }
    /// Resolves to a dictionary.
    pub fn dict(&self, object: Option<&Object>) -> Option<Dict> {
        self.resolve(object?, 0)?.dict().cloned()
    }
    fn object_at(&self, at: usize, id: Id) -> Option<Object> {
        let mut lexer = Lexer::new(self.file, at);
        if lexer.head()? == id { lexer.object() } else { None }
    }
    fn object_in(&self, stream: u32, (index, skip): (usize, usize)) -> Option<Object> {
        let Place::At(at, _) = self.place(stream, skip)? else { return None };
        let (dict, data) = xref::stream_at(self.file, at)?;
        if !dict.is("Type", "ObjStm") {
            return None;
        }
        let content = inflate::decode(&dict, data)?;
        let mut heads = Lexer::new(&content, 0);
        for _ in 0..index {
            heads.number()?;
            heads.number()?;
        }
        heads.number()?;
        let offset = dict.number("First")?.checked_add(heads.number()?)?;
        Lexer::new(&content, offset).object()
    }
    /// One more than the highest object number.
    pub fn size(&self) -> u32 {
        let highest = self.sections.iter().filter_map(|s| s.places.keys().next_back()).max();
        let said = self.trailer().number("Size").and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        said.max(highest.map_or(0, |n| n.saturating_add(1)))
    }
}

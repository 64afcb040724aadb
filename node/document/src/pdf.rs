//! A PDF as far as signatures and attachments go: one revision with its objects by number and its catalogue.
//!
//! Nothing is repaired: a file that cannot be followed as it says is unreadable, and that is the answer.

pub mod appearance;
pub mod attach;
pub mod certification;
pub mod changes;
pub mod content;
pub mod difference;
pub mod effort;
pub mod fields;
pub mod fixed;
pub mod font;
pub mod geometry;
pub mod inflate;
pub mod kind;
pub mod object;
pub mod page;
pub mod permitted;
pub mod revision;
pub mod signature;
pub mod text;
pub mod xref;

use effort::Effort;
use object::{Dict, Id, Lexer, Object};
use std::cell::RefCell;
use std::rc::Rc;
use xref::{Place, Section};

/// Longest file that is read, in bytes.
pub const PDF_BYTES_MAX: usize = 512 << 20;

/// Why a file is not read as a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It does not begin as one.
    #[error("it does not begin with %PDF-; cut off what stands before it")]
    NotPdf,
    /// Longer than is read.
    #[error("it is longer than {PDF_BYTES_MAX} bytes")]
    TooLong,
    /// Its cross-references do not lead through.
    #[error("its cross-references cannot be followed; save it again with the program that made it")]
    Broken,
    /// Its revisions or objects ask for more work than a document does.
    #[error("it is too intricate to be looked at whole; save it again with the program that made it")]
    TooMuch,
}

/// An object, and the bytes of its stream if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole<'a> {
    /// The object, or the dictionary of the stream.
    pub object: Object,
    /// As they stand in the file.
    pub stream: Option<&'a [u8]>,
}

/// An object stream that was inflated: where it stands, and its content.
type Inflated = Option<(usize, Rc<Vec<u8>>)>;

/// A file that was read, as its last cross-references show it.
#[derive(Debug, Clone)]
pub struct Pdf<'a> {
    /// All of it.
    pub file: &'a [u8],
    /// The newest first.
    pub sections: Vec<Section>,
    effort: Rc<Effort>,
    /// The one that was asked for last: neighbours stand in one stream.
    inflated: RefCell<Inflated>,
}

impl<'a> Pdf<'a> {
    /// Follows the cross-references.
    pub fn open(file: &'a [u8]) -> Result<Self, Unreadable> {
        Self::open_within(file, &Rc::new(Effort::of(file.len())))
    }
    /// The same, with work counted together with that of other revisions of one file.
    pub fn open_within(file: &'a [u8], effort: &Rc<Effort>) -> Result<Self, Unreadable> {
        if file.len() > PDF_BYTES_MAX {
            return Err(Unreadable::TooLong);
        }
        if !file.starts_with(b"%PDF-") {
            return Err(Unreadable::NotPdf);
        }
        let sections = xref::sections(file, effort).ok_or(Unreadable::Broken)?;
        let pdf = Self { file, sections, effort: effort.clone(), inflated: RefCell::new(None) };
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
        let dict = self.object(id)?.dict()?.clone();
        Some((id, dict))
    }
    /// An object.
    pub fn object(&self, id: Id) -> Option<Object> {
        Some(self.whole(id)?.object)
    }
    /// Where an object stands.
    pub fn place(&self, number: u32) -> Option<Place> {
        self.sections.iter().find_map(|s| s.places.get(&number).copied())
    }
    /// The identity under which an object is in use.
    pub fn id(&self, number: u32) -> Option<Id> {
        match self.place(number)? {
            Place::Free => None,
            Place::At(_, generation) => Some(Id { number, generation }),
            Place::In(..) => Some(Id { number, generation: 0 }),
        }
    }
    /// The object itself, or what a reference leads to.
    pub fn resolve(&self, object: &Object) -> Option<Object> {
        match object {
            Object::Ref(id) => self.object(*id),
            other => Some(other.clone()),
        }
    }
    /// Resolves to a dictionary that is no stream's.
    pub fn dict(&self, object: Option<&Object>) -> Option<Dict> {
        self.resolve(object?)?.dict().cloned()
    }
    /// An object with its stream; `None` if there is none, or it cannot be read to its end.
    pub fn whole(&self, id: Id) -> Option<Whole<'a>> {
        match self.place(id.number)? {
            Place::Free => None,
            Place::At(at, generation) if generation == id.generation => self.whole_at(at, id),
            Place::At(..) => None,
            Place::In(stream, index) if id.generation == 0 => {
                Some(Whole { object: self.object_in(stream, (index, id.number))?, stream: None })
            }
            Place::In(..) => None,
        }
    }
    fn whole_at(&self, at: usize, id: Id) -> Option<Whole<'a>> {
        let mut lexer = Lexer::new(self.file, at);
        let object = if lexer.head()? == id { lexer.object() } else { None };
        self.effort.take(lexer.at - at)?;
        let object = object?;
        if lexer.keyword("endobj").is_some() {
            return Some(Whole { object, stream: None });
        }
        let begin = xref::stream_begin(&mut lexer)?;
        // A length of its own object is common where a stream was written before its end was known.
        let length = match object.dict()?.get("Length")? {
            Object::Ref(length) if *length != id => self.plain_number(*length)?,
            direct => direct.number()?,
        };
        let data = self.file.get(begin..begin.checked_add(length)?)?;
        // Where the length does not lead to the end, viewers search for the end each in their own way.
        Lexer::new(self.file, begin + length).keyword("endstream")?;
        Some(Whole { object, stream: Some(data) })
    }
    /// A number that stands by itself in the file: no way leads from here to another stream's length.
    fn plain_number(&self, id: Id) -> Option<usize> {
        let Place::At(at, generation) = self.place(id.number)? else { return None };
        let mut lexer = Lexer::new(self.file, at);
        (generation == id.generation && lexer.head()? == id).then_some(())?;
        let number = lexer.number()?;
        lexer.keyword("endobj")?;
        Some(number)
    }
    fn object_in(&self, stream: u32, (index, number): (usize, u32)) -> Option<Object> {
        let Place::At(at, _) = self.place(stream)? else { return None };
        let (dict, content) = self.object_stream(at)?;
        let mut heads = Lexer::new(&content, 0);
        for _ in 0..index {
            heads.number()?;
            heads.number()?;
        }
        // Some readers go by the index and some by the number, so both must say the same.
        if heads.number()? != usize::try_from(number).ok()? {
            return None;
        }
        let offset = dict.number("First")?.checked_add(heads.number()?)?;
        let mut lexer = Lexer::new(&content, offset);
        let object = lexer.object();
        self.effort.take(heads.at.saturating_add(lexer.at.saturating_sub(offset)))?;
        object
    }
    fn object_stream(&self, at: usize) -> Option<(Dict, Rc<Vec<u8>>)> {
        let (dict, data) = xref::stream_at(self.file, at)?;
        if !dict.is("Type", "ObjStm") {
            return None;
        }
        if let Some((_, content)) = self.inflated.borrow().as_ref().filter(|(known, _)| *known == at) {
            return Some((dict, content.clone()));
        }
        let content = Rc::new(inflate::decode(&dict, data)?);
        self.effort.take(content.len())?;
        *self.inflated.borrow_mut() = Some((at, content.clone()));
        Some((dict, content))
    }
    /// One more than the highest object number.
    pub fn size(&self) -> u32 {
        let highest = self.sections.iter().filter_map(|s| s.places.keys().next_back()).max();
        let said = self.trailer().number("Size").and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        said.max(highest.map_or(0, |n| n.saturating_add(1)))
    }
}

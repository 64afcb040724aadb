//! Attaching a receipt by an incremental update: every byte of the file stays, so every signature in it stays valid.
//!
//! The update is a function of the file and the receipt and of nothing else. So whoever reads the result can tell that
//! nothing but that receipt was added: by making the update again and comparing.

use super::object::{Dict, Id, Object};
use super::xref::Place;
use super::{Pdf, Unreadable};
use proto::{Canonical, Digest, Malformed, Receipt};

/// The line before our update; the length of the file before it follows.
pub const MARK: &[u8] = b"%chirograph-receipt ";
/// Name of the embedded file; the second and later ones carry a number.
pub const NAME: &str = "chirograph-receipt";
/// Longest receipt that is attached, in bytes.
pub const RECEIPT_BYTES_MAX: usize = 1 << 20;
/// Most places that are looked at for a receipt; a file with so many takes no more, for it would not be found again.
pub const MARKS_MAX: usize = 64;
/// Deepest tree of names, and most names.
const TREE_DEPTH_MAX: usize = 16;
const NAMES_MAX: usize = 1 << 16;

/// Why nothing was attached. The receipt may always be kept beside the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotAttach {
    /// Not readable as a PDF.
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
    /// Encrypted.
    #[error("the PDF is encrypted; keep the receipt beside it")]
    Encrypted,
    /// Certified with DocMDP.
    #[error("the author certified the PDF against changes (DocMDP); keep the receipt beside it")]
    Certified,
    /// The names of the catalogue cannot be read.
    #[error("the PDF's attachments cannot be read; keep the receipt beside it")]
    Names,
    /// The receipt is none.
    #[error("the receipt cannot be read: {0}")]
    Receipt(#[from] Malformed),
    /// Longer than is attached.
    #[error("the receipt is longer than {RECEIPT_BYTES_MAX} bytes")]
    TooLong,
    /// It would not be found.
    #[error(
        "the PDF has {MARKS_MAX} attached receipts or lines that look like theirs, and no more are looked for; keep the receipt beside it"
    )]
    TooMany,
    /// The result could not be read.
    #[error("with one revision more the PDF could not be read; keep the receipt beside it")]
    Full,
}

/// The file with the receipt in it. What is handed out can be read, and [`attached`] finds the receipt in it.
pub fn attach(file: &[u8], receipt: &[u8]) -> Result<Vec<u8>, CannotAttach> {
    let updated = updated(file, receipt)?;
    if marks(file).count() == MARKS_MAX {
        return Err(CannotAttach::TooMany);
    }
    Pdf::open(&updated).map_err(|_| CannotAttach::Full)?;
    Ok(updated)
}

/// The update alone: what [`attached`] makes again and compares with.
fn updated(file: &[u8], receipt: &[u8]) -> Result<Vec<u8>, CannotAttach> {
    if receipt.len() > RECEIPT_BYTES_MAX {
        return Err(CannotAttach::TooLong);
    }
    let about = Receipt::from_bytes(receipt)?;
    let pdf = Pdf::open(file)?;
    let (root, mut catalogue) = pdf.root().ok_or(Unreadable::Broken)?;
    if pdf.trailer().get("Encrypt").is_some() {
        return Err(CannotAttach::Encrypted);
    }
    if pdf.dict(catalogue.get("Perms")).is_some_and(|p| p.get("DocMDP").is_some()) {
        return Err(CannotAttach::Certified);
    }
    let first = pdf.size();
    let [embedded, spec] = [0, 1].map(|n| Id { number: first.saturating_add(n), generation: 0 });
    let name = add_name(&pdf, &mut catalogue, spec)?;
    let mut update = Update::new(file);
    update.embedded(embedded, receipt);
    update.object(spec, &Object::Dict(file_spec(&name, embedded, &about)));
    update.object(root, &Object::Dict(catalogue));
    Ok(update.finish(&pdf, Digest::sm3(receipt)))
}

fn name_object(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

fn file_spec(name: &str, embedded: Id, about: &Receipt) -> Dict {
    let text = |t: String| Object::Text(t.into_bytes());
    let mut files = Dict::default();
    files.set("F", Object::Ref(embedded));
    files.set("UF", Object::Ref(embedded));
    let event = &about.event;
    let said = format!(
        "Chirograph receipt of event {} ({}), genesis {}",
        event.seq,
        event.digest(),
        event.transaction.draft.chain
    );
    let mut spec = Dict::default();
    spec.set("Type", name_object("Filespec"));
    spec.set("F", text(name.to_owned()));
    spec.set("UF", text(name.to_owned()));
    spec.set("Desc", text(said));
    spec.set("AFRelationship", name_object("Supplement"));
    spec.set("EF", Object::Dict(files));
    spec
}

/// Puts the file into the catalogue's tree of embedded files, as one sorted list; returns its name.
fn add_name(pdf: &Pdf<'_>, catalogue: &mut Dict, spec: Id) -> Result<String, CannotAttach> {
    let mut names = match catalogue.get("Names") {
        None => Dict::default(),
        some => pdf.dict(some).ok_or(CannotAttach::Names)?,
    };
    let mut list = Vec::new();
    if let Some(tree) = names.get("EmbeddedFiles") {
        collect(pdf, tree, (&mut list, 0)).ok_or(CannotAttach::Names)?;
    }
    let taken = |name: &str| list.iter().any(|(key, _): &(Vec<u8>, Object)| key == name.as_bytes());
    let numbered = (2..).map(|n| format!("{NAME}-{n}.bin"));
    let mut candidates = std::iter::once(format!("{NAME}.bin")).chain(numbered);
    let name = candidates.find(|name| !taken(name)).ok_or(CannotAttach::Names)?;
    list.push((name.clone().into_bytes(), Object::Ref(spec)));
    list.sort_by(|a, b| a.0.cmp(&b.0));
    let flat = list.into_iter().flat_map(|(key, value)| [Object::Text(key), value]).collect();
    let mut tree = Dict::default();
    tree.set("Names", Object::Array(flat));
    names.set("EmbeddedFiles", Object::Dict(tree));
    catalogue.set("Names", Object::Dict(names));
    Ok(name)
}

type Names<'l> = (&'l mut Vec<(Vec<u8>, Object)>, usize);

fn collect(pdf: &Pdf<'_>, node: &Object, (list, depth): Names<'_>) -> Option<()> {
    let node = pdf.dict(Some(node))?;
    if depth > TREE_DEPTH_MAX || list.len() > NAMES_MAX {
        return None;
    }
    if let Some(names) = node.get("Names") {
        let names = pdf.resolve(names)?;
        for pair in names.array()?.chunks_exact(2) {
            list.push((pair[0].text()?.to_vec(), pair[1].clone()));
        }
    }
    if let Some(kids) = node.get("Kids") {
        let kids = pdf.resolve(kids)?;
        for kid in kids.array()? {
            collect(pdf, kid, (list, depth + 1))?;
        }
    }
    Some(())
}

/// An update in the making: the file, and behind it what is new.
struct Update {
    out: Vec<u8>,
    places: Vec<(Id, usize)>,
}

impl Update {
    fn new(file: &[u8]) -> Self {
        let mut out = file.to_vec();
        if !matches!(file.last(), Some(b'\n' | b'\r')) {
            out.push(b'\n');
        }
        out.extend_from_slice(MARK);
        out.extend_from_slice(format!("{}\n", file.len()).as_bytes());
        Self { out, places: Vec::new() }
    }
    fn begin(&mut self, id: Id) {
        self.places.push((id, self.out.len()));
        self.text(&format!("{} {} obj\n", id.number, id.generation));
    }
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
    fn object(&mut self, id: Id, object: &Object) {
        self.begin(id);
        object.write(&mut self.out);
        self.text("\nendobj\n");
    }
    fn embedded(&mut self, id: Id, bytes: &[u8]) {
        self.begin(id);
        let length = bytes.len();
        self.text(&format!(
            "<< /Type /EmbeddedFile /Subtype /application#2foctet-stream /Params << /Size {length} >> /Length {length} >>\nstream\n"
        ));
        self.out.extend_from_slice(bytes);
        self.text("\nendstream\nendobj\n");
    }
    /// The cross-references, in the form that the file has them in.
    fn finish(mut self, pdf: &Pdf<'_>, seed: Digest) -> Vec<u8> {
        let at = self.out.len();
        let newest = pdf.sections.first().expect("a file without a section is not opened");
        let mut trailer = Dict::default();
        for key in ["Root", "Info"] {
            if let Some(value) = newest.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        if let Some([first, _]) = newest.trailer.get("ID").and_then(Object::array) {
            let second = Object::Text(seed.0.get(..16).unwrap_or_default().to_vec());
            trailer.set("ID", Object::Array(vec![first.clone(), second]));
        }
        trailer.set("Prev", integer(newest.at));
        let size = pdf.size().saturating_add(2);
        if newest.is_stream {
            self.stream(trailer, size)
        } else {
            self.table(trailer, size)
        }
        self.text(&format!("startxref\n{at}\n%%EOF\n"));
        self.out
    }
    fn table(&mut self, mut trailer: Dict, size: u32) {
        trailer.set("Size", Object::Integer(size.into()));
        self.text("xref\n");
        self.places.sort_unstable();
        for (id, at) in std::mem::take(&mut self.places) {
            self.text(&format!("{} 1\n{at:010} {:05} n\r\n", id.number, id.generation));
        }
        self.text("trailer\n");
        Object::Dict(trailer).write(&mut self.out);
        self.text("\n");
    }
    fn stream(&mut self, mut trailer: Dict, number: u32) {
        let id = Id { number, generation: 0 };
        self.places.push((id, self.out.len()));
        self.places.sort_unstable();
        let mut rows = Vec::new();
        let mut index = Vec::new();
        for (id, at) in &self.places {
            index.extend([Object::Integer(id.number.into()), Object::Integer(1)]);
            rows.push(1);
            rows.extend_from_slice(&u64::try_from(*at).unwrap_or(u64::MAX).to_be_bytes());
            rows.extend_from_slice(&id.generation.to_be_bytes());
        }
        trailer.set("Type", name_object("XRef"));
        trailer.set("Size", Object::Integer(i64::from(number) + 1));
        trailer.set("Index", Object::Array(index));
        trailer.set("W", Object::Array([1, 8, 2].map(Object::Integer).to_vec()));
        trailer.set("Length", integer(rows.len()));
        self.text(&format!("{number} 0 obj\n"));
        Object::Dict(trailer).write(&mut self.out);
        self.text("\nstream\n");
        self.out.extend_from_slice(&rows);
        self.text("\nendstream\nendobj\n");
    }
}

fn integer(n: usize) -> Object {
    Object::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A receipt that was attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Length of the file before it.
    pub before: usize,
    /// Length of the file with it.
    pub end: usize,
    /// The receipt.
    pub receipt: Vec<u8>,
}

/// All receipts in a file whose update is exactly the one that [`attach`] makes, the oldest first.
pub fn attached(file: &[u8]) -> Vec<Attached> {
    marks(file).filter_map(|at| update_at(file, at)).collect()
}

/// Where a receipt may begin, in order; the first [`MARKS_MAX`].
fn marks(file: &[u8]) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + file.get(from..)?.windows(MARK.len()).position(|w| w == MARK)?;
        from = at + MARK.len();
        Some(at)
    })
    .take(MARKS_MAX)
}

fn update_at(file: &[u8], mark: usize) -> Option<Attached> {
    let mut lexer = super::object::Lexer::new(file, mark + MARK.len());
    let before = lexer.number()?;
    let prefix = file.get(..before).filter(|_| before <= mark && mark <= before + 1)?;
    let pdf = Pdf::open(prefix).ok()?;
    let object = file.get(lexer.at..)?.first().filter(|b| **b == b'\n').map(|_| lexer.at + 1)?;
    let (dict, receipt) = super::xref::stream_at(file, object)?;
    if !dict.is("Type", "EmbeddedFile") || matches!(pdf.place(pdf.size()), Some(Place::At(..))) {
        return None;
    }
    let made = updated(prefix, receipt).ok()?;
    file.starts_with(&made).then(|| Attached { before, end: made.len(), receipt: receipt.to_vec() })
}

//! Whether a page draws something within a rectangle: an estimate that errs towards yes.
//!
//! Nothing is rendered. Every operator that marks the page (ISO 32000-1, 8 and 9) counts with a box around all that it could
//! mark: letters as wide as the widest of their font, curves as their control points, pictures and patterns whole; clipping
//! and transparency count for nothing. Only an even area that lies behind the whole rectangle says nothing, and is passed over.

use super::fixed::Fixed;
use super::font::Font;
use super::geometry::{Matrix, Point, Rect, numbers, real};
use super::object::{Dict, Id, Lexer, Object};
use super::page::{Page, content, stream};
use super::{Pdf, text::Text};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Deepest nesting of forms, and of saved states.
const DEPTH_MAX: usize = 8;
const SAVED_MAX: usize = 256;
/// Most operands of one operator that are kept; in a text's array there may be more.
const OPERANDS_MAX: usize = 64;

/// As thin as a line may be, viewers draw it this wide.
const HAIR: Fixed = Fixed::ratio(1, 2);

/// Whether a page draws something there; `None`: it cannot be told.
pub fn draws(pdf: &Pdf<'_>, page: &Page, target: Rect) -> Option<bool> {
    let bytes = content(pdf, &page.dict)?;
    let mut painter = Painter::new(pdf, target);
    painter.run(&bytes, &pdf.dict(page.dict.get("Resources")).unwrap_or_default(), 0)?;
    Some(painter.hit)
}

/// What `q` saves.
#[derive(Debug, Clone)]
struct State {
    matrix: Matrix,
    line: Fixed,
    patterned: bool,
    text: Text,
}

/// One part of a path, on the page.
#[derive(Debug, Default)]
struct Part {
    points: Vec<Point>,
    is_rect: bool,
}

struct Painter<'p, 'a> {
    pdf: &'p Pdf<'a>,
    target: Rect,
    state: State,
    saved: Vec<State>,
    path: Vec<Part>,
    fonts: BTreeMap<Id, Rc<Font>>,
    hit: bool,
}

impl<'p, 'a> Painter<'p, 'a> {
    fn new(pdf: &'p Pdf<'a>, target: Rect) -> Self {
        let state = State { matrix: Matrix::ONE, line: Fixed::ONE, patterned: false, text: Text::default() };
        Self { pdf, target, state, saved: Vec::new(), path: Vec::new(), fonts: BTreeMap::new(), hit: false }
    }
    /// `None`: it cannot be told from here on.
    fn run(&mut self, bytes: &[u8], resources: &Dict, depth: usize) -> Option<()> {
        let mut lexer = Lexer::new(bytes, 0);
        let mut operands: Vec<Object> = Vec::new();
        loop {
            lexer.skip();
            if self.hit || lexer.rest().is_none_or(<[u8]>::is_empty) {
                return Some(());
            }
            match lexer.object()? {
                Object::Other(word) if is_operator(&word) => {
                    if word == b"BI" {
                        self.mark(self.state.matrix.rect(&Rect::UNIT));
                        skip_image(bytes, &mut lexer)?;
                    } else {
                        self.operator(&word, &operands, (resources, depth))?;
                    }
                    operands.clear();
                }
                // Numbers that are written as no number is: readers take them differently.
                Object::Other(word) if real(&Object::Other(word.clone())).is_none() && !is_constant(&word) => {
                    return None;
                }
                operand if operands.len() < OPERANDS_MAX => operands.push(operand),
                _ => return None,
            }
        }
    }
    fn operator(&mut self, word: &[u8], operands: &[Object], scope: (&Dict, usize)) -> Option<()> {
        match word {
            b"q" if self.saved.len() < SAVED_MAX => self.saved.push(self.state.clone()),
            b"q" => return None,
            b"Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            b"cm" => self.state.matrix = Matrix(all(operands)?).then(&self.state.matrix),
            b"w" => self.state.line = all::<1>(operands)?[0],
            b"gs" => self.graphics(operands, scope.0)?,
            b"sh" => self.hit = true,
            b"Do" => self.object(operands, scope)?,
            b"g" | b"rg" | b"k" | b"sc" | b"cs" => self.state.patterned = false,
            b"scn" => self.state.patterned = matches!(operands.last(), Some(Object::Name(_))),
            b"Tf" => self.font(operands, scope.0)?,
            b"Tj" | b"TJ" | b"'" | b"\"" => {
                let boxes = self.state.text.show(word, operands)?;
                boxes.iter().for_each(|b| self.mark(self.state.matrix.rect(b)));
            }
            _ if self.state.text.operator(word, operands)? => {}
            _ => self.paint(word, operands)?,
        }
        Some(())
    }
    /// Paths: their making and painting.
    fn paint(&mut self, word: &[u8], operands: &[Object]) -> Option<()> {
        match word {
            b"m" => self.begin(&[all::<2>(operands)?], false),
            b"l" => self.go(&[all::<2>(operands)?]),
            b"c" => {
                let [a, b, c, d, e, f] = all(operands)?;
                self.go(&[[a, b], [c, d], [e, f]]);
            }
            b"v" | b"y" => {
                let [a, b, c, d] = all(operands)?;
                self.go(&[[a, b], [c, d]]);
            }
            b"re" => {
                let [x, y, w, h] = all(operands)?;
                self.begin(&[[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]], true);
            }
            b"h" => self.close(),
            b"n" => self.path.clear(),
            b"f" | b"F" | b"f*" => self.fill(),
            b"S" | b"s" => self.stroke(),
            b"B" | b"B*" | b"b" | b"b*" => {
                let path = std::mem::take(&mut self.path);
                self.fill_of(&path);
                self.path = path;
                self.stroke();
            }
            _ => {}
        }
        Some(())
    }
    fn begin(&mut self, points: &[[Fixed; 2]], is_rect: bool) {
        self.path.push(Part { points: Vec::new(), is_rect });
        self.go(points);
    }
    fn go(&mut self, points: &[[Fixed; 2]]) {
        let placed = points.iter().map(|[x, y]| self.state.matrix.point((*x, *y)));
        if let Some(part) = self.path.last_mut() {
            part.points.extend(placed);
            part.is_rect &= part.points.len() == 5;
        }
    }
    /// Back to where the part began; what follows without a new beginning goes on from there.
    fn close(&mut self) {
        if let Some(part) = self.path.last_mut().filter(|p| !p.is_rect) {
            part.points.extend(part.points.first().copied());
        }
    }
    fn fill(&mut self) {
        let path = std::mem::take(&mut self.path);
        self.fill_of(&path);
    }
    fn fill_of(&mut self, path: &[Part]) {
        for part in path {
            let Some(around) = Rect::around(&part.points) else { continue };
            let even = part.is_rect && self.state.matrix.is_upright() && !self.state.patterned;
            if !(even && around.holds(&self.target)) {
                self.mark(around.grown(HAIR));
            }
        }
    }
    fn stroke(&mut self) {
        let wide = self.state.line.abs() * self.state.matrix.scale() + HAIR;
        for part in std::mem::take(&mut self.path) {
            let closing = part.points.last().copied().zip(part.points.first().copied());
            let lines = part.points.windows(2).filter_map(|w| Some((*w.first()?, *w.get(1)?)));
            for (a, b) in lines.chain(closing) {
                self.mark(Rect::of([a.0, a.1, b.0, b.1]).grown(wide));
            }
        }
    }
    fn mark(&mut self, there: Rect) {
        self.hit |= there.meets(&self.target);
    }
    fn graphics(&mut self, operands: &[Object], resources: &Dict) -> Option<()> {
        let dict = self.pdf.dict(Some(&resource(self.pdf, resources, ("ExtGState", operands))?))?;
        if let Some(line) = dict.get("LW") {
            self.state.line = real(&self.pdf.resolve(line)?)?;
        }
        dict.get("Font").is_none().then_some(())
    }
    fn font(&mut self, operands: &[Object], resources: &Dict) -> Option<()> {
        let [name, size] = operands else { return None };
        let object = resource(self.pdf, resources, ("Font", std::slice::from_ref(name)))?;
        let known = object.reference().and_then(|id| self.fonts.get(&id).cloned());
        let font = match known {
            Some(font) => font,
            None => Rc::new(Font::of(self.pdf, &self.pdf.dict(Some(&object))?)?),
        };
        if let Some(id) = object.reference() {
            self.fonts.insert(id, font.clone());
        }
        self.state.text.set_font(font, real(size)?);
        Some(())
    }
    /// `Do`: a picture, or a form, which draws in turn.
    fn object(&mut self, operands: &[Object], (resources, depth): (&Dict, usize)) -> Option<()> {
        let id = resource(self.pdf, resources, ("XObject", operands))?.reference()?;
        let whole = self.pdf.whole(id)?;
        let dict = whole.object.dict()?;
        if dict.is("Subtype", "Image") {
            self.mark(self.state.matrix.rect(&Rect::UNIT));
            return Some(());
        }
        if !dict.is("Subtype", "Form") || depth == DEPTH_MAX {
            return None;
        }
        let own = match dict.get("Matrix") {
            None => Matrix::ONE,
            some => Matrix(numbers(self.pdf, some)?),
        };
        let before = (self.state.clone(), std::mem::take(&mut self.saved));
        self.state.matrix = own.then(&self.state.matrix);
        let edge = Rect::of(numbers(self.pdf, dict.get("BBox"))?);
        if self.state.matrix.rect(&edge).meets(&self.target) {
            let (dict, bytes) = stream(self.pdf, id)?;
            let inner = self.pdf.dict(dict.get("Resources"));
            self.run(&bytes, inner.as_ref().unwrap_or(resources), depth + 1)?;
        }
        (self.state, self.saved) = before;
        Some(())
    }
}

/// What the page calls by a name.
fn resource(pdf: &Pdf<'_>, resources: &Dict, (kind, operands): (&str, &[Object])) -> Option<Object> {
    let [Object::Name(name)] = operands else { return None };
    let group = pdf.dict(resources.get(kind))?;
    group.entries.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The last operands, as numbers.
pub fn all<const N: usize>(operands: &[Object]) -> Option<[Fixed; N]> {
    let last = operands.get(operands.len().checked_sub(N)?..)?;
    last.iter().map(real).collect::<Option<Vec<Fixed>>>()?.try_into().ok()
}

fn is_constant(word: &[u8]) -> bool {
    matches!(word, b"true" | b"false" | b"null")
}

fn is_operator(word: &[u8]) -> bool {
    !is_constant(word) && word.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'\'' | b'"'))
}

/// Behind an image that stands in the content: its bytes may be anything, so its end is searched for.
fn skip_image(bytes: &[u8], lexer: &mut Lexer<'_>) -> Option<()> {
    while lexer.object()? != Object::Other(b"ID".to_vec()) {}
    let rest = bytes.get(lexer.at..)?;
    let is_end = |w: &[u8]| matches!(w, [before, b'E', b'I', after] if before.is_ascii_whitespace() && after.is_ascii_whitespace());
    let length = rest.windows(4).position(is_end).map(|at| at + 3);
    lexer.at += length.or_else(|| rest.ends_with(b"EI").then_some(rest.len()))?;
    Some(())
}

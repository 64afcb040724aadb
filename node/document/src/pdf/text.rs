//! How far the text of a page can reach (ISO 32000-1, 9.3 and 9.4), without knowing its letters.

use super::content::all;
use super::fixed::Fixed;
use super::font::Font;
use super::geometry::{Matrix, Rect, real};
use super::object::Object;
use std::rc::Rc;

/// How far letters reach above and below their line, and beyond their own width, with the size as the unit.
const ABOVE: Fixed = Fixed::ratio(6, 5);
const BELOW: Fixed = Fixed::ratio(-1, 2);
const BESIDE: Fixed = Fixed::ratio(3, 10);

/// The text state. What was shown in a line before moves what comes after: by how much lies between two bounds.
#[derive(Debug, Clone)]
pub struct Text {
    font: Option<Rc<Font>>,
    size: Fixed,
    between: Fixed,
    between_words: Fixed,
    stretch: Fixed,
    leading: Fixed,
    rise: Fixed,
    /// Where the line begins.
    line: Matrix,
    moved: (Fixed, Fixed),
}

impl Default for Text {
    fn default() -> Self {
        let (font, moved) = (None, (Fixed::ZERO, Fixed::ZERO));
        let [size, between, between_words, leading, rise] = [Fixed::ZERO; 5];
        Self { font, size, between, between_words, stretch: Fixed::ONE, leading, rise, line: Matrix::ONE, moved }
    }
}

impl Text {
    /// `Tf`.
    pub fn set_font(&mut self, font: Rc<Font>, size: Fixed) {
        (self.font, self.size) = (Some(font), size);
    }
    /// Operators that show nothing; whether it is one of them.
    pub fn operator(&mut self, word: &[u8], operands: &[Object]) -> Option<bool> {
        let one = || all::<1>(operands).map(|[n]| n);
        match word {
            b"BT" => self.start(Matrix::ONE),
            b"Tc" => self.between = one()?,
            b"Tw" => self.between_words = one()?,
            b"Tz" => self.stretch = one()? * Fixed::ratio(1, 100),
            b"TL" => self.leading = one()?,
            b"Ts" => self.rise = one()?,
            b"Tm" => self.start(Matrix(all(operands)?)),
            b"Td" => self.below(all(operands)?),
            b"TD" => {
                let by: [Fixed; 2] = all(operands)?;
                self.leading = -by[1];
                self.below(by);
            }
            b"T*" => self.below([Fixed::ZERO, -self.leading]),
            _ => return Some(false),
        }
        Some(true)
    }
    fn start(&mut self, line: Matrix) {
        (self.line, self.moved) = (line, (Fixed::ZERO, Fixed::ZERO));
    }
    fn below(&mut self, [x, y]: [Fixed; 2]) {
        self.start(Matrix::moving(x, y).then(&self.line));
    }
    /// Boxes around what an operator shows.
    pub fn show(&mut self, word: &[u8], operands: &[Object]) -> Option<Vec<Rect>> {
        if word == b"\"" {
            [self.between_words, self.between] = all(operands.get(..2)?)?;
        }
        if matches!(word, b"'" | b"\"") {
            self.below([Fixed::ZERO, -self.leading]);
        }
        let items = match operands.last()? {
            Object::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut boxes = Vec::new();
        for item in items {
            match item {
                Object::Text(letters) => boxes.extend(self.letters(letters)?),
                other => self.advance(-real(other)? * Fixed::ratio(1, 1000) * self.size * self.stretch),
            }
        }
        Some(boxes)
    }
    fn letters(&mut self, letters: &[u8]) -> Option<Option<Rect>> {
        let font = self.font.clone()?;
        let count = |n: usize| Fixed::whole(i64::try_from(n).ok()?);
        let many = count(letters.len().div_ceil(font.bytes))?;
        let spaces = count(letters.iter().filter(|b| **b == b' ').count())?;
        for part in [many * font.widest * self.size, many * self.between, spaces * self.between_words] {
            self.advance(part * self.stretch);
        }
        let beside = BESIDE * self.size.abs() * self.stretch.abs();
        let across = (self.moved.0 - beside, self.moved.1 + beside);
        let up = (self.rise + BELOW * self.size, self.rise + ABOVE * self.size);
        Some((many > Fixed::ZERO).then(|| self.line.rect(&Rect::of([across.0, up.0, across.1, up.1]))))
    }
    fn advance(&mut self, by: Fixed) {
        self.moved = (self.moved.0 + by.min(Fixed::ZERO), self.moved.1 + by.max(Fixed::ZERO));
    }
}

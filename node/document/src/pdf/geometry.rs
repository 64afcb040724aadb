//! Rectangles and matrices of a page (ISO 32000-1, 8.3), in the units of its default user space.

use super::Pdf;
use super::fixed::Fixed;
use super::object::Object;

/// Across and up.
pub type Point = (Fixed, Fixed);

/// A rectangle that stands upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Lower left.
    pub from: Point,
    /// Upper right.
    pub to: Point,
}

impl Rect {
    /// Where nothing can be told of.
    const LOST: Self = Self { from: (Fixed::LOST, Fixed::LOST), to: (Fixed::LOST, Fixed::LOST) };

    /// The smallest around some points; `None` without any.
    pub fn around(points: &[Point]) -> Option<Self> {
        let (first, rest) = points.split_first()?;
        if points.iter().any(|p| p.0.is_lost() || p.1.is_lost()) {
            return Some(Self::LOST);
        }
        Some(rest.iter().fold(Self { from: *first, to: *first }, |r, p| Self {
            from: (r.from.0.min(p.0), r.from.1.min(p.1)),
            to: (r.to.0.max(p.0), r.to.1.max(p.1)),
        }))
    }
    /// Of two opposite corners.
    pub fn of([a, b, c, d]: [Fixed; 4]) -> Self {
        Self::around(&[(a, b), (c, d)]).unwrap_or(Self::LOST)
    }
    /// The unit square, where pictures are drawn.
    pub const UNIT: Self = Self { from: (Fixed::ZERO, Fixed::ZERO), to: (Fixed::ONE, Fixed::ONE) };
    /// Its corners, in a round.
    pub fn corners(&self) -> [Point; 4] {
        [self.from, (self.to.0, self.from.1), self.to, (self.from.0, self.to.1)]
    }
    /// Its area; lost if it is too large.
    fn area(&self) -> Fixed {
        (self.to.0 - self.from.0) * (self.to.1 - self.from.1)
    }
    /// Whether it has none.
    pub fn is_flat(&self) -> bool {
        !self.is_lost() && (self.from.0 == self.to.0 || self.from.1 == self.to.1)
    }
    /// Whether it is larger than a share of another; so is what cannot be told.
    pub fn exceeds(&self, share: Fixed, other: &Self) -> bool {
        let (own, most) = (self.area(), share * other.area());
        own.is_lost() || own > most
    }
    /// Wider by this on all sides.
    pub fn grown(&self, by: Fixed) -> Self {
        Self::of([self.from.0 - by, self.from.1 - by, self.to.0 + by, self.to.1 + by])
    }
    fn is_lost(&self) -> bool {
        self.from.0.is_lost()
    }
    /// Whether they have an area in common. What cannot be told counts as that they do.
    pub fn meets(&self, other: &Self) -> bool {
        let apart = self.to.0 <= other.from.0
            || other.to.0 <= self.from.0
            || self.to.1 <= other.from.1
            || other.to.1 <= self.from.1;
        !apart || self.is_lost() || other.is_lost()
    }
    /// Whether all of the other lies in it.
    pub fn holds(&self, other: &Self) -> bool {
        self.from.0 <= other.from.0 && self.from.1 <= other.from.1 && self.to.0 >= other.to.0 && self.to.1 >= other.to.1
    }
}

impl std::fmt::Display for Rect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{} {} {} {}]", self.from.0, self.from.1, self.to.0, self.to.1)
    }
}

/// `[a b c d e f]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matrix(pub [Fixed; 6]);

impl Matrix {
    /// Changes nothing.
    pub const ONE: Self = Self([Fixed::ONE, Fixed::ZERO, Fixed::ZERO, Fixed::ONE, Fixed::ZERO, Fixed::ZERO]);

    /// Moves.
    pub fn moving(x: Fixed, y: Fixed) -> Self {
        Self([Fixed::ONE, Fixed::ZERO, Fixed::ZERO, Fixed::ONE, x, y])
    }
    /// This one first, then the other.
    pub fn then(&self, next: &Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [m, n, o, p, q, r] = next.0;
        Self([a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r])
    }
    /// Where a point comes to lie.
    pub fn point(&self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
    /// What lies around a rectangle then.
    pub fn rect(&self, rect: &Rect) -> Rect {
        Rect::around(&rect.corners().map(|p| self.point(p))).unwrap_or(*rect)
    }
    /// How much longer a line gets at most.
    pub fn scale(&self) -> Fixed {
        let [a, b, c, d, ..] = self.0;
        a.abs() + b.abs() + c.abs() + d.abs()
    }
    /// Whether what stood upright stands upright then.
    pub fn is_upright(&self) -> bool {
        let [a, b, c, d, ..] = self.0;
        [a, d] == [Fixed::ZERO; 2] || [b, c] == [Fixed::ZERO; 2]
    }
}

/// A number of either kind.
pub fn real(object: &Object) -> Option<Fixed> {
    match object {
        Object::Integer(n) => Fixed::whole(*n),
        Object::Other(word) => Fixed::read(word),
        _ => None,
    }
}

/// An array of so many numbers, each of which may stand elsewhere.
pub fn numbers<const N: usize>(pdf: &Pdf<'_>, object: Option<&Object>) -> Option<[Fixed; N]> {
    let array = pdf.resolve(object?)?;
    let all: Option<Vec<Fixed>> = array.array()?.iter().map(|o| real(&pdf.resolve(o)?)).collect();
    all?.try_into().ok()
}

/// A rectangle, which may stand elsewhere.
pub fn rect(pdf: &Pdf<'_>, object: Option<&Object>) -> Option<Rect> {
    numbers(pdf, object).map(Rect::of)
}

//! The compact profile that a node keeps of every packet of a signer, so that a later packet can be compared with it
//! without the packet.
//!
//! Three views of one writing: its path at equal steps of length (deaf to timing), when the pen was at each of these
//! points, and its path at equal steps of time (deaf to noise that changes lengths). All are freed of place, size,
//! proportion and duration. Integers of fixed size; how two are compared is in `likeness`, what a row hides in `key`.

use super::curve::{Curve, Point};
use super::key::ProfileKey;
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::trace::Trace;

/// Points of the path at equal length.
pub(super) const SHAPE: usize = 256;
/// Points of the path at equal time.
pub(super) const COURSE: usize = 96;

/// First byte of an unmasked row. Rows of version 1 had pressure and no moments; they are made again from their packets.
const VERSION: u8 = 2;
/// Bytes before the first point.
const HEAD: usize = 5;
/// Whitened unit of `shape`.
pub(super) const SHAPE_UNIT: f32 = 4096.0;
/// Whitened unit of `course`.
pub(super) const COURSE_UNIT: f32 = 32.0;
/// The whole duration, as a moment.
const WHOLE: f64 = 65_535.0;

/// One packet's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Which key it belongs to.
    pub(super) tag: [u8; 4],
    /// Points in 1/4096 of the path's deviation.
    pub(super) shape: [[i16; 2]; SHAPE],
    /// Points in 1/32 of the path's deviation.
    pub(super) course: [[i8; 2]; COURSE],
    /// When the pen was at each point of `shape`, in 1/65,535 of the duration.
    pub(super) moments: [u16; SHAPE],
}

impl Profile {
    /// Bytes of a row.
    pub const BYTES: usize = HEAD + SHAPE * 4 + COURSE * 2 + SHAPE * 2;

    /// The profile of a packet under its signer's key.
    pub fn of(packet: &StrokePacket, key: &ProfileKey) -> Result<Self, Refusal> {
        Self::of_trace(&Trace::new(packet)?, key)
    }
    /// As [`Self::of`], of a trace that is already made.
    pub fn of_trace(trace: &Trace, key: &ProfileKey) -> Result<Self, Refusal> {
        let curve = Curve::of(trace).ok_or(Refusal::NoExtent { width: 0, height: 0 })?;
        Ok(Self { tag: key.tag, shape: shape(&curve.shape), course: course(&curve.course), moments: moments(&curve) })
    }

    /// The row to keep, [`Self::BYTES`] long, masked by the key but not encrypted.
    pub fn to_bytes(&self, key: &ProfileKey) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::BYTES);
        out.push(VERSION);
        out.extend(self.tag);
        out.extend(self.shape.iter().flatten().flat_map(|v| v.to_be_bytes()));
        out.extend(self.course.iter().flatten().map(|v| v.cast_unsigned()));
        out.extend(self.moments.iter().flat_map(|v| v.to_be_bytes()));
        key.mask(&mut out);
        out
    }
    /// Reads a row; `None` if it is not one of this version under this key.
    pub fn from_bytes(row: &[u8], key: &ProfileKey) -> Option<Self> {
        let mut bytes: [u8; Self::BYTES] = row.try_into().ok()?;
        key.mask(&mut bytes);
        if bytes[0] != VERSION || bytes[1..5] != key.tag {
            return None;
        }
        let (points, rest) = bytes[HEAD..].split_at(SHAPE * 4);
        let (courses, moments) = rest.split_at(COURSE * 2);
        let wide = |at: usize| i16::from_be_bytes([points[at], points[at + 1]]);
        Some(Self {
            tag: key.tag,
            shape: std::array::from_fn(|i| [wide(4 * i), wide(4 * i + 2)]),
            course: std::array::from_fn(|i| [courses[2 * i].cast_signed(), courses[2 * i + 1].cast_signed()]),
            moments: std::array::from_fn(|i| u16::from_be_bytes([moments[2 * i], moments[2 * i + 1]])),
        })
    }
}

fn shape(path: &[Point]) -> [[i16; 2]; SHAPE] {
    let step = path.len() / SHAPE;
    let whole = |v: f64| (v * f64::from(SHAPE_UNIT)).clamp(-32_767.0, 32_767.0).round() as i16;
    std::array::from_fn(|i| {
        let (x, y) = path[i * step + step / 2];
        [whole(x), whole(y)]
    })
}

fn course(path: &[Point]) -> [[i8; 2]; COURSE] {
    let whole = |v: f64| (v * f64::from(COURSE_UNIT)).clamp(-127.0, 127.0).round() as i8;
    std::array::from_fn(|i| {
        let at = (2 * i + 1) as f64 / (2 * COURSE) as f64 * (path.len() - 1) as f64;
        [whole(at_fraction(path, at, |p| p.0)), whole(at_fraction(path, at, |p| p.1))]
    })
}

fn moments(curve: &Curve) -> [u16; SHAPE] {
    let (step, end) = (curve.when.len() / SHAPE, (curve.course.len() - 1) as f64);
    std::array::from_fn(|i| (curve.when[i * step + step / 2] / end * WHOLE).clamp(0.0, WHOLE).round() as u16)
}

/// Linear interpolation at an index with a fraction.
fn at_fraction<T>(values: &[T], at: f64, value: impl Fn(&T) -> f64) -> f64 {
    let low = (at as usize).min(values.len() - 1);
    let high = (low + 1).min(values.len() - 1);
    let (a, b) = (value(&values[low]), value(&values[high]));
    a + (b - a) * (at - low as f64)
}

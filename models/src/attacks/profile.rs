//! The compact profile that a node keeps of every packet of a signer, so that a later packet can be compared with it
//! without the packet.
//!
//! Three views of one writing: its path at equal steps of length (deaf to timing), its path at equal steps of time (deaf
//! to noise that changes lengths), its pressure at equal steps of length. All are freed of place, size and proportion, and
//! turned and reordered by the signer's [`ProfileKey`]. Integers of fixed size; how two are compared is in `replay`.

use super::curve::{Curve, Point};
use super::key::{COURSE, Order, PRESSURE, ProfileKey, SHAPE, TURN_UNIT};
use crate::arithmetic::hypot;
use crate::features::moments;
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::trace::Trace;

/// First byte of a row.
const VERSION: u8 = 1;
/// Whitened unit of `shape`.
const SHAPE_UNIT: f64 = 4096.0;
/// Whitened unit of `course`.
const COURSE_UNIT: f64 = 32.0;
/// Deviation of `pressure`.
const PRESSURE_UNIT: f64 = 32.0;
/// Length of a direction.
const DIRECTION_UNIT: f64 = 127.0;

/// One packet's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Which key made it.
    pub(super) tag: [u8; 4],
    pub(super) has_pressure: bool,
    /// Points in 1/4096 of the path's deviation.
    pub(super) shape: [[i16; 2]; SHAPE],
    /// Direction of the path at these points, length 127.
    pub(super) direction: [[i8; 2]; SHAPE],
    /// Points in 1/32 of the path's deviation.
    pub(super) course: [[i8; 2]; COURSE],
    /// 1/32 of its deviation; 0 without pressure.
    pub(super) pressure: [i8; PRESSURE],
}

impl Profile {
    /// Bytes of a row.
    pub const BYTES: usize = 6 + SHAPE * 6 + COURSE * 2 + PRESSURE;

    /// The profile of a packet under its signer's key.
    pub fn of(packet: &StrokePacket, key: &ProfileKey) -> Result<Self, Refusal> {
        Self::of_trace(&Trace::new(packet)?, key)
    }
    /// As [`Self::of`], of a trace that is already made.
    pub fn of_trace(trace: &Trace, key: &ProfileKey) -> Result<Self, Refusal> {
        let curve = Curve::of(trace).ok_or(Refusal::NoExtent { width: 0, height: 0 })?;
        let mut profile = Self {
            tag: key.tag,
            has_pressure: trace.has_pressure,
            shape: [[0; 2]; SHAPE],
            direction: [[0; 2]; SHAPE],
            course: [[0; 2]; COURSE],
            pressure: [0; PRESSURE],
        };
        profile.fill_shape(&curve.shape, &key.shape);
        profile.fill_course(&curve.course, &key.course);
        if trace.has_pressure {
            profile.fill_pressure(&trace.pressure, &curve.when, &key.pressure);
        }
        Ok(profile)
    }
    fn fill_shape(&mut self, path: &[Point], order: &Order<SHAPE>) {
        let step = path.len() / SHAPE;
        for i in 0..SHAPE {
            let at = i * step + step / 2;
            let (a, b) = (path[at - step / 2], path[at + step / 2 - 1]);
            let way = (b.0 - a.0, b.1 - a.1);
            let length = hypot(way.0, way.1) + 1e-9;
            let place = usize::from(order.place[i]);
            let point = turned(scaled(path[at], SHAPE_UNIT), order.turn[i]);
            let direction = turned(scaled(way, DIRECTION_UNIT / length), order.turn[i]);
            self.shape[place] = point.map(|v| v.clamp(-32_767, 32_767) as i16);
            self.direction[place] = direction.map(|v| v.clamp(-127, 127) as i8);
        }
    }
    fn fill_course(&mut self, path: &[Point], order: &Order<COURSE>) {
        for i in 0..COURSE {
            let at = (2 * i + 1) as f64 / (2 * COURSE) as f64 * (path.len() - 1) as f64;
            let point = (at_fraction(path, at, |p| p.0), at_fraction(path, at, |p| p.1));
            let turned = turned(scaled(point, COURSE_UNIT), order.turn[i]);
            self.course[usize::from(order.place[i])] = turned.map(|v| v.clamp(-127, 127) as i8);
        }
    }
    fn fill_pressure(&mut self, pressure: &[f64], when: &[f64], order: &Order<PRESSURE>) {
        let step = when.len() / PRESSURE;
        let mean = |times: &[f64]| times.iter().fold(0.0, |s, t| s + at_fraction(pressure, *t, |p| *p)) / step as f64;
        let values: Vec<f64> = when.chunks_exact(step).map(mean).collect();
        let (mean, deviation) = moments(&values);
        for (i, value) in values.iter().enumerate() {
            let scaled = ((value - mean) / (deviation + 1e-9) * PRESSURE_UNIT).clamp(-127.0, 127.0).round();
            let sign = if order.turn[i].0 < 0 { -1.0 } else { 1.0 };
            self.pressure[usize::from(order.place[i])] = (scaled * sign) as i8;
        }
    }

    /// The row to keep, [`Self::BYTES`] long. It is not encrypted.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::BYTES);
        out.push(VERSION);
        out.extend(self.tag);
        out.push(u8::from(self.has_pressure));
        out.extend(self.shape.iter().flatten().flat_map(|v| v.to_be_bytes()));
        out.extend(self.direction.iter().chain(&self.course).flatten().map(|v| v.cast_unsigned()));
        out.extend(self.pressure.iter().map(|v| v.cast_unsigned()));
        out
    }
    /// Reads a row; `None` if it is not one of this version.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::BYTES || bytes[0] != VERSION || bytes[5] > 1 {
            return None;
        }
        let byte = |at: usize| bytes[at].cast_signed();
        let pairs = |base: usize| move |i: usize| [byte(base + 2 * i), byte(base + 2 * i + 1)];
        let wide = |at: usize| i16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let (directions, courses) = (6 + SHAPE * 4, 6 + SHAPE * 6);
        let pressures = courses + COURSE * 2;
        Some(Self {
            tag: [bytes[1], bytes[2], bytes[3], bytes[4]],
            has_pressure: bytes[5] == 1,
            shape: std::array::from_fn(|i| [wide(6 + 4 * i), wide(8 + 4 * i)]),
            direction: std::array::from_fn(pairs(directions)),
            course: std::array::from_fn(pairs(courses)),
            pressure: std::array::from_fn(|i| byte(pressures + i)),
        })
    }
}

fn scaled(p: Point, unit: f64) -> (i32, i32) {
    let scaled = |v: f64| (v * unit).clamp(-65_536.0, 65_536.0).round() as i32;
    (scaled(p.0), scaled(p.1))
}

fn turned((x, y): (i32, i32), (c, s): (i32, i32)) -> [i32; 2] {
    let (x, y, c, s) = (i64::from(x), i64::from(y), i64::from(c), i64::from(s));
    let unit = i64::from(TURN_UNIT);
    [x * c - y * s, x * s + y * c].map(|v| ((v + unit / 2).div_euclid(unit)) as i32)
}

/// Linear interpolation at an index with a fraction.
fn at_fraction<T>(values: &[T], at: f64, value: impl Fn(&T) -> f64) -> f64 {
    let low = (at as usize).min(values.len() - 1);
    let high = (low + 1).min(values.len() - 1);
    let (a, b) = (value(&values[low]), value(&values[high]));
    a + (b - a) * (at - low as f64)
}

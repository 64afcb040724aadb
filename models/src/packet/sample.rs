//! One report of the digitiser, and the columns in which the samples of a packet are written. Says nothing about
//! whether times are monotone or speeds possible: a packet keeps what was captured, appraisal judges it.

use super::SAMPLES_MAX;
use super::column::{Column, Kind};
use proto::{Decoder, Encoder, Malformed};

/// One raw report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Microseconds since the first sample of the packet.
    pub t_us: u32,
    /// Device units, growing to the writer's right.
    pub x: i32,
    /// Device units, growing upward (away from the writer).
    pub y: i32,
    /// Raw level, 0 if there is none.
    pub pressure: u16,
    /// What the pen did.
    pub pen: PenState,
    /// The pen's direction, where sensed.
    pub tilt: Option<Tilt>,
}

/// The pen's direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tilt {
    /// Clockwise from the upward direction of the surface, in tenths of a degree, below 3600.
    pub azimuth_ddeg: u16,
    /// Above the surface, in tenths of a degree, at most 900.
    pub altitude_ddeg: u16,
}

/// Bits that say what the pen did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PenState(pub u8);

impl PenState {
    /// The tip touches the surface.
    pub const CONTACT: u8 = 1;
    /// The pen is above the surface and sensed.
    pub const HOVER: u8 = 2;
    /// The eraser end is used.
    pub const ERASER: u8 = 4;
    /// First barrel switch.
    pub const BARREL: u8 = 8;
    /// Second barrel switch.
    pub const BARREL2: u8 = 16;
    /// The report shared an event with the one before it (a browser's coalesced events).
    pub const COALESCED: u8 = 32;
    /// The capture side says that the report came from software, not from the hardware.
    pub const UNTRUSTED: u8 = 64;
    const KNOWN: u8 = 127;

    /// A pen that touches.
    pub const DOWN: Self = Self(Self::CONTACT);
    /// A pen that is above the surface.
    pub const UP: Self = Self(Self::HOVER);

    /// Whether no bit is set that the format does not know.
    pub fn is_known(self) -> bool {
        self.0 & !Self::KNOWN == 0
    }
    /// Whether the tip touches.
    pub fn is_down(self) -> bool {
        self.0 & Self::CONTACT != 0
    }
}

/// Writes `u32` count, then each channel as a column: t, x, y, pressure, pen, tilt present, azimuth and altitude (only of
/// samples with tilt). [`Column`] documents the bytes.
pub(crate) fn encode_all(samples: &[Sample], e: &mut Encoder) {
    e.count(samples.len());
    let tilts = || samples.iter().filter_map(|s| s.tilt);
    T.encode(samples.iter().map(|s| s.t_us.into()), e);
    X.encode(samples.iter().map(|s| s.x.into()), e);
    Y.encode(samples.iter().map(|s| s.y.into()), e);
    PRESSURE.encode(samples.iter().map(|s| s.pressure.into()), e);
    PEN.encode(samples.iter().map(|s| s.pen.0.into()), e);
    TILTED.encode(samples.iter().map(|s| s.tilt.is_some().into()), e);
    AZIMUTH.encode(tilts().map(|t| t.azimuth_ddeg.into()), e);
    ALTITUDE.encode(tilts().map(|t| t.altitude_ddeg.into()), e);
}

/// Reads what [`encode_all`] writes and refuses everything else.
pub(crate) fn decode_all(d: &mut Decoder<'_>) -> Result<Vec<Sample>, Malformed> {
    let n = d.count(SAMPLES_MAX, "samples")?;
    let (t, x, y) = (T.decode(n, d)?, X.decode(n, d)?, Y.decode(n, d)?);
    if t.first().is_some_and(|&t| t != 0) {
        return Err(Malformed::Rule { field: "samples.t_us", rule: "the first sample must have time 0" });
    }
    let (pressure, pen, tilted) = (PRESSURE.decode(n, d)?, PEN.decode(n, d)?, TILTED.decode(n, d)?);
    let tilts = tilted.iter().filter(|&&v| v == 1).count();
    let (azimuth, altitude) = (AZIMUTH.decode(tilts, d)?, ALTITUDE.decode(tilts, d)?);
    let mut tilts = azimuth.iter().zip(&altitude);
    let mut tilt = |present: i64| {
        (present == 1)
            .then(|| tilts.next())
            .flatten()
            .map(|(&a, &b)| Tilt { azimuth_ddeg: narrow(a), altitude_ddeg: narrow(b) })
    };
    Ok((0..n)
        .map(|i| Sample {
            t_us: narrow(t[i]),
            x: narrow(x[i]),
            y: narrow(y[i]),
            pressure: narrow(pressure[i]),
            pen: PenState(narrow(pen[i])),
            tilt: tilt(tilted[i]),
        })
        .collect())
}

const T: Column = Column { field: "samples.t_us", kind: Kind::SteadySlope, min: 0, max: u32::MAX as i64 };
const X: Column = Column { field: "samples.x", kind: Kind::Slope, min: i32::MIN as i64, max: i32::MAX as i64 };
const Y: Column = Column { field: "samples.y", kind: Kind::Slope, min: i32::MIN as i64, max: i32::MAX as i64 };
const PRESSURE: Column = Column { field: "samples.pressure", kind: Kind::Step, min: 0, max: u16::MAX as i64 };
const PEN: Column = Column { field: "samples.pen", kind: Kind::SteadyStep, min: 0, max: PenState::KNOWN as i64 };
const TILTED: Column = Column { field: "samples.tilt", kind: Kind::SteadyStep, min: 0, max: 1 };
const AZIMUTH: Column = Column { field: "samples.tilt.azimuth_ddeg", kind: Kind::SteadyStep, min: 0, max: 3599 };
const ALTITUDE: Column = Column { field: "samples.tilt.altitude_ddeg", kind: Kind::SteadyStep, min: 0, max: 900 };

fn narrow<T: TryFrom<i64>>(value: i64) -> T {
    T::try_from(value).ok().expect("the column's range is within the type")
}

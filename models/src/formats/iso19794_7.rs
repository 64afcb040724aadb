//! ISO/IEC 19794-7 "signature/sign time series data", full format, of the first edition (2007), which GB/T 26237.7-2013
//! adopts. All integers are big-endian.
//!
//! ```text
//! header  "SDI\0"  " 10\0"  u16 channels included: X Y Z VX VY AX AY T DT F S TX TY Az El R from the high bit down
//!         per channel: u8 preamble (scaling min max mean deviation constant trend-removed reserved, high bit first),
//!                      u16 for each of the first five that is present
//!         u8 reserved, 0
//! body    u8 preamble (high bit: extended data follows)  u24 number of points
//!         per point, per channel that is not constant: u16, for S u8
//!         u16 length, extended data
//! ```
//!
//! X, Y and other signed values are stored with 32768 added. A scaling value is 5 bits exponent + 16 and 11 bits
//! fraction: `(1 + f/2048) · 2^e`; the real value is the stored one divided by it, in mm, s and degrees. A constant DT
//! stores no values: one unit passes from point to point.
//!
//! Read: X and Y (required, one scale for both), T or DT (times become whole microseconds), F, S, Az with El. Other
//! channels are skipped: Z, TX, TY and R have no place in a packet, velocities and accelerations are derived. Without S
//! the pen touches where F is above 0, and everywhere without F. Refused: trends removed and constants of other channels
//! than DT, because raw values are gone; the compact format and the second edition (2014), whose header differs.
//!
//! Written: X, Y, T, F if sensed, S, Az and El if all samples have them. Where that cannot give the same samples back
//! (coordinates over 16 bits, times finer than a channel holds, pen switches), they are rounded **and** the exact
//! samples follow as extended data tagged `chirograph/iso-19794-7`; a reader that knows the tag takes those, after
//! checking that the standard channels say the same. Of the device only the scale and the pressure levels survive.

mod channel;
mod header;
mod layout;
#[cfg(test)]
mod tests;

use super::Recording;
use super::fault::{FormatFault, Position, bounded};
use crate::packet::{PenState, SAMPLES_MAX, Sample, Tilt, decode_samples, encode_samples};
use channel::{Channel, Description};
use header::{Cursor, Header};
use layout::Layout;
use proto::Decoder;
use proto::encode::{expect_tag, tagged};

const EXTENSION: &str = "chirograph/iso-19794-7";
const HAS_EXTENDED_DATA: u8 = 0x80;

/// Reads a full-format record.
pub fn read(bytes: &[u8]) -> Result<Recording, FormatFault> {
    let mut cursor = Cursor::new(bounded(bytes)?);
    let header = Header::read(&mut cursor)?;
    let body = Body::read(&header, &mut cursor)?;
    cursor.finish()?;
    let mut device = header.device();
    let Some(exact) = body.exact()? else {
        return Ok(Recording { device, samples: points(&header, &body)? });
    };
    let layout = Layout::of(&exact, header.has(Channel::F));
    if layout.descriptions(&device) != header.channels_without_scale() || layout.points(&exact) != body.points {
        let problem = "the exact samples differ from the standard channels; do not trust the file";
        return Err(FormatFault::new(Position::Byte(body.extended_at), "extended data", problem));
    }
    device.nm_per_unit >>= layout.shift;
    Ok(Recording { device, samples: exact })
}

/// Writes a full-format record.
pub fn write(recording: &Recording) -> Result<Vec<u8>, FormatFault> {
    let Recording { device, samples } = recording;
    if !(1..=SAMPLES_MAX).contains(&samples.len()) {
        let problem = format!("{} samples; there must be 1 to {SAMPLES_MAX}", samples.len());
        return Err(FormatFault::new(Position::Whole, "points", problem));
    }
    let sensed = device.pressure_levels > 0 || samples.iter().any(|s| s.pressure > 0);
    let layout = Layout::of(samples, sensed);
    let plain = record(&layout, recording, None)?;
    if read(&plain).is_ok_and(|again| again.samples == *samples) {
        return Ok(plain);
    }
    let mut exact = tagged(EXTENSION);
    encode_samples(samples, &mut exact);
    record(&layout, recording, Some(&exact.finish()))
}

fn record(layout: &Layout, recording: &Recording, extended: Option<&[u8]>) -> Result<Vec<u8>, FormatFault> {
    let mut out = layout.header(&recording.device);
    out.push(if extended.is_some() { HAS_EXTENDED_DATA } else { 0 });
    let count = u32::try_from(recording.samples.len()).expect("capped by the caller");
    out.extend(&count.to_be_bytes()[1..]);
    out.extend(layout.points(&recording.samples));
    if let Some(extended) = extended {
        let problem = format!("{} bytes are over the maximum of 65535; the samples are too wild", extended.len());
        let len =
            u16::try_from(extended.len()).map_err(|_| FormatFault::new(Position::Whole, "extended data", problem))?;
        out.extend(len.to_be_bytes());
        out.extend(extended);
    }
    Ok(out)
}

/// Points and extended data, not yet interpreted.
struct Body<'a> {
    count: usize,
    points_at: usize,
    points: &'a [u8],
    extended_at: usize,
    extended: &'a [u8],
}

impl<'a> Body<'a> {
    fn read(header: &Header, cursor: &mut Cursor<'a>) -> Result<Self, FormatFault> {
        let extended = cursor.u8("body preamble")? != 0;
        let at = cursor.position();
        let count = cursor.u24("number of points")?;
        if !(1..=SAMPLES_MAX).contains(&count) {
            return Err(FormatFault::new(at, "number of points", format!("{count}; there must be 1 to {SAMPLES_MAX}")));
        }
        let points_at = cursor.offset();
        let points = cursor.take(count * header.point_bytes(), "points")?;
        let len = if extended { usize::from(cursor.u16("extended data length")?) } else { 0 };
        let extended_at = cursor.offset();
        Ok(Self { count, points_at, points, extended_at, extended: cursor.take(len, "extended data")? })
    }
    /// Our own extended data, if it is ours; somebody else's is skipped.
    fn exact(&self) -> Result<Option<Vec<Sample>>, FormatFault> {
        let mut decoder = Decoder::new(self.extended);
        if expect_tag(&mut decoder, EXTENSION).is_err() {
            return Ok(None);
        }
        let samples = decode_samples(&mut decoder).and_then(|samples| decoder.finish().map(|()| samples));
        let fault =
            |e: proto::Malformed| FormatFault::new(Position::Byte(self.extended_at), "extended data", e.to_string());
        samples.map(Some).map_err(fault)
    }
}

fn points(header: &Header, body: &Body<'_>) -> Result<Vec<Sample>, FormatFault> {
    let size = header.point_bytes();
    let mut clock = Clock::default();
    let mut samples = Vec::with_capacity(body.count);
    for (index, bytes) in body.points.chunks_exact(size).enumerate() {
        let row = Row { header, bytes, at: Position::Byte(body.points_at + index * size) };
        let t_us = clock.read(&row)?;
        samples.push(row.sample(t_us)?);
    }
    Ok(samples)
}

/// Turns T or DT into microseconds since the first point.
#[derive(Default)]
struct Clock {
    first: Option<u64>,
    sum: u64,
}

impl Clock {
    fn read(&mut self, row: &Row<'_>) -> Result<u32, FormatFault> {
        let elapsed = match (row.value(Channel::T), row.header.find(Channel::DT)) {
            (Some((d, v)), _) => {
                let t = d.micro(v);
                t.checked_sub(*self.first.get_or_insert(t))
            }
            // The first point's DT says what happened before the recording.
            (None, Some(_)) if self.first.is_none() => {
                self.first = Some(0);
                Some(0)
            }
            (None, Some(d)) => {
                let units = if d.constant { 1 } else { row.value(Channel::DT).map_or(0, |(_, v)| v) };
                self.sum = self.sum.saturating_add(d.micro(units));
                Some(self.sum)
            }
            (None, None) => return Err(FormatFault::new(row.at, "T", "there is neither T nor DT; times are required")),
        };
        let elapsed = elapsed.and_then(|t| u32::try_from(t).ok());
        elapsed.ok_or_else(|| FormatFault::new(row.at, "T", "must be 0 to 71 minutes after the first point's"))
    }
}

/// One point.
struct Row<'a> {
    header: &'a Header,
    bytes: &'a [u8],
    at: Position,
}

impl Row<'_> {
    /// The channel's description and stored value, if it is included.
    fn value(&self, channel: Channel) -> Option<(&Description, u64)> {
        let (description, offset) = self.header.locate(channel)?;
        let bytes = self.bytes.get(offset..offset + channel.bytes())?;
        Some((description, bytes.iter().fold(0, |value, b| value << 8 | u64::from(*b))))
    }
    fn sample(&self, t_us: u32) -> Result<Sample, FormatFault> {
        let signed = |channel| self.value(channel).map_or(0, |(_, v)| v as i32 - 32768);
        let pressure = self.value(Channel::F).map(|(_, v)| v as u16);
        Ok(Sample {
            t_us,
            x: signed(Channel::X),
            y: signed(Channel::Y),
            pressure: pressure.unwrap_or(0),
            pen: self.pen(pressure)?,
            tilt: self.tilt()?,
        })
    }
    fn pen(&self, pressure: Option<u16>) -> Result<PenState, FormatFault> {
        match (self.value(Channel::S), pressure) {
            (Some((_, 1)), _) => Ok(PenState::DOWN),
            (Some((_, 0)), _) => Ok(PenState::UP),
            (Some((_, v)), _) => Err(FormatFault::new(self.at, "S", format!("{v}; must be 0 or 1"))),
            (None, Some(0)) => Ok(PenState::UP),
            (None, _) => Ok(PenState::DOWN),
        }
    }
    fn tilt(&self) -> Result<Option<Tilt>, FormatFault> {
        let (Some((az, azimuth)), Some((el, altitude))) = (self.value(Channel::Az), self.value(Channel::El)) else {
            return Ok(None);
        };
        let angle = |ddeg: u64, max: u64, field| {
            let value = u16::try_from(ddeg).ok().filter(|v| u64::from(*v) <= max);
            value.ok_or_else(|| FormatFault::new(self.at, field, format!("{ddeg} tenths of a degree; at most {max}")))
        };
        Ok(Some(Tilt {
            azimuth_ddeg: angle(az.deci(azimuth), 3599, "Az")?,
            altitude_ddeg: angle(el.deci(altitude), 900, "El")?,
        }))
    }
}

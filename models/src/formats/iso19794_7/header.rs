//! The record header: identifier, version, channel descriptions. Reads bytes; knows nothing of points.

use super::super::fault::{FormatFault, Position};
use super::channel::{Channel, Description, Scaling};
use crate::packet::Device;

pub(super) const IDENTIFIER: &[u8; 4] = b"SDI\0";
pub(super) const VERSION: &[u8; 4] = b" 10\0";

pub(super) const SCALING: u8 = 0x80;
pub(super) const MAX: u8 = 0x20;
const MIN: u8 = 0x40;
const MEAN: u8 = 0x10;
const DEVIATION: u8 = 0x08;
const CONSTANT: u8 = 0x04;
const TREND_REMOVED: u8 = 0x02;

/// What the header says of the points.
pub(super) struct Header {
    channels: Vec<Description>,
}

impl Header {
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, FormatFault> {
        cursor.expect(IDENTIFIER, "format identifier", "must be `SDI` and a zero byte")?;
        cursor.expect(
            VERSION,
            "version",
            "must be ` 10` and a zero byte: the full format of 2007 (GB/T 26237.7-2013)",
        )?;
        let at = cursor.position();
        let included = cursor.u16("channel inclusion")?;
        if included & Channel::X.bit() == 0 || included & Channel::Y.bit() == 0 {
            return Err(FormatFault::new(at, "channel inclusion", "X and Y are required"));
        }
        let wanted = Channel::ALL.into_iter().filter(|c| included & c.bit() != 0);
        let channels = wanted.map(|c| describe(c, cursor)).collect::<Result<Vec<_>, _>>()?;
        cursor.u8("reserved")?;
        let header = Self { channels };
        if header.find(Channel::X).map(|d| d.scaling) != header.find(Channel::Y).map(|d| d.scaling) {
            return Err(FormatFault::new(at, "Y", "must have the same scaling value as X"));
        }
        Ok(header)
    }
    pub(super) fn find(&self, channel: Channel) -> Option<&Description> {
        self.channels.iter().find(|d| d.channel == channel)
    }
    pub(super) fn has(&self, channel: Channel) -> bool {
        self.find(channel).is_some()
    }
    /// A channel's description and its offset in a point; `None` if points do not hold it.
    pub(super) fn locate(&self, channel: Channel) -> Option<(&Description, usize)> {
        let mut offset = 0;
        for description in self.channels.iter().filter(|d| !d.constant) {
            if description.channel == channel {
                return Some((description, offset));
            }
            offset += description.channel.bytes();
        }
        None
    }
    pub(super) fn point_bytes(&self) -> usize {
        self.channels.iter().filter(|d| !d.constant).map(|d| d.channel.bytes()).sum()
    }
    /// The descriptions without the scale of X and Y, whose rounding two writers may do differently.
    pub(super) fn channels_without_scale(&self) -> Vec<Description> {
        self.channels.iter().map(without_scale).collect()
    }
    /// The device as far as it is described.
    pub(super) fn device(&self) -> Device {
        let scale = self.find(Channel::X).and_then(|d| d.scaling);
        let levels = self.find(Channel::F).map_or(0, |d| d.max.map_or(65536, |max| u32::from(max) + 1));
        Device {
            nm_per_unit: scale.map_or(0, |s| u32::try_from(s.divide(1, 1_000_000)).unwrap_or(0)),
            pressure_levels: levels,
            tilt: self.has(Channel::Az) && self.has(Channel::El),
            ..Device::default()
        }
    }
}

pub(super) fn without_scale(description: &Description) -> Description {
    let drop = matches!(description.channel, Channel::X | Channel::Y);
    Description { scaling: description.scaling.filter(|_| !drop), ..*description }
}

fn describe(channel: Channel, cursor: &mut Cursor<'_>) -> Result<Description, FormatFault> {
    let (at, name) = (cursor.position(), channel.name());
    let preamble = cursor.u8(name)?;
    if preamble & TREND_REMOVED != 0 {
        return Err(FormatFault::new(at, name, "its trend was removed, so raw values are gone; export raw values"));
    }
    let constant = preamble & CONSTANT != 0;
    if constant && channel != Channel::DT {
        return Err(FormatFault::new(at, name, "is marked constant, which is read for DT only; export all values"));
    }
    let mut attribute = |bit: u8| if preamble & bit != 0 { cursor.u16(name).map(Some) } else { Ok(None) };
    let scaling = attribute(SCALING)?.map(Scaling);
    attribute(MIN)?;
    let max = attribute(MAX)?;
    attribute(MEAN)?;
    attribute(DEVIATION)?;
    Ok(Description { channel, scaling, max, constant })
}

/// Reads forward and knows where it is.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }
    pub(super) fn offset(&self) -> usize {
        self.offset
    }
    pub(super) fn position(&self) -> Position {
        Position::Byte(self.offset)
    }
    pub(super) fn take(&mut self, len: usize, field: &'static str) -> Result<&'a [u8], FormatFault> {
        let rest = &self.bytes[self.offset..];
        let taken = rest.get(..len).ok_or_else(|| {
            let problem = format!("takes {len} bytes, the file has {} left", rest.len());
            FormatFault::new(self.position(), field, problem)
        })?;
        self.offset += len;
        Ok(taken)
    }
    fn integer(&mut self, len: usize, field: &'static str) -> Result<usize, FormatFault> {
        Ok(self.take(len, field)?.iter().fold(0, |value, b| value << 8 | usize::from(*b)))
    }
    pub(super) fn u8(&mut self, field: &'static str) -> Result<u8, FormatFault> {
        Ok(self.integer(1, field)? as u8)
    }
    pub(super) fn u16(&mut self, field: &'static str) -> Result<u16, FormatFault> {
        Ok(self.integer(2, field)? as u16)
    }
    pub(super) fn u24(&mut self, field: &'static str) -> Result<usize, FormatFault> {
        self.integer(3, field)
    }
    fn expect(&mut self, wanted: &[u8; 4], field: &'static str, problem: &str) -> Result<(), FormatFault> {
        let at = self.position();
        if self.take(4, field)? == wanted { Ok(()) } else { Err(FormatFault::new(at, field, problem)) }
    }
    pub(super) fn finish(self) -> Result<(), FormatFault> {
        match self.bytes.len() - self.offset {
            0 => Ok(()),
            n => Err(FormatFault::new(self.position(), "end", format!("{n} bytes are left over after the record"))),
        }
    }
}

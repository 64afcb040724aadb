//! W3C InkML (Recommendation of 20 September 2011), as far as a signature needs it.
//!
//! Read: one `inkSource` or bare `traceFormat` with channels X, Y, T (required), F, S, OA with OE, others skipped;
//! `trace` elements in document order, whose `type` says whether the pen touches unless channel S does; explicit, first-
//! and second-difference values, `*` and `?`, decimal and hexadecimal. X, Y, F must be whole device units and levels; T
//! is in ms or s, rounded to the microsecond, with one origin for all traces; angles are in degrees, rounded to tenths,
//! OA clockwise from the far side of the pad as digitisers report it. Y grows downward unless its orientation is `-ve`.
//! Refused: document type declarations and entities in traces, more than one source or format, channels with a `mapping`,
//! ink without times. Everything else (brushes, views, annotations) is passed over.
//!
//! Written: one `inkSource` with everything that a packet says of the device (what has no place in InkML as
//! `srcProperty` named `chirograph.*`), one `trace` per run of touching or hovering. Samples and device survive exactly.
//! Where a file states a device value twice, both must agree.

mod decimal;
mod document;
mod source;
#[cfg(test)]
mod tests;
mod trace;
mod write;

pub use write::write;

use super::Recording;
use super::fault::{FormatFault, Position, bounded};
use crate::packet::{PenState, SAMPLES_MAX, Sample, Tilt};
use decimal::Decimal;
use document::{Channel, Document, Stroke, Touch, position};
use trace::Points;

/// The channel that carries pen bits for which InkML has no channel.
const PEN_CHANNEL: &str = "chirograph-pen";

/// Reads a document.
pub fn read(bytes: &[u8]) -> Result<Recording, FormatFault> {
    let text = std::str::from_utf8(bounded(bytes)?)
        .map_err(|e| FormatFault::new(Position::Byte(e.valid_up_to()), "text", "must be UTF-8"))?;
    let document = Document::parse(text)?;
    let columns = Columns::find(&document.channels)?;
    let mut samples = Vec::new();
    let mut start_us = None;
    for stroke in &document.strokes {
        let mut points = Points::new(text, stroke, &document.channels);
        while let Some(values) = points.next_point()? {
            let point = Point { columns: &columns, values: &values, stroke, file: text, offset: points.offset() };
            if samples.len() == SAMPLES_MAX {
                return Err(point.fault("trace", format!("more than {SAMPLES_MAX} points")));
            }
            let t_us = point.time_us()?;
            samples.push(point.sample(t_us - *start_us.get_or_insert(t_us))?);
        }
    }
    if samples.is_empty() {
        return Err(FormatFault::new(Position::Whole, "trace", "there are no points"));
    }
    Ok(Recording { device: source::device(&document)?, samples })
}

/// Which value of a point is which.
struct Columns {
    x: usize,
    y: usize,
    y_up: bool,
    t: usize,
    t_factor: i64,
    f: Option<usize>,
    s: Option<usize>,
    tilt: Option<(usize, usize)>,
    pen: Option<usize>,
}

impl Columns {
    fn find(channels: &[Channel]) -> Result<Self, FormatFault> {
        let find = |name: &str| channels.iter().position(|c| c.name == name);
        let need = |name: &'static str, problem: &str| {
            find(name).ok_or_else(|| FormatFault::new(Position::Whole, name, problem))
        };
        let t = need("T", "the channel is missing; times are required")?;
        let (x, y) = (need("X", "the channel is missing")?, need("Y", "the channel is missing")?);
        let t_factor = match channels[t].units.as_str() {
            "" | "ms" => 1000,
            "s" => 1_000_000,
            _ => return Err(FormatFault::new(channels[t].at, "T", "units must be ms or s")),
        };
        let tilt = find("OA").zip(find("OE"));
        for angle in tilt.into_iter().flat_map(|(a, e)| [&channels[a], &channels[e]]) {
            if !["", "deg"].contains(&angle.units.as_str()) {
                return Err(FormatFault::new(angle.at, "OA, OE", "units must be deg"));
            }
        }
        let y_up = channels[y].downward;
        Ok(Self { x, y, y_up, t, t_factor, f: find("F"), s: find("S"), tilt, pen: find(PEN_CHANNEL) })
    }
}

/// One point of a trace; a value is `None` where the file says `?`.
struct Point<'a> {
    columns: &'a Columns,
    values: &'a [Option<Decimal>],
    stroke: &'a Stroke,
    file: &'a str,
    offset: usize,
}

impl Point<'_> {
    fn fault(&self, field: &'static str, problem: impl Into<String>) -> FormatFault {
        FormatFault::new(position(self.file, self.offset), field, problem)
    }
    fn value(&self, index: usize, field: &'static str) -> Result<Decimal, FormatFault> {
        self.values[index].ok_or_else(|| self.fault(field, "is `?`, but every point needs it"))
    }
    fn whole<T: TryFrom<i64>>(&self, value: Decimal, field: &'static str) -> Result<T, FormatFault> {
        let whole = value.whole().and_then(|v| T::try_from(v).ok());
        whole.ok_or_else(|| self.fault(field, format!("{value}; must be a whole number within the channel's range")))
    }
    fn time_us(&self) -> Result<i64, FormatFault> {
        let value = self.value(self.columns.t, "T")?;
        value.times(self.columns.t_factor).ok_or_else(|| self.fault("T", format!("{value} is out of range")))
    }
    fn sample(&self, elapsed_us: i64) -> Result<Sample, FormatFault> {
        let columns = self.columns;
        let t_us = u32::try_from(elapsed_us)
            .map_err(|_| self.fault("T", "must be 0 to 71 minutes after the first point's"))?;
        let y: i32 = self.whole(self.value(columns.y, "Y")?, "Y")?;
        let down = |y: i32| y.checked_neg().ok_or_else(|| self.fault("Y", "is out of range"));
        let pressure = columns.f.and_then(|f| self.values[f]);
        Ok(Sample {
            t_us,
            x: self.whole(self.value(columns.x, "X")?, "X")?,
            y: if columns.y_up { y } else { down(y)? },
            pressure: pressure.map_or(Ok(0), |p| self.whole(p, "F"))?,
            pen: self.pen()?,
            tilt: self.tilt()?,
        })
    }
    fn pen(&self) -> Result<PenState, FormatFault> {
        let switch = self.columns.s.and_then(|s| self.values[s]).map(|v| v != Decimal::ZERO);
        let touches = match (switch, self.stroke.touch) {
            (Some(touches), _) => touches,
            (None, Touch::Down) => true,
            (None, Touch::Up) => false,
            (None, Touch::Indeterminate) => {
                return Err(self.fault("trace", "is of type indeterminate and there is no channel S"));
            }
        };
        let Some(bits) = self.columns.pen.and_then(|p| self.values[p]) else {
            return Ok(if touches { PenState::DOWN } else { PenState::UP });
        };
        let pen = PenState(self.whole(bits, PEN_CHANNEL)?);
        let consistent = pen.is_known() && pen.is_down() == touches;
        if consistent { Ok(pen) } else { Err(self.fault(PEN_CHANNEL, "contradicts the trace's type or S")) }
    }
    fn tilt(&self) -> Result<Option<Tilt>, FormatFault> {
        let values = self.columns.tilt.and_then(|(a, e)| self.values[a].zip(self.values[e]));
        let Some((azimuth, altitude)) = values else { return Ok(None) };
        let angle = |value: Decimal, max: u16, field| {
            let ddeg = value.times(10).and_then(|v| u16::try_from(v).ok()).filter(|v| *v <= max);
            ddeg.ok_or_else(|| self.fault(field, format!("{value}; must be 0 to {} degrees", f64::from(max) / 10.0)))
        };
        Ok(Some(Tilt { azimuth_ddeg: angle(azimuth, 3599, "OA")?, altitude_ddeg: angle(altitude, 900, "OE")? }))
    }
}

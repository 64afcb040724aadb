//! The circumstances of writing, as the capture application declares them.

use super::coded::coded;
use proto::{Decoder, Digest, Encoder, Malformed, TimeMs};

/// Most discarded attempts that a packet lists.
pub const DISCARDED_MAX: usize = 16;
/// Longest prompt, in bytes.
pub const PROMPT_MAX: usize = 64;

coded! {
    /// How the writer sat or stood, as declared.
    Posture {
        /// Not declared.
        #[default]
        Unknown = 0,
        /// Sitting at a table.
        Seated = 1,
        /// Standing at a counter.
        Standing = 2,
        /// Device held in the hand.
        Handheld = 3,
        /// Lying down, as a patient may be.
        Lying = 4,
    }
}

coded! {
    /// What the writer held, as declared.
    Instrument {
        /// Not declared.
        #[default]
        Unknown = 0,
        /// The device's own pen.
        Stylus = 1,
        /// A passive pen on a touch screen.
        PassivePen = 2,
        /// A finger.
        Finger = 3,
        /// A mouse.
        Mouse = 4,
    }
}

/// A coarse place, on a grid of one hundredth of a degree (about 1 km). Present only with the signer's consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Latitude in hundredths of a degree north, -9000 to 9000.
    pub latitude_cdeg: i16,
    /// Longitude in hundredths of a degree east, -18000 to 18000.
    pub longitude_cdeg: i16,
}

/// Context of one attempt that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The capture device's clock at the first sample, Unix epoch; 0 if unknown. A claim, not legal time.
    pub device_time: TimeMs,
    /// Width of the writing field in micrometres; 0 if unknown.
    pub canvas_width_um: u32,
    /// Height of the writing field in micrometres; 0 if unknown.
    pub canvas_height_um: u32,
    /// Whether a line to write on was shown.
    pub guide_line: bool,
    /// Digest of the picture of the document that was on the screen.
    pub shown: Option<Digest>,
    /// Attempts until this one, itself included; 0 if unknown.
    pub attempts: u16,
    /// [`super::StrokePacket::samples_digest`] of attempts that the writer cleared, oldest first; at most
    /// [`DISCARDED_MAX`].
    pub discarded: Vec<Digest>,
    /// What the writer was asked to write beside the name (such as four digits drawn for this act), at most
    /// [`PROMPT_MAX`] bytes; empty if nothing.
    pub prompt: String,
    /// Milliseconds from the prompt to the first sample.
    pub prompt_to_pen_ms: u32,
    /// Milliseconds from the prompt to confirmation.
    pub total_ms: u32,
    /// Posture.
    pub posture: Posture,
    /// Instrument.
    pub instrument: Instrument,
    /// Where, with consent.
    pub place: Option<Place>,
}

impl Session {
    pub(super) fn encode(&self, e: &mut Encoder) {
        e.u64(self.device_time.0).u32(self.canvas_width_um).u32(self.canvas_height_um).bool(self.guide_line);
        e.option(self.shown.as_ref(), |e, v| {
            e.digest(v);
        });
        e.u16(self.attempts).list(&self.discarded, |e, v| {
            e.digest(v);
        });
        e.text(&self.prompt).u32(self.prompt_to_pen_ms).u32(self.total_ms);
        self.posture.encode(e);
        self.instrument.encode(e);
        e.option(self.place.as_ref(), |e, p| p.encode(e));
    }
    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            device_time: TimeMs(d.u64("session.device_time")?),
            canvas_width_um: d.u32("session.canvas_width_um")?,
            canvas_height_um: d.u32("session.canvas_height_um")?,
            guide_line: d.bool("session.guide_line")?,
            shown: d.option("session.shown", |d| d.digest("session.shown"))?,
            attempts: d.u16("session.attempts")?,
            discarded: d.list(DISCARDED_MAX, "session.discarded", |d| d.digest("session.discarded"))?,
            prompt: d.text(PROMPT_MAX, "session.prompt")?,
            prompt_to_pen_ms: d.u32("session.prompt_to_pen_ms")?,
            total_ms: d.u32("session.total_ms")?,
            posture: Posture::decode(d, "session.posture")?,
            instrument: Instrument::decode(d, "session.instrument")?,
            place: d.option("session.place", Place::decode)?,
        })
    }
}

impl Place {
    fn encode(&self, e: &mut Encoder) {
        e.i32(self.latitude_cdeg.into()).i32(self.longitude_cdeg.into());
    }
    fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            latitude_cdeg: degrees(d.i32("session.place.latitude_cdeg")?, 9000, "session.place.latitude_cdeg")?,
            longitude_cdeg: degrees(d.i32("session.place.longitude_cdeg")?, 18000, "session.place.longitude_cdeg")?,
        })
    }
}

fn degrees(value: i32, max: i16, field: &'static str) -> Result<i16, Malformed> {
    let rule = "must be hundredths of a degree on the globe";
    i16::try_from(value).ok().filter(|v| v.unsigned_abs() <= max.unsigned_abs()).ok_or(Malformed::Rule { field, rule })
}

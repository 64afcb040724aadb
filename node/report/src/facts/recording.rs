//! What a stroke packet says of itself and what is measured on it. Device, software, times and circumstances are claims of
//! the capture side; samples are what everything else is recomputed from.

mod stroke;

use super::explanation::Explanation;
use models::packet::StrokePacket;
use models::trace::Trace;
use proto::Canonical;
use serde::{Deserialize, Serialize};
pub use stroke::{STROKES_MAX, Stroke};

/// The packets at hand.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Writing {
    /// The questioned signature.
    pub questioned: Option<Recording>,
    /// The references, in the order of the enrolment; empty if they are not in this variant.
    pub references: Vec<Recording>,
    /// Strokes of the questioned signature in the order of writing; at most [`STROKES_MAX`].
    pub strokes: Vec<Stroke>,
    /// Strokes beyond those.
    pub strokes_omitted: u32,
    /// How it differs from the references; `null` without references.
    pub explanation: Option<Explanation>,
}

/// One packet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// SM3 of the packet's canonical bytes.
    pub digest: String,
    /// Forensic grade of this packet, as measured now; `null` if it cannot be measured.
    pub grade: Option<String>,
    /// Samples.
    pub samples: u32,
    /// Times the pen was put down.
    pub strokes: u32,
    /// First to last sample, ms.
    pub duration_ms: u32,
    /// Reports a second while the pen is down, median, thousandths.
    pub rate_mhz: Option<u32>,
    /// Reports missing while the pen is down, thousandths.
    pub lost_permille: Option<u32>,
    /// Width of the writing, micrometres; `null` if the device does not say how large its unit is.
    pub width_um: Option<u64>,
    /// Height.
    pub height_um: Option<u64>,
    /// What it was captured with.
    pub device: Device,
    /// The circumstances.
    pub surroundings: Surroundings,
    /// Declared intent; may be empty.
    pub intent: String,
    /// Digest of the document that the packet was bound to when it was written.
    pub document: String,
    /// Signature of the capture side over the packet.
    pub attestation: Option<Attestation>,
}

/// Digitiser and software.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Device {
    /// Maker.
    pub maker: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Operating system and driver.
    pub system: String,
    /// Application.
    pub app: String,
    /// `unknown`, `emr_pen`, `active_pen`, `finger`, `mouse` or `synthetic`.
    pub kind: String,
    /// Levels of pressure; 0 if not sensed.
    pub pressure_levels: u32,
    /// Nominal reports a second, thousandths; 0 if unknown.
    pub rate_mhz: u32,
    /// Nanometres per unit; 0 if unknown.
    pub nm_per_unit: u32,
    /// Uncertainty of that, thousandths.
    pub scale_uncertainty_permille: u32,
    /// Whether it reports the pen above the surface.
    pub hover: bool,
    /// Whether it reports tilt.
    pub tilt: bool,
}

/// Circumstances of writing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Surroundings {
    /// The device's clock at the first sample; `null` if unknown. A claim.
    pub device_time_ms: Option<u64>,
    /// `unknown`, `seated`, `standing`, `handheld` or `lying`.
    pub posture: String,
    /// `unknown`, `stylus`, `passive_pen`, `finger` or `mouse`.
    pub instrument: String,
    /// Attempts, this one included; 0 if unknown.
    pub attempts: u32,
    /// Attempts that were cleared and are listed by digest.
    pub discarded: u32,
    /// Digest of the picture of the document on the screen.
    pub shown: Option<String>,
    /// What had to be written besides the name.
    pub prompt: String,
    /// From the prompt to the first sample, ms.
    pub prompt_to_pen_ms: u32,
    /// From the prompt to confirmation, ms.
    pub total_ms: u32,
    /// Where, with consent.
    pub place: Option<Place>,
}

/// A place to about a kilometre.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// Hundredths of a degree north.
    pub latitude_cdeg: i32,
    /// Hundredths of a degree east.
    pub longitude_cdeg: i32,
}

/// Who vouches for the packet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Attestation {
    /// Id of the key.
    pub key: String,
    /// Whether the signature holds under it.
    pub holds: bool,
}

impl Recording {
    /// Of a packet.
    pub fn of(packet: &StrokePacket) -> Self {
        let trace = Trace::new(packet).ok();
        let measured = trace.as_ref().map(models::inspection::Measured::of);
        let inspected = trace.as_ref().and_then(|trace| models::inspection::inspect(packet, trace).ok());
        let unit = u64::from(packet.device.nm_per_unit);
        let extent = |value: fn(&models::Sample) -> i32| (unit > 0).then(|| extent(packet, value) * unit / 1000);
        Self {
            digest: packet.digest().to_string(),
            grade: inspected.map(|i| i.grade.as_str().to_owned()),
            samples: packet.samples.len() as u32,
            strokes: stroke::count(packet),
            duration_ms: packet.duration_us() / 1000,
            rate_mhz: measured.map(|m| m.rate_mhz),
            lost_permille: measured.map(|m| m.lost_permille),
            width_um: extent(|s| s.x),
            height_um: extent(|s| s.y),
            device: Device::of(packet),
            surroundings: Surroundings::of(packet),
            intent: packet.binding.intent.clone(),
            document: packet.binding.document.to_string(),
            attestation: packet
                .attestation
                .as_ref()
                .map(|a| Attestation { key: a.key.id().to_string(), holds: packet.verify_attestation().is_ok() }),
        }
    }
}

/// Extent of the pen-down samples, units.
fn extent(packet: &StrokePacket, value: fn(&models::Sample) -> i32) -> u64 {
    let down = || packet.samples.iter().filter(|s| s.pen.is_down()).map(|s| i64::from(value(s)));
    let (Some(low), Some(high)) = (down().min(), down().max()) else { return 0 };
    (high - low).unsigned_abs()
}

impl Device {
    fn of(packet: &StrokePacket) -> Self {
        let d = &packet.device;
        Self {
            maker: d.maker.clone(),
            model: d.model.clone(),
            serial: d.serial.clone(),
            system: d.system.clone(),
            app: d.app.clone(),
            kind: snake(d.kind.name()),
            pressure_levels: d.pressure_levels,
            rate_mhz: d.rate_mhz,
            nm_per_unit: d.nm_per_unit,
            scale_uncertainty_permille: d.scale_uncertainty_permille.into(),
            hover: d.hover,
            tilt: d.tilt,
        }
    }
}

impl Surroundings {
    fn of(packet: &StrokePacket) -> Self {
        let s = &packet.session;
        let place = |p: models::packet::Place| Place {
            latitude_cdeg: p.latitude_cdeg.into(),
            longitude_cdeg: p.longitude_cdeg.into(),
        };
        Self {
            device_time_ms: (s.device_time.0 > 0).then_some(s.device_time.0),
            posture: snake(s.posture.name()),
            instrument: snake(s.instrument.name()),
            attempts: s.attempts.into(),
            discarded: s.discarded.len() as u32,
            shown: s.shown.map(|d| d.to_string()),
            prompt: s.prompt.clone(),
            prompt_to_pen_ms: s.prompt_to_pen_ms,
            total_ms: s.total_ms,
            place: s.place.map(place),
        }
    }
}

/// `EmrPen` as `emr_pen`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

//! The digitiser and the software that recorded the strokes: claims of the capture side, kept for the examiner. No
//! value is checked against a device database here.

use super::coded::coded;
use proto::{Decoder, Encoder, Malformed};

/// Longest of each device text, in bytes.
pub const DEVICE_TEXT_MAX: usize = 64;

coded! {
    /// How the digitiser senses.
    DigitiserKind {
        /// Not declared.
        #[default]
        Unknown = 0,
        /// Electromagnetic resonance pen, the kind of most signature pads.
        EmrPen = 1,
        /// Battery-powered pen on a touch screen.
        ActivePen = 2,
        /// A finger on a touch screen.
        Finger = 3,
        /// A mouse or touch pad.
        Mouse = 4,
        /// No device at all: strokes made by a program. Always printed wherever the packet shows.
        Synthetic = 5,
    }
}

coded! {
    /// How the device lay relative to its own upright position, in degrees counter-clockwise.
    Orientation {
        /// Not declared.
        #[default]
        Unknown = 0,
        /// Upright.
        Deg0 = 1,
        /// A quarter turn.
        Deg90 = 2,
        /// Upside down.
        Deg180 = 3,
        /// Three quarter turns.
        Deg270 = 4,
    }
}

/// Device and software. Texts are at most [`DEVICE_TEXT_MAX`] bytes and may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    /// Maker.
    pub maker: String,
    /// Model.
    pub model: String,
    /// Serial number or other persistent id.
    pub serial: String,
    /// Operating system and driver, with versions.
    pub system: String,
    /// Application or browser, with version.
    pub app: String,
    /// How it senses.
    pub kind: DigitiserKind,
    /// Nanometres per coordinate unit; 0 if unknown.
    pub nm_per_unit: u32,
    /// Uncertainty of the above in thousandths of it (a browser's guess of its screen is 50 to 200).
    pub scale_uncertainty_permille: u16,
    /// Width of the active area in units; 0 if unknown.
    pub area_width: u32,
    /// Height of the active area in units; 0 if unknown.
    pub area_height: u32,
    /// How it lay.
    pub orientation: Orientation,
    /// Number of pressure levels, so the greatest pressure is one less; 0 if pressure is not sensed.
    pub pressure_levels: u32,
    /// Nominal report rate in millihertz; 0 if unknown. The measured rate is derived from the samples.
    pub rate_mhz: u32,
    /// Smallest step of the clock behind `t_us`, in microseconds; 0 if unknown.
    pub time_quantum_us: u32,
    /// Whether it reports the pen above the surface.
    pub hover: bool,
    /// Whether it reports the pen's tilt.
    pub tilt: bool,
}

impl Device {
    pub(super) fn encode(&self, e: &mut Encoder) {
        e.text(&self.maker).text(&self.model).text(&self.serial).text(&self.system).text(&self.app);
        self.kind.encode(e);
        e.u32(self.nm_per_unit).u16(self.scale_uncertainty_permille).u32(self.area_width).u32(self.area_height);
        self.orientation.encode(e);
        e.u32(self.pressure_levels).u32(self.rate_mhz).u32(self.time_quantum_us).bool(self.hover).bool(self.tilt);
    }
    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            maker: d.text(DEVICE_TEXT_MAX, "device.maker")?,
            model: d.text(DEVICE_TEXT_MAX, "device.model")?,
            serial: d.text(DEVICE_TEXT_MAX, "device.serial")?,
            system: d.text(DEVICE_TEXT_MAX, "device.system")?,
            app: d.text(DEVICE_TEXT_MAX, "device.app")?,
            kind: DigitiserKind::decode(d, "device.kind")?,
            nm_per_unit: d.u32("device.nm_per_unit")?,
            scale_uncertainty_permille: d.u16("device.scale_uncertainty_permille")?,
            area_width: d.u32("device.area_width")?,
            area_height: d.u32("device.area_height")?,
            orientation: Orientation::decode(d, "device.orientation")?,
            pressure_levels: d.u32("device.pressure_levels")?,
            rate_mhz: d.u32("device.rate_mhz")?,
            time_quantum_us: d.u32("device.time_quantum_us")?,
            hover: d.bool("device.hover")?,
            tilt: d.bool("device.tilt")?,
        })
    }
}

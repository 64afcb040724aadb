//! The device of a packet and the `inkSource` of a document, in both directions. Samples are elsewhere.

use super::super::fault::{FormatFault, Position};
use super::decimal::Decimal;
use super::document::{Document, Property};
use crate::packet::{DEVICE_TEXT_MAX, Device, DigitiserKind, Orientation};

/// Prefix of properties for which InkML has no place of its own.
const PREFIX: &str = "chirograph.";

/// The device that a document describes.
pub(super) fn device(document: &Document) -> Result<Device, FormatFault> {
    let source = Source { document };
    let tilted = document.channels.iter().any(|c| c.name == "OA" || c.name == "OE");
    Ok(Device {
        maker: source.text("manufacturer", "manufacturer")?,
        model: source.text("model", "model")?,
        serial: source.text("serialNo", "serialNo")?,
        system: source.text("chirograph.system", "system")?,
        app: source.text("chirograph.app", "app")?,
        kind: source.named("chirograph.kind", "kind", DigitiserKind::from_name)?,
        nm_per_unit: source.settled("nm_per_unit", source.resolution()?)?,
        scale_uncertainty_permille: source.settled("scale_uncertainty_permille", None)?,
        area_width: source.settled("area_width", source.area("width")?)?,
        area_height: source.settled("area_height", source.area("height")?)?,
        orientation: source.named("chirograph.orientation", "orientation", Orientation::from_name)?,
        pressure_levels: source.settled("pressure_levels", source.levels()?)?,
        rate_mhz: source.settled("rate_mhz", source.rate()?)?,
        time_quantum_us: source.settled("time_quantum_us", None)?,
        hover: source.settled::<u8>("hover", None)? != 0,
        tilt: source.settled::<u8>("tilt", None)? != 0 || (tilted && !source.has("tilt")),
    })
}

struct Source<'a> {
    document: &'a Document,
}

impl Source<'_> {
    fn find(&self, name: &str) -> Option<&Property> {
        self.document.properties.get(name)
    }
    fn has(&self, name: &str) -> bool {
        self.find(&format!("{PREFIX}{name}")).is_some()
    }
    fn text(&self, name: &str, field: &'static str) -> Result<String, FormatFault> {
        let Some(property) = self.find(name) else { return Ok(String::new()) };
        let printable = !property.value.chars().any(char::is_control);
        if printable && property.value.len() <= DEVICE_TEXT_MAX {
            return Ok(property.value.clone());
        }
        Err(FormatFault::new(property.at, field, format!("must be printable and at most {DEVICE_TEXT_MAX} bytes long")))
    }
    fn named<T: Default>(
        &self,
        name: &str,
        field: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, FormatFault> {
        let Some(property) = self.find(name) else { return Ok(T::default()) };
        read(&property.value).ok_or_else(|| FormatFault::new(property.at, field, "is not a known name"))
    }
    /// Our own exact value, or the standard one, or 0; if both are there they must agree.
    fn settled<T>(&self, field: &'static str, standard: Option<u64>) -> Result<T, FormatFault>
    where
        T: TryFrom<u64> + Default,
    {
        let own = self.find(&format!("{PREFIX}{field}"));
        let at = own.map_or(Position::Whole, |p| p.at);
        let own = own.map(|p| p.value.parse::<u64>()).transpose();
        let own = own.map_err(|_| FormatFault::new(at, field, "must be a whole number"))?;
        if own.is_some() && standard.is_some() && own != standard {
            return Err(FormatFault::new(at, field, "contradicts the standard element that says the same"));
        }
        let value = own.or(standard).unwrap_or(0);
        T::try_from(value).map_err(|_| FormatFault::new(at, field, format!("{value} is out of range")))
    }
    fn number(&self, name: &str, field: &'static str) -> Result<Option<Decimal>, FormatFault> {
        let Some(property) = self.find(name) else { return Ok(None) };
        let problem = "must be a decimal number with at most six places";
        Decimal::parse(&property.value).map(Some).ok_or_else(|| FormatFault::new(property.at, field, problem))
    }
    /// Nanometres per unit from the resolution of X, where it is given per length.
    fn resolution(&self) -> Result<Option<u64>, FormatFault> {
        let per = match self.find("X resolution").map(|p| p.units.as_str()) {
            Some("1/mm") => 1_000_000,
            Some("1/cm") => 10_000_000,
            Some("1/in") => 25_400_000,
            _ => return Ok(None),
        };
        let millionths = self.number("X resolution", "resolution")?.and_then(|v| v.times(1_000_000));
        Ok(millionths.and_then(|v| u64::try_from(v).ok()).filter(|v| *v > 0).map(|v| nanometres(per, v)))
    }
    fn area(&self, name: &str) -> Result<Option<u64>, FormatFault> {
        match self.find(name).map(|p| p.units.as_str()) {
            Some("dev") => {
                Ok(self.number(name, "activeArea")?.and_then(Decimal::whole).and_then(|v| u64::try_from(v).ok()))
            }
            _ => Ok(None),
        }
    }
    fn levels(&self) -> Result<Option<u64>, FormatFault> {
        let max = self.number("F max", "F")?.and_then(Decimal::whole);
        Ok(max.and_then(|v| u64::try_from(v).ok()).map(|v| v.saturating_add(1)))
    }
    fn rate(&self) -> Result<Option<u64>, FormatFault> {
        Ok(self.number("sampleRate", "sampleRate")?.and_then(|v| v.times(1000)).and_then(|v| u64::try_from(v).ok()))
    }
}

/// Rounded, from units per length in millionths.
fn nanometres(per: u64, millionths: u64) -> u64 {
    (per * 1_000_000 + millionths / 2) / millionths
}

/// The `resolution` in units per millimetre that reads back as exactly `nm_per_unit`, if there is one.
pub(super) fn per_millimetre(nm_per_unit: u32) -> Option<Decimal> {
    let nm = u64::from(nm_per_unit);
    let millionths = (1_000_000_000_000 + nm / 2).checked_div(nm)?;
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    Decimal::parse(&text).filter(|_| millionths > 0 && nanometres(1_000_000, millionths) == nm)
}

/// The properties for which InkML has no place, name and value.
pub(super) fn properties(device: &Device) -> Vec<(String, String)> {
    let all = [
        ("system", device.system.clone()),
        ("app", device.app.clone()),
        ("kind", device.kind.name().to_owned()),
        ("nm_per_unit", device.nm_per_unit.to_string()),
        ("scale_uncertainty_permille", device.scale_uncertainty_permille.to_string()),
        ("area_width", device.area_width.to_string()),
        ("area_height", device.area_height.to_string()),
        ("orientation", device.orientation.name().to_owned()),
        ("pressure_levels", device.pressure_levels.to_string()),
        ("rate_mhz", device.rate_mhz.to_string()),
        ("time_quantum_us", device.time_quantum_us.to_string()),
        ("hover", u8::from(device.hover).to_string()),
        ("tilt", u8::from(device.tilt).to_string()),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (format!("{PREFIX}{name}"), value))
        .collect()
}

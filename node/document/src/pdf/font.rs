//! Of a font only what tells how far a line of its text can reach (ISO 32000-1, 9.6 and 9.7).

use super::Pdf;
use super::fixed::Fixed;
use super::geometry::real;
use super::object::{Dict, Object};

/// The widest letter, in thousandths of the size, where the font does not say: one of the fourteen that every viewer has.
const WIDEST: Fixed = Fixed::ratio(1100, 1);
/// Where composite fonts do not say.
const WIDTH: Fixed = Fixed::ratio(1000, 1);

/// A font.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Font {
    /// The widest letter, with the size as the unit.
    pub widest: Fixed,
    /// Bytes of one letter, at least.
    pub bytes: usize,
}

impl Font {
    /// `None` if its letters can be of any size, or run downwards.
    pub fn of(pdf: &Pdf<'_>, dict: &Dict) -> Option<Self> {
        if dict.is("Subtype", "Type3") {
            return None;
        }
        if dict.is("Subtype", "Type0") {
            return composite(pdf, dict);
        }
        let widths = match dict.get("Widths") {
            None => vec![WIDEST],
            Some(some) => {
                let missing = pdf.dict(dict.get("FontDescriptor"));
                let missing = missing.and_then(|d| real(d.get("MissingWidth")?)).unwrap_or_default();
                let widths = pdf.resolve(some)?;
                let said = widths.array()?.iter().filter_map(|w| real(&pdf.resolve(w)?));
                said.chain([missing]).collect()
            }
        };
        Some(Self { widest: widest(&widths), bytes: 1 })
    }
}

fn composite(pdf: &Pdf<'_>, dict: &Dict) -> Option<Font> {
    let encoding = match pdf.resolve(dict.get("Encoding")?)? {
        Object::Name(name) => String::from_utf8(name).ok()?,
        // A table of its own, which is a stream: letters may be of one byte.
        Object::Dict(_) => String::new(),
        _ => return None,
    };
    if encoding.ends_with("-V") || encoding == "V" {
        return None;
    }
    let is_double = ["Identity", "UCS2", "UTF16"].iter().any(|name| encoding.contains(name));
    let below = pdf.resolve(dict.get("DescendantFonts")?)?;
    let below = pdf.dict(below.array()?.first())?;
    let mut widths = vec![below.get("DW").and_then(real).unwrap_or(WIDTH)];
    if let Some(list) = below.get("W") {
        widths.extend(listed(pdf, pdf.resolve(list)?.array()?)?);
    }
    Some(Font { widest: widest(&widths), bytes: if is_double { 2 } else { 1 } })
}

/// `first [width …]` and `first last width`.
fn listed(pdf: &Pdf<'_>, list: &[Object]) -> Option<Vec<Fixed>> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(second) = list.get(at + 1) {
        if let Some(some) = pdf.resolve(second)?.array() {
            out.extend(some.iter().filter_map(real));
            at += 2;
        } else {
            out.push(real(&pdf.resolve(list.get(at + 2)?)?)?);
            at += 3;
        }
    }
    Some(out)
}

fn widest(widths: &[Fixed]) -> Fixed {
    let widest = widths.iter().map(|w| w.abs()).max().unwrap_or_default();
    widest * Fixed::ratio(1, 1000)
}

//! Compressed streams of a PDF, as far as cross-references need them: Flate with PNG predictors.

use super::object::{Dict, Object};

/// Most bytes that a stream may grow to.
const INFLATED_MAX: usize = 64 << 20;

/// The content of a stream; `None` if it is filtered in a way that cross-references are not.
pub fn decode(dict: &Dict, data: &[u8]) -> Option<Vec<u8>> {
    let filter = match dict.get("Filter") {
        None => return Some(data.to_vec()),
        Some(Object::Array(list)) if list.len() == 1 => list.first()?,
        Some(other) => other,
    };
    if *filter != Object::Name(b"FlateDecode".to_vec()) {
        return None;
    }
    let raw = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(data, INFLATED_MAX).ok()?;
    let parameters = match dict.get("DecodeParms") {
        Some(Object::Array(list)) => list.first()?.dict().cloned().unwrap_or_default(),
        Some(Object::Dict(d)) => d.clone(),
        _ => Dict::default(),
    };
    match parameters.number("Predictor").unwrap_or(1) {
        1 => Some(raw),
        10..=15 => unpredict(&raw, &parameters),
        _ => None,
    }
}

/// PNG filters (RFC 2083, section 6), each row with the number of its filter before it.
fn unpredict(raw: &[u8], parameters: &Dict) -> Option<Vec<u8>> {
    let number = |key, default| parameters.number(key).unwrap_or(default);
    let (columns, colors, bits) = (number("Columns", 1), number("Colors", 1), number("BitsPerComponent", 8));
    let bits_of_pixel = colors.checked_mul(bits)?;
    let row = columns.checked_mul(bits_of_pixel)?.div_ceil(8);
    let pixel = bits_of_pixel.div_ceil(8);
    if row == 0 || row > INFLATED_MAX || pixel == 0 {
        return None;
    }
    let mut out: Vec<u8> = Vec::with_capacity(raw.len());
    let mut above = vec![0u8; row];
    for line in raw.chunks(row + 1) {
        let (filter, line) = line.split_first()?;
        let mut current = line.to_vec();
        for at in 0..current.len() {
            let left = if at >= pixel { current[at - pixel] } else { 0 };
            let corner = if at >= pixel { above[at - pixel] } else { 0 };
            let up = above[at];
            let add = match filter {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::try_from((u16::from(left) + u16::from(up)) / 2).ok()?,
                4 => paeth(left, up, corner),
                _ => return None,
            };
            current[at] = current[at].wrapping_add(add);
        }
        above[..current.len()].copy_from_slice(&current);
        out.extend_from_slice(&current);
    }
    Some(out)
}

fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let (left, up, corner) = (i16::from(a), i16::from(b), i16::from(c));
    let guess = left + up - corner;
    let (da, db, dc) = ((guess - left).abs(), (guess - up).abs(), (guess - corner).abs());
    if da <= db && da <= dc {
        a
    } else if db <= dc {
        b
    } else {
        c
    }
}

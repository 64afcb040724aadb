//! PEM (RFC 7468): certificates and revocation lists in a text file.

/// Most bytes of a file that is read.
pub const PEM_BYTES_MAX: usize = 4 << 20;
/// Most blocks of a file.
const BLOCKS_MAX: usize = 64;

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands after `BEGIN`.
    pub label: String,
    /// What it holds.
    pub der: Vec<u8>,
}

/// Label of a certificate.
pub const CERTIFICATE: &str = "CERTIFICATE";
/// Label of a revocation list.
pub const CRL: &str = "X509 CRL";

/// Space, tab and carriage return: what may stand about in a line.
const BLANK: [char; 3] = [' ', '\t', '\r'];

/// All blocks of a text; `None` if it is too long or a block is damaged. Text between blocks is passed over.
pub fn blocks(text: &str) -> Option<Vec<Block>> {
    if text.len() > PEM_BYTES_MAX {
        return None;
    }
    let mut out = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.split('\n').map(|line| line.trim_matches(BLANK)) {
        match (&mut open, line.strip_prefix("-----").and_then(|l| l.strip_suffix("-----"))) {
            (None, Some(mark)) => open = Some((mark.strip_prefix("BEGIN ")?.to_owned(), String::new())),
            (Some((label, body)), Some(mark)) => {
                if mark.strip_prefix("END ")? != label || out.len() == BLOCKS_MAX {
                    return None;
                }
                out.push(Block { label: label.clone(), der: decode(body)? });
                open = None;
            }
            (Some((_, body)), None) => body.push_str(line),
            (None, None) => {}
        }
    }
    open.is_none().then_some(out)
}

/// Whether a text is whole and holds a certificate that can be read.
pub fn holds_certificate(text: &str) -> bool {
    let readable = |b: &Block| b.label == CERTIFICATE && crate::Certificate::from_der(&b.der).is_ok();
    blocks(text).is_some_and(|blocks| blocks.iter().any(readable))
}

/// One block as text.
pub fn encode(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    let letters: Vec<u8> = der.chunks(3).flat_map(quartet).collect();
    for line in letters.chunks(64) {
        text.extend(line.iter().map(|b| char::from(*b)));
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn quartet(three: &[u8]) -> [u8; 4] {
    let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    let letter = |shift: u32| LETTERS[(bits >> shift & 63) as usize];
    let or_pad = |at: usize, shift| if three.len() > at { letter(shift) } else { b'=' };
    [letter(18), letter(12), or_pad(1, 6), or_pad(2, 0)]
}

/// Base64 with padding; `None` if it is not.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> = text.bytes().filter(|b| !BLANK.contains(&char::from(*b))).collect();
    let end = letters.iter().position(|b| *b == b'=').unwrap_or(letters.len());
    let (body, padding) = letters.split_at(end);
    if !letters.len().is_multiple_of(4) || padding.len() > 2 || padding.iter().any(|b| *b != b'=') {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 2);
    for four in body.chunks(4) {
        let mut bits: u32 = 0;
        for letter in four {
            bits = bits << 6 | u32::try_from(LETTERS.iter().position(|l| l == letter)?).ok()?;
        }
        let bytes = (bits << (6 * (4 - four.len()))).to_be_bytes();
        out.extend_from_slice(bytes.get(1..four.len())?);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for length in 0..200 {
            let der: Vec<u8> = (0..length).map(|n| (n * 37) as u8).collect();
            let text = format!("subject=x\n{}\nmore\n{}", encode(CERTIFICATE, &der), encode(CRL, &der));
            let read = blocks(&text).unwrap();
            assert_eq!(read.iter().map(|b| b.label.as_str()).collect::<Vec<_>>(), [CERTIFICATE, CRL]);
            assert!(read.iter().all(|b| b.der == der), "{length}");
        }
    }

    #[test]
    fn damage_is_noticed() {
        let good = encode(CERTIFICATE, &[1, 2, 3, 4]);
        let bad =
            [good.replace("END C", "END D"), good.replace("AQ", "A*"), good.replace("-----END CERTIFICATE-----\n", "")];
        for text in bad {
            assert_eq!(blocks(&text), None, "{text}");
        }
        assert_eq!(blocks("").map(|b| b.len()), Some(0));
        assert_eq!(decode("A==="), None);
    }
}

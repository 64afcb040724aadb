//! Whether a value is DER through and through (X.690): every value inside it, and its bytes by its type. It knows no
//! ASN.1 type beyond the universal ones, and says nothing about which values belong where.
//!
//! Two readers that skip what they do not look at come to differ about it; both walk everything first, by this rule
//! (section 8.2 of the package's format).

use crate::der::{Reader, Value, tag};

/// Deepest nesting, the outermost value included.
const DEPTH_MAX: usize = 32;
/// Bits of a tag byte that say whose tag it is; none of them: a universal one.
const CLASS: u8 = 0xc0;
/// Bit of a tag byte: holds values.
const CONSTRUCTED: u8 = 0x20;

/// Whether it is.
pub(crate) fn holds(value: &Value<'_>) -> bool {
    at(value, DEPTH_MAX)
}

fn at(value: &Value<'_>, left: usize) -> bool {
    match (value.tag, value.body) {
        (tag::BOOLEAN, body) => matches!(body, [0] | [0xff]),
        (tag::INTEGER | tag::ENUMERATED, body) => is_shortest(body),
        (tag::BITS, body) => is_bits(body),
        (tag::NULL, body) => body.is_empty(),
        (tag::OID, body) => is_oid(body),
        (tag::SEQUENCE | tag::SET, _) => row(value, left),
        // What else is universal is a string or a time, in one piece; tag 0 is the end of what has no length.
        (other, _) if other & CLASS == 0 => !matches!(other, 0 | 0x10 | 0x11) && other & CONSTRUCTED == 0,
        (other, _) => other & CONSTRUCTED == 0 || row(value, left),
    }
}

fn row(value: &Value<'_>, left: usize) -> bool {
    let mut inside: Reader<'_> = value.inside();
    while !inside.is_empty() {
        if left < 2 || !inside.any("").is_ok_and(|v| at(&v, left - 1)) {
            return false;
        }
    }
    true
}

/// No byte of the number could be left out.
fn is_shortest(body: &[u8]) -> bool {
    match body {
        [] => false,
        [first, second, ..] => !matches!((first, second & 0x80), (0, 0) | (0xff, 0x80)),
        [_] => true,
    }
}

/// At most seven bits are unused, and they are zero.
fn is_bits(body: &[u8]) -> bool {
    match body {
        [0] => true,
        [unused @ 0..=7, .., last] => last.trailing_zeros() >= u32::from(*unused),
        _ => false,
    }
}

/// No arc begins with a byte that says nothing, and the last one ends.
fn is_oid(body: &[u8]) -> bool {
    let ends = |b: &u8| b & 0x80 == 0;
    let mut begins = true;
    body.iter().all(|b| {
        let padded = begins && *b == 0x80;
        begins = ends(b);
        !padded
    }) && body.last().is_some_and(ends)
}

/// The digits of a number that is not negative, without the zero that may stand before them; `None` if it is not in its
/// shortest form. Zero has the one digit zero.
pub(crate) fn natural(body: &[u8]) -> Option<&[u8]> {
    match body {
        [first, ..] if first & 0x80 != 0 || !is_shortest(body) => None,
        [0, rest @ ..] if !rest.is_empty() => Some(rest),
        [] => None,
        _ => Some(body),
    }
}

#[cfg(test)]
mod tests {
    use crate::der::{tag, whole, write};

    fn refused(bytes: &[u8]) -> bool {
        whole(bytes, "test").is_err()
    }

    #[test]
    fn what_no_encoder_of_der_writes_is_refused() {
        let bad: [&[u8]; 20] = [
            &[0x05, 0x80],                // NULL of indefinite length
            &[0x05, 1, 0],                // NULL that holds something
            &[0x30, 4, 0x05, 0x80, 0, 0], // the same inside, with its end
            &[0x01, 1, 1],                // a third truth
            &[0x01, 0],
            &[0x02, 0],          // no number
            &[0x02, 2, 0, 0x7f], // longer than needed
            &[0x02, 2, 0xff, 0x80],
            &[0x0a, 2, 0, 1],
            &[0x03, 0], // bits without their count
            &[0x03, 1, 1],
            &[0x03, 2, 8, 0],
            &[0x03, 2, 1, 1], // unused, and set
            &[0x06, 0],
            &[0x06, 2, 0x80, 1],
            &[0x06, 2, 0x2a, 0x81], // does not end
            &[0x24, 2, 0x04, 0],    // a string in pieces
            &[0x10, 0],             // a SEQUENCE that holds no values
            &[0, 0],
            &[0xa0, 2, 0x04, 1], // cut inside
        ];
        for bytes in bad {
            assert!(refused(bytes), "{bytes:02x?}");
        }
        let good: [&[u8]; 8] = [
            &[0x05, 0],
            &[0x01, 1, 0xff],
            &[0x02, 2, 0, 0x80],
            &[0x03, 2, 1, 2],
            &[0x03, 1, 0],
            &[0x06, 2, 0x81, 1],
            &[0x80, 1, 9],
            &[0xa0, 2, 0x05, 0],
        ];
        for bytes in good {
            assert!(!refused(bytes), "{bytes:02x?}");
        }
    }

    #[test]
    fn nesting_ends() {
        let deep = |n: usize| (1..n).fold(vec![tag::SEQUENCE, 0], |inner, _| write(tag::SEQUENCE, &[&inner]));
        assert!(!refused(&deep(32)) && refused(&deep(33)) && refused(&deep(5000)));
    }
}

//! Reading DER (X.690): tag, length, body, one value after the other. Knows no ASN.1 type beyond that.
//!
//! Every value keeps its raw bytes, because what was signed are bytes and not what we would write for them. Lengths must be
//! definite and shortest; the older BER forms are refused. Nothing is copied. What the bytes of a value must be by its type
//! is the business of `strict`, which [`Value::strict`] asks.

use crate::strict;

/// Tags that are asked for by name.
pub mod tag {
    /// BOOLEAN.
    pub const BOOLEAN: u8 = 0x01;
    /// INTEGER.
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING.
    pub const BITS: u8 = 0x03;
    /// OCTET STRING.
    pub const OCTETS: u8 = 0x04;
    /// NULL.
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER.
    pub const OID: u8 = 0x06;
    /// ENUMERATED.
    pub const ENUMERATED: u8 = 0x0a;
    /// UTCTime.
    pub const UTC_TIME: u8 = 0x17;
    /// GeneralizedTime.
    pub const TIME: u8 = 0x18;
    /// SEQUENCE.
    pub const SEQUENCE: u8 = 0x30;
    /// SET.
    pub const SET: u8 = 0x31;
    /// `[0]`, constructed.
    pub const CONTEXT_0: u8 = 0xa0;
    /// `[1]`, constructed.
    pub const CONTEXT_1: u8 = 0xa1;
}

/// Why bytes are not the DER that is expected: the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}: is not the DER that belongs here")]
pub struct BadDer(pub &'static str);

/// One value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    /// Its tag byte.
    pub tag: u8,
    /// What it holds.
    pub body: &'a [u8],
    /// Tag, length and body.
    pub raw: &'a [u8],
}

impl<'a> Value<'a> {
    /// Reads the values inside.
    pub fn inside(&self) -> Reader<'a> {
        Reader { rest: self.body }
    }
    /// Refuses what is not DER through and through: see `strict`.
    pub fn strict(self, field: &'static str) -> Result<Self, BadDer> {
        if strict::holds(&self) { Ok(self) } else { Err(BadDer(field)) }
    }
    /// The bytes of a BIT STRING without unused bits.
    pub fn bits(&self, field: &'static str) -> Result<&'a [u8], BadDer> {
        match (self.tag, self.body) {
            (tag::BITS, [0, bytes @ ..]) => Ok(bytes),
            _ => Err(BadDer(field)),
        }
    }
    /// A number below 2^32 that is not negative: an INTEGER.
    pub fn number(&self, field: &'static str) -> Result<u64, BadDer> {
        if self.tag == tag::INTEGER { self.implicit_number(field) } else { Err(BadDer(field)) }
    }
    /// The same behind a tag of its own.
    pub fn implicit_number(&self, field: &'static str) -> Result<u64, BadDer> {
        let bytes = strict::natural(self.body).filter(|bytes| bytes.len() <= 4).ok_or(BadDer(field))?;
        Ok(bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    }
}

/// Reads values one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the beginning of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
    /// The next value, whatever it is.
    pub fn any(&mut self, field: &'static str) -> Result<Value<'a>, BadDer> {
        let (value, rest) = split(self.rest).ok_or(BadDer(field))?;
        self.rest = rest;
        Ok(value)
    }
    /// The next value, which must have this tag.
    pub fn expect(&mut self, tag: u8, field: &'static str) -> Result<Value<'a>, BadDer> {
        self.optional(tag, field)?.ok_or(BadDer(field))
    }
    /// The next value, which must have this tag and be DER through and through.
    pub fn strict(&mut self, tag: u8, field: &'static str) -> Result<Value<'a>, BadDer> {
        self.expect(tag, field)?.strict(field)
    }
    /// The next value, if it has this tag.
    pub fn optional(&mut self, tag: u8, field: &'static str) -> Result<Option<Value<'a>>, BadDer> {
        if self.rest.first() != Some(&tag) { Ok(None) } else { self.any(field).map(Some) }
    }
    /// The inside of the next value, which must be a SEQUENCE.
    pub fn sequence(&mut self, field: &'static str) -> Result<Self, BadDer> {
        Ok(self.expect(tag::SEQUENCE, field)?.inside())
    }
    /// The content of the next value, which must be an OBJECT IDENTIFIER.
    pub fn oid(&mut self, field: &'static str) -> Result<&'a [u8], BadDer> {
        Ok(self.expect(tag::OID, field)?.body)
    }
    /// Refuses anything that is left.
    pub fn end(&self, field: &'static str) -> Result<(), BadDer> {
        if self.rest.is_empty() { Ok(()) } else { Err(BadDer(field)) }
    }
    /// The values that are left, at most `max`.
    pub fn list(mut self, max: usize, field: &'static str) -> Result<Vec<Value<'a>>, BadDer> {
        let mut values = Vec::new();
        while !self.is_empty() {
            if values.len() == max {
                return Err(BadDer(field));
            }
            values.push(self.any(field)?);
        }
        Ok(values)
    }
}

/// The one value that `bytes` are, with nothing after it, DER through and through.
pub fn whole<'a>(bytes: &'a [u8], field: &'static str) -> Result<Value<'a>, BadDer> {
    let mut reader = Reader::new(bytes);
    let value = reader.any(field)?;
    reader.end(field)?;
    value.strict(field)
}

/// The first value of `bytes` and what follows it.
pub fn split(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    if tag & 0x1f == 0x1f {
        return None; // a tag of several bytes: nothing here has one
    }
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
            let shortest = length >= 0x80 && digits.first() != Some(&0);
            (usize::try_from(length).ok().filter(|_| shortest)?, rest)
        }
        _ => return None,
    };
    let (body, after) = rest.split_at_checked(length)?;
    let raw = bytes.get(..bytes.len() - after.len())?;
    Some((Value { tag, body, raw }, after))
}

/// Writes one value.
pub fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|p| p.len()).sum();
    let mut out = vec![tag];
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let digits = bytes.iter().position(|b| *b != 0).map_or(&bytes[..0], |at| &bytes[at..]);
            out.push(0x80 | u8::try_from(digits.len()).expect("a length has at most eight bytes"));
            out.extend_from_slice(digits);
        }
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in [0usize, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let body = vec![7; length];
            let bytes = write(tag::OCTETS, &[&body]);
            let (value, rest) = split(&bytes).unwrap();
            assert_eq!((value.body, value.raw, rest), (&body[..], &bytes[..], &[][..]));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        let bad: [&[u8]; 8] = [
            &[],
            &[0x30],
            &[0x30, 0x80, 0, 0],          // indefinite
            &[0x30, 0x81, 0x01, 0],       // not the shortest length
            &[0x30, 0x82, 0, 0x80],       // leading zero
            &[0x30, 2, 0],                // cut
            &[0x1f, 0x81, 0x01, 0],       // long tag
            &[0x04, 0x85, 1, 0, 0, 0, 0], // 4 GiB and more
        ];
        for bytes in bad {
            assert!(split(bytes).is_none(), "{bytes:?}");
        }
    }

    #[test]
    fn numbers_are_small_and_not_negative() {
        let number = |body: &[u8]| split(&write(tag::INTEGER, &[body])).unwrap().0.number("n").ok();
        assert_eq!(number(&[0]), Some(0));
        assert_eq!(number(&[0, 0xff]), Some(255));
        assert_eq!(number(&[0xff]), None);
        assert_eq!(number(&[]), None);
        assert_eq!(number(&[1; 5]), None);
        assert_eq!(number(&[0, 1]), None);
    }
}

//! Canonical bytes: the one byte string that is hashed or signed for a value.
//!
//! Layout of every top-level value: `u8 tag length ‖ tag ‖ u8 format version ‖ body`. Integers are big-endian and fixed
//! width; byte strings and texts carry a `u32` length; lists carry a `u32` count; options carry a `u8` 0 or 1. There is
//! exactly one encoding of a value, and the decoder refuses every other. This is deliberately not protobuf (whose bytes
//! are not canonical) and knows nothing about sockets or files.

use crate::ids::Digest;

/// The only format version so far. A new one gets a new number and the old decoder stays for ever.
pub const FORMAT_VERSION: u8 = 1;

/// Why bytes are not the canonical encoding of a value. It is data: a peer's or client's mistake, never a panic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The input ended inside the named field.
    #[error("{0}: the input ends inside this field")]
    Truncated(&'static str),
    /// A length or count is over its cap.
    #[error("{field}: {len} bytes or entries, at most {max} are taken; shorten it")]
    TooLong {
        /// Name of the field.
        field: &'static str,
        /// What the input claims.
        len: usize,
        /// What is allowed.
        max: usize,
    },
    /// An enumeration, option or bit field has a value that the format does not know.
    #[error("{field}: unknown value {value}")]
    Unknown {
        /// Name of the field.
        field: &'static str,
        /// The value found.
        value: u64,
    },
    /// A text is not UTF-8 or holds control characters.
    #[error("{0}: not a printable UTF-8 text")]
    NotText(&'static str),
    /// The value starts with another type's tag.
    #[error("expected a value tagged `{0}`")]
    WrongTag(&'static str),
    /// Bytes are left after the value.
    #[error("{0} bytes are left over after the value")]
    Trailing(usize),
    /// A field is well-formed but breaks a rule of its own.
    #[error("{field}: {rule}")]
    Rule {
        /// Name of the field.
        field: &'static str,
        /// The rule, as a sentence.
        rule: &'static str,
    },
}

/// Appends canonical fields to a buffer. It cannot fail: sizes are capped where values are made or decoded.
#[derive(Debug, Default)]
pub struct Encoder {
    out: Vec<u8>,
}

impl Encoder {
    /// An empty encoder.
    pub fn new() -> Self {
        Self::default()
    }
    /// The bytes written so far.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }
    /// One byte.
    pub fn u8(&mut self, v: u8) -> &mut Self {
        self.raw(&[v])
    }
    /// Two bytes, big-endian.
    pub fn u16(&mut self, v: u16) -> &mut Self {
        self.raw(&v.to_be_bytes())
    }
    /// Four bytes, big-endian.
    pub fn u32(&mut self, v: u32) -> &mut Self {
        self.raw(&v.to_be_bytes())
    }
    /// Eight bytes, big-endian.
    pub fn u64(&mut self, v: u64) -> &mut Self {
        self.raw(&v.to_be_bytes())
    }
    /// Four bytes, two's complement, big-endian.
    pub fn i32(&mut self, v: i32) -> &mut Self {
        self.raw(&v.to_be_bytes())
    }
    /// A boolean as 0 or 1.
    pub fn bool(&mut self, v: bool) -> &mut Self {
        self.u8(u8::from(v))
    }
    /// Bytes of a length that both sides know.
    pub fn raw(&mut self, v: &[u8]) -> &mut Self {
        self.out.extend_from_slice(v);
        self
    }
    /// A 32-byte digest.
    pub fn digest(&mut self, v: &Digest) -> &mut Self {
        self.raw(&v.0)
    }
    /// Length-prefixed bytes.
    pub fn bytes(&mut self, v: &[u8]) -> &mut Self {
        self.count(v.len()).raw(v)
    }
    /// Length-prefixed UTF-8.
    pub fn text(&mut self, v: &str) -> &mut Self {
        self.bytes(v.as_bytes())
    }
    /// A list length.
    pub fn count(&mut self, n: usize) -> &mut Self {
        self.u32(u32::try_from(n).expect("canonical values are capped far below 4 GiB"))
    }
    /// A counted list.
    pub fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) -> &mut Self {
        self.count(items.len());
        for item in items {
            each(self, item);
        }
        self
    }
    /// An optional value.
    pub fn option<T>(&mut self, v: Option<&T>, each: impl FnOnce(&mut Self, &T)) -> &mut Self {
        self.bool(v.is_some());
        if let Some(v) = v {
            each(self, v);
        }
        self
    }
}

/// Reads canonical fields; every read names its field so that an error can.
#[derive(Debug)]
pub struct Decoder<'a> {
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    /// Reads from `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
    /// Refuses left-over bytes.
    pub fn finish(self) -> Result<(), Malformed> {
        match self.rest.len() {
            0 => Ok(()),
            n => Err(Malformed::Trailing(n)),
        }
    }
    /// Bytes not read yet.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }
    fn slice(&mut self, n: usize, field: &'static str) -> Result<&'a [u8], Malformed> {
        let (head, tail) = self.rest.split_at_checked(n).ok_or(Malformed::Truncated(field))?;
        self.rest = tail;
        Ok(head)
    }
    /// Exactly `N` bytes.
    pub fn raw<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Malformed> {
        let mut out = [0; N];
        out.copy_from_slice(self.slice(N, field)?);
        Ok(out)
    }
    /// One byte.
    pub fn u8(&mut self, field: &'static str) -> Result<u8, Malformed> {
        Ok(u8::from_be_bytes(self.raw(field)?))
    }
    /// Two bytes, big-endian.
    pub fn u16(&mut self, field: &'static str) -> Result<u16, Malformed> {
        Ok(u16::from_be_bytes(self.raw(field)?))
    }
    /// Four bytes, big-endian.
    pub fn u32(&mut self, field: &'static str) -> Result<u32, Malformed> {
        Ok(u32::from_be_bytes(self.raw(field)?))
    }
    /// Eight bytes, big-endian.
    pub fn u64(&mut self, field: &'static str) -> Result<u64, Malformed> {
        Ok(u64::from_be_bytes(self.raw(field)?))
    }
    /// Four bytes, two's complement.
    pub fn i32(&mut self, field: &'static str) -> Result<i32, Malformed> {
        Ok(i32::from_be_bytes(self.raw(field)?))
    }
    /// 0 or 1; anything else is refused.
    pub fn bool(&mut self, field: &'static str) -> Result<bool, Malformed> {
        match self.u8(field)? {
            0 => Ok(false),
            1 => Ok(true),
            v => Err(Malformed::Unknown { field, value: v.into() }),
        }
    }
    /// A 32-byte digest.
    pub fn digest(&mut self, field: &'static str) -> Result<Digest, Malformed> {
        Ok(Digest(self.raw(field)?))
    }
    /// A list length of at most `max`.
    pub fn count(&mut self, max: usize, field: &'static str) -> Result<usize, Malformed> {
        let len = self.u32(field)? as usize;
        if len > max { Err(Malformed::TooLong { field, len, max }) } else { Ok(len) }
    }
    /// Length-prefixed bytes of at most `max`.
    pub fn bytes(&mut self, max: usize, field: &'static str) -> Result<Vec<u8>, Malformed> {
        let n = self.count(max, field)?;
        Ok(self.slice(n, field)?.to_vec())
    }
    /// A text of at most `max` bytes, without control characters.
    pub fn text(&mut self, max: usize, field: &'static str) -> Result<String, Malformed> {
        let text = String::from_utf8(self.bytes(max, field)?).map_err(|_| Malformed::NotText(field))?;
        if text.chars().any(char::is_control) { Err(Malformed::NotText(field)) } else { Ok(text) }
    }
    /// A counted list of at most `max` items.
    pub fn list<T>(
        &mut self,
        max: usize,
        field: &'static str,
        mut each: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let n = self.count(max, field)?;
        // Never reserve what the input only claims: grow as items really arrive.
        let mut out = Vec::new();
        for _ in 0..n {
            out.push(each(self)?);
        }
        Ok(out)
    }
    /// An optional value.
    pub fn option<T>(
        &mut self,
        field: &'static str,
        each: impl FnOnce(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        if self.bool(field)? { each(self).map(Some) } else { Ok(None) }
    }
}

/// A value with canonical bytes.
pub trait Canonical: Sized {
    /// Domain tag, `chirograph/<noun>`; no two types share one, so no signature or digest can be reused for another.
    const TAG: &'static str;
    /// Writes the body.
    fn encode_body(&self, e: &mut Encoder);
    /// Reads the body.
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed>;

    /// The canonical bytes: tag, version, body.
    fn to_bytes(&self) -> Vec<u8> {
        let mut e = tagged(Self::TAG);
        self.encode_body(&mut e);
        e.finish()
    }
    /// Decodes canonical bytes and refuses anything left over.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut d = Decoder::new(bytes);
        expect_tag(&mut d, Self::TAG)?;
        let value = Self::decode_body(&mut d)?;
        d.finish()?;
        Ok(value)
    }
    /// SM3 of the canonical bytes.
    fn digest(&self) -> Digest {
        Digest::sm3(&self.to_bytes())
    }
}

/// Room for most values, so that a buffer rarely grows.
const USUAL_BYTES: usize = 256;

/// An encoder that already holds `tag` and the format version.
pub fn tagged(tag: &str) -> Encoder {
    let mut e = Encoder { out: Vec::with_capacity(USUAL_BYTES) };
    e.u8(u8::try_from(tag.len()).expect("tags are short")).raw(tag.as_bytes()).u8(FORMAT_VERSION);
    e
}

/// Reads and checks the tag and version that [`tagged`] writes.
pub fn expect_tag(d: &mut Decoder<'_>, tag: &'static str) -> Result<(), Malformed> {
    let len = usize::from(d.u8("tag")?);
    if len != tag.len() || d.slice(len, "tag")? != tag.as_bytes() {
        return Err(Malformed::WrongTag(tag));
    }
    match d.u8("format_version")? {
        FORMAT_VERSION => Ok(()),
        v => Err(Malformed::Unknown { field: "format_version", value: v.into() }),
    }
}

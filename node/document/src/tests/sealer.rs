//! Certificates, electronic seals and signatures with them, put together by hand with SM2 keys of this project: each part can
//! be made wrong by itself.

use proto::{Digest, SecretKey};
use timestamp::der::{tag, write};
use timestamp::{Hash, oid, pem};

/// A person or an organisation.
pub struct Person {
    pub key: SecretKey,
    pub name: String,
    pub certificate: Vec<u8>,
    issuer: String,
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    write(tag::SEQUENCE, parts)
}
pub fn number(n: u8) -> Vec<u8> {
    write(tag::INTEGER, &[&[n]])
}
pub fn bits(bytes: &[u8]) -> Vec<u8> {
    write(tag::BITS, &[&[0], bytes])
}
pub fn octets(bytes: &[u8]) -> Vec<u8> {
    write(tag::OCTETS, &[bytes])
}
pub fn named(oid: &[u8]) -> Vec<u8> {
    write(tag::OID, &[oid])
}
pub fn time(text: &str) -> Vec<u8> {
    write(tag::TIME, &[text.as_bytes()])
}
fn ascii(text: &str) -> Vec<u8> {
    write(0x16, &[text.as_bytes()])
}
fn utf8(text: &str) -> Vec<u8> {
    write(0x0c, &[text.as_bytes()])
}

impl Person {
    /// With the key of this number, certified by `issuer` or by itself; until 2040.
    pub fn new(number: u8, name: &str, issuer: Option<&Self>) -> Self {
        Self::until(number, (name, "20400101000000Z"), issuer)
    }
    pub fn until(number: u8, (name, until): (&str, &str), issuer: Option<&Self>) -> Self {
        let key = SecretKey::from_scalar(&[number; 32], "key").unwrap();
        let subject = subject(name);
        let issuer_name = issuer.map_or(name, |issuer| &issuer.name).to_owned();
        let mut this = Self { key, name: name.to_owned(), certificate: Vec::new(), issuer: issuer_name };
        let by = issuer.unwrap_or(&this);
        let algorithm = sequence(&[&named(oid::SM2_SM3)]);
        let constraints = sequence(&[&write(tag::BOOLEAN, &[&[0xff]])]);
        let extension = sequence(&[&named(oid::BASIC_CONSTRAINTS), &octets(&constraints)]);
        let extensions = write(0xa3, &[&sequence(&[&extension])]);
        let info = sequence(&[
            &write(tag::CONTEXT_0, &[&self::number(2)]),
            &self::number(number & 0x7f),
            &algorithm,
            &self::subject(&this.issuer),
            &sequence(&[&time("20200101000000Z"), &time(until)]),
            &subject,
            &sequence(&[&sequence(&[&named(oid::EC), &named(oid::SM2)]), &bits(this.key.public().bytes())]),
            if issuer.is_none() { &extensions[..] } else { &[] },
        ]);
        let signature = by.sign(&info);
        this.certificate = sequence(&[&info, &algorithm, &bits(&signature)]);
        this
    }
    pub fn pem(&self) -> String {
        pem::encode(pem::CERTIFICATE, &self.certificate)
    }
    /// `SEQUENCE { r, s }`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.key.sign(message).0;
        let half = |bytes: &[u8]| {
            let digits = &bytes[bytes.iter().position(|b| *b != 0).unwrap()..];
            write(tag::INTEGER, &[if digits[0] & 0x80 == 0 { &[][..] } else { &[0] }, digits])
        };
        sequence(&[&half(&signature[..32]), &half(&signature[32..])])
    }
    /// A message of GB/T 35275 that signs `signed`, and holds `content`.
    pub fn message(&self, signed: &[u8], content: Option<&[u8]>) -> Vec<u8> {
        let data = named(b"\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x01");
        let content = content.map_or_else(Vec::new, |c| write(tag::CONTEXT_0, &[&octets(c)]));
        let sm3 = sequence(&[&named(oid::SM3)]);
        let signer = sequence(&[
            &number(1),
            &sequence(&[&subject(&self.issuer), &number(self.serial())]),
            &sm3,
            &sequence(&[&named(oid::SM2_SIGN)]),
            &octets(&self.sign(signed)),
        ]);
        sequence(&[
            &number(1),
            &write(tag::SET, &[&sm3]),
            &sequence(&[&data, &content]),
            &write(tag::CONTEXT_0, &[&self.certificate]),
            &write(tag::SET, &[&signer]),
        ])
    }
    fn serial(&self) -> u8 {
        self.key.scalar()[0] & 0x7f
    }
}

fn subject(name: &str) -> Vec<u8> {
    sequence(&[&write(tag::SET, &[&sequence(&[&named(oid::COMMON_NAME), &utf8(name)])])])
}

/// The ContentInfo around a message.
pub fn wrapped(message: &[u8]) -> Vec<u8> {
    sequence(&[&named(oid::SIGNED_DATA_GM), &write(tag::CONTEXT_0, &[message])])
}

/// How a seal is made.
#[derive(Clone)]
pub struct Seal<'p> {
    pub version: u8,
    pub name: &'static str,
    /// The certificates of who may use it, by their digests if `by_digest`.
    pub users: Vec<&'p Person>,
    pub by_digest: bool,
    pub until: &'static str,
    pub maker: &'p Person,
    /// Whether the maker signs the certificate and the algorithm too.
    pub together: bool,
}

impl<'p> Seal<'p> {
    pub fn new(maker: &'p Person, user: &'p Person) -> Self {
        let (name, until) = ("合同专用章", "20300101000000Z");
        Self { version: 4, name, users: vec![user], by_digest: false, until, maker, together: false }
    }
    fn is_older(&self) -> bool {
        self.version < 4
    }
    fn time(&self, text: &str) -> Vec<u8> {
        if self.is_older() { write(tag::UTC_TIME, &[&text.as_bytes()[2..]]) } else { time(text) }
    }
    fn info(&self) -> Vec<u8> {
        let user = |p: &&Person| match self.by_digest {
            true => sequence(&[&write(0x13, &[b"SM3"]), &octets(&Digest::sm3(&p.certificate).0)]),
            false => octets(&p.certificate),
        };
        let users: Vec<u8> = self.users.iter().flat_map(user).collect();
        let kind = if self.is_older() { Vec::new() } else { number(if self.by_digest { 2 } else { 1 }) };
        let [made, until] = [self.time("20250101000000Z"), self.time(self.until)];
        let property = [&number(1)[..], &utf8(self.name), &kind, &sequence(&[&users]), &made, &made, &until];
        sequence(&[
            &sequence(&[&ascii("ES"), &number(self.version), &ascii("test")]),
            &ascii("0123456789abcdef"),
            &sequence(&property),
            &sequence(&[&ascii("PNG"), &octets(b"\x89PNG"), &number(40), &number(40)]),
        ])
    }
    pub fn der(&self) -> Vec<u8> {
        let (info, certificate, algorithm) = (self.info(), octets(&self.maker.certificate), named(oid::SM2_SM3));
        let all = sequence(&[&info, &certificate, &algorithm]);
        let signature = bits(&self.maker.sign(if self.together || self.is_older() { &all } else { &info }));
        let by = [certificate, algorithm, signature].concat();
        if self.is_older() { sequence(&[&info, &sequence(&[&by])]) } else { sequence(&[&info, &by]) }
    }
}

/// How a signature with a seal is made.
#[derive(Clone)]
pub struct Signing<'p> {
    pub version: u8,
    pub seal: Vec<u8>,
    pub by: &'p Person,
    pub at: &'static str,
    /// Turned over in the digest of the description, before signing.
    pub flipped: u8,
    pub property: &'static str,
    pub stamp: Option<Vec<u8>>,
}

/// Where the descriptions of the tests lie.
pub const PLACE: &str = "/Doc_0/Signs/Sign_0/Signature.xml";

impl<'p> Signing<'p> {
    pub fn new(seal: &Seal<'_>, by: &'p Person) -> Self {
        let (version, at, property) = (seal.version, "20261122070000Z", PLACE);
        Self { version, seal: seal.der(), by, at, flipped: 0, property, stamp: None }
    }
    pub fn der(&self, description: &[u8]) -> Vec<u8> {
        let mut digest = Hash::Sm3.digest(&[description]);
        digest[0] ^= self.flipped;
        let who = [octets(&self.by.certificate), named(oid::SM2_SM3)].concat();
        let is_older = self.version < 4;
        let at = if is_older { bits(self.at.as_bytes()) } else { time(self.at) };
        let parts = [&number(self.version)[..], &self.seal, &at, &bits(&digest), &ascii(self.property)];
        let to_sign = sequence(&[&parts.concat(), if is_older { &who[..] } else { &[] }]);
        let signature = bits(&self.by.sign(&to_sign));
        let stamp = self.stamp.as_ref().map_or_else(Vec::new, |s| write(tag::CONTEXT_0, &[&bits(s)]));
        sequence(&[&to_sign, if is_older { &[][..] } else { &who }, &signature, &stamp])
    }
}

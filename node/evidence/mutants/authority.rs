//! A time-stamp authority of the test ledger, in SM2 (GB/T 20520): certificates, lists and tokens put together byte by byte,
//! so that each can be wrong in one way and be signed all the same.

use crate::world::key;
use proto::{Digest, SecretKey};
use timestamp::der::{tag, write};
use timestamp::{Hash, oid, pem};

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    write(tag::SEQUENCE, parts)
}

pub fn oid_of(content: &[u8]) -> Vec<u8> {
    write(tag::OID, &[content])
}

pub fn integer(n: u8) -> Vec<u8> {
    write(tag::INTEGER, &[&[n]])
}

pub fn time(text: &str) -> Vec<u8> {
    write(tag::TIME, &[text.as_bytes()])
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    write(tag::BITS, &[&[0], bytes])
}

fn name(common: &str) -> Vec<u8> {
    let pair = sequence(&[&oid_of(oid::COMMON_NAME), &write(0x0c, &[common.as_bytes()])]);
    sequence(&[&write(tag::SET, &[&pair])])
}

fn signed(tbs: &[u8], with: &SecretKey) -> Vec<u8> {
    sequence(&[tbs, &algorithm(), &bits(&signature(tbs, with))])
}

fn algorithm() -> Vec<u8> {
    sequence(&[&oid_of(oid::SM2_SM3)])
}

fn signature(message: &[u8], with: &SecretKey) -> Vec<u8> {
    let pair = with.sign(message).0;
    let half = |bytes: &[u8]| {
        let from = bytes.iter().position(|b| *b != 0).unwrap_or(31);
        let zero: &[u8] = if bytes[from] & 0x80 != 0 { &[0] } else { &[] };
        write(tag::INTEGER, &[zero, &bytes[from..]])
    };
    sequence(&[&half(&pair[..32]), &half(&pair[32..])])
}

pub fn extension(name: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[&oid_of(name), critical, &write(tag::OCTETS, &[value])])
}

pub fn usage(critical: bool, purposes: &[&[u8]]) -> Vec<u8> {
    let all: Vec<u8> = purposes.iter().flat_map(|p| oid_of(p)).collect();
    extension(oid::EXT_KEY_USAGE, critical, &sequence(&[&all]))
}

/// basicConstraints of an authority, and a keyUsage of this first byte.
pub fn authority(path_max: Option<u8>, usage: u8) -> Vec<Vec<u8>> {
    let path = path_max.map(integer).unwrap_or_default();
    let constraints = sequence(&[&[1, 1, 0xff], &path]);
    let usage = write(tag::BITS, &[&[usage.trailing_zeros() as u8, usage]]);
    vec![extension(oid::BASIC_CONSTRAINTS, true, &constraints), extension(oid::KEY_USAGE, true, &usage)]
}

/// What a certificate says. Names are also the seeds of keys.
#[derive(Clone)]
pub struct Says<'a> {
    pub subject: &'a str,
    pub issuer: &'a str,
    /// Seeds of the two keys, where they are not the names.
    pub keys: (&'a str, &'a str),
    pub valid: (&'a str, &'a str),
    pub serial: u8,
    pub extensions: Vec<Vec<u8>>,
}

impl Says<'_> {
    pub fn root() -> Self {
        let extensions = authority(None, 0x06);
        let valid = ("20200101000000Z", "20400101000000Z");
        Self { subject: "root", issuer: "root", keys: ("root", "root"), valid, serial: 1, extensions }
    }
    pub fn clock() -> Self {
        let extensions = vec![usage(true, &[oid::TIME_STAMPING])];
        Self { subject: "clock", keys: ("clock", "root"), serial: 2, extensions, ..Self::root() }
    }
    pub fn certificate(&self) -> Vec<u8> {
        let curve = sequence(&[&oid_of(oid::EC), &oid_of(oid::SM2)]);
        let public = *key(self.keys.0).public().bytes();
        let tbs = sequence(&[
            &write(tag::CONTEXT_0, &[&integer(2)]),
            &integer(self.serial),
            &algorithm(),
            &name(self.issuer),
            &sequence(&[&time(self.valid.0), &time(self.valid.1)]),
            &name(self.subject),
            &sequence(&[&curve, &bits(&public)]),
            &write(0xa3, &[&sequence(&[&self.extensions.concat()])]),
        ]);
        signed(&tbs, &key(self.keys.1))
    }
}

/// A list of `issuer`: serial, date, reason.
pub fn list((issuer, with): (&str, &str), entries: &[(u8, &str, Option<u8>)]) -> Vec<u8> {
    let entry = |(serial, date, reason): &(u8, &str, Option<u8>)| {
        let reason = reason.map(|r| sequence(&[&extension(oid::CRL_REASON, false, &write(tag::ENUMERATED, &[&[r]]))]));
        sequence(&[&integer(*serial), &time(date), &reason.unwrap_or_default()])
    };
    let all: Vec<u8> = entries.iter().flat_map(entry).collect();
    let tbs = [integer(1), algorithm(), name(issuer), time("20260901000000Z"), sequence(&[&all])].concat();
    signed(&sequence(&[&tbs]), &key(with))
}

/// TSTInfo over a digest; `more` is what follows the time.
pub fn info((hash, digest): (Hash, &[u8]), at: &str, more: &[u8]) -> Vec<u8> {
    let imprint = sequence(&[&sequence(&[&oid_of(hash.oid())]), &write(tag::OCTETS, &[digest])]);
    sequence(&[&integer(1), &oid_of(b"\x2a\x03\x04"), &imprint, &integer(7), &time(at), more])
}

pub fn attribute(name: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[&oid_of(name), &write(tag::SET, &[value])])
}

/// signingCertificateV2 of a certificate, by a hash.
pub fn names(certificate: &[u8], hash: Hash) -> Vec<u8> {
    let algorithm = sequence(&[&oid_of(hash.oid())]);
    let id = sequence(&[&algorithm, &write(tag::OCTETS, &[&hash.digest(&[certificate])])]);
    attribute(oid::SIGNING_CERTIFICATE_V2, &sequence(&[&sequence(&[&id])]))
}

/// The usual three attributes.
pub fn attributes(info: &[u8], certificate: &[u8]) -> Vec<Vec<u8>> {
    vec![
        attribute(oid::CONTENT_TYPE, &oid_of(oid::TST_INFO)),
        attribute(oid::MESSAGE_DIGEST, &write(tag::OCTETS, &[&Hash::Sm3.digest(&[info])])),
        names(certificate, Hash::Sha256),
    ]
}

/// A bare token: signed by the key of this seed, as `issuer` and `serial` name it, with these certificates inside.
pub fn token(
    info: &[u8],
    attributes: &[Vec<u8>],
    (issuer, serial, with): (&str, u8, &str),
    inside: &[Vec<u8>],
) -> Vec<u8> {
    let (attributes, sm3) = (attributes.concat(), sequence(&[&oid_of(oid::SM3)]));
    let signer = sequence(&[
        &integer(1),
        &sequence(&[&name(issuer), &integer(serial)]),
        &sm3,
        &write(tag::CONTEXT_0, &[&attributes]),
        &algorithm(),
        &write(tag::OCTETS, &[&signature(&write(tag::SET, &[&attributes]), &key(with))]),
    ]);
    let content = write(tag::CONTEXT_0, &[&write(tag::OCTETS, &[info])]);
    let data = sequence(&[
        &integer(3),
        &write(tag::SET, &[&sm3]),
        &sequence(&[&oid_of(oid::TST_INFO), &content]),
        &write(tag::CONTEXT_0, &[&inside.concat()]),
        &write(tag::SET, &[&signer]),
    ]);
    sequence(&[&oid_of(oid::SIGNED_DATA_GM), &write(tag::CONTEXT_0, &[&data])])
}

/// A right token over an imprint.
pub fn right(imprint: &Digest) -> Vec<u8> {
    let (clock, info) = (Says::clock().certificate(), info((Hash::Sha256, &imprint.0), "20260922000000Z", &[]));
    token(&info, &attributes(&info, &clock), ("root", 2, "clock"), &[clock])
}

pub fn certificate_pem(der: &[u8]) -> String {
    pem::encode(pem::CERTIFICATE, der)
}

pub fn list_pem(der: &[u8]) -> String {
    pem::encode(pem::CRL, der)
}

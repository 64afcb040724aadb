//! A token in SM2 and SM3 (GB/T 20520 with GB/T 35275), of a time that certificates made today will see. OpenSSL makes the
//! keys, certificates and signatures; the message around them is put together here, because its `ts` and `cms` commands
//! know no SM2.

use super::authority::{Authority, Plan, openssl};
use crate::der::{tag, write};
use crate::stamp::{Stamp, verify};
use crate::{Certificate, Hash, oid, pem};
use proto::{Digest, Outcome};

const DATA: &[u8] = b"the canonical bytes of a header";
const SM2: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"];
const ID: [&str; 2] = ["-sigopt", "distid:1234567812345678"];

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    write(tag::SEQUENCE, parts)
}

fn oid_of(bytes: &[u8]) -> Vec<u8> {
    write(tag::OID, &[bytes])
}

fn attribute(name: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[&oid_of(name), &write(tag::SET, &[value])])
}

fn tst_info(hash: Hash) -> Vec<u8> {
    let imprint = sequence(&[&sequence(&[&oid_of(hash.oid())]), &write(tag::OCTETS, &[&hash.digest(&[DATA])])]);
    let time = write(tag::TIME, &[b"20900101000000Z"]);
    let number = write(tag::INTEGER, &[&[1]]);
    sequence(&[&number, &oid_of(b"\x2a\x03\x04"), &imprint, &number, &time])
}

/// Root and authority with SM2 keys.
fn certified() -> Authority {
    let this = Authority::new(&Plan::default());
    for name in ["root", "tsa"] {
        let out = format!("{name}.key");
        this.run(&[&["genpkey", "-out", &out], SM2].concat());
    }
    let root = ["req", "-new", "-x509", "-config", "ca.cnf", "-extensions", "v3_ca", "-key", "root.key", "-sm3"];
    this.run(&[&root, &ID[..], &["-days", "36500", "-subj", "/CN=SM root", "-out", "root.pem"]].concat());
    let ask = ["req", "-new", "-config", "ca.cnf", "-key", "tsa.key", "-sm3", "-subj", "/CN=SM authority"];
    this.run(&[&ask, &ID[..], &["-out", "tsa.csr"]].concat());
    let issue = ["x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "9", "-sm3"];
    let verify = ["-vfyopt", "distid:1234567812345678", "-days", "36500", "-extfile", "tsa.ext", "-extensions", "v3"];
    this.run(&[&issue, &ID[..], &verify, &["-out", "tsa.pem"]].concat());
    this
}

fn token(this: &Authority, info: &[u8]) -> Vec<u8> {
    let der = pem::blocks(&this.text("tsa.pem")).unwrap().remove(0).der;
    let certificate = Certificate::from_der(&der).unwrap();
    let id = sequence(&[&sequence(&[&sequence(&[&write(tag::OCTETS, &[&Hash::Sha256.digest(&[&der])])])])]);
    let attributes = [
        attribute(oid::CONTENT_TYPE, &oid_of(oid::TST_INFO)),
        attribute(oid::MESSAGE_DIGEST, &write(tag::OCTETS, &[&Hash::Sm3.digest(&[info])])),
        attribute(oid::SIGNING_CERTIFICATE_V2, &id),
    ]
    .concat();
    this.write("attributes", write(tag::SET, &[&attributes]));
    let sign = ["dgst", "-sm3", "-sign", "tsa.key", "-out", "signature", "attributes"];
    this.run(&[&sign[..2], &ID, &sign[2..]].concat());
    let [version, sm3] = [write(tag::INTEGER, &[&[3]]), sequence(&[&oid_of(oid::SM3)])];
    let signer = sequence(&[
        &write(tag::INTEGER, &[&[1]]),
        &sequence(&[certificate.issuer, &write(tag::INTEGER, &[certificate.serial])]),
        &sm3,
        &write(tag::CONTEXT_0, &[&attributes]),
        &sequence(&[&oid_of(oid::SM2_SM3)]),
        &write(tag::OCTETS, &[&this.read("signature")]),
    ]);
    let content = write(tag::CONTEXT_0, &[&write(tag::OCTETS, &[info])]);
    let signed = sequence(&[
        &version,
        &write(tag::SET, &[&sm3]),
        &sequence(&[&oid_of(oid::TST_INFO), &content]),
        &write(tag::CONTEXT_0, &[&der]),
        &write(tag::SET, &[&signer]),
    ]);
    sequence(&[&oid_of(oid::SIGNED_DATA_GM), &write(tag::CONTEXT_0, &[&signed])])
}

#[test]
fn a_stamp_in_sm2_holds() {
    if !openssl() {
        return;
    }
    let this = certified();
    let (root, imprint) = (this.text("root.pem"), Digest::sha256(&[DATA]));
    let mut made = token(&this, &tst_info(Hash::Sha256));
    let outcomes =
        |token: &[u8]| verify(Stamp { token, chain_pem: "" }, &imprint, &[&root]).checks.map(|c| (c.outcome, c.detail));
    let found = outcomes(&made);
    assert!(found.iter().all(|(outcome, _)| *outcome == Outcome::Valid), "{found:?}");
    let last = made.len() - 5;
    made[last] ^= 1;
    assert_eq!(outcomes(&made)[0].0, Outcome::Invalid);
    // An imprint in SM3 is of the right bytes, but not the one that is asked for.
    assert_eq!(outcomes(&token(&this, &tst_info(Hash::Sm3)))[0].0, Outcome::Invalid);
}

//! Time-stamps that are wrong, each in one way: bytes that no encoder of DER writes, tokens that somebody altered, tokens that
//! an authority signed and should not have, certificates that lead nowhere, and a court that trusts somebody else.
//!
//! The tokens that are altered were made by OpenSSL (`stamps/make`); those that are signed wrongly are made here, in SM2.

mod chains;

use super::authority::{self, Says, attribute, attributes, info, list, list_pem, sequence, token, usage};
use super::{Mutant, Recipes, policy, surgery};
use crate::world::TIP;
use evidence::{Dossier, Stamp, Variant, code};
use proto::Outcome::{Indeterminate, Invalid, Valid};
use proto::{Digest, Outcome, Receipt};
use timestamp::der::{tag, write};
use timestamp::{Hash, oid};

pub(super) const P256: &[u8] = include_bytes!("stamps/p256.tsr");
const P384: &[u8] = include_bytes!("stamps/p384.tsr");
const RSA: &[u8] = include_bytes!("stamps/rsa.tsr");
const PSS: &[u8] = include_bytes!("stamps/pss.tsr");
const WEAK: &[u8] = include_bytes!("stamps/weak.tsr");
const ROOT: &str = include_str!("stamps/root.pem");

const TOKEN: &str = code::TSA_TOKEN;
const CHAIN: &str = code::TSA_CHAIN_AT_GENTIME;
/// Where things are in a TimeStampResp.
const DATA: [usize; 3] = [1, 1, 0];
const SIGNER: [usize; 5] = [1, 1, 0, 4, 0];
const INFO: [usize; 7] = [1, 1, 0, 2, 1, 0, 0];
/// When the tokens that are made here were made.
const AT: &str = "20260922000000Z";

fn below<const N: usize>(place: [usize; N], path: &[usize]) -> Vec<usize> {
    [&place[..], path].concat()
}

/// The roots of the usual policy.
pub fn roots() -> Vec<String> {
    vec![ROOT.to_owned(), authority::certificate_pem(&Says::root().certificate())]
}

pub(super) fn with_roots(usual: &str, roots: &[String]) -> String {
    let texts: Vec<String> = roots.iter().map(|r| format!("\"\"\"{r}\"\"\"")).collect();
    format!("{usual}[time]\nroots = [{}]\n", texts.join(", "))
}

/// A package with these stamps, under the policy with these roots.
struct Stamped<'a> {
    name: &'a str,
    stamps: Vec<Stamp>,
    roots: Vec<String>,
    says: (Option<&'static str>, Outcome),
}

impl Recipes {
    /// What a stamp over the newest header is about.
    pub fn imprint(&self) -> Digest {
        timestamp::imprint(&self.world.headers[TIP as usize])
    }
    /// A stamp over the newest header, beside event 1, that claims another time.
    pub fn stamped_at(&self, at: &str) -> Stamp {
        self.stamp(self.signed(&info((Hash::Sha256, &self.imprint().0), at, &[])), "")
    }
    /// Right tokens for whoever changes each of their bits: of OpenSSL, and one that carries a list of revoked certificates.
    pub fn flipped(&self) -> Vec<(&'static str, Vec<u8>)> {
        let list = list(("root", "root"), &[(9, "20260901000000Z", Some(1)), (2, "20300101000000Z", None)]);
        let listed = surgery::at(&authority::right(&self.imprint()), &[1, 0, 3], |raw| {
            [raw, &write(tag::CONTEXT_1, &[&list])].concat()
        });
        vec![("p256", P256.to_vec()), ("rsa", RSA.to_vec()), ("pss", PSS.to_vec()), ("sm2-listed", listed)]
    }
    /// A stamp over the newest header, beside event 1.
    pub(super) fn stamp(&self, token: Vec<u8>, chain: &str) -> Stamp {
        Stamp { receipt: self.world.receipt(1), token, chain: chain.as_bytes().to_vec() }
    }
    fn push_stamped(&mut self, made: Stamped<'_>) {
        let dossier = Dossier { stamps: made.stamps, ..self.world.dossier(1, Variant::Public) };
        let policy = with_roots(&policy(&self.world.chain), &made.roots);
        let (name, (first, outcome)) = (format!("stamp-{}", made.name), made.says);
        self.list.push(Mutant { name, bytes: dossier.package(), policy: Some(policy), first, outcome });
    }
    fn token(&mut self, name: &str, (code, outcome): (&'static str, Outcome), token: Vec<u8>, chain: &str) {
        let stamps = vec![self.stamp(token, chain)];
        self.push_stamped(Stamped { name, stamps, roots: roots(), says: (Some(code), outcome) });
    }
    pub(super) fn stamped(&mut self) {
        self.no_der();
        self.other_shape();
        self.altered();
        self.algorithms();
        self.signed_wrongly();
        self.certificates();
        self.chains();
        self.lists();
        self.beside();
        self.several();
        self.receipts();
    }
    /// What is right: different in form, the same in what it says.
    pub fn rightly_stamped(&mut self) -> Vec<Mutant> {
        let before = std::mem::take(&mut self.list);
        let imprint = self.imprint();
        let clock = Says::clock().certificate();
        let bare = surgery::get(P256, &[1]);
        let outside = surgery::content(&authority::right(&imprint), &[1, 0, 3], Vec::clear);
        let later = list(("root", "root"), &[(2, "20270101000000Z", Some(4)), (3, "20200101000000Z", None)]);
        let note = surgery::at(P256, &[0, 0], |_| vec![2, 1, 1]);
        let fraction = self.signed(&info((Hash::Sha256, &imprint.0), "20260922000000.5Z", &[]));
        let critical = authority::extension(b"\x2a\x03\x04", false, &[]);
        let extended = write(tag::CONTEXT_1, &[&critical]);
        let extended = self.signed(&info((Hash::Sha256, &imprint.0), AT, &extended));
        let all: [(&str, Vec<u8>, String); 14] = [
            ("p256", P256.to_vec(), String::new()),
            ("p384", P384.to_vec(), String::new()),
            ("rsa", RSA.to_vec(), String::new()),
            ("pss", PSS.to_vec(), String::new()),
            ("bare", bare, String::new()),
            ("with-modifications", note, String::new()),
            ("sm2", authority::right(&imprint), String::new()),
            ("certificate-outside", outside, authority::certificate_pem(&clock)),
            ("revoked-later", authority::right(&imprint), list_pem(&later)),
            ("text-outside", P256.to_vec(), format!("subject=x\r\n  {ROOT}")),
            ("fraction", fraction, String::new()),
            ("extension", extended, String::new()),
            ("long-chain", self.under(7), self.tower(7)),
            ("strange-certificate-beside", P256.to_vec(), authority::certificate_pem(&[5, 0])),
        ];
        for (name, token, chain) in all {
            let stamps = vec![self.stamp(token, &chain)];
            self.push_stamped(Stamped { name, stamps, roots: roots(), says: (None, Valid) });
        }
        self.rightly_several();
        std::mem::replace(&mut self.list, before)
    }
    fn no_der(&mut self) {
        let null = |with: &'static [u8]| move |raw: &[u8]| sequence(&[&surgery::get(raw, &[0]), with]);
        let no = (TOKEN, Invalid);
        let digest = below(SIGNER, &[2]);
        self.token("null-indefinite", no, surgery::at(P256, &digest, null(&[5, 0x80])), "");
        self.token("null-indefinite-ended", no, surgery::at(P256, &digest, null(&[5, 0x80, 0, 0])), "");
        self.token("null-full", no, surgery::at(P256, &digest, null(&[5, 1, 0])), "");
        self.token("boolean-of-one", no, surgery::at(P256, &digest, null(&[1, 1, 1])), "");
        self.token("padded-parameter", no, surgery::at(P256, &digest, null(&[2, 2, 0, 1])), "");
        self.token("bits-unused-set", no, surgery::at(P256, &digest, null(&[3, 2, 1, 1])), "");
        self.token("oid-padded", no, surgery::at(P256, &digest, null(&[6, 2, 0x80, 1])), "");
        self.token("string-in-pieces", no, surgery::at(P256, &digest, null(&[0x24, 3, 4, 1, 0])), "");
        self.token("primitive-sequence", no, surgery::at(P256, &digest, null(&[0x10, 0])), "");
        self.token("long-tag", no, surgery::at(P256, &digest, null(&[0x1f, 0x81, 1, 0])), "");
        let deep = (0..40).fold(vec![5, 0], |inner, _| sequence(&[&inner]));
        self.token("deep", no, surgery::at(P256, &digest, |raw| sequence(&[&surgery::get(raw, &[0]), &deep])), "");
        self.token("version-padded", no, surgery::at(P256, &below(DATA, &[0]), |_| vec![2, 2, 0, 3]), "");
        self.token("status-padded", no, surgery::at(P256, &[0, 0], |_| vec![2, 2, 0, 0]), "");
        self.token("status-long-length", no, surgery::at(P256, &[0, 0], |_| vec![2, 0x81, 1, 0]), "");
        self.token("outer-indefinite", no, [&[0x30, 0x80], &P256[4..], &[0, 0]].concat(), "");
        let length = P256.len() - 4;
        let longer = [0x30, 0x83, 0, (length >> 8) as u8, length as u8];
        self.token("outer-long-length", no, [&longer, &P256[4..]].concat(), "");
        self.token("content-in-pieces", no, surgery::at(P256, &below(DATA, &[2, 1, 0]), |raw| write(0x24, &[raw])), "");
        self.token("followed", no, [P256, &[0]].concat(), "");
        self.token("cut", no, P256[..P256.len() - 1].to_vec(), "");
        self.token("empty", no, Vec::new(), "");
        let large = |n: usize| write(tag::SEQUENCE, &[&write(tag::OCTETS, &[&vec![0; n]])]);
        self.token("too-long", no, large((256 << 10) - 7), "");
        self.token("attribute-not-der", no, surgery::append(P256, &below(SIGNER, &[3, 0, 1]), &[5, 0x80]), "");
        self.token("attributes-not-der", no, surgery::append(P256, &below(SIGNER, &[3]), &[0x30, 0x80]), "");
    }
    fn other_shape(&mut self) {
        let (no, null): (_, &[u8]) = ((TOKEN, Invalid), &[5, 0]);
        for (name, path) in [
            ("response-longer", vec![]),
            ("content-info-longer", vec![1]),
            ("holder-longer", vec![1, 1]),
            ("data-longer", DATA.to_vec()),
            ("encapsulated-longer", below(DATA, &[2])),
            ("signer-longer", SIGNER.to_vec()),
            ("sid-longer", below(SIGNER, &[1])),
            ("attribute-longer", below(SIGNER, &[3, 0])),
            ("imprint-longer", below(INFO, &[2])),
            ("info-longer", INFO.to_vec()),
        ] {
            self.token(name, no, surgery::append(P256, &path, null), "");
        }
        self.token("refused", no, surgery::at(P256, &[0, 0], |_| vec![2, 1, 2]), "");
        self.token("negative-status", no, surgery::at(P256, &[0, 0], |_| vec![2, 1, 0xff]), "");
        let signer = surgery::get(P256, &SIGNER);
        self.token("two-signers", no, surgery::append(P256, &below(DATA, &[4]), &signer), "");
        self.token("no-signer", no, surgery::content(P256, &below(DATA, &[4]), Vec::clear), "");
        self.token("no-attributes", no, surgery::at(P256, &below(SIGNER, &[3]), |_| Vec::new()), "");
        self.token("empty-attributes", no, surgery::content(P256, &below(SIGNER, &[3]), Vec::clear), "");
        let md = write(tag::OID, &[oid::SM2_SM3]);
        self.token("other-content-type", no, surgery::at(P256, &below(DATA, &[2, 0]), |_| md.clone()), "");
        self.token("not-signed-data", no, surgery::at(P256, &[1, 0], |_| md.clone()), "");
        self.token("sid-of-another-tag", no, surgery::content(P256, &below(SIGNER, &[1]), |b| b[0] = 0x31), "");
        let many = |raw: &[u8]| write(0xa0, &[&vec![raw; 33].concat()]);
        let one = surgery::get(P256, &below(DATA, &[3, 0]));
        self.token("many-certificates", no, surgery::at(P256, &below(DATA, &[3]), |_| many(&one)), "");
        self.token("certificates-no-values", no, surgery::append(P256, &below(DATA, &[3]), &[0x30, 0x80]), "");
        assert_eq!(surgery::count(&surgery::get(P256, &DATA)), 5);
    }
    fn altered(&mut self) {
        let no = (TOKEN, Invalid);
        let in_info = |path: &[usize], change: fn(&mut Vec<u8>)| surgery::content(P256, &below(INFO, path), change);
        self.token("imprint-bit", no, in_info(&[2, 1], |b| b[0] ^= 1), "");
        self.token("imprint-cut", no, in_info(&[2, 1], |b| b.truncate(31)), "");
        self.token("policy", no, in_info(&[1], |b| b[1] ^= 1), "");
        self.token("serial", no, in_info(&[3], |b| b[0] ^= 1), "");
        self.token("time-year", no, in_info(&[4], |b| b[3] ^= 1), "");
        self.token("time-without-zone", no, in_info(&[4], |b| b.truncate(14)), "");
        self.token("time-zero-fraction", no, in_info(&[4], |b| b.splice(14..14, *b".0").for_each(drop)), "");
        self.token("accuracy", no, in_info(&[5, 0], |b| b[0] ^= 1), "");
        self.token("info-version", no, in_info(&[0], |b| b[0] = 2), "");
        self.token("nonce", no, in_info(&[6], |b| b[1] ^= 1), "");
        self.token("nonce-gone", no, surgery::at(P256, &below(INFO, &[6]), |_| Vec::new()), "");
        self.token("signature-bit", no, surgery::content(P256, &below(SIGNER, &[5]), |b| b[9] ^= 1), "");
        self.token("signature-other-length", no, surgery::content(P256, &below(SIGNER, &[5]), |b| b.push(0)), "");
        self.token("signature-rsa-bit", no, surgery::content(RSA, &below(SIGNER, &[5]), |b| b[9] ^= 1), "");
        self.token("signature-pss-bit", no, surgery::content(PSS, &[1, 0, 4, 0, 5], |b| b[9] ^= 1), "");
        let doubled = |raw: &[u8]| surgery::append(raw, &[], &surgery::get(raw, &[0]));
        self.token("attribute-twice", no, surgery::at(P256, &below(SIGNER, &[3]), doubled), "");
        let turned = |raw: &[u8]| {
            let parts: Vec<_> = (0..surgery::count(raw)).rev().map(|i| surgery::get(raw, &[i])).collect();
            write(0xa0, &[&parts.concat()])
        };
        self.token("attributes-turned", no, surgery::at(P256, &below(SIGNER, &[3]), turned), "");
        let other = surgery::get(P384, &SIGNER);
        self.token("signer-of-another", no, surgery::at(P256, &SIGNER, |_| other), "");
        let other = surgery::get(P384, &below(DATA, &[2]));
        self.token("content-of-another", no, surgery::at(P256, &below(DATA, &[2]), |_| other), "");
    }
    fn algorithms(&mut self) {
        let unknown = (TOKEN, Indeterminate);
        let named = |name: &[u8]| sequence(&[&write(tag::OID, &[name])]);
        let digest = |name: &[u8]| surgery::at(P256, &below(SIGNER, &[2]), |_| named(name));
        let scheme = |name: &[u8]| surgery::at(P256, &below(SIGNER, &[4]), |_| named(name));
        self.token("digest-unknown", unknown, digest(oid::MGF1), "");
        self.token("digest-sha1", unknown, digest(oid::SHA1), "");
        self.token("digest-other", (TOKEN, Invalid), digest(oid::SHA512), "");
        self.token("scheme-unknown", unknown, scheme(oid::MGF1), "");
        self.token("scheme-sha1", unknown, scheme(oid::ECDSA_SHA1), "");
        self.token("scheme-of-rsa", (TOKEN, Invalid), scheme(oid::RSA_SHA256), "");
        self.token("scheme-of-sm2", (TOKEN, Invalid), scheme(oid::SM2_SM3), "");
        self.token("scheme-other-hash", (TOKEN, Invalid), scheme(oid::ECDSA_SHA384), "");
        self.token("scheme-pss-without-parameters", unknown, scheme(oid::RSA_PSS), "");
        self.token("weak-rsa", unknown, WEAK.to_vec(), "");
        let salt = |n: &'static [u8]| surgery::at(PSS, &[1, 0, 4, 0, 4, 1, 2, 0], |_| write(tag::INTEGER, &[n]));
        self.token("pss-salt-other", (TOKEN, Invalid), salt(&[31]), "");
        self.token("pss-salt-long", unknown, salt(&[2, 1]), "");
        self.token("pss-salt-longer", unknown, salt(&[1, 0, 0]), "");
        let imprint = self.imprint();
        let hashes = [("sha1", Hash::Sha1, Invalid), ("sha512", Hash::Sha512, Invalid), ("sm3", Hash::Sm3, Invalid)];
        for (name, hash, outcome) in hashes {
            let made = self.signed(&info((hash, &hash.digest(&[&imprint.0])), AT, &[]));
            self.token(&format!("imprint-{name}"), (TOKEN, outcome), made, "");
        }
        let made = self.signed(&info((Hash::Sha256, &imprint.0), AT, &[]));
        let odd = surgery::at(&info((Hash::Sha256, &imprint.0), AT, &[]), &[2, 0], |_| named(oid::MGF1));
        assert_ne!(made, self.signed(&odd));
        let odd = self.signed(&odd);
        self.token("imprint-unknown-hash", unknown, odd, "");
    }
    /// A token over that TSTInfo, signed by the usual clock.
    fn signed(&self, info: &[u8]) -> Vec<u8> {
        let clock = Says::clock().certificate();
        token(info, &attributes(info, &clock), ("root", 2, "clock"), &[clock])
    }
    fn signed_wrongly(&mut self) {
        let imprint = self.imprint();
        let (no, clock) = ((TOKEN, Invalid), Says::clock().certificate());
        let of = |at: &str, more: &[u8]| info((Hash::Sha256, &imprint.0), at, more);
        let usual = of(AT, &[]);
        for (name, made) in [
            ("signed-time-fraction-zero", of("20260922000000.50Z", &[])),
            ("signed-time-second-60", of("20260922000060Z", &[])),
            ("signed-time-no-day", of("20260931000000Z", &[])),
            ("signed-time-before-1970", of("19691231235959Z", &[])),
            ("signed-time-with-zone", of("20260922000000+0800", &[])),
            ("signed-more-behind", of(AT, &[5, 0])),
            ("signed-accuracy-negative", of(AT, &sequence(&[&[0x80, 1, 0xff]]))),
            ("signed-accuracy-order", of(AT, &sequence(&[&[0x81, 1, 1, 0x80, 1, 1]]))),
            ("signed-nonce-padded", of(AT, &[2, 2, 0, 1])),
            ("signed-other-header", info((Hash::Sha256, &Digest::ZERO.0), AT, &[])),
        ] {
            let made = self.signed(&made);
            self.token(name, no, made, "");
        }
        let critical = write(tag::CONTEXT_1, &[&authority::extension(b"\x2a\x03\x04", true, &[])]);
        let made = self.signed(&of(AT, &critical));
        self.token("signed-critical-extension", (TOKEN, Indeterminate), made, "");
        let three = attributes(&usual, &clock);
        let [kind, digest, names] = [0, 1, 2].map(|i| three[i].clone());
        let other = Says { serial: 3, ..Says::clock() }.certificate();
        let two = |a: &[u8], b: &[u8]| attribute(oid::MESSAGE_DIGEST, &[a, b].concat());
        let octets = |bytes: &[u8]| write(tag::OCTETS, &[bytes]);
        let sm3 = Hash::Sm3.digest(&[&usual]);
        for (name, list) in [
            ("signed-without-names", vec![kind.clone(), digest.clone()]),
            ("signed-without-digest", vec![kind.clone(), names.clone()]),
            ("signed-without-kind", vec![digest.clone(), names.clone()]),
            (
                "signed-digest-of-other",
                vec![kind.clone(), attribute(oid::MESSAGE_DIGEST, &octets(&[0; 32])), names.clone()],
            ),
            (
                "signed-digest-of-another-tag",
                vec![kind.clone(), attribute(oid::MESSAGE_DIGEST, &write(3, &[&sm3])), names.clone()],
            ),
            ("signed-digest-of-two", vec![kind.clone(), two(&octets(&sm3), &octets(&sm3)), names.clone()]),
            ("signed-digest-twice", vec![kind.clone(), digest.clone(), digest.clone(), names.clone()]),
            (
                "signed-kind-other",
                vec![attribute(oid::CONTENT_TYPE, &write(6, &[oid::SM2])), digest.clone(), names.clone()],
            ),
            ("signed-names-another", vec![kind.clone(), digest.clone(), authority::names(&other, Hash::Sha256)]),
            ("signed-names-by-sha1", vec![kind.clone(), digest.clone(), authority::names(&clock, Hash::Sha1)]),
            ("signed-names-twice", vec![kind, digest, names.clone(), names]),
        ] {
            let made = token(&usual, &list, ("root", 2, "clock"), std::slice::from_ref(&clock));
            self.token(name, no, made, "");
        }
    }
}

fn web(a: usize, b: usize) -> String {
    let (subject, issuer) = (format!("web {a}"), format!("web {b}"));
    if a == b {
        return String::new();
    }
    let keys = (subject.as_str(), issuer.as_str());
    authority::certificate_pem(&Says { subject: &subject, issuer: &issuer, keys, ..Says::root() }.certificate())
}

//! Time-stamps that are wrong, each in one way: bytes that no encoder of DER writes, tokens that somebody altered, tokens that
//! an authority signed and should not have, certificates that lead nowhere, and a court that trusts somebody else.
//!
//! The tokens that are altered were made by OpenSSL (`stamps/make`); those that are signed wrongly are made here, in SM2.

use super::authority::{self, Says, attribute, attributes, info, list, list_pem, sequence, token, usage};
use super::{Mutant, Recipes, policy, surgery};
use crate::world::TIP;
use evidence::{Dossier, Stamp, Variant, code};
use proto::Outcome::{Indeterminate, Invalid, Valid};
use proto::{Digest, Outcome, Receipt};
use timestamp::der::{tag, write};
use timestamp::{Hash, oid};

const P256: &[u8] = include_bytes!("stamps/p256.tsr");
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

fn with_roots(usual: &str, roots: &[String]) -> String {
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
    /// Right tokens for whoever changes each of their bits: of OpenSSL, and one that carries a list of revoked certificates.
    pub fn flipped(&self) -> Vec<(&'static str, Vec<u8>)> {
        let list = list(("root", "root"), &[(9, "20260901000000Z", Some(1)), (2, "20300101000000Z", None)]);
        let listed = surgery::at(&authority::right(&self.imprint()), &[1, 0, 3], |raw| {
            [raw, &write(tag::CONTEXT_1, &[&list])].concat()
        });
        vec![("p256", P256.to_vec()), ("rsa", RSA.to_vec()), ("pss", PSS.to_vec()), ("sm2-listed", listed)]
    }
    fn stamp(&self, token: Vec<u8>, chain: &str) -> Stamp {
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
    fn certificates(&mut self) {
        let imprint = self.imprint();
        let usual = info((Hash::Sha256, &imprint.0), AT, &[]);
        // A set is sorted by its bytes; the root is in it too.
        let is_clock = |i: &usize| {
            String::from_utf8_lossy(&surgery::get(P256, &below(DATA, &[3, *i]))).contains("Test clock p256")
        };
        let own = below(DATA, &[3, (0..2).find(is_clock).unwrap()]);
        self.token(
            "certificate-gone",
            (TOKEN, Indeterminate),
            surgery::content(P256, &below(DATA, &[3]), Vec::clear),
            "",
        );
        self.token(
            "certificate-bit",
            (TOKEN, Invalid),
            surgery::content(P256, &own, |b| *b.last_mut().unwrap() ^= 1),
            "",
        );
        self.token("certificate-not-der", (TOKEN, Indeterminate), surgery::append(P256, &own, &[5, 0]), "");
        let twin = Says { keys: ("twin", "root"), ..Says::clock() }.certificate();
        let right = authority::right(&imprint);
        self.token("certificate-swapped", (TOKEN, Invalid), surgery::at(&right, &[1, 0, 3, 0], |_| twin.clone()), "");
        let before = surgery::at(&right, &[1, 0, 3, 0], |raw| [&twin, raw].concat());
        self.token("certificate-of-a-twin-first", (TOKEN, Invalid), before, "");
        let made = |says: &Says<'_>| {
            let c = says.certificate();
            token(&usual, &attributes(&usual, &c), (says.issuer, says.serial, says.keys.0), &[c])
        };
        let no = (CHAIN, Invalid);
        let extended = |extensions: Vec<Vec<u8>>| made(&Says { extensions, ..Says::clock() });
        let clock = usage(true, &[oid::TIME_STAMPING]);
        self.token("usage-missing", no, extended(authority::authority(None, 0x80)), "");
        self.token("usage-not-critical", no, extended(vec![usage(false, &[oid::TIME_STAMPING])]), "");
        self.token("usage-of-two", no, extended(vec![usage(true, &[oid::TIME_STAMPING, oid::SM2])]), "");
        self.token("usage-other", no, extended(vec![usage(true, &[oid::SM2])]), "");
        self.token("usage-empty", no, extended(vec![usage(true, &[])]), "");
        let strange = |critical| authority::extension(b"\x2a\x03\x04", critical, &[5, 0]);
        self.token("extension-unknown", (CHAIN, Indeterminate), extended(vec![clock.clone(), strange(true)]), "");
        // One that cannot be read is as good as absent.
        self.token("extension-twice", (TOKEN, Indeterminate), extended(vec![clock.clone(), clock.clone()]), "");
        let broken = authority::extension(oid::BASIC_CONSTRAINTS, false, &[0x30, 0x80, 0, 0]);
        self.token("extension-not-der", (TOKEN, Indeterminate), extended(vec![clock, broken]), "");
        let valid = |from: &'static str, to: &'static str| made(&Says { valid: (from, to), ..Says::clock() });
        self.token("expired", no, valid("20200101000000Z", "20260921235959Z"), "");
        self.token("not-yet-valid", no, valid("20260922000001Z", "20400101000000Z"), "");
        self.token("validity-odd", (TOKEN, Indeterminate), valid("20200101000000.0Z", "20400101000000Z"), "");
        self.token("issuer-other-key", no, made(&Says { keys: ("clock", "nobody"), ..Says::clock() }), "");
        self.token("issuer-unknown", (CHAIN, Indeterminate), made(&Says { issuer: "nobody", ..Says::clock() }), "");
        self.token(
            "self-signed",
            (CHAIN, Indeterminate),
            made(&Says { issuer: "clock", keys: ("clock", "clock"), ..Says::clock() }),
            "",
        );
    }
    /// A token of a clock below so many authorities, of which the last is below the root.
    fn under(&self, authorities: usize) -> Vec<u8> {
        let usual = info((Hash::Sha256, &self.imprint().0), AT, &[]);
        let name = if authorities == 1 { "root".to_owned() } else { format!("between {}", authorities - 1) };
        let clock = Says { issuer: &name, keys: ("clock", &name), ..Says::clock() }.certificate();
        token(&usual, &attributes(&usual, &clock), (&name, 2, "clock"), &[clock])
    }
    /// The authorities between.
    fn tower(&self, authorities: usize) -> String {
        let one = |n: usize| self.between(n, authority::authority(None, 0x06));
        (1..authorities).map(one).collect()
    }
    fn between(&self, n: usize, extensions: Vec<Vec<u8>>) -> String {
        let name = |n: usize| if n == 0 { "root".to_owned() } else { format!("between {n}") };
        let (subject, issuer) = (name(n), name(n - 1));
        let keys = (subject.as_str(), issuer.as_str());
        authority::certificate_pem(
            &Says { subject: &subject, issuer: &issuer, keys, extensions, ..Says::root() }.certificate(),
        )
    }
    fn chains(&mut self) {
        let (no, unknown) = ((CHAIN, Invalid), (CHAIN, Indeterminate));
        let usual = || authority::authority(None, 0x06);
        self.token("chain-too-long", unknown, self.under(8), &self.tower(8));
        self.token("chain-gap", unknown, self.under(3), &self.between(1, usual()));
        self.token("chain-no-authority", no, self.under(2), &self.between(1, vec![]));
        self.token("chain-may-not-sign", no, self.under(2), &self.between(1, authority::authority(None, 0x02)));
        let short = self.between(1, authority::authority(Some(0), 0x06)) + &self.between(2, usual());
        self.token("chain-path-too-long", no, self.under(3), &short);
        let critical = [usual(), vec![authority::extension(b"\x2a\x03\x04", true, &[5, 0])]].concat();
        self.token("chain-critical-extension", unknown, self.under(2), &self.between(1, critical));
        let mut roots_of = |name: &str, says: (&'static str, Outcome), roots: Vec<String>| {
            let stamps = vec![self.stamp(authority::right(&self.imprint()), "")];
            self.push_stamped(Stamped { name, stamps, roots, says: (Some(says.0), says.1) });
        };
        let root = |change: fn(&mut Says<'_>)| {
            let mut says = Says::root();
            change(&mut says);
            vec![authority::certificate_pem(&says.certificate())]
        };
        roots_of("root-of-others", unknown, vec![ROOT.to_owned()]);
        roots_of("root-of-the-same-name", no, root(|s| s.keys = ("another", "another")));
        roots_of("root-expired", no, root(|s| s.valid = ("20200101000000Z", "20260901000000Z")));
        roots_of(
            "root-not-understood",
            unknown,
            root(|s| s.extensions.push(authority::extension(b"\x2a\x03\x04", true, &[5, 0]))),
        );
        let stamps = vec![self.stamp(P256.to_vec(), ROOT)];
        self.push_stamped(Stamped { name: "no-roots", stamps, roots: Vec::new(), says: (Some(CHAIN), Indeterminate) });
        // Authorities that all issued one another: every way is tried until no more signatures are verified.
        let web: String = (0..7usize).flat_map(|a| (0..7usize).map(move |b| (a, b))).map(|(a, b)| web(a, b)).collect();
        let clock = Says { issuer: "web 0", keys: ("clock", "web 0"), ..Says::clock() }.certificate();
        let usual = info((Hash::Sha256, &self.imprint().0), AT, &[]);
        let made = token(&usual, &attributes(&usual, &clock), ("web 0", 2, "clock"), &[clock]);
        self.token("web", unknown, made, &web);
    }
    fn lists(&mut self) {
        let no = (CHAIN, Invalid);
        let right = authority::right(&self.imprint());
        let mut listed = |name: &str, says, entries: &[(u8, &str, Option<u8>)]| {
            let list = list_pem(&list(("root", "root"), entries));
            self.token(name, says, right.clone(), &list);
        };
        listed("revoked", no, &[(2, "20260921000000Z", None)]);
        listed("revoked-that-second", no, &[(2, AT, Some(4))]);
        listed("revoked-stolen-later", no, &[(2, "20300101000000Z", Some(1))]);
        listed("revoked-authority-stolen-later", no, &[(3, "20200101000000Z", None), (2, "20300101000000Z", Some(2))]);
        listed("revoked-twice", no, &[(2, "20300101000000Z", None), (2, "20200101000000Z", None)]);
        let without = Says { extensions: authority::authority(None, 0x04), ..Says::root() }.certificate();
        let revoked = list_pem(&list(("root", "root"), &[(2, "20260921000000Z", None)]));
        let stamps = vec![self.stamp(right.clone(), &revoked)];
        let roots = vec![authority::certificate_pem(&without)];
        self.push_stamped(Stamped {
            name: "revoked-by-who-signs-no-lists",
            stamps,
            roots,
            says: (Some(CHAIN), Invalid),
        });
        let between = self.between(1, authority::authority(None, 0x06));
        let list = list_pem(&list(("root", "root"), &[(1, "20200101000000Z", None)]));
        self.token("revoked-between", no, self.under(2), &(between + &list));
    }
    fn beside(&mut self) {
        let no = (TOKEN, Invalid);
        let bytes = |chain: &[u8]| chain.to_vec();
        for (name, chain) in [
            ("beside-not-text", bytes(&[0xff, 0xfe])),
            ("beside-unfinished", bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n")),
            ("beside-ends-otherwise", bytes(ROOT.replace("END CERTIFICATE", "END X509 CRL").as_bytes())),
            ("beside-only-ends", bytes(b"-----END CERTIFICATE-----\n")),
            ("beside-not-base64", bytes(ROOT.replacen('M', "*", 1).as_bytes())),
            ("beside-without-padding", bytes(b"-----BEGIN X-----\nAA\n-----END X-----\n")),
            ("beside-hyphens", bytes(b"----------\n")),
            ("beside-many", bytes("-----BEGIN X-----\n-----END X-----\n".repeat(65).as_bytes())),
        ] {
            let stamp = Stamp { chain, ..self.stamp(P256.to_vec(), "") };
            self.push_stamped(Stamped { name, stamps: vec![stamp], roots: roots(), says: (Some(no.0), no.1) });
        }
    }
    fn receipts(&mut self) {
        let mut placed = |name: &str, (code, outcome), change: &dyn Fn(&Self, &mut Receipt)| {
            let mut stamp = self.stamp(P256.to_vec(), "");
            change(self, &mut stamp.receipt);
            self.push_stamped(Stamped { name, stamps: vec![stamp], roots: roots(), says: (Some(code), outcome) });
        };
        let no = (TOKEN, Invalid);
        placed("of-another-event", no, &|r, receipt| *receipt = r.world.receipt(2));
        placed("path-cut", no, &|_, receipt| {
            receipt.sm3_path.pop();
        });
        placed("path-sha256", no, &|_, receipt| receipt.sha256_path[0].0[0] ^= 1);
        placed("vote-forged", no, &|_, receipt| receipt.checkpoint.certificate.votes[0].1.0[9] ^= 1);
        placed("votes-too-few", no, &|_, receipt| {
            receipt.checkpoint.certificate.votes.pop();
        });
        placed("header-other", no, &|_, receipt| receipt.checkpoint.header.time.0 += 1);
        placed("epoch-unknown", no, &|_, receipt| receipt.checkpoint.header.epoch.0 = 7);
        let both = vec![self.stamp(P256.to_vec(), ""), self.stamp(WEAK.to_vec(), "")];
        let says = (Some(TOKEN), Indeterminate);
        self.push_stamped(Stamped { name: "second-unclear", stamps: both, roots: roots(), says });
        let both = vec![
            self.stamp(surgery::content(P256, &below(SIGNER, &[5]), |b| b[9] ^= 1), ""),
            self.stamp(WEAK.to_vec(), ""),
        ];
        self.push_stamped(Stamped {
            name: "first-wrong-second-unclear",
            stamps: both,
            roots: roots(),
            says: (Some(TOKEN), Invalid),
        });
        let mut files = |name: &str, change: &dyn Fn(&mut evidence::Files)| {
            let dossier =
                Dossier { stamps: vec![self.stamp(P256.to_vec(), "")], ..self.world.dossier(1, Variant::Public) };
            let mut files = dossier.files();
            change(&mut files);
            self.raw(name, code::LAYOUT, files.package(&dossier.folder().to_string()));
        };
        files("stamp-without-token", &|f| drop(f.0.remove("data/time/00.tsr")));
        files("stamp-without-chain", &|f| drop(f.0.remove("data/time/00.chain.pem")));
        files("stamp-without-receipt", &|f| drop(f.0.remove("data/time/00.bin")));
        files("stamp-receipt-cut", &|f| {
            f.0.get_mut("data/time/00.bin").unwrap().pop();
        });
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

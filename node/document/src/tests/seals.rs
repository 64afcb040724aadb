//! OFD packages, and PDF, signed with electronic seals and in GB/T 35275: what holds, and what forgers do.

use super::maker::plain;
use super::packages::{LIST, OFD, signature, zip};
use super::sealer::{PLACE, Person, Seal, Signing, wrapped};
use super::signer::sign_as;
use crate::{Appraised, Format, Roots, appraise};
use proto::{Digest, Outcome};
use timestamp::instant;

const PAGE: &[u8] = b"<ofd:Page/>";
const DOCUMENT: &[u8] = b"<ofd:Document/>";
const SEAL_FILE: &str = "Doc_0/Signs/Sign_0/Seal.esl";

/// A root, a maker of seals and a signer.
pub struct People {
    pub root: Person,
    pub maker: Person,
    pub signer: Person,
}

impl People {
    pub fn new() -> Self {
        let root = Person::new(0x11, "SM root", None);
        let maker = Person::new(0x22, "印章中心", Some(&root));
        let signer = Person::new(0x33, "张三", Some(&root));
        Self { root, maker, signer }
    }
    pub fn seal(&self) -> Seal<'_> {
        Seal::new(&self.maker, &self.signer)
    }
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("OFD.xml", OFD.into()),
        ("Doc_0/Document.xml", DOCUMENT.into()),
        ("Doc_0/Pages/Page_0/Content.xml", PAGE.into()),
    ]
}

/// The description of a signature that covers `files`, and the seal.
fn described(files: &[(&str, Vec<u8>)], seal: &[u8]) -> String {
    let seal = (SEAL_FILE, seal);
    let all: Vec<(&str, &[u8])> = files.iter().map(|(n, c)| (*n, &c[..])).chain([seal]).collect();
    let named = "<ofd:SignedInfo><ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal>";
    signature(&all).replace("<ofd:SignedInfo>", named)
}

pub struct Package {
    files: Vec<(&'static str, Vec<u8>)>,
    xml: String,
    seal: Vec<u8>,
    value: Vec<u8>,
}

impl Package {
    pub fn of(signing: &Signing<'_>) -> Self {
        let (files, seal) = (files(), signing.seal.clone());
        let xml = described(&files, &seal);
        let value = signing.der(xml.as_bytes());
        Self { files, xml, seal, value }
    }
    pub fn zip(&self) -> Vec<u8> {
        let mut all = self.files.clone();
        all.push(("Doc_0/Signs/Signatures.xml", LIST.replace("Type=\"Sign\"", "Type=\"Seal\"").into()));
        all.push((&PLACE[1..], self.xml.clone().into()));
        all.push(("Doc_0/Signs/Sign_0/SignedValue.dat", self.value.clone()));
        all.push((SEAL_FILE, self.seal.clone()));
        zip(&all)
    }
    fn read(&self, roots: &[&Person]) -> Appraised {
        look(&self.zip(), roots)
    }
}

fn look(file: &[u8], roots: &[&Person]) -> Appraised {
    let texts: Vec<String> = roots.iter().map(|p| p.pem()).collect();
    let pem: Vec<&str> = texts.iter().map(String::as_str).collect();
    appraise(file, Roots { pem: &pem, now: instant::generalized("20261123000000Z").unwrap() })
}

fn outcomes(found: &Appraised) -> Vec<(&'static str, Outcome)> {
    found.checks.iter().map(|c| (c.code, c.outcome)).collect()
}

/// The signature's own outcome, and why.
fn said(found: &Appraised) -> (Outcome, &str) {
    (found.signatures[0].outcome, &found.signatures[0].detail)
}

fn is_refused(signing: &Signing<'_>, because: &str) {
    let found = Package::of(signing).read(&[]);
    let (outcome, detail) = said(&found);
    assert!(outcome == Outcome::Invalid && detail.contains(because), "{because}: {:?}", found.checks);
}

const VALID: Outcome = Outcome::Valid;
const INVALID: Outcome = Outcome::Invalid;
const OPEN: Outcome = Outcome::Indeterminate;

#[test]
fn a_sealed_document_holds() {
    let people = People::new();
    let found = Package::of(&Signing::new(&people.seal(), &people.signer)).read(&[]);
    assert_eq!(found.format, Format::Ofd);
    let codes = ["DOCUMENT_SIGNATURE", "SIGNER_TRUST", "SEAL_TRUST", "DOCUMENT_CHANGES"];
    let wanted = |outcomes: [Outcome; 4]| codes.into_iter().zip(outcomes).collect::<Vec<_>>();
    assert_eq!(outcomes(&found), wanted([VALID, OPEN, OPEN, VALID]), "{:?}", found.checks);
    let [one] = &found.signatures[..] else { panic!("{found:?}") };
    let seal = one.seal.as_ref().unwrap();
    assert_eq!((one.signer.as_deref(), &*seal.name, &*seal.maker), (Some("张三"), "合同专用章", "印章中心"));
    assert_eq!(one.claimed_time, instant::generalized("20261122070000Z"));
    assert_eq!(found.changed_after_last, Some(false));
}

#[test]
fn a_root_says_who_the_maker_is_and_only_the_reader_that_it_may_make_seals() {
    let people = People::new();
    let sealed = Package::of(&Signing::new(&people.seal(), &people.signer));
    let trusts = |roots: &[&Person]| {
        let found = sealed.read(roots);
        [found.checks[1].outcome, found.checks[2].outcome]
    };
    assert_eq!(trusts(&[&people.root]), [VALID, OPEN]);
    assert_eq!(trusts(&[&people.root, &people.maker]), [VALID, VALID]);
    assert_eq!(trusts(&[&people.maker]), [OPEN, VALID]);
    // Anybody can make a seal of any name.
    let forged = Seal { name: "财政部", maker: &people.signer, ..people.seal() };
    let found = Package::of(&Signing::new(&forged, &people.signer)).read(&[&people.root, &people.maker]);
    assert_eq!((found.checks[1].outcome, found.checks[2].outcome), (VALID, OPEN), "{:?}", found.checks);
}

#[test]
fn all_layouts_hold() {
    let people = People::new();
    let seals = [
        Seal { version: 1, ..people.seal() },
        Seal { version: 5, ..people.seal() },
        Seal { by_digest: true, ..people.seal() },
        Seal { together: true, ..people.seal() },
        Seal { users: vec![&people.maker, &people.signer], ..people.seal() },
    ];
    for seal in seals {
        let found = Package::of(&Signing::new(&seal, &people.signer)).read(&[&people.root, &people.maker]);
        assert!(found.checks.iter().all(|c| c.outcome == VALID), "{}: {:?}", seal.version, found.checks);
    }
    let unknown = Seal { version: 9, ..people.seal() };
    let found = Package::of(&Signing::new(&unknown, &people.signer)).read(&[]);
    assert!(said(&found).0 == OPEN && said(&found).1.contains("version 9"), "{:?}", found.checks);
}

#[test]
fn every_part_must_fit() {
    let people = People::new();
    let signing = Signing::new(&people.seal(), &people.signer);
    is_refused(&Signing { flipped: 1, ..signing.clone() }, "dataHash");
    let other = Person::new(0x44, "李四", Some(&people.root));
    is_refused(&Signing { by: &other, ..signing.clone() }, "may not be used with this certificate of `李四`");
    let again = Person::until(0x33, ("张三", "20390101000000Z"), Some(&people.root));
    is_refused(&Signing { by: &again, ..signing.clone() }, "may not be used with this certificate");
    let old = Seal { until: "20260101000000Z", ..people.seal() };
    is_refused(&Signing::new(&old, &people.signer), "might not be used at 2026-11-22T07:00:00Z");
    is_refused(&Signing { at: "20241231235959Z", ..signing.clone() }, "might not be used");
    let gone = Person::until(0x33, ("张三", "20260101000000Z"), Some(&people.root));
    let seal = Seal { users: vec![&gone], ..people.seal() };
    is_refused(&Signing::new(&seal, &gone), "certificate of `张三` was not valid");
    let mut renamed = people.seal().der();
    let at = renamed.windows(6).position(|w| w == "合同".as_bytes()).unwrap();
    renamed[at..at + 6].copy_from_slice("财务".as_bytes());
    is_refused(&Signing { seal: renamed, ..signing.clone() }, "`印章中心` did not make this seal");
    is_refused(&Signing { version: 5, seal: Seal { version: 1, ..people.seal() }.der(), ..signing }, "neither");
}

#[test]
fn what_cannot_be_told_is_left_open() {
    let people = People::new();
    let signing = Signing::new(&people.seal(), &people.signer);
    let moved = Signing { property: "/Doc_0/Signs/Sign_7/Signature.xml", ..signing.clone() };
    let found = Package::of(&moved).read(&[]);
    assert!(said(&found).0 == OPEN && said(&found).1.contains("Sign_7"), "{:?}", found.checks);
    let stamped = Signing { stamp: Some(b"no token".to_vec()), ..signing.clone() };
    let found = Package::of(&stamped).read(&[]);
    assert!(said(&found).0 == OPEN && said(&found).1.contains("time-stamp"), "{:?}", found.checks);
    // Used in time by the signer's word alone: since then the seal ran out.
    let short = Seal { until: "20261122120000Z", ..people.seal() };
    let found = Package::of(&Signing::new(&short, &people.signer)).read(&[&people.root, &people.maker]);
    assert_eq!(found.checks[0].outcome, VALID, "{:?}", found.checks);
    assert_eq!(found.checks[2].outcome, OPEN, "{:?}", found.checks);
    // A property that is no path says nothing.
    let free = Signing { property: "whole document", ..signing };
    assert_eq!(said(&Package::of(&free).read(&[])).0, VALID);
}

#[test]
fn files_that_change_or_appear_are_told() {
    let people = People::new();
    let sealed = || Package::of(&Signing::new(&people.seal(), &people.signer));
    let mut changed = sealed();
    changed.files[2].1 = b"<ofd:Page>pay 999</ofd:Page>".to_vec();
    let found = changed.read(&[]);
    assert_eq!((found.checks[0].outcome, found.checks[3].outcome), (INVALID, INVALID), "{:?}", found.checks);
    assert!(found.checks[3].detail.contains("Doc_0/Pages/Page_0/Content.xml"));
    let mut gone = sealed();
    gone.files.pop();
    assert_eq!(gone.read(&[]).checks[3].outcome, INVALID);
    let mut added = sealed();
    added.files.push(("Doc_0/Pages/Page_1/Content.xml", PAGE.into()));
    let found = added.read(&[]);
    assert_eq!((found.checks[0].outcome, found.checks[3].outcome), (VALID, OPEN), "{:?}", found.checks);
    assert!(found.checks[3].detail.contains("Page_1"));
    assert_eq!(found.changed_after_last, Some(true));
    let mut described = sealed();
    described.xml = described.xml.replace("20261122", "20251122");
    assert!(said(&described.read(&[])).1.contains("dataHash"));
    let mut other_seal = sealed();
    other_seal.seal = Seal { name: "公章", ..people.seal() }.der();
    let found = other_seal.read(&[]);
    assert!(
        said(&found).0 == INVALID && said(&found).1.contains("is not the seal that was used"),
        "{:?}",
        found.checks
    );
}

#[test]
fn every_byte_of_a_signed_value_counts() {
    let people = People::new();
    let mut sealed = Package::of(&Signing::new(&people.seal(), &people.signer));
    // Without the file beside it, which would tell every change of the seal by itself.
    sealed.xml = signature(&files().iter().map(|(n, c)| (*n, &c[..])).collect::<Vec<_>>());
    sealed.value = Signing::new(&people.seal(), &people.signer).der(sealed.xml.as_bytes());
    assert_eq!(sealed.read(&[]).checks[0].outcome, VALID);
    let whole = sealed.value.clone();
    for at in 0..whole.len() {
        sealed.value = whole.clone();
        sealed.value[at] ^= 1 << (at % 8);
        let found = sealed.read(&[]);
        assert_ne!(found.checks[0].outcome, VALID, "byte {at}: {:?}", found.checks);
        sealed.value = whole[..at].to_vec();
        assert_ne!(sealed.read(&[]).checks[0].outcome, VALID, "cut at {at}");
    }
    sealed.value = [&whole[..], &[0]].concat();
    assert_ne!(sealed.read(&[]).checks[0].outcome, VALID);
}

#[test]
fn a_pdf_may_be_sealed_or_signed_in_sm2() {
    let people = People::new();
    let signing = Signing { property: "[0 1 2 3]", ..Signing::new(&people.seal(), &people.signer) };
    let trusted = [&people.root, &people.maker];
    let sealed = sign_as(&plain(), "GM.sm2seal", &|data| signing.der(data));
    let found = look(&sealed, &trusted);
    assert!(found.checks.len() == 4 && found.checks.iter().all(|c| c.outcome == VALID), "{:?}", found.checks);
    assert_eq!(found.signatures[0].seal.as_ref().map(|s| &*s.name), Some("合同专用章"));
    let at = sealed.windows(4).position(|w| w == b"100 ").unwrap();
    let mut changed = sealed.clone();
    changed[at] = b'2';
    let found = look(&changed, &trusted);
    assert!(said(&found).0 == INVALID && said(&found).1.contains("dataHash"), "{:?}", found.checks);
    let out = Signing { at: "20241231235959Z", ..signing.clone() };
    let found = look(&sign_as(&plain(), "GM.sm2seal", &|data| out.der(data)), &trusted);
    assert!(said(&found).0 == INVALID && said(&found).1.contains("might not be used"), "{:?}", found.checks);
    // Content could hide where the zeros belong.
    let padded = sign_as(&plain(), "GM.sm2seal", &|data| [signing.der(data), b"more".to_vec()].concat());
    assert!(said(&look(&padded, &trusted)).1.contains("follows"));
    let message = |data: &[u8]| wrapped(&people.signer.message(data, None));
    let found = look(&sign_as(&plain(), "adbe.pkcs7.detached", &message), &trusted);
    assert!(found.checks.len() == 3 && found.checks.iter().all(|c| c.outcome == VALID), "{:?}", found.checks);
}

/// A second list entry, whose signature covers the files of the first too.
fn twice(people: &People, second: &Signing<'_>) -> Vec<(&'static str, Vec<u8>)> {
    let first = Package::of(&Signing::new(&people.seal(), &people.signer));
    let mut all = first.files.clone();
    all.push((&PLACE[1..], first.xml.clone().into()));
    all.push(("Doc_0/Signs/Sign_0/SignedValue.dat", first.value.clone()));
    all.push((SEAL_FILE, first.seal.clone()));
    let xml = signature(&all.iter().map(|(n, c)| (*n, &c[..])).collect::<Vec<_>>());
    let value = second.der(xml.as_bytes());
    let entry = "BaseLoc=\"Sign_0/Signature.xml\"/>";
    let more = format!("{entry}<ofd:Signature ID=\"2\" Type=\"Seal\" BaseLoc=\"/Doc_0/Signs/Sign_1/Signature.xml\"/>");
    all.push(("Doc_0/Signs/Signatures.xml", LIST.replace(entry, &more).into()));
    all.push(("Doc_0/Signs/Sign_1/Signature.xml", xml.into()));
    all.push(("Doc_0/Signs/Sign_1/SignedValue.dat", value));
    all
}

#[test]
fn two_seals_after_one_another() {
    let people = People::new();
    let other = Person::new(0x44, "李四", Some(&people.root));
    let seal = Seal::new(&people.maker, &other);
    let property = "/Doc_0/Signs/Sign_1/Signature.xml";
    let all = twice(&people, &Signing { property, ..Signing::new(&seal, &other) });
    let found = look(&zip(&all), &[&people.root, &people.maker]);
    assert!(found.checks.iter().all(|c| c.outcome == VALID), "{:?}", found.checks);
    let names: Vec<_> = found.signatures.iter().map(|s| s.signer.as_deref().unwrap()).collect();
    assert_eq!(names, ["张三", "李四"]);
    let mut forged = all.clone();
    forged[2].1 = b"<ofd:Page>pay 999</ofd:Page>".to_vec();
    let found = look(&zip(&forged), &[]);
    assert!(found.signatures.iter().all(|s| s.outcome == INVALID), "{:?}", found.checks);
}

/// Files that a signature consists of are left out of what others must cover: a forger lists a page as such a file.
#[test]
fn a_page_is_not_hidden_as_part_of_another_signature() {
    let people = People::new();
    let mallory = Person::new(0x55, "Mallory", None);
    let page = "Doc_0/Pages/Page_9/Content.xml";
    let first = Package::of(&Signing::new(&people.seal(), &people.signer));
    let xml = signature(&[(page, PAGE)]);
    let xml = xml.replace(
        "<ofd:SignedInfo>",
        &format!("<ofd:SignedInfo><ofd:Seal><ofd:BaseLoc>/{page}</ofd:BaseLoc></ofd:Seal>"),
    );
    let hidden = |value: Vec<u8>| {
        let mut all = first.files.clone();
        let entry = "BaseLoc=\"Sign_0/Signature.xml\"/>";
        let more = format!("{entry}<ofd:Signature ID=\"2\" BaseLoc=\"Sign_1/Signature.xml\"/>");
        all.extend([
            (page, PAGE.to_vec()),
            (&PLACE[1..], first.xml.clone().into()),
            ("Doc_0/Signs/Sign_0/SignedValue.dat", first.value.clone()),
            (SEAL_FILE, first.seal.clone()),
            ("Doc_0/Signs/Signatures.xml", LIST.replace(entry, &more).into()),
            ("Doc_0/Signs/Sign_1/Signature.xml", xml.clone().into()),
            ("Doc_0/Signs/Sign_1/SignedValue.dat", value),
        ]);
        look(&zip(&all), &[])
    };
    // A message needs no seal: the page is told as one that the first did not cover.
    let found = hidden(wrapped(&mallory.message(xml.as_bytes(), None)));
    assert_eq!(found.signatures[1].outcome, VALID, "{:?}", found.checks);
    assert!(found.checks.iter().any(|c| c.outcome == OPEN && c.detail.contains("Page_9")), "{:?}", found.checks);
    // With a seal, the page would have to be that seal.
    let seal = Seal::new(&mallory, &mallory);
    let property = "/Doc_0/Signs/Sign_1/Signature.xml";
    let found = hidden(Signing { property, ..Signing::new(&seal, &mallory) }.der(xml.as_bytes()));
    assert_eq!(found.signatures[1].outcome, INVALID, "{:?}", found.checks);
}

#[test]
fn messages_of_gb_t_35275_over_the_description_or_its_digest() {
    let people = People::new();
    let xml = signature(&files().iter().map(|(n, c)| (*n, &c[..])).collect::<Vec<_>>());
    let digest = Digest::sm3(xml.as_bytes()).0;
    let signer = Person::new(0x66, "王芳", None);
    let look = |value: Vec<u8>| {
        let mut all = files();
        all.push(("Doc_0/Signs/Signatures.xml", LIST.into()));
        all.push((&PLACE[1..], xml.clone().into()));
        all.push(("Doc_0/Signs/Sign_0/SignedValue.dat", value));
        look(&zip(&all), &[&signer, &people.root])
    };
    let inside = signer.message(&digest, Some(&digest));
    let good = [
        inside.clone(),
        wrapped(&inside),
        wrapped(&signer.message(&digest, None)),
        wrapped(&signer.message(xml.as_bytes(), None)),
        wrapped(&signer.message(xml.as_bytes(), Some(xml.as_bytes()))),
    ];
    for value in good {
        let found = look(value);
        assert!(found.checks.iter().all(|c| c.outcome == VALID), "{:?}", found.checks);
        assert_eq!(found.signatures[0].signer.as_deref(), Some("王芳"));
    }
    let mut other = digest;
    other[5] ^= 1;
    let bad = [
        wrapped(&signer.message(&other, Some(&other))),
        wrapped(&signer.message(&other, Some(&digest))),
        wrapped(&signer.message(&digest, Some(&other))),
        wrapped(&signer.message(&other, None)),
    ];
    for value in bad {
        assert_eq!(look(value).checks[0].outcome, INVALID);
    }
}

#[test]
fn packages_that_readers_take_differently_are_told() {
    let people = People::new();
    let sealed = Package::of(&Signing::new(&people.seal(), &people.signer));
    let whole = sealed.zip();
    let told = |file: &[u8], what: &str| {
        let found = look(file, &[]);
        assert!(
            found.checks.iter().any(|c| c.outcome != VALID && c.detail.contains(what)),
            "{what}: {:?}",
            found.checks
        );
    };
    // A head that names another file than the directory does.
    let name = b"Doc_0/Pages/Page_0/Content.xml";
    let at = whole.windows(name.len()).position(|w| w == name).unwrap();
    let mut renamed = whole.clone();
    renamed[at + 17] = b'9';
    told(&renamed, "does not name");
    // An entry that the directory leaves out.
    let page = zip(&[("Doc_0/Pages/Page_0/Content.xml", b"<ofd:Page>other</ofd:Page>".to_vec())]);
    let page = &page[..page.windows(4).position(|w| w == b"PK\x01\x02").unwrap()];
    let end = whole.len() - 22;
    let directory = u32::from_le_bytes(whole[end + 16..end + 20].try_into().unwrap());
    let moved = (directory + page.len() as u32).to_le_bytes();
    let (head, tail) = whole.split_at(directory as usize);
    let mut hidden = [head, page, tail].concat();
    let end = hidden.len() - 22;
    hidden[end + 16..end + 20].copy_from_slice(&moved);
    told(&hidden, "does not name");
    told(&[page, &whole[..]].concat(), "cannot be read as one");
    told(&[&whole[..], b"more"].concat(), "does not name");
    let mut folded = sealed.files.clone();
    folded.push(("doc_0/Document.xml", DOCUMENT.into()));
    told(&zip(&folded), "take for another");
    told(&zip(&[("OFD.xml", OFD.into())]), "the list of signatures Doc_0/Signs/Signatures.xml is missing");
    let list = LIST
        .replace("</ofd:Signatures>", "<ofd:Signature ID=\"2\" BaseLoc=\"Sign_0/Signature.xml\"/></ofd:Signatures>");
    told(&zip(&[("OFD.xml", OFD.into()), ("Doc_0/Signs/Signatures.xml", list.into())]), "listed twice");
    told(&whole[..whole.len() - 30], "cannot be read as one");
}

/// The directory says how long an entry grows: one that says too much is not read, and nobody says that it was altered.
#[test]
fn a_file_that_is_too_long_is_left_open() {
    let people = People::new();
    let mut whole = Package::of(&Signing::new(&people.seal(), &people.signer)).zip();
    let name = b"Doc_0/Pages/Page_0/Content.xml";
    let at = whole.windows(name.len()).rposition(|w| w == name).unwrap();
    let record = whole[..at].windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    assert_eq!(record + 46, at);
    whole[record + 24..record + 28].copy_from_slice(&u32::MAX.to_le_bytes());
    let found = look(&whole, &[]);
    assert!(said(&found).0 == OPEN && said(&found).1.contains("longer than is read"), "{:?}", found.checks);
    assert_ne!(found.checks[3].outcome, VALID, "{:?}", found.checks);
}

#[test]
fn digests_that_prove_nothing_are_told() {
    let people = People::new();
    let mut sealed = Package::of(&Signing::new(&people.seal(), &people.signer));
    for (method, said) in [(" CheckMethod=\"1.2.840.113549.2.5\"", "1.2.840.113549.2.5"), ("", "does not name")] {
        sealed.xml = described(&sealed.files, &sealed.seal).replace(" CheckMethod=\"1.2.156.10197.1.401\"", method);
        sealed.value = Signing::new(&people.seal(), &people.signer).der(sealed.xml.as_bytes());
        let found = sealed.read(&[]);
        assert!(found.checks[0].outcome == OPEN && found.checks[0].detail.contains(said), "{:?}", found.checks);
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let people = People::new();
    let whole = Package::of(&Signing::new(&people.seal(), &people.signer)).zip();
    let mut state: u32 = 7;
    for _ in 0..3000 {
        let mut noise = whole.clone();
        for _ in 0..3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % noise.len();
            noise[at] = (state >> 24) as u8;
        }
        let _read = look(&noise, &[&people.root]);
    }
}

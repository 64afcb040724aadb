//! What can be wrong with the document that was presented and with the prompt of a login; and what is right about them, about
//! rescues and about results of providers whose keys were retired since.

use super::forgeries::rescue;
use super::{Mutant, Recipes, authority, stamped};
use crate::world::{Twist, World, key, name};
use evidence::{DocumentHash, Dossier, Presented, Variant, code};
use proto::state::StateKey;
use proto::*;

const DOCUMENT: &str = "data/document.bin";
const LOGIN: &str = "data/login.bin";
/// The event that a login takes the place of: a signing that was compared with nothing.
const SEQ: usize = 4;

/// The contract of the test ledger, as it was presented.
pub fn contract() -> Presented {
    let bytes = b"the contract";
    let (name, media_type) = ("合同 7.pdf".to_owned(), "application/pdf".to_owned());
    Presented { name, media_type, size: bytes.len() as u64, hash: DocumentHash::Sm3, digest: Digest::sm3(bytes) }
}

/// The record that archive-one anchored.
pub fn record() -> Presented {
    Presented {
        name: "record".to_owned(),
        media_type: String::new(),
        size: 4096,
        digest: Digest::sm3(b"a record"),
        ..contract()
    }
}

/// The test ledger with a login in it, into a matter of the writer's choice, after `change`.
struct Logged {
    world: World,
    challenge: Challenge,
}

impl Logged {
    fn new(change: &dyn Fn(&mut Challenge), matter: Option<&str>) -> Self {
        let plain = World::new(&Twist::default());
        let mut challenge = Challenge::answered_by(&plain.events[SEQ]).unwrap();
        change(&mut challenge);
        let (document, at) = (challenge.digest(), matter.map_or(challenge.matter(), name));
        let events = |events: &mut Vec<Event>| {
            let e = &mut events[SEQ];
            e.matter_seq = 1;
            let mut draft = e.transaction.draft.clone();
            if let Body::Sign { matter, document: signed, .. } = &mut draft.body {
                (*matter, *signed) = (at.clone(), document);
            }
            e.transaction = draft.sign(&key("op1")).into_inner();
        };
        // The leaf of its matter is known only when the event is.
        let leaf = World::new(&Twist { events: &events, ..Twist::default() }).leaf(&at);
        let state = |leaves: &mut crate::world::Leaves| {
            leaves.insert(StateKey::Matter(at.clone()).to_bytes(), leaf.to_bytes());
        };
        Self { world: World::new(&Twist { events: &events, state: &state, ..Twist::default() }), challenge }
    }
    fn dossier(&self) -> Dossier {
        let login = Some(self.challenge.clone());
        Dossier { login, ..self.world.dossier(SEQ as u64, Variant::Public) }
    }
}

impl Recipes {
    pub(super) fn documents(&mut self) {
        let mut presented = |name: &str, first, change: &dyn Fn(&mut Presented)| {
            let mut document = contract();
            change(&mut document);
            self.sign(&format!("document-{name}"), first, |_, d| d.document = Some(document));
        };
        presented("other", code::DOCUMENT, &|d| d.digest = Digest::sm3(b"another contract"));
        presented("sha256-of-it", code::DOCUMENT, &|d| d.digest = Digest::sha256(&[b"the contract"]));
        presented("bit", code::DOCUMENT, &|d| d.digest.0[31] ^= 1);
        presented("name-with-a-line", code::LAYOUT, &|d| d.name.push('\n'));
        presented("name-long", code::LAYOUT, &|d| d.name = "x".repeat(257));
        presented("media-type-long", code::LAYOUT, &|d| d.media_type = "x".repeat(129));
        let of = |seq, document| Dossier { document: Some(document), ..self.world.dossier(seq, Variant::Public) };
        let sized = of(2, Presented { size: 4095, ..record() });
        let [attested, enrolled] = [9, 0].map(|seq| of(seq, contract()));
        self.made("document-size-not-the-anchors", code::DOCUMENT, &sized);
        self.made("document-of-a-statement", code::LAYOUT, &attested);
        self.made("document-of-an-enrolment", code::LAYOUT, &enrolled);
        let bytes = contract().to_bytes();
        let hash = bytes.len() - 33;
        let other = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = bytes.clone();
            change(&mut bytes);
            bytes
        };
        for (name, bytes) in [
            ("document-hash-none", other(&|b| b[hash] = 3)),
            ("document-cut", other(&|b| b.truncate(b.len() - 1))),
            ("document-longer", other(&|b| b.push(0))),
            ("document-is-a-salt", vec![0; 32]),
        ] {
            self.files(name, code::LAYOUT, |f| f.put(DOCUMENT, bytes));
        }
        // The readable facts name it: they are of a package without.
        self.files("document-added", code::FACTS, |f| f.put(DOCUMENT, contract().to_bytes()));
    }
    pub(super) fn logins(&mut self) {
        let right = Logged::new(&|_| {}, None);
        let mut told = |name: &str, change: &dyn Fn(&mut Challenge)| {
            let mut dossier = right.dossier();
            change(dossier.login.as_mut().unwrap());
            self.made(&format!("login-{name}"), code::LOGIN_CHALLENGE, &dossier);
        };
        told("other-signer", &|c| c.signer = crate::world::name("synthetic-7"));
        told("other-org", &|c| c.org = crate::world::name("court-one"));
        told("other-ledger", &|c| c.chain.0[0] ^= 1);
        told("other-height", &|c| c.nonce.height.0 -= 1);
        told("other-block", &|c| c.nonce.block.0[9] ^= 1);
        let elsewhere = Logged::new(&|_| {}, Some("contract-12"));
        self.made("login-in-another-matter", code::LOGIN_CHALLENGE, &elsewhere.dossier());
        // Signed by somebody else than the prompt was for: the document is a challenge, and not this event's.
        let foreign = Logged::new(&|c| c.signer = name("synthetic-7"), None);
        self.made("login-of-somebody-else", code::LOGIN_CHALLENGE, &foreign.dossier());
        let ordinary = Challenge::answered_by(&self.world.events[3]);
        self.sign("login-that-is-a-signing", code::LOGIN_CHALLENGE, |_, d| d.login = ordinary);
        let mut record = self.world.dossier(1, Variant::Public);
        record.login = Some(right.challenge.clone());
        self.made("login-beside-a-record", code::LAYOUT, &record);
        let longer = [right.challenge.to_bytes(), vec![0]].concat();
        self.files("login-longer", code::LAYOUT, |f| f.put(LOGIN, longer));
    }
    /// A right package with everything that one may hold: it and the login are kept for ever in `golden`.
    fn everything(&self) -> Mutant {
        let mut dossier = Dossier { document: Some(contract()), ..self.world.dossier(3, Variant::Full) };
        let sm2 = authority::right(&self.imprint());
        dossier.trail.links[0] = rescue(&self.world, &["r1", "r2"]);
        dossier.stamps = [stamped::P256.to_vec(), sm2].map(|token| self.stamp(token, "")).into();
        dossier.stamps.iter_mut().for_each(|s| s.receipt = self.world.receipt(3));
        let model = "{\n  \"model\": \"a model\",\n  \"conditions\": []\n}\n";
        dossier.readable.put("data/model/calibration.json", model);
        dossier.readable.put("data/model/card.md", "# a model\n");
        dossier.readable.put("README.en.txt", evidence::text::README_EN);
        let policy = stamped::with_roots(&super::policy(&self.world.chain), &stamped::roots());
        let (name, bytes) = ("everything".to_owned(), dossier.package());
        Mutant { name, bytes, policy: Some(policy), first: None, outcome: Outcome::Valid }
    }
    /// Right packages that hold what a package may lack.
    pub fn rightly_presented(&self) -> Vec<Mutant> {
        let of = |seq, document| Dossier { document: Some(document), ..self.world.dossier(seq, Variant::Public) };
        let mut rescued = self.world.dossier(3, Variant::Full);
        rescued.trail.links[0] = rescue(&self.world, &["r1", "r2"]);
        let signed = Dossier { document: Some(contract()), ..self.world.dossier(3, Variant::Full) };
        let right = |name: &str, dossier: &Dossier| Mutant {
            name: name.to_owned(),
            bytes: dossier.package(),
            policy: None,
            first: None,
            outcome: Outcome::Valid,
        };
        let login = Logged::new(&|_| {}, None);
        let mut list = vec![
            self.everything(),
            right("document-signed", &signed),
            right("document-anchored", &of(2, record())),
            right("login", &login.dossier()),
            right("login-without-its-prompt", &Dossier { login: None, ..login.dossier() }),
            right("rescued", &rescued),
            right("will-of-a-key-retired-since", &self.retired_since()),
        ];
        list.extend(self.young());
        list
    }
}

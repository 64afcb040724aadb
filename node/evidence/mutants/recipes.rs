//! Packages that are wrong, each in one way: what an accident, a forger without keys, a forger with an own network, and a
//! conspiracy of all validators could make. For each: the first check that must fail, and what it must say.

use crate::world::{self, TIP, Twist, World, certify, key, name, set};
use evidence::{Dossier, Files, SealedPacket, StateEntry, StateFile, Variant, code};
use proto::Outcome::{Indeterminate, Invalid};
use proto::state::StateKey;
use proto::*;

/// A wrong package.
pub struct Mutant {
    pub name: String,
    pub bytes: Vec<u8>,
    /// The policy that it is checked under, if not the usual one.
    pub policy: Option<String>,
    /// The first check that is not VALID; `None`: whichever the committed table names.
    pub first: Option<&'static str>,
    /// What that check says.
    pub outcome: Outcome,
}

/// Collects mutants.
pub struct Recipes {
    pub world: World,
    pub list: Vec<Mutant>,
}

/// The usual policy.
pub fn policy(chain: &ChainId) -> String {
    format!("genesis = \"{chain}\"\n[independent]\nneed = 3\nexclude = [\"auditor-one\"]\n")
}

impl Recipes {
    /// All of them.
    pub fn all() -> Self {
        let mut r = Self { world: World::new(&Twist::default()), list: Vec::new() };
        r.archive();
        r.archive_headers();
        r.bag();
        r.layout();
        r.layout_of_packets();
        r.bits();
        r.swapped();
        r.forged_event();
        r.forged_votes();
        r.forged_trail();
        r.forged_state();
        r.matters();
        r.packets();
        r.faults();
        r.facts();
        r.policies();
        r.conspiracies();
        r
    }
    fn raw(&mut self, name: &str, first: &'static str, bytes: Vec<u8>) {
        let name = name.to_owned();
        self.list.push(Mutant { name, bytes, policy: None, first: Some(first), outcome: Invalid });
    }
    /// A dossier with everything hashed around it anew.
    fn made(&mut self, name: &str, first: &'static str, dossier: &Dossier) {
        self.raw(name, first, dossier.package());
    }
    /// A change of the dossier of a signing, in the full variant.
    fn sign(&mut self, name: &str, first: &'static str, change: impl FnOnce(&World, &mut Dossier)) {
        let mut dossier = self.world.dossier(3, Variant::Full);
        change(&self.world, &mut dossier);
        self.made(name, first, &dossier);
    }
    /// A change of files; the bag is made anew, and nothing else.
    fn files(&mut self, name: &str, first: &'static str, change: impl FnOnce(&mut Files)) {
        let dossier = self.world.dossier(3, Variant::Full);
        let mut files = dossier.files();
        change(&mut files);
        self.raw(name, first, files.package(&dossier.folder().to_string()));
    }
    /// A change of files below an unchanged bag.
    fn behind_the_bag(&mut self, name: &str, first: &'static str, change: impl FnOnce(&mut Files)) {
        let bytes = self.world.dossier(3, Variant::Full).package();
        let (folder, mut files) = Files::open(&bytes).unwrap();
        change(&mut files);
        self.raw(name, first, files.zip(&folder));
    }
    fn good(&self) -> Vec<u8> {
        self.world.dossier(1, Variant::Public).package()
    }

    fn archive(&mut self) {
        let good = self.good();
        for n in [0, 1, 21, 22, 30, good.len() / 2, good.len() - 23, good.len() - 1] {
            self.raw(&format!("zip-cut-{n}"), code::PACKAGE, good[..n].to_vec());
        }
        self.raw("zip-appended", code::PACKAGE, [&good[..], b"x"].concat());
        self.raw("zip-prepended", code::PACKAGE, [b"x", &good[..]].concat());
        self.raw("zip-twice", code::PACKAGE, [&good[..], &good[..]].concat());
        let mut comment = good.clone();
        let end = comment.len();
        comment[end - 2] = 5;
        comment.extend_from_slice(b"hello");
        self.raw("zip-comment", code::PACKAGE, comment);
        self.raw("zip-empty", code::PACKAGE, Files::default().zip("x"));
        self.raw("zip-not-a-zip", code::PACKAGE, b"PK\x03\x04 is how one begins".to_vec());
        for (name, path) in [
            ("zip-dot-dot", "data/../x"),
            ("zip-absolute", "/x"),
            ("zip-backslash", "data\\x"),
            ("zip-space", "data/x y"),
            ("zip-folder-entry", "data/new/"),
            ("zip-not-ascii", "data/签"),
        ] {
            self.behind_the_bag(name, code::PACKAGE, |f| f.put(path, "x"));
        }
        let long = format!("data/{}", "x".repeat(200));
        self.behind_the_bag("zip-long-name", code::PACKAGE, |f| f.put(long, "x"));
        let (_, files) = Files::open(&good).unwrap();
        self.raw("zip-no-folder", code::PACKAGE, files.zip(""));
    }
    /// Each field of the headers of the first entry and of the end record.
    fn archive_headers(&mut self) {
        let good = self.good();
        let find = |magic: &[u8]| good.windows(4).position(|w| w == magic).unwrap();
        let places = [("local", 0, 30), ("central", find(b"PK\x01\x02"), 46), ("end", good.len() - 22, 22)];
        for (name, start, len) in places {
            for at in (4..len).step_by(2) {
                let mut bytes = good.clone();
                bytes[start + at] ^= 1;
                self.raw(&format!("zip-{name}-{at}"), code::PACKAGE, bytes);
            }
        }
    }
    fn bag(&mut self) {
        let bytes = self.world.dossier(3, Variant::Full).package();
        let (_, all) = Files::open(&bytes).unwrap();
        for path in all.0.keys() {
            let plain = path.replace('/', "-");
            self.behind_the_bag(&format!("bag-changed-{plain}"), code::BAG, |f| {
                let content = f.0.get_mut(path).unwrap();
                let middle = content.len() / 2;
                content[middle] ^= 4;
            });
            self.behind_the_bag(&format!("bag-missing-{plain}"), code::BAG, |f| {
                f.0.remove(path);
            });
        }
        self.behind_the_bag("bag-added", code::BAG, |f| f.put("data/page.en.pdf", "%PDF"));
        self.behind_the_bag("bag-added-tag", code::BAG, |f| f.put("README.en.txt", "other words"));
        self.behind_the_bag("bag-windows-lines", code::BAG, |f| {
            let text = String::from_utf8(f.get("manifest-sha256.txt").unwrap().to_vec()).unwrap();
            f.put("manifest-sha256.txt", text.replace('\n', "\r\n"));
        });
        self.behind_the_bag("bag-swapped-contents", code::BAG, |f| {
            let (a, b) =
                (f.get("data/packet/01.salt").unwrap().to_vec(), f.get("data/packet/02.salt").unwrap().to_vec());
            f.put("data/packet/01.salt", b);
            f.put("data/packet/02.salt", a);
        });
    }
    fn layout(&mut self) {
        for path in ["package.json", "genesis.bin", "event.bin", "receipt.bin", "trail.bin", "state.bin", "facts.json"]
            .into_iter()
            .chain(["matter.bin", "nonce.bin", "packet/00.bin", "packet/00.salt", "packet/02.bin", "packet/03.salt"])
        {
            self.files(&format!("layout-without-{}", path.replace('/', "-")), code::LAYOUT, |f| {
                f.0.remove(&format!("data/{path}"));
            });
        }
        for path in ["notes.txt", "data/notes.txt", "data/matter.bin.bak", "data/faults/02.bin", "data/time/00.tsr"] {
            let name = format!("layout-unknown-{}", path.replace('/', "-"));
            self.files(&name, code::LAYOUT, |f| f.put(path, "x"));
        }
        for path in ["data/packet/09.ivd", "data/packet/00.png", "manifest-md5.txt", "data/access/00.bin"] {
            let name = format!("layout-unknown-{}", path.replace('/', "-"));
            self.files(&name, code::LAYOUT, |f| f.put(path, "x"));
        }
        for (name, text) in [
            ("layout-format-2", "{\"format\":\"chirograph-evidence/2\",\"variant\":\"full\"}\n"),
            ("layout-variant-unknown", "{\"format\":\"chirograph-evidence/1\",\"variant\":\"secret\"}\n"),
            ("layout-variant-other", "{\"format\":\"chirograph-evidence/1\",\"variant\":\"party\"}\n"),
            ("layout-package-spaced", "{ \"format\":\"chirograph-evidence/1\",\"variant\":\"full\"}\n"),
            ("layout-package-empty", ""),
        ] {
            self.files(name, code::LAYOUT, |f| f.put("data/package.json", text));
        }
        let bin = ["genesis", "event", "receipt", "trail", "state", "matter", "nonce"];
        for path in bin {
            let at = format!("data/{path}.bin");
            self.files(&format!("layout-longer-{path}"), code::LAYOUT, |f| f.0.get_mut(&at).unwrap().push(0));
            self.files(&format!("layout-version-2-{path}"), code::LAYOUT, |f| {
                let content = f.0.get_mut(&at).unwrap();
                let version = usize::from(content[0]) + 1;
                content[version] = 2;
            });
        }
        let files = self.world.dossier(3, Variant::Full).files();
        for (name, folder) in [
            ("layout-folder-other-seq", "E-ff912fdc-4.full"),
            ("layout-folder-other-chain", "E-00000000-3.full"),
            ("layout-folder-other-variant", "E-ff912fdc-3.public"),
            ("layout-folder-name", "evidence"),
        ] {
            self.raw(name, code::LAYOUT, files.clone().package(folder));
        }
    }
    fn layout_of_packets(&mut self) {
        self.files("layout-salt-short", code::LAYOUT, |f| {
            f.0.get_mut("data/packet/00.salt").unwrap().pop();
        });
        self.sign("layout-too-many-references", code::LAYOUT, |_, d| {
            d.references = (0..11).map(|i| d.references[i % 3].clone()).collect();
        });
        self.sign("layout-party-with-references", code::LAYOUT, |_, d| d.variant = Variant::Party);
        self.sign("layout-public-with-packets", code::LAYOUT, |_, d| d.variant = Variant::Public);
        let mut uncompared = self.world.dossier(4, Variant::Full);
        uncompared.references = self.world.packets[&0].clone();
        self.made("layout-references-of-nobody", code::LAYOUT, &uncompared);
        let mut enrolment = self.world.dossier(0, Variant::Full);
        enrolment.references.pop();
        self.made("layout-enrolment-short", code::LAYOUT, &enrolment);
        let mut record = self.world.dossier(1, Variant::Full);
        record.packet = self.world.packets[&3].first().cloned();
        self.made("layout-record-with-packet", code::LAYOUT, &record);
        self.sign("layout-sign-without-nonce", code::LAYOUT, |_, d| d.nonce = None);
        self.sign("layout-sign-without-matter", code::LAYOUT, |_, d| d.matter = None);
    }
    /// Bits all over the proofs, with a new bag: which check finds them stands in the committed table.
    fn bits(&mut self) {
        let dossier = self.world.dossier(3, Variant::Full);
        let files = dossier.files();
        for (path, content) in files.0.iter().filter(|(p, _)| p.ends_with(".bin") || p.ends_with(".salt")) {
            for n in 0..6u64 {
                let draw = Digest::sm3(format!("{path} {n}").as_bytes()).0;
                let at = usize::from(u16::from_be_bytes([draw[0], draw[1]])) % content.len();
                let mut other = files.clone();
                other.0.get_mut(path).unwrap()[at] ^= 1 << (draw[2] % 8);
                let plain = path.trim_start_matches("data/").replace('/', "-");
                let bytes = other.package(&dossier.folder().to_string());
                let name = format!("bit-{plain}-{n}");
                self.list.push(Mutant { name, bytes, policy: None, first: None, outcome: Invalid });
            }
        }
    }
    fn swapped(&mut self) {
        let other = World::new(&Twist { seed: "another ", ..Twist::default() });
        self.sign("swap-receipt", code::EVENT_CANON, |w, d| d.receipt = w.receipt(4));
        self.sign("swap-event", code::LAYOUT, |w, d| {
            // Under the folder's name for the right event the other one does not even fit.
            d.event = w.events[4].clone();
        });
        self.sign("swap-paths", code::INCLUSION_SM3, |w, d| {
            let r = w.receipt(4);
            (d.receipt.sm3_path, d.receipt.sha256_path) = (r.sm3_path, r.sha256_path);
        });
        self.sign("swap-sha256-path", code::INCLUSION_SHA256, |w, d| d.receipt.sha256_path = w.receipt(4).sha256_path);
        self.sign("swap-paths-of-one-another", code::INCLUSION_SM3, |_, d| {
            std::mem::swap(&mut d.receipt.sm3_path, &mut d.receipt.sha256_path);
        });
        self.sign("swap-trail", code::TRAIL, |_, d| d.trail = other.trail.clone());
        self.sign("swap-genesis", code::GENESIS, |_, d| d.genesis = other.genesis.clone());
        self.sign("swap-checkpoint", code::CHAIN, |_, d| {
            d.receipt.checkpoint = other.checkpoint.clone();
            if let Some(m) = &mut d.matter {
                m.proof.checkpoint = other.checkpoint.clone();
            }
        });
        self.sign("swap-nonce", code::NONCE, |w, d| d.nonce = Some(w.headers[3].clone()));
        self.sign("swap-state", code::STATE_ENTRIES, |_, d| {
            d.state = StateFile::new(vec![other.entry(&StateKey::Organisation(name("platform")))]);
        });
        // A whole package of another ledger is right in itself, and not what the court trusts.
        let foreign = other.dossier(3, Variant::Full);
        self.made("other-ledger", code::GENESIS, &foreign);
        let foreign = other.dossier(1, Variant::Public);
        self.made("other-ledger-record", code::GENESIS, &foreign);
    }
    fn forged_event(&mut self) {
        let change = |e: &mut Event, how: usize| match (&mut e.transaction.draft.body, how) {
            (Body::Sign { document, .. }, 0) => *document = Digest::sm3(b"another contract"),
            (_, 1) => e.time = TimeMs(e.time.0 - 1000),
            (_, 2) => e.appraisal.as_mut().unwrap().llr = Some(4000),
            (_, 3) => e.transaction.draft.org = name("notary-north"),
            (_, 4) => e.transaction.draft.request = RequestId([9; 16]),
            (_, 5) => e.transaction.signature.0[40] ^= 1,
            _ => e.appraisal.as_mut().unwrap().grade = Grade::A,
        };
        for (how, what) in ["document", "time", "llr", "org", "request", "signature", "grade"].into_iter().enumerate() {
            // Everywhere alike: what no signature covers is hashed anew, and the log does not know it.
            self.sign(&format!("forged-{what}"), code::INCLUSION_SM3, |_, d| {
                change(&mut d.event, how);
                d.receipt.event = d.event.clone();
                let at = d.event.matter_seq as usize - 1;
                d.matter.as_mut().unwrap().events[at] = d.event.clone();
            });
            // In one place only.
            self.sign(&format!("forged-{what}-in-receipt"), code::EVENT_CANON, |_, d| {
                change(&mut d.receipt.event, how)
            });
            self.sign(&format!("forged-{what}-in-matter"), code::EVENT_CANON, |_, d| {
                let at = d.event.matter_seq as usize - 1;
                change(&mut d.matter.as_mut().unwrap().events[at], how);
            });
        }
    }
    fn forged_votes(&mut self) {
        // The header is the forger's, the votes are of the right one.
        let headers: [(&str, fn(&mut Header)); 6] = [
            ("sm3-root", |h| h.sm3_root = Digest::ZERO),
            ("time", |h| h.time = TimeMs(0)),
            ("size", |h| h.ledger_size += 1),
            ("state", |h| h.state_root = Digest::ZERO),
            ("height", |h| h.height = Height(9)),
            ("sum", |h| h.ledger_sum = Digest::ZERO),
        ];
        for (what, change) in headers {
            self.sign(&format!("header-{what}"), code::CERTIFICATE, |_, d| {
                change(&mut d.receipt.checkpoint.header);
                d.matter.as_mut().unwrap().proof.checkpoint = d.receipt.checkpoint.clone();
            });
        }
        self.sign("header-validators", code::VALIDATORS, |_, d| {
            d.receipt.checkpoint.header.validators = Digest::ZERO;
            d.matter.as_mut().unwrap().proof.checkpoint = d.receipt.checkpoint.clone();
        });
        self.sign("header-epoch", code::TRAIL, |_, d| {
            d.receipt.checkpoint.header.epoch = Epoch(2);
            d.matter.as_mut().unwrap().proof.checkpoint = d.receipt.checkpoint.clone();
        });
        let mut votes = |name: &str, first, make: &dyn Fn(&World, Subject) -> Certificate| {
            self.sign(name, first, |w, d| {
                let subject = Subject::of(VoteKind::Finalize, &d.receipt.checkpoint.header);
                d.receipt.checkpoint.certificate = make(w, subject);
                d.matter.as_mut().unwrap().proof.checkpoint = d.receipt.checkpoint.clone();
            });
        };
        let by = |w: &World, s, who: &[u16]| certify(&w.seed, &w.chain, s, who);
        let cert = code::CERTIFICATE;
        votes("votes-too-few", cert, &|w, s| by(w, s, &[0, 1, 2]));
        votes("votes-none", cert, &|w, s| by(w, s, &[]));
        votes("votes-repeated", code::LAYOUT, &|w, s| by(w, s, &[0, 1, 1, 2]));
        votes("votes-unsorted", code::LAYOUT, &|w, s| by(w, s, &[1, 0, 2, 3]));
        votes("votes-of-a-stranger", cert, &|w, s| by(w, s, &[0, 1, 2, 7]));
        votes("votes-notarize", cert, &|w, s| by(w, Subject { kind: VoteKind::Notarize, ..s }, &[0, 1, 2, 3]));
        votes("votes-epoch", cert, &|w, s| by(w, Subject { epoch: Epoch(0), ..s }, &[0, 1, 2, 3]));
        votes("votes-view", cert, &|w, s| by(w, Subject { view: View(s.view.0 + 1), ..s }, &[0, 1, 2, 3]));
        votes("votes-height", cert, &|w, s| by(w, Subject { height: Height(7), ..s }, &[0, 1, 2, 3]));
        votes("votes-block", cert, &|w, s| by(w, Subject { block: Digest::ZERO, ..s }, &[0, 1, 2, 3]));
        votes("votes-other-chain", cert, &|w, s| certify(&w.seed, &Digest::ZERO, s, &[0, 1, 2, 3]));
        votes("votes-other-keys", cert, &|w, s| certify("forger ", &w.chain, s, &[0, 1, 2, 3]));
        votes("votes-one-forged", cert, &|w, s| {
            let mut c = by(w, s, &[0, 1, 2, 3, 4]);
            c.votes[2].1.0[63] ^= 1;
            c
        });
        votes("votes-exchanged", cert, &|w, s| {
            let mut c = by(w, s, &[0, 1, 2, 3]);
            let first = c.votes[0].1;
            c.votes[0].1 = c.votes[1].1;
            c.votes[1].1 = first;
            c
        });
        votes("votes-nullify", cert, &|w, s| by(w, Subject::nullify(s.epoch, s.view), &[0, 1, 2, 3]));
        votes("votes-zero-signature", cert, &|w, s| {
            let mut c = by(w, s, &[0, 1, 2, 3]);
            c.votes[0].1 = Signature([0; 64]);
            c
        });
    }
    fn forged_trail(&mut self) {
        let closed = |w: &World, validators: ValidatorSet, who: &[u16]| {
            let Link::Closed { header, .. } = w.trail.links[0].clone() else { panic!("an ordinary link") };
            let header = Header { next_validators: validators.digest(), ..header };
            let certificate = w.certify(&header, who);
            Link::Closed { header, certificate, validators }
        };
        self.sign("trail-missing", code::TRAIL, |_, d| d.trail.links.clear());
        self.sign("trail-doubled", code::TRAIL, |_, d| d.trail.links.push(d.trail.links[0].clone()));
        self.sign("trail-too-far", code::TRAIL, |w, d| {
            // A right link that leads on from where the evidence stands.
            let mut header = w.headers[TIP as usize].clone();
            let validators = set("", 4, 2);
            header.next_validators = validators.digest();
            let certificate = w.certify(&header, &[0, 1, 2, 3]);
            d.trail.links.push(Link::Closed { header, certificate, validators });
        });
        self.sign("trail-other-set", code::TRAIL, |_, d| {
            if let Link::Closed { validators, .. } = &mut d.trail.links[0] {
                *validators = set("forger ", 5, 1);
            }
        });
        self.sign("trail-too-few-votes", code::TRAIL, |w, d| d.trail.links[0] = closed(w, set("", 5, 1), &[0, 1]));
        self.sign("trail-forged-votes", code::TRAIL, |w, d| {
            if let Link::Closed { header, certificate, .. } = &mut d.trail.links[0] {
                let subject = Subject::of(VoteKind::Finalize, header);
                *certificate = certify("forger ", &w.chain, subject, &[0, 1, 2]);
            }
        });
        self.sign("trail-right-link-wrong-set", code::VALIDATORS, |w, d| {
            d.trail.links[0] = closed(w, set("", 4, 1), &[0, 1, 2]);
        });
        for (name, keys) in [("trail-rescue-too-few", &["r1"][..]), ("trail-rescue-forged", &["x1", "x2"])] {
            self.sign(name, code::TRAIL, |w, d| d.trail.links[0] = rescue(w, keys));
        }
    }
    fn forged_state(&mut self) {
        let forger = key("forger").public().clone();
        self.sign("state-key-added", code::STATE_ENTRIES, |_, d| {
            for entry in &mut d.state.entries {
                if let Ok(mut org) = Organisation::from_bytes(&entry.value) {
                    org.keys.push(forger.clone());
                    entry.value = org.to_bytes();
                }
            }
        });
        self.sign("state-other-key", code::STATE_ENTRIES, |_, d| d.state.entries[0].key.push(0));
        self.sign("state-not-an-organisation", code::STATE_ENTRIES, |w, d| {
            let entry: StateEntry = w.entry(&StateKey::Matter(name("contract-7")));
            d.state = StateFile::new(vec![entry]);
        });
        self.sign("state-proof-shortened", code::STATE_ENTRIES, |_, d| {
            d.state.entries[0].proof.siblings.pop();
        });
        self.sign("state-unsorted", code::LAYOUT, |_, d| d.state.entries.reverse());
        // Without its proof, a key that came after genesis cannot be told from one that was made up.
        for (seq, name) in [(8, "state-missing-new-key"), (10, "state-missing-retired-key")] {
            let mut dossier = self.world.dossier(seq, Variant::Public);
            dossier.state = StateFile::default();
            self.made(name, code::TRANSACTION_SIGNATURE, &dossier);
            self.list.last_mut().unwrap().outcome = Indeterminate;
        }
    }
    fn matters(&mut self) {
        let matter = |d: &mut Dossier, change: &dyn Fn(&mut MatterFile)| change(d.matter.as_mut().unwrap());
        self.sign("matter-without-last", code::COMPLETENESS, |_, d| {
            matter(d, &|m| {
                m.events.pop();
            });
        });
        self.sign("matter-without-first", code::EVENT_CANON, |_, d| {
            matter(d, &|m| {
                m.events.remove(0);
            });
        });
        self.sign("matter-without-middle", code::COMPLETENESS, |_, d| {
            matter(d, &|m| {
                m.events.remove(3);
            });
        });
        self.sign("matter-exchanged", code::COMPLETENESS, |_, d| matter(d, &|m| m.events.swap(3, 4)));
        self.sign("matter-doubled", code::COMPLETENESS, |_, d| matter(d, &|m| m.events.push(m.events[0].clone())));
        self.sign("matter-no-events", code::EVENT_CANON, |_, d| matter(d, &|m| m.events.clear()));
        self.sign("matter-other", code::EVENT_CANON, |w, d| d.matter = Some(w.matter_file("contract-8")));
        self.sign("matter-renamed", code::STATE, |_, d| matter(d, &|m| m.proof.matter = name("contract-8")));
        self.sign("matter-leaf-denied", code::STATE, |_, d| matter(d, &|m| m.proof.leaf = None));
        self.sign("matter-leaf-count", code::STATE, |_, d| {
            matter(d, &|m| m.proof.leaf.as_mut().unwrap().count -= 1);
        });
        self.sign("matter-shortened-with-leaf", code::STATE, |w, d| {
            matter(d, &|m| {
                m.events.pop();
                let sum = |s, e: &Event| event::next_sum(&s, &e.digest());
                let zero = event::matter_sum_zero(&w.chain, &m.proof.matter);
                let leaf = m.proof.leaf.as_mut().unwrap();
                (leaf.count, leaf.sum) = (m.events.len() as u64, m.events.iter().fold(zero, sum));
            });
        });
        self.sign("matter-other-proof", code::STATE, |w, d| {
            let other = w.matter_file("contract-8").proof.proof;
            d.matter.as_mut().unwrap().proof.proof = other;
        });
        self.sign("matter-proof-shortened", code::STATE, |_, d| {
            matter(d, &|m| {
                m.proof.proof.siblings.pop();
            });
        });
        self.sign("matter-other-certificate", code::STATE, |w, d| {
            // The same header, signed by others: right, but another checkpoint than the receipt's.
            let certificate = w.certify(&d.receipt.checkpoint.header, &[0, 1, 2, 3]);
            d.matter.as_mut().unwrap().proof.checkpoint.certificate = certificate;
        });
    }
    fn packets(&mut self) {
        let stranger = |w: &World| -> SealedPacket { w.packets[&4][0].clone() };
        self.sign("packet-salt", code::PACKET_COMMIT, |_, d| d.packet.as_mut().unwrap().salt[5] ^= 1);
        self.sign("packet-of-another", code::PACKET_COMMIT, |w, d| d.packet = Some(stranger(w)));
        self.sign("packet-sample", code::PACKET_COMMIT, |_, d| d.packet.as_mut().unwrap().packet.samples[9].x += 1);
        self.sign("packet-attestation-removed", code::PACKET_COMMIT, |_, d| {
            d.packet.as_mut().unwrap().packet.attestation = None;
        });
        self.sign("references-exchanged", code::PACKET_COMMIT, |_, d| d.references.swap(0, 1));
        self.sign("references-fewer", code::PACKET_COMMIT, |_, d| {
            d.references.pop();
        });
        self.sign("references-more", code::PACKET_COMMIT, |_, d| d.references.push(d.references[0].clone()));
        self.sign("references-of-another", code::PACKET_COMMIT, |w, d| d.references[1] = stranger(w));
        self.sign("references-salt", code::PACKET_COMMIT, |_, d| d.references[2].salt = [0; 32]);
        let mut enrolment = self.world.dossier(0, Variant::Party);
        enrolment.references.swap(0, 2);
        self.made("enrolment-exchanged", code::PACKET_COMMIT, &enrolment);
        let mut enrolment = self.world.dossier(0, Variant::Full);
        enrolment.references[0] = stranger(&self.world);
        self.made("enrolment-of-another", code::PACKET_COMMIT, &enrolment);
    }
    fn faults(&mut self) {
        self.sign("fault-is-a-record", code::FAULT_PROOFS, |w, d| d.faults = vec![w.receipt(8)]);
        self.sign("fault-at-another-checkpoint", code::FAULT_PROOFS, |w, d| {
            d.faults[0].checkpoint.certificate = w.certify(&d.receipt.checkpoint.header, &[0, 1, 2, 3]);
        });
        self.sign("fault-other-culprit", code::FAULT_PROOFS, |_, d| {
            if let Body::Fault(proof) = &mut d.faults[0].event.transaction.draft.body {
                (proof.first.validator, proof.second.validator) = (ValidatorIndex(2), ValidatorIndex(2));
            }
        });
        self.sign("fault-no-contradiction", code::FAULT_PROOFS, |_, d| {
            if let Body::Fault(proof) = &mut d.faults[0].event.transaction.draft.body {
                proof.second = proof.first;
            }
        });
        self.sign("fault-twice-and-wrong-path", code::FAULT_PROOFS, |_, d| {
            let mut second = d.faults[0].clone();
            second.sm3_path.pop();
            d.faults.push(second);
        });
        self.sign("fault-unknown-epoch", code::FAULT_PROOFS, |_, d| {
            if let Body::Fault(proof) = &mut d.faults[0].event.transaction.draft.body {
                (proof.first.subject.epoch, proof.second.subject.epoch) = (Epoch(9), Epoch(9));
            }
        });
    }
    fn facts(&mut self) {
        let changes = [
            ("band", "\"accept\"", "\"review\""),
            ("llr", "\"1234\"", "\"12340\""),
            ("grade", "\"grade\": \"B\"", "\"grade\": \"A\""),
            ("flag", "\"SYNTHETIC\",\n      \"FEW_REFERENCES\"", "\"FEW_REFERENCES\""),
            ("kind", "\"kind\": \"sign\"", "\"kind\": \"record\""),
            ("organisation", "\"organisation\": \"platform\"", "\"organisation\": \"court-one\""),
            ("signer", "\"synthetic-7\"", "\"synthetic-8\""),
            ("time", "\"time_ms\": \"1790000003000\"", "\"time_ms\": \"1790000002000\""),
            ("count", "\"count\": \"7\"", "\"count\": \"6\""),
            ("quorum", "\"quorum\": \"4\"", "\"quorum\": \"1\""),
            ("voter", "\"notary-south\"", "\"auditor-one\""),
            ("variant", "\"variant\": \"full\"", "\"variant\": \"public\""),
            ("indent", "{\n  \"appraisal\"", "{\n \"appraisal\""),
            ("member-added", "{\n  \"appraisal\"", "{\n  \"aaa\": null,\n  \"appraisal\""),
            ("number", "\"seq\": \"3\"", "\"seq\": 3"),
        ];
        for (what, from, to) in changes {
            self.files(&format!("facts-{what}"), code::FACTS, |f| {
                let text = String::from_utf8(f.get("data/facts.json").unwrap().to_vec()).unwrap();
                assert!(text.contains(from), "{what}");
                f.put("data/facts.json", text.replacen(from, to, 1));
            });
        }
        self.files("facts-empty", code::FACTS, |f| f.put("data/facts.json", ""));
        self.files("facts-windows-lines", code::FACTS, |f| {
            let text = String::from_utf8(f.get("data/facts.json").unwrap().to_vec()).unwrap();
            f.put("data/facts.json", text.replace('\n', "\r\n"));
        });
        self.files("facts-hostile", code::FACTS, |f| f.put("data/facts.json", vec![b'['; 100_000]));
    }
    fn policies(&mut self) {
        let (chain, bytes) = (self.world.chain, self.world.dossier(3, Variant::Full).package());
        let mut policy = |name: &str, first, text: String| {
            let (name, bytes) = (name.to_owned(), bytes.clone());
            self.list.push(Mutant { name, bytes, policy: Some(text), first: Some(first), outcome: Invalid });
        };
        policy("policy-other-genesis", code::GENESIS, format!("genesis = \"{}\"\n", Digest::ZERO));
        let asks = |rule: &str| format!("genesis = \"{chain}\"\n[independent]\n{rule}\n");
        let needs = code::QUORUM_INDEPENDENT;
        policy("policy-needs-five", needs, asks("need = 5"));
        policy("policy-excludes", needs, asks("need = 3\nexclude = [\"notary-north\", \"notary-south\"]"));
        policy("policy-counts", needs, asks("need = 2\ncount = [\"court-one\", \"archive-one\"]"));
        policy("policy-counts-nobody", needs, asks("need = 1\ncount = []"));
        policy(
            "policy-excludes-what-counts",
            needs,
            asks("need = 1\ncount = [\"archive-one\"]\nexclude = [\"archive-one\"]"),
        );
    }
    /// All validators sign what the rules forbid: only what anybody can recompute shows it.
    fn conspiracies(&mut self) {
        let voters: &[u16] = &[0, 1, 3, 4];
        let mut twisted = |name: &str, first, seq: u64, events: &dyn Fn(&mut Vec<Event>)| {
            let world = World::new(&Twist { events, voters, ..Twist::default() });
            self.made(name, first, &world.dossier(seq, variant_of(seq)));
        };
        let appraised = |e: &mut Vec<Event>, change: &dyn Fn(&mut Appraisal)| change(e[3].appraisal.as_mut().unwrap());
        twisted("conspiracy-band", code::APPRAISAL, 3, &|e| appraised(e, &|a| a.band = Band::Review));
        twisted("conspiracy-llr", code::APPRAISAL, 3, &|e| appraised(e, &|a| a.llr = Some(-900)));
        twisted("conspiracy-model", code::APPRAISAL, 3, &|e| appraised(e, &|a| a.model = Digest::ZERO));
        twisted("conspiracy-no-appraisal", code::APPRAISAL, 4, &|e| e[4].appraisal = None);
        twisted("conspiracy-appraised-record", code::APPRAISAL, 1, &|e| e[1].appraisal = e[3].appraisal.clone());
        twisted("conspiracy-uncompared-accepted", code::APPRAISAL, 4, &|e| {
            e[4].appraisal.as_mut().unwrap().band = Band::Accept;
        });
        twisted("conspiracy-document", code::TRANSACTION_SIGNATURE, 3, &|e| {
            if let Body::Sign { document, .. } = &mut e[3].transaction.draft.body {
                *document = Digest::ZERO;
            }
        });
        twisted("conspiracy-org", code::TRANSACTION_SIGNATURE, 1, &|e| {
            e[1].transaction.draft.org = name("notary-north");
        });
        self.list.last_mut().unwrap().outcome = Indeterminate;
        let mut twisted = |name: &str, first, seq: u64, events: &dyn Fn(&mut Vec<Event>)| {
            let world = World::new(&Twist { events, voters, ..Twist::default() });
            self.made(name, first, &world.dossier(seq, variant_of(seq)));
        };
        twisted("conspiracy-chain", code::CHAIN, 1, &|e| {
            let op = key("op1");
            let mut draft = e[1].transaction.draft.clone();
            draft.chain.0[31] ^= 1;
            e[1].transaction = draft.sign(&op).into_inner();
        });
        twisted("conspiracy-time-of-nonce", code::NONCE, 3, &|e| e[3].time = TimeMs(e[3].time.0 + 100_000));
        twisted("conspiracy-before-nonce", code::NONCE, 3, &|e| e[3].time = TimeMs(e[3].time.0 - 2000));
        twisted("conspiracy-height-of-nonce", code::NONCE, 3, &|e| e[3].height = Height(2));
        twisted("conspiracy-fingerprint", code::PACKET_BINDING, 3, &|e| {
            appraised(e, &|a| a.fingerprints = vec![Digest::ZERO]);
        });
        twisted("conspiracy-template", code::PACKET_COMMIT, 3, &|e| appraised(e, &|a| a.template = Digest::sm3(b"x")));
        twisted("conspiracy-matter-seq", code::COMPLETENESS, 1, &|e| e[8].matter_seq = 9);
        twisted("conspiracy-reading-of-another", code::ACCESS, 3, &|e| {
            if let Body::Access { target_hash, .. } = &mut e[11].transaction.draft.body {
                *target_hash = Digest::ZERO;
            }
        });
        twisted("conspiracy-fault", code::FAULT_PROOFS, 1, &|e| {
            if let Body::Fault(proof) = &mut e[7].transaction.draft.body {
                proof.second.signature.0[3] ^= 1;
            }
        });
        let headers: [(&str, &'static str, fn(&mut Header)); 4] = [
            ("conspiracy-header-chain", code::CHAIN, |h| h.chain = Digest::ZERO),
            ("conspiracy-header-model", code::APPRAISAL, |h| h.model = Digest::ZERO),
            ("conspiracy-sha256-root", code::INCLUSION_SHA256, |h| h.sha256_root = Digest::ZERO),
            ("conspiracy-header-validators", code::VALIDATORS, |h| h.validators = Digest::ZERO),
        ];
        for (name, first, header) in headers {
            let world = World::new(&Twist { header: &header, ..Twist::default() });
            self.made(name, first, &world.dossier(3, Variant::Full));
        }
        let earlier = World::new(&Twist { header: &|h| h.height = Height(7), ..Twist::default() });
        self.made("conspiracy-event-after-header", code::INCLUSION_SM3, &earlier.dossier(12, Variant::Public));
        let hidden = World::new(&Twist {
            state: &|s| {
                s.remove(&StateKey::Matter(name("contract-7")).to_bytes());
            },
            ..Twist::default()
        });
        let mut dossier = hidden.dossier(3, Variant::Full);
        self.made("conspiracy-matter-denied", code::COMPLETENESS, &dossier);
        dossier.matter = Some(self.world.matter_file("contract-7"));
        self.made("conspiracy-matter-denied-then-shown", code::STATE, &dossier);
        self.foreign_packets();
        self.broken_genesis();
    }
    /// Packets that were never made for this signing, though everybody committed to them.
    fn foreign_packets(&mut self) {
        type Change = fn(&mut models::StrokePacket);
        let cases: [(&str, &'static str, Change); 6] = [
            ("conspiracy-packet-signer", code::PACKET_BINDING, |p| p.binding.signer = name("somebody-else")),
            ("conspiracy-packet-document", code::PACKET_BINDING, |p| p.binding.document = Digest::ZERO),
            ("conspiracy-packet-nonce", code::PACKET_BINDING, |p| p.binding.nonce.height = Height(1)),
            ("conspiracy-packet-unattested", code::DEVICE_SIG, |p| p.attestation = None),
            ("conspiracy-packet-unknown-device", code::DEVICE_SIG, |p| p.sign(&key("unknown device"))),
            ("conspiracy-packet-bad-attestation", code::DEVICE_SIG, |p| p.device.serial = "another".to_owned()),
        ];
        for (case, first, change) in cases {
            let mut sealed = self.world.packets[&3][0].clone();
            change(&mut sealed.packet);
            if first == code::PACKET_BINDING {
                sealed.packet.sign(&key("op1"));
            }
            let commitment = sealed.commitment();
            let fresh = &self.world;
            let world = World::new(&Twist {
                events: &|e| {
                    let mut body = e[3].transaction.draft.body.clone();
                    if let Body::Sign { packet, .. } = &mut body {
                        *packet = commitment;
                    }
                    e[3].transaction = fresh.transaction(3, ("platform", "op1"), body);
                },
                ..Twist::default()
            });
            let mut dossier = world.dossier(3, Variant::Full);
            dossier.packet = Some(sealed);
            self.made(case, first, &dossier);
            if case.ends_with("unattested") || case.ends_with("unknown-device") {
                self.list.last_mut().unwrap().outcome = Indeterminate;
            }
        }
    }
    /// A genesis that breaks its own rules: nothing can be checked against it.
    fn broken_genesis(&mut self) {
        let cases: [(&str, fn(&mut genesis::Genesis)); 4] = [
            ("genesis-no-validators", |g| g.validators.clear()),
            ("genesis-key-twice", |g| g.validators[1].key = g.validators[0].key.clone()),
            ("genesis-org-twice", |g| g.organisations.push(g.organisations[0].clone())),
            ("genesis-unknown-org", |g| g.validators[0].org = name("nobody")),
        ];
        for (case, change) in cases {
            let mut genesis = self.world.genesis.clone();
            change(&mut genesis);
            self.files(case, code::GENESIS, |f| f.put("data/genesis.bin", genesis.to_bytes()));
        }
        self.files("genesis-other-time", code::GENESIS, |f| {
            let genesis = genesis::Genesis { time: TimeMs(1), ..world::make_genesis("") };
            f.put("data/genesis.bin", genesis.to_bytes());
        });
    }
}

fn rescue(w: &World, keys: &[&str]) -> Link {
    let mut resolution = Resolution {
        chain: w.chain,
        height: Height(5),
        block: w.headers[5].digest(),
        validators: set("", 5, 1),
        contacts: Vec::new(),
        signatures: Vec::new(),
    };
    let bytes = resolution.signing_bytes();
    resolution.signatures = (0..).zip(keys).map(|(i, k)| (i, key(k).sign(&bytes))).collect();
    Link::Rescued(resolution)
}

/// Packages of signings show their packets.
fn variant_of(seq: u64) -> Variant {
    if matches!(seq, 3 | 4) { Variant::Full } else { Variant::Public }
}

//! What an accident or a hidden file does: the zip, its bag, files that are missing, unknown or not what they should be.

use super::Mutant;
use super::Recipes;
use evidence::{Files, Variant, code};
use proto::Digest;
use proto::Outcome::Invalid;

impl Recipes {
    pub(super) fn archive(&mut self) {
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
    pub(super) fn archive_headers(&mut self) {
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
    pub(super) fn bag(&mut self) {
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
    pub(super) fn layout(&mut self) {
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
    pub(super) fn layout_of_packets(&mut self) {
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
    pub(super) fn bits(&mut self) {
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
}

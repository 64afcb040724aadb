//! Stamps whose certificates are wrong: what they may sign, who is above them, what was revoked, what lies beside them.

use super::*;

impl Recipes {
    pub(super) fn certificates(&mut self) {
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
    pub(super) fn under(&self, authorities: usize) -> Vec<u8> {
        let usual = info((Hash::Sha256, &self.imprint().0), AT, &[]);
        let name = if authorities == 1 { "root".to_owned() } else { format!("between {}", authorities - 1) };
        let clock = Says { issuer: &name, keys: ("clock", &name), ..Says::clock() }.certificate();
        token(&usual, &attributes(&usual, &clock), (&name, 2, "clock"), &[clock])
    }
    /// The authorities between.
    pub(super) fn tower(&self, authorities: usize) -> String {
        let one = |n: usize| self.between(n, authority::authority(None, 0x06));
        (1..authorities).map(one).collect()
    }
    pub(super) fn between(&self, n: usize, extensions: Vec<Vec<u8>>) -> String {
        let name = |n: usize| if n == 0 { "root".to_owned() } else { format!("between {n}") };
        let (subject, issuer) = (name(n), name(n - 1));
        let keys = (subject.as_str(), issuer.as_str());
        authority::certificate_pem(
            &Says { subject: &subject, issuer: &issuer, keys, extensions, ..Says::root() }.certificate(),
        )
    }
    pub(super) fn chains(&mut self) {
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
    pub(super) fn lists(&mut self) {
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
    pub(super) fn beside(&mut self) {
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
    /// Several stamps, or none: what counts of them.
    pub(super) fn several(&mut self) {
        let forged = || self.stamp(surgery::content(P256, &below(SIGNER, &[5]), |b| b[9] ^= 1), "");
        let [right, weak] = [P256, WEAK].map(|token| self.stamp(token.to_vec(), ""));
        let sm2 = self.stamp(authority::right(&self.imprint()), "");
        let (wrong, other) = (forged(), vec![certificate_of_nobody()]);
        let (no, unclear) = ((Some(TOKEN), Invalid), (Some(CHAIN), Indeterminate));
        let untimed = self.untimed("wrong-and-nobody-asks", vec![wrong.clone()]);
        for (name, stamps, roots, says) in [
            ("none-and-asked-for", vec![], roots(), unclear),
            ("two-of-strangers", vec![right.clone(), sm2.clone()], other, unclear),
            ("first-wrong-second-unclear", vec![wrong.clone(), weak.clone()], roots(), no),
            ("first-wrong-second-right", vec![wrong.clone(), right.clone()], roots(), no),
            ("first-right-second-wrong", vec![right, wrong], roots(), no),
            ("two-unclear", vec![weak.clone(), weak], roots(), (Some(TOKEN), Indeterminate)),
        ] {
            self.push_stamped(Stamped { name, stamps, roots, says });
        }
        self.list.push(Mutant { first: Some(TOKEN), outcome: Invalid, ..untimed });
    }
    /// A package with these stamps, under the usual policy, which asks for no time.
    pub(super) fn untimed(&self, name: &str, stamps: Vec<Stamp>) -> Mutant {
        let dossier = Dossier { stamps, ..self.world.dossier(1, Variant::Public) };
        let name = format!("stamp-{name}");
        Mutant { name, bytes: dossier.package(), policy: None, first: None, outcome: Valid }
    }
    /// Right packages with several stamps, of which one does: and without a policy that asks for any.
    pub(super) fn rightly_several(&mut self) {
        let [right, weak] = [P256, WEAK].map(|token| self.stamp(token.to_vec(), ""));
        let revoked = list_pem(&list(("root", "root"), &[(2, "20260921000000Z", None)]));
        let revoked = self.stamp(authority::right(&self.imprint()), &revoked);
        let only = vec![ROOT.to_owned()];
        let sm2 = self.stamp(authority::right(&self.imprint()), "");
        for (name, stamps, roots) in [
            ("second-unclear", vec![right.clone(), weak.clone()], roots()),
            ("second-of-a-stranger", vec![right.clone(), sm2.clone()], only.clone()),
            ("first-of-a-stranger", vec![sm2.clone(), right.clone()], only),
            ("second-revoked", vec![right.clone(), revoked], roots()),
        ] {
            self.push_stamped(Stamped { name, stamps, roots, says: (None, Valid) });
        }
        let untimed = [
            self.untimed("nobody-asks", vec![right.clone()]),
            self.untimed("unclear-and-nobody-asks", vec![weak.clone()]),
            self.untimed("two-and-nobody-asks", vec![weak, sm2]),
        ];
        self.list.extend(untimed);
    }
    /// Stamps that nothing is wrong with, for whoever tries them together: two that some root leads to, one that none does, one
    /// that cannot be verified.
    pub fn honest_stamps(&self) -> Vec<Stamp> {
        let right = authority::right(&self.imprint());
        let of = |token: &[u8], chain: &str| self.stamp(token.to_vec(), chain);
        vec![of(P256, ""), of(WEAK, ""), of(&right, ""), of(&right, &certificate_of_nobody())]
    }
    pub(super) fn receipts(&mut self) {
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

/// A certificate that has nothing to do with any token.
fn certificate_of_nobody() -> String {
    authority::certificate_pem(&stranger().certificate())
}

/// Somebody whom no token leads to.
fn stranger() -> Says<'static> {
    Says { subject: "stranger", issuer: "stranger", keys: ("stranger", "stranger"), ..Says::root() }
}

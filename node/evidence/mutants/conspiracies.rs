//! What all validators together can sign against the rules: only what anybody can recompute shows it.

use super::Recipes;
use crate::world::{self, Twist, World, key, name};
use evidence::{Variant, code};
use proto::Outcome::Indeterminate;
use proto::state::StateKey;
use proto::*;

type Change<'a> = &'a dyn Fn(&mut Vec<Event>);

fn appraised(e: &mut [Event], change: &dyn Fn(&mut Appraisal)) {
    change(e[3].appraisal.as_mut().unwrap());
}

impl Recipes {
    /// All validators sign what the rules forbid: only what anybody can recompute shows it.
    pub(super) fn conspiracies(&mut self) {
        let mut twisted = |name: &str, first, seq, events: Change<'_>| self.twisted((name, first), seq, events);
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
        self.conspiracies_of_places();
        self.conspiracies_of_headers();
        self.foreign_packets();
        self.broken_genesis();
    }
    /// Events with everything about the given change signed again.
    fn twisted(&mut self, (name, first): (&str, &'static str), seq: u64, events: Change<'_>) {
        let world = World::new(&Twist { events, ..Twist::default() });
        self.made(name, first, &world.dossier(seq, variant_of(seq)));
    }
    fn conspiracies_of_places(&mut self) {
        let mut twisted = |name: &str, first, seq, events: Change<'_>| self.twisted((name, first), seq, events);
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
    }
    fn conspiracies_of_headers(&mut self) {
        type Edit = fn(&mut Header);
        let headers: [(&str, &'static str, Edit); 4] = [
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
    }
    /// Packets that were never made for this signing, though everybody committed to them.
    pub(super) fn foreign_packets(&mut self) {
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
    pub(super) fn broken_genesis(&mut self) {
        type Edit = fn(&mut genesis::Genesis);
        let cases: [(&str, Edit); 4] = [
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

/// Packages of signings show their packets.
fn variant_of(seq: u64) -> Variant {
    if matches!(seq, 3 | 4) { Variant::Full } else { Variant::Public }
}

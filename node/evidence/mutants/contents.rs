//! What a forger can do to the rest: matters, stroke packets, proofs of faults, the readable facts; and what a court demands.

use super::{Mutant, Recipes};
use crate::world::{World, name};
use evidence::{Dossier, SealedPacket, Variant, code};
use proto::Outcome::Invalid;
use proto::*;

impl Recipes {
    pub(super) fn matters(&mut self) {
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
    pub(super) fn packets(&mut self) {
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
    pub(super) fn faults(&mut self) {
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
    pub(super) fn facts(&mut self) {
        let changes = [
            ("band", "\"accept\"", "\"review\""),
            ("llr", "\"1234\"", "\"12340\""),
            ("grade", "\"grade\": \"B\"", "\"grade\": \"A\""),
            ("flag", "\"SYNTHETIC\",\n      \"FEW_REFERENCES\"", "\"FEW_REFERENCES\""),
            ("kind", "\"kind\": \"sign\"", "\"kind\": \"record\""),
            ("organisation", "\"organisation\": \"platform\"", "\"organisation\": \"court-one\""),
            ("signer", "\"synthetic-7\"", "\"synthetic-8\""),
            ("time", "\"time_ms\": \"1790000003000\"", "\"time_ms\": \"1790000002000\""),
            ("count", "\"count\": \"8\"", "\"count\": \"7\""),
            ("quorum", "\"quorum\": \"4\"", "\"quorum\": \"1\""),
            ("voter", "\"notary-south\"", "\"auditor-one\""),
            ("variant", "\"variant\": \"full\"", "\"variant\": \"public\""),
            ("indent", "{\n  \"appraisal\"", "{\n \"appraisal\""),
            ("member-added", "{\n  \"appraisal\"", "{\n  \"aaa\": null,\n  \"appraisal\""),
            ("number", "\"seq\": \"3\"", "\"seq\": 3"),
            ("will-passed", "\"passed\": \"true\"", "\"passed\": true"),
            ("will-step", "\"step\": \"1\"", "\"step\": null"),
            ("enrolment-time", "\"time_ms\": \"1790000001000\"", "\"time_ms\": \"1790000000000\""),
            ("will-hidden", "\"method\": \"password\",\n      ", ""),
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
    pub(super) fn policies(&mut self) {
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
}

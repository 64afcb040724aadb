//! What can be wrong with the enrolment beside a signing, each in one way, and references that are older than a court allows.

use super::{Mutant, Recipes, policy};
use crate::world::{TIP, Twist, World, key, name};
use evidence::{Dossier, Variant, code};
use proto::*;

const ENROLMENT: &str = "data/enrolment.bin";
const AGE: &str = code::REFERENCES_AGE;

impl Recipes {
    pub(super) fn enrolments(&mut self) {
        let enrolled = |receipt: Receipt| move |_: &World, d: &mut Dossier| d.enrolment = Some(receipt);
        let own = self.world.receipt(0);
        let changed = |change: &dyn Fn(&mut Receipt)| {
            let mut receipt = own.clone();
            change(&mut receipt);
            enrolled(receipt)
        };
        self.sign("enrolment-is-a-record", AGE, enrolled(self.world.receipt(1)));
        self.sign("enrolment-earlier-than-it-was", AGE, changed(&|r| r.event.time.0 -= 1));
        self.sign(
            "enrolment-one-reference-less",
            AGE,
            changed(&|r| {
                if let Body::Enroll { references, .. } = &mut r.event.transaction.draft.body {
                    references.pop();
                }
            }),
        );
        self.sign("enrolment-sm3-path", AGE, changed(&|r| r.sm3_path[0].0[0] ^= 1));
        self.sign("enrolment-sha256-path", AGE, changed(&|r| r.sha256_path[0].0[0] ^= 1));
        self.sign("enrolment-without-votes", AGE, changed(&|r| r.checkpoint.certificate.votes.clear()));
        let (header, voters) = (self.world.headers[TIP as usize - 1].clone(), [0, 1, 3, 4]);
        let earlier = Checkpoint { certificate: self.world.certify(&header, &voters), header };
        self.sign("enrolment-at-another-checkpoint", AGE, enrolled(self.world.receipt_at(0, &earlier)));
        self.enrolments_on_the_ledger();
        self.enrolments_out_of_place(&own);
        self.enrolments_under_a_policy();
    }
    /// Enrolments that the ledger does hold, beside signings that they do not belong to.
    fn enrolments_on_the_ledger(&mut self) {
        let mut made = |name: &str, seq: u64, twist: &dyn Fn(&mut Vec<Event>)| {
            let world = World::new(&Twist { events: twist, ..Twist::default() });
            let enrolment = Some(world.receipt(seq));
            let dossier = Dossier { enrolment, intents: Vec::new(), ..world.dossier(3, Variant::Public) };
            self.made(&format!("enrolment-{name}"), AGE, &dossier);
        };
        made("of-another-template", 0, &|events| {
            events[3].appraisal.as_mut().unwrap().template = Digest::sm3(b"another");
        });
        made("of-another-signer", 0, &|events| {
            let mut draft = events[3].transaction.draft.clone();
            if let Body::Sign { signer, .. } = &mut draft.body {
                *signer = name("synthetic-8");
            }
            events[3].transaction = draft.sign(&key("op1")).into_inner();
        });
        made("after-the-signing", 6, &|events| {
            let (body, appraisal) = (events[0].transaction.draft.body.clone(), events[0].appraisal.clone());
            (events[6].transaction.draft.body, events[6].appraisal) = (body, appraisal);
        });
    }
    fn enrolments_out_of_place(&mut self, own: &Receipt) {
        for (name, seq) in [("record", 1), ("signing-that-was-not-compared", 4), ("enrolment", 0)] {
            let dossier = Dossier { enrolment: Some(own.clone()), ..self.world.dossier(seq, Variant::Public) };
            self.made(&format!("enrolment-beside-a-{name}"), code::LAYOUT, &dossier);
        }
        let bytes = own.to_bytes();
        for (name, bytes) in [
            ("enrolment-cut", bytes[..bytes.len() - 1].to_vec()),
            ("enrolment-longer", [&bytes[..], &[0]].concat()),
            ("enrolment-is-a-salt", vec![0; 32]),
        ] {
            self.files(name, code::LAYOUT, |f| f.put(ENROLMENT, bytes));
        }
        // The readable facts name it.
        self.files("enrolment-taken-out", code::FACTS, |f| {
            f.0.remove(ENROLMENT);
        });
    }
    /// The signing came two seconds after the enrolment.
    fn enrolments_under_a_policy(&mut self) {
        let asked = |days: u32| Some(format!("{}[references]\nmax_age_days = {days}\n", policy(&self.world.chain)));
        let [own, none] = [Variant::Full, Variant::Public].map(|variant| self.world.dossier(3, variant));
        let none = Dossier { enrolment: None, ..none };
        let (old, unknown) = (asked(0), asked(1));
        for (name, dossier, policy, outcome) in [
            ("policy-references-too-old", own, old, Outcome::Invalid),
            ("policy-references-of-unknown-age", none, unknown, Outcome::Indeterminate),
        ] {
            let (name, bytes) = (name.to_owned(), dossier.package());
            self.list.push(Mutant { name, bytes, policy, first: Some(AGE), outcome });
        }
    }
    /// References that are young enough, and a signing that was compared with none.
    pub(super) fn young(&self) -> impl Iterator<Item = Mutant> {
        let policy = format!("{}[references]\nmax_age_days = 1\n", policy(&self.world.chain));
        [("references-young", 3), ("references-none", 4)].into_iter().map(move |(name, seq)| Mutant {
            name: name.to_owned(),
            bytes: self.world.dossier(seq, Variant::Public).package(),
            policy: Some(policy.clone()),
            first: None,
            outcome: Outcome::Valid,
        })
    }
}

//! What can be wrong with the model in a package, and with what providers found about a signer's will.

use super::Recipes;
use crate::world::{MODEL, START, Twist, World, key, name};
use evidence::{Dossier, Variant, code};
use proto::Outcome::Indeterminate;
use proto::*;

const INTENT: &str = "data/intent/00.bin";
const MODEL_FILE: &str = "data/model/model.bin";

impl Recipes {
    pub(super) fn models(&mut self) {
        self.sign("model-bit", code::MODEL, |_, d| d.model.as_mut().unwrap()[20] ^= 1);
        self.sign("model-empty", code::MODEL, |_, d| d.model = Some(Vec::new()));
        self.sign("model-longer", code::MODEL, |_, d| d.model.as_mut().unwrap().push(0));
        self.sign("model-of-another-tag", code::MODEL, |_, d| {
            d.model = Some([b"\x10chirograph/mode1\x01", &MODEL[18..]].concat());
        });
        let mut dossier = self.world.dossier(1, Variant::Public);
        dossier.model = Some(MODEL.to_vec());
        self.made("model-without-handwriting", code::LAYOUT, &dossier);
        self.files("model-beside", code::LAYOUT, |f| f.put("data/model/model.txt", MODEL));
    }
    pub(super) fn wills(&mut self) {
        let change = |d: &mut Dossier, change: &dyn Fn(&mut IntentResult)| change(&mut d.intents[0]);
        self.sign("will-not-passed", code::INTENT_STEP, |_, d| change(d, &|r| r.finding.passed = false));
        self.sign("will-later", code::INTENT_STEP, |_, d| change(d, &|r| r.finding.time.0 += 1));
        self.sign("will-note", code::INTENT_STEP, |_, d| change(d, &|r| r.finding.note.clear()));
        self.sign("will-method", code::INTENT_STEP, |_, d| change(d, &|r| r.finding.method = Method::Liveness));
        self.sign("will-provider", code::INTENT_STEP, |_, d| change(d, &|r| r.provider = name("court-one")));
        self.sign("will-key", code::INTENT_STEP, |_, d| change(d, &|r| r.key.0[0] ^= 1));
        self.sign("will-signature", code::INTENT_STEP, |_, d| change(d, &|r| r.signature.0[63] ^= 1));
        self.sign("will-signed-anew", code::INTENT_STEP, |w, d| {
            change(d, &|r| {
                r.finding.duration_ms += 1;
                *r = IntentResult::sign(r.finding.clone(), r.provider.clone(), &op1(w));
            });
        });
        self.sign("will-twice-one-not-on-ledger", code::INTENT_STEP, |w, d| {
            let finding = Finding { duration_ms: 1, ..w.will().finding };
            d.intents.push(IntentResult::sign(finding, name("platform"), &op1(w)));
        });
        self.sign("will-of-a-shortened-matter", code::COMPLETENESS, |_, d| {
            d.matter.as_mut().unwrap().events.pop();
        });
        self.files("will-gap", code::LAYOUT, |f| {
            let bytes = f.0.remove(INTENT).unwrap();
            f.put("data/intent/01.bin", bytes);
        });
        self.files("will-cut", code::LAYOUT, |f| {
            f.0.get_mut(INTENT).unwrap().pop();
        });
        self.files("will-longer", code::LAYOUT, |f| f.0.get_mut(INTENT).unwrap().push(0));
        self.files("will-method-none", code::LAYOUT, |f| f.0.get_mut(INTENT).unwrap()[58] = 7);
        self.files("will-is-a-model", code::LAYOUT, |f| {
            let bytes = f.get(MODEL_FILE).unwrap().to_vec();
            f.put(INTENT, bytes);
        });
        let mut dossier = self.world.dossier(0, Variant::Public);
        dossier.intents = vec![self.world.will()];
        self.made("will-without-a-matter", code::LAYOUT, &dossier);
        let mut dossier = self.world.dossier(5, Variant::Public);
        dossier.intents = vec![self.world.will()];
        self.made("will-in-another-matter", code::INTENT_STEP, &dossier);
        let mut dossier = self.world.dossier(4, Variant::Public);
        dossier.intents = vec![self.world.will()];
        self.made("will-of-another-signer", code::INTENT_STEP, &dossier);
    }
    /// Results that a step of the ledger does carry, and that are wrong all the same.
    pub(super) fn wills_on_the_ledger(&mut self) {
        let mut made = |name: &str, first, outcome, forge: &dyn Fn(&World, &mut IntentResult)| {
            let world = World::new(&Twist { will: forge, ..Default::default() });
            self.made(name, first, &world.dossier(3, Variant::Full));
            self.list.last_mut().unwrap().outcome = outcome;
        };
        let resign = |r: &mut IntentResult, with: &SecretKey| {
            *r = IntentResult::sign(r.finding.clone(), r.provider.clone(), with);
        };
        let (step, signature) = (code::INTENT_STEP, code::INTENT_SIGNATURE);
        made("will-carried-signature", signature, Outcome::Invalid, &|_, r| r.signature.0[40] ^= 1);
        made("will-carried-of-a-stranger", signature, Indeterminate, &|_, r| resign(r, &key("stranger")));
        // The package shows nothing of this organisation but what genesis says.
        made("will-carried-of-a-key-of-genesis", signature, Indeterminate, &|w, r| {
            r.provider = name("archive-one");
            resign(r, &key(&format!("{}archive", w.seed)));
        });
        made("will-carried-by-an-older-step", step, Outcome::Invalid, &|w, r| {
            r.finding.time.0 = START + 1000 + 60_001;
            resign(r, &op1(w));
        });
        made("will-carried-of-another-org", signature, Indeterminate, &|w, r| {
            r.provider = name("court-one");
            resign(r, &op1(w));
        });
        made("will-carried-other-ledger", step, Outcome::Invalid, &|w, r| {
            r.finding.chain.0[31] ^= 1;
            resign(r, &op1(w));
        });
        made("will-carried-other-document", step, Outcome::Invalid, &|w, r| {
            r.finding.document = Digest::sm3(b"another contract");
            resign(r, &op1(w));
        });
        made("will-carried-other-signer", step, Outcome::Invalid, &|w, r| {
            r.finding.signer = name("synthetic-8");
            resign(r, &op1(w));
        });
    }
    /// Genuine results that say nothing about the will at the signing, and one of a key that was taken from its provider.
    pub(super) fn wills_too_late(&mut self) {
        let late = self.world.late();
        for (name, intents) in [
            ("will-recorded-after-the-signing", vec![late.clone()]),
            ("will-one-of-two-after-the-signing", vec![self.world.will(), late]),
        ] {
            self.sign(name, code::INTENT_STEP, |_, d| d.intents = intents);
            self.list.last_mut().unwrap().outcome = Indeterminate;
        }
        // The key was retired with the block of the step.
        let retired = self.carried_by(13);
        self.made("will-carried-of-a-retired-key", code::INTENT_SIGNATURE, &retired);
    }
    /// A result that was recorded while its provider's key was in force; it was retired with the newest block.
    pub(super) fn retired_since(&self) -> Dossier {
        self.carried_by(10)
    }
    /// The package of a step that carries a result signed with the key that was retired with the newest block.
    fn carried_by(&self, seq: usize) -> Dossier {
        let late = self.world.late();
        let result = IntentResult::sign(late.finding, late.provider, &op3(&self.world));
        let digest = result.digest();
        let twist = |events: &mut Vec<Event>| {
            let mut draft = events[seq].transaction.draft.clone();
            if let Body::Record { content, kind, .. } = &mut draft.body {
                (*content, *kind) = (digest, result.finding.method.step());
            }
            let own = [op1(&self.world), op3(&self.world)].into_iter().find(|k| k.public().id() == draft.key);
            events[seq].transaction = draft.sign(&own.unwrap()).into_inner();
        };
        let world = World::new(&Twist { events: &twist, ..Default::default() });
        Dossier { intents: vec![result.clone()], ..world.dossier(seq as u64, Variant::Full) }
    }
}

/// The provider's key that was retired with the newest block.
fn op3(world: &World) -> SecretKey {
    key(&format!("{}op3", world.seed))
}

fn op1(world: &World) -> SecretKey {
    key(&format!("{}op1", world.seed))
}

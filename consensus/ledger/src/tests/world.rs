//! A consortium of five organisations and four validators, with a store in memory.

use crate::query::certificate_key;
use crate::{Batch, Birth, Built, Context, Executed, Meta, Read, Rejected, Tip, birth, build, meta, validate};
use proto::appraisal::fingerprint;
use proto::{
    Appraisal, Band, Body, Canonical, Certificate, Digest, Draft, Grade, Height, Item, Name, Nonce, Organisation,
    Params, RequestId, Role, SecretKey, Seq, Subject, Thresholds, TimeMs, Transaction, Trust, Validator,
    ValidatorIndex, ValidatorSet, View, Vote, VoteKind,
};

pub const MODEL: Digest = Digest([7; 32]);

pub fn name(text: &str) -> Name {
    Name::new(text, "test").unwrap()
}

pub fn secret(number: u8) -> SecretKey {
    let mut scalar = [0; 32];
    scalar[31] = number;
    SecretKey::from_scalar(&scalar, "test").unwrap()
}

/// Name, role and key number of every organisation.
pub const ORGS: [(&str, Role, u8); 6] = [
    ("platform", Role::Operator, 11),
    ("notary", Role::Notary, 12),
    ("archive", Role::Archive, 13),
    ("court", Role::Court, 14),
    ("auditor", Role::Auditor, 15),
    ("other-platform", Role::Operator, 16),
];

pub struct World {
    pub birth: Birth,
    pub store: Batch,
    pub tip: Tip,
    requests: u8,
}

impl World {
    pub fn new() -> Self {
        Self::with_rescue(proto::RescueKeys::default())
    }
    pub fn with_rescue(rescue: proto::RescueKeys) -> Self {
        let organisation = |&(org, role, key): &(&str, Role, u8)| Organisation {
            name: name(org),
            role,
            keys: vec![secret(key).public().clone()],
        };
        let validator = |n: u8| Validator { org: name("notary"), key: secret(n).public().clone() };
        let params = Params {
            model: MODEL,
            thresholds: Thresholds { accept_at: 500, reject_below: -500 },
            epsilon_mb: 0,
            allow_synthetic: false,
            nonce_age_max_ms: 60_000,
            expiry_max_blocks: 100,
            block_events_max: 8,
            packet_bytes_max: 1 << 16,
            leader_timeout_ms: 500,
            view_timeout_ms: 500,
            heartbeat_ms: 10_000,
            clock_skew_max_ms: 10_000,
        };
        let world = Birth {
            chain: Digest::sm3(b"a ledger for tests"),
            time: TimeMs(1_000_000),
            params,
            organisations: ORGS.iter().map(organisation).collect(),
            validators: ValidatorSet::new((1..=4).map(validator).collect()).unwrap(),
            rescue,
        };
        let (tip, store) = birth(&world);
        Self { birth: world, store, tip, requests: 0 }
    }
    pub fn trust(&self) -> Trust {
        let b = &self.birth;
        Trust {
            chain: b.chain,
            validators: b.validators.clone(),
            organisations: b.organisations.clone(),
            params: b.params.clone(),
            rescue: b.rescue.clone(),
        }
    }
    pub fn next_height(&self) -> Height {
        self.tip.header.height.next()
    }
    /// A draft of `org` with a request id of its own.
    pub fn draft(&mut self, org: &str, body: Body) -> Draft {
        self.requests += 1;
        let key = ORGS.iter().find(|o| o.0 == org).map_or(99, |o| o.2);
        Draft {
            chain: self.birth.chain,
            org: name(org),
            key: secret(key).public().id(),
            request: RequestId([self.requests; 16]),
            expiry: Height(self.next_height().0 + 10),
            body,
        }
    }
    pub fn transaction(&mut self, org: &str, body: Body) -> Transaction {
        let draft = self.draft(org, body);
        signed(draft)
    }
    pub fn record(&mut self, matter: &str, what: &str) -> Item {
        let body = Body::Record {
            matter: name(matter),
            kind: name("delivered"),
            content: Digest::sm3(what.as_bytes()),
            note: what.to_owned(),
        };
        Item { transaction: self.transaction("court", body), appraisal: None }
    }
    pub fn enrolment(&mut self, signer: &str, samples: &[&str]) -> Item {
        let references = samples.iter().map(|s| commitment(s)).collect();
        let body = Body::Enroll { signer: name(signer), references };
        let seen = crate::history(&self.store, &name(signer)).unwrap();
        let appraisal = Appraisal { seen, ..self.opinion(Digest::ZERO, None, samples) };
        Item { transaction: self.transaction("platform", body), appraisal: Some(appraisal) }
    }
    pub fn sign_body(&self, matter: &str, signer: &str, sample: &str) -> Body {
        Body::Sign {
            matter: name(matter),
            signer: name(signer),
            document: Digest::sm3(matter.as_bytes()),
            packet: commitment(sample),
            nonce: Nonce { height: self.tip.header.height, block: self.tip.digest },
        }
    }
    /// A signing with the opinion that fits the signer's references.
    pub fn signing(&mut self, matter: &str, signer: &str, sample: &str) -> Item {
        let body = self.sign_body(matter, signer, sample);
        let leaf = crate::signer(&self.store, &name(signer)).unwrap();
        let template = leaf.map_or(Digest::ZERO, |l| l.template);
        let llr = (template != Digest::ZERO).then_some(900);
        let seen = crate::history(&self.store, &name(signer)).unwrap();
        let appraisal = Appraisal { seen, ..self.opinion(template, llr, &[sample]) };
        Item { transaction: self.transaction("platform", body), appraisal: Some(appraisal) }
    }
    pub fn opinion(&self, template: Digest, llr: Option<i32>, samples: &[&str]) -> Appraisal {
        Appraisal {
            model: MODEL,
            template,
            llr,
            llr_random: llr.map(|v| v + 500),
            band: self.birth.params.thresholds.band(llr),
            grade: Grade::B,
            flags: 0,
            seen: 0,
            fingerprints: samples.iter().map(|s| fingerprint(&self.birth.chain, &Digest::sm3(s.as_bytes()))).collect(),
        }
    }
    pub fn build(&self, items: Vec<Item>) -> Built {
        let view = self.tip.header.view.next();
        let context = Context {
            view,
            time: TimeMs(self.tip.header.time.0 + 1_000),
            proposer: ValidatorIndex((view.0 % 4) as u16),
        };
        build(&self.store, &self.tip, context, items).unwrap()
    }
    /// Builds, has it validated, and writes it as final. Every item must be taken.
    pub fn commit(&mut self, items: Vec<Item>) -> Executed {
        let built = self.build(items);
        assert_eq!(built.left_out, []);
        let executed = built.executed;
        assert_eq!(validate(&self.store, &self.tip, &executed.block).unwrap().as_ref(), Ok(&executed));
        self.finalize(&executed);
        executed
    }
    pub fn finalize(&mut self, executed: &Executed) {
        self.store.merge(executed.changes.clone());
        self.store.put(meta(Meta::Tip), executed.tip.to_bytes());
        let certificate = self.certify(&executed.tip);
        self.store.put(certificate_key(executed.tip.header.height), certificate.to_bytes());
        self.tip = executed.tip.clone();
    }
    fn certify(&self, tip: &Tip) -> Certificate {
        let subject = Subject::of(VoteKind::Finalize, &tip.header);
        let vote = |n: u8| Vote::sign(subject, ValidatorIndex(u16::from(n) - 1), &self.birth.chain, &secret(n));
        Certificate::assemble(&[1, 2, 3].map(vote), 3).unwrap().into_inner()
    }
    /// What the ledger says to one item alone.
    pub fn refusal(&self, item: Item) -> Option<Rejected> {
        self.build(vec![item]).left_out.into_iter().next().map(|(_, why)| why)
    }
    pub fn event_hash(&self, seq: u64) -> Digest {
        crate::event(&self.store, Seq(seq)).unwrap().unwrap().digest()
    }
}

/// Stands for the salted commitment of a packet with these samples.
pub fn commitment(sample: &str) -> Digest {
    Digest::sm3(format!("salted {sample}").as_bytes())
}

pub fn signed(draft: Draft) -> Transaction {
    let key = (1..=99).map(secret).find(|k| k.public().id() == draft.key).unwrap();
    draft.sign(&key).into_inner()
}

/// A ledger with an enrolled signer, a signing, and records in two matters.
pub fn lived_in() -> World {
    let mut world = World::new();
    let enrolment = world.enrolment("wang", &["w1", "w2", "w3"]);
    world.commit(vec![enrolment]);
    let items = vec![
        world.record("contract-1", "sent"),
        world.signing("contract-1", "wang", "w4"),
        world.record("contract-2", "sent"),
    ];
    world.commit(items);
    let items = vec![world.record("contract-1", "archived")];
    world.commit(items);
    world
}

#[test]
fn a_world_has_its_leaves_and_no_events() {
    let world = World::new();
    assert_eq!(crate::params(&world.store).unwrap(), world.birth.params);
    assert_eq!(crate::validators(&world.store).unwrap(), world.birth.validators);
    let court = crate::organisation(&world.store, &name("court")).unwrap().unwrap();
    assert_eq!(court.role, Role::Court);
    assert_eq!(crate::tip(&world.store).unwrap().unwrap(), world.tip);
    assert_eq!(world.tip.header.view, View(0));
    assert!(world.store.get(b"nothing").unwrap().is_none());
    assert_eq!(world.opinion(Digest::ZERO, None, &[]).band, Band::Uncompared);
}

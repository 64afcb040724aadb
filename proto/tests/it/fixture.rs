//! A tiny ledger made by hand: fixed keys, one enrolment, three events of one matter, one certified header.

use proto::event::{ledger_sum_zero, matter_sum_zero, next_sum};
use proto::merkle::{Frontier, LogHash, Position, Prover};
use proto::state::{MatterLeaf, StateKey, StateProof, leaf_hash};
use proto::*;
use std::collections::BTreeMap;

pub fn key(seed: &str) -> SecretKey {
    SecretKey::from_scalar(&Digest::sm3(seed.as_bytes()).0, "seed").unwrap()
}

pub fn name(text: &str) -> Name {
    Name::new(text, "name").unwrap()
}

pub fn chain() -> ChainId {
    Digest::sm3(b"fixture chain")
}

pub fn validator_keys() -> Vec<SecretKey> {
    (0..4).map(|i| key(&format!("validator {i}"))).collect()
}

pub fn validators() -> ValidatorSet {
    let keys = validator_keys();
    let list = keys.iter().enumerate();
    let one = |(i, k): (usize, &SecretKey)| Validator { org: name(&format!("org-{i}")), key: k.public().clone() };
    ValidatorSet::new(list.map(one).collect()).unwrap()
}

pub fn params() -> Params {
    Params {
        model: Digest::sm3(b"model"),
        thresholds: Thresholds { accept_at: 300, reject_below: -700 },
        epsilon_mb: 0,
        allow_synthetic: true,
        nonce_age_max_ms: 60_000,
        expiry_max_blocks: 1000,
        block_events_max: 256,
        packet_bytes_max: 65_536,
        leader_timeout_ms: 400,
        view_timeout_ms: 800,
        heartbeat_ms: 10_000,
        clock_skew_max_ms: 5_000,
    }
}

pub fn trust() -> Trust {
    let platform =
        Organisation { name: name("platform"), role: Role::Operator, keys: vec![key("op").public().clone()] };
    Trust {
        chain: chain(),
        validators: validators(),
        organisations: vec![platform],
        params: params(),
        rescue: RescueKeys::default(),
    }
}

pub fn appraisal() -> Appraisal {
    Appraisal {
        model: params().model,
        template: proto::appraisal::template_digest(&chain(), &[Digest::sm3(b"ref")]),
        llr: Some(1234),
        llr_random: Some(2345),
        band: Band::Accept,
        grade: Grade::B,
        flags: 5,
        seen: 3,
        fingerprints: vec![proto::appraisal::fingerprint(&chain(), &Digest::sm3(b"samples"))],
    }
}

pub fn bodies() -> Vec<Body> {
    let matter = || name("contract-7");
    vec![
        Body::Enroll { signer: name("张三"), references: vec![Digest::sm3(b"ref"), Digest::sm3(b"ref 2")] },
        Body::Sign {
            matter: matter(),
            signer: name("张三"),
            document: Digest::sm3(b"document"),
            packet: Digest::sm3(b"packet"),
            nonce: Nonce { height: Height(3), block: Digest::sm3(b"block 3") },
        },
        Body::Record { matter: matter(), kind: name("sent"), content: Digest::sm3(b"mail"), note: "到达".into() },
        Body::Anchor { matter: matter(), content: Digest::sm3(b"file"), size: 4096, locator: "box 12".into() },
        Body::Attest { matter: matter(), target: Seq(1), target_hash: Digest::sm3(b"event"), statement: "seen".into() },
    ]
}

/// The reading of a packet; not part of the ledger that the other vectors are made from.
pub fn access() -> Body {
    Body::Access {
        matter: name("contract-7"),
        target: Seq(1),
        target_hash: Digest::sm3(b"event"),
        authority: "(2026) 12".into(),
        order: Digest::sm3(b"order"),
    }
}

pub fn finding() -> Finding {
    Finding {
        chain: chain(),
        method: Method::Reading,
        signer: name("张三"),
        document: Digest::sm3(b"document"),
        passed: true,
        time: TimeMs(1_700_000_000_000),
        duration_ms: 42_000,
        log: Digest::sm3(b"log"),
        note: "scrolled to the end".into(),
    }
}

pub fn transaction(n: u8, body: Body) -> Transaction {
    let key = key("op");
    let draft = Draft {
        chain: chain(),
        org: name("platform"),
        key: key.public().id(),
        request: RequestId([n; 16]),
        expiry: Height(900),
        body,
    };
    draft.sign(&key).into_inner()
}

pub fn events() -> Vec<Event> {
    let mut matter_seq = 0;
    let make = |(i, body): (usize, Body)| {
        matter_seq += u64::from(body.matter().is_some());
        let appraisal = (!body.packets().is_empty()).then(appraisal);
        Event {
            seq: Seq(i as u64),
            height: Height(4),
            time: TimeMs(1_767_225_600_123),
            matter_seq: if body.matter().is_some() { matter_seq } else { 0 },
            transaction: transaction(i as u8, body),
            appraisal,
        }
    };
    bodies().into_iter().enumerate().map(make).collect()
}

pub struct Ledger {
    pub events: Vec<Event>,
    pub header: Header,
    pub certificate: Certificate,
    pub leaf: MatterLeaf,
    nodes: BTreeMap<(LogHash, Position), Digest>,
}

pub fn ledger() -> Ledger {
    let events = events();
    let mut nodes = BTreeMap::new();
    let root = |hash| {
        let mut frontier = Frontier::new(hash);
        for e in &events {
            nodes.extend(frontier.push(&e.to_bytes()).into_iter().map(|(p, d)| ((hash, p), d)));
        }
        frontier.root()
    };
    let roots = LogHash::ALL.map(root);
    let matter = name("contract-7");
    let of_matter = events.iter().filter(|e| e.matter_seq > 0);
    let sum = of_matter.fold(matter_sum_zero(&chain(), &matter), |s, e| next_sum(&s, &e.digest()));
    let leaf = MatterLeaf { count: 4, sum };
    let path = StateKey::Matter(matter).path();
    let header = Header {
        chain: chain(),
        height: Height(4),
        epoch: Epoch(0),
        view: View(6),
        parent: Digest::sm3(b"parent"),
        time: TimeMs(1_767_225_600_123),
        proposer: ValidatorIndex(2),
        entries: Digest::sm3(b"entries"),
        event_count: 5,
        ledger_size: 5,
        ledger_sum: events.iter().fold(ledger_sum_zero(&chain()), |s, e| next_sum(&s, &e.digest())),
        sm3_root: roots[0],
        sha256_root: roots[1],
        state_root: leaf_hash(&path, &Digest::sm3(&leaf.to_bytes())),
        validators: validators().digest(),
        next_validators: validators().digest(),
        model: params().model,
    };
    let certificate = certify(&header, &[0, 1, 3]);
    Ledger { events, header, certificate, leaf, nodes }
}

pub fn certify(header: &Header, who: &[u16]) -> Certificate {
    let keys = validator_keys();
    let subject = Subject::of(VoteKind::Finalize, header);
    let sign = |i: &u16| Vote::sign(subject, ValidatorIndex(*i), &chain(), &keys[usize::from(*i)]);
    let votes: Vec<_> = who.iter().map(sign).collect();
    Certificate::assemble(&votes, who.len()).unwrap().into_inner()
}

impl Ledger {
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { header: self.header.clone(), certificate: self.certificate.clone() }
    }
    pub fn receipt(&self, seq: u64) -> Receipt {
        let path = |hash| {
            let node = |p| self.nodes.get(&(hash, p)).copied().ok_or(p);
            Prover { hash, node }.inclusion(seq, self.events.len() as u64).unwrap()
        };
        Receipt {
            event: self.events[seq as usize].clone(),
            sm3_path: path(LogHash::Sm3),
            sha256_path: path(LogHash::Sha256),
            checkpoint: self.checkpoint(),
        }
    }
    pub fn matter_file(&self) -> MatterFile {
        let terminal = Some((StateKey::Matter(name("contract-7")).path(), Digest::sm3(&self.leaf.to_bytes())));
        let proof = MatterProof {
            matter: name("contract-7"),
            leaf: Some(self.leaf),
            proof: StateProof { siblings: vec![], terminal },
            checkpoint: self.checkpoint(),
        };
        MatterFile { proof, events: self.events[1..].to_vec() }
    }
}

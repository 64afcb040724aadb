//! Evidence that nobody made: a small ledger with real keys, signatures, trees and proofs, in which a synthetic writer signs a
//! contract. The opinion on the writing is the appraiser's own.

use models::packet::StrokePacket;
use models::{Appraiser, Writer};
use proto::appraisal::{fingerprint, template_digest};
use proto::event::{matter_sum_zero, next_sum};
use proto::merkle::{Frontier, LogHash, Prover};
use proto::state::{MatterLeaf, StateKey, StateProof, leaf_hash};
use proto::*;
use std::convert::Infallible;

/// Time of the first block: 2026-11-20 10:00 in China.
const BEGIN: u64 = 1_795_140_000_000;
const SALT: [u8; 32] = [7; 32];
const MATTER: &str = "房屋租赁合同 HT-2026-0418";

/// The ledger and what its evidence consists of.
pub struct Specimen {
    /// What a verifier trusts.
    pub trust: Trust,
    /// The event with its proofs.
    pub receipt: Receipt,
    /// The whole matter.
    pub matter: MatterFile,
    /// Header of the block that the signing names.
    pub nonce: Header,
    /// The packet.
    pub questioned: StrokePacket,
    /// The references.
    pub references: Vec<StrokePacket>,
    /// Outcomes of the checks.
    pub checks: Vec<Check>,
}

/// Who there is: name, role, and the scalar of the key.
const MEMBERS: [(&str, Role, u8); 5] = [
    ("互联网法院", Role::Court, 11),
    ("市档案馆", Role::Archive, 12),
    ("公证处", Role::Notary, 13),
    ("签署平台", Role::Operator, 14),
    ("审计中心", Role::Auditor, 15),
];

fn key(scalar: u8) -> SecretKey {
    SecretKey::from_scalar(&[scalar; 32], "scalar").expect("a small scalar is one")
}

fn name(text: &str) -> Name {
    Name::new(text, "name").expect("a short text is a name")
}

impl Specimen {
    /// Makes it. `forged` writes the questioned signature by another hand after practice.
    pub fn new(forged: bool) -> Self {
        let trust = trust();
        let writer = Writer::new(21);
        let references: Vec<StrokePacket> = (0..5).map(|n| dated(writer.sign(n * 10), n)).collect();
        let nonce = header(&trust, 40, BEGIN + 2_380_000);
        let written = if forged { Writer::new(33).forge(&writer, 1) } else { writer.sign(72) };
        let questioned = bound(written, &nonce);
        let events = events(&trust, (&references, &questioned), &nonce);
        let (receipt, matter) = proven(&trust, &events, nonce.clone());
        let mut checks = receipt.verify(&trust);
        checks.extend(matter.proof.verify(&trust, Some(&matter.events)).into_iter().skip(3));
        checks.push(Check {
            code: "QUORUM_INDEPENDENT",
            outcome: Outcome::Indeterminate,
            detail: "no policy was given: which organisations are independent of the parties is not known".to_owned(),
        });
        Self { trust, receipt, matter, nonce, questioned, references, checks }
    }
    /// Facts of a variant.
    pub fn facts(&self, variant: report::Variant) -> report::Facts {
        let packets = variant != report::Variant::Public;
        let all = variant == report::Variant::Full;
        let mut facts = report::Facts::gather(&report::Sources {
            variant,
            network: "示范网络",
            trust: &self.trust,
            validators: &self.trust.validators,
            links: &[],
            receipt: &self.receipt,
            nonce: Some(&self.nonce),
            matter: Some(&self.matter),
            questioned: packets.then_some(&self.questioned),
            references: if all { &self.references } else { &[] },
            checks: &self.checks,
        });
        facts.enrolment = Some(self.enrolment());
        facts
    }
    /// The references were enrolled 412 days and some hours before the signing.
    fn enrolment(&self) -> report::facts::Enrolment {
        let (time_ms, organisation) =
            (self.receipt.event.time.0 - 412 * 86_400_000 - 30_000_000, "签署平台".to_owned());
        report::facts::Enrolment { seq: 3, height: 2, time_ms, organisation }
    }
    /// What may be drawn in a variant.
    pub fn drawings(&self, variant: report::Variant) -> report::Drawings<'_> {
        match variant {
            report::Variant::Full => {
                report::Drawings { questioned: Some(&self.questioned), references: &self.references }
            }
            report::Variant::Party => report::Drawings { questioned: Some(&self.questioned), references: &[] },
            report::Variant::Public => report::Drawings::none(),
        }
    }
}

fn trust() -> Trust {
    let organisation = |(n, role, scalar): &(&str, Role, u8)| Organisation {
        name: name(n),
        role: *role,
        keys: vec![key(*scalar).public().clone()],
    };
    let validator =
        |(n, _, scalar): &(&str, Role, u8)| Validator { org: name(n), key: key(scalar + 100).public().clone() };
    let model = Appraiser::graph();
    let thresholds = model.thresholds();
    Trust {
        chain: Digest::sm3(b"specimen genesis"),
        validators: ValidatorSet::new(MEMBERS[..4].iter().map(validator).collect()).expect("four distinct keys"),
        organisations: MEMBERS.iter().map(organisation).collect(),
        params: Params {
            model: model.digest(),
            thresholds: Thresholds { accept_at: thresholds.accept_at, reject_below: thresholds.reject_below },
            epsilon_mb: 0,
            allow_synthetic: true,
            nonce_age_max_ms: 900_000,
            expiry_max_blocks: 1000,
            block_events_max: 256,
            packet_bytes_max: 65_536,
            leader_timeout_ms: 500,
            view_timeout_ms: 1000,
            heartbeat_ms: 60_000,
            clock_skew_max_ms: 5000,
        },
        rescue: RescueKeys::default(),
    }
}

/// References of different days.
fn dated(mut packet: StrokePacket, n: u64) -> StrokePacket {
    packet.session.device_time = TimeMs(BEGIN - (n + 1) * 86_400_000);
    packet.sign(&key(50));
    packet
}

fn bound(mut packet: StrokePacket, nonce: &Header) -> StrokePacket {
    packet.binding.document = Digest::sm3("合同正文".as_bytes());
    packet.binding.intent = "同意并签署房屋租赁合同".to_owned();
    packet.binding.nonce = models::packet::Nonce { height: nonce.height, block: nonce.digest() };
    packet.session.device_time = TimeMs(BEGIN + 2_391_250);
    packet.session.attempts = 2;
    packet.session.prompt = "4817".to_owned();
    packet.session.prompt_to_pen_ms = 1840;
    packet.session.total_ms = 7_300;
    packet.sign(&key(50));
    packet
}

fn header(trust: &Trust, height: u64, time: u64) -> Header {
    Header {
        chain: trust.chain,
        height: Height(height),
        epoch: Epoch(0),
        view: View(height + 1),
        parent: Digest::sm3(&height.to_be_bytes()),
        time: TimeMs(time),
        proposer: ValidatorIndex((height % 4) as u16),
        entries: Digest::ZERO,
        event_count: 1,
        ledger_size: 0,
        ledger_sum: Digest::ZERO,
        sm3_root: LogHash::Sm3.empty(),
        sha256_root: LogHash::Sha256.empty(),
        state_root: Digest::ZERO,
        validators: trust.validators.digest(),
        next_validators: trust.validators.digest(),
        model: trust.params.model,
    }
}

/// The enrolment, then the matter: offered, read, confirmed by message, signed, delivered.
fn events(trust: &Trust, (references, questioned): (&[StrokePacket], &StrokePacket), nonce: &Header) -> Vec<Event> {
    let record = |kind: &str, note: &str| Body::Record {
        matter: name(MATTER),
        kind: name(kind),
        content: Digest::sm3(note.as_bytes()),
        note: note.to_owned(),
    };
    let signer = questioned.binding.signer.clone();
    let commitments: Vec<Digest> = references.iter().map(|r| r.commitment(&SALT)).collect();
    let bodies = [
        (3, Body::Enroll { signer: signer.clone(), references: commitments.clone() }),
        (3, record("document.sent", "合同文本送达签名人")),
        (3, record("document.read", "阅读至末页，停留 312 秒")),
        (3, record("intent.sms", "短信验证码核验通过，服务方签名结果见摘要")),
        (
            3,
            Body::Sign {
                matter: name(MATTER),
                signer,
                document: questioned.binding.document,
                packet: questioned.commitment(&SALT),
                nonce: Nonce { height: nonce.height, block: nonce.digest() },
            },
        ),
        (2, record("witness.online", "公证员在线见证")),
    ];
    let mut matter_seq = 0;
    let event = |(seq, (member, body)): (u64, (usize, Body))| {
        matter_seq += u64::from(body.matter().is_some());
        let in_matter = if body.matter().is_some() { matter_seq } else { 0 };
        let appraisal = match &body {
            Body::Sign { .. } => Some(appraised(trust, (references, &commitments), questioned)),
            Body::Enroll { .. } => Some(enrolled(trust, references)),
            _ => None,
        };
        Event {
            seq: Seq(seq),
            height: Height(37 + seq),
            time: TimeMs(BEGIN + 2_000_000 + seq * 100_000),
            matter_seq: in_matter,
            transaction: transaction(trust, (member, body), seq),
            appraisal,
        }
    };
    (0..).zip(bodies).map(event).collect()
}

fn transaction(trust: &Trust, (member, body): (usize, Body), seq: u64) -> Transaction {
    let (org, _, scalar) = MEMBERS[member];
    let key = key(scalar);
    let draft = Draft {
        chain: trust.chain,
        org: name(org),
        key: key.public().id(),
        request: RequestId([seq as u8 + 1; 16]),
        expiry: Height(900),
        body,
    };
    draft.sign(&key).into_inner()
}

fn appraised(
    trust: &Trust,
    (references, commitments): (&[StrokePacket], &[Digest]),
    questioned: &StrokePacket,
) -> Appraisal {
    let model = Appraiser::graph();
    let template = model.enrol(references).expect("references of one writer are enrolled");
    let opinion = model.appraise(questioned, Some(&template)).expect("a synthetic signature is appraised");
    let digest = template_digest(&trust.chain, commitments);
    Appraisal {
        model: model.digest(),
        template: digest,
        llr: opinion.llr,
        llr_random: opinion.llr_random,
        band: trust.params.thresholds.band_of(opinion.llr, &digest),
        grade: opinion.grade,
        flags: opinion.flags,
        seen: references.len() as u64,
        fingerprints: vec![fingerprint(&trust.chain, &questioned.samples_digest())],
    }
}

fn enrolled(trust: &Trust, references: &[StrokePacket]) -> Appraisal {
    Appraisal {
        model: trust.params.model,
        template: Digest::ZERO,
        llr: None,
        llr_random: None,
        band: Band::Uncompared,
        grade: Grade::B,
        flags: 1,
        seen: 0,
        fingerprints: references.iter().map(|r| fingerprint(&trust.chain, &r.samples_digest())).collect(),
    }
}

/// The receipt of the signing and the matter's proof, at a checkpoint two minutes later.
fn proven(trust: &Trust, events: &[Event], nonce: Header) -> (Receipt, MatterFile) {
    let seq = events.iter().position(Event::is_control_node).expect("the specimen signs") as u64;
    let of_matter: Vec<Event> = events.iter().filter(|e| e.matter_seq > 0).cloned().collect();
    let zero = matter_sum_zero(&trust.chain, &name(MATTER));
    let sum = of_matter.iter().fold(zero, |sum, e| next_sum(&sum, &e.digest()));
    let leaf = MatterLeaf { count: of_matter.len() as u64, sum };
    let terminal = (StateKey::Matter(name(MATTER)).path(), Digest::sm3(&leaf.to_bytes()));
    let mut header = Header { ledger_size: events.len() as u64, ..self::header(trust, 44, nonce.time.0 + 180_000) };
    header.parent = nonce.digest();
    header.state_root = leaf_hash(&terminal.0, &terminal.1);
    header.ledger_sum =
        events.iter().fold(proto::event::ledger_sum_zero(&trust.chain), |s, e| next_sum(&s, &e.digest()));
    let (sm3_root, sm3_path) = log(LogHash::Sm3, events, seq);
    let (sha256_root, sha256_path) = log(LogHash::Sha256, events, seq);
    (header.sm3_root, header.sha256_root) = (sm3_root, sha256_root);
    let subject = Subject::of(VoteKind::Finalize, &header);
    let vote = |(i, member): (u16, &(&str, Role, u8))| {
        Vote::sign(subject, ValidatorIndex(i), &trust.chain, &key(member.2 + 100))
    };
    // The third validator's vote came too late.
    let votes: Vec<_> = (0..).zip(&MEMBERS[..4]).filter(|(i, _)| *i != 2).map(vote).collect();
    let certificate = Certificate::assemble(&votes, 3).expect("three of four agree").into_inner();
    let checkpoint = Checkpoint { header, certificate };
    let proof = MatterProof {
        matter: name(MATTER),
        leaf: Some(leaf),
        proof: StateProof { siblings: vec![], terminal: Some(terminal) },
        checkpoint: checkpoint.clone(),
    };
    let event = events[seq as usize].clone();
    (Receipt { event, sm3_path, sha256_path, checkpoint }, MatterFile { proof, events: of_matter })
}

fn log(hash: LogHash, events: &[Event], seq: u64) -> (Digest, Vec<Digest>) {
    let mut frontier = Frontier::new(hash);
    let mut nodes = std::collections::BTreeMap::new();
    for event in events {
        nodes.extend(frontier.push(&event.to_bytes()));
    }
    let node = |position| Ok::<_, Infallible>(nodes[&position]);
    let Ok(path) = Prover { hash, node }.inclusion(seq, events.len() as u64);
    (frontier.root(), path)
}

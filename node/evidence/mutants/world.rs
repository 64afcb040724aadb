//! A ledger that never was: fixed keys, synthetic writers, fourteen events in eight blocks, two epochs. All its secrets are
//! here, so that a test can forge what an attacker could, and what a conspiracy of all validators could.

mod birth;
mod dossiers;
mod tree;

pub use birth::{MODEL, START, certify, key, make_genesis, name, organisation, set, voting_key};

use evidence::{Dossier, Files, SealedPacket, StateEntry, StateFile, Variant};
use genesis::Genesis;
use models::Writer;
use models::packet::Nonce as PacketNonce;
use proto::appraisal::{fingerprint, template_digest};
use proto::event::{ledger_sum_zero, matter_sum_zero, next_sum};
use proto::merkle::{Frontier, LogHash, Position, Prover};
use proto::state::{MatterLeaf, RetiredKeyLeaf, StateKey};
use proto::*;
use std::collections::BTreeMap;
use tree::{prove, root};

/// Which block each event is in.
const HEIGHTS: [u64; 14] = [1, 1, 2, 3, 4, 4, 5, 6, 6, 7, 7, 8, 8, 8];
/// The block that closes epoch 0, and the newest.
pub const CLOSES: u64 = 5;
pub const TIP: u64 = 8;

/// Leaves of the state: canonical key, canonical value.
pub type Leaves = BTreeMap<Vec<u8>, Vec<u8>>;

/// What somebody with all keys may change before it is signed.
pub struct Twist<'a> {
    /// Events before they are hashed; signatures of organisations stay as they are.
    pub events: &'a dyn Fn(&mut Vec<Event>),
    /// Headers before the next one names them and validators sign them.
    pub header: &'a dyn Fn(&mut Header),
    /// Leaves of the state.
    pub state: &'a dyn Fn(&mut Leaves),
    /// What the platform found before the signing, before a step carries it.
    pub will: &'a dyn Fn(&World, &mut IntentResult),
    /// Who signs the newest block.
    pub voters: &'a [u16],
    /// The seed of the network: another one is another ledger.
    pub seed: &'a str,
}

impl Default for Twist<'_> {
    fn default() -> Self {
        Self { events: &|_| {}, header: &|_| {}, state: &|_| {}, will: &|_, _| {}, voters: &[0, 1, 3, 4], seed: "" }
    }
}

pub struct World {
    pub seed: String,
    pub genesis: Genesis,
    pub chain: ChainId,
    pub events: Vec<Event>,
    pub headers: Vec<Header>,
    pub checkpoint: Checkpoint,
    pub trail: Trail,
    pub packets: BTreeMap<u64, Vec<SealedPacket>>,
    will: Option<IntentResult>,
    state: Leaves,
}

impl World {
    pub fn new(twist: &Twist<'_>) -> Self {
        let genesis = make_genesis(twist.seed);
        let chain = genesis.chain_id();
        let mut world = Self {
            seed: twist.seed.to_owned(),
            chain,
            events: Vec::new(),
            headers: Vec::new(),
            checkpoint: Checkpoint { header: blank(chain), certificate: none() },
            trail: Trail::default(),
            packets: BTreeMap::new(),
            will: None,
            state: BTreeMap::new(),
            genesis,
        };
        let mut will = world.found(Method::Password, 900);
        (twist.will)(&world, &mut will);
        world.will = Some(will);
        world.events = world.plan();
        (twist.events)(&mut world.events);
        world.state = world.leaves();
        (twist.state)(&mut world.state);
        for height in 0..=TIP {
            world.block(height, twist);
        }
        world
    }
    /// All events, signed, without a place in a header. Nonces name headers, so blocks 2 and 3 are made on the way.
    fn plan(&mut self) -> Vec<Event> {
        let (zhang, li) = (Writer::new(7), Writer::new(8));
        let references: Vec<_> = (0..3).map(|n| self.sealed(&zhang, 2 * n, None)).collect();
        let commitments: Vec<Digest> = references.iter().map(SealedPacket::commitment).collect();
        let template = template_digest(&self.chain, &commitments);
        let record = |matter: &str, note: &str| Body::Record {
            matter: name(matter),
            kind: name("sent"),
            content: Digest::sm3(note.as_bytes()),
            note: note.to_owned(),
        };
        let mut list: Vec<Event> = Vec::new();
        let enroll = Body::Enroll { signer: zhang.signer(), references: commitments };
        let opinion = self.opinion(&references, None);
        self.packets.insert(0, references);
        self.push(&mut list, "platform op1", enroll, Some(opinion));
        let step = |result: IntentResult, note: &str| Body::Record {
            matter: name("contract-7"),
            kind: result.finding.method.step(),
            content: result.digest(),
            note: note.to_owned(),
        };
        self.push(&mut list, "platform op1", step(self.will(), "已送达 \"A\\1\""), None);
        let anchor = Body::Anchor {
            matter: name("file-9"),
            content: Digest::sm3(b"a record"),
            size: 4096,
            locator: "档号 1987-3".to_owned(),
        };
        self.push(&mut list, "archive-one archive", anchor, None);
        for (writer, before, compared) in [(&zhang, 2, Some((1234, template))), (&li, 3, None)] {
            let body = self.signing(writer, before, &list);
            let packet = self.packets.remove(&u64::MAX).unwrap();
            let opinion = self.opinion(&packet, compared);
            self.packets.insert(list.len() as u64, packet);
            self.push(&mut list, "platform op1", body, Some(opinion));
        }
        self.push(&mut list, "platform op1", record("contract-8", ""), None);
        let approve = Body::Govern(Govern::Approve { motion: Digest::sm3(b"motion") });
        self.push(&mut list, "court-one court", approve, None);
        let fault = Body::Fault(self.fault());
        self.push(&mut list, "notary-north vote 0", fault, None);
        self.push(&mut list, "platform op2", record("contract-7", "by a key that came later"), None);
        let attest = Body::Attest {
            matter: name("contract-7"),
            target: Seq(3),
            target_hash: list[3].digest(),
            statement: "seen".to_owned(),
        };
        self.push(&mut list, "court-one court", attest, None);
        self.push(&mut list, "platform op3", record("contract-7", "by a key that was revoked later"), None);
        let access = Body::Access {
            matter: name("contract-7"),
            target: Seq(3),
            target_hash: list[3].digest(),
            authority: "order 2026-17".to_owned(),
            order: Digest::sm3(b"the order"),
        };
        self.push(&mut list, "court-one court", access, None);
        self.push(&mut list, "platform op1", record("contract-9", "the newest"), None);
        self.push(&mut list, "platform op1", step(self.late(), "platform for synthetic-7"), None);
        list
    }
    fn push(&self, list: &mut Vec<Event>, by: &str, body: Body, appraisal: Option<Appraisal>) {
        let (org, key) = by.split_once(' ').unwrap();
        let n = list.len();
        let matter_seq = body.matter().map_or(0, |m| {
            1 + list.iter().filter(|e: &&Event| e.transaction.draft.body.matter() == Some(m)).count() as u64
        });
        let transaction = self.transaction(n as u8, (org, key), body);
        let time = TimeMs(START + 1000 * HEIGHTS[n]);
        list.push(Event { seq: Seq(n as u64), height: Height(HEIGHTS[n]), time, matter_seq, transaction, appraisal });
    }
    pub fn transaction(&self, n: u8, (org, with): (&str, &str), body: Body) -> Transaction {
        let key = key(&format!("{}{with}", self.seed));
        let draft = Draft {
            chain: self.chain,
            org: name(org),
            key: key.public().id(),
            request: RequestId([n; 16]),
            expiry: Height(900),
            body,
        };
        draft.sign(&key).into_inner()
    }
    fn sealed(&self, writer: &Writer, n: u64, act: Option<(Digest, PacketNonce)>) -> SealedPacket {
        let mut packet = writer.sign(n);
        if let Some((document, nonce)) = act {
            packet.binding.document = document;
            packet.binding.nonce = nonce;
        }
        packet.sign(&key(&format!("{}op1", self.seed)));
        SealedPacket { salt: Digest::sm3(format!("salt {n} {}", writer.signer()).as_bytes()).0, packet }
    }
    fn signing(&mut self, writer: &Writer, before: u64, so_far: &[Event]) -> Body {
        // The headers of the blocks that signings name come before the signings: made of what is known then.
        let header = self.early(before, so_far);
        let (height, block, document) = (header.height, header.digest(), Digest::sm3(b"the contract"));
        let packet = self.sealed(writer, 31, Some((document, PacketNonce { height, block })));
        let commitment = packet.commitment();
        self.packets.insert(u64::MAX, vec![packet]);
        Body::Sign {
            matter: name("contract-7"),
            signer: writer.signer(),
            document,
            packet: commitment,
            nonce: Nonce { height, block },
        }
    }
    fn opinion(&self, packets: &[SealedPacket], compared: Option<(i32, Digest)>) -> Appraisal {
        let llr = compared.map(|(llr, _)| llr);
        let template = compared.map_or(Digest::ZERO, |(_, t)| t);
        Appraisal {
            model: self.genesis.params.model,
            template,
            llr,
            llr_random: llr.map(|v| v + 900),
            band: self.genesis.params.thresholds.band_of(llr, &template),
            grade: Grade::B,
            flags: 0b10_0000_0001,
            seen: 3,
            fingerprints: packets.iter().map(|p| fingerprint(&self.chain, &p.packet.samples_digest())).collect(),
        }
    }
    /// What the platform found before the signing; the second event carries it.
    pub fn will(&self) -> IntentResult {
        self.will.clone().unwrap()
    }
    /// What it found when the signing was over; the last event carries it.
    pub fn late(&self) -> IntentResult {
        self.found(Method::Liveness, 7900)
    }
    fn found(&self, method: Method, after: u64) -> IntentResult {
        let finding = Finding {
            chain: self.chain,
            method,
            signer: name("synthetic-7"),
            document: Digest::sm3(b"the contract"),
            passed: true,
            time: TimeMs(START + after),
            duration_ms: 5200,
            log: Digest::sm3(b"a log"),
            note: "case 12".to_owned(),
        };
        IntentResult::sign(finding, name("platform"), &key(&format!("{}op1", self.seed)))
    }
    pub fn fault(&self) -> FaultProof {
        let vote = |block: &[u8]| {
            let subject = Subject {
                kind: VoteKind::Notarize,
                epoch: Epoch(0),
                view: View(3),
                height: Height(3),
                block: Digest::sm3(block),
            };
            Vote::sign(subject, ValidatorIndex(3), &self.chain, &voting_key(&self.seed, 3))
        };
        FaultProof::new(&vote(b"one"), &vote(b"two")).unwrap().into_inner()
    }
    /// The header of an early block, of the events until then. State and twists play no part in it.
    fn early(&self, height: u64, events: &[Event]) -> Header {
        (0..=height).fold(blank(self.chain), |parent, at| self.header(at, &parent, events))
    }
    fn header(&self, height: u64, parent: &Header, events: &[Event]) -> Header {
        let upto: Vec<&Event> = events.iter().filter(|e| e.height.0 <= height).collect();
        let epoch = u64::from(height > CLOSES);
        let reigning = set(&self.seed, if epoch == 0 { 4 } else { 5 }, epoch).digest();
        let closes = height == CLOSES;
        let [sm3_root, sha256_root] = LogHash::ALL.map(|hash| frontier(hash, &upto).0.root());
        Header {
            height: Height(height),
            epoch: Epoch(epoch),
            view: View(height + 1 - epoch * CLOSES),
            parent: if height == 0 { Digest::ZERO } else { parent.digest() },
            time: TimeMs(START + 1000 * height),
            event_count: upto.iter().filter(|e| e.height.0 == height).count() as u32,
            ledger_size: upto.len() as u64,
            ledger_sum: upto.iter().fold(ledger_sum_zero(&self.chain), |s, e| next_sum(&s, &e.digest())),
            sm3_root,
            sha256_root,
            validators: reigning,
            next_validators: if closes { set(&self.seed, 5, 1).digest() } else { reigning },
            model: self.genesis.params.model,
            ..blank(self.chain)
        }
    }
    fn block(&mut self, height: u64, twist: &Twist<'_>) {
        let parent = self.headers.last().cloned().unwrap_or_else(|| blank(self.chain));
        let mut header = self.header(height, &parent, &self.events);
        if height == TIP {
            header.state_root = root(&self.hashed(), 0);
            (twist.header)(&mut header);
            let certificate = self.certify(&header, twist.voters);
            self.checkpoint = Checkpoint { header: header.clone(), certificate };
        }
        if height == CLOSES {
            let certificate = self.certify(&header, &[0, 1, 2]);
            let validators = set(&self.seed, 5, 1);
            self.trail.links.push(Link::Closed { header: header.clone(), certificate, validators });
        }
        self.headers.push(header);
    }
    pub fn certify(&self, header: &Header, who: &[u16]) -> Certificate {
        certify(&self.seed, &self.chain, Subject::of(VoteKind::Finalize, header), who)
    }
    fn leaves(&self) -> Leaves {
        let mut leaves = BTreeMap::new();
        for matter in ["contract-7", "contract-8", "contract-9", "file-9"].map(name) {
            leaves.insert(StateKey::Matter(matter.clone()).to_bytes(), self.leaf(&matter).to_bytes());
        }
        let late = organisation(&self.seed, "platform", Role::Operator, &["op1", "op2"]);
        for org in self.genesis.organisations.iter().filter(|o| o.name != late.name).chain([&late]) {
            leaves.insert(StateKey::Organisation(org.name.clone()).to_bytes(), org.to_bytes());
        }
        let retired = key(&format!("{}op3", self.seed)).public().clone();
        let leaf = RetiredKeyLeaf { org: name("platform"), key: retired, height: Height(8) };
        leaves.insert(StateKey::RetiredKey(leaf.key.id()).to_bytes(), leaf.to_bytes());
        for signer in ["synthetic-7", "synthetic-8"] {
            leaves.insert(
                StateKey::History(name(signer)).to_bytes(),
                proto::state::HistoryLeaf { packets: 4 }.to_bytes(),
            );
        }
        leaves
    }
    pub fn leaf(&self, matter: &Name) -> MatterLeaf {
        let events = self.of_matter(matter);
        let sum = events.iter().fold(matter_sum_zero(&self.chain, matter), |s, e| next_sum(&s, &e.digest()));
        MatterLeaf { count: events.len() as u64, sum }
    }
    fn of_matter(&self, matter: &Name) -> Vec<Event> {
        self.events.iter().filter(|e| e.transaction.draft.body.matter() == Some(matter)).cloned().collect()
    }
    fn hashed(&self) -> BTreeMap<Digest, Digest> {
        self.state.iter().map(|(key, value)| (Digest::sm3(key), Digest::sm3(value))).collect()
    }
    pub fn entry(&self, key: &StateKey) -> StateEntry {
        let key = key.to_bytes();
        StateEntry { value: self.state[&key].clone(), proof: prove(&self.hashed(), &Digest::sm3(&key)), key }
    }
}

fn none() -> Certificate {
    Certificate { subject: Subject::nullify(Epoch(0), View(0)), votes: Vec::new() }
}

fn blank(chain: ChainId) -> Header {
    Header {
        chain,
        height: Height(0),
        epoch: Epoch(0),
        view: View(0),
        parent: Digest::ZERO,
        time: TimeMs(START),
        proposer: ValidatorIndex(1),
        entries: Digest::sm3(b"entries"),
        event_count: 0,
        ledger_size: 0,
        ledger_sum: Digest::ZERO,
        sm3_root: Digest::ZERO,
        sha256_root: Digest::ZERO,
        state_root: Digest::ZERO,
        validators: Digest::ZERO,
        next_validators: Digest::ZERO,
        model: Digest::ZERO,
    }
}

fn frontier(hash: LogHash, events: &[&Event]) -> (Frontier, BTreeMap<Position, Digest>) {
    let mut frontier = Frontier::new(hash);
    let nodes = events.iter().flat_map(|e| frontier.push(&e.to_bytes())).collect();
    (frontier, nodes)
}

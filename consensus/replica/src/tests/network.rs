//! Four replicas with stores in memory, one clock, and one queue of messages.

use crate::{Actions, Input, Limits, Memory, Message, Notice, Outbound, PeerMessage, Replica, Setup, To};
use ledger::{Batch, Birth, birth};
use proto::appraisal::fingerprint;
use proto::{
    Appraisal, Body, Canonical, Digest, Draft, Epoch, Grade, Height, KeyId, Name, Nonce, Organisation, Params,
    RequestId, Role, SecretKey, Thresholds, TimeMs, Transaction, TxId, Validator, ValidatorIndex, ValidatorSet,
    Verified, Vote, VoteKind,
};
use std::collections::VecDeque;

pub const MODEL: Digest = Digest([7; 32]);

/// What is added to an observer's number.
const OBSERVERS: usize = proto::validators::VALIDATORS_MAX;

pub fn name(text: &str) -> Name {
    Name::new(text, "test").unwrap()
}

pub fn secret(number: u8) -> SecretKey {
    let mut scalar = [0; 32];
    scalar[31] = number;
    SecretKey::from_scalar(&scalar, "test").unwrap()
}

pub struct Node {
    pub replica: Replica,
    pub disk: Batch,
    pub notices: Vec<Notice>,
    wake_at: Option<TimeMs>,
    /// What its shell can answer `WantTransactions` with.
    pub shelf: Vec<(Verified<Transaction>, Option<Appraisal>)>,
    pub up: bool,
    /// Whether its shell has an opinion on packets that it is asked about.
    pub appraises: bool,
}

pub struct Network {
    pub birth: Birth,
    pub nodes: Vec<Node>,
    pub now: TimeMs,
    queue: VecDeque<(usize, usize, Message)>,
    requests: u8,
    pub limits: Limits,
    /// Transactions that hold the same writing, as every shell finds.
    pub rivals: Vec<TxId>,
    /// Messages that were delivered, by kind, for tests of who says how much.
    pub asked_for_transactions: usize,
    /// How sure a node that is started is of its disk.
    pub memory: Memory,
    /// Every vote that ever left a node.
    pub said: Vec<Vote>,
}

impl Network {
    pub fn new() -> Self {
        Self::with(|_| {})
    }
    pub fn with(change: impl FnOnce(&mut Params)) -> Self {
        Self::of(4, change)
    }
    /// Four validators, and observers up to this many nodes. Node `i` has key `i + 1`.
    pub fn of(nodes: usize, change: impl FnOnce(&mut Params)) -> Self {
        let validator = |n: u8| Validator { org: name("notary"), key: secret(n).public().clone() };
        let mut params = Params {
            model: MODEL,
            thresholds: Thresholds { accept_at: 500, reject_below: -500 },
            epsilon_mb: 0,
            allow_synthetic: false,
            nonce_age_max_ms: 600_000,
            expiry_max_blocks: 1_000,
            block_events_max: 16,
            packet_bytes_max: 1 << 16,
            leader_timeout_ms: 300,
            view_timeout_ms: 300,
            heartbeat_ms: 0,
            clock_skew_max_ms: 5_000,
        };
        change(&mut params);
        let platform =
            Organisation { name: name("platform"), role: Role::Operator, keys: vec![secret(11).public().clone()] };
        let notary = Organisation { name: name("notary"), role: Role::Notary, keys: vec![secret(12).public().clone()] };
        let birth = Birth {
            chain: Digest::sm3(b"a network for tests"),
            time: TimeMs(1_000_000),
            params,
            organisations: vec![platform, notary],
            validators: ValidatorSet::new((1..=4).map(validator).collect()).unwrap(),
            rescue: proto::RescueKeys { threshold: 2, keys: [61, 62, 63].map(|n| secret(n).public().clone()).into() },
        };
        let mut network = Self {
            nodes: Vec::new(),
            now: TimeMs(1_001_000),
            queue: VecDeque::new(),
            requests: 0,
            birth,
            limits: Limits::default(),
            asked_for_transactions: 0,
            rivals: Vec::new(),
            memory: Memory::Whole,
            said: Vec::new(),
        };
        for index in 0..nodes {
            let disk = birth_rows(&network.birth);
            let replica = network.replica(index, &disk);
            let node = Node {
                replica,
                disk,
                notices: Vec::new(),
                wake_at: None,
                shelf: Vec::new(),
                up: true,
                appraises: true,
            };
            network.nodes.push(node);
        }
        (0..nodes).for_each(|i| network.step(i, Input::Start));
        network.run(0);
        network
    }
    fn replica(&self, index: usize, disk: &Batch) -> Replica {
        self.replica_of(index, disk, 1)
    }
    fn replica_of(&self, index: usize, disk: &Batch, software: u32) -> Replica {
        let setup = Setup {
            chain: self.birth.chain,
            validators: self.birth.validators.clone(),
            identity: Some((ValidatorIndex(index as u16), secret(index as u8 + 1))),
            key: Some(secret(index as u8 + 1)),
            software,
            params: self.birth.params.clone(),
            limits: self.limits,
            memory: self.memory,
            vote_from: proto::View(0),
            quorum: self.birth.validators.quorum(),
        };
        Replica::new(setup, disk).unwrap()
    }
    /// The node with an older program.
    pub fn older(&self, index: usize) -> Replica {
        self.replica_of(index, &self.nodes[index].disk, 0)
    }
    /// The process ends and starts again: only its disk is left.
    pub fn restart(&mut self, index: usize) {
        self.nodes[index].replica = self.replica(index, &self.nodes[index].disk);
        self.nodes[index].up = true;
        self.queue.retain(|(_, to, _)| *to != index);
        self.step(index, Input::Start);
        self.run(0);
    }
    pub fn step(&mut self, index: usize, input: Input) {
        let node = &mut self.nodes[index];
        let Actions { persist, send, notify, wake_at, .. } = node.replica.step(self.now, input, &node.disk).unwrap();
        node.disk.merge(persist);
        node.wake_at = wake_at;
        let renew: Vec<TxId> =
            notify.iter().filter_map(|n| if let Notice::Reappraise { tx } = n { Some(*tx) } else { None }).collect();
        node.notices.extend(notify);
        for Outbound { to, message } in send {
            match &message {
                Message::Vote(vote) => self.said.push(**vote),
                Message::Proposal(proposal) => self.said.push(*proposal.leader_vote()),
                _ => {}
            }
            let targets: Vec<usize> = match to {
                To::All => (0..self.nodes.len()).filter(|t| *t != index).collect(),
                // Observers are called by numbers of their own; sets only grow at the end here.
                To::One(one) => vec![usize::from(one.0) % OBSERVERS],
            };
            targets.into_iter().for_each(|t| self.queue.push_back((index, t, message.clone())));
        }
        renew.into_iter().for_each(|tx| self.reappraise(index, tx));
    }
    /// What a shell does when references changed: the same number against the new ones.
    fn reappraise(&mut self, index: usize, tx: TxId) {
        let node = &self.nodes[index];
        let committed = |t: &TxId| ledger::seq_of(&node.disk, t).unwrap().is_some();
        if self.rivals.contains(&tx) && self.rivals.iter().any(committed) {
            return self.step(index, Input::Unappraisable { tx });
        }
        let Some((transaction, Some(old))) = node.shelf.iter().find(|(t, _)| t.id() == tx).cloned() else { return };
        let signer = transaction.draft.body.signer().cloned().unwrap();
        let template = ledger::signer(&node.disk, &signer).unwrap().map_or(Digest::ZERO, |l| l.template);
        let llr = (template != Digest::ZERO).then_some(900);
        let (band, llr_random) = (self.birth.params.thresholds.band(llr), llr.map(|v| v + 500));
        let seen = ledger::history(&node.disk, &signer).unwrap();
        self.admit(index, transaction, Some(Appraisal { template, llr, llr_random, band, seen, ..old }));
    }
    pub fn admit(&mut self, index: usize, transaction: Verified<Transaction>, appraisal: Option<Appraisal>) {
        let node = &mut self.nodes[index];
        let held = node.shelf.iter().map(|(t, _)| t.id()).filter(|t| self.rivals.contains(t));
        let rivals = if self.rivals.contains(&transaction.id()) { held.collect() } else { Vec::new() };
        node.shelf.retain(|(t, _)| t.id() != transaction.id());
        node.shelf.push((transaction.clone(), appraisal.clone()));
        self.step(index, Input::Admitted { transaction, appraisal, rivals });
    }
    pub fn admit_everywhere(&mut self, transaction: &Verified<Transaction>, appraisal: Option<&Appraisal>) {
        for index in (0..self.nodes.len()).filter(|i| self.nodes[*i].up).collect::<Vec<_>>() {
            self.admit(index, transaction.clone(), appraisal.cloned());
        }
    }
    /// Delivers and lets time pass for `ms`.
    pub fn run(&mut self, ms: u64) {
        let end = TimeMs(self.now.0 + ms);
        loop {
            while let Some((from, to, message)) = self.queue.pop_front() {
                self.deliver(from, to, message);
            }
            let next = self.nodes.iter().filter(|n| n.up).filter_map(|n| n.wake_at).min();
            let Some(next) = next.filter(|n| *n <= end) else { break };
            self.now = self.now.max(next);
            for index in 0..self.nodes.len() {
                let node = &self.nodes[index];
                if node.up && node.wake_at.is_some_and(|at| at <= self.now) {
                    self.step(index, Input::Tick);
                }
            }
        }
        self.now = end;
    }
    /// The process ends in the middle of things; what is on its way to it still arrives.
    pub fn restart_rudely(&mut self, index: usize) {
        self.nodes[index].replica = self.replica(index, &self.nodes[index].disk);
        self.step(index, Input::Start);
    }
    /// Like `run`, but messages come in any order, `loss` percent of them never, and some twice.
    pub fn stir(&mut self, ms: u64, mut roll: impl FnMut(u64) -> u64, loss: u64) {
        let end = TimeMs(self.now.0 + ms);
        while self.now < end {
            for _ in 0..roll(12) {
                let at = roll(self.queue.len().max(1) as u64) as usize;
                let Some((from, to, message)) = self.queue.remove(at) else { break };
                if roll(20) == 0 {
                    self.queue.push_back((from, to, message.clone()));
                }
                if roll(100) >= loss {
                    self.deliver(from, to, message);
                }
            }
            self.now.0 += 1 + roll(10);
            for index in 0..self.nodes.len() {
                if self.nodes[index].wake_at.is_some_and(|at| at <= self.now) {
                    self.step(index, Input::Tick);
                }
            }
        }
    }
    fn deliver(&mut self, from: usize, to: usize, message: Message) {
        if !self.nodes[from].up || !self.nodes[to].up {
            return;
        }
        // Through the wire form, as between real nodes. Signatures of our own are not checked again here.
        let bytes = PeerMessage::from(&message).to_bytes();
        assert_eq!(PeerMessage::from_bytes(&bytes).unwrap(), PeerMessage::from(&message));
        if let Message::WantTransactions(ids) = &message {
            self.asked_for_transactions += ids.len();
            return self.answer(from, to, ids);
        }
        let message = match self.nodes[to].replica.validators() {
            // What comes out of a store is checked by whoever gets it, in its own epoch.
            set if matches!(message, Message::Stored(_))
                && PeerMessage::from(&message).foreign(set.epoch()).is_none() =>
            {
                PeerMessage::from(&message).verify(&self.birth.chain, set).expect("its signatures hold")
            }
            _ if matches!(message, Message::Stored(_)) => {
                let epoch = PeerMessage::from(&message).foreign(Epoch(u64::MAX)).expect("it is of some epoch");
                return self.step(to, Input::Foreign { from: ValidatorIndex(from as u16), epoch });
            }
            _ => message,
        };
        let votes = from < self.nodes[to].replica.validators().count();
        let from = ValidatorIndex(if votes { from } else { OBSERVERS + from } as u16);
        self.step(to, Input::Message { from, message });
    }
    /// The shell of `holder` sends what it has; the shell of `asker` appraises and admits it, or does not.
    fn answer(&mut self, asker: usize, holder: usize, ids: &[TxId]) {
        let found: Vec<_> = self.nodes[holder].shelf.iter().filter(|(t, _)| ids.contains(&t.id())).cloned().collect();
        for (transaction, appraisal) in found {
            if appraisal.is_some() && !self.nodes[asker].appraises {
                self.step(asker, Input::Unappraisable { tx: transaction.id() });
            } else {
                self.admit(asker, transaction, appraisal);
            }
        }
    }
    fn draft(&mut self, body: Body) -> Draft {
        self.requests += 1;
        let key: KeyId = secret(11).public().id();
        let request = RequestId([self.requests; 16]);
        Draft { chain: self.birth.chain, org: name("platform"), key, request, expiry: Height(900), body }
    }
    pub fn sign(&mut self, body: Body) -> Verified<Transaction> {
        self.draft(body).sign(&secret(11))
    }
    pub fn record(&mut self, matter: &str) -> Verified<Transaction> {
        let body = Body::Record {
            matter: name(matter),
            kind: name("sent"),
            content: Digest::sm3(matter.as_bytes()),
            note: String::new(),
        };
        self.sign(body)
    }
    pub fn enrolment(&mut self, signer: &str, sample: &str) -> (Verified<Transaction>, Appraisal) {
        let body = Body::Enroll { signer: name(signer), references: vec![Digest::sm3(sample.as_bytes())] };
        let seen = ledger::history(&self.nodes[0].disk, &name(signer)).unwrap();
        (self.sign(body), Appraisal { seen, ..self.opinion(None, sample) })
    }
    pub fn signing(&mut self, signer: &str, sample: &str, llr: Option<i32>) -> (Verified<Transaction>, Appraisal) {
        let tip = self.nodes[0].replica.tip();
        let body = Body::Sign {
            matter: name("contract"),
            signer: name(signer),
            document: Digest([1; 32]),
            packet: Digest::sm3(sample.as_bytes()),
            nonce: Nonce { height: tip.header.height, block: tip.digest },
        };
        let leaf = ledger::signer(&self.nodes[0].disk, &name(signer)).unwrap();
        let mut appraisal = self.opinion(llr, sample);
        appraisal.template = leaf.map_or(Digest::ZERO, |l| l.template);
        appraisal.seen = ledger::history(&self.nodes[0].disk, &name(signer)).unwrap();
        (self.sign(body), appraisal)
    }
    fn opinion(&self, llr: Option<i32>, sample: &str) -> Appraisal {
        Appraisal {
            model: MODEL,
            template: Digest::ZERO,
            llr,
            llr_random: llr.map(|v| v + 500),
            band: self.birth.params.thresholds.band(llr),
            grade: Grade::B,
            flags: 0,
            seen: 0,
            fingerprints: vec![fingerprint(&self.birth.chain, &Digest::sm3(sample.as_bytes()))],
        }
    }
    /// Votes of one validator in one view of which it may have cast only one.
    pub fn contradictions(&self) -> Vec<(Vote, Vote)> {
        let clash = |a: &Vote, b: &Vote| {
            let (x, y) = (&a.subject, &b.subject);
            let same = a.validator == b.validator && (x.epoch, x.view) == (y.epoch, y.view);
            let kinds = [x.kind, y.kind];
            let both = kinds.contains(&VoteKind::Nullify) && kinds.contains(&VoteKind::Finalize);
            same && (both || (x.kind == y.kind && x.block != y.block))
        };
        let pairs = self.said.iter().enumerate().flat_map(|(i, a)| self.said[..i].iter().map(move |b| (*a, *b)));
        pairs.filter(|(a, b)| clash(a, b)).collect()
    }
    pub fn size(&self, index: usize) -> u64 {
        self.nodes[index].replica.tip().header.ledger_size
    }
    pub fn height(&self, index: usize) -> u64 {
        self.nodes[index].replica.tip().header.height.0
    }
    /// All nodes that are up hold the same chain.
    pub fn agree(&self) {
        let tips: Vec<_> = self.nodes.iter().filter(|n| n.up).map(|n| n.replica.tip().digest).collect();
        assert!(tips.windows(2).all(|w| w[0] == w[1]), "tips differ: {tips:?}");
    }
}

pub fn birth_rows(rows: &Birth) -> Batch {
    birth(rows).1
}

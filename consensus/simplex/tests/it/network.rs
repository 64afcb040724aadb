//! Engines on a seeded network with an application that accepts every block: loss, delay, crashes, and a checker of
//! agreement. Time is a number.

use crate::fixture::{closing, genesis, header, setup};
use proto::{Digest, Epoch, Header, Height, TimeMs, ValidatorIndex, View, VoteKind};
use simplex::{Actions, Ask, Engine, Head, Input, Message, Notice, Outbound, Record, Setup, To};
use std::collections::{BTreeMap, BTreeSet};

/// splitmix64 (Steele, Lea, Flood 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

pub struct Node {
    pub engine: Engine,
    pub journal: Vec<Record>,
    pub committed: Head,
    pub epoch: Epoch,
    pub up: bool,
    pub work: bool,
    pub wake_at: Option<TimeMs>,
    pub faults: usize,
}

pub struct Network {
    pub nodes: Vec<Node>,
    pub now: u64,
    pub loss_percent: u64,
    pub delay_ms: u64,
    /// Final blocks by height, as any node knew them: the canonical history.
    pub history: BTreeMap<Height, Digest>,
    /// Nodes whose messages are lost, both ways.
    pub cut: BTreeSet<usize>,
    pub sent: usize,
    /// Every block of a height that this divides closes its epoch; 0: none does.
    pub closes_every: u64,
    /// Finalize votes that are lost besides.
    pub finalize_loss_percent: u64,
    /// The last blocks of past epochs, in order.
    pub closed: Vec<Head>,
    /// Notarize votes for a block in another view than its own.
    pub voted_again: usize,
    blocks: BTreeMap<Digest, Header>,
    dice: Dice,
    flight: BTreeMap<(u64, u64), (usize, usize, Message)>,
    builds: Vec<(usize, View, Head)>,
    count: u64,
}

impl Network {
    pub fn new(size: u16, seed: u64) -> Self {
        let node = |i| Node {
            engine: Engine::new(setup(size, Some(i), vec![])),
            journal: vec![],
            committed: genesis(),
            epoch: Epoch(0),
            up: true,
            work: true,
            wake_at: Some(TimeMs(0)),
            faults: 0,
        };
        let mut net = Self {
            nodes: (0..size).map(node).collect(),
            now: 1000,
            loss_percent: 0,
            delay_ms: 5,
            history: BTreeMap::new(),
            cut: BTreeSet::new(),
            sent: 0,
            closes_every: 0,
            finalize_loss_percent: 0,
            closed: vec![],
            voted_again: 0,
            blocks: BTreeMap::new(),
            dice: Dice(seed),
            flight: BTreeMap::new(),
            builds: vec![],
            count: 0,
        };
        (0..net.nodes.len()).for_each(|i| net.start(i));
        net
    }
    fn start(&mut self, at: usize) {
        self.input(at, Input::Start);
        self.input(at, Input::Work(self.nodes[at].work));
    }
    pub fn work(&mut self, work: bool) {
        for at in 0..self.nodes.len() {
            self.nodes[at].work = work;
            if self.nodes[at].up {
                self.input(at, Input::Work(work));
            }
        }
    }
    pub fn crash(&mut self, at: usize) {
        self.nodes[at].up = false;
    }
    pub fn restart(&mut self, at: usize) {
        self.renew(at);
        self.nodes[at].up = true;
        self.start(at);
    }
    fn renew(&mut self, at: usize) {
        let (size, index) = (u16::try_from(self.nodes.len()).unwrap(), u16::try_from(at).unwrap());
        let node = &mut self.nodes[at];
        let usual = setup(size, Some(index), node.journal.clone());
        let validators = usual.validators.clone().in_epoch(node.epoch);
        node.engine = Engine::new(Setup { finalized: node.committed, validators, ..usual });
    }
    pub fn input(&mut self, at: usize, input: Input) {
        let actions = self.nodes[at].engine.step(TimeMs(self.now), input);
        self.perform(at, actions);
    }
    fn perform(&mut self, at: usize, actions: Actions) {
        self.nodes[at].journal.extend(actions.persist);
        actions.send.into_iter().for_each(|out| self.post(at, out));
        actions.notify.into_iter().for_each(|notice| self.hear(at, notice));
        self.nodes[at].wake_at = actions.wake_at;
        actions.ask.into_iter().for_each(|ask| self.answer(at, ask));
    }
    fn post(&mut self, from: usize, out: Outbound) {
        if let Message::Vote(v) = &out.message
            && self.blocks.get(&v.subject.block).is_some_and(|h| h.view < v.subject.view)
        {
            self.voted_again += 1;
        }
        let targets: Vec<usize> = match out.to {
            To::All => (0..self.nodes.len()).filter(|i| *i != from).collect(),
            To::One(i) => vec![usize::from(i.0)],
        };
        for to in targets {
            let finalize = matches!(&out.message, Message::Vote(v) if v.subject.kind == VoteKind::Finalize);
            let percent = if finalize { self.finalize_loss_percent.max(self.loss_percent) } else { self.loss_percent };
            let lost = self.dice.below(100) < percent || self.cut.contains(&from) || self.cut.contains(&to);
            let at = self.now + self.dice.below(self.delay_ms) + 1;
            self.count += 1;
            self.sent += 1;
            if !lost {
                self.flight.insert((at, self.count), (from, to, out.message.clone()));
            }
        }
    }
    fn hear(&mut self, at: usize, notice: Notice) {
        match notice {
            Notice::Finalized(c) => {
                let known = *self.history.entry(c.height).or_insert(c.block);
                assert_eq!(known, c.block, "node {at} disagrees at height {}", c.height);
                self.commit(at, Head { view: c.view, height: c.height, digest: c.block });
            }
            Notice::Fault(_) => self.nodes[at].faults += 1,
            // stands for the chain that the application of `at` would send
            Notice::Behind { peer, .. } => {
                let (to, head) = (usize::from(peer.0), self.nodes[at].committed);
                let same = self.nodes[to].epoch == self.nodes[at].epoch;
                if same && self.nodes[to].up && head.view > self.nodes[to].committed.view {
                    self.commit(to, head);
                }
            }
            _ => {}
        }
    }
    fn commit(&mut self, at: usize, head: Head) {
        let header = self.blocks[&head.digest].clone();
        assert_eq!(header.epoch, self.nodes[at].epoch, "node {at} commits a block of another epoch");
        if header.closes_epoch() {
            return self.close(at, Head { view: header.view, ..head });
        }
        self.nodes[at].committed = head;
        self.nodes[at].journal.retain(|record| record.view() > head.view);
        self.input(at, Input::Committed(head));
    }
    /// One write: the closing block is committed, and every promise of its epoch is dropped with it.
    fn close(&mut self, at: usize, head: Head) {
        let epoch = usize::try_from(self.nodes[at].epoch.0).unwrap();
        if epoch == self.closed.len() {
            self.closed.push(head);
        }
        assert_eq!(self.closed[epoch], head, "node {at} closes epoch {epoch} with another block");
        let node = &mut self.nodes[at];
        (node.committed, node.epoch, node.journal) = (head, node.epoch.next(), vec![]);
        self.renew(at);
        self.start(at);
    }
    /// What stands in a message of another epoch is not for this engine; whoever lags is given the closing block.
    fn is_foreign(&mut self, place: (usize, usize), message: &Message) -> bool {
        let (from, to) = place;
        let epoch = match message {
            Message::Proposal(p) => p.header.epoch,
            Message::Vote(v) => v.subject.epoch,
            Message::Certificate(c) => c.epoch,
        };
        for at in [from, to] {
            let theirs = self.nodes[from].epoch.max(self.nodes[to].epoch);
            if let Some(head) = self.closed.get(usize::try_from(self.nodes[at].epoch.0).unwrap()).copied()
                && self.nodes[at].up
                && self.nodes[at].epoch < theirs
            {
                self.close(at, head);
            }
        }
        epoch != self.nodes[to].epoch
    }
    fn answer(&mut self, at: usize, ask: Ask) {
        match ask {
            Ask::Build { view, parent, .. } => self.builds.push((at, view, parent)),
            Ask::Judge { proposal, .. } => {
                let block = proto::Canonical::digest(&proposal.header);
                self.input(at, Input::Judged { block, valid: true });
            }
            Ask::FetchProposal { block, holders, .. } => {
                let holder = usize::from(holders[0].0);
                if let Some(p) = self.nodes[holder].engine.proposal(&block).cloned() {
                    let to = To::One(ValidatorIndex(u16::try_from(at).unwrap()));
                    self.post(holder, Outbound { to, message: Message::Proposal(p) });
                }
            }
            Ask::FetchCertificates { from, above } => {
                let to = To::One(ValidatorIndex(u16::try_from(at).unwrap()));
                for c in self.nodes[usize::from(from.0)].engine.certificates_above(above, 64) {
                    self.post(usize::from(from.0), Outbound { to, message: Message::Certificate(c) });
                }
            }
        }
    }
    fn build(&mut self, at: usize, view: View, parent: Head) {
        let block = header(view.0, parent, u16::try_from(at).unwrap(), self.now);
        let block = Header { epoch: self.nodes[at].epoch, ..block };
        let closes = self.closes_every > 0 && block.height.0.is_multiple_of(self.closes_every);
        let block = if closes { closing(block) } else { block };
        let on = self.blocks.get(&parent.digest);
        assert!(on.is_none_or(|h| !h.closes_epoch() || h.epoch < block.epoch), "asked to build on a closing block");
        self.blocks.insert(proto::Canonical::digest(&block), block.clone());
        if self.nodes[at].up {
            self.input(at, Input::Built { view, block: Some((block, vec![])) });
        }
    }
    /// Runs for so many milliseconds.
    pub fn run(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.now < end {
            self.now += 1;
            std::mem::take(&mut self.builds).into_iter().for_each(|(at, view, parent)| self.build(at, view, parent));
            while let Some(entry) = self.flight.first_entry().filter(|e| e.key().0 <= self.now) {
                let (from, to, message) = entry.remove();
                if self.nodes[to].up && !self.is_foreign((from, to), &message) {
                    self.input(to, received(message));
                }
            }
            for at in 0..self.nodes.len() {
                if self.nodes[at].up && self.nodes[at].wake_at.is_some_and(|t| t.0 <= self.now) {
                    self.input(at, Input::Tick);
                }
            }
        }
    }
    pub fn height(&self) -> u64 {
        self.history.keys().next_back().map_or(0, |h| h.0)
    }
    /// The lowest finalized height among nodes that are up.
    pub fn lowest(&self) -> u64 {
        self.nodes.iter().filter(|n| n.up).map(|n| n.engine.finalized().height.0).min().unwrap_or(0)
    }
    pub fn view(&self) -> View {
        self.nodes.iter().map(|n| n.engine.view()).max().unwrap_or_default()
    }
}

fn received(message: Message) -> Input {
    match message {
        Message::Proposal(p) => Input::Proposal(p),
        Message::Vote(v) => Input::Vote(v),
        Message::Certificate(c) => Input::Certificate(c),
    }
}

/// A network like a real one's first second.
pub fn settled(size: u16, seed: u64) -> Network {
    let mut net = Network::new(size, seed);
    net.run(1000);
    assert!(net.height() > 20, "only {} blocks in a second without faults", net.height());
    assert_eq!(genesis().height, Height(0));
    net
}

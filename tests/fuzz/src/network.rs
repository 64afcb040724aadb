//! Three honest replicas with real ledgers and a liar, the bytes being the network, the clock, the clients and the liar.
//! No panic, no honest contradiction, no two blocks at one height, nothing lost in a restart. The liar signs what it
//! likes with its own key, sends altered copies of what others sent, and claims to stand anywhere.

use super::bytes::Bytes;
use ledger::Birth;
use proto::{
    Canonical, Contradiction, Digest, Epoch, Height, Proposal, Subject, TimeMs, Transaction, ValidatorIndex, Verified,
    View, Vote, VoteKind,
};
use replica::{Actions, Input, Message, Notice, Outbound, PeerMessage, Standing, To};
use std::collections::{BTreeMap, VecDeque};
use std::sync::LazyLock;
use tests::sim::clients::Clients;
use tests::sim::clock::Clock;
use tests::sim::consortium::{DAWN, birth, secret};
use tests::sim::dice::Dice;
use tests::sim::shell::{Admitted, Shell};

/// The liar's place.
const LIAR: u16 = 3;
/// Messages under way; more are lost.
const FLIGHT_MAX: usize = 96;
/// How far messages overtake one another.
const NEAR: usize = 12;
/// Messages delivered in order when the network is calm for once: without it hardly a block would become final.
const CALM: usize = 24;
/// Longest story.
const MOVES_MAX: usize = 300;

static BIRTH: LazyLock<Birth> = LazyLock::new(|| birth(4, false));

struct World {
    birth: Birth,
    now: u64,
    shells: Vec<Shell>,
    flight: VecDeque<(u16, usize, Message)>,
    clients: Clients,
    heads: Vec<(View, Digest)>,
    proposals: Vec<Verified<Proposal>>,
    said: Vec<Vote>,
    blocks: BTreeMap<Height, Digest>,
}

/// A story told by these bytes. Gives the number of blocks that became final in it.
pub fn run(data: &[u8]) -> usize {
    let birth = BIRTH.clone();
    let mut world = World {
        now: DAWN.0,
        shells: (0..LIAR).map(|i| Shell::new(i, &birth, Clock::default())).collect(),
        flight: VecDeque::new(),
        clients: Clients::new(birth.chain, 12, 0),
        heads: vec![(View(0), Digest::ZERO)],
        proposals: vec![],
        said: vec![],
        blocks: BTreeMap::new(),
        birth,
    };
    (0..usize::from(LIAR)).for_each(|at| world.start(at));
    let mut bytes = Bytes::new(data);
    for _ in 0..MOVES_MAX {
        if bytes.is_empty() {
            break;
        }
        world.goes_on(&mut bytes);
    }
    world.blocks.len()
}

impl World {
    fn goes_on(&mut self, bytes: &mut Bytes<'_>) {
        let kind = bytes.byte() % 32;
        let at = bytes.below(usize::from(LIAR));
        match kind {
            0..=15 => self.deliver(bytes.byte(), false),
            16 => self.deliver(bytes.byte(), true),
            17 => drop(self.flight.remove(usize::from(bytes.byte()) % self.flight.len().max(1))),
            18 | 19 => self.tick(at, bytes.byte()),
            20 | 21 => (0..CALM).for_each(|_| self.deliver(0, false)),
            22 | 23 => self.submit(at, bytes.byte()),
            24 | 25 => self.lie_by_vote(at, bytes),
            26 => self.lie_by_proposal(at, bytes),
            27 | 28 => self.garble(at, bytes),
            29 => self.lie_about_standing(at, bytes),
            _ => {
                self.shells[at].crash();
                self.start(at);
            }
        }
    }
    fn start(&mut self, at: usize) {
        self.shells[at].start(&self.birth, None).expect("a disk that only it wrote to");
        self.input(at, Input::Start);
    }
    fn input(&mut self, at: usize, input: Input) {
        let actions = self.shells[at].step(TimeMs(self.now), input).expect("a disk that only it wrote to");
        self.perform(at, actions);
    }
    fn perform(&mut self, at: usize, actions: Actions) {
        let packets = self.shells[at].packets(&actions.packets);
        self.shells[at].disk.write(actions.persist, packets);
        self.shells[at].disk.sync();
        actions.send.into_iter().for_each(|out| self.post(at, out));
        for notice in actions.notify {
            self.hear(at, notice);
        }
    }
    fn post(&mut self, from: usize, Outbound { to, message }: Outbound) {
        self.witness(from, &message);
        for target in 0..usize::from(LIAR) {
            let wanted = match to {
                To::All => target != from,
                To::One(one) => usize::from(one.0) == target,
            };
            if wanted && self.flight.len() < FLIGHT_MAX {
                self.flight.push_back((self.shells[from].number, target, message.clone()));
            }
        }
    }
    fn witness(&mut self, from: usize, message: &Message) {
        let vote = match message {
            Message::Vote(vote) => **vote,
            Message::Proposal(proposal) => {
                let digest = proposal.header.digest();
                if !self.heads.iter().any(|(_, d)| *d == digest) {
                    self.heads.push((proposal.header.view, digest));
                    self.proposals.push(proposal.clone());
                }
                *proposal.leader_vote()
            }
            _ => return,
        };
        if vote.validator.0 == self.shells[from].number && !self.said.contains(&vote) {
            let contrary = self.said.iter().find(|v| Contradiction::between(v, &vote).is_some());
            assert!(contrary.is_none(), "{vote:?} against {contrary:?}");
            self.said.push(vote);
        }
    }
    fn hear(&mut self, at: usize, notice: Notice) {
        match notice {
            Notice::Committed { height, .. } => {
                let header = ledger::header(&self.shells[at].disk, height).expect("its own disk");
                let digest = header.expect("a committed block has its header").digest();
                let known = *self.blocks.entry(height).or_insert(digest);
                assert!(known == digest, "two blocks at height {height}");
            }
            Notice::Reappraise { tx } => {
                let (now, birth) = (TimeMs(self.now), self.birth.clone());
                let actions = self.shells[at].appraise_again(now, &birth, &tx).expect("its own disk");
                self.perform(at, actions);
            }
            Notice::Speaks { from } => self.shells[at].speaks(from),
            Notice::Fault(proof) => assert!(proof.culprit().0 == LIAR, "an honest validator is accused"),
            _ => {}
        }
    }
    fn deliver(&mut self, which: u8, keep: bool) {
        if self.flight.is_empty() {
            return;
        }
        let place = usize::from(which) % self.flight.len().min(NEAR);
        let Some((from, to, message)) = self.flight.get(place).cloned() else { return };
        if !keep {
            self.flight.remove(place);
        }
        if let Message::WantTransactions(wanted) = &message {
            let found = self.shells.get(usize::from(from)).map_or(vec![], |_| self.shells[to].submissions(wanted));
            found.iter().for_each(|t| self.admit(usize::from(from), t));
        } else {
            self.input(to, Input::Message { from: ValidatorIndex(from), message });
        }
    }
    fn tick(&mut self, at: usize, by: u8) {
        self.now += u64::from(by) * 4;
        self.input(at, Input::Tick);
    }
    fn submit(&mut self, at: usize, roll: u8) {
        let Some(replica) = &self.shells[at].replica else { return };
        let tip = replica.tip().clone();
        let next = self.clients.next(TimeMs(self.now), &tip, &mut Dice::new(u64::from(roll)));
        if let Some(transaction) = next {
            (0..self.shells.len())
                .filter(|i| *i == at || roll.is_multiple_of(2))
                .for_each(|i| self.admit(i, &transaction));
        }
    }
    fn admit(&mut self, at: usize, transaction: &Verified<Transaction>) {
        let now = TimeMs(self.now);
        if let Ok(Admitted::Taken(input)) = self.shells[at].admit(now, &self.birth, transaction) {
            let actions = self.shells[at].step(now, *input).expect("its own disk");
            self.perform(at, actions);
        }
    }
    fn lie_by_vote(&mut self, at: usize, bytes: &mut Bytes<'_>) {
        let (view, block) = self.heads[bytes.below(self.heads.len())];
        let near = View(self.shells[at].view().0.saturating_add(u64::from(bytes.byte() % 8)).saturating_sub(3));
        let height = Height(u64::from(bytes.byte() % 8));
        let subject = match bytes.below(4) {
            0 => Subject::nullify(Epoch(0), near),
            1 => Subject { kind: VoteKind::Notarize, epoch: Epoch(0), view, height, block },
            2 => Subject { kind: VoteKind::Finalize, epoch: Epoch(0), view, height, block },
            _ => Subject { kind: VoteKind::Notarize, epoch: Epoch(0), view: near, height, block },
        };
        let vote = Vote::sign(subject, ValidatorIndex(LIAR), &self.birth.chain, &secret(LIAR));
        self.lie(at, Message::Vote(vote));
    }
    fn lie_by_proposal(&mut self, at: usize, bytes: &mut Bytes<'_>) {
        let count = self.proposals.len();
        let Some(model) = self.proposals.get(bytes.below(count)).cloned() else { return };
        let mut header = model.header.clone();
        header.proposer = ValidatorIndex(LIAR);
        header.view = View(self.shells[at].view().0.saturating_add(u64::from(bytes.byte() % 4)));
        match bytes.below(6) {
            0 => header.height = Height(u64::from(bytes.byte())),
            1 => header.parent = self.heads[bytes.below(self.heads.len())].1,
            2 => header.next_validators = Digest::ZERO,
            3 => header.event_count = u32::from(bytes.byte()),
            4 => header.time = TimeMs(u64::MAX - u64::from(bytes.byte())),
            _ => {}
        }
        let lie = Proposal::sign(header, model.entries.clone(), &secret(LIAR));
        self.lie(at, Message::Proposal(lie));
    }
    /// What was sent, with some bytes altered, as the liar would have to send it: on the wire.
    fn garble(&mut self, at: usize, bytes: &mut Bytes<'_>) {
        let place = usize::from(bytes.byte()) % self.flight.len().max(1);
        let Some((_, _, message)) = self.flight.get(place) else { return };
        let mut wire = PeerMessage::from(message).to_bytes();
        for _ in 0..bytes.below(4) {
            let place = (usize::from(bytes.byte()) << 8 | usize::from(bytes.byte())) % wire.len();
            wire[place] ^= bytes.byte();
        }
        let Ok(read) = PeerMessage::from_bytes(&wire) else { return };
        if let Some(message) = read.verify(&self.birth.chain, &self.birth.validators) {
            self.lie(at, message);
        }
    }
    fn lie_about_standing(&mut self, at: usize, bytes: &mut Bytes<'_>) {
        let number = |b: u8| if b > 250 { u64::MAX - u64::from(b) } else { u64::from(b % 16) };
        let standing = Standing { finalized: Height(number(bytes.byte())), view: View(number(bytes.byte())) };
        let message = match bytes.below(5) {
            0 => Message::Status(standing),
            1 => Message::CatchUp(standing),
            2 => Message::WantLastVote(Epoch(0)),
            3 => Message::WantProposal(self.heads[bytes.below(self.heads.len())].1),
            _ => Message::WantTransactions(vec![Digest::sm3(bytes.take(4))]),
        };
        if !matches!(message, Message::WantTransactions(_)) {
            self.lie(at, message);
        }
    }
    fn lie(&mut self, at: usize, message: Message) {
        self.input(at, Input::Message { from: ValidatorIndex(LIAR), message });
    }
}

//! What honest validators were told, kept by an outsider: who contradicted himself before whom. From it follows which
//! faults an honest validator must be able to prove, and who is to blame when agreement breaks.

use proto::{Contradiction, Epoch, ValidatorIndex, View, Vote};
use replica::{Message, Status};
use std::collections::{BTreeMap, BTreeSet};

/// A validator remembers others' votes in this many views below its own and above it (see `simplex`).
const BELOW: u64 = 32;
const ABOVE: u64 = 16;

type Votes = BTreeMap<(ValidatorIndex, Epoch, View), Vec<Vote>>;

/// Votes that arrived.
#[derive(Debug, Default)]
pub struct Witness {
    /// With anybody honest, singly or in certificates.
    all: Votes,
    /// Singly, with one process in its present life.
    told: BTreeMap<usize, Votes>,
}

impl Witness {
    /// A message arrives at an honest process that stands at `status` in an epoch; of others it can check nothing. Gives the validator whose contradiction it has
    /// been shown now, if any.
    pub fn delivered(
        &mut self,
        at: usize,
        (epoch, status): (Epoch, &Status),
        message: &Message,
    ) -> Option<ValidatorIndex> {
        let votes = votes(message);
        votes.iter().for_each(|v| note(&mut self.all, *v));
        let single = match message {
            Message::Vote(_) | Message::Proposal(_) => votes.first()?,
            _ => return None,
        };
        let view = single.subject.view.0;
        let elsewhere = single.subject.epoch != epoch;
        if elsewhere || view + BELOW < status.view.0 || view > status.view.0 + ABOVE {
            return None;
        }
        let told = self.told.entry(at).or_default();
        note(told, *single);
        let known = &told[&(single.validator, single.subject.epoch, single.subject.view)];
        known.iter().any(|v| Contradiction::between(v, single).is_some()).then_some(single.validator)
    }
    /// A process ends, and forgets what others said.
    pub fn ended(&mut self, at: usize) {
        self.told.remove(&at);
    }
    /// Everybody who contradicted himself before honest validators, taken together.
    pub fn culprits(&self) -> BTreeSet<(Epoch, ValidatorIndex)> {
        let contradicts = |votes: &&Vec<Vote>| {
            votes.iter().enumerate().any(|(i, a)| votes[i..].iter().any(|b| Contradiction::between(a, b).is_some()))
        };
        let place = |v: &Vote| (v.subject.epoch, v.validator);
        self.all.values().filter(contradicts).filter_map(|v| v.first()).map(place).collect()
    }
}

fn note(votes: &mut Votes, vote: Vote) {
    let known = votes.entry((vote.validator, vote.subject.epoch, vote.subject.view)).or_default();
    if known.iter().all(|v| v.subject != vote.subject) {
        known.push(vote);
    }
}

/// The votes in a message.
fn votes(message: &Message) -> Vec<Vote> {
    let of = |certificate: &proto::Certificate| {
        let subject = certificate.subject;
        let vote = |(validator, signature): &_| Vote { subject, validator: *validator, signature: *signature };
        certificate.votes.iter().map(vote).collect()
    };
    match message {
        Message::Vote(v) => vec![**v],
        Message::Proposal(p) => vec![*p.leader_vote()],
        Message::Certificate(c) => of(c),
        Message::Chain(c) => of(&c.certificate),
        _ => Vec::new(),
    }
}

//! What the replica of a broken validator is made to believe, or to say, beyond what it was told.

use crate::sim::consortium::secret;
use crate::sim::mutant::Mutant;
use ledger::{Batch, Birth, Table};
use proto::{
    Canonical, Certificate, Subject, TimeMs, Validator, ValidatorIndex, ValidatorSet, Verified, View, Vote, VoteKind,
};
use replica::{Message, PeerMessage};
use simplex::Record;
use std::collections::{BTreeMap, BTreeSet};

/// How long a view lasts at most for who trusts the clock, in milliseconds.
const LONG_ENOUGH_MS: u64 = 250;

/// What a broken validator makes of what happens to it. Forgotten when it crashes.
#[derive(Debug, Default)]
pub struct Delusion {
    votes: BTreeMap<Subject, BTreeMap<ValidatorIndex, Verified<Vote>>>,
    given_up: BTreeSet<View>,
    since: Option<(View, TimeMs)>,
}

/// What follows from a delusion.
#[derive(Debug, Default)]
pub struct Consequences {
    /// Messages that its replica takes for its peers'.
    pub believed: Vec<Message>,
    /// Messages that it sends.
    pub said: Vec<Message>,
}

/// A validator, as far as it matters here.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    /// The network.
    pub birth: &'a Birth,
    /// Its place.
    pub index: u16,
    /// How it is broken.
    pub mutant: Mutant,
}

impl Who<'_> {
    fn vote(&self, subject: Subject) -> Verified<Vote> {
        Vote::sign(subject, ValidatorIndex(self.index), &self.birth.chain, &secret(self.index))
    }
    /// A certificate that nobody but itself signed.
    fn certificate(&self, subject: Subject) -> Option<Message> {
        Certificate::assemble(&[self.vote(subject)], 1).map(Message::Certificate)
    }
}

impl Delusion {
    /// A verified message arrives, or a vote of its own leaves.
    pub fn hears(&mut self, who: Who<'_>, message: &Message) -> Consequences {
        let mut out = Consequences::default();
        match (who.mutant, message) {
            (Mutant::SmallNullify, Message::Vote(v)) if v.subject.kind == VoteKind::Nullify => {
                out.believed.extend(self.count(who, v));
            }
            (Mutant::SmallNotarize, Message::Vote(v)) if v.subject.kind == VoteKind::Notarize => {
                out.believed.extend(self.count(who, v));
            }
            (Mutant::SmallNotarize, Message::Proposal(p)) => out.believed.extend(self.count(who, &p.leader_vote())),
            (Mutant::VoteForEveryBlock, Message::Proposal(p)) => {
                out.said.push(Message::Vote(who.vote(Subject::of(VoteKind::Notarize, &p.header))));
            }
            _ => {}
        }
        out
    }
    fn count(&mut self, who: Who<'_>, vote: &Verified<Vote>) -> Option<Message> {
        let known = self.votes.entry(vote.subject).or_default();
        known.insert(vote.validator, vote.clone());
        let votes: Vec<_> = known.values().cloned().collect();
        Certificate::assemble(&votes, who.birth.validators.faults_max() + 1).map(Message::Certificate)
    }
    /// Its replica persists something.
    pub fn writes(&mut self, who: Who<'_>, batch: &Batch) -> Consequences {
        let mut out = Consequences::default();
        for record in records(batch) {
            match (who.mutant, record) {
                (Mutant::CommitAtNotarization, Record::Certificate(c)) if c.kind == VoteKind::Notarize => {
                    out.believed.extend(who.certificate(Subject { kind: VoteKind::Finalize, ..c.subject }));
                }
                (Mutant::FinalizeAfterNullify, Record::Cast(v)) if v.subject.kind == VoteKind::Nullify => {
                    self.given_up.insert(v.subject.view);
                }
                (Mutant::FinalizeAfterNullify, Record::Certificate(c))
                    if c.kind == VoteKind::Notarize && self.given_up.contains(&c.view) =>
                {
                    out.said.push(Message::Vote(who.vote(Subject { kind: VoteKind::Finalize, ..c.subject })));
                }
                _ => {}
            }
        }
        out
    }
    /// Time goes by in a view.
    pub fn waits(&mut self, who: Who<'_>, view: View, now: TimeMs) -> Consequences {
        let mut out = Consequences::default();
        let (since, at) = *self.since.get_or_insert((view, now));
        if since != view {
            self.since = Some((view, now));
        } else if who.mutant == Mutant::GiveUpByTheClock && now.0 >= at.0 + LONG_ENOUGH_MS {
            let epoch = who.birth.validators.epoch();
            out.believed.extend(who.certificate(Subject::nullify(epoch, view)));
        }
        out
    }
    /// A message arrives whose signatures do not hold, and is believed all the same.
    pub fn swallows(&self, who: Who<'_>, from: u16, message: PeerMessage) -> Option<Message> {
        match (who.mutant, message) {
            (Mutant::CountVotesTwice, PeerMessage::Certificate(c)) => {
                let enough = c.votes.len() >= who.birth.validators.quorum();
                let vote = |(i, s): &(_, _)| Vote { subject: c.subject, validator: *i, signature: *s };
                let real = |v: Vote| v.verify(&who.birth.chain, &who.birth.validators);
                let votes: Vec<_> = c.votes.iter().map(vote).filter_map(real).collect();
                Certificate::assemble(&votes, 1).filter(|_| enough).map(Message::Certificate)
            }
            (Mutant::TrustAnyChain, message @ PeerMessage::Chain(_)) => {
                message.verify(&who.birth.chain, &alone(who.birth, from)?)
            }
            _ => None,
        }
    }
}

/// A set in which one validator is its own quorum.
fn alone(birth: &Birth, index: u16) -> Option<ValidatorSet> {
    let validator: Validator = birth.validators.get(ValidatorIndex(index))?.clone();
    ValidatorSet::new(vec![validator]).ok()
}

fn records(batch: &Batch) -> Vec<Record> {
    let tables = [Table::Promise as u8, Table::ViewCertificate as u8];
    let rows = batch.writes.iter().filter(|(key, _)| key.first().is_some_and(|t| tables.contains(t)));
    rows.filter_map(|(_, value)| Record::from_bytes(value.as_deref()?).ok()).collect()
}

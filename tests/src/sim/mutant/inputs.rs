//! What the replica of a broken validator is made to believe, or to say, beyond what it was told.

use crate::sim::consortium::secret;
use crate::sim::mutant::Mutant;
use ledger::{Batch, Birth, Table};
use proto::block::entries_digest;
use proto::{
    Canonical, Certificate, Header, Proposal, Subject, TimeMs, Validator, ValidatorIndex, ValidatorSet, Verified, View,
    Vote, VoteKind,
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
    /// Who votes, as it knows.
    pub set: &'a ValidatorSet,
    /// The number of its key.
    pub number: u16,
    /// How it is broken.
    pub mutant: Mutant,
}

impl Who<'_> {
    fn vote(&self, subject: Subject) -> Verified<Vote> {
        let key = secret(self.number);
        let place = self.set.index_of(key.public()).unwrap_or(ValidatorIndex(self.number));
        Vote::sign(subject, place, &self.birth.chain, &key)
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
            (Mutant::VoteInOldEpoch, Message::Vote(v))
                if v.subject.kind == VoteKind::Nullify && v.subject.epoch < who.set.epoch() =>
            {
                out.said.extend(self.given_up.insert(v.subject.view).then(|| Message::Vote(who.vote(v.subject))));
            }
            (Mutant::BuildOnClosing, Message::Proposal(p)) => out.said.extend(self.build_on(who, p)),
            (Mutant::VoteForEveryBlock, Message::Proposal(p)) => {
                out.said.push(Message::Vote(who.vote(Subject::of(VoteKind::Notarize, &p.header))));
            }
            _ => {}
        }
        out
    }
    /// An empty block on the one that closes the epoch, once, by whoever leads the next view.
    fn build_on(&mut self, who: Who<'_>, closing: &Verified<Proposal>) -> Option<Message> {
        let (parent, place) = (&closing.header, who.set.index_of(secret(who.number).public())?);
        let view = parent.view.next();
        let leads = view.0 % who.set.count() as u64 == u64::from(place.0);
        if !parent.closes_epoch() || parent.epoch != who.set.epoch() || !leads || !self.given_up.insert(view) {
            return None;
        }
        let (height, entries) = (parent.height.next(), entries_digest(&[]));
        let header = Header { view, height, parent: parent.digest(), proposer: place, entries, ..parent.clone() };
        let header = Header { event_count: 0, validators: parent.next_validators, ..header };
        Some(Message::Proposal(Proposal::sign(header, Vec::new(), &secret(who.number))))
    }
    fn count(&mut self, who: Who<'_>, vote: &Verified<Vote>) -> Option<Message> {
        let known = self.votes.entry(vote.subject).or_default();
        known.insert(vote.validator, vote.clone());
        let votes: Vec<_> = known.values().cloned().collect();
        Certificate::assemble(&votes, who.set.faults_max() + 1).map(Message::Certificate)
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
            let epoch = who.set.epoch();
            out.believed.extend(who.certificate(Subject::nullify(epoch, view)));
        }
        out
    }
    /// A message arrives whose signatures do not hold, and is believed all the same.
    pub fn swallows(&self, who: Who<'_>, from: u16, message: PeerMessage) -> Option<Message> {
        match (who.mutant, message) {
            (Mutant::CountVotesTwice, PeerMessage::Certificate(c)) => {
                let enough = c.votes.len() >= who.set.quorum();
                let vote = |(i, s): &(_, _)| Vote { subject: c.subject, validator: *i, signature: *s };
                let real = |v: Vote| v.verify(&who.birth.chain, who.set);
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

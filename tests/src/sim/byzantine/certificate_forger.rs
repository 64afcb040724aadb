//! Passes certificates on that no quorum signed: too few votes, one vote many times, votes about something else.

use crate::sim::byzantine::{Liar, Lie, Me};
use proto::{Certificate, Subject, ValidatorIndex, View, Vote, VoteKind};
use replica::{Message, PeerMessage};
use std::collections::{BTreeMap, VecDeque};

/// Subjects whose votes it collects.
const KEPT: usize = 12;

/// See the module.
#[derive(Debug, Default)]
pub struct CertificateForger {
    votes: BTreeMap<(View, VoteKind), Vec<Vote>>,
    order: VecDeque<(View, VoteKind)>,
}

impl Liar for CertificateForger {
    fn hears(&mut self, me: &Me<'_>, _from: ValidatorIndex, message: &Message) -> Vec<Lie> {
        let vote = match message {
            Message::Vote(v) => **v,
            Message::Proposal(p) => *p.leader_vote(),
            _ => return Vec::new(),
        };
        let place = (vote.subject.view, vote.subject.kind);
        if !self.votes.contains_key(&place) {
            self.order.push_back(place);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.votes.remove(&oldest);
        }
        let known = self.votes.entry(place).or_default();
        known.push(vote);
        forgeries(me, &vote.subject, known).iter().map(|m| me.tell(me.others(), m)).collect()
    }
}

/// Every certificate here claims a quorum that was not there.
fn forgeries(me: &Me<'_>, subject: &Subject, votes: &[Vote]) -> Vec<PeerMessage> {
    let own = *Vote::sign(*subject, me.index, &me.birth.chain, &me.key);
    let mut real: BTreeMap<ValidatorIndex, Vote> =
        votes.iter().filter(|v| v.subject == *subject).map(|v| (v.validator, *v)).collect();
    real.insert(me.index, own);
    let (quorum, list) = (me.set.quorum(), real.values().map(|v| (v.validator, v.signature)));
    let list: Vec<_> = list.take(quorum - 1).collect();
    let certificate = |votes| PeerMessage::Certificate(Certificate { subject: *subject, votes });
    let repeated = list.iter().cycle().take(quorum).copied().collect();
    let renamed = (0..quorum).map(|i| (ValidatorIndex(u16::try_from(i).unwrap()), own.signature)).collect();
    let finalized = Subject { kind: VoteKind::Finalize, ..*subject };
    let padded = list.iter().copied().chain([(ValidatorIndex(u16::MAX), own.signature)]).collect();
    vec![
        certificate(list.clone()),
        certificate(repeated),
        certificate(renamed),
        certificate(padded),
        PeerMessage::Certificate(Certificate { subject: finalized, votes: list }),
    ]
}

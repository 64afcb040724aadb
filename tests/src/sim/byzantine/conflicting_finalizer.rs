//! A voter that finalizes every block that it hears of, and another one beside it.

use crate::sim::byzantine::{Liar, Lie, Me};
use proto::{Digest, Subject, ValidatorIndex, View, VoteKind};
use replica::Message;
use std::collections::BTreeSet;

/// See the module.
#[derive(Debug, Default)]
pub struct ConflictingFinalizer {
    done: BTreeSet<(View, Digest)>,
}

impl Liar for ConflictingFinalizer {
    fn hears(&mut self, me: &Me<'_>, _from: ValidatorIndex, message: &Message) -> Vec<Lie> {
        let subject = match message {
            Message::Proposal(p) => Subject::of(VoteKind::Finalize, &p.header),
            Message::Vote(v) if v.subject.kind != VoteKind::Nullify => {
                Subject { kind: VoteKind::Finalize, ..v.subject }
            }
            _ => return Vec::new(),
        };
        if !self.done.insert((subject.view, subject.block)) {
            return Vec::new();
        }
        let other = Subject { block: Digest::sm3(&subject.block.0), ..subject };
        let second = me.roll.is_multiple_of(2);
        let lies = [(me.half(second), subject), (me.half(!second), other)];
        // in the end everybody hears both
        let late = [(me.half(!second), subject), (me.half(second), other)];
        let held = |(to, subject)| Lie { delay_ms: 60, ..me.tell(to, &me.vote(subject)) };
        lies.into_iter().map(|(to, s)| me.tell(to, &me.vote(s))).chain(late.into_iter().map(held)).collect()
    }
}

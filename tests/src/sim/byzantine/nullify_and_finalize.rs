//! A voter that gives up every view that it finalizes, and finalizes in every view that it gives up.

use crate::sim::byzantine::{Liar, Lie, Me};
use proto::{Subject, View, VoteKind};
use replica::{Message, Outbound};
use std::collections::BTreeMap;

/// Views that it remembers blocks of.
const REMEMBERED: usize = 64;

/// See the module.
#[derive(Debug, Default)]
pub struct NullifyAndFinalize {
    blocks: BTreeMap<View, Subject>,
}

impl Liar for NullifyAndFinalize {
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        let mut lies = vec![me.honestly(out)];
        let Message::Vote(vote) = &out.message else { return lies };
        let subject = vote.subject;
        let contrary = match subject.kind {
            VoteKind::Finalize => Some(Subject::nullify(subject.epoch, subject.view)),
            VoteKind::Nullify => self.blocks.get(&subject.view).copied(),
            VoteKind::Notarize => None,
        };
        lies.extend(contrary.map(|c| me.tell(me.others(), &me.vote(c))));
        lies
    }
    fn hears(&mut self, _me: &Me<'_>, _from: proto::ValidatorIndex, message: &Message) -> Vec<Lie> {
        if let Message::Proposal(p) = message {
            self.blocks.insert(p.header.view, Subject::of(VoteKind::Finalize, &p.header));
        }
        if self.blocks.len() > REMEMBERED {
            self.blocks.pop_first();
        }
        Vec::new()
    }
}

//! A leader that shows each half of the network another block of the same view, and a voter that votes for both.
//!
//! The second block is a good one too, where that can be made from what is committed: the same transactions at another
//! time, or none of them.

use crate::sim::byzantine::{Liar, Lie, Me, own_proposal};
use ledger::Context;
use proto::{Digest, Header, Proposal, Subject, TimeMs, ValidatorIndex, View, VoteKind};
use replica::{Message, Outbound, PeerMessage};
use std::collections::BTreeSet;

/// See the module.
#[derive(Debug, Default)]
pub struct Equivocator {
    done: BTreeSet<(View, Digest)>,
}

impl Liar for Equivocator {
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        let Some(first) = own_proposal(me, &out.message) else { return vec![me.honestly(out)] };
        let second = other_block(me, first);
        let both = [(first.header.clone(), PeerMessage::from(&out.message)), second];
        let mut lies = Vec::new();
        for (half, (header, proposal)) in both.iter().enumerate() {
            lies.push(me.tell(me.half(half == 1), proposal));
            // to those who saw the other one, too, but only as a vote
            let vote = me.vote(Subject::of(VoteKind::Notarize, header));
            lies.push(Lie { delay_ms: me.roll % 40, ..me.tell(me.half(half == 0), &vote) });
        }
        lies
    }
    /// Votes for whatever anybody proposes or votes for, once for each block.
    fn hears(&mut self, me: &Me<'_>, _from: ValidatorIndex, message: &Message) -> Vec<Lie> {
        let subject = match message {
            Message::Proposal(p) => Subject::of(VoteKind::Notarize, &p.header),
            Message::Vote(v) if v.subject.kind == VoteKind::Notarize => v.subject,
            _ => return Vec::new(),
        };
        if !self.done.insert((subject.view, subject.block)) {
            return Vec::new();
        }
        let vote = |kind| me.tell(me.others(), &me.vote(Subject { kind, ..subject }));
        vec![vote(VoteKind::Notarize), vote(VoteKind::Finalize)]
    }
}

/// Another block of the same view: an empty one on the last final block, or, above that, the same with another time.
fn other_block(me: &Me<'_>, first: &Proposal) -> (Header, PeerMessage) {
    let (later, view) = (TimeMs(first.header.time.0 + 1), first.header.view);
    let tip = ledger::tip(me.disk).ok().flatten().filter(|tip| tip.digest == first.header.parent);
    let empty = tip.and_then(|tip| {
        let context = Context { view, time: later, proposer: me.index };
        ledger::build(me.disk, &tip, context, Vec::new()).ok()
    });
    let (header, entries) = match empty {
        Some(built) => (built.executed.block.header, Vec::new()),
        None => (Header { time: later, ..first.header.clone() }, first.entries.clone()),
    };
    (header.clone(), PeerMessage::Proposal(Proposal::sign(header, entries, &me.key).into_inner()))
}

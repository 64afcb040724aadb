//! Tells who lost its disk as little as it can: the oldest certificate there is, or none, no vote of the other that it heard,
//! and at once, though it may have forgotten as much itself. What it says is signed by others, so it cannot say more.

use crate::sim::byzantine::{Liar, Lie, Me};
use proto::{Height, ValidatorIndex};
use replica::{Message, Outbound, PeerMessage};

/// See the module.
#[derive(Debug)]
pub struct RecallLiar;

impl Liar for RecallLiar {
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        match &out.message {
            // It answered already.
            Message::LastVote(_) => Vec::new(),
            _ => vec![me.honestly(out)],
        }
    }
    fn hears(&mut self, me: &Me<'_>, from: ValidatorIndex, message: &Message) -> Vec<Lie> {
        match message {
            Message::WantLastVote(_) => vec![me.tell(vec![from.0], &little(me))],
            _ => Vec::new(),
        }
    }
}

fn little(me: &Me<'_>) -> PeerMessage {
    let oldest = ledger::certificate(me.disk, Height(1)).ok().flatten();
    let epoch = me.set.epoch();
    let oldest = oldest.filter(|c| c.epoch == epoch);
    PeerMessage::LastVote { epoch, certificate: oldest.filter(|_| me.roll.is_multiple_of(2)), vote: None }
}

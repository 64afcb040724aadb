//! Repeats what it heard long ago, and votes in views that nobody has reached.

use crate::sim::byzantine::{Liar, Lie, Me};
use proto::{Subject, ValidatorIndex, View};
use replica::{Message, PeerMessage, Standing};
use std::collections::VecDeque;

/// How much it keeps to repeat.
const KEPT: usize = 200;

/// See the module.
#[derive(Debug, Default)]
pub struct OutdatedSpammer {
    heard: VecDeque<PeerMessage>,
}

impl Liar for OutdatedSpammer {
    fn hears(&mut self, _me: &Me<'_>, _from: ValidatorIndex, message: &Message) -> Vec<Lie> {
        if matches!(message, Message::Vote(_) | Message::Proposal(_) | Message::Certificate(_)) {
            self.heard.push_back(PeerMessage::from(message));
        }
        if self.heard.len() > KEPT {
            self.heard.pop_front();
        }
        Vec::new()
    }
    fn idles(&mut self, me: &Me<'_>) -> Vec<Lie> {
        let old = self.heard.iter().take(5).map(|m| me.tell(me.others(), m));
        let far = View(me.view.0 + 1 + me.roll % 1_000_000);
        let claim = Standing { finalized: proto::Height(me.roll), view: far };
        let epoch = me.set.epoch();
        let ahead = [me.vote(Subject::nullify(epoch, far)), PeerMessage::Status(claim)];
        old.chain(ahead.iter().map(|m| me.tell(me.others(), m))).collect()
    }
}

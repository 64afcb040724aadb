//! Says everything many times, asks for everything without end, and sends bytes that mean nothing.

use crate::sim::byzantine::{Liar, Lie, Me};
use proto::{Digest, Height, View};
use replica::{Outbound, PeerMessage, Standing};
use std::rc::Rc;

/// How often it says what is to be said once.
const TIMES: usize = 4;

/// See the module.
#[derive(Debug)]
pub struct Flooder;

impl Liar for Flooder {
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        vec![me.honestly(out); TIMES]
    }
    fn idles(&mut self, me: &Me<'_>) -> Vec<Lie> {
        let name = |n: u64| Digest::sm3(&(me.roll ^ n).to_be_bytes());
        let mut questions = vec![PeerMessage::WantTransactions((0..512).map(name).collect())];
        questions.extend((0..4).map(|n| PeerMessage::WantProposal(name(n))));
        questions.extend(
            (0..4).map(|n| {
                PeerMessage::CatchUp(Standing { finalized: Height(n), view: View(me.view.0.saturating_sub(n)) })
            }),
        );
        let rubbish = Lie { to: me.others(), delay_ms: 0, bytes: Rc::new(name(9).0.repeat(8)) };
        let asked = questions.iter().map(|m| me.tell(me.others(), m));
        asked.chain([rubbish]).collect()
    }
}

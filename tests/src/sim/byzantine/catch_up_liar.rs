//! Claims to be far ahead, and answers who asks with blocks that are not the ledger's, or with none.

use crate::sim::byzantine::{Liar, Lie, Me};
use proto::{Block, Certificate, CertifiedChain, Height, Subject, ValidatorIndex, View, Vote, VoteKind};
use replica::{Message, Outbound, PeerMessage, Standing};

/// See the module.
#[derive(Debug)]
pub struct CatchUpLiar;

impl Liar for CatchUpLiar {
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        match &out.message {
            Message::Chain(_) => Vec::new(),
            Message::Status(_) => vec![me.tell(me.others(), &boast(me))],
            _ => vec![me.honestly(out)],
        }
    }
    fn hears(&mut self, me: &Me<'_>, from: ValidatorIndex, message: &Message) -> Vec<Lie> {
        match message {
            Message::CatchUp(asked) => {
                let chain = forged_chain(me, asked.finalized);
                chain.map(|c| me.tell(vec![from.0], &PeerMessage::Chain(c))).into_iter().collect()
            }
            Message::WantProposal(_) => vec![me.tell(vec![from.0], &boast(me))],
            _ => Vec::new(),
        }
    }
    fn idles(&mut self, me: &Me<'_>) -> Vec<Lie> {
        vec![me.tell(me.others(), &boast(me))]
    }
}

fn boast(me: &Me<'_>) -> PeerMessage {
    PeerMessage::Status(Standing { finalized: Height(1 << 40), view: View(me.view.0 + 1_000) })
}

/// The block after `height`, as it may be true, or an invention, or with an event left out, under a certificate that only
/// the liar signed.
pub fn forged_chain(me: &Me<'_>, height: Height) -> Option<CertifiedChain> {
    let mut block = ledger::block(me.disk, height.next()).ok()?.or_else(|| invented(me, height))?;
    if me.roll.is_multiple_of(2) {
        block.items.pop();
    }
    let subject = Subject::of(VoteKind::Finalize, &block.header);
    let vote = Vote::sign(subject, me.index, &me.birth.chain, &me.key);
    let votes = vec![(me.index, vote.signature)];
    Some(CertifiedChain { blocks: vec![block], certificate: Certificate { subject, votes } })
}

/// A good block that nobody agreed upon.
fn invented(me: &Me<'_>, height: Height) -> Option<Block> {
    let tip = ledger::tip(me.disk).ok().flatten().filter(|tip| tip.header.height == height)?;
    let context = ledger::Context { view: me.view, time: me.now, proposer: me.index };
    Some(ledger::build(me.disk, &tip, context, Vec::new()).ok()?.executed.block)
}

//! Saying again what was said in vain. Links lose messages when they break; votes are the same bytes each time.

use crate::actions::{Message, Record, To};
use crate::engine::Engine;
use proto::{Proposal, Verified, View, VoteKind};

/// Own votes in at most this many open views are repeated.
const VIEWS_REPEATED_MAX: usize = 8;

impl Engine {
    /// When a view took as long as it may, everything that we said in it is said again, with the certificate that let us
    /// in; whoever has left it answers with the certificates that we lack.
    pub(crate) fn rule_repeat(&mut self) {
        if self.pace.due().repeat {
            self.pace.repeated();
            self.repeat();
        }
    }
    /// Repeats our standing promises.
    pub(crate) fn repeat(&mut self) {
        for message in self.standing() {
            self.send(To::All, message);
        }
        self.fetch_anew();
        self.rule_fetch();
    }
    /// What was asked for and did not come may be asked for again.
    pub(crate) fn fetch_anew(&mut self) {
        for view in self.open_views() {
            let slot = self.views.slot(view);
            (slot.fetched, slot.puzzled) = (false, false);
        }
    }
    fn standing(&self) -> Vec<Message> {
        let entry = self.view.0.checked_sub(1).and_then(|v| self.views.get(View(v)));
        let mut out: Vec<Message> =
            entry.into_iter().flat_map(|s| s.certificates()).take(1).cloned().map(Message::Certificate).collect();
        let Some(me) = self.me() else { return out };
        let open = self.views.from(self.finalized.view.next()).rev().take(VIEWS_REPEATED_MAX);
        for (_, slot) in open {
            // only the block that we voted for: another of our key would come from another life of it
            let ours = slot.vote(me, VoteKind::Notarize).and_then(|v| slot.candidate(&v.subject.block));
            let led = ours.map(|c| &c.proposal).filter(|p| p.header.proposer == me);
            out.extend(led.cloned().map(Message::Proposal));
            out.extend(slot.votes_of(me).cloned().map(Message::Vote));
        }
        out
    }
    fn open_views(&self) -> Vec<View> {
        self.views.from(self.base().view.next()).map(|(v, _)| v).collect()
    }
    /// A block that we vote for is kept beside the vote.
    pub(crate) fn remember(&mut self, proposal: Verified<Proposal>) {
        self.persist(Record::Proposal(proposal.into_inner()));
    }
}

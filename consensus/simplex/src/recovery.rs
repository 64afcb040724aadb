//! The restart: the journal folded into an engine. The same path serves a first start, with nothing to fold.

use crate::actions::{Notice, Record, Why};
use crate::engine::Engine;
use crate::intake::head_of;
use proto::{Certificate, Verified, View, Vote, VoteKind};

impl Engine {
    /// Puts every record of the journal where it came from. Nothing is persisted or sent: `Input::Start` does that.
    pub(crate) fn recover(&mut self) {
        for record in std::mem::take(&mut self.setup.journal) {
            match record {
                _ if record.view() <= self.setup.finalized.view => {}
                Record::Cast(vote) => self.recover_vote(vote),
                Record::Certificate(certificate) => self.recover_certificate(&certificate),
                Record::Proposal(proposal) => {
                    if let Some(p) = proposal.verify(&self.setup.chain, &self.setup.validators) {
                        self.views.slot(p.header.view).count(p.leader_vote());
                        self.views.slot(p.header.view).propose(p, true);
                    }
                }
            }
        }
        self.view = self.reach;
    }
    /// A promise of ours. One that cannot be read still binds: we do not vote in its view again.
    fn recover_vote(&mut self, vote: Vote) {
        let view = vote.subject.view;
        self.reach = self.reach.max(view_of_return(&vote));
        match vote.verify(&self.setup.chain, &self.setup.validators) {
            Some(vote) if Some(vote.validator) == self.me() => {
                self.views.slot(view).count(vote);
            }
            _ => self.setup.vote_from = self.setup.vote_from.max(view.next()),
        }
    }
    fn recover_certificate(&mut self, certificate: &Certificate) {
        let vote = |(who, signature): &(_, _)| {
            let vote = Vote { subject: certificate.subject, validator: *who, signature: *signature };
            vote.verify(&self.setup.chain, &self.setup.validators)
        };
        let votes: Vec<Verified<Vote>> = certificate.votes.iter().filter_map(vote).collect();
        let Some(certificate) = Certificate::assemble(&votes, self.setup.timing.quorum) else { return };
        let (view, head) = (certificate.view, head_of(&certificate));
        self.reach = self.reach.max(view.next());
        if certificate.kind == VoteKind::Finalize && head.view > self.finalized.view {
            self.finalized = head;
            self.final_certificate = Some(certificate.clone());
        }
        self.views.slot(view).certify(certificate);
    }
    /// The first step: says again what was promised, and tells the application what it may not have heard.
    pub(crate) fn on_start(&mut self) {
        self.notify(Notice::Entered { view: self.view, leader: self.leader(self.view), why: Why::Started });
        if self.finalized.view > self.committed.view {
            self.out.notify.extend(self.final_certificate.clone().map(Notice::Finalized));
        }
        self.repeat();
    }
}

/// The view in which the vote was cast, or the one after for a finalize, which is cast on leaving.
fn view_of_return(vote: &Vote) -> View {
    match vote.subject.kind {
        VoteKind::Finalize => vote.subject.view.next(),
        VoteKind::Notarize | VoteKind::Nullify => vote.subject.view,
    }
}

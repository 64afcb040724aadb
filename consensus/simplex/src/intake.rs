//! What each input adds to what we know. Windows and caps are applied here; nothing is signed here but a leader's block.

use crate::actions::{Message, Notice, Record, To};
use crate::engine::Engine;
use crate::evidence;
use crate::setup::Head;
use crate::slot::{Counted, Opinion};
use crate::views::{VIEWS_AHEAD_MAX, VIEWS_BEHIND_MAX};
use proto::{Canonical, Certificate, Entry, Header, Proposal, Subject, ValidatorIndex, Verified, View, Vote, VoteKind};

impl Engine {
    pub(crate) fn on_vote(&mut self, vote: Verified<Vote>) {
        let (who, view, kind) = (vote.validator, vote.subject.view, vote.subject.kind);
        if view.0 > self.view.0.saturating_add(VIEWS_AHEAD_MAX) {
            self.ahead = true;
            return;
        }
        if self.is_history(view) {
            return self.help(who, view);
        }
        self.ahead |= view > self.view;
        self.peers.hear(who, view);
        let counted = self.count(vote);
        // a peer that repeats itself is stuck, and so is one that gives up what we left with a block
        let passed = view < self.view && kind == VoteKind::Nullify && !self.is_nullified(view);
        if view < self.view && (counted == Counted::Repeated || passed) {
            self.help(who, view);
        }
    }
    pub(crate) fn on_proposal(&mut self, proposal: Verified<Proposal>) {
        let view = proposal.header.view;
        let led = proposal.header.proposer == self.leader(view);
        let known = self.views.certified(&proposal.header.digest(), self.base()).is_some();
        self.on_vote(proposal.leader_vote());
        let is_near = view > self.base().view && view.0 <= self.view.0.saturating_add(VIEWS_AHEAD_MAX);
        // below our view only what a quorum stands for is of use
        if led && is_near && (known || view >= self.view) {
            self.views.slot(view).propose(proposal, known);
        }
    }
    pub(crate) fn on_certificate(&mut self, certificate: Verified<Certificate>) {
        if certificate.view > self.finalized.view || self.is_below_final(&certificate) {
            self.learn(certificate);
        } else if certificate.kind == VoteKind::Finalize && certificate.block == self.finalized.digest {
            self.final_certificate.get_or_insert(certificate);
        }
    }
    pub(crate) fn on_work(&mut self, work: bool) {
        self.work = work;
        if work {
            self.asked = None;
        }
    }
    /// Our own block: signed, remembered and sent in one step. A crash before the write loses an unseen block; after it,
    /// the same bytes are sent again.
    pub(crate) fn on_built(&mut self, view: View, block: Option<(Header, Vec<Entry>)>) {
        let Some((header, entries)) = block else { return };
        if view != self.view || header.view != view || !self.may_lead() || !self.is_fitting(&header) {
            return;
        }
        let Some((me, key)) = &self.setup.identity else { return };
        if header.proposer != *me || header.chain != self.setup.chain || header.epoch != self.epoch() {
            return;
        }
        let (digest, proposal) = (header.digest(), Proposal::sign(header, entries, key));
        self.views.slot(view).propose(proposal.clone(), false);
        self.views.note(&digest, Opinion::Valid);
        self.persist(Record::Proposal((*proposal).clone()));
        self.count(proposal.leader_vote());
        self.send(To::All, Message::Proposal(proposal));
    }
    pub(crate) fn on_committed(&mut self, head: Head) {
        if head.view > self.committed.view {
            self.committed = head;
        }
        self.finalize(head, None);
    }
    /// Counts a vote, keeps our own durably, and makes a certificate when it completes a quorum.
    pub(crate) fn count(&mut self, vote: Verified<Vote>) -> Counted {
        let (subject, quorum) = (vote.subject, self.setup.timing.quorum);
        let ours = (Some(vote.validator) == self.me()).then(|| Record::Cast(*vote));
        let counted = self.views.slot(subject.view).count(vote);
        if let Counted::Contradiction(Some(proof)) = &counted {
            self.notify(Notice::Fault(proof.clone()));
        }
        if counted == Counted::Fresh {
            // a vote of ours that we do not remember comes from another life of this key: it binds us all the same
            self.out.persist.extend(ours);
            self.tally(&subject, quorum);
        }
        counted
    }
    fn tally(&mut self, subject: &Subject, quorum: usize) {
        if subject.view > self.base().view
            && let Some(certificate) = self.views.slot(subject.view).assemble(subject, quorum)
        {
            self.learn(certificate);
        }
    }
    fn learn(&mut self, certificate: Verified<Certificate>) {
        let (view, kind) = (certificate.view, certificate.kind);
        let slot = self.views.slot(view);
        if slot.certificate(kind).is_some_and(|held| held.subject == certificate.subject) {
            return;
        }
        for proof in evidence::of_certificate(slot, &certificate, &self.setup) {
            let news = slot.accuse(proof.culprit()).then_some(Notice::Fault(proof));
            self.out.notify.extend(news);
        }
        if !slot.certify(certificate.clone()) {
            return;
        }
        if view.0 <= self.view.0.saturating_add(VIEWS_AHEAD_MAX) {
            certificate.votes.iter().for_each(|(who, _)| self.peers.hear(*who, view));
        }
        self.persist(Record::Certificate((*certificate).clone()));
        self.reach = self.reach.max(view.next());
        match kind {
            VoteKind::Notarize => self.notify(Notice::Notarized(certificate)),
            VoteKind::Finalize => self.finalize(head_of(&certificate), Some(certificate)),
            VoteKind::Nullify => {}
        }
    }
    fn finalize(&mut self, head: Head, certificate: Option<Verified<Certificate>>) {
        if head.view <= self.finalized.view {
            return;
        }
        self.finalized = head;
        self.reach = self.reach.max(head.view.next());
        self.out.notify.extend(certificate.clone().map(Notice::Finalized));
        self.final_certificate = certificate;
    }
    /// Whether a quorum stands for a block that is final by a later one's certificate and that we have not executed.
    fn is_below_final(&self, certificate: &Certificate) -> bool {
        let wanted = self.base().height < certificate.height && certificate.height <= self.finalized.height;
        certificate.kind == VoteKind::Notarize && certificate.view > self.base().view && wanted
    }
    /// Whether votes of this view are too old to be kept.
    fn is_history(&self, view: View) -> bool {
        let edge = if view > self.finalized.view { self.view } else { self.finalized.view };
        view.0.saturating_add(VIEWS_BEHIND_MAX) < edge.0
    }
    fn is_nullified(&self, view: View) -> bool {
        self.views.get(view).is_some_and(|s| s.is_nullified())
    }
    /// Offers a lagging peer the way to our view, not more often than it may repeat itself.
    fn help(&mut self, peer: ValidatorIndex, view: View) {
        let (clock, pause) = (self.pace.clock(), self.setup.timing.leader_ms);
        if Some(peer) == self.me() || !self.peers.may_help(peer, clock, pause) {
            return;
        }
        if view <= self.finalized.view {
            self.notify(Notice::Behind { peer, view });
        }
        for certificate in self.certificates_above(View(view.0.saturating_sub(1)), HELP_CERTIFICATES_MAX) {
            self.send(To::One(peer), Message::Certificate(certificate));
        }
    }
}

/// Most certificates sent to a lagging peer at once.
const HELP_CERTIFICATES_MAX: usize = 64;

/// The block that a finalize certificate is about.
pub(crate) fn head_of(certificate: &Certificate) -> Head {
    Head { view: certificate.view, height: certificate.height, digest: certificate.block }
}

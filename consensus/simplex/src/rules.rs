//! The rules of the protocol. Each looks at what is known and does at most what the paper (Chan & Pass, eprint 2023/463,
//! section 2.2) allows; [`Engine::settle`] applies them until none applies.

use crate::actions::{Ask, Message, Notice, To, Why};
use crate::engine::Engine;
use crate::setup::Head;
use crate::slot::{Candidate, Counted, Opinion, Slot};
use crate::views::{Footing, depth};
use proto::{Digest, Header, Subject, ValidatorIndex, Verified, View, Vote, VoteKind};

/// Most blocks notarized on top of one another with none of them final, before a leader waits.
pub const DEPTH_MAX: u64 = 4;

impl Engine {
    /// Applies the rules until none applies. Ends because views only rise to a certificate's, and each view has at most
    /// three votes, two candidates and two questions about each.
    pub(crate) fn settle(&mut self) {
        while self.rule_advance()
            | self.rule_finalize()
            | self.rule_nullify()
            | self.rule_judge()
            | self.rule_notarize()
            | self.rule_propose_again()
        {}
        self.rule_fetch();
        self.rule_build();
        self.rule_repeat();
        self.pace.arm(self.stirs());
        self.views.prune(self.base().view, self.view, self.me());
    }
    /// *A view is left only with a certificate*: notarize, nullify or finalize. (Paper: "on seeing a notarized
    /// blockchain of length h, enter iteration h + 1".) Never on a peer's claim, however many views it names.
    fn rule_advance(&mut self) -> bool {
        let advance = self.reach > self.view;
        if advance {
            let (why, failed) = self.outcome();
            self.view = self.reach;
            (self.asked, self.ahead, self.skipped) = (None, false, false);
            self.pace.enter(failed);
            // views that fail one after another are never repeated: what is missing must be asked for in each
            self.fetch_anew();
            self.notify(Notice::Entered { view: self.view, leader: self.leader(self.view), why });
        }
        advance
    }
    /// How the current view ended, and whether that says that timeouts are too short.
    fn outcome(&self) -> (Why, Option<bool>) {
        let slot = self.views.get(self.view).filter(|_| self.reach == self.view.next());
        match slot {
            Some(s) if s.block().is_some() => (Why::Notarized, Some(false)),
            Some(s) if s.is_nullified() => (Why::Nullified, (!self.skipped).then_some(true)),
            _ => (Why::CaughtUp, None),
        }
    }
    /// *A view left with a block is finalized unless we gave it up.* (Paper: "if the timer has not fired, multicast
    /// finalize".) Together with `rule_nullify` this keeps the promise: one of nullify and finalize, never both.
    fn rule_finalize(&mut self) -> bool {
        let open = self.views.from(self.finalized.view.next()).take_while(|(v, _)| *v < self.view);
        let left = open.filter(|(_, s)| !s.is_nullified()).filter(|(_, s)| self.is_unsaid(s, VoteKind::Finalize));
        let left = left.filter(|(_, s)| self.is_unsaid(s, VoteKind::Nullify));
        let blocks = left.filter_map(|(_, s)| s.certificate(VoteKind::Notarize));
        let subjects: Vec<Subject> = blocks.map(|c| Subject { kind: VoteKind::Finalize, ..c.subject }).collect();
        subjects.into_iter().fold(false, |any, subject| self.cast(subject) | any)
    }
    /// *A view is given up* when its leader or its certificate is late, when its leader is known to be absent, or when
    /// more than f others gave it up, one of whom is then honest.
    fn rule_nullify(&mut self) -> bool {
        self.pace.arm(self.stirs());
        let slot = self.views.get(self.view);
        let nullifies = slot.map_or(0, Slot::nullifies);
        let due = self.pace.due();
        let late = due.view || (due.leader && !slot.is_some_and(|s| self.leader_spoke(s)));
        let skip = self.is_active() && self.leader_is_absent();
        let others = nullifies > self.setup.validators.faults_max();
        if !(late || skip || others) || !slot.is_none_or(|s| self.is_unsaid(s, VoteKind::Nullify)) {
            return false;
        }
        self.skipped = skip && !late;
        self.pace.repeated();
        self.cast(Subject::nullify(self.epoch(), self.view))
    }
    /// *The first valid block of the leader gets our vote*, once in a view, if it stands on a notarized block with every
    /// view between given up by a quorum. As in the paper we still vote for it after giving the view up: that commits us
    /// to nothing, and lets the block of a leader that we took for dead be used.
    fn rule_notarize(&mut self) -> bool {
        let Some(slot) = self.views.get(self.view).filter(|_| self.may_vote(self.view)) else { return false };
        if !self.is_unsaid(slot, VoteKind::Notarize) {
            return false;
        }
        if let Some(block) = self.proposed_again(slot) {
            return self.notarize_again(block);
        }
        let Some((_, candidate)) = slot.candidates().find(|(_, c)| c.opinion == Opinion::Valid) else { return false };
        if !self.is_fitting(&candidate.proposal.header) {
            return false;
        }
        let proposal = candidate.proposal.clone();
        let subject = Subject::of(VoteKind::Notarize, &proposal.header);
        self.remember(proposal);
        self.cast(subject)
    }
    /// *A block that closes its epoch has no children in it.* When its view did not make it final, the next leaders propose
    /// it again, the same block in their own view, by their notarize vote alone, until it is. They do so only when
    /// patience runs out: as a rule the finalize votes of its own view are just on their way.
    fn rule_propose_again(&mut self) -> bool {
        if !self.may_lead() || !self.pace.due().finish {
            return false;
        }
        let Footing::On(block) = self.views.parent(self.view, self.finalized) else { return false };
        let open = block.view > self.finalized.view && self.views.closes(&block.digest);
        open && self.notarize_again(block)
    }
    /// The closing block that the leader of our view voted for again, if the rules let us follow.
    fn proposed_again(&self, slot: &Slot) -> Option<Head> {
        let block = slot.vote(self.leader(self.view), VoteKind::Notarize)?.subject.block;
        let head = self.views.stands_on(&block, self.finalized).filter(|_| self.views.closes(&block))?;
        let below = self.finalized.view < head.view && head.view < self.view;
        (below && self.views.are_nullified(head.view, self.view)).then_some(head)
    }
    /// The proposal is remembered with the vote, because it may have been another that we voted for in its own view.
    fn notarize_again(&mut self, block: Head) -> bool {
        let Some(candidate) = self.views.find(View(0), &block.digest) else { return false };
        let proposal = candidate.proposal.clone();
        let subject = Subject { view: self.view, ..Subject::of(VoteKind::Notarize, &proposal.header) };
        self.remember(proposal);
        self.cast(subject)
    }
    /// Whether the leader of our view proposed, be it a new block or an old one.
    fn leader_spoke(&self, slot: &Slot) -> bool {
        slot.proposed || slot.vote(self.leader(self.view), VoteKind::Notarize).is_some()
    }
    /// Asks the application about every block that can be executed now: the leader's when the rules allow a vote for it,
    /// and any that a quorum stands for, because later ones build on it.
    fn rule_judge(&mut self) -> bool {
        let open = self.views.from(self.base().view.next());
        let asks: Vec<(Digest, bool)> = open.flat_map(|(v, s)| self.open_questions(v, s)).collect();
        for (block, certified) in &asks {
            if let Some(candidate) = self.views.find(self.base().view.next(), block) {
                let proposal = candidate.proposal.clone();
                self.ask(Ask::Judge { proposal, certified: *certified });
                self.views.note(block, Opinion::Asked { certified: *certified });
            }
        }
        !asks.is_empty()
    }
    fn open_questions(&self, view: View, slot: &Slot) -> Vec<(Digest, bool)> {
        let ripe = |(digest, candidate): (&Digest, &Candidate)| {
            let certified = self.views.certified(digest, self.base()).is_some();
            let open = match candidate.opinion {
                Opinion::Unasked => certified || view == self.view,
                Opinion::Asked { certified: before } | Opinion::Invalid { certified: before } => certified && !before,
                Opinion::Valid => false,
            };
            let header = &candidate.proposal.header;
            let stands = if certified { self.is_executed(&header.parent) } else { self.is_fitting(header) };
            (open && stands).then_some((*digest, certified))
        };
        slot.candidates().filter_map(ripe).collect()
    }
    /// Asks for blocks that a quorum stands for and that we lack, and for certificates that the leader's block needs.
    pub(crate) fn rule_fetch(&mut self) {
        let open = self.views.from(self.base().view.next()).filter(|(_, s)| !s.fetched);
        let lacking: Vec<(View, Ask)> = open.filter_map(|(v, s)| self.lacks(v, s).map(|a| (v, a))).collect();
        for (view, ask) in lacking {
            self.views.slot(view).fetched = true;
            self.ask(ask);
        }
        if self.is_puzzled() {
            self.views.slot(self.view).puzzled = true;
            self.ask(self.certificates_of(self.leader(self.view)));
        }
    }
    /// The leader votes for a block that it did not propose here, and for all we know nobody stands for: it can show us.
    fn is_puzzled(&self) -> bool {
        let Some(slot) = self.views.get(self.view).filter(|s| !s.puzzled && !s.proposed) else { return false };
        let leader = self.leader(self.view);
        let vote = slot.vote(leader, VoteKind::Notarize).filter(|_| Some(leader) != self.me());
        let unknown = |v: &Verified<Vote>| self.views.stands_on(&v.subject.block, self.finalized).is_none();
        self.pace.due().finish && vote.is_some_and(unknown)
    }
    /// A block, or certificates, without which a view is of no use.
    fn lacks(&self, view: View, slot: &Slot) -> Option<Ask> {
        if let Some(block) = slot.block() {
            let held = slot.certificate(VoteKind::Notarize).or_else(|| slot.certificate(VoteKind::Finalize))?;
            let holders: Vec<_> = held.votes.iter().map(|(i, _)| *i).filter(|i| Some(*i) != self.me()).collect();
            let Some(candidate) = self.views.find(View(0), &block) else {
                return Some(Ask::FetchProposal { block, view, holders });
            };
            // Nobody votes for a block without knowing that a quorum stands for its parent. Another one in each view.
            let rootless = self.views.certified(&candidate.proposal.header.parent, self.base()).is_none();
            let turns = holders.iter().cycle().skip(usize::from(self.leader(self.view).0));
            return turns.into_iter().next().filter(|_| rootless).map(|holder| self.certificates_of(*holder));
        }
        let (_, candidate) = slot.candidates().next().filter(|_| view == self.view)?;
        let header = &candidate.proposal.header;
        let known = self.views.certified(&header.parent, self.finalized);
        let told = known.is_some_and(|parent| self.views.are_nullified(parent, view));
        (!told && Some(header.proposer) != self.me()).then(|| self.certificates_of(header.proposer))
    }
    fn certificates_of(&self, from: ValidatorIndex) -> Ask {
        Ask::FetchCertificates { from, above: self.base().view }
    }
    /// *The leader proposes once*, on the highest notarized block that it can prove. Without work it waits: no empty
    /// blocks, unless one is needed to finalize what stands unfinalized.
    fn rule_build(&mut self) {
        if !self.may_lead() || !self.is_active() && !self.pace.due().finish {
            return;
        }
        let Footing::On(parent) = self.views.parent(self.view, self.finalized) else { return };
        if !self.is_executed(&parent.digest) || self.views.closes(&parent.digest) {
            return;
        }
        let finish = self.pace.due().finish && self.views.tail(self.finalized.view).is_some();
        let work = self.work && depth(parent, self.finalized.height) < DEPTH_MAX;
        let anew = self.asked.is_none() || (finish && self.asked == Some(false));
        if (work || finish) && anew {
            self.asked = Some(finish);
            self.ask(Ask::Build { view: self.view, parent, allow_empty: finish });
        }
    }
    /// Signs and sends a vote, unless we said something of this kind or its contrary before. The one place where votes
    /// are signed (a leader's block apart): `count` refuses what contradicts, and then nothing is persisted or sent.
    fn cast(&mut self, subject: Subject) -> bool {
        let Some((me, key)) = self.setup.identity.clone() else { return false };
        let unsaid = self.views.get(subject.view).is_none_or(|s| s.vote(me, subject.kind).is_none());
        if !unsaid || !self.may_vote(subject.view) {
            return false;
        }
        let vote = Vote::sign(subject, me, &self.setup.chain, &key);
        let fresh = self.count(vote.clone()) == Counted::Fresh;
        if fresh {
            self.send(To::All, Message::Vote(vote));
        }
        fresh
    }
    /// Whether we remember everything that this key may have said in a view.
    fn may_vote(&self, view: View) -> bool {
        self.setup.identity.is_some() && !self.silent && view >= self.setup.vote_from
    }
    fn is_unsaid(&self, slot: &Slot, kind: VoteKind) -> bool {
        self.me().is_some_and(|me| slot.vote(me, kind).is_none())
    }
    /// Whether we lead this view and have neither proposed nor given it up.
    pub(crate) fn may_lead(&self) -> bool {
        let unsaid = |s: &Slot| self.is_unsaid(s, VoteKind::Notarize) && self.is_unsaid(s, VoteKind::Nullify);
        self.leads() && self.may_vote(self.view) && self.views.get(self.view).is_none_or(unsaid)
    }
    /// Whether a block of this view with this header may be voted for as far as the order is concerned.
    pub(crate) fn is_fitting(&self, header: &Header) -> bool {
        match self.views.footing(header, self.finalized) {
            Footing::On(parent) => {
                let open = self.is_executed(&parent.digest) && !self.views.closes(&parent.digest);
                open && header.height == parent.height.next() && header.epoch == self.epoch()
            }
            Footing::Unknown => false,
        }
    }
    /// Whether the application has the state after this block.
    fn is_executed(&self, block: &Digest) -> bool {
        let judged = |c: &Candidate| c.opinion == Opinion::Valid;
        *block == self.committed.digest || self.views.find(self.committed.view.next(), block).is_some_and(judged)
    }
    /// Whether anybody works in this view.
    fn is_active(&self) -> bool {
        let slot = self.views.get(self.view);
        self.work || self.ahead || slot.is_some_and(|s| s.is_active(self.me()))
    }
    /// Whether the timers should run: somebody works, or a block waits to become final or to be executed.
    fn stirs(&self) -> bool {
        self.is_active() || self.base().view < self.finalized.view || self.views.tail(self.finalized.view).is_some()
    }
    /// Whether the leader missed a whole turn. No more views in a row are skipped for this than validators may be
    /// missing from a quorum, so that a network that comes back from a partition waits for its leaders.
    fn leader_is_absent(&self) -> bool {
        let missing = self.setup.validators.count().saturating_sub(self.setup.validators.quorum());
        let mut below = (0..self.view.0).rev().map(View).take_while(|v| *v > self.finalized.view);
        let nullified = |v: &View| self.views.get(*v).is_some_and(|s| s.is_nullified() && s.block().is_none());
        let row = below.by_ref().take(missing).take_while(nullified).count();
        row < missing && self.peers.is_absent(self.leader(self.view), self.view)
    }
}

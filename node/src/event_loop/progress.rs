//! Measures how fast blocks become final, from what passes through the loop. Nothing is decided from it.

use crate::clock;
use crate::status::Clocks;
use crate::telemetry::{Metrics, mesh::Kind};
use proto::{Canonical, Digest, Header, ValidatorIndex, View, VoteKind};
use replica::{Message, To};
use std::collections::VecDeque;
use std::time::Instant;

/// What the replica says of a view with a notarized block.
const NOTARIZED: &str = "notarized";
/// Most proposals that are timed at once.
const PROPOSALS_MAX: usize = 64;

/// Proposals on their way, oldest first.
#[derive(Default)]
pub struct Progress {
    proposals: VecDeque<Proposal>,
    committed: Option<Instant>,
    leader: Option<ValidatorIndex>,
    /// The others'.
    pub clocks: Clocks,
}

struct Proposal {
    block: Digest,
    view: View,
    since: Instant,
}

impl Progress {
    /// A message leaves. Proposals are timed by who makes them: others' have been on their way already.
    pub fn sends(&mut self, to: To, message: &Message, metrics: &Metrics) {
        metrics.mesh.sent.get_or_create(&kind(message)).inc();
        if let (Message::Proposal(p), To::All) = (message, to) {
            self.proposed(&p.header);
        }
    }
    /// A message came.
    pub fn receives(&mut self, message: &Message, metrics: &Metrics) {
        metrics.mesh.received.get_or_create(&kind(message)).inc();
        if let Message::Proposal(p) = message {
            let now = clock::now();
            metrics.mesh.clock(p.header.proposer, p.header.time, now);
            self.clocks.note(p.header.proposer, p.header.time, now);
        }
    }
    fn proposed(&mut self, header: &Header) {
        let (block, view) = (header.digest(), header.view);
        if self.proposals.iter().all(|p| p.block != block) {
            self.proposals.push_back(Proposal { block, view, since: Instant::now() });
        }
        if self.proposals.len() > PROPOSALS_MAX {
            self.proposals.pop_front();
        }
    }
    /// A block is final and committed here.
    pub fn committed(&mut self, block: &Digest, metrics: &Metrics) {
        if let Some(at) = self.proposals.iter().position(|p| p.block == *block) {
            metrics.mesh.finalization.observe(self.proposals[at].since.elapsed());
            self.proposals.drain(..=at);
        }
        if let Some(last) = self.committed.replace(Instant::now()) {
            metrics.mesh.interval.observe(last.elapsed());
        }
    }
    /// A view begins, because of `how` the one before ended.
    pub fn entered(&mut self, (view, leader): (View, ValidatorIndex), how: &'static str, metrics: &Metrics) {
        if let Some(before) = self.leader.replace(leader) {
            metrics.mesh.ended(before, how);
        }
        let ours = self.proposals.iter().find(|p| p.view.next() == view).filter(|_| how == NOTARIZED);
        if let Some(proposal) = ours {
            metrics.mesh.notarization.observe(proposal.since.elapsed());
        }
    }
}

fn kind(message: &Message) -> Kind {
    let kind = match message {
        Message::Proposal(_) => "proposal",
        Message::Vote(v) => match v.subject.kind {
            VoteKind::Notarize => "notarize",
            VoteKind::Nullify => "nullify",
            VoteKind::Finalize => "finalize",
        },
        Message::Certificate(_) => "certificate",
        Message::Status(_) => "status",
        Message::CatchUp(_) => "catch_up",
        Message::Chain(_) | Message::Stored(_) => "chain",
        Message::WantProposal(_) => "want_proposal",
        Message::WantTransactions(_) => "want_transactions",
        Message::WantLastVote(_) => "want_last_vote",
        Message::LastVote(_) => "last_vote",
    };
    Kind { kind }
}

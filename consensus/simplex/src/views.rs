//! The views that are still open, and a short history for the sake of evidence. Bounded on both sides.

use crate::setup::Head;
use crate::slot::{Candidate, Opinion, Slot};
use proto::{Digest, Header, Height, ValidatorIndex, View, VoteKind};
use std::collections::BTreeMap;

/// How far above our view votes and proposals are kept.
pub const VIEWS_AHEAD_MAX: u64 = 16;
/// How far below our view others' votes are kept, and below what is committed here anything at all: late contradictions
/// are still proven.
pub const VIEWS_BEHIND_MAX: u64 = 32;

/// Open views by number. Certificates and our own votes stay until a later block is final; nobody can make more
/// certificates than there were views, and views grow longer while nothing is final.
#[derive(Clone, Debug, Default)]
pub(crate) struct Views {
    slots: BTreeMap<View, Slot>,
}

/// Where a block to build on, or to judge, leads down to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Footing {
    /// It stands on this block.
    On(Head),
    /// A certificate is missing to tell.
    Unknown,
}

impl Views {
    /// What is known about a view.
    pub fn get(&self, view: View) -> Option<&Slot> {
        self.slots.get(&view)
    }
    /// The same, to add to it.
    pub fn slot(&mut self, view: View) -> &mut Slot {
        self.slots.entry(view).or_default()
    }
    /// Views from `first` on, lowest first.
    pub fn from(&self, first: View) -> impl DoubleEndedIterator<Item = (View, &Slot)> {
        self.slots.range(first..).map(|(v, s)| (*v, s))
    }
    /// A block and its opinion, by digest, in views from `first` on.
    pub fn find(&self, first: View, block: &Digest) -> Option<&Candidate> {
        self.slots.range(first..).rev().find_map(|(_, s)| s.candidate(block))
    }
    /// Takes the application's answer about a block; an answer that nobody asked for is ignored.
    pub fn judged(&mut self, block: &Digest, valid: bool) {
        let Some(Opinion::Asked { certified }) = self.find(View(0), block).map(|c| c.opinion) else { return };
        self.note(block, if valid { Opinion::Valid } else { Opinion::Invalid { certified } });
    }
    /// Notes what we asked or heard about a block.
    pub fn note(&mut self, block: &Digest, opinion: Opinion) {
        if let Some(candidate) = self.slots.values_mut().rev().find_map(|s| s.candidate_mut(block)) {
            candidate.opinion = opinion;
        }
    }
    /// Whether every view between `low` and `high`, both excluded, was given up by a quorum.
    pub fn are_nullified(&self, low: View, high: View) -> bool {
        (low.0 + 1..high.0).all(|v| self.get(View(v)).is_some_and(Slot::is_nullified))
    }
    /// The highest block that a leader of `view` may build on: notarized and executed, or `finalized`, with every view
    /// between given up by a quorum. Prefers a block to an empty view where a quorum supported both.
    pub fn parent(&self, view: View, finalized: Head) -> Footing {
        for below in (finalized.view.0 + 1..view.0).rev() {
            let Some(slot) = self.get(View(below)) else { return Footing::Unknown };
            match self.notarized(slot) {
                Some((candidate, digest)) if candidate.opinion == Opinion::Valid => {
                    return Footing::On(Head { view: View(below), height: candidate.proposal.header.height, digest });
                }
                _ if slot.is_nullified() => {}
                _ => return Footing::Unknown,
            }
        }
        Footing::On(finalized)
    }
    /// Whether a vote for a block of `view` with this parent would keep the rules, and the parent is executed.
    pub fn footing(&self, header: &Header, finalized: Head) -> Footing {
        let parent = self.stands_on(&header.parent, finalized);
        match parent {
            Some(p) if p.view < header.view && self.are_nullified(p.view, header.view) => Footing::On(p),
            _ => Footing::Unknown,
        }
    }
    /// A block that may be built on or voted for again: final, or executed here and notarized, last in this view.
    pub fn stands_on(&self, parent: &Digest, finalized: Head) -> Option<Head> {
        if *parent == finalized.digest {
            return Some(finalized);
        }
        let mut open = self.slots.range(finalized.view.next()..).rev();
        let (view, slot) = open.find(|(_, s)| s.block() == Some(*parent))?;
        let (candidate, digest) = self.notarized(slot)?;
        let height = candidate.proposal.header.height;
        (candidate.opinion == Opinion::Valid).then_some(Head { view: *view, height, digest })
    }
    /// The block of a slot that is notarized and that we hold. One that closes its epoch may have been proposed in a
    /// lower view.
    fn notarized(&self, slot: &Slot) -> Option<(&Candidate, Digest)> {
        let digest = slot.block()?;
        Some((self.find(View(0), &digest)?, digest))
    }
    /// Whether we hold this block and it closes its epoch.
    pub fn closes(&self, block: &Digest) -> bool {
        self.find(View(0), block).is_some_and(|c| c.proposal.header.closes_epoch())
    }
    /// The view of a block that a quorum stands for, whether we hold the block or not.
    pub fn certified(&self, block: &Digest, finalized: Head) -> Option<View> {
        if *block == finalized.digest {
            return Some(finalized.view);
        }
        let mut open = self.slots.range(finalized.view.next()..).rev();
        open.find(|(_, s)| s.block() == Some(*block)).map(|(v, _)| *v)
    }
    /// The highest notarized view above `finalized`.
    pub fn tail(&self, finalized: View) -> Option<View> {
        let mut open = self.slots.range(finalized.next()..).rev();
        open.find(|(_, s)| s.certificate(VoteKind::Notarize).is_some()).map(|(v, _)| *v)
    }
    /// Drops what is no longer needed, well below `base`: nothing is asked for there.
    pub fn prune(&mut self, base: View, current: View, me: Option<ValidatorIndex>) {
        let oldest = View(base.0.saturating_sub(VIEWS_BEHIND_MAX));
        self.slots = self.slots.split_off(&oldest);
        if let Some(last) = current.0.checked_sub(VIEWS_BEHIND_MAX + 1) {
            // one step moves the edge by one view or, after catching up, over many: thin them all, once
            let edge = self.slots.range_mut(..=View(last)).rev();
            edge.take_while(|(_, s)| !s.is_thin).for_each(|(_, s)| s.thin(me));
        }
    }
}

/// How many blocks `parent` stands above `finalized`.
pub(crate) fn depth(parent: Head, finalized: Height) -> u64 {
    parent.height.0.saturating_sub(finalized.0)
}

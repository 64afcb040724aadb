//! The ledger as it was at an earlier signed height: what later events changed is taken back in a layer of rows over the disk.
//!
//! Events, headers and logs only grow, so they are there as they were; the state tree is updated in place. What an event did
//! to it follows from events that are kept: counts go back by one each, a matter's sum is added up again, and former references
//! are those of the enrolment before. The root that comes out must be the one that was signed then, or nothing is shown. What
//! an act of governance replaced is kept nowhere, so nothing is shown from before the newest one. Nothing here is written.

use crate::execute::log_key;
use crate::query::{certificate, event, header, history, matter_events};
use crate::store::{Batch, Meta, Read, ReadFault, Table, key, meta};
use crate::tip::{Tip, tip};
use crate::tree::{Former, undo};
use proto::appraisal::template_digest;
use proto::event::{matter_sum_zero, next_sum};
use proto::merkle::{Frontier, LogHash};
use proto::state::{HistoryLeaf, MatterLeaf, SignerLeaf, StateKey};
use proto::{Body, Canonical, ChainId, Digest, Event, Header, Height, Name, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// Most events that are read for it: a few seconds (0.15 s for 20,000 in memory), and some tens of megabytes of rows.
pub const REWIND_EVENTS_MAX: u64 = 100_000;
/// How far around a height that was not certified certified ones are looked for.
const NEAR_BLOCKS: u64 = 1_000;

/// Why the ledger cannot be shown as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unshown {
    /// There is no such block yet.
    #[error("the newest block here is {tip}; name that or an earlier one, or wait")]
    Above {
        /// The newest block.
        tip: Height,
    },
    /// No certificate over that header is here: another block made it final.
    #[error(
        "this node holds no certificate over that very block, so it never made a package there; the nearest that it holds are {near:?}"
    )]
    Uncertified {
        /// Heights that are certified, the last before and the first after.
        near: Vec<u64>,
    },
    /// What governance replaced is not kept.
    #[error(
        "the consortium was changed, or a change moved, in block {at}, and the state that it replaced is not kept; name {at} or a later one"
    )]
    Governed {
        /// The newest block with an act of governance.
        at: Height,
    },
    /// Too much happened since.
    #[error(
        "more than {REWIND_EVENTS_MAX} events would have to be read to take back what came after; name a later one"
    )]
    TooLongAgo,
    /// The state that comes out is not the one that was signed.
    #[error(
        "what is stored here does not lead back to the state that was signed then; check the store with `chirograph fsck`"
    )]
    OtherState,
}

/// Rows that, laid over the disk, show the ledger as it was when `height` was the newest. Pass a snapshot.
pub fn rewind(disk: &dyn Read, height: Height) -> Result<Result<Batch, Unshown>, ReadFault> {
    rewind_within(disk, height, REWIND_EVENTS_MAX)
}

/// The same with at most so many events read.
pub(crate) fn rewind_within(disk: &dyn Read, height: Height, most: u64) -> Result<Result<Batch, Unshown>, ReadFault> {
    match Rewind::to(disk, height, most) {
        Ok(rows) => Ok(Ok(rows)),
        Err(Stop::Unshown(why)) => Ok(Err(why)),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

enum Stop {
    Unshown(Unshown),
    Fault(ReadFault),
}

impl From<ReadFault> for Stop {
    fn from(fault: ReadFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Unshown> for Stop {
    fn from(why: Unshown) -> Self {
        Self::Unshown(why)
    }
}

/// What events after the height did to the state.
struct Rewind<'a> {
    disk: &'a dyn Read,
    chain: ChainId,
    target: Header,
    /// Events that may still be read.
    left: u64,
    /// Events of each matter then.
    matters: BTreeMap<Name, u64>,
    /// Packets of each signer since.
    packets: BTreeMap<Name, u64>,
    /// Signers that were enrolled since.
    enrolled: BTreeSet<Name>,
    /// Former values by leaf.
    leaves: BTreeMap<StateKey, Option<Vec<u8>>>,
}

impl<'a> Rewind<'a> {
    fn to(disk: &'a dyn Read, height: Height, most: u64) -> Result<Batch, Stop> {
        let tip = tip(disk)?.ok_or_else(|| ReadFault::missing("the tip"))?.header;
        if height > tip.height {
            return Err(Unshown::Above { tip: tip.height }.into());
        }
        if certificate(disk, height)?.is_none() {
            return Err(Unshown::Uncertified { near: certified_near(disk, (height, tip.height))? }.into());
        }
        let target = header(disk, height)?.ok_or_else(|| ReadFault::missing("a certified header"))?;
        let mut rewind = Self {
            disk,
            chain: target.chain,
            target,
            left: most,
            matters: BTreeMap::new(),
            packets: BTreeMap::new(),
            enrolled: BTreeSet::new(),
            leaves: BTreeMap::new(),
        };
        for seq in (rewind.target.ledger_size..tip.ledger_size).rev().map(Seq) {
            let event = rewind.event(seq)?;
            rewind.take_back(&event)?;
        }
        rewind.matters()?;
        rewind.signers()?;
        rewind.rows()
    }
    /// The next event, while there are any to be read.
    fn event(&mut self, seq: Seq) -> Result<Event, Stop> {
        self.left = self.left.checked_sub(1).ok_or(Unshown::TooLongAgo)?;
        Ok(event(self.disk, seq)?.ok_or_else(|| ReadFault::missing("an event"))?)
    }
    /// Newest first: the leaves that an event made, and what its other changes must be counted back from.
    fn take_back(&mut self, event: &Event) -> Result<(), Stop> {
        let draft = &event.transaction.draft;
        let fingerprints = event.appraisal.iter().flat_map(|a| &a.fingerprints);
        self.leaves.extend(fingerprints.map(|f| (StateKey::Fingerprint(*f), None)));
        self.leaves.insert(StateKey::Request(draft.org.clone(), draft.request), None);
        match &draft.body {
            Body::Govern(_) => return Err(Unshown::Governed { at: event.height }.into()),
            Body::Fault(proof) => drop(self.leaves.insert(StateKey::Fault(proof.epoch(), proof.culprit()), None)),
            Body::Enroll { signer, .. } => drop(self.enrolled.insert(signer.clone())),
            _ => {}
        }
        if let Some(matter) = draft.body.matter() {
            self.matters.insert(matter.clone(), event.matter_seq.saturating_sub(1));
        }
        if let (Some(signer), packets @ [_, ..]) = (draft.body.signer(), draft.body.packets()) {
            *self.packets.entry(signer.clone()).or_default() += packets.len() as u64;
        }
        Ok(())
    }
    /// A matter's sum is added up from its first event on: a hash chain does not run backwards.
    fn matters(&mut self) -> Result<(), Stop> {
        for (name, count) in std::mem::take(&mut self.matters) {
            self.left = self.left.checked_sub(count).ok_or(Unshown::TooLongAgo)?;
            let events = matter_events(self.disk, &name, 1, usize::try_from(count).unwrap_or(usize::MAX))?;
            let zero = matter_sum_zero(&self.chain, &name);
            let sum = events.iter().fold(zero, |sum, event| next_sum(&sum, &event.digest()));
            let leaf = (count > 0).then(|| MatterLeaf { count, sum }.to_bytes());
            self.leaves.insert(StateKey::Matter(name), leaf);
        }
        Ok(())
    }
    /// How many packets a signer had, and what it was enrolled with.
    fn signers(&mut self) -> Result<(), Stop> {
        let mut sought = BTreeMap::new();
        for (name, since) in std::mem::take(&mut self.packets) {
            let packets = history(self.disk, &name)?.saturating_sub(since);
            match (self.enrolled.contains(&name), packets) {
                (false, _) => {}
                // Who had no packet then had no enrolment either.
                (true, 0) => drop(self.leaves.insert(StateKey::Signer(name.clone()), None)),
                (true, _) => drop(sought.insert(name.clone(), packets)),
            }
            let leaf = (packets > 0).then(|| HistoryLeaf { packets }.to_bytes());
            self.leaves.insert(StateKey::History(name), leaf);
        }
        let mut seq = self.target.ledger_size;
        while !sought.is_empty() && seq > 0 {
            seq -= 1;
            let event = self.event(Seq(seq))?;
            self.enrolment(&event, &mut sought);
        }
        Ok(())
    }
    /// Looks at one event before the height for the enrolments that were in force; `sought` counts packets still to come.
    fn enrolment(&mut self, event: &Event, sought: &mut BTreeMap<Name, u64>) {
        let body = &event.transaction.draft.body;
        let Some((name, packets)) = body.signer().and_then(|signer| sought.get_key_value(signer)) else { return };
        let (name, packets) = (name.clone(), packets.saturating_sub(body.packets().len() as u64));
        let leaf = match body {
            Body::Enroll { references, .. } => {
                let (template, references) = (template_digest(&self.chain, references), references.clone());
                Some(SignerLeaf { template, references, enrolled: event.seq }.to_bytes())
            }
            _ => None,
        };
        if leaf.is_some() || packets == 0 {
            sought.remove(&name);
            self.leaves.insert(StateKey::Signer(name), leaf);
        } else {
            sought.insert(name, packets);
        }
    }
    /// The layer: leaves and pages as they were, and the tip.
    fn rows(self) -> Result<Batch, Stop> {
        let (mut rows, mut former) = (Batch::default(), Former::new());
        for (leaf, value) in self.leaves {
            let path = leaf.path();
            former.insert(path, value.as_deref().map(Digest::sm3));
            rows.writes.insert(key(Table::StateLeaf, &path.0), value);
        }
        if undo(self.disk, &former, &mut rows)? != self.target.state_root {
            return Err(Unshown::OtherState.into());
        }
        let [sm3, sha256] =
            [LogHash::Sm3, LogHash::Sha256].map(|hash| frontier(self.disk, hash, self.target.ledger_size));
        let tip = Tip { digest: self.target.digest(), header: self.target, sm3: sm3?, sha256: sha256? };
        rows.put(meta(Meta::Tip), tip.to_bytes());
        Ok(rows)
    }
}

/// The right edge that a log had: its complete subtrees stay where they are.
fn frontier(disk: &dyn Read, hash: LogHash, size: u64) -> Result<Frontier, ReadFault> {
    let missing = || ReadFault::missing("a node of a Merkle log");
    let (mut peaks, mut start) = (Vec::new(), 0);
    for level in (0..64u8).rev().filter(|level| size >> level & 1 == 1) {
        let node = disk.get(&log_key(hash, level, start >> level))?.ok_or_else(missing)?;
        peaks.push(Digest(node.try_into().map_err(|_| missing())?));
        start += 1 << level;
    }
    Frontier::restore(hash, size, peaks).ok_or_else(missing)
}

fn certified_near(disk: &dyn Read, (height, tip): (Height, Height)) -> Result<Vec<u64>, ReadFault> {
    let mut near = Vec::new();
    let before = (height.0.saturating_sub(NEAR_BLOCKS)..height.0).rev();
    let after = height.0 + 1..=tip.0.min(height.0.saturating_add(NEAR_BLOCKS));
    for mut heights in [Box::new(before) as Box<dyn Iterator<Item = u64>>, Box::new(after)] {
        let found = heights.find_map(|at| certificate(disk, Height(at)).map(|c| c.map(|_| at)).transpose());
        near.extend(found.transpose()?);
    }
    Ok(near)
}

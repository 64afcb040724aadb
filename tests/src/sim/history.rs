//! What outsiders saw as it happened: blocks reported as final, votes that left, accusations. Shares no code with the
//! consensus that it checks. Whole ledgers are read at the end by `audit`, evidence is watched over by `witness`.

use crate::sim::finding::{Finding, Rule};
use crate::sim::roll::Roll;
use ledger::Birth;
use proto::{Canonical, Digest, Epoch, FaultProof, Header, Height, Seq, Subject, TxId, ValidatorIndex, View, VoteKind};
use replica::Message;
use std::collections::{BTreeMap, BTreeSet};

/// The canonical history: any validator may repeat it, none may fork or skip it.
#[derive(Debug)]
pub struct History {
    blocks: BTreeMap<Height, Digest>,
    events: BTreeMap<TxId, Seq>,
    /// What left each validator, by view and kind.
    said: BTreeMap<(ValidatorIndex, Epoch, View, VoteKind), Subject>,
    told: BTreeMap<usize, Height>,
    /// Who votes in which epoch.
    pub roll: Roll,
    /// Into which epoch a process said that it came.
    entered: BTreeMap<usize, Epoch>,
    /// The same, but for what it found on its disk and might lose again.
    said_to_enter: BTreeMap<usize, Epoch>,
    /// Epochs whose rescue was replaced.
    abandoned: BTreeSet<Epoch>,
    /// Blocks that close their epoch.
    closing: BTreeMap<Digest, Epoch>,
    /// Blocks that stand on one of those, in the same epoch.
    beyond: BTreeSet<Digest>,
    /// The keys of those who are faulty on purpose.
    culprits: BTreeSet<u16>,
    /// Places of theirs that were proven to be.
    pub proven: BTreeSet<(Epoch, ValidatorIndex)>,
    /// Accusations that were made.
    pub faults: usize,
}

impl History {
    /// Nothing yet; the culprits are faulty on purpose.
    pub fn new(culprits: BTreeSet<u16>, birth: &Birth) -> Self {
        Self {
            culprits,
            roll: Roll::new(birth),
            blocks: BTreeMap::new(),
            events: BTreeMap::new(),
            said: BTreeMap::new(),
            told: BTreeMap::new(),
            entered: BTreeMap::new(),
            said_to_enter: BTreeMap::new(),
            abandoned: BTreeSet::new(),
            closing: BTreeMap::new(),
            beyond: BTreeSet::new(),
            proven: BTreeSet::new(),
            faults: 0,
        }
    }
    /// The keys of those who were proven to be faulty.
    pub fn named(&self) -> BTreeSet<u16> {
        self.proven.iter().filter_map(|(epoch, place)| self.roll.owner(*epoch, *place)).collect()
    }
    /// The highest final block that anybody reported.
    pub fn height(&self) -> Height {
        self.blocks.keys().next_back().copied().unwrap_or_default()
    }
    /// Events that anybody reported.
    pub fn events(&self) -> usize {
        self.events.len()
    }
    /// The final blocks by height.
    pub fn blocks(&self) -> &BTreeMap<Height, Digest> {
        &self.blocks
    }
    /// Process `at` reports a block as committed, and its disk shows the header.
    pub fn committed(
        &mut self,
        at: usize,
        header: Option<Header>,
        (height, events): (Height, &[(TxId, Seq)]),
    ) -> Result<(), Finding> {
        let missing = || Rule::Permanence.broken(format!("{at} reports height {height} and has no such header"));
        let digest = header.ok_or_else(missing)?.digest();
        self.is_final(height, digest, &format!("process {at}"))?;
        let before = self.told.insert(at, height);
        if before.is_some_and(|before| height != before.next()) {
            return Err(Rule::Permanence.broken(format!("{at} reports height {height} after {before:?}")));
        }
        for (tx, seq) in events {
            let first = *self.events.entry(*tx).or_insert(*seq);
            if first != *seq {
                let text = format!("{at} has transaction {tx:?} as event {seq}, which was event {first}");
                return Err(Rule::Agreement.broken(text));
            }
        }
        Ok(())
    }
    fn is_final(&mut self, height: Height, digest: Digest, by: &str) -> Result<(), Finding> {
        let known = *self.blocks.entry(height).or_insert(digest);
        if known == digest {
            return Ok(());
        }
        let text = format!("disagreement at height {height}: {known:?} is final, and {by} has {digest:?}");
        Err(Rule::Agreement.broken(text))
    }
    /// Process `at` starts, its disk ending at `height`: nothing that it reported may be missing, unless the power went.
    pub fn started(&mut self, at: usize, height: Height) -> Result<(), Finding> {
        let before = self.told.insert(at, height).unwrap_or_default();
        if height < before {
            let text = format!("{at} reported height {before}, and its disk ends at {height}");
            return Err(Rule::Permanence.broken(text));
        }
        Ok(())
    }
    /// Process `at` lost power or its disk: commits that it told need not have been durable with itself, only with a
    /// quorum.
    pub fn lost_power(&mut self, at: usize) {
        self.told.remove(&at);
    }
    /// A message leaves an honest validator: no vote in it may contradict what any of its signers said before, and a
    /// finalize certificate is about the final block of its height.
    pub fn sent(&mut self, at: usize, message: &Message) -> Result<(), Finding> {
        match message {
            Message::Vote(v) => {
                self.is_timely(at, v.subject)?;
                self.said(v.validator, v.subject)
            }
            Message::Proposal(p) => {
                self.learn(&p.header);
                let subject = Subject::of(VoteKind::Notarize, &p.header);
                self.goes_on(&subject)?;
                self.said(p.header.proposer, subject)
            }
            Message::Certificate(c) => {
                c.votes.iter().try_for_each(|(who, _)| self.said(*who, c.subject))?;
                if c.kind == VoteKind::Finalize {
                    self.is_final(c.height, c.block, "a certificate")?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
    /// Process `at` lost its disk, or an older copy of it was put back: it may be in an epoch again that it had left.
    pub fn lost_disk(&mut self, at: usize) {
        self.lost_power(at);
        self.said_to_enter.remove(&at);
    }
    /// Process `at` says that it came into an epoch. That was durable before.
    pub fn entered(&mut self, at: usize, epoch: Epoch) {
        self.entered.insert(at, epoch);
        self.said_to_enter.insert(at, epoch);
    }
    /// Process `at` starts in an epoch: nobody goes back.
    pub fn starts_in(&mut self, at: usize, epoch: Epoch) -> Result<(), Finding> {
        self.entered.insert(at, epoch);
        let before = self.said_to_enter.get(&at).copied().unwrap_or_default();
        if epoch < before {
            let text = format!("process {at} said that it came into epoch {before}, and starts in epoch {epoch}");
            return Err(Rule::Epochs.broken(text));
        }
        Ok(())
    }
    /// Another rescue took the place of the one that opened this epoch, in which nothing was decided.
    pub fn abandoned(&mut self, epoch: Epoch) {
        self.abandoned.insert(epoch);
    }
    /// Whether an epoch may have no trace in any ledger.
    pub fn is_abandoned(&self, epoch: Epoch) -> bool {
        self.abandoned.contains(&epoch)
    }
    /// Nobody votes in an epoch that is over for him, nor for a block on top of the one that closed it.
    fn is_timely(&self, at: usize, subject: Subject) -> Result<(), Finding> {
        if let Some(epoch) = self.entered.get(&at).filter(|epoch| subject.epoch < **epoch) {
            let text = format!("process {at} votes in epoch {}, and came into epoch {epoch} before", subject.epoch);
            return Err(Rule::Epochs.broken(text));
        }
        self.goes_on(&subject)
    }
    fn goes_on(&self, subject: &Subject) -> Result<(), Finding> {
        if !self.beyond.contains(&subject.block) {
            return Ok(());
        }
        let text =
            format!("a vote of view {} for a block on the one that closes epoch {}", subject.view, subject.epoch);
        Err(Rule::Epochs.broken(text))
    }
    fn learn(&mut self, header: &Header) {
        if header.closes_epoch() {
            self.closing.insert(header.digest(), header.epoch);
        }
        if self.closing.get(&header.parent) == Some(&header.epoch) {
            self.beyond.insert(header.digest());
        }
    }
    /// An honest validator reports that another contradicted itself: true of culprits only, and proven to anyone.
    pub fn accused(&mut self, proof: &FaultProof, birth: &Birth) -> Result<(), Finding> {
        self.faults += 1;
        let who = (proof.epoch(), proof.culprit());
        if !self.roll.owner(who.0, who.1).is_some_and(|owner| self.culprits.contains(&owner)) {
            return Err(Rule::Innocence.broken(format!("an honest validator is accused: {proof:?}")));
        }
        let set = self.roll.set(who.0);
        if set.and_then(|set| proof.clone().verify(&birth.chain, set)).is_none() {
            return Err(Rule::Innocence.broken(format!("a proof that proves nothing: {proof:?}")));
        }
        self.proven.insert(who);
        Ok(())
    }
    fn said(&mut self, who: ValidatorIndex, subject: Subject) -> Result<(), Finding> {
        let (epoch, view, kind) = (subject.epoch, subject.view, subject.kind);
        let Some(owner) = self.roll.owner(epoch, who) else {
            return Err(Rule::Epochs.broken(format!("a vote of {who} in epoch {epoch}, which has no such validator")));
        };
        if self.culprits.contains(&owner) {
            return Ok(());
        }
        let first = *self.said.entry((who, epoch, view, kind)).or_insert(subject);
        let other = match kind {
            VoteKind::Nullify => Some(VoteKind::Finalize),
            VoteKind::Finalize => Some(VoteKind::Nullify),
            VoteKind::Notarize => None,
        };
        if other.is_some_and(|other| self.said.contains_key(&(who, epoch, view, other))) {
            let text = format!("validator {who} both nullified and finalized view {view}");
            return Err(Rule::OneVoice.broken(text));
        }
        if first != subject {
            let text = format!("validator {who} signed two {} votes in view {view}", kind.as_str());
            return Err(Rule::OneVoice.broken(text));
        }
        Ok(())
    }
}

//! What outsiders saw, and the checks on it. Shares no code with the consensus that it checks.

use crate::sim::consortium::trust;
use crate::sim::disk::Disk;
use ledger::Birth;
use proto::event::{ledger_sum_zero, matter_sum_zero, next_sum};
use proto::merkle::{Frontier, LogHash};
use proto::{
    Canonical, Check, Digest, Event, FaultProof, Header, Height, Name, Outcome, Seq, Subject, TxId, ValidatorIndex,
    View, VoteKind,
};
use replica::Message;
use std::collections::{BTreeMap, BTreeSet};

/// Why a run is refused, as a sentence.
pub type Finding = String;

/// The canonical history: any validator may repeat it, none may fork or skip it.
#[derive(Debug, Default)]
pub struct History {
    blocks: BTreeMap<Height, Digest>,
    events: BTreeMap<TxId, Seq>,
    /// What left each validator, by view and kind.
    said: BTreeMap<(ValidatorIndex, View, VoteKind), Subject>,
    told: BTreeMap<usize, Height>,
    /// The validator that is faulty on purpose.
    culprit: Option<ValidatorIndex>,
    /// Reports of contradictions by it.
    pub faults: usize,
}

impl History {
    /// Nothing yet; `culprit` is faulty on purpose.
    pub fn new(culprit: Option<ValidatorIndex>) -> Self {
        Self { culprit, ..Self::default() }
    }
    /// The highest final block that anybody reported.
    pub fn height(&self) -> Height {
        self.blocks.keys().next_back().copied().unwrap_or_default()
    }
    /// Events that anybody reported.
    pub fn events(&self) -> usize {
        self.events.len()
    }
    /// Validator `at` reports a block as committed, and its disk shows the header.
    pub fn committed(
        &mut self,
        at: usize,
        header: Option<Header>,
        (height, events): (Height, &[(TxId, Seq)]),
    ) -> Result<(), Finding> {
        let digest = header.ok_or(format!("{at} reports height {height} and has no such header"))?.digest();
        let known = *self.blocks.entry(height).or_insert(digest);
        if known != digest {
            return Err(format!("disagreement at height {height}: {known:?} is final, and {at} has {digest:?}"));
        }
        let before = self.told.insert(at, height).unwrap_or_default();
        if height != before.next() {
            return Err(format!("{at} reports height {height} after {before}"));
        }
        for (tx, seq) in events {
            let first = *self.events.entry(*tx).or_insert(*seq);
            if first != *seq {
                return Err(format!("{at} has transaction {tx:?} as event {seq}, which was event {first}"));
            }
        }
        Ok(())
    }
    /// Validator `at` starts, its disk ending at `height`: nothing that it reported may be missing.
    pub fn started(&mut self, at: usize, height: Height) -> Result<(), Finding> {
        let before = self.told.insert(at, height).unwrap_or_default();
        if height < before {
            return Err(format!("{at} reported height {before}, and its disk ends at {height}"));
        }
        Ok(())
    }
    /// A message leaves an honest validator: no vote in it may contradict what any of its signers said before.
    pub fn sent(&mut self, message: &Message) -> Result<(), Finding> {
        match message {
            Message::Vote(v) => self.said(v.validator, v.subject),
            Message::Proposal(p) => self.said(p.header.proposer, Subject::of(VoteKind::Notarize, &p.header)),
            Message::Certificate(c) => c.votes.iter().try_for_each(|(who, _)| self.said(*who, c.subject)),
            _ => Ok(()),
        }
    }
    /// A validator reports that another contradicted itself: true of the culprit only.
    pub fn accused(&mut self, proof: &FaultProof) -> Result<(), Finding> {
        self.faults += 1;
        if self.culprit == Some(proof.culprit()) {
            return Ok(());
        }
        Err(format!("an honest validator is accused: {proof:?}"))
    }
    fn said(&mut self, who: ValidatorIndex, subject: Subject) -> Result<(), Finding> {
        if self.culprit == Some(who) {
            return Ok(());
        }
        let (view, kind) = (subject.view, subject.kind);
        let first = *self.said.entry((who, view, kind)).or_insert(subject);
        let other = match kind {
            VoteKind::Nullify => VoteKind::Finalize,
            VoteKind::Finalize => VoteKind::Nullify,
            VoteKind::Notarize => return Self::same(who, first, subject),
        };
        if self.said.contains_key(&(who, view, other)) {
            return Err(format!("validator {who} both nullified and finalized view {view}"));
        }
        Self::same(who, first, subject)
    }
    fn same(who: ValidatorIndex, first: Subject, subject: Subject) -> Result<(), Finding> {
        if first == subject {
            return Ok(());
        }
        let (kind, view) = (subject.kind.as_str(), subject.view);
        Err(format!("validator {who} signed two {kind} votes in view {view}"))
    }
    /// Reads a whole ledger as an auditor would: every header, every event, every sum and root recomputed.
    pub fn audit(&self, birth: &Birth, disk: &Disk) -> Result<(), Finding> {
        let tip = ledger::tip(disk).map_err(|e| e.detail)?.ok_or("a ledger without a tip")?;
        for (height, digest) in self.blocks.range(..=tip.header.height) {
            let header = ledger::header(disk, *height).map_err(|e| e.detail)?;
            if header.map(|h| h.digest()) != Some(*digest) {
                return Err(format!("the header at height {height} is not the final one"));
            }
        }
        let mut audit = Audit::new(birth);
        for seq in 0..tip.header.ledger_size {
            let event = ledger::event(disk, Seq(seq)).map_err(|e| e.detail)?;
            audit.read(&event.ok_or(format!("event {seq} is missing"))?)?;
        }
        audit.compare(&tip.header, disk)
    }
    /// Everything that a client was told must be where it was said to be.
    pub fn honours(&self, disk: &Disk, acknowledged: &BTreeMap<TxId, Seq>) -> Result<(), Finding> {
        for (tx, seq) in acknowledged {
            if ledger::seq_of(disk, tx).map_err(|e| e.detail)? != Some(*seq) {
                return Err(format!("transaction {tx:?} was acknowledged as event {seq} and is not there"));
            }
        }
        Ok(())
    }
}

/// A ledger read from the front.
struct Audit {
    birth: Birth,
    sum: Digest,
    matters: BTreeMap<Name, (u64, Digest)>,
    log: Frontier,
    seen: BTreeSet<TxId>,
}

impl Audit {
    fn new(birth: &Birth) -> Self {
        Self {
            sum: ledger_sum_zero(&birth.chain),
            birth: birth.clone(),
            matters: BTreeMap::new(),
            log: Frontier::new(LogHash::Sm3),
            seen: BTreeSet::new(),
        }
    }
    fn read(&mut self, event: &Event) -> Result<(), Finding> {
        let (tx, hash) = (event.transaction.id(), event.digest());
        if !self.seen.insert(tx) {
            return Err(format!("transaction {tx:?} is committed twice"));
        }
        self.sum = next_sum(&self.sum, &hash);
        self.log.push(&event.to_bytes());
        if let Some(matter) = event.transaction.draft.body.matter() {
            let zero = (0, matter_sum_zero(&self.birth.chain, matter));
            let (count, sum) = self.matters.entry(matter.clone()).or_insert(zero);
            (*count, *sum) = (*count + 1, next_sum(sum, &hash));
        }
        Ok(())
    }
    fn compare(&self, header: &Header, disk: &Disk) -> Result<(), Finding> {
        if header.ledger_sum != self.sum {
            return Err(format!("the ledger sum at height {} does not follow from the events", header.height));
        }
        if header.sm3_root != self.log.root() {
            return Err(format!("the log root at height {} does not follow from the events", header.height));
        }
        for (matter, (count, sum)) in &self.matters {
            let leaf = ledger::matter(disk, matter).map_err(|e| e.detail)?;
            let leaf = leaf.ok_or(format!("no leaf for matter {matter}"))?;
            if (leaf.count, leaf.sum) != (*count, *sum) {
                return Err(format!("the sum of matter {matter} does not follow from its events"));
            }
        }
        self.receipts(disk)
    }
    /// A few receipts, as a court would check them.
    fn receipts(&self, disk: &Disk) -> Result<(), Finding> {
        let size = self.seen.len() as u64;
        for seq in [0, size / 2, size.saturating_sub(1)] {
            let Some(receipt) = ledger::receipt(disk, Seq(seq)).map_err(|e| e.detail)? else { continue };
            let checks = receipt.verify(&trust(&self.birth));
            if Check::overall(&checks) != Outcome::Valid {
                return Err(format!("the receipt of event {seq} does not verify: {checks:?}"));
            }
        }
        Ok(())
    }
}

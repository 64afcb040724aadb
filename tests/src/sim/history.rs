//! What outsiders saw as it happened: blocks reported as final, votes that left, accusations. Shares no code with the
//! consensus that it checks. Whole ledgers are read at the end by `audit`, evidence is watched over by `witness`.

use crate::sim::finding::{Finding, Rule};
use ledger::Birth;
use proto::{Canonical, Digest, Epoch, FaultProof, Header, Height, Seq, Subject, TxId, ValidatorIndex, View, VoteKind};
use replica::Message;
use std::collections::{BTreeMap, BTreeSet};

/// The canonical history: any validator may repeat it, none may fork or skip it.
#[derive(Debug, Default)]
pub struct History {
    blocks: BTreeMap<Height, Digest>,
    events: BTreeMap<TxId, Seq>,
    /// What left each validator, by view and kind.
    said: BTreeMap<(ValidatorIndex, Epoch, View, VoteKind), Subject>,
    told: BTreeMap<usize, Height>,
    /// Who is faulty on purpose.
    culprits: BTreeSet<ValidatorIndex>,
    /// Who of them was proven to be.
    pub proven: BTreeSet<ValidatorIndex>,
    /// Accusations that were made.
    pub faults: usize,
}

impl History {
    /// Nothing yet; the culprits are faulty on purpose.
    pub fn new(culprits: BTreeSet<ValidatorIndex>) -> Self {
        Self { culprits, ..Self::default() }
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
    pub fn sent(&mut self, message: &Message) -> Result<(), Finding> {
        match message {
            Message::Vote(v) => self.said(v.validator, v.subject),
            Message::Proposal(p) => self.said(p.header.proposer, Subject::of(VoteKind::Notarize, &p.header)),
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
    /// An honest validator reports that another contradicted itself: true of culprits only, and proven to anyone.
    pub fn accused(&mut self, proof: &FaultProof, birth: &Birth) -> Result<(), Finding> {
        self.faults += 1;
        if !self.culprits.contains(&proof.culprit()) {
            return Err(Rule::Innocence.broken(format!("an honest validator is accused: {proof:?}")));
        }
        if proof.clone().verify(&birth.chain, &birth.validators).is_none() {
            return Err(Rule::Innocence.broken(format!("a proof that proves nothing: {proof:?}")));
        }
        self.proven.insert(proof.culprit());
        Ok(())
    }
    fn said(&mut self, who: ValidatorIndex, subject: Subject) -> Result<(), Finding> {
        if self.culprits.contains(&who) {
            return Ok(());
        }
        let (epoch, view, kind) = (subject.epoch, subject.view, subject.kind);
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

//! How a run ends: whether everything is done, what is missing, and who is to blame when agreement broke.

use crate::sim::audit::Auditor;
use crate::sim::disaster::Disaster;
use crate::sim::finding::{Finding, Rule};
use crate::sim::shell::Shell;
use crate::sim::simulation::{Report, Run};
use proto::{Epoch, Height, Seq, TxId, ValidatorIndex};
use std::collections::{BTreeMap, BTreeSet};

impl Run {
    /// Processes of honest validators, but those that burnt.
    fn honest(&self) -> impl Iterator<Item = &Shell> {
        self.shells.iter().filter(|s| !s.lost && !self.culprits.contains(&s.number))
    }
    /// Everything submitted is acknowledged, and all honest validators stand at the same height: where one of them was already,
    /// if it was told of a commit and lost power before its disk had it.
    pub(super) fn is_whole(&self) -> bool {
        if !self.clients.are_served()
            || !self.governor.is_idle()
            || self.disaster != Disaster::None
            || !self.honest().all(Shell::is_up)
        {
            return false;
        }
        // A copy of what is committed stays in nobody's pool. Where the set changes, motions that are overtaken may.
        let waits = |s: &Shell| s.replica.as_ref().is_some_and(|r| r.status().pool_transactions > 0);
        if self.plan.copies > 0 && self.plan.changes == 0 && self.honest().any(waits) {
            return false;
        }
        let heights: BTreeSet<Height> = self.honest().filter_map(|s| s.replica.as_ref()).map(height).collect();
        heights.len() == 1 && heights.first() >= Some(&self.history.height()) && self.unreported().is_empty()
    }
    /// Faults that were proven before somebody honest and are not on the ledger. Every disk is the same by now. Where the
    /// set changes, the only one who had the proof may have lost his vote before he could report it, and where disks are lost,
    /// the proof.
    fn unreported(&self) -> Vec<(Epoch, ValidatorIndex)> {
        let Some(shell) = self.honest().next() else { return Vec::new() };
        let lacks = |v: &&(Epoch, ValidatorIndex)| ledger::fault(&shell.disk, v.0, v.1).is_ok_and(|seq| seq.is_none());
        let votes = |s: &&Shell| s.place().is_some() || self.plan.changes == 0;
        let certain = self.plan.changes == 0 && (self.plan.byzantine.is_empty() || self.plan.wipe == 0);
        let has = |v: &&(Epoch, ValidatorIndex)| {
            certain || self.honest().filter(votes).any(|s| s.has_proven(v.0, v.1).is_ok_and(|has| has))
        };
        self.history.proven.iter().filter(lacks).filter(has).copied().collect()
    }
    pub(super) fn not_whole(&self) -> Finding {
        let status = |s: &Shell| s.replica.as_ref().map(replica::Replica::status);
        let list: Vec<String> = self.shells.iter().map(|s| format!("{:?}", status(s))).collect();
        let (waiting, unreported) = (self.clients.waiting(), self.unreported());
        let list = list.join("; ");
        let motion = if self.governor.is_idle() { "" } else { "; a motion is not in force" };
        let text = format!("{waiting} transactions wait; unreported {unreported:?}{motion}; validators: {list}");
        Rule::Progress.broken(text)
    }
    pub(super) fn audit(&self, acknowledged: &BTreeMap<TxId, Seq>) -> Result<usize, Finding> {
        let mut auditor = Auditor::new(&self.history, &self.birth);
        for shell in self.honest() {
            let blame = |f: Finding| Finding { text: format!("validator {}: {}", shell.number, f.text), ..f };
            auditor.audit(&shell.disk, acknowledged).map_err(blame)?;
            self.check_refused(shell)?;
        }
        Ok(auditor.closed_late())
    }
    /// What a client was told to be a copy of what is committed is not on the ledger.
    fn check_refused(&self, shell: &Shell) -> Result<(), Finding> {
        for tx in &self.clients.refused {
            if let Some(seq) = ledger::seq_of(&shell.disk, tx)? {
                let text = format!("transaction {tx:?} was refused as a copy and is event {seq}");
                return Err(Rule::Permanence.broken(text));
            }
        }
        Ok(())
    }
    /// More than f validators are faulty and agreement broke: what honest ones were told must name more than f of them,
    /// and nobody else.
    pub(super) fn blame(&self, finding: Finding) -> Result<Report, Finding> {
        if !matches!(finding.rule, Rule::Agreement | Rule::Store) {
            return Err(finding);
        }
        let owner = |(epoch, place)| self.history.roll.owner(epoch, place);
        let named: BTreeSet<u16> = self.witness.culprits().into_iter().filter_map(owner).collect();
        if !named.is_subset(&self.culprits) {
            return Err(Rule::Innocence.broken(format!("{named:?} are blamed and {:?} are faulty", self.culprits)));
        }
        if named.len() <= self.birth.validators.faults_max() {
            return Err(Rule::Evidence.broken(format!("only {named:?} can be blamed for this: {finding}")));
        }
        Ok(self.sum_up(0, true))
    }
}

fn height(replica: &replica::Replica) -> Height {
    replica.tip().header.height
}

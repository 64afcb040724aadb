//! What the node keeps above the last final block: its promises, certificates of open views, blocks it voted for, proofs of
//! contradictions. Each row is decoded and its signature verified.

use super::Patient;
use super::report::Report;
use crate::fault::Fault;
use ledger::Table;
use proto::{Block, Canonical, ChainId, FaultProof, ValidatorSet, View};
use simplex::Record;

/// Examines the rows of the replica.
pub(crate) fn examine(patient: &Patient<'_>, report: &mut Report) -> Result<(), Fault> {
    // Of a rescue too that was taken up and whose first block is not final yet.
    let Ok(validators) = replica::reigning_set(&patient.store) else {
        report.damage("state", "the validator set cannot be read");
        return Ok(());
    };
    let journal = Journal { chain: patient.genesis.chain_id(), validators };
    let promised = match replica::promised(&patient.store) {
        Ok(view) => view,
        Err(e) => {
            report.damage("meta 01", e.detail);
            View(u64::MAX)
        }
    };
    for table in [Table::Promise, Table::ViewCertificate, Table::PendingBlock, Table::Fault] {
        for row in patient.store.rows_of(table as u8) {
            // An unreadable row was reported by the walk through all of them.
            let Ok((key, value)) = row else { break };
            if let Err(problem) = journal.check(table, &value, promised) {
                report
                    .damage(format!("{} {}", super::replay::table(Some(table as u8)), hex::encode(&key[1..])), problem);
            }
        }
    }
    Ok(())
}

struct Journal {
    chain: ChainId,
    validators: ValidatorSet,
}

impl Journal {
    fn check(&self, table: Table, value: &[u8], promised: View) -> Result<(), String> {
        match table {
            Table::PendingBlock => Block::from_bytes(value).map(drop).map_err(|e| e.to_string()),
            Table::Fault => FaultProof::from_bytes(value).map(drop).map_err(|e| e.to_string()),
            _ => self.record(&Record::from_bytes(value).map_err(|e| e.to_string())?, promised),
        }
    }
    fn record(&self, record: &Record, promised: View) -> Result<(), String> {
        let holds = match record.clone() {
            Record::Cast(vote) => vote.verify(&self.chain, &self.validators).is_some(),
            Record::Proposal(proposal) => proposal.verify(&self.chain, &self.validators).is_some(),
            Record::Certificate(certificate) => certificate.verify(&self.chain, &self.validators).is_some(),
        };
        if !holds {
            return Err("a signature does not hold".into());
        }
        if record.view() > promised {
            return Err(format!("view {} is above the highest that was noted", record.view().0));
        }
        Ok(())
    }
}

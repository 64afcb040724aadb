//! The ledger executed again, block by block, and its rows compared with those of the database.

use super::Scratch;
use super::report::Report;
use crate::fault::Fault;
use crate::store::{Row, Store};
use ledger::{Meta, Read, ReadFault, Tip, meta};
use proto::{Block, Canonical, Certificate, ChainId, Height};
use std::cmp::Ordering;

/// First byte of the tables that follow from the ledger; from here on up to the promises.
const LEDGER_TABLES: std::ops::Range<u8> = 0..16;

/// How often the room for the second copy is looked at, in blocks.
const LOOK_BLOCKS: u64 = 64;

/// Why the ledger cannot be executed on.
enum Stop {
    /// What was examined is damaged.
    Damage(String),
    /// The second copy cannot be read or written: that says nothing about what is examined.
    Scratch(Fault),
}

impl From<String> for Stop {
    fn from(problem: String) -> Self {
        Self::Damage(problem)
    }
}

impl From<&str> for Stop {
    fn from(problem: &str) -> Self {
        Self::Damage(problem.to_owned())
    }
}

/// Executes the blocks of `store` into `scratch`, which lies in `folder`. False if a damaged block stopped it.
pub fn execute(store: &Store, scratch: &Store, folder: &Scratch, report: &mut Report) -> Result<bool, Fault> {
    let end = match ledger::tip(store) {
        Ok(Some(tip)) => tip.header.height,
        Ok(None) => return Ok(stop(report, Height(0), "the tip is missing")),
        Err(e) => return Ok(stop(report, Height(0), &e.detail)),
    };
    let mut replay = Replay::new(scratch)?;
    for at in (1..=end.0).map(Height) {
        if at.0 % LOOK_BLOCKS == 1 {
            folder.look()?;
        }
        match replay.next(store, at) {
            Ok(certificates) => report.certificates += certificates,
            Err(Stop::Damage(problem)) => return Ok(stop(report, at, &problem)),
            Err(Stop::Scratch(fault)) => return Err(fault),
        }
        (report.height, report.events) = (at.0, replay.tip.header.ledger_size);
    }
    if replay.uncertified > 0 {
        return Ok(stop(report, end, "the last block has no certificate"));
    }
    Ok(true)
}

fn stop(report: &mut Report, at: Height, problem: &str) -> bool {
    report.damage(format!("block {}", at.0), format!("{problem}; later blocks and their rows could not be checked"));
    false
}

struct Replay<'a> {
    scratch: &'a Store,
    chain: ChainId,
    tip: Tip,
    /// Blocks since the last certificate.
    uncertified: usize,
}

impl<'a> Replay<'a> {
    fn new(scratch: &'a Store) -> Result<Self, Fault> {
        let tip = ledger::tip(scratch).map_err(|e| scratch.fault(e))?.ok_or_else(|| scratch.fault("no genesis"))?;
        Ok(Self { scratch, chain: tip.header.chain, tip, uncertified: 0 })
    }
    /// Executes one block; says how many certificates were verified.
    fn next(&mut self, store: &Store, at: Height) -> Result<u64, Stop> {
        let text = |e: ledger::ReadFault| e.detail;
        let block = ledger::block(store, at).map_err(text)?.ok_or("it is missing")?;
        if block.header.parent != self.tip.digest {
            return Err("it does not name the block before it".into());
        }
        let certificate = ledger::certificate(store, at).map_err(text)?;
        let executed = ledger::validate(self.scratch, &self.tip, &block).map_err(|e| self.broken(e))?;
        let executed = executed.map_err(|e| e.to_string())?;
        let mut changes = executed.changes;
        if let Some(certificate) = &certificate {
            changes.put(ledger::query::certificate_key(at), certificate.to_bytes());
        }
        changes.put(meta(Meta::Tip), executed.tip.to_bytes());
        self.scratch.write(changes).map_err(Stop::Scratch)?;
        self.tip = executed.tip;
        // Only now: the first block after a rescue is signed by the set that the block itself appoints.
        let verified = certificate.as_ref().map(|c| self.verify(c, &block)).transpose()?;
        self.uncertified = if verified.is_some() { 0 } else { self.uncertified + 1 };
        Ok(u64::from(verified.is_some()))
    }
    fn broken(&self, e: ReadFault) -> Stop {
        Stop::Scratch(self.scratch.fault(e))
    }
    fn verify(&self, certificate: &Certificate, block: &Block) -> Result<(), Stop> {
        if !certificate.finalizes(&block.header) {
            return Err("its certificate is about another block".into());
        }
        let validators = ledger::validators_of(self.scratch, block.header.epoch).map_err(|e| self.broken(e))?;
        let validators = validators.ok_or("the validators of its epoch are not known")?;
        let verified = certificate.clone().verify(&self.chain, &validators);
        verified.map(drop).ok_or_else(|| Stop::from("a signature of its certificate does not hold"))
    }
}

/// Reads every row. Those of the ledger are compared with `scratch`, if all of it could be executed again.
pub fn compare(store: &Store, scratch: Option<&Store>, report: &mut Report) -> Result<(), Fault> {
    let mut expected =
        scratch.into_iter().flat_map(Store::rows).filter(|r| r.as_ref().map_or(true, is_compared)).peekable();
    for row in store.rows() {
        let row = match row {
            Ok(row) => row,
            Err(fault) => {
                report.damage("database", fault.to_string());
                return Ok(());
            }
        };
        *report.rows.entry(table(row.0.first().copied())).or_default() += 1;
        // The look-up by key goes another way through the files than the walk.
        match store.get(&row.0) {
            Ok(Some(value)) if value == row.1 => {}
            Ok(_) => report.damage(place(&row.0), "the row is found by walking, but not by its key"),
            Err(e) => report.damage(place(&row.0), e.detail),
        }
        if scratch.is_some() && is_compared(&row) {
            meet(&row, &mut expected, report)?;
        } else if table(row.0.first().copied()) == "unknown" {
            report.damage(place(&row.0), "no such table");
        }
    }
    for row in expected {
        report.damage(place(&row?.0), "the row is missing");
    }
    Ok(())
}

/// Everything that follows from the blocks alone.
fn is_compared((key, _): &Row) -> bool {
    let ledger = key.first().is_some_and(|t| LEDGER_TABLES.contains(t));
    ledger && (key.first() != Some(&(ledger::Table::Meta as u8)) || *key == meta(Meta::Tip))
}

/// Compares a row with the next that is expected; both sides are in order of key.
fn meet(
    (key, value): &Row,
    expected: &mut std::iter::Peekable<impl Iterator<Item = Result<Row, Fault>>>,
    report: &mut Report,
) -> Result<(), Fault> {
    while let Some(Ok((next, wanted))) = expected.peek() {
        match next.cmp(key) {
            Ordering::Less => report.damage(place(next), "the row is missing"),
            Ordering::Equal => {
                if wanted != value {
                    report.damage(place(key), "the row is not what the blocks give");
                }
                expected.next();
                return Ok(());
            }
            Ordering::Greater => break,
        }
        expected.next();
    }
    // An end that is a fault of the second copy is none of the row.
    if let Some(Err(fault)) = expected.next_if(Result::is_err) {
        return Err(fault);
    }
    report.damage(place(key), "the row does not follow from any block");
    Ok(())
}

fn place(key: &[u8]) -> String {
    let (first, rest) = (key.first().copied(), key.get(1..).unwrap_or_default());
    format!("{} {}", table(first), hex::encode(rest.get(..40).unwrap_or(rest)))
}

/// What a table is called, by the first byte of its keys.
pub fn table(first: Option<u8>) -> &'static str {
    match first {
        Some(0) => "meta",
        Some(1) => "header",
        Some(2) => "certificate",
        Some(3) => "event",
        Some(4) => "state-leaf",
        Some(5) => "state-page",
        Some(6) => "log-node",
        Some(7) => "matter-index",
        Some(8) => "transaction-index",
        Some(9) => "signer-packet",
        Some(11) => "document-index",
        Some(10..16) => "ledger",
        Some(16) => "promise",
        Some(17) => "view-certificate",
        Some(18) => "pending-block",
        Some(19) => "fault",
        Some(20..64) => "replica",
        Some(64) => "packet",
        Some(65) => "packet-key",
        Some(66) => "packet-pending",
        Some(67) => "packet-missing",
        Some(68) => "packet-profile",
        Some(69) => "time-stamp",
        _ => "unknown",
    }
}

//! What must be found again after a restart: our promises, the certificates that moved us, the blocks we voted for.
//!
//! Rows are keyed by view, and one row, `Meta::Open`, says how far they reach, so that recovery looks rows up and
//! iterates over nothing. A record lives until a block of its view or a later one is final.

use ledger::{Batch, Meta, Read, ReadFault, Table, key, load, meta};
use proto::{Block, Canonical, Decoder, Digest, Encoder, Malformed, Transaction, TxId, View, VoteKind};
use simplex::Record;
use std::collections::{BTreeMap, BTreeSet};

/// Most blocks that we voted for and that are not final. Views move on only with certificates, so that there are few.
const PENDING_MAX: usize = 65_536;
/// Kinds of rows: the proposal we voted for, then votes and certificates by [`VoteKind`].
const KINDS: [(Table, u8); 7] = [
    (Table::Promise, 0),
    (Table::Promise, VoteKind::Notarize as u8),
    (Table::Promise, VoteKind::Nullify as u8),
    (Table::Promise, VoteKind::Finalize as u8),
    (Table::ViewCertificate, VoteKind::Notarize as u8),
    (Table::ViewCertificate, VoteKind::Nullify as u8),
    (Table::ViewCertificate, VoteKind::Finalize as u8),
];

/// Which rows are on disk.
#[derive(Debug, Default)]
pub struct Journal {
    rows: BTreeSet<(View, Vec<u8>)>,
    pending: BTreeMap<Digest, View>,
    highest: View,
}

/// The row `Meta::Open`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Open {
    highest: View,
    pending: Vec<(View, Digest)>,
}

impl Canonical for Open {
    const TAG: &'static str = "chirograph/open-views";

    fn encode_body(&self, e: &mut Encoder) {
        e.u64(self.highest.0).list(&self.pending, |e, (v, d)| {
            e.u64(v.0).digest(d);
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let highest = View(d.u64("open.highest")?);
        let pending =
            d.list(PENDING_MAX, "open.pending", |d| Ok((View(d.u64("open.view")?), d.digest("open.block")?)))?;
        Ok(Self { highest, pending })
    }
}

impl Journal {
    /// Finds every record above the finalized view again.
    pub fn recover(disk: &dyn Read, finalized: View) -> Result<(Self, Vec<Record>), ReadFault> {
        let open: Open = load(disk, &meta(Meta::Open))?.unwrap_or_default();
        let mut journal = Self { highest: open.highest, ..Self::default() };
        let mut records = Vec::new();
        for view in (finalized.0 + 1..=open.highest.0).map(View) {
            for (table, kind) in KINDS {
                let row = row_key(table, view, kind);
                if let Some(record) = load::<Record>(disk, &row)? {
                    journal.rows.insert((view, row));
                    records.push(record);
                }
            }
        }
        journal.pending = open.pending.into_iter().filter(|(v, _)| *v > finalized).map(|(v, d)| (d, v)).collect();
        Ok((journal, records))
    }
    /// Remembers a record.
    pub fn record(&mut self, record: &Record, batch: &mut Batch) {
        let (table, kind) = match record {
            Record::Proposal(_) => (Table::Promise, 0),
            Record::Cast(vote) => (Table::Promise, vote.subject.kind as u8),
            Record::Certificate(certificate) => (Table::ViewCertificate, certificate.kind as u8),
        };
        let row = row_key(table, record.view(), kind);
        batch.put(row.clone(), record.to_bytes());
        self.rows.insert((record.view(), row));
        self.highest = self.highest.max(record.view());
        self.write_open(batch);
    }
    /// Remembers a block that we vote for, with everything in it: a certified block is durable on a quorum.
    pub fn block(&mut self, block: &Block, batch: &mut Batch) {
        let digest = block.header.digest();
        batch.put(pending_key(&digest), block.to_bytes());
        self.pending.insert(digest, block.header.view);
        self.write_open(batch);
    }
    /// The highest view of any record, ever.
    pub fn highest(&self) -> View {
        self.highest
    }
    /// Whether we voted for this block.
    pub fn voted_for(&self, digest: &Digest) -> bool {
        self.pending.contains_key(digest)
    }
    /// Forgets everything at or below a view that is final now.
    pub fn finalize(&mut self, view: View, batch: &mut Batch) {
        let above = self.rows.split_off(&(view.next(), Vec::new()));
        for (_, row) in std::mem::replace(&mut self.rows, above) {
            batch.delete(row);
        }
        for (digest, _) in self.pending.iter().filter(|(_, v)| **v <= view) {
            batch.delete(pending_key(digest));
        }
        self.pending.retain(|_, v| *v > view);
        self.write_open(batch);
    }
    /// Forgets everything: an epoch is over.
    pub fn close(&mut self, batch: &mut Batch) {
        for (_, row) in std::mem::take(&mut self.rows) {
            batch.delete(row);
        }
        for digest in std::mem::take(&mut self.pending).into_keys() {
            batch.delete(pending_key(&digest));
        }
        self.highest = View(0);
        self.write_open(batch);
    }
    fn write_open(&self, batch: &mut Batch) {
        let pending = self.pending.iter().map(|(d, v)| (*v, *d)).collect();
        batch.put(meta(Meta::Open), Open { highest: self.highest, pending }.to_bytes());
    }
}

/// The highest view of anything that a disk remembers of our own life; 0 on a new one.
pub fn promised(disk: &dyn Read) -> Result<View, ReadFault> {
    Ok(load::<Open>(disk, &meta(Meta::Open))?.unwrap_or_default().highest)
}

/// A block that we voted for, as it was written.
pub fn pending_block(disk: &dyn Read, digest: &Digest) -> Result<Option<Block>, ReadFault> {
    load(disk, &pending_key(digest))
}

/// A transaction of a block that we voted for and that is not final. After a restart it is nowhere else, and who missed the
/// block cannot do without it once the block is certified.
pub fn voted_transaction(disk: &dyn Read, tx: &TxId) -> Result<Option<Transaction>, ReadFault> {
    let open: Open = load(disk, &meta(Meta::Open))?.unwrap_or_default();
    for (_, digest) in open.pending.iter().rev() {
        let Some(block) = pending_block(disk, digest)? else { continue };
        if let Some(item) = block.items.into_iter().find(|item| item.transaction.id() == *tx) {
            return Ok(Some(item.transaction));
        }
    }
    Ok(None)
}

/// All of them, each once, in the order of their views.
pub fn voted_transactions(disk: &dyn Read) -> Result<Vec<Transaction>, ReadFault> {
    let mut open: Open = load(disk, &meta(Meta::Open))?.unwrap_or_default();
    open.pending.sort_unstable();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for (_, digest) in &open.pending {
        let items = pending_block(disk, digest)?.map_or_else(Vec::new, |block| block.items);
        found.extend(items.into_iter().map(|item| item.transaction).filter(|tx| seen.insert(tx.id())));
    }
    Ok(found)
}

fn pending_key(digest: &Digest) -> Vec<u8> {
    key(Table::PendingBlock, &digest.0)
}

fn row_key(table: Table, view: View, kind: u8) -> Vec<u8> {
    let mut parts = view.0.to_be_bytes().to_vec();
    parts.push(kind);
    key(table, &parts)
}

//! Shells that are broken on purpose. Each must be caught: a simulator that passes everything proves nothing.

use ledger::{Batch, Meta, Table, meta};

/// What is broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutant {
    /// Messages leave before the write that remembers them.
    SendBeforePersist,
    /// One vote too few makes a certificate.
    SmallQuorum,
    /// Promises and blocks are two writes, and a crash may come between.
    TwoWrites,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SendBeforePersist, Self::SmallQuorum, Self::TwoWrites];

    /// Name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendBeforePersist => "send-before-persist",
            Self::SmallQuorum => "small-quorum",
            Self::TwoWrites => "two-writes",
        }
    }
    /// The mutant of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == text)
    }
}

/// Splits a write as a careless shell would: first the promises and what belongs to them, then the blocks.
pub fn split(batch: Batch) -> (Batch, Batch) {
    let tables = [Table::Promise, Table::ViewCertificate, Table::PendingBlock].map(|t| t as u8);
    let open = meta(Meta::Open);
    let is_promise = |key: &Vec<u8>| key.first().is_some_and(|t| tables.contains(t)) || *key == open;
    let (promises, blocks) = batch.writes.into_iter().partition(|(key, _)| is_promise(key));
    (Batch { writes: promises }, Batch { writes: blocks })
}

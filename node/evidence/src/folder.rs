//! The name of a package: which ledger, which event, which variant.

use crate::variant::Variant;
use proto::{Event, Seq};
use std::fmt;

/// Names a package; the zip has one folder of this name and is called the same with `.evidence.zip`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Folder {
    /// First four bytes of the chain id.
    pub chain: [u8; 4],
    /// The event.
    pub seq: Seq,
    /// How much it discloses.
    pub variant: Variant,
}

impl Folder {
    /// The name of the package of `event`.
    pub fn of(event: &Event, variant: Variant) -> Self {
        let [a, b, c, d, ..] = event.transaction.draft.chain.0;
        Self { chain: [a, b, c, d], seq: event.seq, variant }
    }
    /// Name of the file that the package is kept in.
    pub fn file_name(&self) -> String {
        format!("{self}.evidence.zip")
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E-{}-{}.{}", hex::encode(self.chain), self.seq, self.variant)
    }
}

//! Which program this is, as far as the rules of the ledger are concerned. Not the version that people read.

/// The number of this program. It rises with every change of the rules; the ledger may ask for a lowest one.
pub const SOFTWARE: u32 = 1;

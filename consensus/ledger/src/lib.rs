//! chirograph-ledger

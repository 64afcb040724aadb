//! The birth certificate of a network: parse and check a genesis file, and derive the chain id from it.
//!
//! Pure: it parses text that it is given and never opens a file. Applying genesis to an empty ledger is the business
//! of `ledger`; making keys is the business of the node.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod address;
mod document;
mod file;

pub use document::{Genesis, GenesisError, GenesisValidator, params_toml};

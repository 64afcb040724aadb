//! THE PRINT: what is known about one event, as a document that a court files.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod facts;

pub use facts::{Facts, Sources, Variant};

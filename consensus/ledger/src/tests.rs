//! Tests of the ledger as a whole. The world below is a small consortium with keys made from small numbers.

mod golden;
mod proofs;
mod refusals;
mod world;

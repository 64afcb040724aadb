//! Tests of the ledger as a whole. The world below is a small consortium with keys made from small numbers.

mod faults;
mod golden;
mod govern;
mod proofs;
mod refusals;
mod restored;
mod rewound;
mod world;

//! The meaning of the ledger: how a block of transactions changes what is known, decided alike by every validator.
//!
//! Pure: no clock, randomness or I/O; a disk is seen through [`Read`], and what is to be written comes back as a
//! [`Batch`]. Checking signatures is the business of `proto`, ordering that of `simplex`, appraising that of `models`.
//!
//! | question | function |
//! |---|---|
//! | What does a new ledger hold? | [`birth()`] |
//! | May this transaction come in at all? | [`admit()`], and after appraising [`check_appraisal()`] |
//! | What block do these candidates make? | [`build()`] |
//! | Is this block right, and what does it change? | [`validate()`] |
//! | What is written, and how can it be proven? | the functions of [`query`] and [`proof`] |
//!
//! `build` and `validate` are one execution: every header field is recomputed and compared.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod admit;
pub mod execute;
pub mod genesis;
pub mod proof;
pub mod query;
pub mod rejected;
pub mod roles;
mod rules;
pub mod store;
pub mod tip;
pub mod tree;
mod workspace;

pub use admit::{Admission, admit, check_appraisal};
pub use execute::{Built, Context, Executed, Invalid, build, validate};
pub use genesis::{Birth, birth};
pub use proof::{checkpoint, consistency, matter_file, matter_proof, receipt};
pub use query::{
    block, certificate, event, header, history, history_packet, matter, matter_events, organisation, params, request,
    seq_of, signer, validators,
};
pub use rejected::Rejected;
pub use roles::role_may;
pub use store::{Batch, Meta, Overlay, Read, ReadFault, Table, key, load, meta};
pub use tip::{Tip, tip};

#[cfg(test)]
mod tests;

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
//! | Who may change the consortium, and when is it changed? | [`govern`] |
//! | How is a store made from a copy of another? | [`Restore`] |
//! | What is written, and how can it be proven? | the functions of [`query`] and [`proof`] |
//! | What was written at an earlier height? | [`rewind()`] |
//!
//! `build` and `validate` are one execution: every header field is recomputed and compared.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod admit;
mod consortium;
pub mod execute;
pub mod genesis;
pub mod govern;
pub mod proof;
pub mod query;
pub mod rejected;
pub mod restore;
pub mod rewind;
pub mod roles;
mod rules;
pub mod store;
pub mod tip;
pub mod tree;
mod workspace;

pub use admit::{Admission, admit, check_appraisal, sender};
pub use execute::{Built, Context, Executed, Invalid, build, validate};
pub use genesis::{Birth, birth};
pub use govern::{READY_BLOCKS, has_vote, may_rescue, set_after};
pub use proof::{
    checkpoint, checkpoint_at_or_after, consistency, matter_file, matter_proof, newest_receipt, receipt, receipt_at,
    trail,
};
pub use query::{
    block, certificate, contact, epoch_before, epoch_end, event, fault, faults, header, history, history_packet,
    matter, matter_events, members, min_software, motion, open_motions, organisation, packet_event, params, request,
    rescue_keys, retired_key, seq_of, signer, sized_block, validators, validators_of,
};
pub use rejected::Rejected;
pub use restore::{Refused, Restore};
pub use rewind::{REWIND_EVENTS_MAX, Unshown, rewind};
pub use roles::role_may;
pub use store::{Batch, Meta, Overlay, Read, ReadFault, Table, key, load, meta};
pub use tip::{Tip, tip};

#[cfg(test)]
mod tests;

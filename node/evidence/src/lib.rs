//! The evidence package: one file from which anyone sees, offline, what was committed, when, by whose votes, and whether
//! it is complete. `SPEC.md` beside this crate is the law; this crate is one of its two readers and the only writer.
//!
//! Pure: bytes in, data or bytes out. It never asks a network or a clock, and panics on no input.
//!
//! | question | where |
//! |---|---|
//! | What is in a package? | [`Dossier`] |
//! | How is it written? | [`Dossier::package`] |
//! | Does it hold? | [`verify()`], under a [`Policy`] that the court writes |
//!
//! What it does not do: fetch evidence (the node does), draw the report, appraise handwriting again.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod access;
mod author;
mod bag;
mod checkpoint;
pub mod code;
mod crc;
mod dossier;
mod enrolment;
mod facts;
mod faults;
mod files;
mod folder;
mod intent;
mod json;
mod login;
mod matter;
mod model;
mod packet;
mod policy;
mod presented;
mod quorum;
mod reading;
mod stamp;
mod state_file;
pub mod text;
mod unchecked;
mod variant;
mod verify;
mod zip;

pub use dossier::Dossier;
pub use enrolment::{enrols, is_compared};
pub use files::Files;
pub use folder::Folder;
pub use intent::{KnownKey, signature as intent_signature, step as intent_step};
pub use packet::SealedPacket;
pub use policy::{Independent, Policy, PolicyError, References, Time};
pub use presented::{DocumentHash, Presented};
pub use quorum::independent;
pub use stamp::Stamp;
pub use state_file::{KeyStanding, StateEntry, StateFile};
pub use variant::Variant;
pub use verify::{Report, examine, inspect, verify, verify_own};
pub use zip::{BYTES_MAX, ENTRIES_MAX, ZipFault};

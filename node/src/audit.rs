//! Auditing a stopped node: appraising again what its ledger says was appraised, from the packets in its vault, each event
//! by the model that it names.
//!
//! It reads only. What it finds is a report; whether a difference matters is for people to say.

pub mod backend;
pub mod job;
pub mod past;
pub mod reappraise;
pub mod report;
#[cfg(feature = "tch")]
pub mod torch;

pub use backend::{Backend, Native};
pub use job::{Job, References};
pub use reappraise::{Archive, reappraise};
pub use report::{Difference, Report};

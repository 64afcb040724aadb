//! The main job: takes people with real (SVC2004) or synthetic signatures through a running network. It enrols each with
//! five references, submits genuine, forged and other people's signatures as signing events of one matter per person,
//! verifies every receipt and matter offline, and checks that all nodes hold the same ledger.
//!
//! It uses only the client API: what it can do, any client can. Signature data stays in memory here.

mod agreement;
mod attempt;
mod data;
mod job;
mod report;

pub use agreement::{NodeState, agreement};
pub use attempt::{Answer, Class, Sender};
pub use data::{People, Person};
pub use job::Job;
pub use report::{Report, Tally};

#[cfg(test)]
mod tests;

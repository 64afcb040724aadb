//! One validator, whole and pure: the order of `simplex`, the meaning of `ledger`, the pool of transactions that wait,
//! and helping one another to catch up. Node and simulator drive the same [`Replica`].
//!
//! ```text
//! new(setup, disk)            first start and restart alike
//! step(now, input, disk)      -> persist, then send, then notify, then the timer
//! ```
//!
//! | what happens | who answers |
//! |---|---|
//! | a proposal, vote or certificate | the engine of `simplex` |
//! | "make a block" / "is this block right?" | `work`, `judge`, on the state of `speculation` |
//! | a block is final | `commit`: everything in one batch |
//! | and the last of its epoch | `epoch`: the engine of the next set takes over |
//! | somebody lags, or asks too much | `catch_up`, `allowance` |
//! | we were restarted | `journal` |
//! | we may have forgotten what we said | `recall` |
//!
//! Pure: no clock, randomness or I/O; signatures were checked before (the types say so). Appraising packets, moving them
//! and telling clients is the shell's business.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod allowance;
pub mod boundary;
mod catch_up;
mod commit;
mod epoch;
mod journal;
mod judge;
pub mod message;
mod outlook;
mod pool;
mod recall;
mod renewal;
mod replica;
mod rivals;
mod speculation;
mod steady;
mod work;

pub use boundary::{Actions, DropReason, Input, Limits, Memory, Notice, Outbound, Setup, Status, To};
pub use epoch::reigning_set;
pub use journal::{promised, voted_transaction, voted_transactions};
pub use message::{LastVote, Message, PeerMessage, Standing};
pub use outlook::{Outlook, PeerOutlook};
pub use replica::{Replica, proof_of_fault};

#[cfg(test)]
mod tests;

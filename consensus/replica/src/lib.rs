//! One validator, whole and pure: the order of `simplex`, the meaning of `ledger`, the pool of transactions that wait,
//! and helping one another to catch up.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod boundary;
pub mod message;

pub use boundary::{Actions, DropReason, Input, Limits, Notice, Outbound, Setup, Status, To};
pub use message::{Message, PeerMessage, Standing};

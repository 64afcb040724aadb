//! Simplex: the order of blocks, as a pure function of what happened.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod actions;
mod engine;
mod input;
mod setup;

pub use actions::{Actions, Ask, Message, Notice, Outbound, Record, To, Why};
pub use engine::Engine;
pub use input::Input;
pub use setup::{Head, Setup, Timing};

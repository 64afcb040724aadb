//! Simplex: the order of blocks, as a pure function of what happened.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod actions;
mod engine;
mod evidence;
mod input;
mod intake;
mod pace;
mod peers;
mod recovery;
mod repeat;
mod rules;
mod setup;
mod slot;
mod views;

pub use actions::{Actions, Ask, Message, Notice, Outbound, Record, To, Why};
pub use engine::Engine;
pub use input::Input;
pub use rules::DEPTH_MAX;
pub use setup::{Head, Setup, Timing};
pub use views::{VIEWS_AHEAD_MAX, VIEWS_BEHIND_MAX};

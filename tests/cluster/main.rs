//! Real processes under faults: nodes killed at any moment, nodes that stay dead, garbage on every port.
//!
//! A handful only, because they take real time; orderings are explored by the deterministic simulation in `tests/`. Each
//! test starts four validators on free loopback ports and checks from outside what an operator and a client would see.

#![allow(clippy::unwrap_used)]

mod abuse;
mod catch_up;
mod documents;
mod faults;
mod garbage;
mod history;
mod hostile;
mod intents;
mod joiner;
mod kills;
mod logins;
mod membership;
mod network;
mod readers;
mod recovery;
mod rescue;
mod stamps;
mod torture;
mod upkeep;

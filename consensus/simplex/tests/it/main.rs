//! The engine from outside: rule by rule, in a small network, and under arbitrary input. The whole validator (with
//! ledger, pool and disk) is simulated in the workspace's `tests/`.

#![allow(clippy::unwrap_used)]

mod arbitrary;
mod epochs;
mod fixture;
mod network;
mod rules;
mod scenarios;
mod unexecuted;

//! The weather: what may happen to a network of validators, on purpose and from a seed.
//!
//! [`sim`] drives the same `replica::Replica` that the node drives, on a simulated network, disk and clock. It does not
//! cover sockets, RocksDB or the API: for those there are tests with real processes beside it.

#![allow(clippy::unwrap_used)] // every panic here is a failing test

pub mod sim;

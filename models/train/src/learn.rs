//! How the weights of the graph network are learnt: from signatures to a file of integers, with LibTorch.
//!
//! One call per network: [`training::train`] learns in floating point, [`quantise::quantise`] rounds to what
//! `models::graph` runs on. Every random choice comes from a named stream of [`crate::attack::chance`], none from
//! LibTorch, so that the same machine gives the same bytes on one thread per network. LibTorch's faults here are faults
//! of this code, so they panic. Nothing here decides about a signature, and a node never runs it.
#![allow(
    clippy::disallowed_methods,
    reason = "LibTorch's own sums differ between machines; bytes are promised on one only"
)]

pub mod agreement;
pub mod augment;
pub mod batch;
pub mod draw;
pub mod lesson;
pub mod loss;
pub mod network;
pub mod options;
pub mod person;
pub mod plan;
pub mod quantise;
pub mod recipe;
pub mod soft_dtw;
pub mod training;

#[cfg(test)]
mod tests;
